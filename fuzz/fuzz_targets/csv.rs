//! Tables.
#![no_main]

sparsam_fuzz::parser!("a.csv", b"name;note\r\na;b\r\n", Bytes);
