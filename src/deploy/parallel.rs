//! Threads that wait for a destination or a server: more than the computer has cores, and as many on every computer.

/// How many requests are made, and files sent, at a time.
const PARALLEL: usize = 8;

/// Runs `work` on as many threads as requests are made at a time.
pub(super) fn in_parallel<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(PARALLEL).build() {
        Ok(pool) => pool.install(work),
        // A system without threads to spare.
        Err(_) => work(),
    }
}
