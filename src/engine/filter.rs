//! Single texts without a file around them, as `sparsam detect` and the tests of rule files see them.

use std::ops::Range;

use crate::model::{Direction, Message, Page, Part, SenderId, Slot};

/// A page whose one owned message is `text`; `before` are the messages before it, oldest first, all
/// by the other side. Bytes of `text` start at `owned_text.start` of the page.
pub fn page_of(text: &str, before: &[impl AsRef<str>]) -> Page {
    let before: Vec<_> =
        before.iter().map(|text| Neighbour { text: text.as_ref(), same_sender: false }).collect();
    page_with(text, &before, Direction::Unknown)
}

/// A message before the one that is looked at.
pub(super) struct Neighbour<'a> {
    pub(super) text: &'a str,
    pub(super) same_sender: bool,
}

/// As [`page_of`]; `direction` is that of `text`.
pub(super) fn page_with(text: &str, before: &[Neighbour<'_>], direction: Direction) -> Page {
    let opposite = match direction {
        Direction::Unknown => Direction::Unknown,
        Direction::In => Direction::Out,
        Direction::Out => Direction::In,
    };
    let mut page = Page::default();
    let mut line = 1;
    for message in before {
        let (sender, way) = if message.same_sender { (0, direction) } else { (1, opposite) };
        push(&mut page, &mut line, message.text, SenderId(sender), way);
        page.text.push('\n');
    }
    page.owned_text = push(&mut page, &mut line, text, SenderId(0), direction);
    page.owned = page.slots.len() - 1..page.slots.len();
    page
}

fn push(
    page: &mut Page,
    line: &mut u64,
    text: &str,
    sender: SenderId,
    direction: Direction,
) -> Range<usize> {
    let start = page.text.len();
    page.text.push_str(text);
    let range = start..page.text.len();
    page.slots.push(Slot {
        part: Part::Body,
        message: page.messages.len(),
        range: range.clone(),
        cell: None,
    });
    page.messages.push(Message {
        index: page.messages.len() as u64 + 1,
        line: *line,
        sender: Some(sender),
        sender_text: start..start,
        direction,
        time: None,
    });
    *line += text.matches('\n').count() as u64 + 1;
    range
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_owned_and_the_question_is_context() {
        let page = page_of("12345678911", &["Hallo\nzusammen", "Wie ist Ihre Steuer-ID?"]);
        assert_eq!(&page.text[page.owned_text.clone()], "12345678911");
        assert_eq!(page.owned, 2..3);
        assert_eq!(page.slot_text(&page.slots[1]), "Wie ist Ihre Steuer-ID?");
        assert_eq!(page.messages.iter().map(|message| message.line).collect::<Vec<_>>(), [1, 3, 4]);
        assert_ne!(page.messages[1].sender, page.messages[2].sender);
    }

    #[test]
    fn a_text_alone() {
        let none: [&str; 0] = [];
        let page = page_of("", &none);
        assert_eq!((page.owned, page.owned_text), (0..1, 0..0));
    }
}
