//! Contact cards and calendars.
#![no_main]

sparsam_fuzz::parser!("a.vcf", b"BEGIN:VCARD\r\n", Bytes);
