//! What a template can show apart from its view: its text with all that it includes, and the parts of `site` that it
//! names.
//!
//! The engine does not say what a template includes, so its tags are read here for names. A name that only looks like
//! one of a template or component costs a page being made once too often; one that was overlooked would leave it as
//! it was. So whatever cannot be judged counts as everything.

use super::engine::component_names;
use crate::fingerprint::Ink;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;

/// The parts of `site` that some templates use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SiteKeys {
    /// These.
    Some(BTreeSet<String>),
    /// Any of them.
    All,
}

/// What templates and components use.
#[derive(Debug)]
pub struct Closures {
    templates: BTreeMap<String, Mentions>,
    /// The template in which each component is defined.
    components: BTreeMap<String, String>,
}

/// What one template says in its tags.
#[derive(Debug)]
struct Mentions {
    /// The hash of its text.
    text: u64,
    /// Templates that it names; none when it may use any.
    names: Option<BTreeSet<String>>,
    site: SiteKeys,
}

impl Closures {
    /// Reads all templates, by name, as the engine was given them.
    #[must_use]
    pub fn new(texts: &BTreeMap<String, String>) -> Self {
        let mut components = BTreeMap::new();
        for (name, text) in texts {
            components.extend(component_names(text).into_iter().map(|own| (own, name.clone())));
        }
        let templates = texts.iter().map(|(name, text)| {
            let mentions = mentions(text, texts, &components);
            (name.clone(), mentions)
        });
        Self {
            templates: templates.collect(),
            components,
        }
    }

    /// The hash of `template`, of the `components` called from texts, and of all that they use; and the parts of
    /// `site` that these name.
    #[must_use]
    pub fn of(&self, template: &str, components: &BTreeSet<String>) -> (u64, SiteKeys) {
        let mut open: Vec<&str> = components.iter().filter_map(|name| self.home_of(name)).collect();
        open.push(template);
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut keys = SiteKeys::Some(BTreeSet::new());
        while let Some(name) = open.pop() {
            let Some((name, mentions)) = self.templates.get_key_value(name) else {
                continue;
            };
            if !seen.insert(name) {
                continue;
            }
            keys.join(&mentions.site);
            match &mentions.names {
                Some(names) => open.extend(names.iter().map(String::as_str)),
                None => open.extend(self.templates.keys().map(String::as_str)),
            }
        }
        let mut ink = Ink::default();
        for name in seen {
            ink.text(name);
            ink.number(self.templates[name].text);
        }
        (ink.finish(), keys)
    }

    fn home_of(&self, component: &str) -> Option<&str> {
        self.components.get(component).map(String::as_str)
    }
}

impl SiteKeys {
    fn join(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Some(own), Self::Some(more)) => own.extend(more.iter().cloned()),
            _ => *self = Self::All,
        }
    }
}

/// Reads the tags of one template.
fn mentions(text: &str, texts: &BTreeMap<String, String>, components: &BTreeMap<String, String>) -> Mentions {
    let mut found = Mentions {
        text: crate::fingerprint::of_bytes(text.as_bytes()),
        names: Some(BTreeSet::new()),
        site: SiteKeys::Some(BTreeSet::new()),
    };
    let Some(tags) = tags(text) else {
        return found.anything();
    };
    for tag in tags {
        // Raw text looks like tags without being any, and may hold a quotation mark that is none.
        if tag.word(0) == Some("raw") || tag.words.iter().any(|(word, _)| *word == "__tera_context") {
            return found.anything();
        }
        if let Some(names) = &mut found.names {
            let literals = tag.literals.iter().filter(|literal| texts.contains_key(**literal));
            names.extend(literals.map(|literal| (*literal).to_owned()));
            let called = tag.words.iter().filter_map(|(word, _)| components.get(*word));
            names.extend(called.cloned());
        }
        for (word, rest) in &tag.words {
            if *word == "site" && !tag.is_parameter(rest) {
                found.site.join(&key_after(rest));
            }
        }
    }
    found
}

impl Mentions {
    /// A template that may use anything.
    fn anything(self) -> Self {
        Self {
            names: None,
            site: SiteKeys::All,
            ..self
        }
    }
}

/// The part of `site` that is named where `rest` goes on behind the word: all of it, if none is.
fn key_after(rest: &str) -> SiteKeys {
    let Some(rest) = rest.strip_prefix('.') else {
        return SiteKeys::All;
    };
    let key: String = rest.chars().take_while(|c| is_word(*c)).collect();
    if key.is_empty() {
        SiteKeys::All
    } else {
        SiteKeys::Some(BTreeSet::from([key]))
    }
}

/// One `{{ … }}` or `{% … %}`.
#[derive(Debug, Default)]
struct Tag<'t> {
    inside: &'t str,
    /// Texts in quotation marks.
    literals: Vec<&'t str>,
    /// Words outside of quotation marks, each with all of the tag that stands behind it.
    words: Vec<(&'t str, &'t str)>,
}

