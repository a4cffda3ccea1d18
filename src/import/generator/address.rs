//! The addresses at which each generator published its texts.

use super::front::{OldFrontMatter, scalar, scalars};
use super::layout::{Layout, TextGroup, TextPlace, day_in_name, name_without_day};
use super::options::Generator;
use crate::schema::Moment;
use crate::schema::scalar::{find_day, parse_moment};
use crate::yaml::Value;
use jiff::tz::TimeZone;

/// A text whose address is asked for.
struct Addressed<'t> {
    layout: &'t Layout,
    place: &'t TextPlace,
    front: &'t OldFrontMatter,
    /// The path in the old site, of Jekyll in its folder of sources.
    path: &'t str,
    /// The path of the text without its ending.
    stem: &'t str,
}

/// A form of addresses with a part that is not known here, or for which a text has no value: `/:foo/:title/`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnknownForm(pub(super) String);

/// The address that a text had; `None` for the front page.
pub(super) fn old_address(
    layout: &Layout,
    path: &str,
    place: &TextPlace,
    front: &OldFrontMatter,
) -> Result<Option<String>, UnknownForm> {
    let stem = place.path.strip_suffix(".md").unwrap_or(&place.path);
    let path_in_source = match layout.generator {
        Generator::Jekyll => layout.path_in_source(path),
        _ => None,
    };
    let text = Addressed {
        layout,
        place,
        front,
        path: path_in_source.unwrap_or(path),
        stem,
    };
    if let Some(own) = front.text(&["url", "permalink", "path"]) {
        let own = if layout.generator == Generator::Jekyll {
            named_form(&own)
        } else {
            &own
        };
        return if own.contains(':') && !own.contains("://") {
            text.filled(own).map(Some)
        } else {
            Ok(Some(format!("/{}", own.trim_start_matches('/'))))
        };
    }
    if matches!(stem, "index" | "_index") && place.language.is_none() {
        return Ok(None);
    }
    let address = match layout.generator {
        Generator::Hexo => text.in_hexo()?,
        Generator::Hugo => text.in_hugo()?,
        Generator::Zola => text.in_folders(|name| name_without_day(name).to_owned()),
        Generator::Jekyll => text.in_jekyll()?,
    };
    Ok(Some(address))
}

