//! The progress bar: numbers only, never names.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sparsam::engine::Progress;

/// A bar on stderr; shows nothing unless stderr is a terminal.
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// A bar that shows itself once the total is known; `quiet`: never.
    pub(super) fn new(quiet: bool) -> Self {
        let target =
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        let style =
            ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes}  {bytes_per_sec}  {eta}");
        Self(match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        })
    }

    /// Leaves the terminal as if there had been no bar.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn total(&self, _inputs: u64, bytes: u64) {
        self.0.set_length(bytes);
    }

    fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}
