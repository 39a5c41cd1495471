//! What the fuzz targets demand of the library: the laws of formats (`src/format/mod.rs`), spans that
//! lie inside texts, and copies without what was found.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock, Mutex};

use sparsam::detect::Detector;
use sparsam::engine::{self, CopyOptions, Options, Progress};
use sparsam::format::{
    Budget, CopyBase, FORMATS, Format, GUARDED_THREAD, Item, Keys, Limits, Random, SNIFF_BYTES,
    Source, SpillSettings, Writer,
};
use sparsam::model::{Confidence, Page, Problem};
use sparsam::pattern::load_builtin;
use sparsam::policy::Policy;
use sparsam::report::{Lang, Reports};
use sparsam::secret::InstallationSecret;

/// All built-in rules.
pub static DETECTOR: LazyLock<Detector> =
    LazyLock::new(|| Detector::new(&load_builtin().unwrap(), |_| true).unwrap());

/// Bounds that keep one execution short.
fn limits() -> Limits {
    Limits {
        expanded_bytes: 8 << 20,
        ratio_floor: 8 << 20,
        member_bytes: 4 << 20,
        depth: 3,
        entries: 2000,
        ..Limits::default()
    }
}

/// An output that can be looked at afterwards.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<std::io::Cursor<Vec<u8>>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Read for Shared {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().read(bytes)
    }
}

impl Seek for Shared {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.lock().unwrap().seek(to)
    }
}

fn source(bytes: &[u8], name: &str) -> Source {
    let spill = SpillSettings::new(temp());
    Source::random(name.to_owned(), Random::memory(bytes.to_vec()), &spill)
}

/// The format that takes a file which begins so.
pub fn format_of(head: &[u8], name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.sniff(&head[..head.len().min(SNIFF_BYTES)], name))
}

/// What a copy without edits has of its original.
#[derive(Clone, Copy, PartialEq)]
pub enum Law {
    /// Every byte.
    Bytes,
    /// All texts: rows of databases change places when they are written anew.
    Texts,
    /// The members that a copy may have, in their order.
    Members,
    /// Nothing: there is no copy by parts.
    Whole,
}

/// A target for the parser that takes files which begin so.
#[macro_export]
macro_rules! parser {
    ($name:literal, $head:expr, $law:ident) => {
        static FORMAT: std::sync::LazyLock<&dyn sparsam::format::Format> =
            std::sync::LazyLock::new(|| $crate::format_of($head, $name).unwrap());
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::reads(
            *FORMAT,
            data,
            $name,
            $crate::Law::$law
        ));
    };
}

/// Some parsers of others panic: they run in a thread of their own, and the reader says so. Only
/// panics elsewhere are found.
fn expect_guarded_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if std::thread::current().name() != Some(GUARDED_THREAD) {
                hook(panic);
            }
        }));
    });
}

/// How a tar archive of one empty file begins.
pub fn tar() -> Vec<u8> {
    let mut head = vec![0; 512];
    head[..5].copy_from_slice(b"a.txt");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum::<u32>() + 8 * u32::from(b' ');
    head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    head
}

/// What a reader hands out: texts and members, in no order where a copy may change it.
#[derive(Default, PartialEq)]
struct Content {
    texts: Vec<String>,
    members: Vec<(String, Option<Vec<u8>>)>,
    is_whole: bool,
}

/// Reads to the end, into members too, and copies without edits: what was read without an incident
/// must come out as the law says.
pub fn reads(format: &'static dyn Format, bytes: &[u8], name: &str, law: Law) {
    expect_guarded_panics();
    let out = (law != Law::Whole).then(Shared::default);
    let Some((content, writer)) = drain(format, bytes, name, out.clone()) else { return };
    inside(&content, 0);
    let (Some(writer), Some(out)) = (writer.filter(|_| content.is_whole), out) else { return };
    match writer.finish() {
        // SQLite reads less of a damaged database than this program.
        Err(error) if error.problem == Problem::Damaged => return,
        done => done.expect("a copy cannot be finished"),
    }
    let copy = std::mem::take(out.0.lock().unwrap().get_mut());
    if law == Law::Bytes && content.members.is_empty() {
        return assert!(copy == bytes, "a copy without edits differs");
    }
    let (again, _) = drain(format, &copy, name, None).expect("a copy cannot be opened");
    assert!(again.is_whole, "a copy cannot be read to its end");
    assert!(law != Law::Texts || again.texts == content.texts, "a copy has other texts");
    let bytes = |content: &Content| -> Vec<Option<Vec<u8>>> {
        content.members.iter().map(|(_, bytes)| bytes.clone()).collect()
    };
    assert!(bytes(&again) == bytes(&content), "a copy has other members");
    let names = |content: &Content| -> Vec<String> {
        content.members.iter().map(|(name, _)| name.clone()).collect()
    };
    let is_same = names(&again) == names(&content);
    assert!(is_same || !are_plain(&names(&content)), "a copy has other names");
}

