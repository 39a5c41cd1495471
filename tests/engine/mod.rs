//! Whole runs through the library: walk, scan, report, copy, verify.

mod archives;
mod broken;
mod documents;
#[cfg(feature = "outside-tools")]
mod office;
mod pdf;
mod unseen;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use sparsam::detect::Detector;
use sparsam::engine::{self, CopyOptions, EngineError, Memory, Options, Progress};
use sparsam::format::Limits;
use sparsam::model::Confidence;
use sparsam::pattern::load_builtin;
use sparsam::policy::{Operator, Policy};
use sparsam::report::{FindingRecord, Lang, Reports, RunRecord};
use sparsam::secret::InstallationSecret;

const IBAN: &str = "DE89 3704 0044 0532 0130 00";
const CHAT: &str = "\
03.02.24, 14:05 - Erika Beispiel: Guten Tag, hier meine IBAN: DE89 3704 0044 0532 0130 00
03.02.24, 14:06 - Werkstatt: Danke, Frau Beispiel!
Bis morgen
03.02.24, 14:07 - Erika Beispiel: Bin leider krankgeschrieben
04.02.24, 09:00 - Werkstatt: Gute Besserung, Erika
";

static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::new(&load_builtin().unwrap(), |_| true).unwrap());
static SECRET: LazyLock<InstallationSecret> =
    LazyLock::new(|| InstallationSecret::from_bytes([7; 32]));
static GO: AtomicBool = AtomicBool::new(false);

struct Quiet;

impl Progress for Quiet {
    fn total(&self, _: u64, _: u64) {}
    fn advance(&self, _: u64) {}
}

pub(crate) fn options<'a>(folder: &Path, policy: &'a Policy, paths: Vec<PathBuf>) -> Options<'a> {
    Options {
        paths,
        include: Vec::new(),
        exclude: Vec::new(),
        detector: &DETECTOR,
        policy,
        keys: std::sync::Arc::default(),
        secret: &SECRET,
        confidence: Confidence::Medium,
        limits: Limits::default(),
        temp: folder.join("temp"),
        threads: 2,
        device_tag: None,
        sandbox: "none".to_owned(),
        stop: &GO,
        progress: &Quiet,
        copies: None,
        memory: Memory::default(),
    }
}

pub(crate) fn copies(folder: &Path) -> CopyOptions {
    CopyOptions {
        out: folder.join("out"),
        dry_run: false,
        allow_omit: false,
        keep_media: false,
        decrypted: false,
        pseudonymous_participants: false,
    }
}

/// Runs and reads the reports back.
pub(crate) fn run(options: &Options<'_>, report: &Path) -> Result<Answer, EngineError> {
    let reports =
        Reports::start(Some(report), &["jsonl", "json"], Lang::En, &BTreeMap::new()).unwrap();
    let (run, _) = engine::run(options, reports, Some(report))?;
    let text = fs::read_to_string(report.join("findings.jsonl")).unwrap();
    let findings = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let json = fs::read_to_string(report.join("report.json")).unwrap();
    Ok(Answer { run, findings, json: serde_json::from_str(&json).unwrap() })
}

pub(crate) struct Answer {
    pub(crate) run: RunRecord,
    pub(crate) findings: Vec<FindingRecord>,
    pub(crate) json: serde_json::Value,
}

impl Answer {
    pub(crate) fn input(&self, path_end: &str) -> &serde_json::Value {
        let inputs = self.json["inputs"].as_array().unwrap();
        inputs.iter().find(|it| it["path"].as_str().unwrap().ends_with(path_end)).unwrap()
    }

    pub(crate) fn occurrences(&self, rule: &str) -> u64 {
        let of_rule = self.findings.iter().filter(|finding| finding.rule == rule);
        of_rule.map(|finding| finding.occurrences).sum()
    }

