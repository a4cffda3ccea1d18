//! The site's settings: `content/site.yaml`, typed.
//!
//! Role: the types of the settings that later stages read. `schema::settings` parses the YAML text and reports its
//! diagnostics, beside the other checks of values. This module does not know YAML.

use crate::diag::{Code, Diagnostic, Place, Severity};
use crate::messages::Lang;
use crate::paths::{SiteAddress, percent_decode};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// All settings of `site.yaml`, with defaults for those that it does not set.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The site's name.
    pub title: String,
    /// One sentence about the site, for the home page's description and the feeds.
    pub description: String,
    /// The licence of the published data, as an address or a name. Empty when the site states none.
    pub licence: String,
    /// The URL at which the site will be served; empty when unknown.
    pub base_url: String,
    /// The language of the site's text and of the theme's words: `zh-CN` or `en`.
    pub language: String,
    /// The theme's folder name under `themes/`, or `default`.
    pub theme: String,
    /// Where the theme is set, if it is.
    pub theme_place: Option<Place>,
    /// Who runs the site, which the site of a public body must state.
    pub owner: Owner,
    /// What every issue of the office's bulletin says.
    pub brief: BriefSettings,
    /// What every circular of the office says.
    pub circular: CircularSettings,
    /// The menu.
    pub nav: Vec<NavEntry>,
    /// The time zone of dates that state none (IANA name), e.g. `Asia/Shanghai`.
    pub timezone: TimeZone,
    /// Where links may lead.
    pub links: LinkRules,
    /// How Markdown is parsed.
    pub markdown: MarkdownSettings,
    /// Which checks give errors, which give warnings, and which are off.
    pub policy: Policy,
    /// The personal numbers that may be published: their digits, or masked as findings show them.
    pub privacy_allow: BTreeSet<String>,
    /// The severity of findings by code, for those that the site judges otherwise; `None` for those that it turns off.
    pub severity: BTreeMap<Code, Option<Severity>>,
    /// Whose names public pages show.
    pub people: PeopleNamed,
    /// The labels that the site gives to values such as `district`, in the order of the file.
    pub labels: Vec<ValueLabel>,
    /// The number of cards on one page of a list.
    pub paginate: usize,
    /// How file names become addresses.
    pub slug: SlugStyle,
    /// Whether templates are minified.
    pub minify: bool,
    /// Whether the site has a search page, with an index of all texts.
    pub search: bool,
    /// Which files leave although nothing refers to them, and which stay without a warning.
    pub assets: AssetSettings,
    /// What stays in the output folder.
    pub output: OutputSettings,
    /// The folders out of the site to which symbolic links may lead, as they are written.
    pub links_out: Vec<PlacedText>,
    /// The figures without evidence that are right, in the order of the file.
    pub zeros: Vec<DeclaredZeros>,
    /// The columns of rosters that only the office's full site shows: each roster with its columns.
    pub internal: Vec<(PlacedText, Vec<PlacedText>)>,
    /// Where `zeros` is set, if it is.
    pub zeros_place: Option<Place>,
}

impl Settings {
    /// The entries of the menu at any depth.
    pub(crate) fn nav_entries(&self) -> Vec<&NavEntry> {
        let mut entries: Vec<&NavEntry> = self.nav.iter().collect();
        let mut next = 0;
        while let Some(entry) = entries.get(next) {
            entries.extend(&entry.children);
            next += 1;
        }
        entries
    }

    /// The path in this site to which an entry of the menu leads, decoded and without what follows `?` or `#`. `None` when
    /// it leads elsewhere.
    pub(crate) fn nav_path(&self, entry: &NavEntry) -> Option<String> {
        let own = self.links.site.path_in_site(&entry.url);
        let url = own.as_deref().unwrap_or(&entry.url);
        let path = url.split(['?', '#']).next().filter(|path| path.starts_with('/'))?;
        Some(percent_decode(path).into_owned())
    }

    /// The findings at the severity that the site gives them, without those that it turns off.
    #[must_use]
    pub(crate) fn judge(&self, mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        findings.retain_mut(|finding| match self.severity.get(&finding.code) {
            Some(None) => false,
            Some(Some(severity)) => {
                finding.severity = *severity;
                true
            }
            None => self.policy.accessibility.asks_for(finding.code),
        });
        findings
    }
}

/// Who runs the site. Pages omit empty strings.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Owner {
    /// The public body that owns the site.
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
    /// A sentence for the footer of every page, e.g. that all content is fictional.
    pub notice: String,
}

