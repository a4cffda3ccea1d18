//! Front matter of other generators: in YAML, TOML or JSON.

use crate::schema::Moment;
use crate::schema::scalar::parse_moment;
use crate::yaml::{self, Mapping, Value};
use jiff::tz::TimeZone;

/// The most bytes of front matter.
const MAX_BYTES: usize = 256 << 10;

/// The keys that are carried over, by what they become.
pub(super) const TITLE: [&str; 1] = ["title"];
const DATE: [&str; 2] = ["date", "publishDate"];
pub(super) const UPDATED: [&str; 5] = ["updated", "lastmod", "last_modified_at", "modified", "update"];
pub(super) const SUMMARY: [&str; 4] = ["summary", "description", "excerpt", "desc"];
pub(super) const COVER: [&str; 9] = [
    "cover",
    "image",
    "images",
    "thumbnail",
    "featured_image",
    "featuredImage",
    "banner",
    "header-img",
    "top_img",
];
const AUTHOR: [&str; 2] = ["author", "authors"];
const TAGS: [&str; 4] = ["tags", "tag", "categories", "category"];
const ALIASES: [&str; 3] = ["aliases", "redirect_from", "alias"];
const OTHER: [&str; 8] = [
    "draft",
    "published",
    "slug",
    "weight",
    "taxonomies",
    "url",
    "permalink",
    "path",
];

/// The front matter of an old post.
#[derive(Debug, Default)]
pub(super) struct OldFrontMatter {
    map: Mapping,
    /// Whether there is front matter that cannot be read.
    pub(super) is_damaged: bool,
}

/// Splits a text into its front matter and its body.
pub(super) fn split(text: &str) -> (OldFrontMatter, &str) {
    let start = text.trim_start_matches('\u{feff}');
    let first = start.lines().next().unwrap_or_default().trim_end();
    let fenced = |fence: &str| {
        let rest = start.get(first.len()..)?;
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            if line.trim_end() == fence && at > 0 {
                return Some((&rest[..at], &rest[at + line.len()..]));
            }
            at += line.len();
        }
        None
    };
    let read = match first {
        "---" => fenced("---").map(|(front, body)| (yaml::read(front).ok(), body)),
        "+++" => fenced("+++").map(|(front, body)| (read_toml(front), body)),
        // Hexo accepts front matter without the first fence.
        _ if first.starts_with("title:") => {
            let end = start.find("\n---");
            end.map(|end| {
                let body = start[end + 1..].split_once('\n').map_or("", |(_, body)| body);
                (yaml::read(&start[..end]).ok(), body)
            })
        }
        _ if first.starts_with('{') => read_json(start),
        _ => None,
    };
    match read {
        None => (OldFrontMatter::default(), start),
        Some((value, body)) => {
            let map = value.as_ref().and_then(Value::as_mapping).cloned();
            let is_damaged = map.is_none() && value.is_none_or(|value| !value.is_null());
            let map = map.unwrap_or_default();
            (OldFrontMatter { map, is_damaged }, body)
        }
    }
}

fn read_toml(text: &str) -> Option<Value> {
    if text.len() > MAX_BYTES {
        return None;
    }
    toml::from_str::<Value>(text).ok().map(|value| plain_dates(value, 0))
}

/// TOML's own type for dates arrives as a map with one secret key: its value is the date as a text.
fn plain_dates(value: Value, depth: usize) -> Value {
    const MAX_DEPTH: usize = 50;
    match value {
        Value::Mapping(map) if depth < MAX_DEPTH => {
            let is_date = |key: &Value| key.as_str().is_some_and(|key| key.starts_with("$__toml"));
            if let Some((_, date)) = map.iter().find(|(key, _)| is_date(key)) {
                return date.clone();
            }
            Value::Mapping(
                map.into_iter()
                    .map(|(key, value)| (key, plain_dates(value, depth + 1)))
                    .collect(),
            )
        }
        Value::Sequence(items) if depth < MAX_DEPTH => {
            Value::Sequence(items.into_iter().map(|item| plain_dates(item, depth + 1)).collect())
        }
        value => value,
    }
}