    pub(crate) fn rules(&self) -> Vec<&str> {
        self.findings.iter().map(|finding| finding.rule.as_str()).collect()
    }
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn unzip(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut entry = archive.by_index(at).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// A folder with a chat, a zip, a photo and something unknown.
fn export() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir_all(input.join("sub")).unwrap();
    fs::write(input.join("WhatsApp Chat mit Erika Beispiel.txt"), CHAT).unwrap();
    let vcard = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Erika Beispiel\r\nTEL;TYPE=CELL:+49 171 3920012\r\nEND:VCARD\r\n";
    let photo = [0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0];
    let inner = zip(&[("_chat.txt", CHAT.as_bytes())]);
    let outer = zip(&[
        ("_chat.txt", CHAT.as_bytes()),
        ("Erika.vcf", vcard.as_bytes()),
        ("IMG-0001.jpg", &photo),
        ("alt.zip", &inner),
    ]);
    fs::write(input.join("sub/export.zip"), outer).unwrap();
    fs::write(input.join("sub/foto.jpg"), photo).unwrap();
    fs::write(input.join("sub/unknown.bin"), [0, 1, 2, 3, 0, 0, 200]).unwrap();
    folder
}

#[test]
fn finds_reports_and_accounts_for_every_byte() {
    let folder = export();
    let policy = Policy::default();
    let options = options(folder.path(), &policy, vec![folder.path().join("in")]);
    let answer = run(&options, &folder.path().join("report")).unwrap();
    let rules = answer.rules();
    assert_eq!(rules.iter().filter(|rule| **rule == "financial.iban").count(), 2, "{rules:?}");
    assert_eq!(answer.occurrences("financial.iban"), 3, "one chat lies twice in the zip");
    assert_eq!(answer.occurrences("health.sicknote"), 3, "{rules:?}");
    assert!(rules.contains(&"contact.phone"), "{rules:?}");
    assert_eq!(answer.input("Beispiel.txt")["status"], "findings");
    assert_eq!(answer.input("Beispiel.txt")["messages"], 4);
    assert_eq!(answer.input("export.zip")["messages"], 9, "two chats and a contact card");
    assert_eq!(answer.input("unknown.bin")["status"], "not-a-chat");
    assert_eq!(answer.input("foto.jpg")["uninspected"][0]["kind"], "photo");
    assert_eq!(answer.input("export.zip")["uninspected"][0]["member"], "IMG-0001.jpg");
    for input in answer.json["inputs"].as_array().unwrap() {
        let number = |key: &str| input[key].as_u64().unwrap();
        assert_eq!(
            number("bytes"),
            number("bytes_scanned") + number("bytes_not_scanned"),
            "{input}"
        );
    }
    let iban = answer.findings.iter().find(|it| it.rule == "financial.iban").unwrap();
    let (start, end) = (iban.start.unwrap() as usize, iban.end.unwrap() as usize);
    assert_eq!(&CHAT[start..end], IBAN);
    assert_eq!((iban.line, iban.message), (Some(1), 1));
    assert_eq!(iban.time.as_deref(), Some("2024-02-03T14:05:00"));
    let sick = answer.findings.iter().find(|it| it.rule == "health.sicknote").unwrap();
    assert_eq!(sick.line, Some(4), "lines of a message count");
}

#[test]
fn a_sender_is_one_finding_that_counts_its_messages() {
    let folder = tempfile::tempdir().unwrap();
    let line =
        |minute: u32, text: &str| format!("12.03.24, 10:{minute:02} - +49 171 3920012: {text}\n");
    let chat: String = (0..3).map(|minute| line(minute, "Moin")).collect();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in/chat.txt"), chat).unwrap();
    let policy = Policy::default();
    let options = options(folder.path(), &policy, vec![folder.path().join("in")]);
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(answer.rules(), ["contact.phone"]);
    assert_eq!(answer.findings[0].occurrences, 3);
    assert_eq!(answer.run.totals.occurrences, 3);
}

#[test]
fn no_raw_value_in_any_report() {
    let folder = export();
    let secret_name = folder.path().join("in/Kunde DE89370400440532013000");
    fs::create_dir_all(&secret_name).unwrap();
    fs::write(secret_name.join("+49 171 3920012.txt"), CHAT).unwrap();
    let policy = Policy::default();
    let options = options(folder.path(), &policy, vec![folder.path().join("in")]);
    let report = folder.path().join("report");
    run(&options, &report).unwrap();
    for entry in fs::read_dir(&report).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for value in [IBAN, "DE89370400440532013000", "0532 0130", "3920012", "krankgeschrieben"] {
            assert!(!text.contains(value), "{value} in a report");
        }
    }
}

