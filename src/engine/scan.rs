//! One input from its first byte to its last: read, detect, judge, report, and copy on the way.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rayon::prelude::*;

use super::judge::{Verdict, counting_alone, judge, scan_alone, value_of};
use super::names::{Renames, disjoint, masked};
use super::participants::{Participants, token};
use super::record::{TOKEN_DIGITS, record};
use super::spool::Spool;
use super::{CopyOptions, Options};
use crate::detect;
use crate::format::{
    Budget, FORMATS, FormatError, Item, Limits, Member, Output, Reader, SNIFF_BYTES, SharedSpill,
    Source, SpillSettings, Writer, media,
};
use crate::model::{
    Edit, Finding, Incident, LimitKind, Message, Page, Part, Problem, Secret, SenderId, Uninspected,
};
use crate::redact;

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

/// One chat or document while it is read.
pub(super) struct Leaf {
    /// Keyed token of the chat.
    pub(super) token: String,
    senders: Vec<Option<Sender>>,
}

/// What is known of a sender of a leaf.
struct Sender {
    /// Replacements in the name; offsets are of the name.
    edits: Vec<Edit>,
    /// Its findings on a page of its own.
    findings: Vec<(Page, Finding)>,
    messages: u64,
}

/// What became of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visited {
    /// Read to the end; if a copy was wanted, it is complete.
    Read,
    /// Nobody can look into it.
    Uninspected,
    /// No chat, and nothing else that is known.
    NotAChat,
    /// Not fully read; the incident is noted.
    Failed,
}

/// Account of one input.
pub(super) struct InputScan<'a> {
    options: &'a Options<'a>,
    /// How the copy is made, if there is one.
    copies: Option<&'a CopyOptions>,
    /// Path as reports show it, and its keyed token.
    path: (String, String),
    /// Use all threads for this one input.
    parallel: bool,
    budget: Arc<Budget>,
    people: &'a Participants,
    pub(super) spool: Spool,
    pub(super) format: Option<&'static str>,
    pub(super) bytes: u64,
    pub(super) bytes_not_scanned: u64,
    pub(super) messages: u64,
    pub(super) incidents: Vec<Incident>,
    pub(super) uninspected: Vec<Uninspected>,
    pub(super) notes: Vec<&'static str>,
    pub(super) redactions: u64,
    pub(super) withheld: Vec<String>,
    /// Why the copy cannot be written.
    pub(super) copy_error: Option<FormatError>,
    pub(super) stopped: bool,
}

/// How many pages are read ahead of the threads.
const PAGES_PER_THREAD: usize = 2;

impl<'a> InputScan<'a> {
    /// Starts the account of the input at `path` (as given by the walk) of so many bytes.
    pub(super) fn new(
        options: &'a Options<'a>,
        path: &str,
        size: u64,
        people: &'a Participants,
        parallel: bool,
    ) -> Self {
        let limits = &options.limits;
        let ratio = size.saturating_mul(limits.ratio).max(limits.ratio_floor);
        let shown: Vec<String> = path.split('/').map(|part| masked(options, part)).collect();
        let token = options.secret.token(&["input", path], TOKEN_DIGITS);
        Self {
            options,
            copies: options.copies.as_ref(),
            path: (shown.join("/"), token),
            parallel,
            budget: Budget::new(limits.expanded_bytes.min(ratio)),
            people,
            spool: Spool::new(options.temp.clone()),
            format: None,
            bytes: 0,
            bytes_not_scanned: 0,
            messages: 0,
            incidents: Vec::new(),
            uninspected: Vec::new(),
            notes: Vec::new(),
            redactions: 0,
            withheld: Vec::new(),
            copy_error: None,
            stopped: false,
        }
    }

