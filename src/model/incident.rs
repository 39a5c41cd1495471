/// What a limit bounds (`docs/security.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum LimitKind {
    ExpandedBytes,
    MemberSize,
    Depth,
    Entries,
    Time,
}

/// Why something was not fully read: the closed table of the report contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Problem {
    /// Permission denied or an I/O error.
    Unreadable,
    /// Gone between the walk and the read.
    Vanished,
    /// Changed while it was read.
    Changed,
    /// Not what it claims to be.
    Damaged,
    /// Ends too early.
    Truncated,
    /// Bytes of a container that belong to nothing it lists.
    Accounting,
    /// Checksum of a member is wrong.
    BadCrc,
    /// Encrypted, and no key opens it.
    Encrypted,
    /// The key does not fit.
    WrongKey,
    /// A method or version no reader knows.
    Unsupported,
    /// Over a limit.
    Limit(LimitKind),
    /// Built to mislead readers (overlapping entries, hidden records).
    Hostile,
    /// The copy could not be proven, so there is none.
    Unproven,
    /// The copy could not be written.
    Unwritable,
}

/// Something that could not be fully read although it should have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Row of the closed table.
    pub problem: Problem,
    /// Member chain inside a container, joined by `!/`; `None`: the input itself.
    pub member: Option<String>,
    /// What happened, in fixed phrases and numbers, never content.
    pub detail: String,
}

/// Something of a kind no reader looks into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uninspected {
    /// Member chain; `None`: the input itself.
    pub member: Option<String>,
    /// `photo`, `video`, `audio`, `sticker`, `document`, `other`.
    pub kind: &'static str,
    /// Size in bytes.
    pub bytes: u64,
}

/// Status of an input in the report, ordered from harmless to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "docs/report.md explains each")]
pub enum Status {
    Unchanged,
    NotAChat,
    Skipped,
    Clean,
    Findings,
    Limit,
    Partial,
    Error,
}

impl Problem {
    /// Its name in reports, kebab-case; limits as `limit:<kind>`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Vanished => "vanished",
            Self::Changed => "changed",
            Self::Damaged => "damaged",
            Self::Truncated => "truncated",
            Self::Accounting => "accounting",
            Self::BadCrc => "bad-crc",
            Self::Encrypted => "encrypted",
            Self::WrongKey => "wrong-key",
            Self::Unsupported => "unsupported",
            Self::Limit(LimitKind::ExpandedBytes) => "limit:expanded-bytes",
            Self::Limit(LimitKind::MemberSize) => "limit:member-size",
            Self::Limit(LimitKind::Depth) => "limit:depth",
            Self::Limit(LimitKind::Entries) => "limit:entries",
            Self::Limit(LimitKind::Time) => "limit:time",
            Self::Hostile => "hostile",
            Self::Unproven => "unproven-copy",
            Self::Unwritable => "unwritable-copy",
        }
    }
}
