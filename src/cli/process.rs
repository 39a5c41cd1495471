//! What the process as a whole does about panics, core dumps and signals.

use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::{Exit, output};

/// Keeps what is scanned out of core dumps and panic messages.
pub(super) fn harden() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // What libraries make, such as journals of databases, is for its owner alone as well.
        rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
        // If the limit cannot be lowered, it is at 0 already.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        // A core that is piped to a program knows no limit; a process that is not dumpable makes none.
        #[cfg(target_os = "linux")]
        let _ =
            rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
        // A file over the size limit is an error to report, not a reason to be killed.
        let _ = flag::register(SIGXFSZ, Arc::default());
    }
    panic::set_hook(Box::new(|info| {
        // Caught where it is started; what was read there is reported as not read.
        if std::thread::current().name() == Some(sparsam::format::GUARDED_THREAD) {
            return;
        }
        // The payload may quote the text that was being scanned; the place cannot.
        let place = info.location().map_or_else(String::new, |at| format!(" at {at}"));
        output::complain(&format!(
            "internal error{place}; results are not complete. Please report this place; \
             the message is left out because it could hold chat text"
        ));
    }));
}

/// The number that all Unix systems this runs on give to "file size limit exceeded".
#[cfg(unix)]
const SIGXFSZ: i32 = 25;

/// SIGINT and SIGTERM for commands that take long: the first one asks for a clean end, the second one
/// ends at once. Other commands have nothing to end cleanly and leave signals alone.
pub(super) struct Signals {
    stop: Arc<AtomicBool>,
    number: Arc<AtomicUsize>,
}

impl Signals {
    /// Watches from now on.
    pub(super) fn watch() -> Self {
        let signals = Self { stop: Arc::default(), number: Arc::default() };
        for signal in [SIGINT, SIGTERM] {
            // Registration fails only for signals that must not be caught. The order counts: the
            // first signal must not meet the flag that it sets itself.
            let _ = flag::register_conditional_shutdown(
                signal,
                128 + signal,
                Arc::clone(&signals.stop),
            );
            let _ = flag::register_usize(
                signal,
                Arc::clone(&signals.number),
                signal.unsigned_abs() as usize,
            );
            let _ = flag::register(signal, Arc::clone(&signals.stop));
        }
        signals
    }

    /// Set once a signal came.
    pub(super) fn stop(&self) -> &AtomicBool {
        &self.stop
    }

    /// Whether a signal came.
    pub(super) fn came(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// How a command ends that was stopped.
    pub(super) fn exit(&self) -> Exit {
        output::complain("stopped; what was done so far stands in the reports");
        Exit::Signal(u8::try_from(self.number.load(Ordering::Relaxed)).unwrap_or(0))
    }
}
