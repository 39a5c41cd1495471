//! All integration tests in one binary: it links once.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod architecture;
mod cli;
mod databases;
mod detection;
mod engine;
mod formats;
mod history;
mod report;
mod text;
