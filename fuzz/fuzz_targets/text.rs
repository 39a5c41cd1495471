//! Text in any encoding and shape.
#![no_main]

sparsam_fuzz::parser!("a.txt", b"plain text\n", Bytes);
