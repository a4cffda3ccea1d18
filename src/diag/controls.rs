//! Characters that no published file may hold.

/// Whether a character is a control or a noncharacter that XML 1.0 forbids or HTML calls an error. Tabs and line ends
/// are allowed.
#[must_use]
pub(crate) fn is_forbidden_control(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}' | '\u{FDD0}'..='\u{FDEF}' => true,
        _ => u32::from(c) & 0xFFFE == 0xFFFE,
    }
}
