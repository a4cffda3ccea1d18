//! Any text under any setting gives a sound body: holes in order and on character boundaries, none of the reader's own
//! characters in the HTML, and no script unless raw HTML is trusted. The first byte chooses the settings.

#![no_main]

use libfuzzer_sys::fuzz_target;
use xiangyin::testing::config::{HtmlPolicy, MarkdownSettings, Settings};
use xiangyin::testing::paths::SiteAddress;
use xiangyin::testing::record::{Fill, Hole, html_to_blocks, read_markdown};

// libFuzzer's panic hook aborts at once, also for panics that are caught: a fault of the mathematics reader is one
// formula's finding by design.
fuzz_target!(init: drop(std::panic::take_hook()), |data: &[u8]| {
    let Some((&choice, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let html = [HtmlPolicy::Sanitise, HtmlPolicy::Escape, HtmlPolicy::Trust][usize::from(choice % 3)];
    let settings = MarkdownSettings { html, math: choice & 16 != 0, highlight: choice & 32 != 0, ..Settings::default().markdown };
    let body = read_markdown("content/a.md", &text, 0..text.len(), settings, &SiteAddress::default()).value;
    assert_holes(&body.html, &body.holes);
    let _blocks = html_to_blocks(&body.html, &body.holes);
    if html != HtmlPolicy::Trust {
        assert!(!body.html.to_ascii_lowercase().contains("<script"));
    }
});

fn assert_holes(html: &str, holes: &[Hole]) {
    assert!(!html.contains(|c| matches!(c, '\u{E000}'..='\u{F8FF}')));
    assert!(holes.is_sorted_by_key(|hole| hole.at));
    for hole in holes {
        assert!(html.is_char_boundary(hole.at));
        match &hole.fill {
            Fill::Address(_) => assert!(html[..hole.at].ends_with("=\"") && html[hole.at..].starts_with('"')),
            Fill::Shortcode(call) => {
                if let Some(inner) = &call.inner {
                    assert_holes(&inner.html, &inner.holes);
                }
            }
        }
    }
}
