//! Inputs made to mislead, of every kind that is known: what is hidden in them is found and in no
//! copy, and what cannot be read is told.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::promises::{canary, contains, grouped, message, sparsam};
use super::zip;

/// A value with something between its groups.
fn joined(value: &str, between: &str) -> String {
    grouped(value).replace(' ', between)
}

/// Digits of another script, from its zero on.
fn digits(value: &str, zero: char) -> String {
    let digit = |c: char| c.to_digit(10).and_then(|it| char::from_u32(u32::from(zero) + it));
    value.chars().map(|c| digit(c).unwrap_or(c)).collect()
}

/// All printable ASCII in its wide form.
fn wide(value: &str) -> String {
    let wide = |c: char| char::from_u32(u32::from(c) - 0x21 + 0xFF01);
    value.chars().map(|c| wide(c).unwrap_or(c)).collect()
}

/// A number that only its check digit tells: a card.
fn card(number: u32) -> String {
    let start = format!("411111{:09}", 300_000_000 + number);
    let sum: u32 = start
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0') * if at.is_multiple_of(2) { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{start}{}", (10 - sum % 10) % 10)
}

/// Scans and redacts one file; answers its record and the copy, and checks what holds for all.
fn redact(name: &str, bytes: &[u8]) -> (serde_json::Value, Option<Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in").join(name), bytes).unwrap();
    let output = sparsam(folder.path(), &["redact", "in", "--out", "out", "--report", "report"]);
    assert!(matches!(output.status.code(), Some(0 | 3)), "{name}: {output:?}");
    let report = fs::read_to_string(folder.path().join("report/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let input = report["inputs"][0].clone();
    assert_eq!(output.status.code() == Some(0), input["incidents"] == serde_json::json!([]));
    assert_eq!(fs::read(folder.path().join("in").join(name)).unwrap(), bytes, "{name}");
    (input, fs::read(folder.path().join("out").join(name)).ok())
}

#[test]
fn values_in_disguise_are_found_and_in_no_copy() {
    type Disguise = fn(&str) -> String;
    let cases: [(Disguise, &str); 24] = [
        (|it| joined(it, "\u{200b}"), "zero-width space"),
        (|it| joined(it, "\u{200c}"), "zero-width non-joiner"),
        (|it| joined(it, "\u{200d}"), "zero-width joiner"),
        (|it| joined(it, "\u{2060}"), "word joiner"),
        (|it| joined(it, "\u{ad}"), "soft hyphen"),
        (|it| joined(it, "\u{feff}"), "a mark in the middle"),
        (|it| joined(it, "\u{200e}"), "left-to-right mark"),
        (|it| joined(it, "\u{a0}"), "no-break space"),
        (|it| joined(it, "\u{202f}"), "narrow no-break space"),
        (|it| joined(it, "\u{2009}"), "thin space"),
        (|it| joined(it, "\u{2007}"), "figure space"),
        (|it| joined(it, "\u{3000}"), "ideographic space"),
        (|it| joined(it, "\u{2010}"), "hyphen"),
        (|it| joined(it, "\u{2011}"), "no-break hyphen"),
        (|it| joined(it, "."), "dots"),
        (|it| format!("\u{202a}{it}\u{202c}"), "embedded direction"),
        (|it| format!("\u{202e}{it}"), "right-to-left override"),
        (wide, "wide forms"),
        (|it| digits(it, '\u{660}'), "Arabic digits"),
        (|it| digits(it, '\u{966}'), "Devanagari digits"),
        (|it| digits(it, '\u{1d7ce}'), "mathematical bold"),
        (str::to_lowercase, "small letters"),
        (|it| format!("*{it}*"), "bold"),
        (|it| format!("Gru\u{308}\u{df}e {it} \u{1f468}\u{200d}\u{1f469}"), "decomposed, emoji"),
    ];
    for (number, (disguise, why)) in cases.into_iter().enumerate() {
        let value = disguise(&canary(100 + number as u32));
        let chat = message(&format!("IBAN {value}"));
        let (input, copy) = redact("a.txt", chat.as_bytes());
        assert_eq!(input["status"], "findings", "{why}: {input}");
        let copy = copy.expect(why);
        let core: String = value.chars().filter(|c| c.is_alphanumeric()).take(12).collect();
        let left: String =
            String::from_utf8(copy).unwrap().chars().filter(|c| c.is_alphanumeric()).collect();
        assert!(!left.contains(&core), "{why}: {left}");
    }
}

#[test]
fn odd_texts_are_read() {
    let value = grouped(&canary(200));
    let chat = message(&format!("IBAN {value}"));
    let line = chat.lines().next().unwrap();
    let utf16: Vec<u8> = chat.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let cases: [(&str, Vec<u8>, &str); 14] = [
        ("a.txt", chat.replace('\n', "\r").into_bytes(), "lines end as on old Macs"),
        ("a.txt", format!("{line}\r\n{line}\n{line}\r{line}").into_bytes(), "all line ends"),
        ("a.txt", [&[0xfe, 0xff], &utf16[..], b"\0"].concat(), "an odd byte at the end"),
        ("a.txt", [&utf16[..], b"\xd8\0"].concat(), "half a surrogate"),
        ("a.txt", [chat.as_bytes(), b"\xff\xfe\x80\xc0\xaf"].concat(), "bad bytes"),
        ("a.txt", [chat.as_bytes(), b"\0\0\0 nothing \0"].concat(), "zeros"),
        ("a.bin", [&[0, 1, 2, 255][..], b"\n", chat.as_bytes()].concat(), "a line of bytes before"),
        ("a.txt", format!("{}\n{chat}", "x".repeat(70_000)).into_bytes(), "beyond the first look"),
        ("a.txt", format!("{}{chat}", "\n".repeat(200_000)).into_bytes(), "nothing but line ends"),
        ("a.txt", message(&format!("{}{value}", "- ".repeat(60_000))).into_bytes(), "separators"),
        (
            "a.txt",
            message(&format!("{} {value}", "a@b.".repeat(40_000))).into_bytes(),
            "near misses",
        ),
        ("a.txt", message(&format!("<script>x</script>=cmd|' /C' {value}")).into_bytes(), "markup"),
        ("a.txt", message(&format!("[IBAN-1f0c77a2b9d4] \x1b[2J {value}")).into_bytes(), "forged"),
        ("a.zip.txt", zip(&[("_chat.txt", chat.as_bytes())]), "an archive under another name"),
    ];
    for (name, bytes, why) in cases {
        let (input, copy) = redact(name, &bytes);
        assert_eq!(input["status"], "findings", "{why}: {input}");
        let copy = copy.expect(why);
        let last = value.split(' ').nth(4).unwrap();
        assert!(!contains(&copy, last.as_bytes()), "{why}");
        let wide: Vec<u8> = last.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(!contains(&copy, &wide), "{why}");
    }
}

#[test]
fn odd_documents_are_read_or_told() {
    let value = canary(210);
    let escaped: String = value.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let entities: String = value.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    let deep = format!("{}\"{value}\"{}", "[".repeat(200_000), "]".repeat(200_000));
    let chat = message(&value);
    let archive = zip(&[("_chat.txt", chat.as_bytes())]);
    let polyglot =
        [&b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"[..], &archive].concat();
    let honest = zip(&[("_chat.txt", message("Hallo").repeat(20_000).as_bytes())]);
    let cases: [(&str, Vec<u8>, &str, bool, &str); 8] = [
        // (name, bytes, status, copy, why)
        (
            "a.json",
            format!("{{\"a\":\"{escaped}\",\"b\":\"\\ud800\"}}").into_bytes(),
            "findings",
            true,
            "escapes",
        ),
        (
            "a.json",
            format!("{{\"a\":\"{value}\",\"a\":\"{value}\"}}").into_bytes(),
            "findings",
            true,
            "a key twice",
        ),
        (
            "a.json",
            format!("{{\"card\":{},\"n\":1e999}}", card(1)).into_bytes(),
            "findings",
            true,
            "a number",
        ),
        ("a.json", deep.into_bytes(), "limit", false, "deep"),
        (
            "a.html",
            format!("<html><p>{entities}</p></html>").into_bytes(),
            "findings",
            true,
            "entities",
        ),
        ("a.jpg", polyglot, "findings", false, "a photo with an archive behind it"),
        ("a.zip", honest, "clean", true, "an honest chat that packs well"),
        ("a.db", Vec::new(), "error", false, "an empty database"),
    ];
    for (name, bytes, status, has_copy, why) in cases {
        let (input, copy) = redact(name, &bytes);
        let is_hidden = why.starts_with("a photo");
        assert!(input["status"] == status || is_hidden, "{why}: {input}");
        assert_eq!(copy.is_some(), has_copy, "{why}: {input}");
        assert!(copy.is_none_or(|copy| !contains(&copy, value.as_bytes())), "{why}");
    }
}

/// What is nobody's file: never opened, and listed.
#[test]
fn odd_files_are_told_and_never_followed() {
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    let chat = message(&canary(220));
    fs::write(input.join("chat.txt"), &chat).unwrap();
    fs::hard_link(input.join("chat.txt"), input.join("same.txt")).unwrap();
    for name in
        [&b"line\nend.txt"[..], b"\xff\xfe bytes.txt", b"\x1b[2Jescape.txt", b"-rf.txt", b" .txt"]
    {
        fs::write(input.join(std::ffi::OsStr::from_bytes(name)), &chat).unwrap();
    }
    for (to, name) in [("/etc/passwd", "a"), ("..", "b"), ("d", "c"), ("c", "d"), ("nowhere", "e")]
    {
        symlink(to, input.join(name)).unwrap();
    }
    let _socket = std::os::unix::net::UnixListener::bind(input.join("socket")).unwrap();
    rustix_fifo(&input.join("fifo"));
    let odd = fs::File::options().write(true).open(input.join("chat.txt")).unwrap();
    odd.set_modified(
        std::time::SystemTime::UNIX_EPOCH - std::time::Duration::from_secs(2_000_000_000),
    )
    .unwrap();
    let out = folder.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(folder.path().join("victim"), "untouched").unwrap();
    symlink("../victim", out.join("same.txt")).unwrap();
    let run = sparsam(folder.path(), &["redact", "in", "--out", "out", "--report", "report"]);
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stdout));
    let shown = [run.stdout, run.stderr].concat();
    assert!(!contains(&shown, b"\x1b") && !contains(&shown, b"root:"), "escapes and strangers");
    assert_eq!(fs::read_to_string(folder.path().join("victim")).unwrap(), "untouched");
    assert_eq!(fs::read_to_string(input.join("same.txt")).unwrap(), chat, "one file, two names");
    let report = fs::read_to_string(folder.path().join("report/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let kinds: Vec<&str> = report["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "link").count(), 5, "{kinds:?}");
    assert!(kinds.contains(&"fifo") && kinds.contains(&"socket"), "{kinds:?}");
    assert_eq!(report["inputs"].as_array().unwrap().len(), 7);
    let copies = fs::read_dir(&out).unwrap().filter(|it| {
        let path = it.as_ref().unwrap().path();
        path.is_file() && fs::read(path).unwrap().starts_with(b"03.02.24")
    });
    assert_eq!(copies.count(), 7, "a link where a copy belongs is replaced, not followed");
    assert!(out.join("same.txt").symlink_metadata().unwrap().is_file());
}

fn rustix_fifo(path: &Path) {
    let status = std::process::Command::new("mkfifo").arg(path).status().unwrap();
    assert!(status.success());
}

/// Members of archives may be called anything: nothing is written outside, no link is one.
#[test]
fn names_inside_of_archives_lead_nowhere() {
    let value = canary(230);
    let chat = message(&value);
    let names = [
        "../../escaped.txt",
        "/absolute.txt",
        "..\\windows.txt",
        "C:\\drive.txt",
        "\\\\server\\share.txt",
        "a/./../b.txt",
        "CON.txt",
        "\u{1b}[2J.txt",
        "<img src=x>.txt",
    ];
    for name in names {
        let mut writer = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = ::zip::write::SimpleFileOptions::default();
        writer.start_file(name, options).unwrap();
        writer.write_all(chat.as_bytes()).unwrap();
        writer.add_symlink("link", "/etc/passwd", options).unwrap();
        let (input, copy) = redact("a.zip", &writer.finish().unwrap().into_inner());
        assert_eq!(input["findings"], 1, "{name:?}: {input}");
        let Some(copy) = copy else {
            assert_eq!(input["status"], "partial", "{name:?}: {input}");
            continue;
        };
        let mut archive = ::zip::ZipArchive::new(std::io::Cursor::new(copy)).unwrap();
        for at in 0..archive.len() {
            let entry = archive.by_index(at).unwrap();
            assert!(entry.enclosed_name().is_some(), "{name:?} leads outside");
            assert!(!entry.is_symlink(), "{name:?}");
        }
    }
}
