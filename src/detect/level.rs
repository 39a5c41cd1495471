//! How sure: levels, and the score that goes with them.
//!
//! Each level has a band of scores, so a score never contradicts its level: low 0.05 to 0.45, medium
//! 0.5 to 0.75, high 0.8 to 0.99. Within the band each reason adds: right check digits 0.08, a
//! question that was answered 0.06, a context word 0.05, a cue of any kind 0.04, a strong term 0.04.

use crate::model::{Confidence, Reason};

/// One level up.
pub(super) fn up(level: Confidence) -> Confidence {
    match level {
        Confidence::Low => Confidence::Medium,
        Confidence::Medium | Confidence::High => Confidence::High,
    }
}

/// One level down.
pub(super) fn down(level: Confidence) -> Confidence {
    match level {
        Confidence::Low | Confidence::Medium => Confidence::Low,
        Confidence::High => Confidence::Medium,
    }
}

/// The score of a level with these reasons.
pub(super) fn score(level: Confidence, reasons: &[Reason]) -> f32 {
    let (base, most) = match level {
        Confidence::Low => (0.2, 0.45),
        Confidence::Medium => (0.55, 0.75),
        Confidence::High => (0.85, 0.99),
    };
    let evidence: f32 = reasons
        .iter()
        .map(|reason| match reason {
            Reason::Checksum => 0.08,
            Reason::Question(_) => 0.06,
            Reason::Word(_) => 0.05,
            Reason::Term | Reason::SelfCue | Reason::ThirdCue | Reason::ClinicalCue => 0.04,
            Reason::WeakTerm | Reason::Shape | Reason::Participant => 0.0,
            Reason::Figurative => -0.04,
        })
        .sum();
    (base + evidence).clamp(base - 0.05, most)
}
