//! Figures counted by hand: `tests/counting/*.site`, one text archive a site.
//!
//! ```text
//! === content/site.yaml ===                          input files, as in `tests/cases`
//! === figures 2022-H1 ===                            `metric value`, then the names of what was counted, in order
//! === changes 2022-H1 ===                            `metric`, against the period before, against a year earlier
//! === left out 2022-H1 coverage.all ===              `name reason`, those of the counted event or piece after a colon
//! === groups 2022-H1 volunteer.sessions village ===  `key value rank`; `-` for posts that do not say. These, and values
//!                                                    that are missing, have no rank
//! === findings ===                                   all of reading and of the reports
//! ```
//!
//! A name is a file's without its ending, or a row's id. Lines with `#` tell how a figure was counted. Today is
//! 2023-01-31. `UPDATE=1` writes findings and nothing else: figures are counted by people.

use crate::archive::{findings_text, parse_archive};
use crate::{archives, is_update};
use rust_decimal::Decimal;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use xiangyin::testing::messages::Lang;
use xiangyin::testing::metrics::{Dimension, ExclusionReason, Metric, Period, PostId, ranks};
use xiangyin::testing::pipeline::{Request, SiteContent, load_content};
use xiangyin::testing::report::{EvidenceItem, Exclusion, Reports, format_percent};

const TODAY: jiff::civil::Date = jiff::civil::date(2023, 1, 31);

/// The site of an archive, read from a temporary folder.
fn read_site(files: &[(&str, &str)]) -> SiteContent {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().expect("files lie in folders")).expect("a folder");
        fs::write(file, text).expect("a file");
    }
    let request = Request::new(folder.path(), TODAY);
    load_content(&request).expect("a site")
}

/// The name of a file without its ending.
fn stem(path: &str) -> String {
    xiangyin::testing::paths::SourcePath::new(path).stem().to_owned()
}

struct Case<'c> {
    reports: &'c Reports<'c>,
    wrong: Vec<String>,
}

impl<'c> Case<'c> {
    fn metric(&self, id: &str) -> &'c Metric {
        let found = self.reports.counts.metrics.iter().find(|metric| metric.id == id);
        found.unwrap_or_else(|| panic!("there is no metric {id}"))
    }

    fn compare(&mut self, what: &str, expected: &str, actual: &str) {
        if expected != actual {
            self.wrong.push(format!(
                "{what}:\n  counted by hand {expected}\n  counted         {actual}"
            ));
        }
    }

    fn name(&self, item: PostId) -> String {
        self.reports.counts.posts.post(item).record.path.stem().to_owned()
    }

    fn check_figures(&mut self, period: Period, lines: &[&str]) {
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let shown = self.reports.displayed_figure(self.metric(words[0]), period);
            let mut actual = format!("{} {}", words[0], number_text(shown.value));
            // A line may leave the evidence out, but not of a figure of nothing.
            if words.len() > 2 || words[1] == "0" {
                for behind in &shown.evidence {
                    let name = match behind {
                        EvidenceItem::Post { post: item, .. } => self.name(*item),
                        EvidenceItem::Issued(issued) if issued.row.is_some() => issued.key.to_owned(),
                        EvidenceItem::Issued(issued) => stem(issued.key),
                        EvidenceItem::Row(row) => row.id.clone(),
                    };
                    actual = format!("{actual} {name}");
                }
            }
            self.compare(&period.to_string(), line, &actual);
        }
    }

    fn check_changes(&mut self, period: Period, lines: &[&str]) {
        for line in lines {
            let id = line.split(' ').next().unwrap_or_default();
            let shown = self.reports.displayed_figure(self.metric(id), period);
            let actual = format!(
                "{id} {} {}",
                format_percent(&shown.previous),
                format_percent(&shown.year_earlier)
            );
            self.compare(&period.to_string(), line, &actual);
        }
    }

    fn check_exclusions(&mut self, period: Period, id: &str, lines: &[&str]) {
        let shown = self.reports.displayed_figure(self.metric(id), period);
        let left: Vec<String> = self
            .reports
            .exclusions(&shown)
            .iter()
            .map(|left| self.exclusion_text(left))
            .collect();
        self.compare(&format!("left out {period} {id}"), &lines.join("\n"), &left.join("\n"));
    }

    fn exclusion_text(&self, left: &Exclusion<'_>) -> String {
        let excluded = match left {
            Exclusion::ByRule(excluded) => excluded,
            Exclusion::Issued { path, .. } => return format!("{} issued", stem(path)),
        };
        let reason = match excluded.reason {
            ExclusionReason::Draft => "draft".to_owned(),
            ExclusionReason::Future => "future".to_owned(),
            ExclusionReason::Duplicate(item) => format!("same:{}", self.name(item)),
            ExclusionReason::SamePiece(item) => format!("piece:{}", self.name(item)),
            ExclusionReason::Superseded(item) => format!("superseded:{}", self.name(item)),
            ExclusionReason::OutsidePeriod { dated_by, .. } if dated_by != excluded.post => {
                format!("outside:{}", self.name(dated_by))
            }
            ExclusionReason::OutsidePeriod { .. } => "outside".to_owned(),
            ExclusionReason::PartsCounted => "parts-counted".to_owned(),
            ExclusionReason::NoValue => "no-value".to_owned(),
            ExclusionReason::NoPoints => "no-points".to_owned(),
            ExclusionReason::DatesReversed => "dates-reversed".to_owned(),
            ExclusionReason::NoDate => "no-date".to_owned(),
            ExclusionReason::CountedLater(_) => "counted-later".to_owned(),
            ExclusionReason::Ended(day) => format!("ended:{day}"),
            ExclusionReason::NotOver => "not-over".to_owned(),
        };
        format!("{} {reason}", self.name(excluded.post))
    }

    fn check_groups(&mut self, period: Period, id: &str, by: &str, lines: &[&str]) {
        let metric = self.metric(id);
        let by = Dimension::parse(by, metric, &self.reports.counts).expect("a dimension");
        let parts = self.reports.parts(&self.reports.displayed_figure(metric, period), &by);
        let is_ranked = |key: &str, value: Option<Decimal>| !key.is_empty() && value.is_some();
        let ranked = parts.iter().filter(|part| is_ranked(&part.key, part.value));
        let ranked: Vec<_> = ranked.map(|part| part.value).collect();
        let mut actual: Vec<String> = Vec::new();
        let mut places = ranks(&ranked).into_iter();
        for part in &parts {
            let key = if part.key.is_empty() { "-" } else { &part.key };
            let mut line = format!("{key} {}", number_text(part.value));
            if is_ranked(&part.key, part.value) {
                line += &format!(" {}", places.next().unwrap_or_default());
            }
            actual.push(line);
        }
        self.compare(&format!("{period} {id}"), &lines.join("\n"), &actual.join("\n"));
    }
}

