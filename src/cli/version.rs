//! The version of the program.

/// The version of the program. Releases also say from which commit they were built.
pub(super) fn version() -> String {
    let commit = option_env!("XIANGYIN_COMMIT").filter(|commit| !commit.is_empty());
    let commit = commit.map(|commit| format!(" ({})", commit.get(..12).unwrap_or(commit)));
    env!("CARGO_PKG_VERSION").to_owned() + &commit.unwrap_or_default()
}
