//! A million messages of a database: scanning them against reading their rows by reference.
//!
//! `cargo bench --bench database`. Compared are: all cells of all messages looked at in place, as fast as
//! the library allows; the same made into pages (private copy, chats, senders, times, texts, what deleted rows
//! left behind); and the whole scan with detection and report, which costs the same per byte of text whatever
//! the format. All in turn, several times; the fastest of each counts.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement")]

mod shared;

use std::path::{Path, PathBuf};
use std::time::Instant;

use rusqlite::Connection;
use sparsam::detect::Detector;
use sparsam::engine::{self, Options};
use sparsam::format::{FORMATS, Item, Limits, SNIFF_BYTES, Source, SpillSettings};
use sparsam::pattern::load_builtin;
use sparsam::report::{Lang, Reports};

use shared::Setup;

const MESSAGES: u64 = 1_000_000;
const ROUNDS: usize = 3;

fn make(path: &Path) {
    let database = Connection::open(path).unwrap();
    database
        .execute_batch(
            "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;
             CREATE TABLE jid(_id INTEGER PRIMARY KEY, user TEXT, server TEXT, raw_string TEXT);
             CREATE TABLE chat(_id INTEGER PRIMARY KEY, jid_row_id INTEGER, subject TEXT);
             CREATE TABLE message(_id INTEGER PRIMARY KEY AUTOINCREMENT, chat_row_id INTEGER NOT NULL, from_me INTEGER NOT NULL,
               key_id TEXT NOT NULL, sender_jid_row_id INTEGER, status INTEGER, broadcast INTEGER, recipient_count INTEGER,
               participant_hash TEXT, origination_flags INTEGER, origin INTEGER, timestamp INTEGER, received_timestamp INTEGER,
               receipt_server_timestamp INTEGER, message_type INTEGER, text_data TEXT, starred INTEGER, lookup_tables INTEGER, sort_id INTEGER);
             CREATE UNIQUE INDEX message_key ON message(chat_row_id, from_me, key_id);
             CREATE INDEX message_sort ON message(chat_row_id, sort_id);
             BEGIN;",
        )
        .unwrap();
    const TEXTS: [&str; 8] = [
        "Guten Morgen, wann kann ich den Wagen abholen?",
        "Heute ab 15 Uhr, wir rufen vorher noch einmal an",
        "Danke!",
        "ok",
        "Die Rechnung kommt per Post, oder möchten Sie sie lieber hier im Chat haben? Beides ist möglich, sagen Sie einfach Bescheid.",
        "Hier im Chat bitte, dann habe ich sie gleich dabei",
        "Alles klar, bis später und gute Fahrt",
        "Können wir den Termin auf nächste Woche verschieben? Am Montag geht es bei mir leider nicht.",
    ];
    let mut jid = database
        .prepare("INSERT INTO jid VALUES(?1, ?2, 's.whatsapp.net', ?2 || '@s.whatsapp.net')")
        .unwrap();
    let mut chat = database.prepare("INSERT INTO chat VALUES(?1, ?1, NULL)").unwrap();
    for id in 1..=500_i64 {
        jid.execute((id, format!("49151{:08}", id * 7919))).unwrap();
        chat.execute([id]).unwrap();
    }
    let mut message = database
        .prepare("INSERT INTO message VALUES(?1, ?2, ?3, ?4, 0, 0, 0, 0, NULL, 0, 0, ?5, ?5, ?5, 0, ?6, 0, 0, ?1)")
        .unwrap();
    for id in 1..=MESSAGES {
        let chat = ((id * 2_654_435_761) >> 7) % 500 + 1;
        // One in two hundred holds something to find.
        let text = match id % 200 {
            0 => format!("Meine IBAN: DE89 3704 0044 0532 0130 00, Vorgang {id}"),
            _ => format!("{} ({id})", TEXTS[(id % 8) as usize]),
        };
        let key = format!("3EB0{:016X}", id.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let time = 1_600_000_000_000 + id as i64 * 40_000;
        message.execute((id as i64, chat as i64, (id % 2) as i64, key, time, text)).unwrap();
    }
    database.execute_batch("COMMIT").unwrap();
}

/// Reads all cells of all messages, as fast as rusqlite does.
fn read(path: &Path) -> f64 {
    let started = Instant::now();
    let database = Connection::open(path).unwrap();
    let mut statement = database.prepare("SELECT * FROM message").unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut bytes = 0;
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            bytes += row.get_ref(column).unwrap().as_str().map_or(8, str::len);
        }
    }
    std::hint::black_box(bytes);
    started.elapsed().as_secs_f64()
}

/// Makes all pages and drops them. Answers seconds and bytes of text.
fn pages(path: &Path, folder: &Path) -> (f64, usize) {
    let started = Instant::now();
    let mut source = Source::open(path, &SpillSettings::new(folder.join("temp"))).unwrap();
    let head = source.head(SNIFF_BYTES).to_vec();
    let format = FORMATS.iter().find(|format| format.sniff(&head, "msgstore.db")).unwrap();
    let mut reader = format.open(source, &Limits::default()).unwrap();
    let mut bytes = 0;
    while let Some(item) = reader.next().unwrap() {
        match item {
            Item::Page(page) => bytes += page.owned_text.len(),
            Item::Member(member) => {
                let source = member.source.unwrap();
                bytes += std::io::copy(&mut source.into_stream(), &mut std::io::sink()).unwrap()
                    as usize;
            }
            Item::Incident(_) | Item::Uninspected(_) => {}
        }
    }
    assert_eq!(reader.tally().messages, MESSAGES);
    (started.elapsed().as_secs_f64(), bytes)
}

fn scan(path: &Path, folder: &Path, detector: &Detector, threads: usize) -> f64 {
    let setup = Setup::new();
    let started = Instant::now();
    let options =
        Options { threads, ..setup.options(detector, path.to_owned(), &folder.join("temp")) };
    let report = folder.join("report");
    let titles = Default::default();
    let reports = Reports::start(Some(&report), &["jsonl", "json"], Lang::En, &titles).unwrap();
    let (run, _) = engine::run(&options, reports, Some(&report)).unwrap();
    assert_eq!((run.totals.messages, run.totals.incidents), (MESSAGES, 0));
    started.elapsed().as_secs_f64()
}

/// Peak memory so far, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line[6..].trim().to_owned())
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("msgstore.db");
    make(&path);
    let detector = Detector::new(&load_builtin().unwrap(), |_| true).unwrap();
    std::fs::create_dir(folder.path().join("temp")).unwrap();
    // For a profiler: `-- pages`.
    if std::env::args().any(|argument| argument == "pages") {
        (0..5).for_each(|_| println!("{:.2} s", pages(&path, folder.path()).0));
        return;
    }
    let mut best = [f64::INFINITY; 4];
    let mut text = 0;
    for _ in 0..ROUNDS {
        let (time, bytes) = pages(&path, folder.path());
        text = bytes;
        let times = [
            read(&path),
            time,
            scan(&path, folder.path(), &detector, 1),
            scan(&path, folder.path(), &detector, 2),
        ];
        best.iter_mut().zip(times).for_each(|(best, time)| *best = best.min(time));
    }
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!("{MESSAGES} messages, {} MB, {} MB of text", bytes / 1_000_000, text / 1_000_000);
    println!("rows by reference  {:.2} s", best[0]);
    for (what, time) in
        [("pages", best[1]), ("scan, 1 thread", best[2]), ("scan, 2 threads", best[3])]
    {
        println!("{what:17}  {time:.2} s, {:.2} of the speed of reading", best[0] / time);
    }
    println!("peak memory        {}", peak());
}
