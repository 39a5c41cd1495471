/// Leads from offsets of a derived text back to offsets of the text it was made from.
///
/// Used twice: from decoded text to raw bytes, and from the normalised shadow of detection to the
/// decoded text. Offsets are bytes from 0. An empty map is the identity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffsetMap {
    /// `(derived, source)`, strictly rising in `derived`, rising in `source`: from `derived` on,
    /// offsets run in parallel until the next entry.
    steps: Vec<(u32, u32)>,
}

impl OffsetMap {
    /// Whether derived and source offsets are the same.
    pub fn is_identity(&self) -> bool {
        self.steps.is_empty()
    }

    /// States that derived offset `derived` comes from source offset `source`.
    ///
    /// Calls must come in rising order; a step that says nothing new is dropped, a second step at
    /// the same derived offset replaces the first.
    pub fn push(&mut self, derived: u32, source: u32) {
        if self.source(derived) == source && (derived > 0 || source == 0 && self.steps.is_empty()) {
            return;
        }
        match self.steps.last_mut() {
            Some(last) if last.0 == derived => last.1 = source,
            _ => self.steps.push((derived, source)),
        }
    }

    /// The source offset of a derived offset.
    ///
    /// Within a stretch that was expanded (one source character, several derived bytes) the answer
    /// never passes the start of the next step.
    pub fn source(&self, derived: u32) -> u32 {
        let next = self.steps.partition_point(|step| step.0 <= derived);
        let raw = match next.checked_sub(1) {
            Some(at) => self.steps[at].1 + (derived - self.steps[at].0),
            None => derived,
        };
        self.steps.get(next).map_or(raw, |step| raw.min(step.1))
    }

    /// Where derived text without any source ends that begins at `derived`; `derived` if none does.
    pub fn end_of_insert(&self, derived: u32) -> u32 {
        let next = self.steps.partition_point(|step| step.0 <= derived);
        let source = self.source(derived);
        self.steps.get(next).filter(|step| step.1 == source).map_or(derived, |step| step.0)
    }

    /// Empties the map, keeping its memory.
    pub fn clear(&mut self) {
        self.steps.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_until_told_otherwise() {
        let mut map = OffsetMap::default();
        map.push(0, 0);
        map.push(7, 7);
        assert!(map.is_identity());
        assert_eq!(map.source(12), 12);
    }

    #[test]
    fn dropped_and_expanded_characters() {
        // source "a\u{200b}bäc" -> derived "abaec": the zero-width space (3 bytes) is gone, ä became ae
        let mut map = OffsetMap::default();
        map.push(0, 0);
        map.push(1, 4);
        map.push(2, 5); // 'a' of ae
        map.push(4, 7); // c
        let sources: Vec<u32> = (0..=5).map(|at| map.source(at)).collect();
        assert_eq!(sources, [0, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn inserted_text_has_no_source() {
        // source "x:5" -> derived "x:key: 5"
        let mut map = OffsetMap::default();
        map.push(0, 0);
        map.push(2, 2);
        map.push(7, 2);
        assert_eq!((map.end_of_insert(2), map.end_of_insert(7), map.end_of_insert(0)), (7, 7, 0));
        assert_eq!((map.source(4), map.source(7), map.source(8)), (2, 2, 3));
    }

    #[test]
    fn a_later_step_never_runs_past_the_next() {
        let mut map = OffsetMap::default();
        map.push(0, 10);
        map.push(5, 11);
        assert_eq!(map.source(4), 11);
        assert_eq!(map.source(5), 11);
    }
}
