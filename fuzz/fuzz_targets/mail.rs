//! Mail.
#![no_main]

sparsam_fuzz::parser!(
    "a.eml",
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: c\r\n\r\nd",
    Bytes
);
