//! The `sparsam` command.

fn main() {}
