//! Leaves out the findings that follow from another one.
//!
//! A definition that could not be read in full makes faults of what depends on it: without its roster, every post that
//! names a village is wrong. Only the cause is reported, with the number of its consequences. One rule decides for all
//! definitions: [`broken_definition`] names the definition that a finding breaks, [`depends_on`] those that a finding
//! depends on. No other code needs to know that something could not be read.

use crate::diag::{Code, Diagnostic, Place, Severity};
use crate::schema::Kinds;
use std::collections::{BTreeMap, BTreeSet};

/// What a site defines in one place and uses in others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Definition {
    Settings,
    /// The kind with this id.
    Kind(String),
    /// The roster with this name, or the ledger.
    Roster(String),
    Metrics,
    /// The metric with this id.
    Metric(String),
    Theme,
}

/// What a finding depends on.
enum Dependency {
    On(Definition),
    OnAnyKind,
    OnAnyRoster,
}

/// Leaves out the findings that follow from the definitions that other findings break. Each cause gets the number of its
/// consequences as `folded`.
#[must_use]
pub(crate) fn fold_consequences(mut findings: Vec<Diagnostic>, kinds: &Kinds) -> Vec<Diagnostic> {
    // Of each broken definition, the finding that is its cause.
    let mut causes: BTreeMap<Definition, usize> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if let Some(definition) = broken_definition(finding) {
            causes.entry(definition).or_insert(index);
        }
    }
    let broken_lines = broken_lines(&findings);
    let lost_cells = lost_cells(&findings);
    if causes.is_empty() && broken_lines.is_empty() && lost_cells.is_empty() {
        return findings;
    }
    let mut folded: BTreeMap<usize, usize> = BTreeMap::new();
    let keep: Vec<bool> = findings
        .iter()
        .enumerate()
        .map(|(index, finding)| {
            if is_on_broken_line(finding, &broken_lines) || is_in_lost_cell(finding, &lost_cells) {
                return false;
            }
            let cause = depends_on(finding, kinds)
                .iter()
                .find_map(|dependency| cause_of(dependency, &causes));
            let Some(cause) = cause.filter(|&cause| cause != index) else {
                return true;
            };
            *folded.entry(cause).or_default() += 1;
            false
        })
        .collect();
    for (index, count) in folded {
        add_folded(&mut findings[index], count);
    }
    let mut keep = keep.into_iter();
    findings.retain(|_| keep.next().unwrap_or(true));
    findings
}

/// Adds `count` to the number of consequences that were left out before.
fn add_folded(cause: &mut Diagnostic, count: usize) {
    let before = cause.values.iter_mut().find(|(name, _)| *name == "folded");
    match before {
        Some((_, before)) => *before = (before.parse().unwrap_or(0) + count).to_string(),
        None => cause.values.push(("folded", count.to_string())),
    }
}

/// The finding that broke what `dependency` needs.
fn cause_of(dependency: &Dependency, causes: &BTreeMap<Definition, usize>) -> Option<usize> {
    let first = |is_meant: fn(&Definition) -> bool| {
        let mut meant = causes.iter().filter(|(definition, _)| is_meant(definition));
        meant.next().map(|(_, index)| *index)
    };
    match dependency {
        Dependency::On(definition) => causes.get(definition).copied(),
        Dependency::OnAnyKind => first(|definition| matches!(definition, Definition::Kind(_))),
        Dependency::OnAnyRoster => first(|definition| matches!(definition, Definition::Roster(_))),
    }
}

/// The definition that a part is missing of because of this finding.
fn broken_definition(finding: &Diagnostic) -> Option<Definition> {
    if finding.severity != Severity::Error {
        return None;
    }
    if finding.code == Code::IgnoredFile {
        // The roster exists under another name.
        return definition_of_file(finding.value("nearest")?);
    }
    let definition = definition_of_file(&finding.place.as_ref()?.file)?;
    let is_lost = match definition {
        Definition::Roster(_) => loses_rows(finding),
        Definition::Settings => is_unreadable(finding.code) || finding.code == Code::UnknownKey,
        Definition::Theme => {
            finding.code == Code::BadTheme || is_unreadable(finding.code) || finding.value("syntax").is_some()
        }
        Definition::Metrics if finding.code == Code::BadMetric => {
            return finding.value("metric").map(|id| Definition::Metric(id.to_owned()));
        }
        Definition::Metrics => is_unreadable(finding.code),
        Definition::Kind(_) => loses_fields(finding),
        Definition::Metric(_) => false,
    };
    is_lost.then_some(definition)
}

