//! What a scheduled scan remembers: runs, inputs, findings by keyed id, in one SQLite file.
//!
//! [`State`] is the folder `--state` names; [`Recorder`] writes one run into it; [`query`] answers
//! what `sparsam history` and `diff` ask; [`audit`] is the log whose lines hang together by hashes.
//! Nothing here holds a value: findings come as keyed ids with the masked record of the report.
//!
//! A finding is fixed only when every input it stood in was read to its end without it. An input
//! that is not there makes it `gone`: an empty or unmounted share fixes nothing.

pub mod audit;
mod close;
mod facts;
mod fleet;
mod machines;
mod purge;
pub mod query;
mod recorder;
mod sighting;
mod state;
mod status;

pub use facts::{InputFacts, Known, RunNumbers, RunStart, Sighting, Standing};
pub use fleet::Imported;
pub use machines::{MachineRow, Machines};
pub use purge::Purged;
pub use recorder::Recorder;
pub use state::{State, StateError};
pub use status::{Decision, Status};