#[test]
fn same_output_at_any_number_of_threads() {
    let folder = export();
    let policy = Policy::default();
    let chatter = "Danke, bis morgen! ".repeat(40);
    let big: String = (0..12_000)
        .map(|at| format!("03.02.24, 14:05 - Erika: Nr {at}, Konto {IBAN}. {chatter}\n"))
        .collect();
    assert!(big.len() > 8 << 20, "large enough for all threads to share it");
    fs::write(folder.path().join("in/big.txt"), big).unwrap();
    let texts: Vec<String> = [1, 8]
        .map(|threads| {
            let paths = vec![folder.path().join("in")];
            let options = Options { threads, ..options(folder.path(), &policy, paths) };
            let report = folder.path().join(format!("report{threads}"));
            run(&options, &report).unwrap();
            fs::read_to_string(report.join("findings.jsonl")).unwrap()
        })
        .into();
    assert!(texts[0].lines().count() > 12_000);
    assert!(texts[0] == texts[1]);
}

#[test]
fn copies_are_equal_outside_of_what_was_redacted_and_hold_nothing() {
    let folder = export();
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![folder.path().join("in")]);
    options.copies = Some(copies(folder.path()));
    let answer = run(&options, &folder.path().join("report")).unwrap();
    let out = folder.path().join("out");
    let copy = fs::read_to_string(out.join("WhatsApp Chat mit Erika Beispiel.txt")).unwrap();
    let sick = answer.findings.iter().find(|it| it.rule == "health.sicknote").unwrap();
    let sick = &CHAT[sick.start.unwrap() as usize..sick.end.unwrap() as usize];
    assert_eq!(copy, CHAT.replace(IBAN, "[IBAN]").replace(sick, "[HEALTH]"));
    let members = unzip(&out.join("sub/export.zip"));
    assert_eq!(members.keys().collect::<Vec<_>>(), ["Erika.vcf", "_chat.txt", "alt.zip"]);
    assert_eq!(members["_chat.txt"], copy.as_bytes());
    assert!(String::from_utf8_lossy(&members["Erika.vcf"]).contains("TEL;TYPE=CELL:[PHONE]"));
    assert_eq!(answer.input("export.zip")["copy"]["withheld"][0], "IMG-0001.jpg");
    assert!(!out.join("sub/foto.jpg").exists(), "media that nobody looked into is withheld");
    assert!(!out.join("sub/unknown.bin").exists());
    for certificate in engine::verify(&options, &folder.path().join("in"), &out).unwrap() {
        let has_copy = !["sub/foto.jpg", "sub/unknown.bin"].contains(&certificate.copy.as_str());
        let verdict = if has_copy { "proven" } else { "no-copy" };
        assert_eq!(certificate.verdict, verdict, "{certificate:?}");
    }
}

#[test]
fn verify_tells_leftovers_and_losses() {
    let folder = export();
    let policy = Policy::default();
    let options = options(folder.path(), &policy, Vec::new());
    let original = folder.path().join("in/WhatsApp Chat mit Erika Beispiel.txt");
    let copy = folder.path().join("copy.txt");
    let redacted = CHAT.replace(IBAN, "[IBAN]").replace("krankgeschrieben", "*****");
    let cases = [
        // (copy, verdict, why)
        (CHAT.to_owned(), "mismatch", "nothing was redacted"),
        (redacted.clone(), "proven", "operators may differ"),
        (redacted.lines().take(1).collect(), "mismatch", "messages are missing"),
        (redacted.replace("Guten Tag", "Guten Abend"), "mismatch", "other text"),
        (redacted.replace("[IBAN]", "[IBAN and more]"), "mismatch", "no placeholder"),
        (redacted.replace("[IBAN]", IBAN), "mismatch", "a value is left"),
    ];
    for (text, verdict, why) in cases {
        fs::write(&copy, text).unwrap();
        let certificates = engine::verify(&options, &original, &copy).unwrap();
        assert_eq!(certificates[0].verdict, verdict, "{why}");
    }
}

