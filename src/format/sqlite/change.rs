//! From edits of a page to new values of cells.

use std::ops::Range;

use rusqlite::types::ValueRef;

use super::cell::is_rigid;
use crate::format::FormatError;
use crate::model::{Cell, Edit, Page, Problem};

fn unwritable(what: &str) -> FormatError {
    FormatError::new(Problem::Unwritable, what)
}

/// Replace these bytes of a cell.
pub(in crate::format) struct Splice {
    range: Range<usize>,
    replacement: String,
}

/// The cells that edits of a page change.
///
/// # Errors
/// An edit lies outside of the cells.
pub(in crate::format) fn changes<'p>(
    page: &'p Page,
    edits: &[Edit],
) -> Result<Vec<(&'p Cell, Vec<Splice>)>, FormatError> {
    let outside = || unwritable("edit outside of its cell");
    let mut changes = Vec::new();
    let mut edits = edits.iter().peekable();
    for slot in page.owned_slots() {
        let mut splices = Vec::new();
        let start = page.leaf_offset(slot.range.start);
        while let Some(edit) = edits.next_if(|edit| edit.range.start < slot.range.end) {
            if edit.range.start < slot.range.start || edit.range.end > slot.range.end {
                return Err(outside());
            }
            let at = |at| usize::try_from(page.leaf_offset(at) - start).unwrap_or(usize::MAX);
            let range = at(edit.range.start)..at(edit.range.end);
            if !range.is_empty() {
                splices.push(Splice { range, replacement: edit.replacement.clone() });
            }
        }
        if let (Some(cell), false) = (slot.cell.as_deref(), splices.is_empty()) {
            changes.push((cell, splices));
        }
    }
    if edits.next().is_some() { Err(outside()) } else { Ok(changes) }
}

/// A new value for a cell.
pub(in crate::format) enum Owned {
    /// Text, as bytes that may be no UTF-8.
    Text(Vec<u8>),
    /// Binary data.
    Blob(Vec<u8>),
}

impl Owned {
    /// As SQLite takes it.
    pub(super) fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Text(bytes) => ValueRef::Text(bytes),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }
}

/// A cell with parts replaced. Of binary data nothing is left ([`Cell::is_binary`]), unless they are
/// written anew later on: then they keep their length.
///
/// # Errors
/// It is not the cell that was read.
pub(in crate::format) fn spliced(
    value: ValueRef<'_>,
    splices: &[Splice],
) -> Result<Owned, FormatError> {
    let number;
    let bytes = match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        ValueRef::Integer(value) => {
            number = value.to_string();
            number.as_bytes()
        }
        ValueRef::Null | ValueRef::Real(_) => return Err(unwritable("a cell is another")),
    };
    let is_rigid = is_rigid(value);
    if is_rigid && splices.iter().any(|it| it.replacement.is_empty()) {
        return Ok(Owned::Blob(Vec::new()));
    }
    let mut new = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for Splice { range, replacement } in splices {
        let kept = bytes.get(at..range.start).filter(|_| range.end <= bytes.len());
        new.extend_from_slice(kept.ok_or_else(|| unwritable("a cell is another"))?);
        if is_rigid {
            // A zero is half a character of UTF-16.
            new.extend(bytes[range.clone()].iter().map(|byte| if *byte == 0 { 0 } else { b'*' }));
        } else {
            new.extend_from_slice(replacement.as_bytes());
        }
        at = range.end;
    }
    new.extend_from_slice(&bytes[at..]);
    Ok(if matches!(value, ValueRef::Blob(_)) { Owned::Blob(new) } else { Owned::Text(new) })
}
