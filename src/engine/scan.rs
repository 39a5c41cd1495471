//! One input from its first byte to its last: read, detect, judge, report, and copy on the way.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use super::leaf::Leaf;
use super::mentions::Mentions;
use super::names::{Renames, masked};
use super::origin::Origin;
use super::record::TOKEN_DIGITS;
use super::remainder::Remainder;
use super::spool::Spool;
use super::{CopyOptions, Options};
use crate::detect::Detector;
use crate::format::{
    Budget, CopyBase, FormatError, Item, Member, Output, Reader, SNIFF_BYTES, Source,
    SpillSettings, Writer, find, ios, media,
};
use crate::model::{Finding, Incident, LimitKind, Page, Problem, Uninspected};

/// Where in an input something lies.
pub(super) struct Place {
    /// Chain of members as reports show it; `None`: the input itself.
    pub(super) display: Option<String>,
    /// Containers around it.
    pub(super) depth: u32,
    /// New names of what lies beside it.
    pub(super) siblings: Arc<Renames>,
    /// The text looked at is a name, which has no address inside a file.
    pub(super) is_name: bool,
}

/// What became of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visited {
    /// Read to the end; if a copy was wanted, it is complete.
    Read,
    /// A container of which parts could not be read; a copy holds the others.
    Incomplete,
    /// Nobody can look into it.
    Uninspected,
    /// Read, and holds what must not be in a copy and cannot be replaced in this format.
    Withheld,
    /// No chat, and nothing else that is known.
    NotAChat,
    /// Not fully read; the incident is noted.
    Failed,
}

/// Account of one input.
pub(super) struct InputScan<'a> {
    pub(super) options: &'a Options<'a>,
    /// How the copy is made, if there is one.
    pub(super) copies: Option<&'a CopyOptions>,
    /// Path as reports show it, and its keyed token.
    pub(super) path: (String, String),
    /// Use all threads for this one input.
    parallel: bool,
    pub(super) budget: Arc<Budget>,
    /// Device and app it comes from.
    pub(super) origin: Origin,
    pub(super) people: &'a Mentions,
    /// Values that only context gave away, wherever else they stand.
    pub(super) known: &'a Mentions,
    /// Such values found here, with what replaces them.
    pub(super) learned: BTreeMap<String, String>,
    /// Whether values found here are kept to be looked for elsewhere: for copies, and what is compared with one.
    pub(super) learns: bool,
    /// Redact as well what counts only once what stood beside it is gone.
    pub(super) settles: bool,
    /// What is not redacted, if that is asked for.
    pub(super) remainder: Option<Remainder<'a>>,
    /// Mentions of [`Self::known`], when only looking.
    pub(super) leftovers: u64,
    pub(super) spool: Spool,
    pub(super) format: Option<&'static str>,
    pub(super) bytes: u64,
    pub(super) bytes_not_scanned: u64,
    pub(super) messages: u64,
    /// Messages in bytes that no reader of the format sees and no copy gets.
    pub(super) messages_not_copied: u64,
    /// The input has given as many bytes as it may.
    exhausted: bool,
    pub(super) incidents: Vec<Incident>,
    pub(super) uninspected: Vec<Uninspected>,
    /// What is never opened, as `[member, kind]`.
    pub(super) skipped: Vec<(String, &'static str)>,
    pub(super) notes: Vec<&'static str>,
    pub(super) redactions: u64,
    pub(super) withheld: Vec<String>,
    /// If this is the manifest of an iOS backup: what its copy says.
    pub(super) backup: Option<BTreeMap<i64, ios::Copied>>,
    /// Why the copy cannot be written.
    pub(super) copy_error: Option<FormatError>,
    pub(super) stopped: bool,
}

/// How many pages are read ahead of the threads.
const PAGES_PER_THREAD: usize = 3;