impl<'t> Tag<'t> {
    fn word(&self, at: usize) -> Option<&'t str> {
        self.words.get(at).map(|(word, _)| *word)
    }

    /// Whether the word before `rest` is `@site`, which says that a component may use the site, not what of it.
    fn is_parameter(&self, rest: &str) -> bool {
        let before = &self.inside[..self.inside.len() - rest.len()];
        before.strip_suffix("site").is_some_and(|before| before.ends_with('@'))
    }
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()
}

/// The tags of a template; none when one of them does not end.
fn tags(text: &str) -> Option<Vec<Tag<'_>>> {
    let mut tags = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        let (opening, end) = match rest[at + 1..].chars().next() {
            Some('{') => (2, "}}"),
            Some('%') => (2, "%}"),
            Some('#') => {
                let length = rest[at..].find("#}")?;
                rest = &rest[at + length + 2..];
                continue;
            }
            _ => {
                rest = &rest[at + 1..];
                continue;
            }
        };
        let (tag, behind) = tag(&rest[at + opening..], end)?;
        tags.push(tag);
        rest = behind;
    }
    Some(tags)
}

/// Reads one tag from behind its opening to behind its `end`.
fn tag<'t>(text: &'t str, end: &str) -> Option<(Tag<'t>, &'t str)> {
    let mut tag = Tag::default();
    // Where words stand, until the end of the tag is known.
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let c = rest.chars().next()?;
        if let Some(behind) = rest.strip_prefix(end) {
            tag.inside = &text[..at];
            tag.words = words
                .into_iter()
                .map(|(from, to): (usize, usize)| (&text[from..to], &text[to..at]))
                .collect();
            return Some((tag, behind));
        }
        if matches!(c, '"' | '\'' | '`') {
            let length = rest[1..].find(c)?;
            tag.literals.push(&rest[1..=length]);
            at += length + 2;
        } else if is_word(c) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            words.push((at, at + length));
            at += length;
        } else {
            at += c.len_utf8();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closures(texts: &[(&str, &str)]) -> Closures {
        let texts = texts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Closures::new(&texts.collect())
    }

    fn keys(names: &[&str]) -> SiteKeys {
        SiteKeys::Some(names.iter().map(|name| (*name).to_owned()).collect())
    }

    fn site_of(text: &str) -> SiteKeys {
        closures(&[("a.html", text)]).of("a.html", &BTreeSet::new()).1
    }

    #[test]
    fn parts_of_the_site_are_told_from_the_whole() {
        assert_eq!(site_of("site {{ page.title }} site.nav"), keys(&[]));
        assert_eq!(
            site_of("{{ site.title }}{% for entry in site.nav %}{% endfor %}{{ site.owner.icp }}"),
            keys(&["nav", "owner", "title"])
        );
        assert_eq!(site_of("{# {{ site }} it's #}{{ \"site\" }}"), keys(&[]));
        assert_eq!(
            site_of("{% component a(@site, b) %}{{ site.url }}{% endcomponent a %}"),
            keys(&["url"])
        );
        for whole in [
            "{{ site }}",
            "{% set s = site %}",
            "{{ site[key] }}",
            "{{ <a site={site} /> }}",
            "{{ __tera_context }}",
            "{% raw %}it's{% endraw %}{{ page.title }}",
            "{{ never closed \"",
        ] {
            assert_eq!(site_of(whole), SiteKeys::All, "{whole}");
        }
    }

    #[test]
    fn a_change_reaches_whatever_uses_a_template() {
        let texts = [
            (
                "base.html",
                "<main>{% block main %}{% endblock %}</main>{% include 'foot.html' %}",
            ),
            ("foot.html", "{{ <mark a={\"}}\"} /> }}"),
            ("parts.html", "{% component mark(a) %}{{ a }}{% endcomponent mark %}"),
            ("own.html", "{% extends \"base.html\" %}"),
            ("other.html", "{{ page.title }}"),
            (
                "shortcodes/note.html",
                "{% component note() %}{{ <mark a=\"b\" /> }}{% endcomponent note %}",
            ),
        ];
        let hashes = |closures: &Closures| {
            let of = |template: &str, called: &[&str]| {
                let called = called.iter().map(|name| (*name).to_owned()).collect();
                closures.of(template, &called).0
            };
            [of("own.html", &[]), of("other.html", &[]), of("other.html", &["note"])]
        };
        let before = hashes(&closures(&texts));
        for (changed, reaches) in [
            ("base.html", [true, false, false]),
            ("foot.html", [true, false, false]),
            ("parts.html", [true, false, true]),
            ("own.html", [true, false, false]),
            ("other.html", [false, true, true]),
            ("shortcodes/note.html", [false, false, true]),
        ] {
            let mut texts = texts.map(|(name, text)| (name, text.to_owned()));
            texts
                .iter_mut()
                .filter(|(name, _)| *name == changed)
                .for_each(|(_, text)| text.push('.'));
            let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
            let after = hashes(&closures(&texts));
            let differs = [0, 1, 2].map(|n| before[n] != after[n]);
            assert_eq!(differs, reaches, "{changed}");
        }
    }
}
