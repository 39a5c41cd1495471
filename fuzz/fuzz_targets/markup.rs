//! HTML and XML.
#![no_main]

sparsam_fuzz::parser!("a.html", b"<html><p>a</p></html>", Bytes);