impl<'a> InputScan<'a> {
    /// Starts the account of the input at `path` (as given by the walk) of so many bytes.
    pub(super) fn new(
        options: &'a Options<'a>,
        path: &str,
        size: u64,
        people: &'a Mentions,
        known: &'a Mentions,
        parallel: bool,
    ) -> Self {
        let limits = &options.limits;
        let ratio = size.saturating_mul(limits.ratio).max(limits.ratio_floor);
        let token = options.secret.token(&["input", path], TOKEN_DIGITS);
        Self {
            options,
            copies: options.copies.as_ref(),
            path: (masked(options, people, path), token),
            parallel,
            budget: Budget::new(limits.expanded_bytes.min(ratio)),
            origin: Origin::default(),
            people,
            known,
            learned: BTreeMap::new(),
            learns: options.copies.is_some(),
            settles: false,
            remainder: None,
            leftovers: 0,
            spool: Spool::new(options.temp.clone()),
            format: None,
            bytes: 0,
            bytes_not_scanned: 0,
            messages: 0,
            messages_not_copied: 0,
            exhausted: false,
            incidents: Vec::new(),
            uninspected: Vec::new(),
            skipped: Vec::new(),
            notes: Vec::new(),
            redactions: 0,
            withheld: Vec::new(),
            backup: None,
            copy_error: None,
            stopped: false,
        }
    }

    /// Makes no copy, whatever the options say: for reading a copy back, or an original as if it
    /// were copied so.
    pub(super) fn only_look(&mut self, as_copied: Option<&'a CopyOptions>) {
        self.copies = as_copied;
    }

    /// Path as reports show it.
    pub(super) fn path(&self) -> &str {
        &self.path.0
    }

    /// Keyed token of the path.
    pub(super) fn token(&self) -> &str {
        &self.path.1
    }

