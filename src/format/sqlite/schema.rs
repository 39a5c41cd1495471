//! What a database holds: tables with their columns, found by introspection.

use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::open::unreadable;
use crate::format::FormatError;

/// A table whose rows are stored as such; tables that programs make up are not among them, those
/// behind them are.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: Arc<str>,
    /// The first page of its tree.
    pub(super) root: u32,
    pub(super) columns: Vec<Column>,
    pub(super) key: RowKey,
    /// Its tree is one of numbered rows.
    pub(super) has_numbers: bool,
}

/// How a row is told from others.
#[derive(Debug, Clone)]
pub(super) enum RowKey {
    /// A number, under this name.
    RowId(&'static str),
    /// These columns (indices into [`Table::columns`]).
    Primary(Vec<usize>),
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: Arc<str>,
    /// Values are told apart by it, alone or with others.
    pub(super) is_unique: bool,
    /// Declared to hold numbers, such as times and references.
    pub(super) is_numeric: bool,
    /// Its place in the record of a row.
    pub(super) place: usize,
    /// Whole numbers in it stand for measures.
    pub(super) is_real: bool,
    /// It is another name for the number of the row, and stands in no record.
    pub(super) is_number: bool,
}

/// All of a database.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) tables: Vec<Table>,
    /// Name and statement of tables that a program makes up, such as those of full-text search.
    pub(super) virtuals: Vec<(String, String)>,
    /// Tables that cannot be addressed.
    pub(super) unreadable: Vec<String>,
    /// The first pages of all trees.
    pub(super) roots: Vec<u32>,
}

/// A name in a statement.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Schema {
    /// Reads the schema.
    ///
    /// # Errors
    /// It is damaged, or this is no database.
    pub(super) fn read(connection: &Connection) -> Result<Self, FormatError> {
        let mut schema = Self::default();
        let mut list = connection
            .prepare("SELECT name, sql, rootpage, type FROM sqlite_schema ORDER BY rowid")
            .map_err(unreadable)?;
        let mut rows = list.query([]).map_err(unreadable)?;
        while let Some(row) = rows.next().map_err(unreadable)? {
            let root = row.get::<_, u32>(2).unwrap_or_default();
            if root > 0 {
                schema.roots.push(root);
            }
            if !matches!(row.get_ref(3), Ok(ValueRef::Text(b"table"))) {
                continue;
            }
            let text = |at: usize| {
                let value = row.get_ref(at).ok()?.as_bytes_or_null().ok()??;
                Some(std::str::from_utf8(value).map(str::to_owned))
            };
            let (name, sql) = match (text(0), text(1)) {
                (Some(Ok(name)), Some(Ok(sql))) => (name, sql),
                (Some(Ok(name)), None) => (name, String::new()),
                _ => {
                    schema.unreadable.push("(name is no text)".to_owned());
                    continue;
                }
            };
            if starts_with(&sql, "CREATE VIRTUAL") {
                schema.virtuals.push((name, sql));
                continue;
            }
            match Table::read(connection, &name, root) {
                Ok(Some(table)) => schema.tables.push(table),
                Ok(None) | Err(_) => schema.unreadable.push(name),
            }
        }
        Ok(schema)
    }

    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| &*table.name == name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.table(name).is_some()
    }
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

