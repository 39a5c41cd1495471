//! Indices of full-text search: they hold every word of every text once more, also of deleted rows.

use rusqlite::Connection;

use super::schema::{Schema, quoted};

/// Makes all indices anew from the texts as they are now. Answers those whose words were cut by a
/// program that only the phone has: they are for [`empty`].
///
/// # Errors
/// The database takes no change.
pub(super) fn rebuild<'s>(
    connection: &Connection,
    schema: &'s Schema,
) -> rusqlite::Result<Vec<&'s str>> {
    let mut foreign = Vec::new();
    for (name, sql) in &schema.virtuals {
        if !sql.to_ascii_lowercase().contains("using fts") {
            continue;
        }
        let table = quoted(name);
        let tell = |what: &str| {
            connection.execute_batch(&format!("INSERT INTO {table}({table}) VALUES('{what}')"))
        };
        if tell("rebuild").is_err() && tell("delete-all").is_err() {
            foreign.push(name.as_str());
        }
    }
    Ok(foreign)
}

/// Empties an index, so that the phone makes it anew. On a connection that has not asked it anything:
/// it would write back what it remembers.
///
/// # Errors
/// The database takes no change.
pub(super) fn empty(connection: &Connection, schema: &Schema, name: &str) -> rusqlite::Result<()> {
    let behind = |ending: &str| format!("{name}{ending}");
    let clear = |ending: &str| {
        if schema.has(&behind(ending)) {
            connection.execute_batch(&format!("DELETE FROM {}", quoted(&behind(ending))))?;
        }
        Ok::<_, rusqlite::Error>(())
    };
    if !schema.has(&behind("_data")) {
        clear("_segments")?;
        return clear("_segdir");
    }
    // An FTS5 index that is empty is not without rows: an index that never held anything shows them.
    clear("_data")?;
    clear("_idx")?;
    let model = "sparsam_empty";
    connection.execute_batch(&format!(
        "CREATE VIRTUAL TABLE {model} USING fts5(text);
         INSERT INTO {} SELECT id, block FROM {model}_data;
         DROP TABLE {model};",
        quoted(&behind("_data"))
    ))
}
