//! The program `xiangyin`.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// A build makes and drops millions of small strings on all threads, which the systems' own allocators make slow.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    xiangyin::cli::main(std::env::args_os())
}