/// Front matter in JSON ends where its outer brace does.
fn read_json(text: &str) -> Option<(Option<Value>, &str)> {
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let value = stream.next()?.ok()?;
    let body = text.get(stream.byte_offset()..)?;
    // Hexo's ends with semicolons.
    Some((Some(value), body.trim_start_matches(';')))
}

/// The settings of a site, for the few that addresses depend on.
pub(super) fn read_settings(name: &str, text: &str) -> Mapping {
    let value = if name.ends_with(".toml") {
        read_toml(text)
    } else {
        yaml::read(text).ok()
    };
    value.as_ref().and_then(Value::as_mapping).cloned().unwrap_or_default()
}

/// The text of a value on one line: of a list, its first entry.
pub(super) fn scalar(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Sequence(items) => return items.first().and_then(scalar),
        _ => return None,
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The texts of a value: of a list, of lists in it (Hexo's categories), and of a map its values.
pub(super) fn scalars(value: &Value, depth: usize) -> Vec<String> {
    match value {
        Value::Sequence(items) if depth < 3 => items.iter().flat_map(|item| scalars(item, depth + 1)).collect(),
        Value::Mapping(map) if depth < 3 => map.iter().flat_map(|(_, item)| scalars(item, depth + 1)).collect(),
        value => scalar(value).into_iter().collect(),
    }
}

impl OldFrontMatter {
    /// The value of a key, whatever its case.
    pub(super) fn value(&self, key: &str) -> Option<&Value> {
        let mut pairs = self.map.iter();
        pairs
            .find(|(name, _)| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(key)))
            .map(|(_, value)| value)
    }

    /// The text of the first of these keys that has one.
    pub(super) fn text(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| scalar(self.value(key)?))
    }

    pub(super) fn date(&self, zone: &TimeZone) -> Option<Moment> {
        Some(parse_moment(&self.text(&DATE)?, zone)?.0)
    }

    pub(super) fn is_draft(&self) -> bool {
        let is = |key: &str, word: &str| self.text(&[key]).is_some_and(|value| value.eq_ignore_ascii_case(word));
        is("draft", "true") || is("published", "false")
    }

    /// All tags and categories, each once.
    pub(super) fn tags(&self) -> Vec<String> {
        let taxonomies = self.value("taxonomies");
        let own = TAGS.iter().filter_map(|key| self.value(key));
        let mut tags: Vec<String> = Vec::new();
        for tag in own.chain(taxonomies).flat_map(|value| scalars(value, 0)) {
            // Jekyll separates the tags of a line by spaces, others by commas.
            for tag in tag.split([',', '，']).map(str::trim).filter(|tag| !tag.is_empty()) {
                if !tags.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
                    tags.push(tag.to_owned());
                }
            }
        }
        tags
    }

    /// The former addresses that it names, besides that of its own.
    pub(super) fn aliases(&self) -> Vec<String> {
        ALIASES
            .iter()
            .filter_map(|key| self.value(key))
            .flat_map(|value| scalars(value, 0))
            .collect()
    }

    /// The keys that no post has.
    pub(super) fn other_keys(&self) -> Vec<String> {
        let known = [
            TITLE.as_slice(),
            &DATE,
            &UPDATED,
            &SUMMARY,
            &COVER,
            &AUTHOR,
            &TAGS,
            &ALIASES,
            &OTHER,
        ]
        .concat();
        let names = self
            .map
            .iter()
            .filter(|(_, value)| !value.is_null())
            .filter_map(|(name, _)| name.as_str());
        let other = names.filter(|name| !known.iter().any(|known| known.eq_ignore_ascii_case(name)));
        other.map(str::to_owned).collect()
    }
}
