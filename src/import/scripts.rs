//! Superscripts and subscripts, as in 1500m² and H₂O, in the characters that Unicode has for them.

/// Where text stands beside its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// Above: `²`.
    Superscript,
    /// Below: `₂`.
    Subscript,
}

const SUPERSCRIPTS: (&str, &str) = ("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ");
const SUBSCRIPTS: (&str, &str) = ("0123456789+-−=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₒₓ");

/// The text in characters for superscripts or subscripts; `None` when Unicode lacks one of them.
pub(super) fn scripted(text: &str, script: Script) -> Option<String> {
    let (plain, scripted) = match script {
        Script::Superscript => SUPERSCRIPTS,
        Script::Subscript => SUBSCRIPTS,
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
    fn figures_become_superscripts_and_subscripts() {
        assert_eq!(scripted("2", Script::Superscript).as_deref(), Some("²"));
        assert_eq!(scripted("-10", Script::Superscript).as_deref(), Some("⁻¹⁰"));
        assert_eq!(scripted("2", Script::Subscript).as_deref(), Some("₂"));
        assert_eq!(scripted("注", Script::Superscript), None);
        for (plain, scripted) in [SUPERSCRIPTS, SUBSCRIPTS] {
            assert_eq!(plain.chars().count(), scripted.chars().count());
        }
    }
}