impl Table {
    /// `None`: its rows have no name to call them by.
    fn read(connection: &Connection, name: &str, root: u32) -> rusqlite::Result<Option<Self>> {
        let unique = unique_columns(connection, name)?;
        let mut primary: Vec<(i64, usize)> = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        let mut all_names: Vec<String> = Vec::new();
        let mut stored = 0;
        let mut number = None;
        let mut info = connection.prepare(&format!("PRAGMA table_xinfo({})", quoted(name)))?;
        let mut rows = info.query([])?;
        while let Some(row) = rows.next()? {
            let column: String = row.get(1)?;
            all_names.push(column.to_lowercase());
            let place = stored;
            let hidden: i64 = row.get(6)?;
            stored += usize::from(hidden != VIRTUAL);
            // Generated columns hold nothing of their own.
            if hidden != 0 {
                continue;
            }
            let declared: String = row.get(2).unwrap_or_default();
            let key: i64 = row.get(5)?;
            if key > 0 {
                number = declared.eq_ignore_ascii_case("INTEGER").then_some(columns.len());
                primary.push((key, columns.len()));
            }
            columns.push(Column {
                is_unique: unique.contains(&column),
                is_numeric: is_numeric(&declared),
                place,
                is_real: is_real(&declared),
                is_number: false,
                name: column.into(),
            });
        }
        drop(rows);
        primary.sort_unstable();
        let primary: Vec<usize> = primary.into_iter().map(|(_, column)| column).collect();
        let alias = ["rowid", "_rowid_", "oid"]
            .into_iter()
            .find(|alias| !all_names.iter().any(|column| column == alias));
        let has_numbers = match alias {
            Some(alias) => {
                connection.prepare(&format!("SELECT {alias} FROM {}", quoted(name))).is_ok()
            }
            None => !is_without_rowid(connection, name)?,
        };
        if !has_numbers {
            place_by_key(&mut columns, &primary);
        } else if let (Some(number), 1) = (number, primary.len()) {
            columns[number].is_number = true;
        }
        let key = match alias {
            Some(alias) if has_numbers => RowKey::RowId(alias),
            _ if primary.is_empty() => return Ok(None),
            _ => RowKey::Primary(primary),
        };
        Ok(Some(Self { name: name.into(), root, columns, key, has_numbers }))
    }

    /// Index of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }
}

/// What `table_xinfo` says of columns that are computed whenever they are read.
const VIRTUAL: i64 = 2;

/// Asked only where no name is left for the row id: SQLite looks at all views to answer.
fn is_without_rowid(connection: &Connection, table: &str) -> rusqlite::Result<bool> {
    let mut list = connection.prepare(&format!("PRAGMA table_list({})", quoted(table)))?;
    let mut rows = list.query([])?;
    match rows.next()? {
        Some(row) => row.get(4),
        None => Ok(false),
    }
}

/// In a table without row ids the record begins with the key.
fn place_by_key(columns: &mut [Column], key: &[usize]) {
    let before: Vec<usize> = key.iter().map(|column| columns[*column].place).collect();
    for (at, column) in columns.iter_mut().enumerate() {
        column.place = match key.iter().position(|of_key| *of_key == at) {
            Some(place) => place,
            None => column.place + before.iter().filter(|place| **place > column.place).count(),
        };
    }
}

/// Columns of unique indices and primary keys.
fn unique_columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut unique = Vec::new();
    let mut list = connection.prepare(&format!("PRAGMA index_list({})", quoted(table)))?;
    let mut indices = list.query([])?;
    while let Some(index) = indices.next()? {
        if !index.get::<_, bool>(2)? {
            continue;
        }
        let name: String = index.get(1)?;
        let mut info = connection.prepare(&format!("PRAGMA index_info({})", quoted(&name)))?;
        let mut columns = info.query([])?;
        while let Some(column) = columns.next()? {
            unique.extend(column.get::<_, Option<String>>(2)?);
        }
    }
    Ok(unique)
}

/// Affinity as SQLite finds it (datatype3, 3.1): integers, reals, dates, truth values.
fn is_numeric(declared: &str) -> bool {
    let declared = declared.to_ascii_uppercase();
    let is_text = ["CHAR", "CLOB", "TEXT", "BLOB", "STRING"];
    let is_number = ["INT", "REAL", "FLOA", "DOUB", "NUM", "DEC", "DATE", "TIME", "BOOL"];
    !is_text.iter().any(|word| declared.contains(word))
        && is_number.iter().any(|word| declared.contains(word))
}

/// Whether whole numbers of a column are kept as such and are measures (datatype3, 3.1).
fn is_real(declared: &str) -> bool {
    let declared = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    has(&["REAL", "FLOA", "DOUB"]) && !has(&["INT", "CHAR", "CLOB", "TEXT", "BLOB"])
}
