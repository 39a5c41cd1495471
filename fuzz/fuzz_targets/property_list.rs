//! Binary property lists.
#![no_main]

sparsam_fuzz::parser!("Info.plist", b"bplist00", Bytes);
