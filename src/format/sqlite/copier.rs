//! The redacted copy: a second snapshot, updated cell by cell, then written anew without its past.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write as _};
use std::path::Path;
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::cell::{self, Content};
use super::change::{Owned, Splice, changes, spliced};
use super::fts;
use super::known::is_index;
use super::open::{Private, connect};
use super::reader::SCHEMA;
use super::residue;
use super::schema::{RowKey, Schema, Table, quoted};
use crate::files;
use crate::format::{CopyBase, FormatError, Output, Random, SpillSettings, Writer, media, vcard};
use crate::model::{Edit, Page, Problem};

/// Writes a copy of a database.
pub(in crate::format) struct Copier {
    out: Box<dyn Output>,
    work: Option<Work>,
}

/// The database while it is changed.
struct Work {
    connection: Connection,
    private: Private,
    snapshot: Random,
    spill: SpillSettings,
    schema: Schema,
    keep_media: bool,
    /// Edits of tables without row ids, by table, number of the row and column: which row has which
    /// number shows only before any is changed.
    later: Later,
    /// Columns, by table, with contacts, which may hold photos.
    contacts: BTreeSet<(Arc<str>, Arc<str>)>,
}

/// Where the number stands by which a connection notices that tables have changed (fileformat2, 1.3.10).
const SCHEMA_COOKIE: u64 = 40;

type Later = BTreeMap<(String, i64), Vec<(String, Vec<Splice>)>>;

impl Copier {
    /// A copy that goes to `out`.
    pub(in crate::format) fn new(out: Box<dyn Output>) -> Self {
        Self { out, work: None }
    }

    /// Changes more than was found.
    ///
    /// # Errors
    /// The database does not take the change.
    pub(in crate::format) fn amend(
        &mut self,
        change: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<(), FormatError> {
        match &self.work {
            Some(work) => change(&work.connection).map_err(failed),
            None => Err(unwritable("there is no snapshot")),
        }
    }
}

fn unwritable(what: &str) -> FormatError {
    FormatError::new(Problem::Unwritable, what)
}

/// What a copy says that SQLite finds fault with.
const UNSOUND: &str = "the copy does not stand SQLite's own check";

/// What is wrong with a database that can be read and not be copied.
fn damaged() -> FormatError {
    FormatError::new(Problem::Damaged, "the database is damaged")
}

/// What SQLite says when a change fails; never its words.
fn failed(error: rusqlite::Error) -> FormatError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => unwritable("the folder of temporary files is full"),
        Some(ErrorCode::DatabaseCorrupt) => damaged(),
        _ => unwritable("the database does not take the change"),
    }
}

/// Opens a snapshot so that texts of search tables can be changed as well; a change that fails is
/// taken back in memory.
fn changeable(private: &Private) -> Result<Connection, FormatError> {
    let connection = private.connect()?;
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)
        .and_then(|_| {
            connection.execute_batch(
                "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;
                 PRAGMA ignore_check_constraints = ON;",
            )
        })
        .map_err(failed)?;
    Ok(connection)
}

impl Writer for Copier {
    fn begin(&mut self, base: CopyBase) -> Result<(), FormatError> {
        let snapshot = base.snapshot.ok_or_else(|| unwritable("there is no snapshot"))?;
        let private = Private::of(&snapshot, &base.spill)?;
        let connection = changeable(&private)?;
        connection.execute_batch("BEGIN").map_err(failed)?;
        let schema = Schema::read(&connection)?;
        let CopyBase { spill, keep_media, .. } = base;
        let (later, contacts) = (BTreeMap::new(), BTreeSet::new());
        self.work = Some(Work {
            connection,
            private,
            snapshot,
            spill,
            schema,
            keep_media,
            later,
            contacts,
        });
        Ok(())
    }

