//! Archives, honest or not.
#![no_main]

sparsam_fuzz::parser!("a.zip", b"PK\x05\x06", Members);
