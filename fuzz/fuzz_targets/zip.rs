//! Archives, honest or not.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sparsam_fuzz::reads(sparsam_fuzz::format_of(b"PK\x05\x06", "a.zip").unwrap(), data, "a.zip");
});