    /// Makes no copy, whatever the options say: for reading a copy back.
    pub(super) fn only_look(&mut self) {
        self.copies = None;
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
        let Some(format) = FORMATS.iter().find(|format| format.sniff(&head, &name)) else {
            return self.pass_over(source, media::classify(&head, &name), place, out);
        };
        let size = source.known_len();
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
        if let Some(out) = out {
            match format.copier(out) {
                Ok(copier) => writer = Some(copier),
                Err(error) => self.copy_error = Some(error),
            }
        }
        let renames = Arc::new(match (reader.names(), self.copies) {
            ([], _) | (_, None) => Renames::default(),
            (names, Some(_)) => Renames::new(self.options, self.people, names),
        });
        let chain = place.display.as_deref().unwrap_or_default();
        let mut leaf = Leaf {
            token: self.options.secret.token(&["chat", &self.path.1, chain], TOKEN_DIGITS),
            senders: Vec::new(),
        };
        let mut complete = true;
        let mut batch = self.read(&mut *reader);
        loop {
            if self.options.stop.load(Ordering::Relaxed) {
                self.stopped = true;
                return Visited::Failed;
            }
            let mut next = None;
            let found = if self.parallel && batch.end.is_none() {
                let this = &*self;
                let (found, ahead) =
                    rayon::join(|| this.detect(&batch.pages), || this.read(&mut *reader));
                next = Some(ahead);
                found
            } else {
                self.detect(&batch.pages)
            };
            for (page, findings) in batch.pages.iter().zip(found) {
                self.take(&mut leaf, place, page, &findings, &mut writer);
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
                Some(End::Member(member)) => self.member(*member, place, &renames, &mut writer),
            }
            batch = match next {
                Some(next) => next,
                None => self.read(&mut *reader),
            };
        }
        self.finish_senders(&leaf, place);
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
        if let Some(writer) = writer
            && let Err(error) = writer.finish()
        {
            self.copy_error = Some(error);
        }
        if complete { Visited::Read } else { Visited::Failed }
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
        match kind {
            None if place.depth == 0 => Visited::NotAChat,
            kind => {
                let member = place.display.clone();
                let kind = kind.unwrap_or("other");
                self.uninspected.push(Uninspected { member, kind, bytes });
                Visited::Uninspected
            }
        }
    }

    fn read(&self, reader: &mut dyn Reader) -> Batch {
        let pages = if self.parallel { rayon::current_num_threads() * PAGES_PER_THREAD } else { 1 };
        let mut batch = Batch { pages: Vec::with_capacity(pages), end: None };
        while batch.pages.len() < pages {
            batch.end = Some(match reader.next() {
                Ok(Some(Item::Page(page))) => {
                    batch.pages.push(page);
                    continue;
                }
                Ok(Some(Item::Member(member))) => End::Member(Box::new(member)),
                Ok(Some(Item::Incident(incident))) => End::Incident(incident),
                Ok(None) => End::Done,
                Err(error) => End::Error(error),
            });
            break;
        }
        batch
    }

    fn detect(&self, pages: &[Page]) -> Vec<Vec<Finding>> {
        let detector = self.options.detector;
        if self.parallel {
            pages.par_iter().map(|page| detector.scan(page)).collect()
        } else {
            pages.iter().map(|page| detector.scan(page)).collect()
        }
    }

    fn take(
        &mut self,
        leaf: &mut Leaf,
        place: &Place,
        page: &Page,
        findings: &[Finding],
        writer: &mut Option<Box<dyn Writer>>,
    ) {
        let mut edits = Vec::new();
        self.take_senders(leaf, page, &mut edits);
        for finding in findings {
            match judge(self.options, page, finding) {
                Verdict::Below => continue,
                Verdict::Own => {
                    self.spool.suppress();
                    continue;
                }
                Verdict::Counts => {}
            }
            if page.owned.contains(&finding.spans[0].slot) {
                self.report(record(
                    self.options,
                    (&self.path.0, &self.path.1),
                    place,
                    leaf,
                    page,
                    finding,
                ));
            }
            if self.copies.is_some() {
                let replacement = self.replacement(page, finding);
                let own = finding.spans.iter().filter(|span| page.owned.contains(&span.slot));
                edits.extend(own.map(|span| Edit {
                    range: span.range.clone(),
                    replacement: replacement.clone(),
                }));
            }
        }
        if self.copies.is_some() {
            self.names_in_text(place, page, &mut edits);
            let edits = disjoint(edits);
            self.redactions += edits.len() as u64;
            if let Some(active) = writer
                && let Err(error) = active.put(page, &edits)
            {
                self.copy_error = Some(error);
                *writer = None;
            }
        }
    }

    /// References to renamed files, and mentions of participants.
    fn names_in_text(&self, place: &Place, page: &Page, edits: &mut Vec<Edit>) {
        for slot in page.owned_slots() {
            if slot.part == Part::Filename
                && let Some(new) = place.siblings.of_reference(page.slot_text(slot))
            {
                edits.retain(|edit| {
                    edit.range.end <= slot.range.start || slot.range.end <= edit.range.start
                });
                edits.push(Edit { range: slot.range.clone(), replacement: new.to_owned() });
            } else {
                edits.extend(self.people.mentions(&page.text, slot.range.clone()));
            }
        }
    }