    fn put(&mut self, page: &Page, edits: &[Edit]) -> Result<(), FormatError> {
        let Some(work) = &mut self.work else { return Err(unwritable("there is no snapshot")) };
        for (cell, splices) in changes(page, edits)? {
            work.change(&cell.table, &cell.column, cell.row, splices)?;
        }
        for slot in page.owned_slots() {
            let text = &page.text[page.own_start(slot)..slot.range.end];
            if let (Some(cell), true) = (&slot.cell, vcard::is_start(text)) {
                work.contacts.insert((Arc::clone(&cell.table), Arc::clone(&cell.column)));
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), FormatError> {
        let Self { mut out, work } = *self;
        let work = work.ok_or_else(|| unwritable("there is no snapshot"))?;
        let (content, _folder) = work.finish()?;
        io::copy(&mut content.cursor(), &mut out)?;
        Ok(out.flush()?)
    }
}

impl Work {
    fn change(
        &mut self,
        table: &str,
        column: &str,
        row: i64,
        splices: Vec<Splice>,
    ) -> Result<(), FormatError> {
        if table == SCHEMA {
            return Err(unwritable(
                "a value stands in the schema of the database (a default, a comment), where it cannot be replaced",
            ));
        }
        let found = self.schema.table(table).ok_or_else(|| unwritable("a table is gone"))?;
        match &found.key {
            RowKey::RowId(alias) => {
                let place = format!("{alias} = ?1");
                update(&self.connection, found, column, &place, &[Value::Integer(row)], &splices)
            }
            RowKey::Primary(_) => {
                self.later
                    .entry((table.to_owned(), row))
                    .or_default()
                    .push((column.to_owned(), splices));
                Ok(())
            }
        }
    }

    fn finish(mut self) -> Result<(Random, Private), FormatError> {
        self.change_later()?;
        self.drop_media().map_err(failed)?;
        let foreign = fts::rebuild(&self.connection, &self.schema).map_err(failed)?;
        self.connection.execute_batch("COMMIT").map_err(failed)?;
        let is_foreign = !foreign.is_empty();
        if is_foreign {
            self.connection = changeable(&self.private)?;
            for name in foreign {
                fts::empty(&self.connection, &self.schema, name).map_err(failed)?;
            }
        }
        let Self { connection, private, schema, snapshot, .. } = self;
        let target = private.beside("copy");
        write_anew(&connection, &target, &snapshot)?;
        let mut copy = connect(&target, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if !is_sound(&copy, &schema, is_foreign) {
            // An index that did not fit its rows was taken over.
            drop(copy);
            connection.execute_batch("REINDEX").map_err(failed)?;
            fs::remove_file(&target)?;
            write_anew(&connection, &target, &snapshot)?;
            copy = connect(&target, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            if !is_sound(&copy, &schema, is_foreign) {
                let is_ours = is_sound(&connection, &schema, is_foreign);
                return Err(if is_ours { unwritable(UNSOUND) } else { damaged() });
            }
        }
        for table in schema.tables.iter().filter(|it| !is_index(&it.name, &schema.virtuals)) {
            let query = format!("SELECT count(*) FROM {}", quoted(&table.name));
            let count = |connection: &Connection| {
                connection.query_row(&query, [], |row| row.get::<_, i64>(0)).map_err(failed)
            };
            if count(&connection)? != count(&copy)? {
                return Err(unwritable("a table of the copy lacks rows"));
            }
        }
        drop(copy);
        Ok((Random::file(files::open_regular(&target)?)?, private))
    }

    /// Changes rows that are told apart by more than a number; all columns of one at once, as the
    /// key itself may change.
    fn change_later(&mut self) -> Result<(), FormatError> {
        let later = std::mem::take(&mut self.later);
        let Some(((first, _), _)) = later.first_key_value() else { return Ok(()) };
        let mut table = first.clone();
        let private = Private::of(&self.snapshot, &self.spill)?;
        let before = private.connect()?;
        let mut keys = Keys::new(&before, &self.schema, &table)?;
        for ((name, row), columns) in later {
            if name != table {
                keys = Keys::new(&before, &self.schema, &name)?;
                table = name;
            }
            let mut key = keys.key(row)?;
            let found = keys.table;
            let place: Vec<String> = keys
                .columns
                .iter()
                .enumerate()
                .map(|(at, column)| format!("{} = ?{}", quoted(column), at + 1))
                .collect();
            for (column, splices) in columns {
                update(&self.connection, found, &column, &place.join(" AND "), &key, &splices)?;
                // What the row is called from now on.
                if let Some(at) = keys.columns.iter().position(|it| *it == column) {
                    let new = spliced((&key[at]).into(), &splices)?;
                    key[at] = Value::try_from(new.as_ref())
                        .map_err(|_| unwritable("a key that is no text"))?;
                }
            }
        }
        Ok(())
    }

    /// Empties the cells that hold archives and, unless they are kept, pictures and the like, and takes
    /// photos out of contacts.
    fn drop_media(&self) -> rusqlite::Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        let keep_media = self.keep_media;
        self.connection.create_scalar_function("sparsam_is_media", 1, flags, move |context| {
            Ok(matches!(cell::content(context.get_raw(0), false), Content::Media(kind, _)
                if !keep_media || !media::is_kept(kind)))
        })?;
        self.connection.create_scalar_function("sparsam_without_photos", 1, flags, |context| {
            let value = context.get_raw(0);
            let text = value.as_bytes().ok().and_then(|bytes| std::str::from_utf8(bytes).ok());
            Ok(match (value, text.filter(|text| vcard::is_start(text))) {
                (ValueRef::Text(_), Some(text)) => Value::Text(vcard::without_media(text)),
                (_, Some(text)) => Value::Blob(vcard::without_media(text).into_bytes()),
                (_, None) => Value::try_from(value)?,
            })
        })?;
        for (table, column) in self.contacts.iter().filter(|_| !keep_media) {
            let (table, column) = (quoted(table), quoted(column));
            self.connection.execute_batch(&format!(
                "UPDATE {table} SET {column} = sparsam_without_photos({column}) WHERE {column} IS NOT sparsam_without_photos({column})"
            ))?;
        }
        for table in &self.schema.tables {
            if is_index(&table.name, &self.schema.virtuals) {
                continue;
            }
            let name = quoted(&table.name);
            let columns: Vec<String> =
                table.columns.iter().map(|column| quoted(&column.name)).collect();
            let has: Vec<String> = columns
                .iter()
                .map(|column| format!("coalesce(max(typeof({column}) = 'blob'), 0)"))
                .collect();
            let query = format!("SELECT {} FROM {name}", has.join(", "));
            let blobs: Vec<bool> = self.connection.query_row(&query, [], |row| {
                (0..columns.len()).map(|column| row.get(column)).collect()
            })?;
            for (column, _) in columns.iter().zip(blobs).filter(|it| it.1) {
                self.connection.execute_batch(&format!(
                    "UPDATE {name} SET {column} = x'' WHERE typeof({column}) = 'blob' AND sparsam_is_media({column})"
                ))?;
            }
        }
        Ok(())
    }
}

/// Writes a database anew, without its past.
fn write_anew(
    connection: &Connection,
    target: &Path,
    snapshot: &Random,
) -> Result<(), FormatError> {
    let path = target.to_str().ok_or_else(|| unwritable("the temporary folder is no UTF-8"))?;
    connection.execute("VACUUM INTO ?1", [path]).map_err(failed)?;
    let mut file = OpenOptions::new().read(true).write(true).open(target)?;
    residue::clear(&mut file)?;
    // `VACUUM` counts up; a copy of a copy is to be that copy.
    let mut cookie = [0; 4];
    snapshot.read_at(SCHEMA_COOKIE, &mut cookie)?;
    file.seek(SeekFrom::Start(SCHEMA_COOKIE))?;
    Ok(file.write_all(&cookie)?)
}

/// Rows of a table without row ids, in their order.
struct Keys<'c> {
    table: &'c Table,
    columns: Vec<String>,
    statement: rusqlite::Statement<'c>,
}

impl<'c> Keys<'c> {
    fn new(
        connection: &'c Connection,
        schema: &'c Schema,
        name: &str,
    ) -> Result<Self, FormatError> {
        let table = schema.table(name).ok_or_else(|| unwritable("a table is gone"))?;
        let RowKey::Primary(key) = &table.key else {
            return Err(unwritable("a table is another"));
        };
        let columns: Vec<String> =
            key.iter().map(|column| table.columns[*column].name.to_string()).collect();
        let names = columns.iter().map(|it| quoted(it)).collect::<Vec<_>>().join(", ");
        let name = quoted(name);
        // In the order of its own tree, as it was read.
        let query = format!("SELECT {names} FROM {name} NOT INDEXED LIMIT 1 OFFSET ?1");
        let statement = connection.prepare(&query).map_err(failed)?;
        Ok(Self { table, columns, statement })
    }

    /// The key of row number `row`, from 1.
    fn key(&mut self, row: i64) -> Result<Vec<Value>, FormatError> {
        let count = self.columns.len();
        self.statement
            .query_row([row - 1], |row| (0..count).map(|at| row.get(at)).collect())
            .map_err(failed)
    }
}

/// Replaces parts of one cell.
fn update(
    connection: &Connection,
    table: &Table,
    column: &str,
    place: &str,
    key: &[Value],
    splices: &[Splice],
) -> Result<(), FormatError> {
    let (name, column) = (quoted(&table.name), quoted(column));
    let select = format!("SELECT {column} FROM {name} WHERE {place}");
    let mut statement = connection.prepare_cached(&select).map_err(failed)?;
    let new = {
        let mut rows = statement.query(rusqlite::params_from_iter(key)).map_err(failed)?;
        let row = rows.next().map_err(failed)?.ok_or_else(|| unwritable("a row is gone"))?;
        spliced(row.get_ref(0).map_err(failed)?, splices)?
    };
    let change = format!("UPDATE {name} SET {column} = ?{} WHERE {place}", key.len() + 1);
    let mut statement = connection.prepare_cached(&change).map_err(failed)?;
    let mut set = |value: ValueRef<'_>| {
        let key = key.iter().map(|value| ToSqlOutput::Borrowed(value.into()));
        statement.execute(rusqlite::params_from_iter(key.chain([ToSqlOutput::Borrowed(value)])))
    };
    // Two values that look alike now, where the table wants them to differ: the row tells them apart.
    let apart = || {
        let mut bytes = match &new {
            Owned::Text(bytes) | Owned::Blob(bytes) => bytes.clone(),
        };
        let row = key.iter().map(|value| match value {
            Value::Integer(row) => row.to_string(),
            _ => "x".to_owned(),
        });
        bytes.extend(format!(" ({})", row.collect::<Vec<_>>().join("-")).into_bytes());
        Owned::Text(bytes)
    };
    let is_refused = |done: &rusqlite::Result<usize>| {
        done.as_ref()
            .is_err_and(|error| error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation))
    };
    let mut done = set(new.as_ref());
    // An index of the table may not fit its rows.
    if done
        .as_ref()
        .is_err_and(|error| error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt))
        && connection.execute_batch(&format!("REINDEX {name}")).is_ok()
    {
        done = set(new.as_ref());
    }
    if is_refused(&done) {
        done = set(apart().as_ref());
    }
    // A column that takes nothing but numbers.
    if is_refused(&done) {
        done = set(ValueRef::Null);
    }
    if is_refused(&done) {
        done = set(ValueRef::Integer(0));
    }
    match done.map_err(failed)? {
        1 => Ok(()),
        _ => Err(unwritable("a row is gone")),
    }
}

/// Whether SQLite has nothing to say against any page, row and index.
fn is_sound(connection: &Connection, schema: &Schema, is_foreign: bool) -> bool {
    let ask = |query: &str| connection.query_row(query, [], |row| row.get::<_, String>(0));
    match ask("PRAGMA integrity_check(1)") {
        Ok(answer) if answer == "ok" || !is_foreign => answer == "ok",
        // Search tables of the phone cannot be asked; all others can.
        Ok(_) | Err(_) => schema.tables.iter().all(|table| {
            ask(&format!("PRAGMA integrity_check({})", quoted(&table.name)))
                .is_ok_and(|answer| answer == "ok")
        }),
    }
}
