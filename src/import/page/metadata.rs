//! What a page says about its article: title, day, author, account.

use super::article::{end_of_content, for_each_tag};
use crate::html::{HtmlTag, HtmlToken, content_len, decode_references, next_token};
use crate::import::manuscript::Facts;
use crate::schema::scalar::find_day;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

/// What was found.
#[derive(Default)]
pub(super) struct PageMetadata {
    pub(super) facts: Facts,
    /// The address of the page; empty when it does not say it.
    pub(super) address: String,
}

/// What a name in a page means. Of several with one meaning the first in these lists counts: that of WeChat, those that
/// government sites must have (Specification of column and article pages, 2019), those of the Open Graph, others.
const TITLES: [&str; 4] = ["activity-name", "articletitle", "og:title", "twitter:title"];
const SOURCES: [&str; 4] = ["js_name", "contentsource", "source", "og:site_name"];
const AUTHORS: [&str; 6] = [
    "js_author_name_text",
    "js_author_name",
    "author",
    "og:article:author",
    "article:author",
    "byl",
];
const DATES: [&str; 6] = [
    "publish_time",
    "pubdate",
    "article:published_time",
    "og:release_date",
    "publishdate",
    "date",
];
const ADDRESSES: [&str; 1] = ["og:url"];

/// A value, and how good its name is: the place in the list.
#[derive(Default)]
struct Best(Option<(usize, String)>);

impl Best {
    fn offer(&mut self, names: &[&str], name: &str, value: &str) {
        let Some(rank) = names.iter().position(|known| known.eq_ignore_ascii_case(name)) else {
            return;
        };
        let value = squeeze(value);
        let is_better = self.0.as_ref().is_none_or(|(best, _)| rank < *best);
        if is_better && !value.is_empty() {
            self.0 = Some((rank, value));
        }
    }

    fn take(self) -> Option<String> {
        self.0.map(|(_, value)| value)
    }
}

/// Reads what a page says about its article.
pub(super) fn read(html: &str) -> PageMetadata {
    let mut found = [(); 5].map(|()| Best::default());
    let mut heading = String::new();
    let mut title = String::new();
    let mut day_below = None;
    let mut address = String::new();
    let names: [&[&str]; 5] = [&TITLES, &SOURCES, &AUTHORS, &DATES, &ADDRESSES];
    for_each_tag(html, &mut |tag, content| {
        let (name, value) = named_value(html, tag, content);
        for (best, names) in found.iter_mut().zip(names) {
            best.offer(names, &name, &value);
        }
        match &*tag.name {
            "title" if title.is_empty() => title = element_text(html, tag, content),
            "h1" if heading.is_empty() => {
                heading = element_text(html, tag, content);
                day_below = day_below_heading(html, content);
            }
            "base" => address = attribute(tag, "href"),
            "link" if attribute(tag, "rel") == "canonical" && address.is_empty() => address = attribute(tag, "href"),
            _ => {}
        }
        true
    });
    let [titles, sources, authors, dates, addresses] = found;
    let date = dates.take().and_then(|text| Some(find_day(&text)?.0));
    let title = [titles.take().unwrap_or_default(), heading, without_site(&title)];
    let addresses = [addresses.take().unwrap_or_default(), address, saved_from(html)];
    PageMetadata {
        facts: Facts {
            title: title.into_iter().find(|title| !title.is_empty()),
            date: date.or_else(|| script_day(html)).or(day_below),
            author: authors.take(),
            source: sources.take(),
        },
        address: addresses
            .into_iter()
            .find(|address| !address.is_empty())
            .unwrap_or_default(),
    }
}

/// The day in the lines below the heading, with the time of day by which one knows that it is that of the page.
fn day_below_heading(html: &str, content: usize) -> Option<Date> {
    const MAX_BYTES: usize = 1500;
    let mut end = html.len().min(content + MAX_BYTES);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let near = &html[content..end];
    let below = &near[end_of_content(near, "h1")..];
    let text = squeeze(&text_of(below));
    let (day, range) = find_day(&text)?;
    let after = text[range.end..].trim_start();
    let hour = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (1..=2).contains(&hour).then_some(())?;
    after[hour..].starts_with([':', '：']).then_some(day)
}

/// The name and the value of a `meta` element; the id and the text of an element that has one of the ids.
fn named_value(html: &str, tag: &HtmlTag<'_>, content: usize) -> (String, String) {
    if tag.name == "meta" {
        let name = ["name", "property", "itemprop"].map(|name| attribute(tag, name));
        let name = name.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        return (name, attribute(tag, "content"));
    }
    let id = attribute(tag, "id");
    let is_known = [TITLES.as_slice(), &SOURCES, &AUTHORS, &DATES].concat().contains(&&*id);
    let text = if is_known {
        element_text(html, tag, content)
    } else {
        String::new()
    };
    (id, text)
}

fn attribute(tag: &HtmlTag<'_>, name: &str) -> String {
    decode_references(tag.value(name).unwrap_or_default()).trim().to_owned()
}

/// The text of an element without tags. Of a long one, its start.
fn element_text(html: &str, tag: &HtmlTag<'_>, content: usize) -> String {
    const MAX_BYTES: usize = 4096;
    let mut end = html.len().min(content + MAX_BYTES);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let html = &html[..end];
    // A title is no HTML.
    let length = match &*tag.name {
        "title" => content_len(&html[content..], "title"),
        name => end_of_content(&html[content..], name),
    };
    squeeze(&text_of(&html[content..content + length]))
}

/// The text of HTML without its tags.
pub(super) fn text_of(html: &str) -> String {
    let mut text = String::new();
    let mut at = 0;
    while let Some((token, len)) = next_token(&html[at..]) {
        if let HtmlToken::Text(part) = token {
            text.push_str(&decode_references(part));
        }
        at += len;
    }
    text
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The title of a page without the name of its site, which sites put after a sign.
fn without_site(title: &str) -> String {
    let parts = title.split(['_', '|', '｜']).next().unwrap_or(title);
    let part = parts.split(" - ").next().unwrap_or(parts);
    part.trim().to_owned()
}

/// The address that browsers write into a saved page: `<!-- saved from url=(0014)https://x.example/ -->`.
fn saved_from(html: &str) -> String {
    let rest = html
        .split_once("saved from url=(")
        .and_then(|(_, rest)| rest.split_once(')'));
    let address = rest.map(|(_, rest)| rest.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>')).next());
    address.flatten().unwrap_or_default().to_owned()
}

/// The day that the scripts of WeChat state: `var ct = "1652313600"`, in seconds since 1970, or `createTime = '2022-05-12`.
fn script_day(html: &str) -> Option<Date> {
    let value_after = |sign: &str| {
        let (_, rest) = html.split_once(sign)?;
        let (_, rest) = rest.split_once(['"', '\''])?;
        rest.split(['"', '\'']).next()
    };
    let seconds = value_after("var ct =").and_then(|seconds| seconds.trim().parse().ok());
    // WeChat's times are those of Beijing.
    let zone = TimeZone::fixed(Offset::constant(8));
    let of_seconds = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
    let day = of_seconds.map(|instant| instant.to_zoned(zone).date());
    day.or_else(|| Some(find_day(value_after("createTime =")?)?.0))
}
