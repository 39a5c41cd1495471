//! One value, for somebody who may see it.

use std::sync::{Mutex, PoisonError};

use crate::report::FindingRecord;

/// Waits for one finding, to show its value to somebody who may see it.
pub struct Spotlight {
    id: String,
    seen: Mutex<Option<Sight>>,
}

/// A value and the message it stands in. The only thing of the engine that holds one.
#[derive(Clone)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Sight {
    pub value: String,
    pub message: String,
    pub record: FindingRecord,
}

impl Spotlight {
    /// Waits for the finding with this id.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), seen: Mutex::new(None) }
    }

    /// What was seen.
    pub fn take(&self) -> Option<Sight> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn look(&self, record: &FindingRecord, value: &str, message: &str) {
        if record.id == self.id {
            let sight = Sight {
                value: value.to_owned(),
                message: message.to_owned(),
                record: record.clone(),
            };
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(sight);
        }
    }
}
