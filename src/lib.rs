//! Finds confidential customer data in exported WhatsApp chats, writes redacted copies and a report.
//!
//! Layers, low to high (`tests/architecture.rs` holds them): [`model`], [`files`] and [`secret`];
//! [`validate`]; [`pattern`] and [`policy`]; [`mod@format`], [`detect`], [`redact`] and [`report`], which
//! do not know each other; [`engine`]. The command line is the binary's own.

pub mod detect;
pub mod engine;
pub mod files;
pub mod format;
pub mod history;
pub mod model;
pub mod pattern;
pub mod policy;
pub mod redact;
pub mod report;
pub mod secret;
pub mod validate;