/// Whether names can stay in a copy as they are: others are made safe for every file system.
fn are_plain(names: &[String]) -> bool {
    let is_plain = |part: &str| {
        let stem = part.split('.').next().unwrap_or_default().to_ascii_lowercase();
        let device =
            ["con", "prn", "aux", "nul", "com", "lpt"].iter().any(|it| stem.starts_with(it));
        let end = part.chars().next_back().is_some_and(|c| c != '.' && c != ' ');
        let safe = |c: char| c.is_alphanumeric() || " ._-[]()".contains(c);
        !device && end && part.len() < 200 && part.chars().all(safe)
    };
    let unique: std::collections::BTreeSet<String> =
        names.iter().map(|name| name.to_lowercase()).collect();
    unique.len() == names.len() && names.iter().all(|name| name.split('/').all(is_plain))
}

/// Reads what members hold.
fn inside(content: &Content, depth: u32) {
    for (name, bytes) in content.members.iter().filter(|_| depth < 3) {
        let Some(bytes) = bytes else { continue };
        let name = name.rsplit('/').next().unwrap_or_default();
        let format = format_of(bytes, name);
        if let Some((content, _)) = format.and_then(|it| drain(it, bytes, name, None)) {
            inside(&content, depth + 1);
        }
    }
}

/// Hands all that can be read to a writer.
fn drain(
    format: &dyn Format,
    bytes: &[u8],
    name: &str,
    out: Option<Shared>,
) -> Option<(Content, Option<Box<dyn Writer>>)> {
    static KEYS: LazyLock<Arc<Keys>> = LazyLock::new(|| {
        let mut keys = Keys::default();
        keys.add(&[7; 32]).unwrap();
        Arc::new(keys)
    });
    let source = source(bytes, name).with_keys(&KEYS);
    let spill = source.spill().clone();
    let mut reader = format.open(source, &limits()).ok()?;
    let mut copy = out.filter(|_| !format.copies_whole() && !reader.is_unfit()).and_then(|out| {
        let mut writer = format.copier(Box::new(out)).ok()?;
        let snapshot = reader.snapshot();
        let keys = KEYS.clone();
        let base =
            CopyBase { snapshot, spill, keep_media: true, keys, decrypted: false, backup: None };
        writer.begin(base).ok()?;
        Some(writer)
    });
    let mut content = Content { is_whole: true, ..Content::default() };
    let budget = Budget::new(8 << 20);
    loop {
        match reader.next() {
            Ok(Some(Item::Page(page))) => {
                check(&page);
                let texts = page.owned_slots().iter().map(|slot| page.slot_text(slot));
                content.texts.extend(texts.map(str::to_owned));
                if let Some(copy) = &mut copy {
                    copy.put(&page, &[]).expect("a page is refused");
                }
            }
            Ok(Some(Item::Member(member))) => {
                let bytes = member.source.map(|source| {
                    let mut bytes = Vec::new();
                    let mut stream = source.limited(&budget, 4 << 20).into_stream();
                    content.is_whole &= stream.read_to_end(&mut bytes).is_ok();
                    bytes
                });
                if member.copied {
                    // Hostile names are refused: the engine never gives any.
                    copy = copy.and_then(|mut copy| {
                        let mut rest = bytes.as_deref();
                        let rest = rest.as_mut().map(|rest| rest as &mut dyn Read);
                        copy.put_member(&member.name, member.modified, rest).ok()?;
                        Some(copy)
                    });
                    content.members.push((member.name, bytes));
                }
            }
            Ok(Some(Item::Uninspected(_))) => {}
            Ok(Some(Item::Incident(_))) => content.is_whole = false,
            Err(_) => {
                content.is_whole = false;
                assert!(matches!(reader.next(), Ok(None) | Err(_)), "something after the end");
                break;
            }
            Ok(None) => break,
        }
    }
    // Rows of databases change places when they are written anew.
    content.texts.sort();
    Some((content, copy))
}

/// Everything on a page points into its text.
fn check(page: &Page) {
    assert!(page.text.get(page.owned_text.clone()).is_some());
    for slot in &page.slots {
        assert!(page.text.get(slot.range.clone()).is_some());
        assert!(slot.message < page.messages.len());
    }
    for message in &page.messages {
        assert!(page.text.get(message.sender_text.clone()).is_some());
    }
}

