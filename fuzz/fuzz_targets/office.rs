//! Office documents.
#![no_main]

sparsam_fuzz::parser!("a.docx", b"PK\x03\x04[Content_Types].xml", Members);
