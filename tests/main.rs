//! Integration tests, one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod report;
