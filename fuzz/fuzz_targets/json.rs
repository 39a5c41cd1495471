//! JSON, lines of it too.
#![no_main]

sparsam_fuzz::parser!("a.json", b"{\"a\":\"b\"}", Bytes);
