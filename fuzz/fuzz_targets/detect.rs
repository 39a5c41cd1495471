//! Detection in any text.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sparsam_fuzz::detects(data);
});