    fn take_senders(&self, leaf: &mut Leaf, page: &Page, edits: &mut Vec<Edit>) {
        for message in &page.messages {
            let at = &message.sender_text;
            let Some(SenderId(id)) = message.sender else { continue };
            if at.is_empty() || !page.owned_text.contains(&at.start) {
                continue;
            }
            let id = id as usize;
            if leaf.senders.len() <= id {
                leaf.senders.resize_with(id + 1, || None);
            }
            let sender =
                leaf.senders[id].get_or_insert_with(|| self.sender(page, message, at.clone()));
            sender.messages += 1;
            edits.extend(sender.edits.iter().map(|edit| Edit {
                range: edit.range.start + at.start..edit.range.end + at.start,
                replacement: edit.replacement.clone(),
            }));
        }
    }

    /// Looks at a sender for the first time in this leaf.
    fn sender(&self, page: &Page, message: &Message, at: std::ops::Range<usize>) -> Sender {
        let name = &page.text[at.clone()];
        let (mut alone, findings) = counting_alone(self.options, name, Part::Sender);
        alone.raw.base = page.leaf_offset(at.start);
        alone.messages[0] = Message { sender_text: 0..0, ..message.clone() };
        let copies = self.copies;
        let mut edits = Vec::new();
        if copies.is_some_and(|copies| copies.pseudonymous_participants) {
            let replacement = token(name, self.options.secret);
            edits.push(Edit { range: 0..name.len(), replacement });
        } else if copies.is_some() {
            for finding in &findings {
                let replacement = self.replacement(&alone, finding);
                edits.extend(finding.spans.iter().map(|span| Edit {
                    range: span.range.clone(),
                    replacement: replacement.clone(),
                }));
            }
        }
        let copy_of = |page: &Page| Page {
            text: page.text.clone(),
            owned_text: page.owned_text.clone(),
            messages: page.messages.clone(),
            slots: page.slots.clone(),
            owned: page.owned.clone(),
            raw: crate::model::Raw { base: page.raw.base, ..Default::default() },
        };
        let findings =
            findings.into_iter().map(|finding| (copy_of(&alone), finding)).collect::<Vec<_>>();
        Sender { edits: disjoint(edits), findings, messages: 0 }
    }

    /// A sender is one finding of its chat, however many messages carry it.
    fn finish_senders(&mut self, leaf: &Leaf, place: &Place) {
        for sender in leaf.senders.iter().flatten() {
            for (page, finding) in &sender.findings {
                let input = (self.path.0.as_str(), self.path.1.as_str());
                let mut record = record(self.options, input, place, leaf, page, finding);
                record.occurrences = sender.messages;
                self.report(record);
            }
        }
    }

    /// Reports what a name holds.
    pub(super) fn name(&mut self, name: &str, place: &Place) {
        let (page, findings) = scan_alone(self.options, name, Part::Filename);
        let leaf = Leaf { token: String::new(), senders: Vec::new() };
        let place = Place {
            display: place.display.clone(),
            depth: place.depth,
            siblings: Arc::clone(&place.siblings),
            is_name: true,
        };
        for finding in &findings {
            match judge(self.options, &page, finding) {
                Verdict::Below => {}
                Verdict::Own => self.spool.suppress(),
                Verdict::Counts => {
                    let input = (self.path.0.as_str(), self.path.1.as_str());
                    let record = record(self.options, input, &place, &leaf, &page, finding);
                    self.report(record);
                }
            }
        }
    }

    fn member(
        &mut self,
        member: Member,
        place: &Place,
        renames: &Arc<Renames>,
        writer: &mut Option<Box<dyn Writer>>,
    ) {
        let shown: Vec<String> =
            member.name.split('/').map(|part| masked(self.options, part)).collect();
        let shown = shown.join("/");
        let inside = Place {
            display: Some(match &place.display {
                Some(chain) => format!("{chain}!/{shown}"),
                None => shown,
            }),
            depth: place.depth + 1,
            siblings: Arc::clone(renames),
            is_name: false,
        };
        self.name(&member.name, &inside);
        let new_name = renames.of_member(&member.name);
        let Some(source) = member.source else {
            self.put(writer, new_name, member.modified, None);
            return;
        };
        if inside.depth > self.options.limits.depth {
            let what = "more containers inside each other than the limit";
            self.incident(&inside, FormatError::new(Problem::Limit(LimitKind::Depth), what));
            return;
        }
        let source = source.limited(&self.budget, self.options.limits.member_bytes);
        let spill = writer
            .is_some()
            .then(|| SharedSpill::new(&SpillSettings::new(self.options.temp.clone())));
        let out = spill.as_ref().map(|spill| Box::new(spill.clone()) as Box<dyn Output>);
        let visited = self.visit(source, &inside, out);
        let keep = self.copies.is_some_and(|copies| copies.keep_media);
        let copied = match visited {
            Visited::Read => true,
            Visited::Uninspected | Visited::NotAChat => keep,
            Visited::Failed => false,
        };
        if !copied {
            self.withheld.extend(inside.display);
        } else if let Some(spill) = spill {
            match spill.into_reader() {
                Ok(mut content) => self.put(writer, new_name, member.modified, Some(&mut content)),
                Err(error) => self.copy_error = Some(error.into()),
            }
        }
    }

