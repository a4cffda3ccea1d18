//! How long reading into blocks takes, whatever the text holds.

use std::time::Instant;
use xiangyin::testing::config::{HtmlPolicy, MarkdownSettings, Settings};
use xiangyin::testing::paths::SiteAddress;
use xiangyin::testing::record::{html_to_blocks, read_markdown};

/// Bytes of each text.
const SIZE: usize = 200_000;

/// Seconds beyond the time of `read`: the machine may be busy.
const SLACK: f64 = 2.0;

#[test]
fn blocks_take_no_longer_than_reading() {
    for piece in [
        "**字**，",
        "> ",
        "- a\n",
        "[a](b.md)",
        "|a|b",
        "<b>",
        "<p><b><i>",
        "</b>",
        "<!--",
        "&amp;",
        "&#",
        "{{ a() }}\n",
        "\n{{ a() }}\n{{ /a }}\n",
        "`",
        "[^1]",
        "# a\n",
        "<math>",
        "<script>",
        "a\n",
        "<td>",
        "<a href=\"",
    ] {
        let text = piece.repeat(SIZE / piece.len());
        for html in [HtmlPolicy::Sanitise, HtmlPolicy::Trust] {
            let settings = MarkdownSettings {
                html,
                math: false,
                highlight: true,
                ..Settings::default().markdown
            };
            let start = Instant::now();
            let body = read_markdown("content/a.md", &text, 0..text.len(), settings, &SiteAddress::default()).value;
            let reading = start.elapsed();
            let start = Instant::now();
            let blocks = html_to_blocks(&body.html, &body.holes);
            let taken = start.elapsed();
            assert!(blocks.len() <= text.len());
            assert!(
                taken.as_secs_f64() < SLACK + reading.as_secs_f64(),
                "{piece:?}: {taken:?} after {reading:?}"
            );
        }
    }
}
