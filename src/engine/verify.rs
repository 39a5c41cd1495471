//! Proof that a copy is what it promises to be.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::backup::Backups;
use super::copies::{Look, NOTE_ENDING, findings, is_note, messages, rescan};
use super::mentions::{Mentions, NOTHING};
use super::names::{CopyNames, below_text, decrypted, masked};
use super::remainder::Remainder;
use super::run;
use super::scan::InputScan;
use super::shelf::LIST;
use super::walk::{COMPANIONS, Kind, walk};
use super::{CopyOptions, EngineError, Options};
use crate::files;
use crate::format::{FormatError, SNIFF_BYTES, find, media};

/// What `sparsam verify` answers for one copy.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[allow(missing_docs, reason = "docs/report.md explains each key")]
pub struct Certificate {
    pub schema: u32,
    pub tool: String,
    pub version: String,
    pub rules_version: String,
    /// Path below the folder of copies; `.` if files were compared.
    pub copy: String,
    pub original_sha256: Option<String>,
    pub copy_sha256: Option<String>,
    pub original_messages: u64,
    pub copy_messages: u64,
    /// Findings in the original by rule.
    pub redacted: BTreeMap<String, u64>,
    /// Findings left in the copy.
    pub residual: u64,
    /// What the copy lacks: members nobody looked into.
    pub withheld: Vec<String>,
    /// What it holds although nobody looked into it (`--keep-media`).
    pub kept: Vec<String>,
    /// Why it is not proven; empty if it is.
    pub failures: Vec<String>,
    /// `proven`, `mismatch`, `unreadable`, `missing` for a chat, document, database, archive or backup
    /// without a copy, `skipped` for links and devices, or `no-copy` for anything else without one.
    pub verdict: String,
}

/// Compares copies with their originals: both are scanned; the copy must hold nothing that counts,
/// be readable to the end and have as many messages. Folders are compared copy by copy.
///
/// # Errors
/// A path does not exist.
pub fn verify(
    options: &Options<'_>,
    original: &Path,
    copy: &Path,
) -> Result<Vec<Certificate>, EngineError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads)
        .build()
        .map_err(|_| EngineError::Threads(options.threads))?;
    run::prepare_temp(options)?;
    pool.install(|| {
        if !copy.is_dir() {
            if original.is_dir() {
                let what = "is a folder, and the copy is a file: name two files or two folders";
                return Err(EngineError::Path { path: original.to_owned(), what: what.to_owned() });
            }
            return Ok(vec![compare(options, [original, copy], ".", None)]);
        }
        let originals = walk(&[original.to_owned()], &[], &[], None)?;
        let copies = walk(&[copy.to_owned()], &[], &[], None)?;
        let below: Vec<String> = originals.iter().map(|it| below_text(&it.below)).collect();
        // The copies may have been made with or without names of participants.
        let people = run::people(options, &originals, &run::folders(&below));
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for people in [&people, &BTreeMap::new()] {
            let mut names = CopyNames::plan(options, &below, people).copies;
            Backups::plan(options, &originals, &below, Some(&mut names));
            // What was encrypted may have been written as it is.
            let plain = names.iter().map(|name| decrypted(name).to_owned()).zip(0..);
            let plain: Vec<(String, usize)> = plain.filter(|it| it.0 != names[it.1]).collect();
            by_name.extend(names.into_iter().zip(0..));
            for (name, at) in plain {
                by_name.entry(name).or_insert(at);
            }
        }
        let folders = run::folders(&below);
        let mut uncopied: BTreeSet<usize> = (0..originals.len()).collect();
        let mut certificates = Vec::new();
        let mut withheld = BTreeSet::new();
        for found in &copies {
            let name = below_text(&found.below);
            let base = name.rsplit('/').next().unwrap_or_default();
            let (verdict, what) = match &found.kind {
                Kind::File(_) if name == LIST => match left_in_list(options, &found.path) {
                    Ok(0) => continue,
                    Ok(_) => {
                        ("mismatch", "confidential data stands in the list of copies: delete it")
                    }
                    Err(_) => ("unreadable", "the list of copies cannot be read"),
                },
                Kind::File(_) | Kind::Skipped("own-temporary-file") if files::is_pending(base) => {
                    ("mismatch", "a stopped run left it half-written: redact again, or delete it")
                }
                Kind::File(_) if has_companion(&found.path) => (
                    "mismatch",
                    "a log or journal of a database lies beside it: no copy has one, delete it",
                ),
                Kind::File(_) => ("", ""),
                Kind::Skipped(_) => ("mismatch", "a link or a device is no copy: delete it"),
                Kind::Broken(_) => ("unreadable", "the copy cannot be read"),
            };
            if !what.is_empty() {
                by_name.get(&name).map(|at| uncopied.remove(at));
                certificates.push(Certificate {
                    failures: vec![what.to_owned()],
                    verdict: verdict.to_owned(),
                    ..blank(options, &name)
                });
                continue;
            }
            let noted = name.strip_suffix(NOTE_ENDING).and_then(|of| by_name.get(of));
            if let Some(at) = noted.filter(|_| !by_name.contains_key(&name))
                && is_note(&found.path)
            {
                withheld.insert(*at);
                continue;
            }
            certificates.push(match by_name.get(&name) {
                Some(at) => {
                    uncopied.remove(at);
                    let pair = [originals[*at].path.as_path(), found.path.as_path()];
                    compare(options, pair, &name, people.get(&folders[*at]))
                }
                None => Certificate {
                    failures: vec!["no original has this name".to_owned()],
                    verdict: "mismatch".to_owned(),
                    ..blank(options, &name)
                },
            });
        }
        certificates.extend(uncopied.into_iter().map(|at| {
            let none = "there is no copy of this original";
            let (verdict, what) = match originals[at].kind {
                Kind::Skipped(_) => ("skipped", "links and devices are never opened"),
                Kind::Broken(_) => ("unreadable", "the original cannot be read"),
                Kind::File(_) if withheld.contains(&at) => {
                    ("no-copy", "it was withheld: a note stands in its place")
                }
                Kind::File(_) if needs_copy(&originals[at].path) => ("missing", none),
                Kind::File(_) => ("no-copy", none),
            };
            Certificate {
                failures: vec![what.to_owned()],
                verdict: verdict.to_owned(),
                ..blank(options, &below[at])
            }
        }));
        Ok(certificates)
    })
}

