//! The command `sweep`. All code is in the library, so that custom binaries can offer the same command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    sweep::cli::main()
}