impl Owner {
    /// The body that issues what the office writes: the organiser, or else the owner. May be empty.
    #[must_use]
    pub fn issuing_body(&self) -> &str {
        match self.organiser.as_str() {
            "" => &self.name,
            organiser => organiser,
        }
    }
}

/// What every issue of the office's bulletin (简报) says. Empty strings are not printed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BriefSettings {
    /// Its name, in red letters.
    pub name: String,
    /// The higher bodies that it reports to (报).
    pub report: String,
    /// The bodies of the same rank that it is sent to (送).
    pub send: String,
    /// The lower bodies that it is issued to (发).
    pub distribute: String,
    /// The number of copies.
    pub copies: String,
    /// The body that issues it; empty for the site's organiser.
    pub issuer: String,
}

/// What every circular of the office (通报) says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CircularSettings {
    /// What stands in red letters at the top; empty for the issuing body with `文件`.
    pub name: String,
    /// The body that issues it; empty for the site's organiser.
    pub issuer: String,
    /// Whom it is for (主送); empty: not printed.
    pub to: String,
    /// Who gets a copy (抄送); empty: not printed.
    pub copy: String,
}

/// One entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavEntry {
    /// Its text.
    pub label: String,
    /// Its target: an address in the site (`/volunteer/`) or an absolute URL; empty for a group.
    pub url: String,
    /// Entries below it.
    pub children: Vec<NavEntry>,
    /// Where its address is set, if it is.
    pub place: Option<Place>,
}

/// Whose names public pages, feeds and downloads show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeopleNamed {
    /// Those who reviewed a post, at its end.
    pub reviewers: bool,
    /// The rows of rosters of people, such as the staff, in the evidence of figures.
    pub rosters: bool,
}

impl Default for PeopleNamed {
    fn default() -> Self {
        Self {
            reviewers: true,
            rosters: false,
        }
    }
}

/// A label that the site gives to a value of the built-in kinds, such as 县级 for `district`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueLabel {
    /// The value's id, or the field's name and the id with a dot between them.
    pub id: String,
    /// The Chinese label. `None` leaves it unchanged.
    pub zh: Option<String>,
    /// The English label. `None` leaves it unchanged.
    pub en: Option<String>,
    /// Where the site names the value.
    pub place: Place,
}

/// Which files of `content/` leave although nothing refers to them, and which stay at home without a warning. The texts
/// are patterns of [`crate::paths::FileGlob`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssetSettings {
    /// Files to be published.
    pub publish: Vec<PlacedText>,
    /// Files that stay at home.
    pub keep: Vec<PlacedText>,
    /// Where `assets` is set, if it is.
    pub place: Option<Place>,
}

/// What stays in the output folder although no build makes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputSettings {
    /// Paths of files and folders in the output folder, with `/`.
    pub keep: Vec<PlacedText>,
    /// Where `output` is set, if it is.
    pub place: Option<Place>,
}

/// The metrics of which there was nothing to count in a period, as the site says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredZeros {
    /// The period.
    pub period: PlacedText,
    /// The ids of the metrics.
    pub metrics: Vec<PlacedText>,
}

/// A name in the settings that a later stage checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedText {
    /// The name.
    pub text: String,
    /// Where it is written.
    pub place: Place,
}

/// Where links may lead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkRules {
    /// The site's own address.
    pub site: SiteAddress,
    /// The schemes, in lower case, that links may have besides `http`, `https`, `mailto` and `tel`.
    pub schemes: Vec<String>,
}

/// The schemes that every site may link to.
pub(crate) const WEB_SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// The schemes of addresses that run scripts, or bring their content along. No site links to them.
pub(crate) const SCRIPT_SCHEMES: [&str; 5] = ["javascript", "vbscript", "data", "livescript", "mocha"];

/// The schemes of addresses that only the program knows from which they were copied. No site links to them.
pub(crate) const LOCAL_SCHEMES: [&str; 5] = ["file", "wxfile", "blob", "content", "cid"];

impl LinkRules {
    /// Whether links may have this scheme.
    #[must_use]
    pub(crate) fn allows(&self, scheme: &str) -> bool {
        let is = |known: &str| known.eq_ignore_ascii_case(scheme);
        WEB_SCHEMES.into_iter().any(is) || self.schemes.iter().any(|known| is(known))
    }
}