/// Whether something lies beside a file that SQLite would read with it.
fn has_companion(path: &Path) -> bool {
    COMPANIONS.iter().any(|ending| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(ending);
        Path::new(&beside).symlink_metadata().is_ok()
    })
}

/// How many findings stand in the list of copies.
fn left_in_list(options: &Options<'_>, list: &Path) -> Result<u64, FormatError> {
    Ok(rescan(options, list, LIST, Look::default())?.spool.occurrences())
}

/// Whether a file is something that a run reads or cannot read, rather than media or nothing known.
fn needs_copy(path: &Path) -> bool {
    let mut head = Vec::new();
    let opened = files::open_regular(path);
    let read = opened.and_then(|file| file.take(SNIFF_BYTES as u64).read_to_end(&mut head));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_known = || find(&head, &name).is_some();
    read.is_err()
        || match media::classify(&head, &name) {
            Some("photo" | "video" | "audio" | "sticker") => false,
            Some("document") | None => is_known(),
            // Databases, archives and encrypted backups hold chats, whoever can read them.
            Some(_) => true,
        }
}

fn blank(options: &Options<'_>, name: &str) -> Certificate {
    Certificate {
        schema: 1,
        tool: "sparsam".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        rules_version: options.detector.rules_version().to_owned(),
        copy: masked(options, &NOTHING, name),
        ..Certificate::default()
    }
}

