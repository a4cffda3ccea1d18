//! `content/site.yaml`: parses its text into [`Settings`].

mod assets;
mod files;
mod privacy_allow;
mod reports;

use super::check::{Checker, bad_url_finding, is_empty, is_web_address, scalar, untagged};
use super::kind::{FieldType, Labels};
use super::roster::Rosters;
use super::scalar::normalize_text;
use super::value::FieldValue;
use crate::config::{
    AccessibilityPolicy, HtmlPolicy, LOCAL_SCHEMES, LineBreaks, LinkRules, NavEntry, ReprintPolicy, SCRIPT_SCHEMES,
    Settings, SlugStyle, ValueLabel,
};
use crate::diag::{Checked, Code, Diagnostic, Severity, nearest};
use crate::messages::Lang;
use crate::paths::{SiteAddress, url_scheme};
use crate::yaml::{Mapping, ParsedYaml, Value, YamlDocument};
use jiff::tz::TimeZone;

const KEYS: &[&str] = &[
    "title",
    "description",
    "licence",
    "base_url",
    "language",
    "theme",
    "owner",
    "nav",
    "timezone",
    "markdown",
    "policy",
    "paginate",
    "slug",
    "minify",
    "search",
    "severity",
    "labels",
    "zeros",
    "internal",
    "schemes",
    "privacy_allow",
    "people",
    "assets",
    "output",
    "links_out",
    "brief",
    "circular",
];
const BRIEF_KEYS: [&str; 6] = ["name", "report", "send", "distribute", "copies", "issuer"];
const CIRCULAR_KEYS: [&str; 4] = ["name", "issuer", "to", "copy"];
const OWNER_KEYS: [&str; 9] = [
    "name",
    "organiser",
    "address",
    "phone",
    "email",
    "icp",
    "police_record",
    "site_id",
    "notice",
];

/// The time zone that people call by another name: its city without `Asia/`, or the hours that it is ahead of UTC.
fn zone_of_word(word: &str) -> Option<&'static str> {
    let word: String = normalize_text(word).text.to_lowercase();
    let word: String = word.split_whitespace().collect();
    match word.strip_prefix("asia/").unwrap_or(&word) {
        "beijing" | "peking" | "shanghai" | "china" | "cst" | "北京" | "北京时间" | "上海" | "中国"
        | "中国标准时间" | "东八区" | "utc+8" | "utc+08" | "utc+08:00" | "utc+8:00" | "gmt+8" | "gmt+08"
        | "gmt+08:00" | "gmt+8:00" | "+8" | "+08" | "+0800" | "+08:00" | "8" => Some("Asia/Shanghai"),
        "urumqi" | "乌鲁木齐" | "新疆时间" => Some("Asia/Urumqi"),
        _ => None,
    }
}

/// The maximum depth of a menu.
const MAX_MENU_DEPTH: usize = 4;

/// Reads the settings; an empty text gives the defaults.
#[must_use]
pub(crate) fn read_settings(file: &str, text: &str) -> Checked<Settings> {
    let (
        ParsedYaml {
            document, mut findings, ..
        },
        map,
    ) = YamlDocument::parse(
        file,
        text,
        &[
            "owner", "markdown", "policy", "severity", "labels", "zeros", "internal", "people", "assets", "output",
            "brief", "circular",
        ],
    )
    .into_map();
    let rosters = Rosters::default();
    let zone = TimeZone::UTC;
    let mut reader = SettingsReader {
        checker: Checker::new(&document, &rosters, &zone),
    };
    reader.checker.check_known_keys(&[], &map, KEYS);
    let mut value = Settings::default();
    reader.read_identity(&map, &mut value);
    reader.read_content_settings(&map, &mut value);
    reader.read_policy(&map, &mut value);
    reader.read_severity(&map, &mut value);
    reader.read_zeros(&map, &mut value);
    reader.read_internal(&map, &mut value);
    privacy_allow::read(&mut reader.checker, &map, &mut value);
    reader.read_assets(&map, &mut value);
    reader.read_output(&map, &mut value);
    reader.read_links_out(&map, &mut value);
    value.labels = reader.read_labels(&map, &value.language);
    findings.append(&mut reader.checker.findings);
    Checked { value, findings }
}

