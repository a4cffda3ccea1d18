//! Any bytes as a content file give front matter or findings, and each finding can be said in both languages.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use xiangyin::config::Settings;
use xiangyin::messages::{Lang, help, message};
use xiangyin::paths::SourcePath;
use xiangyin::record::front_matter::{read, split};
use xiangyin::schema::{Kinds, Rosters, Schema, rosters};
use xiangyin::source::decode::decode;

static KINDS: LazyLock<Kinds> = LazyLock::new(Kinds::built_in);
static SETTINGS: LazyLock<Settings> = LazyLock::new(Settings::default);
static ROSTERS: LazyLock<Rosters> = LazyLock::new(|| {
    let villages = "- {id: heyuan, name: 禾源村}\n- {id: liutang, name: 柳塘村}\n";
    rosters(&[("content/_data/villages.yaml", villages)]).value
});

fuzz_target!(|data: &[u8]| {
    let file = "content/volunteer/a.md";
    let schema = Schema { kinds: &KINDS, rosters: &ROSTERS, policy: &SETTINGS.policy, zone: &SETTINGS.timezone };
    let text = decode(file, data.to_vec());
    let parts = split(file, &text.value);
    let yaml = parts.value.yaml.clone();
    let meta = read(&SourcePath::new(file), &text.value, yaml, &schema, &serde_yaml::Mapping::new());
    for finding in text.findings.iter().chain(&parts.findings).chain(&meta.findings) {
        for language in [Lang::Zh, Lang::En] {
            let _said = (message(finding, language), help(finding, language));
        }
        if let Some(place) = &finding.place {
            assert!(place.excerpt.is_char_boundary(place.marked.0) && place.excerpt.is_char_boundary(place.marked.1));
        }
    }
});
