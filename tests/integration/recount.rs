//! A second, slow, obvious counter, written from the handbook alone, and random sites on which it is compared with all
//! that a built site says.

mod after_issue;
mod authors;
mod blocks;
mod built_in;
mod captions;
mod compare;
mod conditions;
mod count;
mod derived;
mod edits;
mod exports;
mod files;
mod issued;
mod kinds;
mod left_out;
mod model;
mod own_metrics;
mod pages;
mod periods;
mod tables;
mod units;
mod written;

use crate::common::edited_site::Rng;
use crate::common::{FileTree, read_tree, repetitions};
use compare::Comparison;
use files::write_town;
use model::{Town, pick};
use std::path::Path;
use xiangyin::testing::diag::Severity;
use xiangyin::testing::messages::{Lang, message};
use xiangyin::testing::pipeline::{NoProgress, Request, build};

/// Builds the town's site, which must have no errors.
fn built(town: &Town, folder: &Path) -> FileTree {
    let request = Request {
        out: Some(folder.join("out")),
        force: true,
        ..Request::new(folder.join("site"), town.today)
    };
    let outcome = build(&request, &NoProgress);
    let errors = outcome
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<String> = errors
        .map(|finding| format!("{:?} {}", finding.place, message(finding, Lang::En)))
        .collect();
    assert!(outcome.published, "{errors:#?}");
    read_tree(&folder.join("out"))
}

fn temporary_folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    folder.expect("a temporary folder")
}

#[test]
fn figures_of_random_sites_equal_a_second_count() {
    let mut differences = Vec::new();
    let mut compared = 0;
    for seed in 0..repetitions(9) {
        let mut random = Rng::new(u64::try_from(seed).expect("a small number") + 1);
        let town = Town::random(&mut random);
        let folder = temporary_folder();
        write_town(&town, &folder.path().join("site"));
        let tree = built(&town, folder.path());
        let mut comparison = Comparison::new(&town, &tree);
        for report in tree.keys().filter(|path| path.ends_with("report.docx")) {
            let folder = report
                .parent()
                .expect("a report's folder")
                .to_string_lossy()
                .replace('\\', "/");
            comparison.compare_report_data(&folder.trim_start_matches("reports/").to_uppercase());
            comparison.compare_workbook(&folder);
        }
        let period = pick(
            &mut random,
            &["2022-H2", "2022-05", "2022-Q4", "2021", "2022-02-20..2022-06-30"],
        );
        comparison.compare_command(&folder.path().join("site"), period);
        comparison.compare_halves("2022");
        comparison.compare_evidence();
        comparison.compare_figure_links();
        comparison.compare_written_reports();
        comparison.compare_statistics();
        compared += comparison.compared;
        differences.extend(
            comparison
                .differences
                .into_iter()
                .map(|text| format!("seed {seed}: {text}")),
        );
    }
    assert!(compared > 1_000, "only {compared} values were compared");
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
