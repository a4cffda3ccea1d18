//! Front matter of other generators: in YAML, TOML or JSON.

use super::dates::read_moment;
use crate::schema::Moment;
use crate::yaml::{self, Mapping, Value};
use jiff::tz::TimeZone;

/// The most bytes of front matter.
const MAX_BYTES: usize = 256 << 10;

/// The most lines of front matter that are read one by one.
const MAX_LINES: usize = 2000;

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
const AUTHOR_TAXONOMIES: [&str; 2] = ["authors", "author"];
const TAGS: [&str; 4] = ["tags", "tag", "categories", "category"];
const ALIASES: [&str; 3] = ["aliases", "redirect_from", "alias"];
const OTHER: [&str; 9] = [
    "abbrlink",
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
    /// Whether a part of it cannot be read.
    pub(super) is_damaged: bool,
}

/// Splits a text into its front matter and its body.
pub(super) fn split(text: &str) -> (OldFrontMatter, &str) {
    let text = text.trim_start_matches('\u{feff}');
    // Hugo takes blank lines before the fence.
    let start = match text.trim_start() {
        fenced if fenced.starts_with("---") || fenced.starts_with("+++") => fenced,
        _ => text,
    };
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
        "---" => fenced("---").map(|(front, body)| (yaml::read(front).ok(), front, body)),
        "+++" => fenced("+++").map(|(front, body)| (read_toml(front), front, body)),
        // Hexo accepts front matter without the first fence.
        _ if first.starts_with("title:") => {
            let end = start.find("\n---");
            end.map(|end| {
                let body = start[end + 1..].split_once('\n').map_or("", |(_, body)| body);
                (yaml::read(&start[..end]).ok(), &start[..end], body)
            })
        }
        _ if first.starts_with('{') => read_json(start).map(|(value, body)| (value, "", body)),
        _ => None,
    };
    let Some((value, front, body)) = read else {
        return (OldFrontMatter::default(), text);
    };
    let map = value.as_ref().and_then(Value::as_mapping).cloned();
    if map.is_some() || value.is_some_and(|value| value.is_null()) {
        let map = map.unwrap_or_default();
        return (OldFrontMatter { map, is_damaged: false }, body);
    }
    let front = match first {
        "+++" => readable_part(front, '=', read_toml),
        _ => readable_part(front, ':', |text| yaml::read(text).ok()),
    };
    (front, body)
}

/// The keys of front matter that as a whole cannot be read, each by itself: one that stands twice has its last value, as in
/// Ruby, and one whose value is damaged has the text as written.
fn readable_part(text: &str, sign: char, read: impl Fn(&str) -> Option<Value>) -> OldFrontMatter {
    let is_key = |line: &str| line.starts_with(|c: char| c.is_alphanumeric() || "\"'_[".contains(c));
    let mut parts: Vec<String> = Vec::new();
    let mut is_table = false;
    for line in text.lines().take(MAX_LINES) {
        // A table of TOML holds all keys that follow.
        is_table |= sign == '=' && line.starts_with('[');
        match parts.last_mut() {
            Some(part) if !is_key(line) || (is_table && !line.starts_with('[')) => part.push_str(&format!("\n{line}")),
            _ if is_key(line) => parts.push(line.to_owned()),
            _ => {}
        }
    }
    let mut map = Mapping::new();
    let mut is_damaged = parts.is_empty();
    for part in parts {
        if let Some(Value::Mapping(own)) = read(&part) {
            map.extend(own);
            continue;
        }
        is_damaged = true;
        if let Some((key, value)) = part.split_once(sign) {
            let key = key.trim().trim_matches(['"', '\'']);
            map.insert(Value::String(key.to_owned()), value_as_written(value.trim()));
        }
    }
    OldFrontMatter { map, is_damaged }
}

/// A damaged value: a list, where all its lines begin as entries do, or a text.
fn value_as_written(value: &str) -> Value {
    let text = |text: &str| Value::String(text.trim().trim_matches(['"', '\'']).to_owned());
    let entries: Option<Vec<&str>> = value.lines().map(|line| line.trim().strip_prefix('-')).collect();
    match entries.filter(|entries| !entries.is_empty()) {
        Some(entries) => Value::Sequence(entries.into_iter().map(text).collect()),
        None => text(value),
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

/// A map in YAML, TOML or JSON, by the name of its file.
pub(super) fn read_map(name: &str, text: &str) -> Mapping {
    let value = match name.rsplit('.').next() {
        Some("toml") => read_toml(text),
        // JSON is YAML.
        _ => yaml::read(text).ok(),
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

/// The names of people: of a map with a name, that alone.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Sequence(items) => items.iter().flat_map(names).collect(),
        Value::Mapping(map) => match map.get("name").and_then(scalar) {
            Some(name) => vec![name],
            None => scalars(value, 0),
        },
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

    /// Its day as written.
    pub(super) fn date_text(&self) -> Option<String> {
        self.text(&DATE)
    }

    pub(super) fn date(&self, zone: &TimeZone) -> Option<Moment> {
        read_moment(&self.date_text()?, zone)
    }

    /// Whether it is not to be published. What cannot be read may say so.
    pub(super) fn is_draft(&self) -> bool {
        let is = |key: &str, word: &str| self.text(&[key]).is_some_and(|value| value.eq_ignore_ascii_case(word));
        self.is_damaged || is("draft", "true") || is("published", "false")
    }

    /// Who wrote it: of a person with an address, the name.
    pub(super) fn authors(&self) -> Vec<String> {
        let taxonomies = self.value("taxonomies").and_then(Value::as_mapping);
        let own = AUTHOR.iter().find_map(|key| self.value(key));
        let authors = own.or_else(|| taxonomies.and_then(|map| AUTHOR_TAXONOMIES.iter().find_map(|key| map.get(*key))));
        authors.map(names).unwrap_or_default()
    }

    /// All tags and categories, each once. Jekyll separates those on one line by spaces, others by commas.
    pub(super) fn tags(&self, has_spaces: bool) -> Vec<String> {
        let is_tags = |key: &Value| !key.as_str().is_some_and(|key| AUTHOR_TAXONOMIES.contains(&key));
        let taxonomies = self.value("taxonomies").and_then(Value::as_mapping);
        let taxonomies = taxonomies
            .into_iter()
            .flatten()
            .filter(|(key, _)| is_tags(key))
            .map(|(_, value)| value);
        let own = TAGS.iter().filter_map(|key| self.value(key));
        let mut tags: Vec<String> = Vec::new();
        for value in own.chain(taxonomies) {
            let is_line = has_spaces && value.as_str().is_some_and(|line| !line.contains([',', '，']));
            for text in scalars(value, 0) {
                let is_end = |c: char| matches!(c, ',' | '，') || (is_line && c == ' ');
                for tag in text.split(is_end).map(str::trim).filter(|tag| !tag.is_empty()) {
                    if !tags.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
                        tags.push(tag.to_owned());
                    }
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
