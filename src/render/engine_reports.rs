//! Reads the reports in which the engine names several faults at once: unknown filters, functions, components, templates.
//!
//! Such an error is a text only, in which each fault has its sentence and its place. Can go when the engine gives them as
//! values (tera 2.4 does so for errors of syntax).

/// One fault of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReportedFault<'r> {
    pub(super) message: &'r str,
    /// The name of the template.
    pub(super) template: &'r str,
    /// Counted from 1.
    pub(super) line: usize,
    /// Counted from 1, in characters.
    column: usize,
}

impl ReportedFault<'_> {
    /// The range of the wrong name in the text of the template.
    pub(super) fn range(&self, text: &str) -> std::ops::Range<usize> {
        let before = text.split_inclusive('\n').take(self.line.saturating_sub(1));
        let start: usize = before.map(str::len).sum();
        let line = text[start..].split('\n').next().unwrap_or_default();
        let indent: usize = line
            .chars()
            .take(self.column.saturating_sub(1))
            .map(char::len_utf8)
            .sum();
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let name = &line[indent..];
        let length = name.find(|c| !is_name(c)).unwrap_or(name.len());
        start + indent..start + indent + length.max(name.chars().next().map_or(0, char::len_utf8))
    }
}

/// The faults of a report; none when the text is no report.
pub(super) fn reported_faults(report: &str) -> Vec<ReportedFault<'_>> {
    let lines: Vec<&str> = report.lines().collect();
    let faults = lines.windows(2).filter_map(|pair| {
        let message = pair[0].strip_prefix("error: ")?;
        let place = pair[1].trim_start().strip_prefix("--> ")?;
        let mut parts = place.rsplitn(3, ':');
        let (column, line, template) = (parts.next()?, parts.next()?, parts.next()?);
        Some(ReportedFault {
            message,
            template,
            line: line.parse().ok()?,
            column: column.parse().ok()?,
        })
    });
    faults.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_has_its_sentence_and_place() {
        let report = "error: Unknown filter `nothing`\n --> share/a.html:2:6\n  |\n2 | {{ x | nothing }}\n  |\n\n\
                      error: Unknown function `f`\n --> b.html:1:1\n  |";
        let faults = reported_faults(report);
        let messages: Vec<&str> = faults.iter().map(|fault| fault.message).collect();
        assert_eq!(messages, ["Unknown filter `nothing`", "Unknown function `f`"]);
        assert_eq!((faults[0].template, faults[0].line), ("share/a.html", 2));
        let text = "甲\n乙{{x|nothing }}";
        assert_eq!(&text[faults[0].range(text)], "nothing");
        for short in ["", "甲", "甲\n", "甲\n乙{{x|"] {
            assert!(short.get(faults[0].range(short)).is_some(), "{short}");
        }
        assert_eq!(reported_faults("a template is missing\n--> nowhere"), []);
    }
}