    fn put(
        &mut self,
        writer: &mut Option<Box<dyn Writer>>,
        name: &str,
        modified: Option<i64>,
        content: Option<&mut dyn io::Read>,
    ) {
        if let Some(active) = writer
            && let Err(error) = active.put_member(name, modified, content)
        {
            self.copy_error = Some(error);
            *writer = None;
        }
    }

    fn replacement(&self, page: &Page, finding: &Finding) -> String {
        let rule = &finding.rule;
        let value = value_of(page, finding);
        let normal = detect::normalise(&rule.id, Secret::new(&value));
        redact::replacement(
            self.options.policy.operator(&rule.id),
            &rule.label,
            rule.family(),
            Secret::new(&normal),
            self.options.secret,
        )
    }

    fn report(&mut self, record: crate::report::FindingRecord) {
        if let Err(error) = self.spool.push(record) {
            let error = FormatError::from(error);
            let detail = format!("findings cannot be kept in the temporary folder: {error}");
            self.incidents.push(Incident { problem: Problem::Unreadable, member: None, detail });
        }
    }

    /// Notes that something was not fully read.
    pub(super) fn incident(&mut self, place: &Place, error: FormatError) {
        let member = place.display.clone();
        self.incidents.push(Incident { problem: error.problem, member, detail: error.detail });
    }

    fn incident_inside(&mut self, place: &Place, incident: Incident) {
        let inner = incident.member.map(|member| {
            let shown: Vec<String> =
                member.split('/').map(|part| masked(self.options, part)).collect();
            shown.join("/")
        });
        let member = match (&place.display, inner) {
            (Some(chain), Some(inner)) => Some(format!("{chain}!/{inner}")),
            (chain, inner) => inner.or_else(|| chain.clone()),
        };
        self.withheld.extend(member.clone());
        self.incidents.push(Incident { member, ..incident });
    }
}

/// Pages read ahead, and what came after them.
struct Batch {
    pages: Vec<Page>,
    end: Option<End>,
}

enum End {
    Done,
    Member(Box<Member>),
    Incident(Incident),
    Error(FormatError),
}

/// Names of all senders of a source, without looking for anything else: the first pass of
/// `--participants pseudonym`. What cannot be read is the second pass's to tell.
pub(super) fn senders(
    mut source: Source,
    limits: &Limits,
    depth: u32,
    budget: &Arc<Budget>,
    take: &mut dyn FnMut(&str),
) {
    let head = source.head(SNIFF_BYTES).to_vec();
    let name = source.name().to_owned();
    let Some(format) = FORMATS.iter().find(|format| format.sniff(&head, &name)) else { return };
    let Ok(mut reader) = format.open(source, limits) else { return };
    let mut known: HashMap<SenderId, ()> = HashMap::new();
    while let Ok(Some(item)) = reader.next() {
        match item {
            Item::Page(page) => {
                for message in &page.messages {
                    if let Some(id) = message.sender
                        && !message.sender_text.is_empty()
                        && known.insert(id, ()).is_none()
                    {
                        take(&page.text[message.sender_text.clone()]);
                    }
                }
            }
            Item::Member(Member { source: Some(source), .. }) if depth < limits.depth => {
                let source = source.limited(budget, limits.member_bytes);
                senders(source, limits, depth + 1, budget, take);
            }
            Item::Member(_) | Item::Incident(_) => {}
        }
    }
}

/// Whether an incident lets a copy be written: only with the user's word, and only of containers.
pub(super) fn may_omit(copies: &CopyOptions, scan: &InputScan<'_>) -> bool {
    scan.incidents.is_empty()
        || copies.allow_omit && scan.incidents.iter().all(|incident| incident.member.is_some())
}
