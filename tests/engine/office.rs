//! Documents as office programs write them, and their copies as office programs read them: the public
//! libraries python-docx and openpyxl stand for both. `cargo xtask test` puts them there.

use std::process::Command;

use super::*;

const MAKE: &str = r#"
import docx, openpyxl, sys
folder = sys.argv[1]
d = docx.Document()
d.core_properties.author = "Erika Beispiel"
d.core_properties.comments = "Konto DE02 1203 0000 0000 2020 51"
d.sections[0].header.paragraphs[0].text = "Kunde: erika@example.org"
d.add_heading("Auftrag", 1)
p = d.add_paragraph("Mein Konto DE02 1203 ")
p.add_run("0000 0000 2020 51").bold = True
t = d.add_table(rows=1, cols=2)
t.rows[0].cells[0].text = "Telefon"
t.rows[0].cells[1].text = "+49 171 3920012"
d.save(folder + "/auftrag.docx")
d.add_comment(p.runs, text="alt: erika@example.org", author="Erika")
d.save(folder + "/kommentar.docx")
w = openpyxl.Workbook()
w.properties.creator = "Erika Beispiel"
s = w.active
s.title = "Kunden"
s.append(["Name", "IBAN", "Steuer-ID", "Summe"])
s.append(["Erika Beispiel", "DE02 1203 0000 0000 2020 51", 86095742719, 12.5])
s.append(["Jo", "DE02 1203 0000 0000 2020 51", None, "=D2*2"])
w.save(folder + "/kunden.xlsx")
s["A2"].comment = openpyxl.comments.Comment("erika@example.org", "Erika")
w.save(folder + "/notiz.xlsx")
"#;

const READ: &str = r#"
import docx, openpyxl, sys
folder = sys.argv[1]
d = docx.Document(folder + "/auftrag.docx")
print([p.text for p in d.paragraphs])
print([c.text for r in d.tables[0].rows for c in r.cells])
print(d.sections[0].header.paragraphs[0].text)
print(repr(d.core_properties.author), repr(d.core_properties.comments), len(list(d.comments)))
w = openpyxl.load_workbook(folder + "/kunden.xlsx")
print(w.sheetnames, [[c.value for c in r] for r in w.active.rows])
print(repr(w.properties.creator)) # its own name where there is none
"#;

fn python(script: &str, folder: &Path) -> String {
    let bin = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/reference-tools/bin/python");
    let output = Command::new(&bin).args(["-c", script]).arg(folder).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo xtask test sets {} up: {told}", bin.display());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn copies_of_documents_open_in_office_libraries() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    python(MAKE, &input);
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies = Some(copies(folder.path()));
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(answer.run.totals.incidents, 0, "{}", answer.json["inputs"]);
    let out = folder.path().join("out");
    for name in ["kommentar.docx", "notiz.xlsx"] {
        assert_eq!(answer.input(name)["copy"]["status"], "withheld", "{name} has comments");
        assert!(out.join(format!("{name}.withheld.txt")).is_file());
    }
    let read = python(READ, &out);
    let expected = "\
['Auftrag', 'Mein Konto [IBAN]']
['Telefon', '[PHONE]']
Kunde: [EMAIL]
'' '' 0
['Kunden'] [['Name', 'IBAN', 'Steuer-ID', 'Summe'], ['Erika Beispiel', '[IBAN]', '[TAX_ID]', 12.5], ['Jo', '[IBAN]', None, '=D2*2']]
'openpyxl'
";
    assert_eq!(read, expected);
    let certificates = engine::verify(&options, &input, &out).unwrap();
    let proven = |it: &&engine::Certificate| it.verdict == "proven" && it.residual == 0;
    assert_eq!(certificates.iter().filter(proven).count(), 2, "{certificates:?}");
}
