//! All integration tests in one binary: it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod architecture;
mod cli;
mod detection;
mod engine;
mod history;
mod report;
mod text;
