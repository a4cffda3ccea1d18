//! What was issued does not move, and what would have moved is named.

use super::built_in::all_metrics;
use super::compare::{Comparison, shown};
use super::count::count;
use super::edits::random_edit;
use super::files::write_town;
use super::issued::IssuedReport;
use super::model::Town;
use super::pages::plain_number;
use super::periods::days_of;
use super::written::Report;
use super::{built, temporary_folder};
use crate::common::edited_site::Rng;
use crate::common::{FileTree, program, repetitions};
use jiff::civil::date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use xiangyin::testing::messages::{Lang, message};
use xiangyin::testing::pipeline::{Answer, Request, Session, SiteState};
use xiangyin::testing::source::Changes;

/// The periods that are issued.
const PERIODS: [&str; 2] = ["2022-H1", "2022"];

/// 2023-01-31 in Shanghai.
const TODAY: &str = "1675137600";

/// What the second counter has for an issued report.
#[derive(PartialEq)]
struct Counted {
    /// The value of each metric.
    values: BTreeMap<String, String>,
    /// The values with which it is compared, and the cells of the charts and tables that the report shows.
    beside: BTreeMap<String, Vec<String>>,
}

impl Counted {
    fn new(town: &Town, period: &str) -> Self {
        let comparison = Comparison::without_site(town);
        let days = days_of(period);
        let (mut values, mut beside) = (BTreeMap::new(), BTreeMap::<String, Vec<String>>::new());
        for metric in all_metrics(town) {
            values.insert(metric.id.clone(), shown(count(town, &metric, days).value));
            let bases = comparison
                .changes(&metric.id, days)
                .map(|change| format!("{:?}", change.0));
            beside.insert(metric.id, bases.to_vec());
        }
        let calls = town.reports.iter().filter(|report| report.period == period);
        for call in calls.flat_map(|report| &report.calls) {
            if let Some((id, cells)) = comparison.cells_of_call(call, days) {
                beside.entry(id).or_default().push(format!("{cells:?}"));
            }
        }
        Self { values, beside }
    }

    /// What the findings do not name although the second counter sees it move, and what they name although it does not.
    fn unnamed(&self, now: &Self, findings: &[String]) -> Vec<String> {
        let mut wrong = Vec::new();
        for (id, old) in &self.values {
            let new = &now.values[id];
            let said = format!("was issued with {id} {old}; now it would be {new}");
            let says = |finding: &String| {
                finding
                    .split_once(&said)
                    .is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with([' ', ':']))
            };
            let is_claimed = findings
                .iter()
                .any(|finding| finding.contains(&format!("was issued with {id} ")));
            if old != new && !findings.iter().any(says) {
                wrong.push(format!("{id} {old} → {new} is not named"));
            }
            if old == new && is_claimed {
                wrong.push(format!("{id} is {old} as before, and a finding says otherwise"));
            }
            let is_mentioned = findings.iter().any(|finding| finding.contains(&format!(" {id} ")));
            if self.beside[id] != now.beside[id] && !is_mentioned {
                wrong.push(format!(
                    "what stands beside {id} is not named: {:?} {:?}",
                    self.beside[id], now.beside[id]
                ));
            }
        }
        wrong
    }
}

