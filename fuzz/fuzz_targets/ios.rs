//! Lists of files of iOS backups.
#![no_main]

sparsam_fuzz::parser!("Manifest.db", b"SQLite format 3\0", Whole);
