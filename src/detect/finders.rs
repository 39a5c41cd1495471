//! Finders: what neither a shape nor a regular expression can say.
#![allow(dead_code, reason = "wired by the detector")]

mod phone;
mod plan;
mod wording;
