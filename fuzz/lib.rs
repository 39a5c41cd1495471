//! What the fuzz targets demand of the library: the laws of formats (`src/format/mod.rs`), spans that
//! lie inside texts, and copies without what was found.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock, Mutex};

use sparsam::detect::Detector;
use sparsam::engine::{self, CopyOptions, Options, Progress};
use sparsam::format::{Budget, FORMATS, Format, Item, Limits, Random, Source, SpillSettings};
use sparsam::model::{Confidence, Page};
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
    let spill = SpillSettings::new(std::env::temp_dir());
    Source::random(name.to_owned(), Random::memory(bytes.to_vec()), &spill)
}

/// The format that takes a file which begins so.
pub fn format_of(head: &[u8], name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.sniff(head, name))
}

/// Reads to the end, into members too, and copies without edits: a leaf that was read without an
/// incident must come out as it went in.
pub fn reads(format: &'static dyn Format, bytes: &[u8], name: &str) {
    read(format, source(bytes, name), Some(bytes), 0, &Budget::new(8 << 20));
}

fn read(
    format: &dyn Format,
    source: Source,
    bytes: Option<&[u8]>,
    depth: u32,
    budget: &Arc<Budget>,
) {
    let Ok(mut reader) = format.open(source, &limits()) else { return };
    let out = Shared::default();
    let mut writer = format.copier(Box::new(out.clone())).ok();
    let mut is_leaf = reader.names().is_empty();
    let mut is_whole = true;
    loop {
        match reader.next() {
            Ok(Some(Item::Page(page))) => {
                check(&page);
                if let Some(writer) = &mut writer {
                    writer.put(&page, &[]).unwrap();
                }
            }
            Ok(Some(Item::Member(member))) => {
                is_leaf = false;
                let Some(source) = member.source.filter(|_| depth < 3) else { continue };
                let mut source = source.limited(budget, 4 << 20);
                let head = source.head(64 << 10).to_vec();
                let name = source.name().to_owned();
                match format_of(&head, &name) {
                    Some(format) => read(format, source, None, depth + 1, budget),
                    None => drop(std::io::copy(&mut source.into_stream(), &mut std::io::sink())),
                }
            }
            Ok(Some(Item::Incident(_))) | Err(_) => {
                is_whole = false;
                if reader.next().is_err() {
                    break;
                }
            }
            Ok(None) => break,
        }
    }
    if let (true, true, Some(writer), Some(bytes)) = (is_leaf, is_whole, writer, bytes) {
        writer.finish().unwrap();
        assert!(out.0.lock().unwrap().get_ref() == bytes, "a copy without edits differs");
    }
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

/// A whole run: a copy that was written must hold nothing that a scan finds, and must be the same
/// when it is redacted again. A copy may be refused.
pub fn redacts(bytes: &[u8], name: &str) {
    static SECRET: LazyLock<InstallationSecret> =
        LazyLock::new(|| InstallationSecret::from_bytes([7; 32]));
    static GO: AtomicBool = AtomicBool::new(false);
    let folder = tempfile::tempdir_in(std::env::temp_dir()).unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::write(folder.path().join("in").join(name), bytes).unwrap();
    let policy = Policy::default();
    let run = |from: &str, out: &str| -> u64 {
        let copies = CopyOptions {
            out: folder.path().join(out),
            dry_run: false,
            allow_omit: bytes.len() % 2 == 1,
            keep_media: false,
            pseudonymous_participants: bytes.len() % 3 == 1,
        };
        let options = Options {
            paths: vec![folder.path().join(from)],
            include: Vec::new(),
            exclude: Vec::new(),
            detector: &DETECTOR,
            policy: &policy,
            keys: std::sync::Arc::default(),
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
        let reports = Reports::start(None, &[], Lang::En, &BTreeMap::new()).unwrap();
        engine::run(&options, reports, None).map_or(0, |(run, _)| run.totals.occurrences)
    };
    run("in", "out");
    if copy(&folder.path().join("out")).is_some() {
        assert_eq!(run("out", "again"), 0, "a copy holds findings");
    }
}

fn copy(folder: &Path) -> Option<Vec<u8>> {
    let mut files = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let copy = files.find(|it| !it.file_name().to_string_lossy().starts_with(".sparsam-"))?;
    std::fs::read(copy.path()).ok()
}
