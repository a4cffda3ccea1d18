//! The site's settings: `content/site.yaml`, typed.
//!
//! Role: the shape of the settings that the later stages read. Reading the YAML text, with its diagnostics, is in
//! `schema::settings`, beside the other checks of values; this file knows no YAML.

use crate::diag::{Place, Severity};
use crate::messages::Lang;
use jiff::tz::TimeZone;

/// Everything that `site.yaml` can say, with defaults where it is silent.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The site's name.
    pub title: String,
    /// One sentence about the site, for the home page's description and the feeds.
    pub description: String,
    /// Where the site will be served; empty when unknown.
    pub base_url: String,
    /// The language of the site's text and of the theme's words: `zh-CN` or `en`.
    pub language: String,
    /// The theme's folder name under `themes/`, or `default`.
    pub theme: String,
    /// Where that is written.
    pub theme_place: Option<Place>,
    /// Who runs the site, as a public body's site must show.
    pub owner: Owner,
    /// The menu.
    pub nav: Vec<NavEntry>,
    /// The zone in which dates without one are meant (IANA name), e.g. `Asia/Shanghai`.
    pub timezone: TimeZone,
    /// How Markdown is read.
    pub markdown: MarkdownSettings,
    /// What is an error, what a warning, what is not looked at.
    pub policy: Policy,
    /// Cards on one page of a list.
    pub paginate: usize,
    /// How file names become addresses.
    pub slug: SlugStyle,
    /// Whether templates are minified.
    pub minify: bool,
    /// Whether there is a search page, with an index of all texts.
    pub search: bool,
}

/// Who runs the site. Empty strings are left out of pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Owner {
    /// The body whose site it is.
    pub name: String,
    /// The organiser (主办单位).
    pub organiser: String,
    /// Postal address.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// E-mail address.
    pub email: String,
    /// ICP record number (ICP 备案).
    pub icp: String,
    /// Public-security record number (公安备案).
    pub police_record: String,
    /// Site code of government sites (网站标识码).
    pub site_id: String,
    /// A sentence for the foot of every page, e.g. that everything is fictional.
    pub notice: String,
}

/// One entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavEntry {
    /// What it says.
    pub label: String,
    /// Where it leads: an address in the site (`/volunteer/`), a full one, or empty for a group.
    pub url: String,
    /// Entries below it.
    pub children: Vec<NavEntry>,
    /// Where its address is written.
    pub place: Option<Place>,
}

/// How Markdown is read. Part of what a cached record depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MarkdownSettings {
    /// What happens to raw HTML in posts.
    pub html: HtmlPolicy,
    /// Whether `$…$` is mathematics.
    pub math: bool,
    /// Whether code blocks are highlighted.
    pub highlight: bool,
    /// The language of the words that the reader adds: names of alerts, labels of tables. Follows `language`.
    pub language: Lang,
}

/// What happens to raw HTML in posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HtmlPolicy {
    /// Cleaned: only harmless elements and attributes stay.
    Sanitise,
    /// Shown as text.
    Escape,
    /// Passed through.
    Trust,
}

/// What the site's owners want to be told, and how loudly. `None` means not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Posts without the three reviews.
    pub review: Option<Severity>,
    /// Resident ID numbers, mobile numbers, bank cards.
    pub privacy: Option<Severity>,
    /// Links that lead nowhere.
    pub links: Severity,
    /// Keys that a kind does not know.
    pub unknown_keys: Severity,
    /// How reprints of one piece are counted.
    pub pieces: ReprintPolicy,
    /// Which reports there are.
    pub reports: ReportPolicy,
}

/// Which reports a site has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReportPolicy {
    /// Those in `content/reports/`, and one made from the figures for each finished half-year and year without one.
    #[default]
    Generate,
    /// Only those in `content/reports/`.
    Written,
}

/// How reprints of one piece are counted where a metric does not say so itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReprintPolicy {
    /// Once, at the highest level that it reached.
    #[default]
    Highest,
    /// Once at every level.
    EveryLevel,
}

/// How Chinese file names become addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlugStyle {
    /// 清洁河道 → `qing-jie-he-dao`.
    Pinyin,
    /// Kept as it is.
    Keep,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            title: String::new(),
            description: String::new(),
            base_url: String::new(),
            language: "zh-CN".to_owned(),
            theme: "default".to_owned(),
            theme_place: None,
            owner: Owner::default(),
            nav: Vec::new(),
            timezone: TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC),
            markdown: MarkdownSettings {
                html: HtmlPolicy::Sanitise,
                math: false,
                highlight: true,
                language: Lang::Zh,
            },
            policy: Policy {
                review: None,
                privacy: Some(Severity::Warning),
                links: Severity::Error,
                unknown_keys: Severity::Error,
                pieces: ReprintPolicy::Highest,
                reports: ReportPolicy::Generate,
            },
            paginate: 20,
            slug: SlugStyle::Pinyin,
            minify: true,
            search: true,
        }
    }
}
