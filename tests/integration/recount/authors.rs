//! The authors of random submissions, their shares and their fees, counted a second time as the handbook's page on authors
//! says it: in whole 分, each author of each piece by itself.

use super::temporary_folder;
use crate::common::edited_site::Rng;
use crate::common::{program, repetitions, write_file};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const NAMES: [&str; 5] = ["石雨桐", "墨同书", "宣若言", "柳闻笛", "禾青"];
/// The levels with their fees in 分, the highest first.
const LEVELS: [(&str, i64); 4] = [
    ("national", 15_000),
    ("provincial", 8_550),
    ("municipal", 3_505),
    ("district", 2_500),
];
const FEE: &str = "submission.fee: {label: 稿费, unit: 元, of: submission, aggregate: score, points: {level: {national: 150, provincial: 85.5, municipal: 35.05, district: 25}}, where: {adopted: {given: true}}, dated: adopted, internal: true}\n";
const PERIODS: [(&str, Date, Date); 4] = [
    ("2022", date(2022, 1, 1), date(2022, 12, 31)),
    ("2022-H1", date(2022, 1, 1), date(2022, 6, 30)),
    ("2022-Q3", date(2022, 7, 1), date(2022, 9, 30)),
    ("2022-06", date(2022, 6, 1), date(2022, 6, 30)),
];

