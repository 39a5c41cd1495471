//! Plain data that every layer speaks: no I/O, no serialisation, cannot fail.
//!
//! A format turns raw bytes into [`Page`]s, detection answers [`Finding`]s on them, redaction turns
//! those into [`Edit`]s, and whatever could not be read becomes an [`Incident`].

mod finding;
mod incident;
mod offsets;
mod page;
mod secret;

pub use finding::{Confidence, Finding, Reason, Rule, Severity, Span};
pub use incident::{Incident, LimitKind, Problem, Status, Uninspected};
pub use offsets::OffsetMap;
pub use page::{
    Cell, Direction, Edit, Encoding, LocalTime, Message, Page, Part, Raw, SenderId, Slot,
};
pub use secret::Secret;
