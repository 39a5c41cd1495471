//! How the cells of a column become texts.

use std::sync::Arc;

use super::cell::{Content, Mixed};
use super::known;
use super::page::Text;
use super::schema::{Column, Table};
use crate::model::{Cell, Part};

/// How a column is read.
pub(super) struct Plan {
    pub(super) is_skipped: bool,
    pub(super) with_numbers: bool,
    pub(super) part: Part,
    label: String,
    is_user: bool,
    pub(super) is_search: bool,
    table: Arc<str>,
    column: Arc<str>,
    is_unique: bool,
}

impl Plan {
    pub(super) fn new(is_ours: bool, table: &Table, column: &Column) -> Self {
        let known = if is_ours { known::part(&table.name, &column.name) } else { None };
        let words = column.name.replace('_', " ").to_lowercase();
        Self {
            is_skipped: is_ours && known::is_identifier(&column.name),
            with_numbers: !column.is_numeric || !is_ours && known::is_telling(&words),
            part: known.unwrap_or(Part::Cell),
            label: if is_ours || known::is_plain(&words) {
                String::new()
            } else {
                format!("{words}: ")
            },
            is_user: is_ours && &*table.name == "jid" && &*column.name == "user",
            is_search: is_ours && known::is_search_text(&table.name, &column.name),
            table: Arc::clone(&table.name),
            column: Arc::clone(&column.name),
            is_unique: column.is_unique,
        }
    }

    pub(super) fn text<'t>(
        &'t self,
        content: &'t Content<'_>,
        is_account: bool,
        row: i64,
    ) -> Text<'t> {
        let (text, mixed): (&str, Option<&Mixed>) = match content {
            Content::Text(text) => (text, None),
            Content::Mixed(mixed) => (&mixed.text, Some(mixed)),
            Content::Nothing | Content::Media(..) => ("", None),
        };
        // Account names begin with a number with the code of its country.
        let is_account = self.is_user && is_account && known::is_number(text)
            || self.is_user && known::is_group(text)
            || known::is_account(text);
        let label = if is_account { "+" } else { &self.label };
        let is_key = self.is_user
            || self.part == Part::Cell
                && (self.is_unique || known::is_address(text))
                && mixed.is_none();
        let part = if is_key { Part::Key } else { self.part };
        let (table, column) = (Arc::clone(&self.table), Arc::clone(&self.column));
        let is_binary = mixed.is_some_and(|mixed| mixed.is_binary);
        let cell = Cell { table, column, row, is_binary };
        Text { part, label, text, mixed, cell }
    }
}
