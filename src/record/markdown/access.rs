//! What is missing for readers who do not see a page or do not hear it: texts of pictures, heads of tables, captions.
//!
//! Role: judges the parts of one text that the writer passes to it, and counts the faults. A text has one finding of each
//! sort, at the first fault. The rules follow WCAG 2.2: 1.1.1 (pictures), 1.2.2 (captions), 1.3.1 (tables, headings),
//! 2.4.4 (links).

use super::finding_log::FindingLog;
use crate::diag::Code;
use std::ops::Range;

/// The longest address that may be the text of a link, in characters. Shorter ones can be read aloud.
const MAX_ADDRESS: usize = 40;

/// Words that do not say what a picture shows, without the digits after them.
const PICTURE_WORDS: [&str; 30] = [
    "图片",
    "图像",
    "图",
    "照片",
    "相片",
    "配图",
    "插图",
    "题图",
    "封面",
    "封面图",
    "截图",
    "微信图片",
    "微信截图",
    "大图",
    "小图",
    "新图片",
    "未标题",
    "image",
    "img",
    "picture",
    "photo",
    "pic",
    "screenshot",
    "untitled",
    "dsc",
    "dscn",
    "mmexport",
    "alt",
    "cover",
    "图片描述",
];

/// Texts that do not say where a link leads.
const VAGUE_TEXTS: [&str; 40] = [
    "点击这里",
    "点这里",
    "这里",
    "点击此处",
    "点击",
    "此处",
    "点此",
    "点我",
    "戳这里",
    "戳我",
    "请点击",
    "请点击这里",
    "请点击此处",
    "点击查看",
    "点击进入",
    "点击下载",
    "点击链接",
    "点击打开",
    "点击观看",
    "查看更多",
    "更多",
    "了解更多",
    "更多详情",
    "查看详情",
    "详情",
    "查看",
    "查看全文",
    "阅读更多",
    "阅读全文",
    "链接",
    "网址",
    "链接地址",
    "下载",
    "here",
    "click here",
    "more",
    "read more",
    "link",
    "this link",
    "details",
];