/// The number; `—` when there is none.
fn number_text(value: Option<Decimal>) -> String {
    value.map_or_else(|| "—".to_owned(), |value| value.to_string())
}

/// Runs one case; returns its archive as it should be, and what did not hold.
fn run_case(path: &Path) -> (String, Vec<String>) {
    let text = fs::read_to_string(path).expect("cases are UTF-8");
    let (mut archive, parts) = parse_archive(&text);
    let files = parts.iter().filter(|part| part.head.starts_with("content/"));
    let site = read_site(
        &files
            .map(|part| (part.head.as_str(), part.text.as_str()))
            .collect::<Vec<_>>(),
    );
    let reports = site.reports(TODAY);
    let mut findings = [site.findings.clone(), reports.findings].concat();
    findings.sort();
    let mut case = Case {
        reports: &reports.value,
        wrong: Vec::new(),
    };
    let period = |text: &str| Period::parse(text).expect("a period");
    for part in &parts {
        let lines: Vec<&str> = part.text.lines().filter(|line| !line.starts_with('#')).collect();
        let mut written = part.text.clone();
        match part.head.split(' ').collect::<Vec<_>>()[..] {
            ["figures", at] => case.check_figures(period(at), &lines),
            ["changes", at] => case.check_changes(period(at), &lines),
            ["left", "out", at, id] => case.check_exclusions(period(at), id, &lines),
            ["groups", at, id, by] => case.check_groups(period(at), id, by, &lines),
            ["findings"] => {
                written = findings_text(&findings);
                case.compare("findings", &part.text, &written);
            }
            _ => {}
        }
        write!(archive, "=== {} ===\n{written}", part.head).expect("writing to a String");
    }
    (archive, case.wrong)
}

#[test]
fn figures_equal_hand_counts() {
    let mut failed = Vec::new();
    for path in archives("counting") {
        let (archive, mut wrong) = run_case(&path);
        if is_update() {
            fs::write(&path, archive).expect("the case can be written");
            wrong.retain(|wrong| !wrong.starts_with("findings:"));
        }
        if !wrong.is_empty() {
            failed.push(format!("{}\n{}", path.display(), wrong.join("\n")));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn site_label_overrides_built_in_label() {
    let yaml = "title: a\nbase_url: https://x.example\n";
    let own = "coverage.all: {label: 见报稿件}\n";
    let site = read_site(&[("content/site.yaml", yaml), ("content/_metrics.yaml", own)]);
    let metric = site.metrics.get("coverage").expect("the group's first metric");
    assert_eq!(
        (metric.id.as_str(), metric.label.get(Lang::Zh.tag())),
        ("coverage.all", "见报稿件")
    );
    assert_eq!(metric.unit.get("zh-CN"), "篇", "what is not changed stays");
}
