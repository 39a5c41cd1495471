//! Encrypted Android backups.

/// Keys.
#[derive(Debug, Default)]
pub struct Keys;
/// Error.
#[derive(Debug)]
pub struct KeyError;
