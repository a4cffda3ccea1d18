//! What a site defines apart from its texts: settings, kinds, rosters, defaults, theme, and which files there are.

use super::ledgers::Ledgers;
use super::loader::Loader;
use super::privacy;
use super::unused_files;
use crate::check::{self, Wording};
use crate::config::Settings;
use crate::deploy::{self, Destinations};
use crate::diag::{Checked, Code, Diagnostic, Place};
use crate::ledger::Ledger;
use crate::messages::Lang;
use crate::metrics::{self, Metrics};
use crate::record::{self, FolderDefaults, Section};
use crate::report::{self, IssuedReport};
use crate::schema::{self, Kind, Kinds, Rosters, Schema, WorkCalendar};
use crate::source::{self, LinkTargets, Listing, ReadLog, SourceFile};
use crate::theme::{self, Theme, ThemeFile, ThemeLayer};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

/// Everything that a site defines apart from its texts: the inputs that each record is read with.
#[derive(Debug)]
pub(crate) struct SiteDefinitions {
    /// The site's settings.
    pub settings: Arc<Settings>,
    /// Its kinds of post.
    pub kinds: Arc<Kinds>,
    /// Its rosters.
    pub rosters: Arc<Rosters>,
    pub(super) defaults: FolderDefaults,
    pub(super) theme: Arc<Theme>,
    pub(super) listing: Listing,
    pub(super) sections: Vec<Section>,
    /// Ledgers whose rows are records.
    pub(super) ledgers: Vec<Ledger>,
    pub(super) metrics: Arc<Metrics>,
    /// The kinds and metrics as the public site shows them.
    pub(super) public_rosters: Arc<Rosters>,
    pub(super) public_kinds: Arc<Kinds>,
    pub(super) public_metrics: Arc<Metrics>,
    pub(super) issued: Arc<Vec<IssuedReport>>,
    /// The wrong words that texts are searched for.
    pub(super) wording: Wording,
    /// What was found while they were read.
    pub findings: Vec<Diagnostic>,
    /// The files that were read so far.
    pub(super) read_log: ReadLog,
}

impl SiteDefinitions {
    /// Whether a kind, a field, a metric or a roster's column is internal.
    #[must_use]
    pub(super) fn has_internal(&self) -> bool {
        let in_kind = |kind: &Kind| kind.internal || kind.fields.iter().any(|field| field.internal);
        self.kinds.iter().any(in_kind)
            || self.metrics.iter().any(|metric| metric.internal)
            || !self.settings.internal.is_empty()
    }
}

/// Reads only the settings of the site in `root`. Findings about them are dropped: a build reports them.
///
/// # Errors
/// A finding when the folder is not a site.
pub(crate) fn load_settings(root: &Path) -> Result<Settings, Box<Diagnostic>> {
    let mut loader = Loader {
        findings: &mut Vec::new(),
        read_log: &ReadLog::default(),
        privacy: None,
    };
    Ok(loader.read_settings(&source::settings_file(root)?).0)
}

/// Reads only where the site in `root` is published to.
pub(crate) fn load_destinations(root: &Path, settings: &Settings) -> Checked<Destinations> {
    let listing = source::list(root, &link_targets(root, settings)).value;
    let mut findings = Vec::new();
    let mut loader = Loader {
        findings: &mut findings,
        read_log: &ReadLog::default(),
        privacy: None,
    };
    let value = read_destinations(&listing, &mut loader);
    Checked { value, findings }
}

/// The places to which the site is published.
fn read_destinations(listing: &Listing, loader: &mut Loader<'_>) -> Destinations {
    let read = listing.destinations.as_ref().map(|file| {
        // No page shows it.
        let text = loader.read_text(file);
        loader.take(deploy::read_destinations(file.path.as_str(), &text))
    });
    read.unwrap_or_default()
}

/// Where the links of the site in `root` may lead.
pub(crate) fn link_targets(root: &Path, settings: &Settings) -> LinkTargets {
    LinkTargets::new(root, settings.links_out.iter().map(|folder| folder.text.as_str()))
}

/// Reads settings, kinds, rosters and theme of the site in `root`, with the findings about them.
///
/// # Errors
/// A finding when the folder is not a site.
pub(crate) fn load_definitions(root: &Path) -> Result<SiteDefinitions, Box<Diagnostic>> {
    load_definitions_of(root, None)
}

