//! A small run that shows every kind of row, made by hand.

use std::path::Path;

use sparsam::report::{
    CopyRecord, FindingRecord, IncidentRecord, InputRecord, Lang, Reports, RunRecord,
    SkippedRecord, Summary, Titles, UninspectedRecord,
};

/// All reports.
pub(super) const ALL: [&str; 4] = ["jsonl", "json", "csv", "html"];
/// Those for other programs.
pub(super) const MACHINES: [&str; 3] = ["csv-excel", "sarif", "ocsf"];
/// Right-to-left override in a file name: what looks like `chat exe.txt` ends in `.exe`.
pub(super) const BIDI: &str = "chat\u{202e}txt.exe";
/// Markup in a file name.
pub(super) const MARKUP: &str =
    "<script>document.title='x'</script>\"><img src=x onerror=alert(1)>.txt";
/// A formula in a file name.
pub(super) const FORMULA: &str = "=cmd|' /C calc'!A0";

/// Findings of one input, then the input.
pub(super) type Fed = (Vec<FindingRecord>, InputRecord);

/// A finding in a text; the tests change what they are about.
pub(super) fn finding(rule: &str, severity: &str, path: &str, message: u64) -> FindingRecord {
    let (category, _) = rule.split_once('.').unwrap();
    let gdpr = match category {
        "health" => vec!["Art. 4(15)".to_owned(), "Art. 9(1)".to_owned()],
        "credential" => vec!["Art. 32".to_owned()],
        _ => vec!["Art. 4(1)".to_owned()],
    };
    FindingRecord {
        schema: 1,
        id: format!("{message:012x}5e1f00d5c0ffee0000aa"),
        value_id: format!("{:012x}0123456789abcdef0123", message * 7919),
        rule: rule.to_owned(),
        category: category.to_owned(),
        gdpr,
        severity: severity.to_owned(),
        confidence: "high".to_owned(),
        score: 0.99,
        reasons: vec!["checksum".to_owned(), "word:konto".to_owned()],
        status: "open".to_owned(),
        input: "9d2c6f0b7a1e4c58".to_owned(),
        path: path.to_owned(),
        member: None,
        chat: "41c0ffee41c0ffee".to_owned(),
        message,
        part: "body".to_owned(),
        time: Some("2024-03-02T14:05:00".to_owned()),
        direction: None,
        occurrences: 1,
        start: Some(1234),
        end: Some(1256),
        spans: vec![(1234, 1256)],
        line: Some(message + 25),
        table: None,
        column: None,
        row: None,
        cell_start: None,
        cell_end: None,
        preview: "DE** **** **** **** ****".to_owned(),
        length: 27,
        first_seen: None,
        because: None,
        device: None,
        app: Some("whatsapp".to_owned()),
    }
}

/// An input without anything special.
pub(super) fn input(path: &str, status: &str, findings: &[FindingRecord]) -> InputRecord {
    InputRecord {
        path: path.to_owned(),
        input: "9d2c6f0b7a1e4c58".to_owned(),
        format: Some("whatsapp-android".to_owned()),
        device: None,
        app: Some("whatsapp".to_owned()),
        status: status.to_owned(),
        bytes: 48_213,
        bytes_scanned: 48_213,
        bytes_not_scanned: 0,
        messages: 812,
        findings: findings.len() as u64,
        occurrences: findings.iter().map(|finding| finding.occurrences).sum(),
        suppressed: 0,
        incidents: Vec::new(),
        uninspected: Vec::new(),
        notes: Vec::new(),
        copy: None,
        same_chat_as: None,
    }
}

fn incident(kind: &str, member: Option<&str>, detail: &str) -> IncidentRecord {
    IncidentRecord {
        kind: kind.to_owned(),
        member: member.map(str::to_owned),
        detail: detail.to_owned(),
    }
}

fn copy(
    status: &str,
    path: Option<&str>,
    redactions: u64,
    withheld: &[&str],
) -> Option<CopyRecord> {
    Some(CopyRecord {
        status: status.to_owned(),
        path: path.map(str::to_owned),
        bytes: if path.is_some() { 47_900 } else { 0 },
        redactions,
        withheld: withheld.iter().map(|name| (*name).to_owned()).collect(),
    })
}

/// All inputs of the run in path order.
pub(super) fn inputs() -> Vec<Fed> {
    vec![
        container(),
        database(),
        hostile(BIDI, "contact.email", "medium"),
        hostile(FORMULA, "financial.iban", "high"),
        hostile(MARKUP, "health.condition", "high"),
        (Vec::new(), input("exports/Kundenchat Müller.txt", "clean", &[])),
        encrypted(),
        (
            Vec::new(),
            InputRecord {
                format: None,
                messages: 0,
                ..input("exports/notes.bin", "not-a-chat", &[])
            },
        ),
        (Vec::new(), input("exports/old.txt", "unchanged", &[])),
    ]
}

