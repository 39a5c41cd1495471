//! Members of containers: named, bounded, looked into, and put into the container's copy.

use std::io;
use std::sync::Arc;

use super::copies::{NOTE, NOTE_ENDING};
use super::names::{Renames, masked};
use super::scan::{InputScan, Place, Visited};
use crate::format::{FormatError, Member, Output, SharedSpill, SpillSettings, Writer, media};
use crate::model::{Incident, LimitKind, Problem, Uninspected};

impl InputScan<'_> {
    pub(super) fn member(
        &mut self,
        member: Member,
        place: &Place,
        renames: &Arc<Renames>,
        writer: &mut Option<Box<dyn Writer>>,
    ) {
        let shown = masked(self.options, self.people, &member.name);
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
        let messages = self.messages;
        let copied = member.copied;
        let source = source.limited(&self.budget, self.options.limits.member_bytes);
        let spill = (writer.is_some() && copied)
            .then(|| SharedSpill::new(&SpillSettings::new(self.options.temp.clone())));
        let out = spill.as_ref().map(|spill| Box::new(spill.clone()) as Box<dyn Output>);
        let notes = self.notes.len();
        let remainder = if copied { None } else { self.remainder.take() };
        let visited = self.visit(source, &inside, out);
        if !copied {
            self.remainder = remainder;
            // What lies there by chance says nothing of the input.
            self.notes.truncate(notes);
        }
        let keep = self.copies.is_some_and(|copies| copies.keep_media);
        if !copied {
            self.messages_not_copied += self.messages - messages;
            self.leave_out(writer, new_name);
            self.withheld.extend(inside.display);
            return;
        }
        let complete = match visited {
            Visited::Read => true,
            Visited::Incomplete => self.copies.is_some_and(|copies| copies.allow_omit),
            Visited::Uninspected | Visited::NotAChat => keep,
            Visited::Failed | Visited::Withheld => false,
        };
        if visited == Visited::Withheld {
            self.messages_not_copied += self.messages - messages;
            let note = format!("{new_name}{NOTE_ENDING}");
            self.put(writer, &note, member.modified, Some(&mut NOTE.as_bytes()));
        }
        if !complete {
            self.leave_out(writer, new_name);
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

    fn leave_out(&mut self, writer: &mut Option<Box<dyn Writer>>, name: &str) {
        if let Some(active) = writer
            && let Err(error) = active.leave_out(name)
        {
            self.copy_error = Some(error);
            *writer = None;
        }
    }

    pub(super) fn incident_inside(&mut self, place: &Place, incident: Incident) {
        let member = self.inside(place, incident.member);
        self.withheld.extend(member.clone());
        self.incidents.push(Incident { member, ..incident });
    }

    /// Notes something inside that nobody looks into; a copy lacks it unless the user wants it kept.
    pub(super) fn uninspected_inside(&mut self, place: &Place, uninspected: Uninspected) {
        let member = self.inside(place, uninspected.member);
        let is_kept = media::is_kept(uninspected.kind);
        if self.copies.is_some_and(|copies| !copies.keep_media || !is_kept) {
            self.withheld.extend(member.clone());
        }
        self.uninspected.push(Uninspected { member, ..uninspected });
    }

    /// Notes something inside that is never opened; a copy lacks it.
    pub(super) fn skipped_inside(&mut self, place: &Place, name: &str, kind: &'static str) {
        let display = self.inside(place, Some(name.to_owned()));
        let inside = Place {
            display: display.clone(),
            depth: place.depth + 1,
            siblings: Arc::clone(&place.siblings),
            is_name: false,
        };
        self.name(name, &inside);
        self.withheld.extend(display.clone());
        self.skipped.extend(display.map(|display| (display, kind)));
    }

    /// Notes a text inside that no copy has.
    pub(super) fn left_out_inside(&mut self, place: &Place, name: &str) {
        let display = self.inside(place, Some(name.to_owned()));
        self.withheld.extend(display);
    }

    /// Chain of members as reports show it, down to what lies inside a place.
    fn inside(&self, place: &Place, name: Option<String>) -> Option<String> {
        let inner = name.map(|name| masked(self.options, self.people, &name));
        match (&place.display, inner) {
            (Some(chain), Some(inner)) => Some(format!("{chain}!/{inner}")),
            (chain, inner) => inner.or_else(|| chain.clone()),
        }
    }
}
