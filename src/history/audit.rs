//! The audit log: JSON Lines, each carrying the hash of the one before.
//!
//! A line says who did what when, with counts and hashes, never values or names of files. Whoever edits,
//! deletes or reorders a line breaks the chain; whoever cuts the end off is found out by the state, which
//! remembers how long the log was. Whoever can rewrite log and state together can forge both: print the
//! head (`sparsam log verify`) and keep it elsewhere.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::state::{State, StateError};
use crate::files;

/// Name of the log in the state folder.
pub const FILE: &str = "audit.jsonl";
/// What the first line has instead of the hash of the one before.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One line without what chains it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "docs/history.md explains each key")]
pub struct Entry {
    pub time: String,
    pub action: String,
    pub user: String,
    pub host: String,
    pub version: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inputs: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub counts: std::collections::BTreeMap<String, u64>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    seq: u64,
    #[serde(flatten)]
    entry: Entry,
    prev: String,
}

/// What checking the log showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// All lines hang together; so many, and the hash of the last one.
    Good {
        /// Number of lines.
        lines: u64,
        /// Hash of the last line.
        head: String,
    },
    /// This line, from 1, is not what was written.
    Broken {
        /// Line from 1.
        line: u64,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl State {
    /// Adds a line to the audit log.
    ///
    /// # Errors
    /// The log cannot be written.
    pub fn log(&self, entry: &Entry) -> Result<(), StateError> {
        let path = self.folder.join(FILE);
        let io = |error: io::Error| StateError::Broken {
            path: path.clone(),
            what: error.kind().to_string(),
        };
        let mut file = files::private(&path).map_err(io)?;
        let (seq, prev) = last(&mut file).map_err(io)?;
        let line = Line { seq: seq + 1, entry: entry.clone(), prev };
        let body = serde_json::to_string(&line).map_err(|error| io(error.into()))?;
        let hash = hash_of(&body);
        // The hash is the last key: what is before it is what it is the hash of.
        let open = body.strip_suffix('}').unwrap_or(&body);
        let text = format!("{open},\"hash\":\"{hash}\"}}\n");
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(io)?;
        let remember = || {
            self.set_meta("log_lines", &line.seq.to_string())?;
            self.set_meta("log_head", &hash)
        };
        remember().map_err(|error| self.said(&error))
    }

    /// Checks every line of the audit log.
    ///
    /// # Errors
    /// The log or the state cannot be read.
    pub fn verify_log(&self) -> Result<Verdict, StateError> {
        let path = self.folder.join(FILE);
        let meta = |key| self.meta(key).map_err(|error| self.said(&error));
        let expected: u64 = meta("log_lines")?.and_then(|n| n.parse().ok()).unwrap_or(0);
        let head = meta("log_head")?.unwrap_or_else(|| BEGINNING.to_owned());
        verify(&path, expected, &head).map_err(|error: io::Error| StateError::Broken {
            path: PathBuf::from(&path),
            what: error.kind().to_string(),
        })
    }
}

fn verify(path: &Path, expected: u64, head: &str) -> io::Result<Verdict> {
    let file = match files::open_regular(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound && expected == 0 => {
            return Ok(Verdict::Good { lines: 0, head: BEGINNING.to_owned() });
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Verdict::Broken { line: 1, what: "the log is gone" });
        }
        Err(error) => return Err(error),
    };
    let mut prev = BEGINNING.to_owned();
    let mut lines = 0;
    for text in BufReader::new(file).lines() {
        lines += 1;
        let broken = |what| Ok(Verdict::Broken { line: lines, what });
        let text = text?;
        let Some((line, hash)) = parse(&text) else { return broken("is no line of this log") };
        if line.seq != lines {
            return broken("a line before it is missing, added or moved");
        }
        if line.prev != prev {
            return broken("does not follow the line before it");
        }
        if lines == expected && hash != head {
            return broken("is not the line the state remembers");
        }
        prev = hash;
    }
    if lines < expected {
        return Ok(Verdict::Broken { line: lines + 1, what: "the end is missing" });
    }
    Ok(Verdict::Good { lines, head: prev })
}

/// SHA-256 of a line up to its hash: what `sha256sum` says of it.
fn hash_of(body: &str) -> String {
    hex::encode(Sha256::digest(body.as_bytes()))
}

/// A line whose own hash is right, with that hash.
fn parse(text: &str) -> Option<(Line, String)> {
    let (body, hash) = text.rsplit_once(",\"hash\":\"")?;
    let hash = hash.strip_suffix("\"}")?;
    let body = format!("{body}}}");
    (hash_of(&body) == hash).then_some(())?;
    Some((serde_json::from_str(&body).ok()?, hash.to_owned()))
}

/// Number and hash of the last whole line; a torn one after it, left by a killed process, is cut off.
fn last(file: &mut File) -> io::Result<(u64, String)> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut block = 64 << 10;
    loop {
        let from = length.saturating_sub(block);
        file.seek(SeekFrom::Start(from))?;
        let mut tail = Vec::new();
        file.take(length - from).read_to_end(&mut tail)?;
        let end = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if end == 0 && from > 0 {
            block *= 2;
            continue;
        }
        if end < tail.len() {
            file.set_len(from + end as u64)?;
        }
        let lines = String::from_utf8_lossy(&tail[..end]);
        let Some(text) = lines.trim_end().rsplit('\n').next().filter(|text| !text.is_empty())
        else {
            return Ok((0, BEGINNING.to_owned()));
        };
        return parse(text).map(|(line, hash)| (line.seq, hash)).ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidData, "the last line is not what was written")
        });
    }
}
