//! Whatever format takes the bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(format) = sparsam_fuzz::format_of(data, "a") {
        sparsam_fuzz::reads(format, data, "a", sparsam_fuzz::Law::Whole);
    }
});
