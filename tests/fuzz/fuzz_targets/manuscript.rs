//! Any file to be imported gives a body without errors, or is refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use xiangyin::testing::parsers;

// libFuzzer's panic hook aborts at once, also for panics that are caught: a fault of a library is a finding by design.
fuzz_target!(init: drop(std::panic::take_hook()), |data: &[u8]| parsers::manuscript(data));
