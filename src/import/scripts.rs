//! Raised and lowered text: 1500m² and H₂O, in the characters that Unicode has for it.

/// Where text stands beside its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Above: `²`.
    Raised,
    /// Below: `₂`.
    Lowered,
}

const RAISED: (&str, &str) = ("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ");
const LOWERED: (&str, &str) = ("0123456789+-−=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓ");

/// The text in raised or lowered characters; `None` when Unicode lacks one of them.
pub(super) fn scripted(text: &str, script: Script) -> Option<String> {
    let (plain, scripted) = match script {
        Script::Raised => RAISED,
        Script::Lowered => LOWERED,
    };
    let convert = |c: char| match c {
        c if c.is_whitespace() => Some(c),
        c => scripted.chars().nth(plain.chars().position(|known| known == c)?),
    };
    text.chars().map(convert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_raised_and_lowered() {
        assert_eq!(scripted("2", Script::Raised).as_deref(), Some("²"));
        assert_eq!(scripted("-10", Script::Raised).as_deref(), Some("⁻¹⁰"));
        assert_eq!(scripted("2", Script::Lowered).as_deref(), Some("₂"));
        assert_eq!(scripted("注", Script::Raised), None);
        for (plain, scripted) in [RAISED, LOWERED] {
            assert_eq!(plain.chars().count(), scripted.chars().count());
        }
    }
}
