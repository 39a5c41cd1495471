//! Names of columns of spreadsheets (OOXML, ECMA-376 part 1, 18.3 and 18.4): what stands in the first
//! row of texts names the cells below it. Texts stand apart from the cells, in a list that sheets share.

use std::collections::BTreeMap;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rustc_hash::FxHashMap;

/// Longer names of columns are no names, in characters.
const LONGEST: usize = 64;
/// So many shared texts and cells with one are looked at.
const MOST: usize = 200_000;

/// What is put before the texts of a part, so that it is their context.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Labels {
    /// Of a sheet: by the letters of the column.
    Columns(FxHashMap<String, String>),
    /// Of the shared texts: by their number.
    Texts(FxHashMap<usize, String>),
}

/// What the parts of a spreadsheet say, put together when all are read.
#[derive(Default)]
pub(super) struct Sheets {
    /// Names of columns by sheet and letters.
    sheets: BTreeMap<String, FxHashMap<String, Name>>,
    /// Where a shared text stands first: sheet and letters.
    uses: FxHashMap<usize, (String, String)>,
    /// Shared texts that are short enough for names.
    texts: FxHashMap<usize, String>,
}

enum Name {
    Text(String),
    Shared(usize),
}

const SHARED: &str = "xl/sharedStrings.xml";

impl Sheets {
    /// Looks at a part.
    pub(super) fn part(&mut self, name: &str, bytes: &[u8]) {
        if name == SHARED {
            self.shared(bytes);
        } else if name.starts_with("xl/worksheets/") {
            self.sheet(name, bytes);
        }
    }

    fn shared(&mut self, bytes: &[u8]) {
        let xml = String::from_utf8_lossy(bytes);
        let mut reader = Reader::from_str(&xml);
        let mut count = 0;
        let mut text = String::new();
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Eof => break,
                Event::Start(tag) if tag.local_name().as_ref() == "si" => text.clear(),
                Event::Text(piece) => text.push_str(&piece),
                Event::End(tag) if tag.local_name().as_ref() == "si" => {
                    if self.texts.len() < MOST && is_name(&text) {
                        self.texts.insert(count, label(&text));
                    }
                    count += 1;
                }
                Event::Empty(tag) if tag.local_name().as_ref() == "si" => count += 1,
                _ => {}
            }
        }
    }

    fn sheet(&mut self, sheet: &str, bytes: &[u8]) {
        let xml = String::from_utf8_lossy(bytes);
        let mut reader = Reader::from_str(&xml);
        let mut names: FxHashMap<String, Name> = FxHashMap::default();
        let mut row: FxHashMap<String, Name> = FxHashMap::default();
        let mut has_names = false;
        let mut is_text_row = true;
        // Letters, kind and content of the cell.
        let mut cell: Option<(String, String, String)> = None;
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Eof => break,
                Event::Start(tag) if tag.local_name().as_ref() == "c" => {
                    let letters: String = attribute(&tag, "r")
                        .chars()
                        .take_while(char::is_ascii_alphabetic)
                        .collect();
                    cell = Some((letters, attribute(&tag, "t"), String::new()));
                }
                Event::Text(piece) => {
                    if let Some((_, _, content)) = &mut cell {
                        content.push_str(&piece);
                    }
                }
                Event::End(tag) => match (tag.local_name().as_ref(), &mut cell) {
                    ("c", Some(_)) => {
                        let Some((letters, kind, content)) = cell.take() else { continue };
                        let shared = content.trim().parse().ok().filter(|_| kind == "s");
                        match shared {
                            Some(number) if has_names => {
                                if self.uses.len() < MOST {
                                    let place = (sheet.to_owned(), letters);
                                    self.uses.entry(number).or_insert(place);
                                }
                            }
                            _ if has_names || content.trim().is_empty() => {}
                            Some(number) => drop(row.insert(letters, Name::Shared(number))),
                            None if kind == "inlineStr" && is_name(&content) => {
                                row.insert(letters, Name::Text(label(&content)));
                            }
                            None => is_text_row = false,
                        }
                    }
                    ("row", _) if !has_names => {
                        let found = std::mem::take(&mut row);
                        if !found.is_empty() && std::mem::replace(&mut is_text_row, true) {
                            has_names = true;
                            names = found;
                        }
                        is_text_row = true;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        self.sheets.insert(sheet.to_owned(), names);
    }

    /// What is put before the texts of each part.
    pub(super) fn labels(self) -> BTreeMap<String, Arc<Labels>> {
        let Self { sheets, uses, texts } = self;
        let mut labels = BTreeMap::new();
        let mut columns: BTreeMap<String, FxHashMap<String, String>> = BTreeMap::new();
        for (sheet, names) in sheets {
            let named = names.into_iter().filter_map(|(letters, name)| match name {
                Name::Text(text) => Some((letters, text)),
                Name::Shared(number) => Some((letters, texts.get(&number)?.clone())),
            });
            columns.insert(sheet, named.collect());
        }
        let of_texts: FxHashMap<usize, String> = uses
            .into_iter()
            .filter_map(|(number, (sheet, letters))| {
                Some((number, columns.get(&sheet)?.get(&letters)?.clone()))
            })
            .collect();
        if !of_texts.is_empty() {
            labels.insert(SHARED.to_owned(), Arc::new(Labels::Texts(of_texts)));
        }
        for (sheet, columns) in columns.into_iter().filter(|it| !it.1.is_empty()) {
            labels.insert(sheet, Arc::new(Labels::Columns(columns)));
        }
        labels
    }
}

fn is_name(text: &str) -> bool {
    let text = text.trim();
    text.chars().any(char::is_alphabetic) && text.chars().count() <= LONGEST
}

/// A name as it stands before a text: nothing in it looks like a tag.
fn label(text: &str) -> String {
    format!("{}: ", text.trim().replace(['<', '>', '&', '\n'], " "))
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let found = tag.try_get_attribute(name).ok().flatten();
    found.map_or_else(String::new, |it| it.value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_row_of_texts_names_the_columns() {
        let mut sheets = Sheets::default();
        sheets.part(
            "xl/worksheets/sheet1.xml",
            br#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>9</v></c><c r="B1"><v>2024</v></c></row>
                <row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="inlineStr"><is><t>PIN</t></is></c></row>
                <row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3"><v>86095742719</v></c></row></sheetData></worksheet>"#,
        );
        sheets.part(
            "xl/sharedStrings.xml",
            b"<sst><si><t>Name</t></si><si><r><t>Steuer</t></r><r><t>-ID</t></r></si><si><t>Erika</t></si></sst>",
        );
        let labels = sheets.labels();
        let Labels::Columns(columns) = &*labels["xl/worksheets/sheet1.xml"] else {
            panic!("a sheet has columns")
        };
        let expected = [("A", "Name: "), ("B", "Steuer-ID: "), ("C", "PIN: ")];
        for (letters, name) in expected {
            assert_eq!(columns.get(letters).map(String::as_str), Some(name), "{letters}");
        }
        let Labels::Texts(texts) = &*labels[SHARED] else { panic!("a list has numbers") };
        assert_eq!(texts.get(&2).map(String::as_str), Some("Name: "), "below its name");
        assert_eq!(texts.get(&9), None, "above the names");
    }
}
