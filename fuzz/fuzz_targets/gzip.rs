//! Compressed files.
#![no_main]

sparsam_fuzz::parser!("a.gz", b"\x1f\x8b\x08", Members);