struct SettingsReader<'c, 'd> {
    checker: Checker<'c, 'd>,
}

impl SettingsReader<'_, '_> {
    /// Reads the site's identity: names, addresses, menu.
    fn read_identity(&mut self, map: &Mapping, into: &mut Settings) {
        self.read_text(map, &["title"], &mut into.title);
        self.read_text(map, &["description"], &mut into.description);
        self.read_text(map, &["licence"], &mut into.licence);
        self.read_text(map, &["theme"], &mut into.theme);
        into.theme_place = map
            .contains_key("theme")
            .then(|| self.checker.document.value_place(&["theme"]));
        self.read_text(map, &["base_url"], &mut into.base_url);
        if !into.base_url.is_empty() && !is_web_address(&into.base_url) {
            let finding = self.checker.value_finding(Code::BadUrl, &["base_url"], &into.base_url);
            self.checker.findings.push(bad_url_finding(finding, &into.base_url));
            into.base_url.clear();
        }
        into.base_url.truncate(into.base_url.trim_end_matches('/').len());
        into.links.site = SiteAddress::new(&into.base_url);
        if let Some(language) = self.read_choice(map, &["language"], &["zh-CN", "en"]) {
            into.markdown.language = Lang::from_tag(&language);
            into.language = language;
        }
        self.read_timezone(map, into);
        self.read_schemes(map, into);
        if let Some(owner) = self.read_map(map, &["owner"], &OWNER_KEYS) {
            let to = &mut into.owner;
            let parts = [
                &mut to.name,
                &mut to.organiser,
                &mut to.address,
                &mut to.phone,
                &mut to.email,
                &mut to.icp,
                &mut to.police_record,
                &mut to.site_id,
                &mut to.notice,
            ];
            self.read_texts(owner, "owner", OWNER_KEYS, parts);
        }
        if let Some(brief) = self.read_map(map, &["brief"], &BRIEF_KEYS) {
            let to = &mut into.brief;
            let parts = [
                &mut to.name,
                &mut to.report,
                &mut to.send,
                &mut to.distribute,
                &mut to.copies,
                &mut to.issuer,
            ];
            self.read_texts(brief, "brief", BRIEF_KEYS, parts);
        }
        if let Some(circular) = self.read_map(map, &["circular"], &CIRCULAR_KEYS) {
            let to = &mut into.circular;
            let parts = [&mut to.name, &mut to.issuer, &mut to.to, &mut to.copy];
            self.read_texts(circular, "circular", CIRCULAR_KEYS, parts);
        }
        if let Some(nav) = map.get("nav").filter(|value| !value.is_null()) {
            into.nav = self.read_menu(&["nav"], nav, &into.links, MAX_MENU_DEPTH);
        }
    }

    /// Reads how content is read and pages are made.
    fn read_content_settings(&mut self, map: &Mapping, into: &mut Settings) {
        if let Some(markdown) = self.read_map(map, &["markdown"], &["html", "math", "highlight", "lines"]) {
            into.markdown.html = match self
                .read_choice(markdown, &["markdown", "html"], &["sanitise", "escape", "trust"])
                .as_deref()
            {
                Some("escape") => HtmlPolicy::Escape,
                Some("trust") => HtmlPolicy::Trust,
                _ => HtmlPolicy::Sanitise,
            };
            self.read_flag(markdown, &["markdown", "math"], &mut into.markdown.math);
            self.read_flag(markdown, &["markdown", "highlight"], &mut into.markdown.highlight);
            let lines = self.read_choice(markdown, &["markdown", "lines"], &["joined", "paragraphs"]);
            if lines.as_deref() == Some("paragraphs") {
                into.markdown.lines = LineBreaks::Paragraphs;
            }
        }
        if let Some(slug) = self.read_choice(map, &["slug"], &["pinyin", "keep"]) {
            into.slug = if slug == "keep" {
                SlugStyle::Keep
            } else {
                SlugStyle::Pinyin
            };
        }
        if let Some(people) = self.read_map(map, &["people"], &["reviewers", "rosters"]) {
            self.read_flag(people, &["people", "reviewers"], &mut into.people.reviewers);
            self.read_flag(people, &["people", "rosters"], &mut into.people.rosters);
        }
        self.read_flag(map, &["minify"], &mut into.minify);
        self.read_flag(map, &["search"], &mut into.search);
        if let Some(value) = map.get("paginate").filter(|value| !value.is_null())
            && let Some(FieldValue::Integer(number)) = self.checker.value(&["paginate"], value, &FieldType::Integer)
        {
            match usize::try_from(number) {
                Ok(number @ 1..=1000) => into.paginate = number,
                _ => {
                    let finding = self
                        .checker
                        .value_finding(Code::OutOfRange, &["paginate"], &number.to_string());
                    self.checker.findings.push(finding.with("min", "1").with("max", "1000"));
                }
            }
        }
    }