/// The definition in a file.
fn definition_of_file(file: &str) -> Option<Definition> {
    let stem = || {
        let name = file.rsplit('/').next().unwrap_or(file);
        name.split('.').next().unwrap_or(name).to_owned()
    };
    Some(match file {
        "content/site.yaml" => Definition::Settings,
        "content/_metrics.yaml" => Definition::Metrics,
        _ if file.starts_with("content/_kinds/") => Definition::Kind(stem()),
        _ if file.starts_with("content/_data/") => Definition::Roster(stem()),
        _ if file.starts_with("themes/") => Definition::Theme,
        _ => return None,
    })
}

/// Whether a part of a text was not read because of a finding with this code.
const fn is_unreadable(code: Code) -> bool {
    matches!(
        code,
        Code::Unreadable
            | Code::LinkOut
            | Code::LinkLoop
            | Code::SpecialFile
            | Code::FileTooLarge
            | Code::EncodingUnknown
            | Code::YamlSyntax
            | Code::DuplicateKey
    )
}

/// Whether a kind lacks fields or values because of a finding in its definition. What is wrong about its ledgers takes no
/// field away.
fn loses_fields(finding: &Diagnostic) -> bool {
    match finding.code {
        Code::BadKind => finding.value("key") != Some("from"),
        Code::UnknownKey => finding
            .value("known")
            .is_some_and(|known| known.contains("fields") || known.contains("type")),
        _ => true,
    }
}

/// Whether a roster lacks rows or columns because of a finding.
fn loses_rows(finding: &Diagnostic) -> bool {
    match finding.code {
        Code::BadRoster
        | Code::BadLedger
        | Code::LedgerWithoutHeader
        | Code::DuplicateColumn
        | Code::DuplicateId
        | Code::MissingField => true,
        // A name in a cell has the right type.
        Code::WrongType => finding.place.as_ref().is_some_and(|place| place.sheet.is_none()),
        code => is_unreadable(code),
    }
}

/// What a finding depends on: where one of these is broken, the finding follows from that.
fn depends_on(finding: &Diagnostic, kinds: &Kinds) -> Vec<Dependency> {
    let roster = |name: &str| Dependency::On(Definition::Roster(name.to_owned()));
    let settings = || Dependency::On(Definition::Settings);
    let metrics = || Dependency::On(Definition::Metrics);
    let theme = || Dependency::On(Definition::Theme);
    match finding.code {
        Code::UnknownReference => finding.value("roster").map(roster).into_iter().collect(),
        Code::UnknownKind | Code::FolderNearKind | Code::PageWithFields => vec![Dependency::OnAnyKind],
        Code::UnknownKey | Code::UnknownValue => kind_of_text(finding, kinds).into_iter().collect(),
        Code::DeadLink => target_of_list(finding).into_iter().collect(),
        Code::BadMetric => vec![counted_definition(finding)],
        Code::UnknownMetric => {
            let id = finding.value("metric").unwrap_or_default();
            let metric = Dependency::On(Definition::Metric(id.to_owned()));
            vec![metrics(), metric, counted_definition(finding)]
        }
        Code::MetricWithoutRows
        | Code::NothingCounted
        | Code::SumDiffers
        | Code::IssuedFigureChanged
        | Code::IssuedSumDiffers
        | Code::IssuedMetricUnknown => {
            vec![metrics(), Dependency::OnAnyKind, Dependency::OnAnyRoster, settings()]
        }
        Code::MissingReview
        | Code::Privacy
        | Code::NoBaseUrl
        | Code::UnknownTheme
        | Code::UnpublishedFiles
        | Code::NeverPublished
        | Code::NearPost
        | Code::UnusedGlob => vec![settings()],
        Code::UnknownShortcode | Code::BadShortcode => vec![theme()],
        // The place is that of a template, unless no template could be loaded.
        Code::BadTemplate if finding.place.is_none() => vec![theme()],
        _ => Vec::new(),
    }
}

