//! The rules that each text is searched by when it is read.

use crate::check::{PrivacyRule, Wording};

/// The rules that the text of each post, and each row of a ledger, is searched by.
pub(super) struct TextRules<'a> {
    pub(super) privacy: Option<PrivacyRule>,
    pub(super) wording: &'a Wording,
}