fn container() -> Fed {
    let path = "exports/2024/WhatsApp Chat mit Praxis am Markt.zip";
    let member = Some("_chat.txt".to_owned());
    let mut found = vec![
        FindingRecord {
            occurrences: 3,
            direction: Some("in".to_owned()),
            ..finding("financial.iban", "high", path, 17)
        },
        FindingRecord {
            preview: "*****".to_owned(),
            length: 9,
            reasons: vec!["question:passwort".to_owned()],
            confidence: "medium".to_owned(),
            score: 0.7,
            ..finding("credential.password", "critical", path, 23)
        },
        FindingRecord {
            preview: "Br********".to_owned(),
            length: 10,
            reasons: vec!["term".to_owned(), "cue:third".to_owned()],
            ..finding("health.condition", "high", path, 41)
        },
        FindingRecord {
            part: "caption".to_owned(),
            preview: "*** *** *******".to_owned(),
            length: 15,
            reasons: vec!["shape".to_owned(), "weak-term".to_owned()],
            confidence: "low".to_owned(),
            score: 0.31,
            time: None,
            ..finding("contact.phone", "low", path, 44)
        },
    ];
    found.iter_mut().for_each(|finding| finding.member.clone_from(&member));
    let mut record = input(path, "findings", &found);
    record.format = Some("zip".to_owned());
    record.suppressed = 5;
    record.bytes_not_scanned = 2_300_000;
    record.bytes += record.bytes_not_scanned;
    for (member, kind, bytes) in [
        ("IMG-20240302-WA0007.jpg", "photo", 1_800_000),
        ("PTT-20240302-WA0008.opus", "audio", 500_000),
    ] {
        let member = Some(member.to_owned());
        record.uninspected.push(UninspectedRecord { member, kind: kind.to_owned(), bytes });
    }
    record.copy = copy(
        "written",
        Some("copies/2024/WhatsApp Chat mit Praxis am Markt.zip"),
        6,
        &["IMG-20240302-WA0007.jpg", "PTT-20240302-WA0008.opus"],
    );
    (found, record)
}

fn database() -> Fed {
    let path = "exports/backup/msgstore.db";
    let found = vec![FindingRecord {
        part: "cell".to_owned(),
        start: None,
        end: None,
        spans: Vec::new(),
        line: None,
        table: Some("message".to_owned()),
        column: Some("text_data".to_owned()),
        row: Some(90_417),
        cell_start: Some(12),
        cell_end: Some(24),
        direction: Some("out".to_owned()),
        preview: "C0*******".to_owned(),
        length: 9,
        ..finding("identity.passport", "high", path, 90_417)
    }];
    let mut record = input(path, "partial", &found);
    record.format = Some("msgstore".to_owned());
    record.messages = 104_233;
    record.bytes = 61_865_984;
    record.bytes_scanned = 61_800_000;
    record.bytes_not_scanned = 65_984;
    record.incidents.push(incident("damaged", None, "page 8112: invalid header"));
    record.copy = copy("refused", None, 0, &[]);
    (found, record)
}

fn encrypted() -> Fed {
    let mut record = input("exports/msgstore.db.crypt15", "error", &[]);
    record.format = Some("crypt15".to_owned());
    record.bytes = 9_437_184;
    record.bytes_scanned = 0;
    record.bytes_not_scanned = 9_437_184;
    record.messages = 0;
    record.incidents.push(incident("encrypted", None, "no key was given"));
    record.copy = copy("refused", None, 0, &[]);
    (Vec::new(), record)
}

/// An input whose name wants to harm whoever reads the report.
fn hostile(name: &str, rule: &str, severity: &str) -> Fed {
    let path = format!("exports/{name}");
    let mut one = finding(rule, severity, &path, 5);
    // The name comes without a folder where a single file was named.
    one.path = name.to_owned();
    one.member = Some(name.to_owned());
    let mut record = input(name, "findings", std::slice::from_ref(&one));
    record.notes.push(format!("named {name}"));
    record.uninspected.push(UninspectedRecord {
        member: Some(name.to_owned()),
        kind: "other".to_owned(),
        bytes: 1,
    });
    record.incidents.push(incident("hostile", Some(name), name));
    record.copy = copy("refused", Some(name), 0, &[name]);
    record.status = "partial".to_owned();
    (vec![one], record)
}

/// Names of the rules.
pub(super) fn titles() -> Titles {
    [
        ("contact.email", "E-mail address", "E-Mail-Adresse"),
        ("contact.phone", "Phone number", "Telefonnummer"),
        ("credential.password", "Password", "Passwort"),
        ("financial.iban", "IBAN", "IBAN"),
        ("health.condition", "Illness", "Krankheit"),
        ("identity.passport", "Passport number", "Reisepassnummer"),
    ]
    .map(|(id, en, de)| (id.to_owned(), (en.to_owned(), de.to_owned())))
    .into()
}

/// The head of the run.
pub(super) fn run(reports: &Reports) -> RunRecord {
    let skipped =
        vec![SkippedRecord { path: "exports/latest".to_owned(), kind: "link".to_owned() }];
    let mut totals = reports.totals().clone();
    totals.skipped = skipped.len() as u64;
    RunRecord {
        schema: 1,
        tool: "sparsam".to_owned(),
        version: "0.0.0".to_owned(),
        rules_version: "2026-01".to_owned(),
        rules: 120,
        command: "redact".to_owned(),
        secret_id: "5ec4e71d5ec4e71d".to_owned(),
        started: "2026-01-05T06:00:00Z".to_owned(),
        finished: "2026-01-05T06:02:31Z".to_owned(),
        complete: true,
        device_tag: Some("INV-4711".to_owned()),
        sandbox: "none".to_owned(),
        skipped,
        totals,
        history: None,
    }
}

/// Writes all reports of `inputs` into `folder`.
pub(super) fn write(folder: &Path, lang: Lang, inputs: &[Fed]) -> (RunRecord, Summary) {
    write_named(folder, &ALL, lang, inputs)
}

/// Writes these reports.
pub(super) fn write_named(
    folder: &Path,
    names: &[&str],
    lang: Lang,
    inputs: &[Fed],
) -> (RunRecord, Summary) {
    let mut reports = Reports::start(Some(folder), names, lang, &titles()).unwrap();
    for (findings, input) in inputs {
        findings.iter().for_each(|finding| reports.finding(finding).unwrap());
        reports.input(input).unwrap();
    }
    let run = run(&reports);
    let summary = reports.finish(&run).unwrap();
    (run, summary)
}