    /// Looks into a source, and copies it to `out`.
    pub(super) fn visit(
        &mut self,
        mut source: Source,
        place: &Place,
        out: Option<Box<dyn Output>>,
    ) -> Visited {
        let head = source.head(SNIFF_BYTES).to_vec();
        let name = source.name().to_owned();
        let Some(format) = find(&head, &name) else {
            return self.pass_over(source, media::classify(&head, &name), place, out);
        };
        let size = source.known_len();
        source = source.with_keys(&self.options.keys);
        let mut whole = None;
        if format.copies_whole() {
            let spill = source.spill().clone();
            match source.into_random() {
                Ok(random) => {
                    source = Source::random(name, random.clone(), &spill);
                    whole = Some(random);
                }
                Err(error) => {
                    self.bytes += head.len() as u64;
                    self.bytes_not_scanned += head.len() as u64;
                    self.incident(place, error);
                    return Visited::Failed;
                }
            }
        }
        let (redactions, remainder) = (self.redactions, self.remainder.clone());
        let mut reader = match format.open(source, &self.options.limits) {
            Ok(reader) => reader,
            Err(error) => {
                let unread = size.unwrap_or(head.len() as u64);
                self.bytes += unread;
                self.bytes_not_scanned += unread;
                self.incident(place, error);
                return Visited::Failed;
            }
        };
        let mut writer = None;
        let mut whole_out = None;
        if whole.is_some() {
            whole_out = out;
        } else if let Some(out) = out {
            let base = CopyBase {
                snapshot: reader.snapshot(),
                spill: SpillSettings::new(self.options.temp.clone()),
                keep_media: self.copies.is_some_and(|copies| copies.keep_media),
                keys: Arc::clone(&self.options.keys),
                decrypted: self.copies.is_some_and(|copies| copies.decrypted),
                backup: self.backup.take().filter(|_| place.depth == 0),
            };
            match format.copier(out).and_then(|mut copier| copier.begin(base).map(|()| copier)) {
                Ok(copier) => writer = Some(copier),
                Err(error) => self.copy_error = Some(error),
            }
        }
        let renames = Arc::new(match (reader.names(), self.copies) {
            ([], _) | (_, None) => Renames::default(),
            _ if self.remainder.is_some() => Renames::default(),
            (names, Some(_)) => Renames::new(self.options, self.people, names),
        });
        let chain = place.display.as_deref().unwrap_or_default();
        let token = self.options.secret.token(&["chat", &self.path.1, chain], TOKEN_DIGITS);
        let is_container = !reader.names().is_empty();
        let mut leaf = Leaf::new(token, is_container);
        let mut complete = true;
        let ahead = Ahead::of(self);
        let mut batch = ahead.next(&mut *reader);
        loop {
            if self.options.stop.load(Ordering::Relaxed) {
                self.stopped = true;
                return Visited::Failed;
            }
            let mut next = None;
            if self.parallel && batch.end.is_none() {
                let (pages, found) = (&batch.pages, &batch.found);
                let take = || self.take_all(&mut leaf, place, pages, found, &mut writer);
                let ((), ahead) = rayon::join(take, || ahead.next(&mut *reader));
                next = Some(ahead);
            } else {
                self.take_all(&mut leaf, place, &batch.pages, &batch.found, &mut writer);
            }
            match batch.end {
                None => {}
                Some(End::Done) => break,
                Some(End::Error(error)) => {
                    self.incident(place, error);
                    complete = false;
                    break;
                }
                Some(End::Incident(incident)) => {
                    self.incident_inside(place, incident);
                    complete = false;
                }
                Some(End::Uninspected(uninspected)) => self.uninspected_inside(place, uninspected),
                Some(End::Member(member)) => self.member(*member, place, &renames, &mut writer),
            }
            if self.exhausted {
                complete = false;
                break;
            }
            batch = next.unwrap_or_else(|| ahead.next(&mut *reader));
        }
        for (name, kind) in reader.skipped() {
            self.skipped_inside(place, name, kind);
        }
        for name in reader.left_out() {
            self.left_out_inside(place, name);
        }
        self.finish_senders(&leaf, place);
        self.finish_embedded(&leaf, place);
        let tally = reader.tally();
        if place.depth == 0 {
            self.format = Some(tally.format);
        }
        self.messages += tally.messages;
        self.bytes += tally.bytes_scanned + tally.bytes_not_scanned;
        self.bytes_not_scanned += tally.bytes_not_scanned;
        for note in tally.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        if !complete && (!is_container || self.exhausted) {
            return Visited::Failed;
        }
        let kind = reader.uninspected();
        if let Some(kind) = kind {
            let bytes = tally.bytes_scanned + tally.bytes_not_scanned;
            self.uninspected.push(Uninspected { member: place.display.clone(), kind, bytes });
            // Copies lack it, or have it as it is.
            self.remainder.clone_from(&remainder);
        }
        let is_found = whole.is_some() && self.redactions > redactions;
        if self.copies.is_some() && (reader.is_unfit() || is_found) {
            self.redactions = redactions;
            self.remainder = remainder;
            if let Some(remainder) = self.remainder.as_mut().filter(|_| place.depth > 0) {
                remainder.note();
            }
            return Visited::Withheld;
        }
        let written = match (writer, whole, whole_out) {
            (Some(writer), ..) => writer.finish(),
            (None, Some(random), Some(mut out)) => {
                io::copy(&mut random.cursor(), &mut out).map(drop).map_err(FormatError::from)
            }
            _ => Ok(()),
        };
        if let Err(error) = written {
            self.copy_error = Some(error);
        }
        match (complete, kind) {
            (false, _) => Visited::Incomplete,
            (true, Some(_)) => Visited::Uninspected,
            (true, None) => Visited::Read,
        }
    }

