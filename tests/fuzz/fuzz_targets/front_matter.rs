//! Any bytes as a content file give front matter or findings, and each finding can be said in both languages.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use xiangyin::testing::config::Settings;
use xiangyin::testing::messages::{Lang, help, message};
use xiangyin::testing::paths::SourcePath;
use xiangyin::testing::record::{read_front_matter, split_front_matter};
use xiangyin::testing::schema::{Kinds, Rosters, Schema, read_rosters};
use xiangyin::testing::source::decode;
use xiangyin::testing::yaml::Mapping;

static KINDS: LazyLock<Kinds> = LazyLock::new(Kinds::built_in);
static SETTINGS: LazyLock<Settings> = LazyLock::new(Settings::default);
static ROSTERS: LazyLock<Rosters> = LazyLock::new(|| {
    let villages = "- {id: heyuan, name: 禾源村}\n- {id: liutang, name: 柳塘村}\n";
    read_rosters(&[("content/_data/villages.yaml", villages)]).value
});

fuzz_target!(|data: &[u8]| {
    let file = "content/volunteer/a.md";
    let schema = Schema { kinds: &KINDS, rosters: &ROSTERS, policy: &SETTINGS.policy, zone: &SETTINGS.timezone, site: &SETTINGS.links.site };
    let text = decode(file, data.to_vec());
    let parts = split_front_matter(file, &text.value);
    let yaml = parts.value.yaml.clone();
    let meta = read_front_matter(&SourcePath::new(file), &text.value, yaml, &schema, &Mapping::new());
    for finding in text.findings.iter().chain(&parts.findings).chain(&meta.findings) {
        for language in [Lang::Zh, Lang::En] {
            let _said = (message(finding, language), help(finding, language));
        }
        if let Some(place) = &finding.place {
            assert!(place.excerpt.is_char_boundary(place.marked_span.0) && place.excerpt.is_char_boundary(place.marked_span.1));
        }
    }
});
