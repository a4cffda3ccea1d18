//! The program `xiangyin`.

use std::process::ExitCode;

fn main() -> ExitCode {
    xiangyin::cli::main(std::env::args_os())
}