    /// Counts the bytes of something that no reader looks into; keeps it if the user wants that.
    fn pass_over(
        &mut self,
        source: Source,
        kind: Option<&'static str>,
        place: &Place,
        out: Option<Box<dyn Output>>,
    ) -> Visited {
        let keep = self.copies.is_some_and(|copies| copies.keep_media);
        let known = source.known_len();
        let mut stream = source.into_stream();
        let counted = match (out.filter(|_| keep && (kind.is_some() || place.depth > 0)), known) {
            (Some(mut out), _) => io::copy(&mut stream, &mut out),
            (None, Some(known)) => Ok(known),
            (None, None) => io::copy(&mut stream, &mut io::sink()),
        };
        let bytes = match counted {
            Ok(bytes) => bytes,
            Err(error) => {
                self.incident(place, error.into());
                return Visited::Failed;
            }
        };
        self.bytes += bytes;
        self.bytes_not_scanned += bytes;
        if let Some(error) = kind.and_then(unreadable) {
            self.incident(place, error);
            return Visited::Failed;
        }
        let is_unknown = kind.is_none() && place.depth == 0;
        match kind {
            None if place.depth == 0 && bytes > self.options.limits.expanded_bytes => {
                let what = "no text at its start, and larger than the limit for one input";
                self.incident(
                    place,
                    FormatError::new(Problem::Limit(LimitKind::ExpandedBytes), what),
                );
                Visited::Failed
            }
            // An empty file holds nothing to look into.
            None if place.depth == 0 && bytes == 0 => Visited::NotAChat,
            kind => {
                let member = place.display.clone();
                let kind = kind.unwrap_or("other");
                self.uninspected.push(Uninspected { member, kind, bytes });
                if is_unknown { Visited::NotAChat } else { Visited::Uninspected }
            }
        }
    }

    fn take_all(
        &mut self,
        leaf: &mut Leaf,
        place: &Place,
        pages: &[Page],
        found: &[Vec<Finding>],
        writer: &mut Option<Box<dyn Writer>>,
    ) {
        for (page, findings) in pages.iter().zip(found) {
            self.take(leaf, place, page, findings, writer);
        }
    }

    /// Notes that something was not fully read.
    pub(super) fn incident(&mut self, place: &Place, error: FormatError) {
        self.exhausted |= error.problem == Problem::Limit(LimitKind::ExpandedBytes);
        let member = place.display.clone();
        self.incidents.push(Incident { problem: error.problem, member, detail: error.detail });
    }
}

/// Kinds that hold text which nobody can read here: they are no mere attachments.
fn unreadable(kind: &str) -> Option<FormatError> {
    let (problem, what) = match kind {
        "encrypted-backup" => (Problem::Encrypted, "an encrypted backup cannot be opened"),
        "database" => (
            Problem::Unsupported,
            "a database of an unknown kind, or an encrypted one: export it with the program that made it",
        ),
        "database-log" => (
            Problem::Unsupported,
            "newest changes of a database that is not beside it: put the database of the same name there",
        ),
        "archive" => (
            Problem::Unsupported,
            "an archive of this kind cannot be opened: unpack it and scan what was in it",
        ),
        _ => return None,
    };
    Some(FormatError::new(problem, what))
}

/// Reads and looks ahead while what was found before is taken note of.
#[derive(Clone, Copy)]
struct Ahead<'a> {
    detector: &'a Detector,
    /// How many pages are read at once.
    pages: usize,
}

impl<'a> Ahead<'a> {
    fn of(scan: &InputScan<'a>) -> Self {
        let pages = if scan.parallel { rayon::current_num_threads() * PAGES_PER_THREAD } else { 1 };
        Self { detector: scan.options.detector, pages }
    }

    fn next(self, reader: &mut dyn Reader) -> Batch {
        let mut pages = Vec::with_capacity(self.pages);
        let mut end = None;
        while pages.len() < self.pages {
            end = Some(match reader.next() {
                Ok(Some(Item::Page(page))) => {
                    pages.push(page);
                    continue;
                }
                Ok(Some(Item::Member(member))) => End::Member(Box::new(member)),
                Ok(Some(Item::Incident(incident))) => End::Incident(incident),
                Ok(Some(Item::Uninspected(uninspected))) => End::Uninspected(uninspected),
                Ok(None) => End::Done,
                Err(error) => End::Error(error),
            });
            break;
        }
        let detector = self.detector;
        let found = if self.pages > 1 {
            pages.par_iter().map(|page| detector.scan(page)).collect()
        } else {
            pages.iter().map(|page| detector.scan(page)).collect()
        };
        Batch { pages, found, end }
    }
}

/// Pages with what was found on them, and what came after them.
struct Batch {
    pages: Vec<Page>,
    found: Vec<Vec<Finding>>,
    end: Option<End>,
}

enum End {
    Done,
    Member(Box<Member>),
    Incident(Incident),
    Uninspected(Uninspected),
    Error(FormatError),
}