/// [`load_definitions`] of a site of which the `listing` may be known.
///
/// # Errors
/// As [`load_definitions`].
pub(super) fn load_definitions_of(root: &Path, listing: Option<Listing>) -> Result<SiteDefinitions, Box<Diagnostic>> {
    let file = source::settings_file(root)?;
    let mut findings = Vec::new();
    let read_log = ReadLog::default();
    let mut loader = Loader {
        findings: &mut findings,
        read_log: &read_log,
        privacy: None,
    };
    let (settings, settings_text) = loader.read_settings(&file);
    let targets = link_targets(root, &settings);
    let mut listing = listing.unwrap_or_else(|| loader.take(source::list(root, &targets)));
    listing.assets.sort_by(|a, b| a.path.cmp(&b.path));
    listing.leftovers.sort_by(|a, b| a.path.cmp(&b.path));
    loader.findings.extend(find_copied_definitions(&listing));
    let kind_files = loader.read_texts(&listing.kinds);
    for (file, text) in &kind_files {
        loader.check_privacy(file, text);
    }
    let kinds = loader.take(schema::read_kinds(&borrowed(&kind_files)));
    let kinds = loader.take(kinds.with_labels(&settings.labels));
    let roster_files = loader.read_texts(&listing.rosters);
    let ledgers = Ledgers::read(&listing.ledgers, &kinds, &mut loader);
    let rosters = loader.take(schema::read_rosters_and_ledgers(
        &borrowed(&roster_files),
        &ledgers.rosters,
        &kinds,
    ));
    let wording = read_wording(&roster_files, &listing.ledgers, &rosters, &settings, &mut loader);
    loader
        .findings
        .extend(wording.check(file.path.as_str(), &settings_text, None));
    let calendar = read_calendar(&roster_files, &listing.ledgers, &mut loader);
    let mut defaults = FolderDefaults::default();
    if let Some(file) = &listing.defaults {
        let text = loader.read_published_text(file);
        defaults = loader.take(record::read_defaults(file.path.as_str(), &text));
    }
    let schema = Schema {
        kinds: &kinds,
        rosters: &rosters,
        policy: &settings.policy,
        zone: &settings.timezone,
        site: &settings.links.site,
    };
    let mut sections = Vec::new();
    for file in &listing.sections {
        let text = loader.read_published_text(file);
        loader.findings.extend(wording.check(file.path.as_str(), &text, None));
        let (section, cascade) = loader.take(record::read_section(&file.path, &text, &schema, settings.markdown));
        defaults = defaults.with_cascade(&section.folder, &cascade);
        sections.push(section);
    }
    let of_kinds = kinds.iter().map(|kind| kind.template.clone());
    let of_sections = sections.iter().filter_map(|section| section.template.clone());
    let named_templates = of_kinds.chain(of_sections).collect();
    let theme = read_theme(root, &settings, &targets, &named_templates, &mut loader);
    privacy::check_rosters(&roster_files, &ledgers.rosters, &rosters, &theme, &mut loader);
    read_destinations(&listing, &mut loader);
    unused_files::report(&mut listing, &kinds, &rosters, &mut loader);
    if settings.base_url.is_empty() {
        loader
            .findings
            .push(Diagnostic::new(Code::NoBaseUrl).at(Place::whole_file(file.path.as_str())));
    }
    let (metrics, issued) = read_metrics(&listing, &settings, (&kinds, &rosters, calendar), &mut loader);
    loader.findings.extend(rosters.check_internal(&settings.internal));
    Ok(SiteDefinitions {
        public_rosters: Arc::new(rosters.public(&settings.internal)),
        public_kinds: Arc::new(kinds.public()),
        kinds: Arc::new(kinds),
        rosters: Arc::new(rosters),
        settings: Arc::new(settings),
        public_metrics: Arc::new(metrics.public()),
        metrics: Arc::new(metrics),
        issued: Arc::new(issued),
        wording,
        defaults,
        theme: Arc::new(theme),
        listing,
        sections,
        ledgers: ledgers.records,
        findings,
        read_log,
    })
}

/// The wrong words: those of the program and those of the site. Names of rosters and of the office are right.
fn read_wording(
    files: &[(&str, String)],
    ledgers: &[SourceFile],
    rosters: &Rosters,
    settings: &Settings,
    loader: &mut Loader<'_>,
) -> Wording {
    let mut own = Vec::new();
    for (file, text) in files.iter().filter(|(file, _)| schema::is_wording_file(file)) {
        own.extend(loader.take(check::read_rules(file, text)));
    }
    let reason = (Code::BadWording, "wording-no-yaml");
    loader
        .findings
        .extend(find_ledgers(ledgers, schema::is_wording_file, reason));
    let rows = rosters.iter().flat_map(|(_, roster)| roster.rows());
    let owner = &settings.owner;
    let names = rows.map(|row| &*row.name).chain([&*owner.name, &*owner.organiser]);
    let wording = Wording::new(&own, names);
    loader.findings.extend(wording.check_rules(&own));
    wording
}

