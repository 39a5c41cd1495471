//! The `sparsam` command. All of it is in `cli`; what it does is in the library.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