/// The faults of one sort in a text.
struct AccessFaults {
    code: Code,
    /// The place of the first one, in bytes of the file.
    range: Range<usize>,
    /// What the finding says about the first one.
    values: Vec<(&'static str, String)>,
    count: usize,
}

/// The faults of one text.
#[derive(Default)]
pub(super) struct AccessLog {
    faults: Vec<AccessFaults>,
    last_level: Option<u8>,
    /// The table whose heads were not seen yet, for each open table of raw HTML.
    tables: Vec<Option<Range<usize>>>,
    /// The raw video whose captions were not seen yet.
    video: Option<Range<usize>>,
    /// The open link: where its text starts in the HTML, its place, and its target.
    pub(super) link: Option<OpenLinkText>,
}

/// The text of a link that is being written.
pub(super) struct OpenLinkText {
    /// The offset of its text in the HTML.
    pub(super) start: usize,
    /// The place of the link in the file.
    pub(super) range: Range<usize>,
    /// The target as written.
    pub(super) target: String,
}

impl AccessLog {
    /// Counts a fault with these values. `range` is called for the first one of its code.
    fn note(&mut self, code: Code, values: &[(&'static str, &str)], range: impl FnOnce() -> Range<usize>) {
        if let Some(known) = self.faults.iter_mut().find(|faults| faults.code == code) {
            known.count += 1;
            return;
        }
        self.faults.push(AccessFaults {
            code,
            range: range(),
            values: values.iter().map(|&(name, value)| (name, value.to_owned())).collect(),
            count: 1,
        });
    }

    /// Judges the description of a picture at `target`.
    pub(super) fn note_picture(&mut self, alt: &str, target: &str, range: impl FnOnce() -> Range<usize>) {
        if !target.trim().is_empty() && !says_what_is_shown(alt, target) {
            self.note(Code::PictureWithoutText, &[("target", target)], range);
        }
    }

    /// Judges a heading of this level. The title of the page is above the first one. Whether a first-level heading at the
    /// start is the title itself is known only later.
    pub(super) fn note_heading(&mut self, level: u8, text: &str, is_first: bool, range: impl FnOnce() -> Range<usize>) {
        let last = self.last_level.replace(level).unwrap_or(1);
        let (reason, right) = if level > last + 1 {
            ("heading-jump", last + 1)
        } else if level == 1 && !is_first {
            ("heading-second-title", 2)
        } else {
            return;
        };
        let write = format!("{} {text}", "#".repeat(usize::from(right)));
        self.note(Code::HeadingOrder, &[("reason", reason), ("write", &write)], range);
    }

    /// Judges the text of the open link, which ends now. `html` is the HTML up to its end.
    pub(super) fn end_link(&mut self, html: &str) {
        let Some(link) = self.link.take() else { return };
        let text = plain_text(html.get(link.start..).unwrap_or_default());
        let target = &*link.target;
        if is_vague(&text) {
            let values = [("text", &*text), ("target", target)];
            self.note(Code::VagueLink, &values, || link.range);
        } else if is_long_address(&text) {
            self.note_address(target, || link.range);
        }
    }

    /// Counts a long address that is the text of a link.
    pub(super) fn note_address(&mut self, target: &str, range: impl FnOnce() -> Range<usize>) {
        self.note(Code::BareAddress, &[("target", target)], range);
    }

    /// Judges the heads of a table of Markdown.
    pub(super) fn note_heads(&mut self, html: &str, range: impl FnOnce() -> Range<usize>) {
        if plain_text(html).is_empty() && !html.contains("<img") {
            self.note(Code::TableWithoutHeads, &[], range);
        }
    }

    /// Counts a video without captions at `target`.
    pub(super) fn note_video(&mut self, target: &str, range: impl FnOnce() -> Range<usize>) {
        let name = target.rsplit_once('.').map_or(target, |(name, _)| name);
        let write = format!("{{{{ video(src=\"{target}\", captions=\"{name}.vtt\") }}}}");
        self.note(Code::VideoWithoutCaptions, &[("write", &write)], range);
    }

    /// Follows tables and videos of raw HTML through their tags.
    pub(super) fn note_tag(
        &mut self,
        name: &str,
        is_closing: bool,
        is_layout: bool,
        range: impl FnOnce() -> Range<usize>,
    ) {
        match (name, is_closing) {
            ("table", false) => self.tables.push((!is_layout).then(range)),
            ("th", false) => {
                if let Some(open) = self.tables.last_mut() {
                    *open = None;
                }
            }
            ("table", true) => {
                if let Some(range) = self.tables.pop().flatten() {
                    self.note(Code::TableWithoutHeads, &[], || range);
                }
            }
            ("video", false) => self.video = Some(range()),
            ("track", false) => self.video = None,
            ("video", true) => {
                if let Some(range) = self.video.take() {
                    let write = "<track kind=\"captions\" src=\"captions.vtt\">";
                    self.note(Code::VideoWithoutCaptions, &[("write", write)], || range);
                }
            }
            _ => {}
        }
    }

    /// Reports the faults.
    pub(super) fn report(self, findings: &mut FindingLog<'_>) {
        for faults in self.faults {
            findings.report(faults.code, faults.range, |finding| {
                let finding = finding.with("count", faults.count.to_string());
                let values = faults.values.into_iter();
                values.fold(finding, |finding, (name, value)| finding.with(name, value))
            });
        }
    }
}

/// Whether the description of a picture says more than its file's name and the like.
fn says_what_is_shown(alt: &str, target: &str) -> bool {
    let alt = alt.trim();
    let name = target.split(['?', '#']).next().unwrap_or_default();
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    // A name in Chinese may well say what the picture shows.
    let is_name = alt == name || (alt == stem && stem.is_ascii()) || ends_like_a_picture(alt);
    let word = alt.to_lowercase();
    let word = word.trim_matches(|c: char| c.is_numeric() || c.is_whitespace() || c.is_ascii_punctuation());
    !word.is_empty() && !is_name && !PICTURE_WORDS.contains(&word)
}

/// Whether a text ends like the name of a picture's file.
fn ends_like_a_picture(text: &str) -> bool {
    let ending = text.rsplit_once('.').map_or("", |(_, ending)| ending);
    ["jpg", "jpeg", "png", "gif", "webp", "bmp", "svg", "heic"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(ending))
}

/// Whether the text of a link does not say where it leads.
fn is_vague(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    VAGUE_TEXTS.contains(&&*text)
}

/// Whether the text of a link is an address that nobody reads aloud.
pub(super) fn is_long_address(text: &str) -> bool {
    let is_address = text.contains("://") || text.starts_with("www.");
    is_address && !text.contains(char::is_whitespace) && text.chars().count() > MAX_ADDRESS
}

/// The text of HTML that the writer made, without tags.
fn plain_text(html: &str) -> String {
    let mut text = String::new();
    for (index, piece) in html.split('<').enumerate() {
        let after = if index == 0 {
            piece
        } else {
            piece.split_once('>').map_or("", |(_, after)| after)
        };
        text.push_str(after);
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_that_say_nothing_are_known() {
        for alt in [
            "",
            " ",
            "图片",
            "图1",
            "图片 2",
            "IMG_1234",
            "image",
            "he.jpg",
            "he",
            "微信图片_20220512101010",
            "DSC0001",
            "合影.JPG",
            "12",
        ] {
            assert!(!says_what_is_shown(alt, "images/he.jpg"), "{alt}");
        }
        for alt in [
            "志愿者清理河道",
            "图1 河道整治前",
            "a map of the town",
            "合影",
            "照片墙",
            "清洁河道",
        ] {
            assert!(says_what_is_shown(alt, "images/清洁河道.jpg"), "{alt}");
        }
    }

    #[test]
    fn texts_of_links_that_say_nothing_are_known() {
        for text in ["点击这里", "查看更多>>", "【详情】", "Click here", "more…"] {
            assert!(is_vague(text), "{text}");
        }
        for text in ["下载报名表", "更多志愿活动", "原文", "", "12345.gov.cn"] {
            assert!(!is_vague(text), "{text}");
        }
        assert!(is_long_address(
            "https://www.example.gov.cn/art/2022/5/12/art_1229_5812.html"
        ));
        assert!(!is_long_address("https://www.12377.cn/"));
        assert!(!is_long_address("www.example.gov.cn"));
    }
}