/// What a metric counts: what its definition says, else what its id begins with, as those of built-in metrics do.
fn counted_definition(finding: &Diagnostic) -> Dependency {
    let id = finding.value("metric").unwrap_or_default();
    let group = id.split('.').next().unwrap_or_default();
    let of = finding.value("of").unwrap_or(group);
    Dependency::On(match of.strip_prefix("roster:") {
        Some(roster) => Definition::Roster(roster.to_owned()),
        None => Definition::Kind(of.to_owned()),
    })
}

/// The kind that decides which keys and values a post or a ledger may have: that of its folder. A post in another folder,
/// or the row of a ledger, may be of any kind.
fn kind_of_text(finding: &Diagnostic, kinds: &Kinds) -> Option<Dependency> {
    let file = finding.place.as_ref()?.file.strip_prefix("content/")?;
    let folder = file.split('/').next().unwrap_or_default();
    let is_text = !folder.starts_with('_') || folder == "_data";
    let kind = kinds.of_folder(folder);
    (is_text && file != "site.yaml").then(|| match kind {
        Some(kind) => Dependency::On(Definition::Kind(kind.id.clone())),
        None => Dependency::OnAnyKind,
    })
}

/// What the list exists by that a dead link leads to: `/villages/shiqiao/`, `/markets/`.
fn target_of_list(finding: &Diagnostic) -> Option<Dependency> {
    let target = finding.value("target")?;
    let mut steps = target.split('/').filter(|step| !matches!(*step, "" | "." | ".."));
    match (steps.next()?, steps.next()) {
        (list @ ("villages" | "teams"), _) => Some(Dependency::On(Definition::Roster(list.to_owned()))),
        (_, None) if target.ends_with('/') => Some(Dependency::OnAnyKind),
        _ => None,
    }
}

/// The lines that are not valid YAML, by file. Their values were guessed.
fn broken_lines(findings: &[Diagnostic]) -> BTreeSet<(String, usize)> {
    let broken = findings.iter().filter(|finding| finding.code == Code::YamlSyntax);
    let places = broken.filter_map(|finding| finding.place.as_ref());
    places.map(|place| (place.file.clone(), place.line)).collect()
}

/// Whether a finding is about a value on a line that is not valid YAML.
fn is_on_broken_line(finding: &Diagnostic, broken: &BTreeSet<(String, usize)>) -> bool {
    let is_about_value = matches!(
        finding.code,
        Code::WrongType | Code::UnknownKey | Code::UnknownValue | Code::BadKind | Code::BadMetric | Code::BadRoster
    );
    let place = finding.place.as_ref().filter(|_| is_about_value && !broken.is_empty());
    place.is_some_and(|place| broken.contains(&(place.file.clone(), place.line)))
}

/// The cells of ledgers that say 同上 where nothing is above: what they mean is not known.
fn lost_cells(findings: &[Diagnostic]) -> BTreeSet<(String, Option<String>, usize, usize)> {
    let lost = findings.iter().filter(|finding| finding.code == Code::LostDitto);
    lost.filter_map(|finding| finding.place.as_ref()).map(cell_of).collect()
}

fn is_in_lost_cell(finding: &Diagnostic, lost: &BTreeSet<(String, Option<String>, usize, usize)>) -> bool {
    let place = finding
        .place
        .as_ref()
        .filter(|_| finding.code != Code::LostDitto && !lost.is_empty());
    place.is_some_and(|place| lost.contains(&cell_of(place)))
}

fn cell_of(place: &Place) -> (String, Option<String>, usize, usize) {
    (place.file.clone(), place.sheet.clone(), place.line, place.column)
}
