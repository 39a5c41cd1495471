//! PDF.
#![no_main]

sparsam_fuzz::parser!("a.pdf", b"%PDF-1.4\n", Whole);