#[test]
fn redacting_a_copy_changes_nothing() {
    let folder = export();
    let policy = Policy::default();
    let mut first = options(folder.path(), &policy, vec![folder.path().join("in")]);
    first.copies = Some(copies(folder.path()));
    run(&first, &folder.path().join("report")).unwrap();
    let again = folder.path().join("again");
    let mut second = options(folder.path(), &policy, vec![folder.path().join("out")]);
    second.copies = Some(CopyOptions { out: again.clone(), ..copies(folder.path()) });
    let answer = run(&second, &folder.path().join("report2")).unwrap();
    assert_eq!(answer.run.totals.findings, 0);
    for name in ["WhatsApp Chat mit Erika Beispiel.txt", "sub/export.zip"] {
        let one = fs::read(folder.path().join("out").join(name)).unwrap();
        assert!(one == fs::read(again.join(name)).unwrap(), "{name}");
    }
}

#[test]
fn pseudonyms_are_the_same_for_the_same_value_and_between_runs() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    let line = "03.02.24, 14:05 - Erika: Konto";
    fs::write(input.join("a.txt"), format!("{line} {IBAN}\n{line} DE89370400440532013000\n"))
        .unwrap();
    fs::write(input.join("b.txt"), format!("{line} de89 3704 0044 0532 0130 00\n")).unwrap();
    let policy = Policy { default_operator: Operator::Pseudonym, ..Policy::default() };
    let mut tokens = Vec::new();
    for out in ["out1", "out2"] {
        let mut options = options(folder.path(), &policy, vec![input.clone()]);
        options.copies =
            Some(CopyOptions { out: folder.path().join(out), ..copies(folder.path()) });
        run(&options, &folder.path().join("report")).unwrap();
        for name in ["a.txt", "b.txt"] {
            let copy = fs::read_to_string(folder.path().join(out).join(name)).unwrap();
            tokens.extend(copy.lines().map(|line| line.rsplit_once(' ').unwrap().1.to_owned()));
        }
    }
    assert_eq!(tokens.len(), 6);
    assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");
    assert!(tokens[0].starts_with("[IBAN-") && tokens[0].len() == "[IBAN-]".len() + 12);
}

#[test]
fn participants_vanish_from_senders_bodies_and_names() {
    let folder = export();
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![folder.path().join("in")]);
    options.copies = Some(CopyOptions { pseudonymous_participants: true, ..copies(folder.path()) });
    run(&options, &folder.path().join("report")).unwrap();
    let mut stack = vec![folder.path().join("out")];
    let mut files = 0;
    while let Some(path) = stack.pop() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!name.contains("Erika") && !name.contains("Beispiel"), "{name}");
        if path.is_dir() {
            stack.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        if name == ".sparsam-copies" {
            let list = fs::read_to_string(&path).unwrap();
            assert!(!list.contains("Erika") && list.contains("[Person-"), "{list}");
            continue;
        }
        // In the place of the photo and of what is unknown.
        if name.ends_with(".withheld.txt") {
            continue;
        }
        files += 1;
        if name.ends_with(".zip") {
            let members = unzip(&path);
            assert!(!members.keys().any(|name| name.contains("Erika")), "{:?}", members.keys());
            assert!(!String::from_utf8_lossy(&members["_chat.txt"]).contains("Erika"));
        } else {
            let text = fs::read_to_string(&path).unwrap();
            assert!(!text.contains("Erika") && !text.contains("Beispiel"), "{text}");
            let tokens: Vec<&str> =
                text.match_indices("[Person-").map(|(at, _)| &text[at..at + 21]).collect();
            assert_eq!(tokens[0], tokens[3], "sender and later sender: {text}");
            assert_eq!(text.lines().count(), CHAT.lines().count());
        }
    }
    assert_eq!(files, 2);
}

#[test]
fn a_value_that_only_its_context_gave_away_is_redacted_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let chat = "\
03.02.24, 14:05 - Werkstatt: Und Sommer2024! als Motto?
03.02.24, 14:06 - Werkstatt: Wie lautet das Passwort?
03.02.24, 14:07 - Erika: Sommer2024!
";
    let input = folder.path().join("chat.txt");
    fs::write(&input, chat).unwrap();
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies = Some(copies(folder.path()));
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(answer.rules(), ["credential.password"], "the other mention is no finding");
    let copy = folder.path().join("out/chat.txt");
    assert_eq!(fs::read_to_string(&copy).unwrap(), chat.replace("Sommer2024!", "[PASSWORD]"));
    let half = folder.path().join("half.txt");
    fs::write(&half, chat.replace("Erika: Sommer2024!", "Erika: [PASSWORD]")).unwrap();
    let certificate = engine::verify(&options, &input, &half).unwrap().remove(0);
    assert_eq!((certificate.verdict.as_str(), certificate.residual), ("mismatch", 1));
}

