//! Encrypted backups.
#![no_main]

sparsam_fuzz::parser!("msgstore.db.crypt15", b"\0\x01", Whole);
