//! Development commands: `cargo xtask help`.
#![allow(clippy::print_stdout, reason = "a tool for the terminal")]

mod bench;
mod corpus;
mod demo;
mod equal;
mod evaluate;
mod fuzz;
mod packages;
mod run;
mod scale;
mod test;
mod weekly;

use clap::Parser;

/// Development commands of sparsam
#[derive(Parser)]
enum Command {
    /// Set up what the tests need and run all of them, as CI does
    Test,
    /// Make chats for measuring: the same seed, the same bytes
    Corpus(corpus::Options),
    /// Measure speed and memory against ripgrep
    Bench(bench::Options),
    /// Run all fuzz targets in turn; needs cargo-fuzz and a nightly compiler
    Fuzz(fuzz::Options),
    /// Compare detection with and without short cuts on fixtures, generated and random texts
    Equal(equal::Options),
    /// Measure what detection finds, misses and imagines, and write docs/evaluation.md
    Evaluate(evaluate::Options),
    /// Measure a scan of an unchanged share, and a report of many findings
    Weekly(weekly::Options),
    /// Measure time, memory and reports as messages, files and findings grow
    Scale(scale::Options),
    /// Pack the zip export of fixtures/demo from xtask/demo
    Demo,
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Test => test::test(),
        Command::Corpus(options) => corpus::make(&options),
        Command::Bench(options) => bench::bench(&options),
        Command::Fuzz(options) => fuzz::fuzz(&options),
        Command::Equal(options) => equal::equal(&options),
        Command::Evaluate(options) => evaluate::evaluate(&options),
        Command::Weekly(options) => weekly::weekly(&options),
        Command::Scale(options) => scale::scale(&options),
        Command::Demo => demo::pack(),
    }
}