#[test]
fn a_number_that_words_make_harmless_is_redacted_where_its_equal_is() {
    let folder = tempfile::tempdir().unwrap();
    let chat = "\
03.02.24, 14:05 - Erika: 015123456789
03.02.24, 14:06 - Werkstatt: Kundennummer 015123456789?
";
    let input = folder.path().join("chat.txt");
    fs::write(&input, chat).unwrap();
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies = Some(copies(folder.path()));
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(answer.rules(), ["contact.phone"], "the customer's number is no finding");
    let copy = folder.path().join("out/chat.txt");
    assert_eq!(fs::read_to_string(&copy).unwrap(), chat.replace("015123456789", "[PHONE]"));
    let half = folder.path().join("half.txt");
    fs::write(&half, chat.replacen("015123456789", "[PHONE]", 1)).unwrap();
    let certificate = engine::verify(&options, &input, &half).unwrap().remove(0);
    assert_eq!((certificate.verdict.as_str(), certificate.residual), ("mismatch", 1));
}

#[test]
fn names_with_findings_are_redacted_and_references_follow() {
    let folder = tempfile::tempdir().unwrap();
    let chat = "03.02.24, 14:05 - Erika: Konto DE89370400440532013000.pdf (Datei angehängt)\n";
    let bytes = zip(&[
        ("WhatsApp Chat mit Erika.txt", chat.as_bytes()),
        ("Konto DE89370400440532013000.pdf", &crate::formats::make::pdf(&["nothing"])),
    ]);
    fs::write(folder.path().join("+49 171 3920012.zip"), bytes).unwrap();
    let policy = Policy::default();
    let input = folder.path().join("+49 171 3920012.zip");
    let mut options = options(folder.path(), &policy, vec![input]);
    options.copies = Some(CopyOptions { keep_media: true, ..copies(folder.path()) });
    let answer = run(&options, &folder.path().join("report")).unwrap();
    let members = unzip(&folder.path().join("out/[PHONE].zip"));
    assert_eq!(
        members.keys().collect::<Vec<_>>(),
        ["Konto [IBAN].pdf", "WhatsApp Chat mit Erika.txt"]
    );
    let text = String::from_utf8_lossy(&members["WhatsApp Chat mit Erika.txt"]).into_owned();
    assert_eq!(text, chat.replace("DE89370400440532013000", "[IBAN]"));
    assert!(answer.run.totals.occurrences >= 3, "names are findings too: {:?}", answer.rules());
}

#[test]
fn an_incident_means_no_copy_unless_told_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let other = CHAT.replace("hier meine", "nochmal meine").replace("Bin leider", "Immer noch");
    let mut bytes = zip(&[("_chat.txt", CHAT.as_bytes()), ("other.txt", other.as_bytes())]);
    // The checksum of the second member: local header and directory.
    let crc = {
        let mut crc = flate2::Crc::new();
        crc.update(other.as_bytes());
        crc.sum().to_le_bytes()
    };
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|at| bytes[*at..at + 4] == crc).collect();
    assert_eq!(places.len(), 2, "local header and directory");
    for at in places {
        bytes[at] ^= 1;
    }
    let input = folder.path().join("damaged.zip");
    fs::write(&input, bytes).unwrap();
    let policy = Policy::default();
    for (allow_omit, members) in [(false, None), (true, Some(1))] {
        let mut options = options(folder.path(), &policy, vec![input.clone()]);
        options.copies = Some(CopyOptions { allow_omit, ..copies(folder.path()) });
        let answer = run(&options, &folder.path().join("report")).unwrap();
        let copy = folder.path().join("out/damaged.zip");
        assert_eq!(answer.input("damaged.zip")["status"], "partial");
        assert_eq!(answer.input("damaged.zip")["incidents"][0]["kind"], "bad-crc");
        assert_eq!(copy.exists().then(|| unzip(&copy).len()), members);
        assert!(answer.rules().len() >= 4, "what could be read was scanned");
    }
}

