//! Contact cards.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    sparsam_fuzz::reads(
        sparsam_fuzz::format_of(b"BEGIN:VCARD\r\n", "a.vcf").unwrap(),
        data,
        "a.vcf",
    );
});
