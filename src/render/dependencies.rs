//! The dependencies of a template apart from its view: its text, everything that it includes, and the parts of `site`
//! that it names.
//!
//! The engine does not report what a template includes, so this module scans its tags for names. A word that only looks
//! like the name of a template or component causes a page to be rendered once too often. A missed name would leave a
//! page stale. So whatever the scan cannot judge counts as a dependency on everything.

use super::template_tags::{is_word_char, parse_tags};
use crate::fingerprint::FingerprintHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;

/// The parts of `site` that some templates use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SiteKeys {
    /// These parts only.
    Only(BTreeSet<String>),
    /// Possibly all parts.
    All,
}

/// What each template and component uses.
#[derive(Debug)]
pub(crate) struct TemplateDependencies {
    templates: BTreeMap<String, References>,
    /// The template in which each component is defined.
    components: BTreeMap<String, String>,
}

/// The names that one template uses in its tags.
#[derive(Debug)]
struct References {
    /// The hash of its text.
    text_hash: u64,
    /// Templates that it names. `None` when it may use any template.
    templates: Option<BTreeSet<String>>,
    site_keys: SiteKeys,
}

impl TemplateDependencies {
    /// Scans all templates. `texts` are the texts that the engine received, by name.
    #[must_use]
    pub(crate) fn new(texts: &BTreeMap<String, String>) -> Self {
        let mut components = BTreeMap::new();
        for (name, text) in texts {
            components.extend(component_names(text).into_iter().map(|own| (own, name.clone())));
        }
        let templates = texts.iter().map(|(name, text)| {
            let references = scan_references(text, texts, &components);
            (name.clone(), references)
        });
        Self {
            templates: templates.collect(),
            components,
        }
    }

    /// Returns the hash of `template`, of the `components` called from texts and of everything that these use, and the
    /// parts of `site` that they name.
    #[must_use]
    pub(crate) fn fingerprint_and_site_keys(&self, template: &str, components: &BTreeSet<String>) -> (u64, SiteKeys) {
        let mut open: Vec<&str> = components
            .iter()
            .filter_map(|name| self.template_of_component(name))
            .collect();
        open.push(template);
        let mut keys = SiteKeys::Only(BTreeSet::new());
        let mut hasher = FingerprintHasher::default();
        for (name, references) in self.used_from(open) {
            keys.merge(&references.site_keys);
            hasher.text(name);
            hasher.number(references.text_hash);
        }
        (hasher.finish(), keys)
    }

    /// The hash of all templates.
    #[must_use]
    pub(crate) fn templates_hash(&self) -> u64 {
        let mut hasher = FingerprintHasher::default();
        for (name, references) in &self.templates {
            hasher.text(name);
            hasher.number(references.text_hash);
        }
        hasher.finish()
    }

    /// The components that `component` may call, itself among them. `None` when it may use any template.
    #[must_use]
    pub(super) fn components_used_by(&self, component: &str) -> Option<Vec<&str>> {
        let used = self.used_from(vec![self.template_of_component(component)?]);
        if used.values().any(|references| references.templates.is_none()) {
            return None;
        }
        let components = self
            .components
            .iter()
            .filter(|(_, template)| used.contains_key(template.as_str()));
        Some(components.map(|(name, _)| name.as_str()).collect())
    }

    /// The templates `open` and all that they use, by name.
    fn used_from<'d>(&'d self, mut open: Vec<&'d str>) -> BTreeMap<&'d str, &'d References> {
        let mut used: BTreeMap<&str, &References> = BTreeMap::new();
        while let Some(name) = open.pop() {
            let Some((name, references)) = self.templates.get_key_value(name) else {
                continue;
            };
            if used.insert(name, references).is_some() {
                continue;
            }
            match &references.templates {
                Some(names) => open.extend(names.iter().map(String::as_str)),
                None => open.extend(self.templates.keys().map(String::as_str)),
            }
        }
        used
    }

    /// The template that defines a component.
    pub(super) fn template_of_component(&self, component: &str) -> Option<&str> {
        self.components.get(component).map(String::as_str)
    }
}

impl SiteKeys {
    fn merge(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Only(own), Self::Only(more)) => own.extend(more.iter().cloned()),
            _ => *self = Self::All,
        }
    }
}

/// Scans the tags of one template.
fn scan_references(text: &str, texts: &BTreeMap<String, String>, components: &BTreeMap<String, String>) -> References {
    let mut found = References {
        text_hash: crate::fingerprint::hash_bytes(text.as_bytes()),
        templates: Some(BTreeSet::new()),
        site_keys: SiteKeys::Only(BTreeSet::new()),
    };
    let Some(tags) = parse_tags(text) else {
        return found.assume_everything();
    };
    for tag in tags {
        // Raw text may contain what looks like a tag or an opening quotation mark.
        if tag.word(0) == Some("raw") || tag.words.iter().any(|(word, _)| *word == "__tera_context") {
            return found.assume_everything();
        }
        if let Some(names) = &mut found.templates {
            let literals = tag.literals.iter().filter(|literal| texts.contains_key(**literal));
            names.extend(literals.map(|literal| (*literal).to_owned()));
            let called = tag.words.iter().filter_map(|(word, _)| components.get(*word));
            names.extend(called.cloned());
        }
        for (word, rest) in &tag.words {
            if *word == "site" && !tag.is_parameter(rest) {
                found.site_keys.merge(&site_key_after(rest));
            }
        }
    }
    found
}

impl References {
    /// Returns the references of a template that may use everything.
    fn assume_everything(self) -> Self {
        Self {
            templates: None,
            site_keys: SiteKeys::All,
            ..self
        }
    }
}

/// The part of `site` that `rest`, the text after the word `site`, names. All parts when it names none.
fn site_key_after(rest: &str) -> SiteKeys {
    let Some(rest) = rest.strip_prefix('.') else {
        return SiteKeys::All;
    };
    let key: String = rest.chars().take_while(|c| is_word_char(*c)).collect();
    if key.is_empty() {
        SiteKeys::All
    } else {
        SiteKeys::Only(BTreeSet::from([key]))
    }
}

/// The names in `{% component NAME(` openings.
pub(super) fn component_names(text: &str) -> Vec<String> {
    let openings = text
        .split("{%")
        .skip(1)
        .map(|rest| rest.trim_start_matches('-').trim_start());
    openings
        .filter_map(|rest| rest.strip_prefix("component ")?.trim_start().split_once('('))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependencies(texts: &[(&str, &str)]) -> TemplateDependencies {
        let texts = texts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        TemplateDependencies::new(&texts.collect())
    }

    fn keys(names: &[&str]) -> SiteKeys {
        SiteKeys::Only(names.iter().map(|name| (*name).to_owned()).collect())
    }

    fn site_of(text: &str) -> SiteKeys {
        dependencies(&[("a.html", text)])
            .fingerprint_and_site_keys("a.html", &BTreeSet::new())
            .1
    }

    #[test]
    fn site_keys_are_collected_from_tags() {
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
    fn fingerprint_changes_with_every_template_used() {
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
        let hashes = |dependencies: &TemplateDependencies| {
            let of = |template: &str, called: &[&str]| {
                let called = called.iter().map(|name| (*name).to_owned()).collect();
                dependencies.fingerprint_and_site_keys(template, &called).0
            };
            [of("own.html", &[]), of("other.html", &[]), of("other.html", &["note"])]
        };
        let before = hashes(&dependencies(&texts));
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
            let after = hashes(&dependencies(&texts));
            let differs = [0, 1, 2].map(|n| before[n] != after[n]);
            assert_eq!(differs, reaches, "{changed}");
        }
    }
}