impl Addressed<'_> {
    fn setting(&self, key: &str) -> Option<String> {
        self.layout.settings.text(key)
    }

    fn in_hexo(&self) -> Result<String, UnknownForm> {
        let address = match self.place.group {
            TextGroup::Post => {
                let form = self.setting("permalink");
                self.filled(form.as_deref().unwrap_or(":year/:month/:day/:title/"))?
            }
            _ => match self.stem.strip_suffix("index") {
                Some(folder) if folder.ends_with('/') => format!("/{folder}"),
                _ => format!("/{}.html", self.stem),
            },
        };
        let has_ending = self.layout.settings.flag("pretty_urls.trailing_html") != Some(false);
        Ok(match address.strip_suffix(".html") {
            Some(short) if !has_ending => short.to_owned(),
            _ => address,
        })
    }

    fn in_hugo(&self) -> Result<String, UnknownForm> {
        let section = self.stem.split_once('/').map_or("", |(section, _)| section);
        let is_section = self.name() == "_index";
        let form = ["permalinks", "permalinks.page"]
            .iter()
            .find_map(|key| self.setting(&format!("{key}.{section}")));
        if let Some(form) = form.filter(|_| !is_section) {
            return Ok(self.with_language(&self.filled(&form)?));
        }
        let is_day_from_name = self
            .layout
            .settings
            .value("frontmatter.date")
            .is_some_and(|order| scalars(order, 0).iter().any(|source| source == ":filename"));
        let address = self.in_folders(|name| match is_day_from_name {
            true => name_without_day(name).to_owned(),
            false => name.to_owned(),
        });
        let address = url_name(&address);
        let is_ugly = self.layout.settings.flag("uglyURLs") == Some(true) && !is_section;
        Ok(if is_ugly {
            format!("{}.html", address.trim_end_matches('/'))
        } else {
            address
        })
    }

    fn in_jekyll(&self) -> Result<String, UnknownForm> {
        let settings = &self.layout.settings;
        let site_form = self.setting("permalink");
        let is_pretty = site_form
            .as_deref()
            .is_some_and(|form| form == "pretty" || form.ends_with('/'));
        let end = if is_pretty { "/" } else { ".html" };
        let form = self.default_permalink().or_else(|| match &self.place.group {
            TextGroup::Post => settings.text("collections.posts.permalink").or(site_form),
            TextGroup::Collection(name) => settings.text(&format!("collections.{name}.permalink")),
            TextGroup::Page => None,
        });
        match (&self.place.group, form) {
            (_, Some(form)) => self.filled(named_form(&form)),
            (TextGroup::Post, None) => self.filled(named_form("date")),
            (TextGroup::Collection(_), None) => self.filled(&format!("/:collection/:path{end}")),
            (TextGroup::Page, None) => Ok(match self.stem.strip_suffix("/index") {
                Some(folder) => format!("/{folder}/"),
                None => format!("/{}{end}", self.stem),
            }),
        }
    }

    /// The form of addresses that Jekyll's `defaults` give to texts below a path: the longest path wins.
    fn default_permalink(&self) -> Option<String> {
        let Some(Value::Sequence(defaults)) = self.layout.settings.value("defaults") else {
            return None;
        };
        let group = match &self.place.group {
            TextGroup::Post => "posts",
            TextGroup::Page => "pages",
            TextGroup::Collection(name) => name,
        };
        let forms = defaults.iter().filter_map(|entry| {
            let scope = entry.get("scope")?;
            let below = scope.get("path").and_then(scalar).unwrap_or_default();
            let of = scope.get("type").and_then(scalar);
            let is_here = self.path.starts_with(below.trim_start_matches('/')) && of.is_none_or(|of| of == group);
            let form = entry.get("values")?.get("permalink").and_then(scalar)?;
            is_here.then_some((below.len(), form))
        });
        forms.max_by_key(|(length, _)| *length).map(|(_, form)| form)
    }

    /// An address from the folders and the name of the text.
    fn in_folders(&self, name_of: impl Fn(&str) -> String) -> String {
        let stem = ["/index", "/_index"].iter().find_map(|end| self.stem.strip_suffix(end));
        let stem = stem.unwrap_or(if matches!(self.stem, "index" | "_index") {
            ""
        } else {
            self.stem
        });
        if stem.is_empty() {
            return self.with_language("/");
        }
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let name = self.front.text(&["slug"]).unwrap_or_else(|| name_of(name));
        let separator = if folder.is_empty() { "" } else { "/" };
        self.with_language(&format!("/{folder}{separator}{name}/"))
    }

    fn with_language(&self, address: &str) -> String {
        match &self.place.language {
            Some(language) => format!("/{language}{address}"),
            None => address.to_owned(),
        }
    }

    /// The name of the file, or of its folder if it is that of the text.
    fn name(&self) -> &str {
        let stem = self.stem.strip_suffix("/index").unwrap_or(self.stem);
        stem.rsplit('/').next().unwrap_or(stem)
    }

    /// The path of a post below the folder of all posts.
    fn path_in_group(&self) -> &str {
        let group = match &self.place.group {
            TextGroup::Post => "posts",
            TextGroup::Collection(name) => name,
            TextGroup::Page => return self.stem,
        };
        let inside = self.stem.strip_prefix(group).and_then(|rest| rest.strip_prefix('/'));
        inside.unwrap_or(self.stem)
    }

    /// The day in addresses: that of the old site's zone, or the one that is written.
    fn day(&self) -> Option<Moment> {
        let Some(text) = self.front.date_text() else {
            return day_in_name(self.path);
        };
        let zone = self.setting("timezone").and_then(|name| TimeZone::get(&name).ok());
        if let Some((moment, _)) = zone.and_then(|zone| parse_moment(&text, &zone)) {
            return Some(moment);
        }
        // Without the offset that follows the time.
        let written = find_day(&text).map(|(_, range)| {
            let clock = text[range.end..].find(|c: char| !c.is_ascii_digit() && !" T:".contains(c));
            &text[range.start..clock.map_or(text.len(), |at| range.end + at)]
        });
        let written = written.and_then(|text| Some(parse_moment(text.trim(), &TimeZone::UTC)?.0));
        let day = || find_day(&text).map(|(date, _)| Moment { date, time: None });
        written
            .or_else(day)
            .or_else(|| super::dates::read_moment(&text, &TimeZone::UTC))
    }

    /// An address by its form.
    fn filled(&self, form: &str) -> Result<String, UnknownForm> {
        let mut out = String::new();
        let mut rest = form;
        while let Some((before, after)) = rest.split_once(':') {
            out.push_str(before);
            let end = after
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(after.len());
            let part = self.part(&after[..end]);
            out.push_str(&part.ok_or_else(|| UnknownForm(form.to_owned()))?);
            rest = &after[end..];
        }
        out.push_str(rest);
        let parts: Vec<&str> = out.split('/').filter(|part| !part.is_empty()).collect();
        let end = if out.ends_with('/') && !parts.is_empty() {
            "/"
        } else {
            ""
        };
        Ok(format!("/{}{end}", parts.join("/")))
    }

    /// What stands in an address for `:NAME`; `None` when it is not known here, or when the text has no value for it.
    fn part(&self, name: &str) -> Option<String> {
        let day = || Some(self.day()?.date);
        let clock =
            |part: fn(jiff::civil::Time) -> i8| Some(format!("{:02}", part(self.day()?.time.unwrap_or_default())));
        Some(match name {
            "year" => day()?.year().to_string(),
            "short_year" => format!("{:02}", day()?.year() % 100),
            "month" => format!("{:02}", day()?.month()),
            "i_month" => day()?.month().to_string(),
            "day" => format!("{:02}", day()?.day()),
            "i_day" => day()?.day().to_string(),
            "y_day" | "yearday" => format!("{:03}", day()?.day_of_year()),
            "hour" => clock(jiff::civil::Time::hour)?,
            "minute" => clock(jiff::civil::Time::minute)?,
            "second" => clock(jiff::civil::Time::second)?,
            "output_ext" => ".html".to_owned(),
            _ => match self.layout.generator {
                Generator::Hexo => self.part_in_hexo(name)?,
                Generator::Jekyll => self.part_in_jekyll(name)?,
                Generator::Hugo | Generator::Zola => self.part_in_hugo(name)?,
            },
        })
    }

    fn part_in_hexo(&self, name: &str) -> Option<String> {
        let file = self.path_in_group();
        let file = file.strip_suffix("/index").unwrap_or(file);
        let dated = self
            .setting("new_post_name")
            .is_some_and(|form| form.contains(":day-:title"));
        let slug = match file.rsplit_once('/') {
            Some((folder, name)) if dated => format!("{folder}/{}", name_without_day(name)),
            None if dated => name_without_day(file).to_owned(),
            _ => file.to_owned(),
        };
        match name {
            "title" | "slug" => Some(slug),
            "name" => slug.rsplit('/').next().map(str::to_owned),
            "post_title" => self.front.text(&["title"]).map(|title| hyphenated(&title)),
            "category" | "categories" => Some(self.hexo_category()),
            key => self.front.text(&[key]),
        }
    }

    /// The last category of a post of Hexo with those above it.
    fn hexo_category(&self) -> String {
        let value = self.front.value("categories").or_else(|| self.front.value("category"));
        let names = match value {
            Some(Value::Sequence(items)) => match items.last() {
                Some(last @ Value::Sequence(_)) => scalars(last, 0),
                _ if items.iter().any(Value::is_sequence) => {
                    items.last().map(|last| scalars(last, 0)).unwrap_or_default()
                }
                _ => scalars(&Value::Sequence(items.clone()), 0),
            },
            Some(value) => scalars(value, 0),
            None => Vec::new(),
        };
        if names.is_empty() {
            return self
                .setting("default_category")
                .unwrap_or_else(|| "uncategorized".to_owned());
        }
        let mapped = |name: &String| {
            self.setting(&format!("category_map.{name}"))
                .unwrap_or_else(|| hyphenated(name))
        };
        names.iter().map(mapped).collect::<Vec<_>>().join("/")
    }

    fn part_in_jekyll(&self, name: &str) -> Option<String> {
        let file = self.path_in_group();
        let slug = || {
            let own = self.front.text(&["slug"]);
            own.unwrap_or_else(|| name_without_day(self.stem.rsplit('/').next().unwrap_or(self.stem)).to_owned())
        };
        match name {
            "title" | "name" | "basename" => Some(slug()),
            "slug" => Some(hyphenated(&slug()).to_lowercase()),
            "path" => Some(file.to_owned()),
            "collection" => match &self.place.group {
                TextGroup::Post => Some("posts".to_owned()),
                TextGroup::Collection(name) => Some(name.clone()),
                TextGroup::Page => None,
            },
            "categories" | "slugified_categories" => Some(self.jekyll_categories()),
            _ => None,
        }
    }

    /// The folders above `_posts`, and the categories in front matter.
    fn jekyll_categories(&self) -> String {
        let above = self.path.split_once("/_posts/").map_or("", |(above, _)| above);
        let mut names: Vec<String> = above
            .split('/')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        names.extend(self.front.text(&["category"]));
        match self.front.value("categories") {
            Some(Value::String(line)) => names.extend(line.split_whitespace().map(str::to_owned)),
            Some(value) => names.extend(scalars(value, 0)),
            None => {}
        }
        let mut once: Vec<String> = Vec::new();
        for name in names.iter().map(|name| name.to_lowercase()) {
            if !once.contains(&name) {
                once.push(name);
            }
        }
        once.join("/")
    }

    fn part_in_hugo(&self, name: &str) -> Option<String> {
        let folders = self.stem.strip_suffix("/index").unwrap_or(self.stem);
        let folders = folders.rsplit_once('/').map_or("", |(folders, _)| folders);
        let file = || url_name(self.name());
        let own = || self.front.text(&["slug"]);
        match name {
            "title" => self.front.text(&["title"]).map(|title| url_name(&title)),
            "slug" => own()
                .or_else(|| self.front.text(&["title"]))
                .map(|slug| url_name(&slug)),
            "filename" | "contentbasename" => Some(file()),
            "slugorfilename" | "slugorcontentbasename" => Some(own().map_or_else(file, |slug| url_name(&slug))),
            "section" => Some(folders.split('/').next().unwrap_or_default().to_owned()),
            "sections" => Some(folders.to_owned()),
            _ => None,
        }
    }
}

/// A form of addresses that Jekyll knows by a name.
fn named_form(form: &str) -> &str {
    match form {
        "date" => "/:categories/:year/:month/:day/:title.html",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title.html",
        "weekdate" => "/:categories/:year/:week/:short_day/:title.html",
        "none" => "/:categories/:title.html",
        form => form,
    }
}

/// A name in an address of Hugo: in lower case, with `-` for spaces, without other signs.
fn url_name(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            ' ' | '-' if out.ends_with('-') => {}
            ' ' => out.push('-'),
            c if c.is_alphanumeric() || "-_./+~@".contains(c) => out.push(c),
            _ => {}
        }
    }
    out
}

/// A name in an address of Hexo: with `-` for spaces and signs.
fn hyphenated(text: &str) -> String {
    let mut out = String::new();
    for c in text.trim().chars() {
        if c.is_whitespace() || (c.is_ascii_punctuation() && c != '.' && c != '_') {
            if !out.ends_with('-') {
                out.push('-');
            }
        } else {
            out.push(c);
        }
    }
    out.trim_matches('-').to_owned()
}