    /// Reads `labels: {district: 县级}`. A label without a language is in the language of the site.
    fn read_labels(&mut self, map: &Mapping, language: &str) -> Vec<ValueLabel> {
        let labels = match map.get("labels").map(untagged) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Mapping(labels)) => labels,
            Some(other) => {
                return self
                    .checker
                    .report_wrong_type(&["labels"], other, "map")
                    .unwrap_or_default();
            }
        };
        let mut read = Vec::with_capacity(labels.len());
        for (id, value) in labels {
            let id = scalar(id).into_owned();
            let path = ["labels", id.as_str()];
            let before = self.checker.findings.len();
            let written = self.checker.labels(&path, Some(value), "");
            let given = |label: String, is_meant: bool| Some(label).filter(|label| is_meant && !label.is_empty());
            let both = !matches!(untagged(value), Value::Mapping(_));
            let is_chinese = language.starts_with("zh");
            let label = ValueLabel {
                zh: given(written.zh, !both || is_chinese),
                en: given(written.en, !both || !is_chinese),
                place: self.checker.document.key_place(&path),
                id: id.clone(),
            };
            if self.checker.findings.len() > before {
                continue;
            }
            if label.zh.is_none() && label.en.is_none() {
                let finding = super::check::missing_field_finding(self.checker.document, &path);
                self.checker.findings.push(finding);
            } else {
                read.push(label);
            }
        }
        read
    }

    fn read_policy(&mut self, map: &Mapping, into: &mut Settings) {
        let known = [
            "review",
            "privacy",
            "links",
            "unknown_keys",
            "pieces",
            "reports",
            "accessibility",
        ];
        let Some(policy) = self.read_map(map, &["policy"], &known) else {
            return;
        };
        if let Some(word) = self.read_choice(policy, &["policy", "pieces"], &["highest", "every-level"]) {
            into.policy.pieces = match word.as_str() {
                "every-level" => ReprintPolicy::EveryLevel,
                _ => ReprintPolicy::Highest,
            };
        }
        self.read_reports(policy, &mut into.policy.reports);
        if let Some(word) = self.read_choice(policy, &["policy", "accessibility"], &["full", "basic", "off"]) {
            into.policy.accessibility = match word.as_str() {
                "full" => AccessibilityPolicy::Full,
                "off" => AccessibilityPolicy::Off,
                _ => AccessibilityPolicy::Basic,
            };
        }
        let severity = |word: &str| match word {
            "error" | "required" => Some(Severity::Error),
            "warn" => Some(Severity::Warning),
            _ => None,
        };
        if let Some(word) = self.read_choice(policy, &["policy", "review"], &["required", "warn", "off"]) {
            into.policy.review = severity(&word);
        }
        if let Some(word) = self.read_choice(policy, &["policy", "privacy"], &["error", "warn", "off"]) {
            into.policy.privacy = severity(&word);
        }
        if let Some(found) = self
            .read_choice(policy, &["policy", "links"], &["error", "warn"])
            .and_then(|word| severity(&word))
        {
            into.policy.links = found;
        }
        if let Some(found) = self
            .read_choice(policy, &["policy", "unknown_keys"], &["error", "warn"])
            .and_then(|word| severity(&word))
        {
            into.policy.unknown_keys = found;
        }
    }

    /// Reads `severity: {CODE: error|warning|off}`.
    fn read_severity(&mut self, map: &Mapping, into: &mut Settings) {
        let names: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let Some(severities) = self.read_map(map, &["severity"], &names) else {
            return;
        };
        for code in Code::ALL {
            let path = ["severity", code.as_str()];
            let Some(word) = self.read_choice(severities, &path, &["error", "warning", "off"]) else {
                continue;
            };
            let severity = match word.as_str() {
                "error" => Some(Severity::Error),
                "warning" => Some(Severity::Warning),
                _ => None,
            };
            if code.is_error_of_form() && severity != Some(Severity::Error) {
                let place = self.checker.document.key_place(&path);
                let finding = Diagnostic::new(Code::LoweredError).at(place);
                self.checker.findings.push(finding.with("code", code.as_str()));
                continue;
            }
            into.severity.insert(*code, severity);
        }
    }

    /// Reads `schemes: [weixin]`: what links may start with besides the schemes that every site may use.
    fn read_schemes(&mut self, map: &Mapping, into: &mut Settings) {
        let Some(value) = map.get("schemes").filter(|value| !value.is_null()) else {
            return;
        };
        let items = match untagged(value) {
            Value::Sequence(items) => items.as_slice(),
            single => std::slice::from_ref(single),
        };
        for (index, item) in items.iter().enumerate() {
            let index = index.to_string();
            let path = match untagged(value) {
                Value::Sequence(_) => vec!["schemes", &index],
                _ => vec!["schemes"],
            };
            let Some(FieldValue::Text(written)) = self.checker.value(&path, item, &FieldType::String) else {
                continue;
            };
            let scheme = written.trim_end_matches(['/', ':']).to_ascii_lowercase();
            let is_never_linked = SCRIPT_SCHEMES.contains(&&*scheme) || LOCAL_SCHEMES.contains(&&*scheme);
            if url_scheme(&format!("{scheme}:")) == Some(&scheme) && !is_never_linked {
                into.links.schemes.push(scheme);
            } else {
                let finding = self.checker.value_finding(Code::UnknownValue, &path, &written);
                self.checker.findings.push(finding.with("known", "ftp, sms, weixin, …"));
            }
        }
    }

    fn read_timezone(&mut self, map: &Mapping, into: &mut Settings) {
        let mut name = String::new();
        self.read_text(map, &["timezone"], &mut name);
        if name.is_empty() {
            return;
        }
        if let Ok(zone) = TimeZone::get(zone_of_word(&name).unwrap_or(&name)) {
            into.timezone = zone;
            return;
        }
        let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        let mut finding = self.checker.value_finding(Code::UnknownValue, &["timezone"], &name);
        let known = names.iter().map(String::as_str).chain(["Asia/Beijing", "Beijing"]);
        if let Some(near) = nearest(&name, known) {
            finding = finding.with("nearest", zone_of_word(near).unwrap_or(near));
        }
        self.checker
            .findings
            .push(finding.with("known", "Asia/Shanghai, Asia/Urumqi, UTC, …"));
    }

    /// Reads the entries of a menu at `path`.
    fn read_menu(&mut self, path: &[&str], value: &Value, links: &LinkRules, depth: usize) -> Vec<NavEntry> {
        let Value::Sequence(items) = untagged(value) else {
            let _: Option<()> = self.checker.report_wrong_type(path, value, "list");
            return Vec::new();
        };
        if depth == 0 {
            let _: Option<()> = self.checker.report_wrong_type(path, value, "menu");
            return Vec::new();
        }
        let mut entries = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let index = index.to_string();
            let path: Vec<&str> = path.iter().copied().chain([index.as_str()]).collect();
            entries.extend(self.read_menu_entry(&path, item, links, depth));
        }
        entries
    }

    fn read_menu_entry(&mut self, path: &[&str], value: &Value, links: &LinkRules, depth: usize) -> Option<NavEntry> {
        let Value::Mapping(map) = untagged(value) else {
            return self.checker.report_wrong_type(path, value, "menu");
        };
        let at = |key| path.iter().copied().chain([key]).collect::<Vec<&str>>();
        self.checker.check_known_keys(path, map, &["label", "url", "children"]);
        let mut entry = NavEntry {
            label: String::new(),
            url: String::new(),
            children: Vec::new(),
            place: map
                .contains_key("url")
                .then(|| self.checker.document.value_place(&at("url"))),
        };
        self.read_text(map, &at("label"), &mut entry.label);
        self.read_text(map, &at("url"), &mut entry.url);
        if entry.label.is_empty() {
            let finding = super::check::missing_field_finding(self.checker.document, &at("label"))
                .at(self.checker.document.value_place(path));
            self.checker.findings.push(finding);
        }
        let has_scheme = match url_scheme(&entry.url) {
            Some(scheme) if scheme.to_ascii_lowercase().starts_with("http") => is_web_address(&entry.url),
            Some(scheme) => links.allows(scheme),
            None => false,
        };
        if !entry.url.is_empty() && !entry.url.starts_with(['/', '#']) && !has_scheme {
            let url = Value::from(entry.url.as_str());
            let _: Option<()> = self.checker.report_wrong_type(&at("url"), &url, "path");
        }
        if let Some(children) = map.get("children").filter(|value| !value.is_null()) {
            entry.children = self.read_menu(&at("children"), children, links, depth - 1);
        }
        Some(entry)
    }

    /// Stores the text at `path`, whose last step is a key of `map`, in `into`. Leaves `into` unchanged when the key is
    /// missing.
    fn read_text(&mut self, map: &Mapping, path: &[&str], into: &mut String) {
        let Some(value) = path
            .last()
            .and_then(|key| map.get(*key))
            .filter(|value| !is_empty(value))
        else {
            return;
        };
        if let Some(FieldValue::Text(text)) = self.checker.value(path, value, &FieldType::String) {
            *into = text;
        }
    }

    /// Stores the texts at `keys` of the map `section` in `parts`, each as [`Self::read_text`] does.
    fn read_texts<const N: usize>(&mut self, map: &Mapping, section: &str, keys: [&str; N], parts: [&mut String; N]) {
        for (key, part) in keys.into_iter().zip(parts) {
            self.read_text(map, &[section, key], part);
        }
    }

    fn read_flag(&mut self, map: &Mapping, path: &[&str], into: &mut bool) {
        let Some(value) = path
            .last()
            .and_then(|key| map.get(*key))
            .filter(|value| !value.is_null())
        else {
            return;
        };
        if let Some(flag) = self.checker.boolean(path, value) {
            *into = flag;
        }
    }

    /// The map at `path`, with its keys checked.
    fn read_map<'m>(&mut self, map: &'m Mapping, path: &[&str], known: &[&str]) -> Option<&'m Mapping> {
        match untagged(map.get(*path.last()?)?) {
            Value::Null => None,
            Value::Mapping(inner) => {
                self.checker.check_known_keys(path, inner, known);
                Some(inner)
            }
            other => self.checker.report_wrong_type(path, other, "map"),
        }
    }

    /// Returns which of the `known` words is at `path`. YAML 1.1 parsers read `off` as false; this one does not, but
    /// people write both.
    fn read_choice(&mut self, map: &Mapping, path: &[&str], known: &[&str]) -> Option<String> {
        let value = map.get(*path.last()?).filter(|value| !is_empty(value))?;
        let value = match untagged(value) {
            Value::Bool(false) if known.contains(&"off") => return Some("off".to_owned()),
            Value::Sequence(_) | Value::Mapping(_) => return self.checker.report_wrong_type(path, value, "enum"),
            other => Value::from(scalar(other).trim()),
        };
        let values: Vec<(String, Labels)> = known
            .iter()
            .map(|word| ((*word).to_owned(), Labels::default()))
            .collect();
        self.checker.enum_id(path, &value, &values)
    }
}
