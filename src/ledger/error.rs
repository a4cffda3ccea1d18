//! Why a file cannot be read as a ledger.

/// The reason of a ledger without any cell.
pub(super) const EMPTY: &str = "ledger-empty";

/// Why a file cannot be read as a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LedgerError {
    /// The id of its text in `locales/words.yml`.
    pub(super) reason: &'static str,
    /// The sheet in which it occurred, if known.
    pub(super) sheet: Option<String>,
}

impl LedgerError {
    /// A reason that lies in no sheet.
    pub(super) const fn new(reason: &'static str) -> Self {
        Self { reason, sheet: None }
    }
}
