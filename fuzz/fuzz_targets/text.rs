//! Text in any encoding and shape.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sparsam_fuzz::reads(sparsam_fuzz::format_of(b"plain text\n", "a.txt").unwrap(), data, "a.txt");
});
