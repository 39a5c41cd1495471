//! Whole runs with a copy.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sparsam_fuzz::redacts(data, "chat");
});