fn issue(site: &Path, period: &str, reason: Option<&str>) {
    let mut command = program();
    command
        .env("SOURCE_DATE_EPOCH", TODAY)
        .args(["report", period, "--freeze"]);
    if let Some(reason) = reason {
        command.args(["--reason", reason]);
    }
    let output = command.arg("--site").arg(site).output().expect("the program starts");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The findings about an issued report, in English.
fn findings(state: &SiteState, period: &str) -> Vec<String> {
    let messages = state
        .findings()
        .iter()
        .map(|finding| plain_number(&message(finding, Lang::En)));
    messages
        .filter(|message| message.contains(&format!("the report on {period} was issued")))
        .collect()
}

/// The files of the reports as a preview shows them, which makes no others.
fn shown_tree(state: &SiteState, paths: &[PathBuf]) -> FileTree {
    let errors: Vec<String> = state.errors().map(|finding| message(finding, Lang::En)).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let bytes = |path: &Path| match state.answer(&format!("/{}", path.to_str().expect("a path in UTF-8"))) {
        Answer::Page(bytes) | Answer::Bytes(bytes) | Answer::Generated(_, bytes) => bytes,
        other => format!("{other:?}").into_bytes(),
    };
    paths.iter().map(|path| (path.clone(), bytes(path))).collect()
}

/// A town that is followed after its reports were issued.
struct FollowedTown {
    town: Town,
    folder: tempfile::TempDir,
    session: Session,
    paths: Vec<PathBuf>,
    issued: Vec<(IssuedReport, Counted)>,
}

impl FollowedTown {
    /// Issues the reports, which must not change them.
    fn new(random: &mut Rng, faults: &mut Vec<String>) -> Self {
        let mut town = Town::random(random);
        town.today = date(2023, 1, 31);
        // Besides what the town reports on, it reports on a period that is issued.
        let calls = town.reports[0].calls.clone();
        let issued = PERIODS.map(days_of);
        town.reports.retain(|report| !issued.contains(&days_of(report.period)));
        town.reports.push(Report {
            period: PERIODS[0],
            calls,
        });
        let folder = temporary_folder();
        let site = folder.path().join("site");
        write_town(&town, &site);
        let tree = built(&town, folder.path());
        let is_part = |path: &&PathBuf| PERIODS.iter().any(|period| IssuedReport::is_part(path, period));
        let paths: Vec<PathBuf> = tree.keys().filter(is_part).cloned().collect();
        for period in PERIODS {
            issue(&site, period, None);
        }
        let session = Session::open(Request::new(&site, town.today));
        let now = shown_tree(&session.latest(), &paths);
        let mut issued = Vec::new();
        for period in PERIODS {
            let report = IssuedReport::read(&now, period);
            let moved = IssuedReport::read(&tree, period).moved(&report);
            faults.extend(moved.into_iter().map(|text| format!("issuing {period}: {text}")));
            issued.push((report, Counted::new(&town, period)));
        }
        Self {
            town,
            folder,
            session,
            paths,
            issued,
        }
    }

    /// Compares the reports with what was issued; returns what is wrong, and how many values would have moved.
    fn compare(&mut self) -> (Vec<String>, usize) {
        write_town(&self.town, &self.folder.path().join("site"));
        self.session.update(&Changes::Anything);
        let state = self.session.latest();
        let tree = shown_tree(&state, &self.paths);
        let (mut faults, mut moved) = (Vec::new(), 0);
        for (period, (report, counted)) in PERIODS.iter().zip(&self.issued) {
            let now = Counted::new(&self.town, period);
            let found = report.moved(&IssuedReport::read(&tree, period));
            let unnamed = counted.unnamed(&now, &findings(&state, period));
            faults.extend(found.into_iter().chain(unnamed).map(|text| format!("{period}: {text}")));
            moved += counted
                .values
                .iter()
                .filter(|(id, old)| now.values[*id] != **old)
                .count();
        }
        (faults, moved)
    }

    /// Issues the reports again: they say what is counted today then, and nothing would move.
    fn correct(&mut self) -> Vec<String> {
        for period in PERIODS {
            issue(&self.folder.path().join("site"), period, Some("更正"));
        }
        self.session.update(&Changes::Anything);
        let state = self.session.latest();
        let tree = shown_tree(&state, &self.paths);
        let mut faults = Vec::new();
        for period in PERIODS {
            let said = IssuedReport::read(&tree, period).values;
            for (id, value) in Counted::new(&self.town, period).values {
                if shown(said[&id][0]) != value {
                    faults.push(format!(
                        "{period} corrected: {id} is {:?}, counted {value}",
                        said[&id][0]
                    ));
                }
            }
            faults.extend(
                findings(&state, period)
                    .into_iter()
                    .map(|text| format!("{period} corrected: {text}")),
            );
        }
        faults
    }
}

#[test]
fn issued_reports_do_not_move_and_changes_are_named() {
    let mut wrong = Vec::new();
    let mut moved_values = 0;
    for seed in 0..repetitions(2).max(1) {
        let mut random = Rng::new(100 + u64::try_from(seed).expect("a small number"));
        let mut faults = Vec::new();
        let mut followed = FollowedTown::new(&mut random, &mut faults);
        wrong.extend(faults.into_iter().map(|text| format!("seed {seed}: {text}")));
        let mut edits = Vec::new();
        for step in 0..50 {
            edits.push(random_edit(&mut random, &mut followed.town, step));
            // Not after each, so that several changes also meet.
            if step % 5 == 4 || step < 5 {
                let (faults, moved) = followed.compare();
                moved_values += moved;
                let edits = edits.split_off(0).join(", ");
                wrong.extend(
                    faults
                        .into_iter()
                        .map(|text| format!("seed {seed} after {edits}: {text}")),
                );
            }
        }
        let corrected = followed.correct();
        wrong.extend(corrected.into_iter().map(|text| format!("seed {seed}: {text}")));
    }
    assert!(moved_values > 50, "{moved_values} values would have moved");
    assert!(wrong.is_empty(), "{} faults:\n{}", wrong.len(), wrong.join("\n"));
}
