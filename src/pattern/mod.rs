//! Rule files: schema, the built-in list, user rules, checks.
//!
//! A rule is one TOML file; its id is its path below `patterns/` (`financial/iban.toml` is
//! `financial.iban`). Term lists lie beside it as TSV. `docs/adding.md` walks through one.

mod builtin;
mod check;
mod load;
mod schema;
mod set;
mod wording;

pub use builtin::FILES;
pub use check::{check, check_rule};
pub use load::PatternError;
pub use schema::{
    Answer, Context, Cue, CueFile, CueKind, Find, Level, Reach, RuleFile, SeverityName, TermMatch,
    TermSource, Terms, Test, Title, Unless,
};
pub use set::{RuleSet, RuleSource, TermList, load_builtin};
