//! What a database holds: tables with their columns, found by introspection.

use std::sync::Arc;

use rusqlite::Connection;

use super::open::unreadable;
use crate::format::FormatError;

/// A table whose rows are stored as such; tables that programs make up are not among them, those
/// behind them are.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: Arc<str>,
    pub(super) columns: Vec<Column>,
    pub(super) key: RowKey,
}

/// How a row is told from others.
#[derive(Debug, Clone)]
pub(super) enum RowKey {
    /// A number, under this name.
    RowId(&'static str),
    /// These columns (indices into [`Table::columns`]).
    Primary(Vec<usize>),
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: Arc<str>,
    /// Values are told apart by it, alone or with others.
    pub(super) is_unique: bool,
    /// Declared to hold numbers, such as times and references.
    pub(super) is_numeric: bool,
}

/// All of a database.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) tables: Vec<Table>,
    /// Name and statement of tables that a program makes up, such as those of full-text search.
    pub(super) virtuals: Vec<(String, String)>,
    /// Tables that cannot be addressed.
    pub(super) unreadable: Vec<String>,
}

/// A name in a statement.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Schema {
    /// Reads the schema.
    ///
    /// # Errors
    /// It is damaged, or this is no database.
    pub(super) fn read(connection: &Connection) -> Result<Self, FormatError> {
        let mut schema = Self::default();
        let mut list = connection
            .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
            .map_err(unreadable)?;
        let mut rows = list.query([]).map_err(unreadable)?;
        while let Some(row) = rows.next().map_err(unreadable)? {
            let text = |at: usize| {
                let value = row.get_ref(at).ok()?.as_bytes_or_null().ok()??;
                Some(std::str::from_utf8(value).map(str::to_owned))
            };
            let (name, sql) = match (text(0), text(1)) {
                (Some(Ok(name)), Some(Ok(sql))) => (name, sql),
                (Some(Ok(name)), None) => (name, String::new()),
                _ => {
                    schema.unreadable.push("(name is no text)".to_owned());
                    continue;
                }
            };
            if starts_with(&sql, "CREATE VIRTUAL") {
                schema.virtuals.push((name, sql));
                continue;
            }
            match Table::read(connection, &name) {
                Ok(Some(table)) => schema.tables.push(table),
                Ok(None) | Err(_) => schema.unreadable.push(name),
            }
        }
        Ok(schema)
    }

    pub(super) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| &*table.name == name)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.table(name).is_some()
    }
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
}

impl Table {
    /// `None`: its rows have no name to call them by.
    fn read(connection: &Connection, name: &str) -> rusqlite::Result<Option<Self>> {
        let unique = unique_columns(connection, name)?;
        let mut primary: Vec<(i64, usize)> = Vec::new();
        let mut columns: Vec<Column> = Vec::new();
        let mut all_names: Vec<String> = Vec::new();
        let mut info = connection.prepare(&format!("PRAGMA table_xinfo({})", quoted(name)))?;
        let mut rows = info.query([])?;
        while let Some(row) = rows.next()? {
            let column: String = row.get(1)?;
            all_names.push(column.to_lowercase());
            // Generated columns hold nothing of their own.
            if row.get::<_, i64>(6)? != 0 {
                continue;
            }
            let place: i64 = row.get(5)?;
            if place > 0 {
                primary.push((place, columns.len()));
            }
            columns.push(Column {
                is_unique: unique.contains(&column),
                is_numeric: is_numeric(&row.get::<_, String>(2).unwrap_or_default()),
                name: column.into(),
            });
        }
        drop(rows);
        let alias = ["rowid", "_rowid_", "oid"]
            .into_iter()
            .find(|alias| !all_names.iter().any(|column| column == alias));
        let has_rowid = alias.is_some_and(|alias| {
            connection.prepare(&format!("SELECT {alias} FROM {}", quoted(name))).is_ok()
        });
        let key = match alias {
            Some(alias) if has_rowid => RowKey::RowId(alias),
            _ if primary.is_empty() => return Ok(None),
            _ => {
                primary.sort_unstable();
                RowKey::Primary(primary.into_iter().map(|(_, column)| column).collect())
            }
        };
        Ok(Some(Self { name: name.into(), columns, key }))
    }

    /// Index of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }
}

/// Columns of unique indices and primary keys.
fn unique_columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut unique = Vec::new();
    let mut list = connection.prepare(&format!("PRAGMA index_list({})", quoted(table)))?;
    let mut indices = list.query([])?;
    while let Some(index) = indices.next()? {
        if !index.get::<_, bool>(2)? {
            continue;
        }
        let name: String = index.get(1)?;
        let mut info = connection.prepare(&format!("PRAGMA index_info({})", quoted(&name)))?;
        let mut columns = info.query([])?;
        while let Some(column) = columns.next()? {
            unique.extend(column.get::<_, Option<String>>(2)?);
        }
    }
    Ok(unique)
}

/// Affinity as SQLite finds it (datatype3, 3.1): integers, reals, dates, truth values.
fn is_numeric(declared: &str) -> bool {
    let declared = declared.to_ascii_uppercase();
    let is_text = ["CHAR", "CLOB", "TEXT", "BLOB", "STRING"];
    let is_number = ["INT", "REAL", "FLOA", "DOUB", "NUM", "DEC", "DATE", "TIME", "BOOL"];
    !is_text.iter().any(|word| declared.contains(word))
        && is_number.iter().any(|word| declared.contains(word))
}
