//! What stands in photos.
#![no_main]

sparsam_fuzz::parser!("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", Whole);
