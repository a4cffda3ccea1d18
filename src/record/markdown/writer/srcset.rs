//! Writes `srcset`, the files from which a browser chooses: each of them is a link of the body.

use super::super::link_state::LinkAddress;
use super::super::output::MarkedPiece;
use super::super::sanitize::is_data_image;
use super::HtmlWriter;
use crate::html::escape;
use crate::record::body::{Fill, LinkRole};

impl HtmlWriter<'_> {
    /// Writes the attribute `srcset` with this value. A candidate with an unsafe address is left out.
    pub(super) fn write_srcset(&mut self, value: &str) {
        let mut is_first = true;
        for (address, descriptor) in candidates(value) {
            let role = if is_data_image(address) {
                LinkRole::Image
            } else {
                LinkRole::Page
            };
            let resolved = self.resolve_raw_address(address, role);
            if matches!(resolved, LinkAddress::Unsafe) {
                continue;
            }
            self.out.push(if is_first { "srcset=\"" } else { ", " });
            is_first = false;
            match resolved {
                LinkAddress::Link(index) => self.out.push_mark(MarkedPiece::Fill(Fill::Address(index))),
                LinkAddress::External(address) => self.out.push(&address),
                LinkAddress::Unsafe => {}
            }
            if !descriptor.is_empty() {
                self.out.push(" ");
                escape(&mut self.out.html, descriptor);
            }
        }
        if !is_first {
            self.out.push("\"");
        }
    }
}

/// The candidates of a `srcset`, each with what follows its address (HTML, 4.8.4.3.10).
fn candidates(value: &str) -> Vec<(&str, &str)> {
    let is_separator = |c: char| c.is_ascii_whitespace() || c == ',';
    let mut found = Vec::new();
    let mut rest = value.trim_start_matches(is_separator);
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (written, after) = rest.split_at(end);
        let address = written.trim_end_matches(',');
        let (descriptor, after) = match address.len() == written.len() {
            true => after.split_at(after.find(',').unwrap_or(after.len())),
            false => ("", after),
        };
        found.push((address, descriptor.trim()));
        rest = after.trim_start_matches(is_separator);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn candidates_end_at_commas_outside_addresses() {
        for (value, expected) in [
            ("a.jpg", vec![("a.jpg", "")]),
            ("a.jpg 1x, b.jpg 2x", vec![("a.jpg", "1x"), ("b.jpg", "2x")]),
            (" a.jpg, b.jpg 2x ,", vec![("a.jpg", ""), ("b.jpg", "2x")]),
            ("a,b.jpg 640w,c.jpg", vec![("a,b.jpg", "640w"), ("c.jpg", "")]),
            (",", vec![]),
        ] {
            assert_eq!(candidates(value), expected, "{value}");
        }
    }
}
