//! Tar archives.
#![no_main]

sparsam_fuzz::parser!("a.tar", &sparsam_fuzz::tar(), Members);