#[test]
fn wrong_outputs_are_refused_before_anything_is_written() {
    let folder = export();
    let input = folder.path().join("in");
    let other = folder.path().join("other/in");
    fs::create_dir_all(other.join("sub")).unwrap();
    fs::write(other.join("sub/export.zip"), zip(&[])).unwrap();
    let policy = Policy::default();
    let cases = [
        // (paths, out, why)
        (vec![input.clone()], input.join("out"), "output inside input"),
        (vec![input.clone()], folder.path().to_owned(), "input inside output"),
        (vec![input.clone(), other], folder.path().join("out"), "two copies of one name"),
        (vec![folder.path().join("missing")], folder.path().join("out"), "no such input"),
    ];
    for (paths, out, why) in cases {
        let mut options = options(folder.path(), &policy, paths);
        options.copies = Some(CopyOptions { out: out.clone(), ..copies(folder.path()) });
        assert!(run(&options, &folder.path().join("report")).is_err(), "{why}");
        assert!(!input.join("out").exists(), "{why}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_listed_and_never_followed_and_inputs_stay_as_they_are() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let folder = export();
    let input = folder.path().join("in");
    let outside = folder.path().join("outside.txt");
    fs::write(&outside, CHAT).unwrap();
    symlink(&outside, input.join("link.txt")).unwrap();
    let fifo = std::process::Command::new("mkfifo").arg(input.join("pipe")).status().unwrap();
    assert!(fifo.success());
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    symlink(&outside, out.join("WhatsApp Chat mit Erika Beispiel.txt")).unwrap();
    let state = || -> Vec<_> {
        let mut files: Vec<_> = walkdir::WalkDir::new(&input)
            .into_iter()
            .map(|entry| {
                let entry = entry.unwrap();
                let metadata = entry.path().symlink_metadata().unwrap();
                (entry.into_path(), metadata.mtime_nsec(), metadata.mode(), metadata.len())
            })
            .collect();
        files.sort();
        files
    };
    let before = state();
    let policy = Policy::default();
    let mut options = options(folder.path(), &policy, vec![input.clone()]);
    options.copies = Some(copies(folder.path()));
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(before, state());
    let kinds: Vec<&str> = answer.run.skipped.iter().map(|skipped| skipped.kind.as_str()).collect();
    assert_eq!(kinds, ["link", "fifo"]);
    assert_eq!(fs::read_to_string(&outside).unwrap(), CHAT, "a link in the output is replaced");
    for entry in walkdir::WalkDir::new(&out).min_depth(1) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if entry.file_type().is_dir() { 0o700 } else { 0o600 });
    }
}

#[test]
fn own_data_is_no_finding_but_counted() {
    let folder = export();
    let mut policy = Policy::default();
    policy.own.ibans.push("DE89370400440532013000".to_owned());
    let options = options(folder.path(), &policy, vec![folder.path().join("in")]);
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert!(!answer.rules().contains(&"financial.iban"));
    assert_eq!(answer.run.totals.suppressed, 3);
}

#[test]
fn limits_stop_an_input_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut nested = zip(&[("_chat.txt", CHAT.as_bytes())]);
    for _ in 0..10 {
        nested = zip(&[("again.zip", &nested), ("_chat.txt", CHAT.as_bytes())]);
    }
    fs::write(folder.path().join("deep.zip"), nested).unwrap();
    let bomb = zip(&[("_chat.txt", &vec![b'a'; 300 << 20])]);
    fs::write(folder.path().join("bomb.zip"), bomb).unwrap();
    let policy = Policy::default();
    let paths = vec![folder.path().join("deep.zip"), folder.path().join("bomb.zip")];
    let options = options(folder.path(), &policy, paths);
    let answer = run(&options, &folder.path().join("report")).unwrap();
    assert_eq!(answer.input("deep.zip")["status"], "limit");
    assert_eq!(answer.input("deep.zip")["incidents"][0]["kind"], "limit:depth");
    assert_eq!(answer.input("deep.zip")["messages"], 8 * 4, "siblings go on");
    assert_eq!(answer.input("bomb.zip")["incidents"][0]["kind"], "limit:expanded-bytes");
}