/// The working days: what `content/_data/holidays.yaml` says.
fn read_calendar(files: &[(&str, String)], ledgers: &[SourceFile], loader: &mut Loader<'_>) -> WorkCalendar {
    let reason = (Code::BadHoliday, "holiday-no-yaml");
    loader
        .findings
        .extend(find_ledgers(ledgers, schema::is_holidays_file, reason));
    let mut lists = files.iter().filter(|(file, _)| schema::is_holidays_file(file));
    let list = lists.next().map(|(file, text)| schema::read_calendar(file, text));
    list.map_or_else(WorkCalendar::default, |list| loader.take(list))
}

/// Reports ledgers that are named like a list which is read from YAML only.
fn find_ledgers(
    ledgers: &[SourceFile],
    is_list: fn(&str) -> bool,
    (code, reason): (Code, &'static str),
) -> impl Iterator<Item = Diagnostic> {
    let lists = ledgers.iter().filter(move |file| is_list(file.path.as_str()));
    lists.map(move |file| {
        Diagnostic::new(code)
            .at(Place::whole_file(file.path.as_str()))
            .with("reason", reason)
    })
}

/// Reports copies of rosters, kinds and issued reports. The program reads them, too, so they may change what it counts.
fn find_copied_definitions(listing: &Listing) -> Vec<Diagnostic> {
    let lists = [&listing.rosters, &listing.ledgers, &listing.kinds, &listing.issued];
    let paths: BTreeSet<&str> = lists.into_iter().flatten().map(|file| file.path.as_str()).collect();
    check::find_copies(paths.iter().copied(), &paths)
}

/// The metrics, and the issued reports with their figures.
fn read_metrics(
    listing: &Listing,
    settings: &Settings,
    (kinds, rosters, calendar): (&Kinds, &Rosters, WorkCalendar),
    loader: &mut Loader<'_>,
) -> (Metrics, Vec<IssuedReport>) {
    let own = listing
        .metrics
        .as_ref()
        .map(|file| (file.path.as_str(), loader.read_published_text(file)));
    let own = own.as_ref().map(|(path, text)| (*path, text.as_str()));
    let metrics = loader.take(metrics::parse_metrics(own, kinds, rosters, settings.policy.pieces));
    let metrics = metrics.with_calendar(calendar);
    let targets = listing.targets.as_ref().map(|file| {
        let text = loader.read_published_text(file);
        loader.take(metrics::parse_targets(
            file.path.as_str(),
            &text,
            &metrics,
            (kinds, rosters),
        ))
    });
    let metrics = metrics.with_targets(targets.unwrap_or_default());
    let issued = listing.issued.iter().filter_map(|file| {
        let text = loader.read_published_text(file);
        let lang = Lang::from_tag(&settings.language);
        loader.take(report::parse_issued(file.path.as_str(), &text, &metrics, lang))
    });
    let issued = issued.collect();
    (metrics, issued)
}

fn borrowed<'t>(texts: &'t [(&'t str, String)]) -> Vec<(&'t str, &'t str)> {
    texts.iter().map(|(file, text)| (*file, text.as_str())).collect()
}

/// The site's theme with everything that it extends.
fn read_theme(
    root: &Path,
    settings: &Settings,
    targets: &LinkTargets,
    named_templates: &BTreeSet<String>,
    loader: &mut Loader<'_>,
) -> Theme {
    let files = loader.take(source::list_folder(root, "themes", targets));
    let mut folders: BTreeMap<String, ThemeLayer> = BTreeMap::new();
    for file in files {
        let Some((name, path)) = file
            .path
            .as_str()
            .strip_prefix("themes/")
            .and_then(|path| path.split_once('/'))
        else {
            continue;
        };
        match loader.read_log.read(&file) {
            Ok(bytes) => {
                privacy::check_theme_file(&file, &bytes, loader);
                let entry = ThemeFile {
                    origin: file.path.to_string(),
                    bytes: Cow::Owned(bytes),
                };
                folders
                    .entry(name.to_owned())
                    .or_default()
                    .insert(path.to_owned(), entry);
            }
            Err(finding) => loader.findings.push(*finding),
        }
    }
    let place = settings.theme_place.clone();
    let place = place.unwrap_or_else(|| Place::whole_file("content/site.yaml"));
    loader.take(theme::assemble(
        &settings.theme,
        place,
        &settings.language,
        &folders,
        named_templates,
    ))
}
