//! Databases.
#![no_main]

sparsam_fuzz::parser!("a.db", b"SQLite format 3\0", Texts);
