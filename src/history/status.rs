//! How the status of a finding goes on from run to run.

/// Status of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It is there.
    Open,
    /// It was fixed or suppressed, and is there again.
    Reopened,
    /// Somebody decided that it does not count.
    Suppressed,
    /// Every input it stood in was fully read without it.
    Fixed,
    /// The input it stood in is missing.
    Gone,
}

/// What the user decided about a finding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Decision {
    /// Nothing.
    #[default]
    None,
    /// It does not count.
    Suppressed,
    /// It did not count for a time that is over, or under conditions that no longer hold.
    Expired,
}

impl Status {
    /// Its name in the state and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Reopened => "reopened",
            Self::Suppressed => "suppressed",
            Self::Fixed => "fixed",
            Self::Gone => "gone",
        }
    }

    /// The status of this name; what is unknown is open.
    pub(super) fn of(name: &str) -> Self {
        [Self::Reopened, Self::Suppressed, Self::Fixed, Self::Gone]
            .into_iter()
            .find(|status| status.name() == name)
            .unwrap_or(Self::Open)
    }

    /// The status of a finding that was seen; `before` is `None` for one never seen before.
    pub(super) fn after_sighting(before: Option<Self>, decision: Decision) -> Self {
        match (before, decision) {
            (_, Decision::Suppressed) => Self::Suppressed,
            (Some(Self::Suppressed | Self::Fixed | Self::Reopened), _) => Self::Reopened,
            (None, Decision::Expired) => Self::Reopened,
            (None | Some(Self::Open | Self::Gone), _) => Self::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sightings() {
        use Decision::{Expired, None as Undecided, Suppressed as Decided};
        use Status::{Fixed, Gone, Open, Reopened, Suppressed};
        let cases = [
            // (before, decision, after, why)
            (None, Undecided, Open, "first seen"),
            (None, Decided, Suppressed, "decided by its rule before it was seen"),
            (None, Expired, Reopened, "decided before this state began, and over"),
            (Some(Open), Undecided, Open, "still there"),
            (Some(Open), Decided, Suppressed, "decided since"),
            (Some(Suppressed), Decided, Suppressed, "still decided"),
            (Some(Suppressed), Expired, Reopened, "the decision is over"),
            (Some(Suppressed), Undecided, Reopened, "the decision was taken back"),
            (Some(Fixed), Undecided, Reopened, "it came back"),
            (Some(Reopened), Undecided, Reopened, "stays so until it is dealt with"),
            (Some(Gone), Undecided, Open, "its input is there again: nothing new"),
            (Some(Gone), Decided, Suppressed, "the decision outlives the absence"),
        ];
        for (before, decision, after, why) in cases {
            assert_eq!(Status::after_sighting(before, decision), after, "{why}");
        }
        for status in [Open, Reopened, Suppressed, Fixed, Gone] {
            assert_eq!(Status::of(status.name()), status);
        }
    }
}