/// How Markdown is parsed. A cached record depends on these settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MarkdownSettings {
    /// What happens to raw HTML in posts.
    pub html: HtmlPolicy,
    /// Whether `$…$` is mathematics.
    pub math: bool,
    /// Whether code blocks are highlighted.
    pub highlight: bool,
    /// What a line break within a paragraph means.
    pub lines: LineBreaks,
    /// What indented Chinese text is. Follows the kind of the post, and is not a setting.
    pub indented: IndentedText,
    /// The language of the words that the parser adds: names of alerts, labels of tables. Follows `language`.
    pub language: Lang,
}

/// What a line break within a paragraph means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LineBreaks {
    /// Nothing: the lines are joined.
    #[default]
    Joined,
    /// The next line is a paragraph of its own.
    Paragraphs,
}

/// What Chinese text that is indented by four spaces or a tab is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IndentedText {
    /// Code, as in CommonMark.
    #[default]
    Code,
    /// Paragraphs, as in a manuscript.
    Paragraphs,
}

/// What happens to raw HTML in posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HtmlPolicy {
    /// Sanitized: only safe elements and attributes stay.
    Sanitise,
    /// Shown as text.
    Escape,
    /// Passed through.
    Trust,
}

/// The site's policy: the severity of each check's findings, how reprints are counted and which reports exist. `None`
/// turns a check off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// For posts without the three reviews.
    pub review: Option<Severity>,
    /// For resident ID numbers, mobile numbers and bank card numbers.
    pub privacy: Option<Severity>,
    /// For links without a target.
    pub links: Severity,
    /// For keys that a kind does not define.
    pub unknown_keys: Severity,
    /// How reprints of one piece are counted.
    pub pieces: ReprintPolicy,
    /// Which reports the site has.
    pub reports: ReportPolicy,
    /// What texts are checked for, for readers who do not see or hear a page.
    pub accessibility: AccessibilityPolicy,
}

/// What texts are checked for, for readers who do not see or hear a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessibilityPolicy {
    /// Nothing.
    Off,
    /// What an editor mends by writing a few words: texts of pictures and links, headings, heads of tables.
    #[default]
    Basic,
    /// Captions of videos and long addresses as well.
    Full,
}

impl AccessibilityPolicy {
    /// Whether findings with this code are reported, unless the site gives them a severity.
    const fn asks_for(self, code: Code) -> bool {
        match code {
            Code::PictureWithoutText | Code::HeadingOrder | Code::VagueLink | Code::TableWithoutHeads => {
                !matches!(self, Self::Off)
            }
            Code::BareAddress | Code::VideoWithoutCaptions => matches!(self, Self::Full),
            _ => true,
        }
    }
}

/// Which reports a site has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ReportPolicy {
    /// Only those in `content/reports/`, and those that were issued.
    #[default]
    Written,
    /// Also one generated from the figures for each finished half-year and year that has none there.
    Generate,
    /// Also one generated from the figures for each of these periods that has none there.
    Periods(Vec<PlacedText>),
}

/// How reprints of one piece are counted, unless a metric states it.
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
    /// Kept unchanged.
    Keep,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            title: String::new(),
            description: String::new(),
            licence: String::new(),
            base_url: String::new(),
            language: "zh-CN".to_owned(),
            theme: "default".to_owned(),
            theme_place: None,
            owner: Owner::default(),
            brief: BriefSettings::default(),
            circular: CircularSettings::default(),
            nav: Vec::new(),
            timezone: TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC),
            links: LinkRules::default(),
            markdown: MarkdownSettings {
                html: HtmlPolicy::Sanitise,
                math: false,
                highlight: true,
                lines: LineBreaks::Joined,
                indented: IndentedText::Code,
                language: Lang::Zh,
            },
            policy: Policy {
                review: None,
                privacy: Some(Severity::Error),
                links: Severity::Error,
                unknown_keys: Severity::Error,
                pieces: ReprintPolicy::Highest,
                reports: ReportPolicy::Written,
                accessibility: AccessibilityPolicy::Basic,
            },
            privacy_allow: BTreeSet::new(),
            severity: BTreeMap::new(),
            people: PeopleNamed::default(),
            labels: Vec::new(),
            paginate: 20,
            slug: SlugStyle::Pinyin,
            minify: true,
            search: true,
            assets: AssetSettings::default(),
            output: OutputSettings::default(),
            links_out: Vec::new(),
            zeros: Vec::new(),
            internal: Vec::new(),
            zeros_place: None,
        }
    }
}