/// Who wrote something, each with a share in per cent or without.
type Authors = Vec<(&'static str, Option<i64>)>;

struct Submission {
    title: String,
    submitted: Date,
    adopted: Option<Date>,
    level: Option<usize>,
    piece: Option<usize>,
    authors: Authors,
    draft: bool,
}

/// By author and month: sent, adopted, and the fee in 分.
type Sums = BTreeMap<(String, String), (u64, u64, i64)>;

fn random_authors(random: &mut Rng) -> Authors {
    let count = random.below(4);
    let first = random.below(NAMES.len());
    let names = (0..count).map(|index| NAMES[(first + index) % NAMES.len()]);
    let mut left = 100;
    let mut authors: Authors = Vec::new();
    for name in names {
        let share = i64::try_from(random.below(45)).expect("small") + 1;
        let is_said = random.below(2) == 0 && share < left;
        left -= if is_said { share } else { 0 };
        authors.push((name, is_said.then_some(share)));
    }
    // When all shares are said, the last author has the rest.
    if let Some((last, others)) = authors.split_last_mut()
        && last.1.is_some()
        && others.iter().all(|(_, share)| share.is_some())
    {
        let said: i64 = others.iter().filter_map(|(_, share)| *share).sum();
        last.1 = Some(100 - said);
    }
    authors
}

fn random_submissions(random: &mut Rng) -> Vec<Submission> {
    // Of one piece, all have the same authors.
    let pieces: Vec<Authors> = (0..4).map(|_| random_authors(random)).collect();
    let submission = |number: usize, random: &mut Rng| {
        let days = i64::try_from(random.below(420)).expect("small");
        let submitted = date(2021, 12, 1).saturating_add(days.days());
        let wait = i64::try_from(random.below(60)).expect("small");
        let piece = (random.below(2) == 0).then(|| random.below(pieces.len()));
        Submission {
            title: format!("第{number}篇"),
            submitted,
            adopted: (random.below(3) > 0).then(|| submitted.saturating_add(wait.days())),
            level: (random.below(6) > 0).then(|| random.below(LEVELS.len())),
            piece,
            authors: piece.map_or_else(|| random_authors(random), |piece| pieces[piece].clone()),
            draft: random.below(12) == 0,
        }
    };
    (0..40).map(|number| submission(number, random)).collect()
}

fn text_of(submission: &Submission) -> String {
    let mut text = format!("---\ntitle: {}\ndate: {}\n", submission.title, submission.submitted);
    let authors = submission.authors.iter().map(|(name, share)| match share {
        Some(share) => format!("{{name: {name}, share: {share}%}}"),
        None => (*name).to_owned(),
    });
    let _ = writeln!(text, "authors: [{}]", authors.collect::<Vec<_>>().join(", "));
    if let Some(day) = submission.adopted {
        let _ = writeln!(text, "adopted: {day}");
    }
    if let Some(level) = submission.level {
        let _ = writeln!(text, "level: {}", LEVELS[level].0);
    }
    if let Some(piece) = submission.piece {
        let _ = writeln!(text, "piece: p{piece}");
    }
    if submission.draft {
        text += "draft: true\n";
    }
    text + "---\n甲\n"
}

/// The parts of a fee in 分: rounded down, and the 分 that are left to those that lost most, the first first.
fn parts(fee: i64, authors: &Authors) -> Vec<i64> {
    let said: i64 = authors.iter().filter_map(|(_, share)| *share).sum();
    let unsaid = i64::try_from(authors.iter().filter(|(_, share)| share.is_none()).count()).expect("small");
    // Shares as fractions of one whole number.
    let whole = 100 * unsaid.max(1);
    let share = |share: &Option<i64>| share.map_or(100 - said, |share| share * unsaid.max(1));
    let exact: Vec<i64> = authors.iter().map(|(_, written)| fee * share(written)).collect();
    let mut parts: Vec<i64> = exact.iter().map(|exact| exact / whole).collect();
    let mut left = fee - parts.iter().sum::<i64>();
    while left > 0 {
        let given = |index: &usize| parts[*index] * whole > exact[*index];
        let next = (0..parts.len()).filter(|index| !given(index));
        let next = next.max_by_key(|index| (exact[*index] % whole, std::cmp::Reverse(*index)));
        parts[next.expect("fewer 分 are left than there are authors")] += 1;
        left -= 1;
    }
    parts
}

fn recount(submissions: &[Submission], today: Date, (from, until): (Date, Date)) -> Sums {
    let mut sums = Sums::new();
    let in_period = |day: Date| from <= day && day <= until && day <= today;
    let month = |day: Date| day.strftime("%Y-%m").to_string();
    let nobody: Authors = vec![("", None)];
    let counted: Vec<&Submission> = submissions
        .iter()
        .filter(|one| !one.draft && one.submitted <= today)
        .collect();
    for one in &counted {
        let authors = if one.authors.is_empty() { &nobody } else { &one.authors };
        for (author, _) in authors {
            if in_period(one.submitted) {
                sums.entry(((*author).to_owned(), month(one.submitted))).or_default().0 += 1;
            }
            if let Some(day) = one.adopted.filter(|day| in_period(*day)) {
                sums.entry(((*author).to_owned(), month(day))).or_default().1 += 1;
            }
        }
    }
    // Each piece once, and each submission without a piece.
    let adopted: Vec<&&Submission> = counted
        .iter()
        .filter(|one| one.adopted.is_some_and(|day| day <= today))
        .collect();
    for (index, one) in adopted.iter().enumerate() {
        let is_same = |other: &&&&Submission| other.piece == one.piece;
        let group: Vec<&&&Submission> = match one.piece {
            Some(_) if adopted[..index].iter().any(|other| other.piece == one.piece) => continue,
            Some(_) => adopted.iter().filter(is_same).collect(),
            None => vec![one],
        };
        let Some(level) = group.iter().filter_map(|one| one.level).min() else {
            continue;
        };
        let highest = group.iter().filter(|one| one.level == Some(level));
        let day = highest.filter_map(|one| one.adopted).min().expect("it was adopted");
        if !in_period(day) {
            continue;
        }
        let authors = if one.authors.is_empty() { &nobody } else { &one.authors };
        for ((author, _), part) in authors.iter().zip(parts(LEVELS[level].1, authors)) {
            sums.entry(((*author).to_owned(), month(day))).or_default().2 += part;
        }
    }
    sums
}

fn sums_of(ledger: &Json) -> Sums {
    let text = |sum: &Json, key: &str| sum[key].as_str().expect("a text").to_owned();
    let number = |sum: &Json, key: &str| sum[key].as_u64().expect("a number");
    let sums = ledger["authors"].as_array().expect("a list").iter();
    let cents = |fee: f64| {
        let cents = format!("{:.0}", fee * 100.0);
        cents.parse::<i64>().expect("a number")
    };
    sums.map(|sum| {
        let fee = cents(sum["fee"].as_f64().expect("a number"));
        let numbers = (number(sum, "submitted"), number(sum, "adopted"), fee);
        ((text(sum, "author"), text(sum, "month")), numbers)
    })
    .collect()
}

#[test]
fn fees_of_random_authors_equal_a_second_count() {
    let mut paid = 0;
    for seed in 0..repetitions(6) {
        let mut random = Rng::new(u64::try_from(seed).expect("a small number") + 71);
        let submissions = random_submissions(&mut random);
        let today = random.choose(&[date(2023, 1, 31), date(2022, 8, 20)]);
        let folder = temporary_folder();
        let write = |name: &str, text: &str| write_file(&folder.path().join("content").join(name), text);
        write("site.yaml", "title: 乡音\nbase_url: https://x.example\n");
        write("_metrics.yaml", FEE);
        for (number, submission) in submissions.iter().enumerate() {
            write(&format!("submissions/{number:02}.md"), &text_of(submission));
        }
        let noon = today.at(12, 0, 0, 0).in_tz("Asia/Shanghai").expect("a time zone");
        for (period, from, until) in PERIODS {
            let output = program()
                .env("SOURCE_DATE_EPOCH", noon.timestamp().as_second().to_string())
                .current_dir(folder.path())
                .args(["authors", period, "--message-format", "json"])
                .output()
                .expect("the program runs");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{stderr}");
            // Findings come before it, a line each.
            let said = String::from_utf8(output.stdout).expect("UTF-8");
            let ledger: Json = serde_json::from_str(said.lines().last().expect("a line")).expect("one object");
            let expected = recount(&submissions, today, (from, until));
            assert_eq!(sums_of(&ledger), expected, "seed {seed}, {period}");
            paid += expected.values().filter(|(_, _, fee)| *fee > 0).count();
        }
    }
    assert!(paid > 40, "only {paid} fees were compared");
}