/// Findings lie in the text they were found in.
pub fn detects(bytes: &[u8]) {
    let Some(format) = format_of(b"plain text\n", "a.txt") else { return };
    let Ok(mut reader) = format.open(source(bytes, "a.txt"), &limits()) else { return };
    while let Ok(Some(item)) = reader.next() {
        let Item::Page(page) = item else { continue };
        for finding in DETECTOR.scan(&page) {
            assert!(!finding.spans.is_empty());
            for span in &finding.spans {
                let slot = &page.slots[span.slot];
                assert!(slot.range.start <= span.range.start && span.range.end <= slot.range.end);
                assert!(page.text.get(span.range.clone()).is_some_and(|text| !text.is_empty()));
            }
        }
    }
}

struct Quiet;

impl Progress for Quiet {
    fn total(&self, _: u64, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// A whole run: what was found is neither in a copy nor in a report; a copy that was written must
/// hold nothing that a scan finds, and must be the same when it is redacted again, unless parts may be
/// left out: what is left of a document need not be one. A copy may be refused.
pub fn redacts(bytes: &[u8], name: &str) {
    expect_guarded_panics();
    static SECRET: LazyLock<InstallationSecret> =
        LazyLock::new(|| InstallationSecret::from_bytes([7; 32]));
    static GO: AtomicBool = AtomicBool::new(false);
    let folder = tempfile::tempdir_in(temp()).unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::write(folder.path().join("in").join(name), bytes).unwrap();
    let policy = Policy::default();
    const FORMATS: [&str; 4] = ["jsonl", "json", "csv", "html"];
    let allow_omit = bytes.len() % 2 == 1;
    let run = |from: &str, out: &str| -> u64 {
        let copies = CopyOptions {
            out: folder.path().join(out),
            dry_run: false,
            allow_omit,
            keep_media: false,
            decrypted: false,
            pseudonymous_participants: bytes.len() % 3 == 1,
        };
        let options = Options {
            paths: vec![folder.path().join(from)],
            include: Vec::new(),
            exclude: Vec::new(),
            detector: &DETECTOR,
            policy: &policy,
            keys: Arc::default(),
            secret: &SECRET,
            confidence: Confidence::Medium,
            limits: limits(),
            temp: folder.path().to_owned(),
            threads: 1,
            device_tag: None,
            sandbox: "none".to_owned(),
            stop: &GO,
            progress: &Quiet,
            copies: Some(copies),
            memory: engine::Memory::default(),
        };
        let report = folder.path().join(format!("{out}-report"));
        let reports = Reports::start(Some(&report), &FORMATS, Lang::En, &BTreeMap::new()).unwrap();
        engine::run(&options, reports, None).map_or(0, |(run, _)| run.totals.occurrences)
    };
    run("in", "out");
    let values = values(bytes, name);
    for file in files(&folder.path().join("out-report")) {
        let text = std::fs::read(file).unwrap();
        for value in &values {
            assert!(!holds(&text, value), "a report holds a value");
        }
    }
    if let Some(copy) = copy(&folder.path().join("out")) {
        assert_eq!(run("out", "again"), 0, "a copy holds findings");
        for value in &values {
            assert!(!holds(&copy, value), "a copy holds a value");
        }
        let again = self::copy(&folder.path().join("again"));
        let is_same = again.is_some_and(|again| again == copy);
        assert!(allow_omit || is_same, "a copy of a copy differs");
    }
}

fn holds(text: &[u8], value: &str) -> bool {
    text.windows(value.len()).any(|part| part == value.as_bytes())
}

/// Values that can be told from harmless text wherever they stand: long, of letters and digits.
fn values(bytes: &[u8], name: &str) -> Vec<String> {
    let mut values = Vec::new();
    let Some(format) = format_of(bytes, name) else { return values };
    let Ok(mut reader) = format.open(source(bytes, name), &limits()) else { return values };
    while let Ok(Some(item)) = reader.next() {
        let Item::Page(page) = item else { continue };
        for finding in DETECTOR.scan(&page) {
            let [span] = &finding.spans[..] else { continue };
            let value = &page.text[span.range.clone()];
            let is_telling = value.len() >= 12
                && value.bytes().filter(u8::is_ascii_digit).count() >= 8
                && finding.confidence >= Confidence::Medium;
            if is_telling {
                values.push(value.to_owned());
            }
        }
    }
    values
}

/// Where files cost nothing.
fn temp() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().filter_map(|it| Some(it.ok()?.path())).collect()
}

fn copy(folder: &Path) -> Option<Vec<u8>> {
    let is_copy = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.starts_with(".sparsam-") && !name.ends_with(".withheld.txt")
    };
    std::fs::read(files(folder).into_iter().find(is_copy)?).ok()
}
