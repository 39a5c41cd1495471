use std::fmt;

/// A matched value while it is looked at. No `Display`, no `Serialize`, hidden `Debug`:
/// neither a log line nor a report can carry it without [`Secret::expose`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret<'a>(&'a str);

impl<'a> Secret<'a> {
    /// Wraps a value taken from a text.
    pub fn new(value: &'a str) -> Self {
        Self(value)
    }

    /// The value itself, for validators and keyed hashes only.
    pub fn expose(self) -> &'a str {
        self.0
    }
}

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
