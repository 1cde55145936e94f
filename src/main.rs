//! The command `sweep`: everything it does stands in the library, so that a person's own binary
//! can offer the same command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    sweep::cli::main()
}
