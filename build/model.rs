//! What detection needs of the model.
#![allow(dead_code, unreachable_pub, reason = "the program needs more of it than the build")]

#[path = "../src/model/offsets.rs"]
mod offsets;

pub(crate) use offsets::OffsetMap;