/// Compares `[original, copy]`; `people` are those of the original's folder, where that is known.
fn compare(
    options: &Options<'_>,
    [original, copy]: [&Path; 2],
    name: &str,
    people: Option<&Mentions>,
) -> Certificate {
    let mut certificate = blank(options, name);
    let name_of = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let before = rescan(options, original, &name_of(original), Look::default());
    let learned = before.as_ref().map(|before| before.learned.clone()).unwrap_or_default();
    let known = Mentions::new(learned);
    let look = Look { known: &known, remainder: true, ..Look::default() };
    let after = rescan(options, copy, &name_of(copy), look);
    let (before, after) = match (before, after) {
        (Ok(before), Ok(after)) => (before, after),
        (before, after) => {
            let told = |which: &str, scan: Result<InputScan<'_>, FormatError>| {
                scan.err().map(|error| format!("the {which} cannot be read: {error}"))
            };
            certificate.failures.extend(told("original", before));
            certificate.failures.extend(told("copy", after));
            certificate.verdict = "unreadable".to_owned();
            return certificate;
        }
    };
    certificate.original_sha256 = sha256(original);
    certificate.copy_sha256 = sha256(copy);
    certificate.original_messages = before.messages - before.messages_not_copied;
    certificate.copy_messages = after.messages;
    certificate.residual = after.spool.occurrences() + after.leftovers;
    certificate.withheld = before.uninspected.iter().filter_map(|it| it.member.clone()).collect();
    for it in &after.uninspected {
        certificate.withheld.retain(|member| Some(member) != it.member.as_ref());
    }
    let mut failures = Vec::new();
    let is_whole = after.incidents.is_empty();
    if !is_whole {
        failures.push("the copy cannot be read to its end".to_owned());
    }
    let is_seen = after.bytes == 0 || after.bytes > after.bytes_not_scanned;
    if !is_seen {
        failures.push("nobody can look into a file of this kind".to_owned());
    }
    certificate.kept = after.uninspected.iter().filter_map(|it| it.member.clone()).collect();
    if certificate.residual > 0 {
        let verb = if certificate.residual == 1 { "is" } else { "are" };
        failures.push(format!("{} {verb} left in the copy", findings(certificate.residual)));
    }
    if before.incidents.is_empty() && certificate.original_messages != after.messages {
        failures.push(format!(
            "the copy has {} instead of {}",
            messages(after.messages),
            certificate.original_messages
        ));
    }
    let unread = !before.incidents.is_empty();
    let rest = after.remainder.map(Remainder::finish);
    // As without and as with names of participants; the latter needs to know who they are. Most
    // copies are what one reading made, some what a second one did that knew the values.
    let nobody = Some((false, &NOTHING));
    let everybody = people.map(|people| (true, people));
    let is_made_so = |people: Option<(bool, &Mentions)>, settles: bool| {
        let Some((pseudonymous_participants, people)) = people else { return false };
        let copies = CopyOptions {
            out: PathBuf::new(),
            dry_run: true,
            allow_omit: true,
            keep_media: true,
            decrypted: false,
            pseudonymous_participants,
        };
        let known = if settles { &known } else { &NOTHING };
        let look = Look { known, people, as_copied: Some(&copies), remainder: true, settles };
        rescan(options, original, &name_of(original), look)
            .is_ok_and(|scan| scan.remainder.map(Remainder::finish) == rest)
    };
    let ways = [(nobody, false), (everybody, false), (nobody, true), (everybody, true)];
    let is_equal = ways.into_iter().any(|(people, settles)| is_made_so(people, settles));
    if !unread && !is_equal {
        failures.push("text outside of what is redacted differs".to_owned());
    }
    let drained = before.spool.drain::<std::io::Error>(|finding| {
        *certificate.redacted.entry(finding.rule.clone()).or_default() += finding.occurrences;
        Ok(())
    });
    if drained.is_err() {
        failures.push("findings of the original cannot be counted".to_owned());
    }
    let is_left = certificate.residual > 0;
    certificate.verdict = if is_left || !failures.is_empty() && is_whole && is_seen && !unread {
        "mismatch"
    } else if unread || !is_whole || !is_seen {
        "unreadable"
    } else {
        "proven"
    }
    .to_owned();
    if unread {
        failures.push("the original cannot be read to its end".to_owned());
    }
    certificate.failures = failures;
    certificate
}

/// SHA-256 (FIPS 180-4) of a file in hex.
fn sha256(path: &Path) -> Option<String> {
    let mut file = files::open_regular(path).ok()?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hex::encode(hash.finalize())),
            got => hash.update(&buffer[..got]),
        }
    }
}
