//! The HTML page of the desk: template values of texts, links and numbers, and a template of its own.
//!
//! The page contains its style and script and loads nothing else, so that it works even when the theme is broken. The
//! template engine escapes everything that comes from the site. Personal numbers in titles and names are masked, like
//! those in findings.

use super::reviews::REVIEWS_FOLDER;
use super::templates::TEMPLATES;
use super::{
    Desk, DeskContent, DeskPost, FileFindings, HalfYearSummary, HeadlineFigure, LengthTotal, PendingReview, PostLength,
    Problems, THIN_TEXT_CHARACTERS, TextLengths, TruncatedList, Unpublished, UnpublishedReason,
};
use crate::diag::{Diagnostic, Place, Severity};
use crate::inspection::{Freshness, SiteColumn, SiteColumns, UpdateRule};
use crate::messages::{self, Lang, group_thousands};
use crate::paths::UrlPath;
use crate::privacy;
use crate::report::{format_amount, format_percent, format_period};
use crate::schema::Labels;
use crate::site::value::{map, safe};
use jiff::civil::Date;
use tera::{Context, Value};

/// The most files with errors that are open at first. More would push the rest of the page out of view.
const MAX_OPEN_FILES: usize = 10;
/// The most files with only warnings that are listed. The rest is collapsed.
const MAX_WARNING_FILES: usize = 15;

/// How the page writes its links, and whether it updates itself.
#[derive(Debug, Clone, Copy)]
pub struct DeskLinks<'l> {
    /// The prefix of addresses of the site: the path of its base address, `/town`; often empty.
    pub prefix: &'l str,
    /// Whether the page is part of a preview. The preview's script then notifies it of every change, and the page
    /// reloads its content.
    pub is_live: bool,
}

/// The desk as a complete HTML page in `lang`.
#[must_use]
pub fn render_desk(desk: &Desk, lang: Lang, links: DeskLinks<'_>) -> String {
    let renderer = DeskRenderer { lang, links };
    let mut context = Context::new();
    for (key, value) in renderer.page(desk) {
        context.insert_value(key, value);
    }
    TEMPLATES
        .render("desk.html", &context)
        .expect("the desk's template fits its values: its tests render it")
}

/// What every part of the page needs: the language and the links.
#[derive(Clone, Copy)]
struct DeskRenderer<'l> {
    lang: Lang,
    links: DeskLinks<'l>,
}

impl DeskRenderer<'_> {
    fn page(self, desk: &Desk) -> Vec<(&'static str, Value)> {
        vec![
            ("lang", self.lang.tag().into()),
            ("t", messages::raw_desk_texts(self.lang).into()),
            ("style", safe(include_str!("style.css"))),
            ("script", safe(include_str!("live.js"))),
            ("is_live", self.links.is_live.into()),
            ("home", self.link(&UrlPath::folder("")).into()),
            ("reviews", format!("{}{REVIEWS_FOLDER}", self.links.prefix).into()),
            ("trouble", self.problems(&desk.problems)),
            (
                "content",
                desk.content.as_ref().map(|content| self.content(content)).into(),
            ),
        ]
    }

    fn content(self, content: &DeskContent) -> Value {
        let reviews = content.pending_reviews.as_ref();
        let waiting = reviews.map(|reviews| self.truncated_list(reviews, |row| self.pending_review(row)));
        map! {
            "title": privacy::mask(&content.title),
            "language": content.language.as_str(),
            "today": self.day(content.today),
            "unpublished": self.truncated_list(&content.unpublished, |row| self.unpublished(row)),
            "drafts": self.count(content.unpublished.count),
            "waiting": waiting,
            "columns": self.columns(&content.columns),
            "half": content.half_year.as_ref().map(|half| self.half_year(half, content.today)),
        }
    }

    fn problems(self, problems: &Problems) -> Value {
        let file = |(index, file): (usize, &FileFindings)| self.file(file, file.errors > 0 && index < MAX_OPEN_FILES);
        let mut files: Vec<Value> = problems.files.iter().enumerate().map(file).collect();
        let broken = problems.files.iter().filter(|file| file.errors > 0).count();
        let further = files.split_off(files.len().min(broken + MAX_WARNING_FILES));
        map! {
            "errors": self.count(problems.errors),
            "warnings": self.count(problems.warnings),
            "has_errors": problems.errors > 0,
            "files": files,
            "further_label": self.sentence("further_files", &self.count(further.len())),
            "further": further,
            "more": self.omitted_label("more_files", problems.left_out()),
        }
    }

    fn file(self, file: &FileFindings, open: bool) -> Value {
        map! {
            "name": match &file.file {
                Some(name) => privacy::mask(name),
                None => messages::raw_desk_text(self.lang, "whole_site").into(),
            },
            "is_file": file.file.is_some(),
            "url": self.page_link(file.url.as_ref()),
            "errors": (file.errors > 0).then(|| self.sentence("count_errors", &self.count(file.errors))),
            "warnings": (file.warnings > 0).then(|| self.sentence("count_warnings", &self.count(file.warnings))),
            "open": open,
            "findings": file.findings.iter().map(|finding| self.finding(finding)).collect::<Vec<_>>(),
            "more": self.omitted_label("more_findings", file.left_out()),
        }
    }

    fn finding(self, finding: &Diagnostic) -> Value {
        let place = finding.place.as_ref();
        map! {
            "is_error": finding.severity == Severity::Error,
            "code": finding.code.as_str(),
            "message": split_code(&messages::message(finding, self.lang)),
            "help": messages::help(finding, self.lang).map(|help| split_code(&help)),
            "place": place.map(|place| self.place(place)),
            "excerpt": place.filter(|place| !place.excerpt.is_empty()).map(excerpt),
            "corrected": finding.fix.clone(),
        }
    }

    /// The place of a finding in its file: line and column, or the cell in a ledger. Empty when it has neither.
    fn place(self, place: &Place) -> String {
        if let Some(cell) = place.cell_reference() {
            return cell;
        }
        if place.excerpt.is_empty() {
            return String::new();
        }
        let (line, column) = (place.line.to_string(), place.column.to_string());
        messages::desk_text(self.lang, "place", &[("line", &line), ("column", &column)])
    }

    fn unpublished(self, row: &Unpublished) -> Value {
        let why = match row.reason {
            UnpublishedReason::Draft => "why_draft",
            UnpublishedReason::Future => "why_future",
        };
        map! { "post": self.post(&row.post), "why": messages::raw_desk_text(self.lang, why), "is_future": row.reason == UnpublishedReason::Future }
    }

    fn pending_review(self, row: &PendingReview) -> Value {
        map! {
            "post": self.post(&row.post),
            "by": row.reviewers.iter().map(|by| Value::from(by.as_deref().map(privacy::mask))).collect::<Vec<_>>(),
            "is_published": row.is_published,
        }
    }

    fn columns(self, columns: &SiteColumns) -> Value {
        let unused: Vec<String> = columns.unused.iter().map(|label| self.label(label)).collect();
        let comma = self.lang.list_separator();
        let late = columns
            .all()
            .filter(|column| column.freshness != Freshness::Fresh)
            .count();
        map! {
            "rows": columns.all().map(|column| self.column(column)).collect::<Vec<_>>(),
            "unused": (!unused.is_empty()).then(|| self.sentence("columns_unused", &unused.join(comma))),
            "late": self.count(late),
            "has_late": late > 0,
        }
    }

    fn column(self, column: &SiteColumn) -> Value {
        let word = |key| messages::raw_desk_text(self.lang, key);
        let (state, mark) = match column.freshness {
            Freshness::Fresh => ("state_fresh", "fresh"),
            Freshness::Stale => ("state_stale", "stale"),
            Freshness::Empty => ("state_empty", "empty"),
        };
        let rule = match column.rule {
            UpdateRule::TwoWeeks => "rule_two_weeks",
            UpdateRule::HalfYear => "rule_half_year",
        };
        let label = column.label.as_ref();
        map! {
            "label": label.map_or_else(|| word("front_page").to_owned(), |label| self.label(label)),
            "url": self.link(&column.url),
            "newest": column.newest.map(|day| self.iso_date(day)),
            "days": column.days.map(|days| group_thousands(&days.to_string())),
            "rule": word(rule),
            "state": word(state),
            "mark": mark,
        }
    }

    fn half_year(self, half: &HalfYearSummary, today: Date) -> Value {
        let figures = half.figures.figures.iter().map(|figure| self.figure(figure));
        map! {
            "title": format_period(half.period, today, self.lang),
            "label": half.period.label(self.lang),
            "is_current": half.is_current,
            "figures": figures.collect::<Vec<_>>(),
            "url": half.figures.url.as_ref().map(|url| self.link(url)),
            "lengths": self.lengths(&half.lengths),
        }
    }

    fn figure(self, figure: &HeadlineFigure) -> Value {
        map! {
            "label": self.label(&figure.metric.label),
            "amount": format_amount(figure.value, &figure.metric, self.lang),
            "url": self.page_link(figure.evidence.as_ref()),
            "before": format_percent(&figure.before),
            "year_earlier": format_percent(&figure.year_earlier),
        }
    }

    fn lengths(self, lengths: &TextLengths) -> Value {
        let month = |(month, total): &(crate::metrics::Period, LengthTotal)| {
            map! { "label": month.label(self.lang), "tally": self.length_total(*total) }
        };
        let kind = |(label, half, all): &(Labels, LengthTotal, LengthTotal)| {
            map! { "label": self.label(label), "half": self.length_total(*half), "all": self.length_total(*all) }
        };
        map! {
            "half": self.length_total(lengths.half),
            "all": self.length_total(lengths.all),
            "months": lengths.months.iter().map(month).collect::<Vec<_>>(),
            "kinds": lengths.kinds.iter().map(kind).collect::<Vec<_>>(),
            "longest": lengths.longest.as_ref().map(|length| self.post_length(length)),
            "thin": self.truncated_list(&lengths.thin, |length| self.post_length(length)),
            "thin_rule": self.sentence("thin_rule", &THIN_TEXT_CHARACTERS.to_string()),
        }
    }

    fn length_total(self, total: LengthTotal) -> Value {
        let average = total
            .average()
            .map_or_else(|| "—".to_owned(), |average| self.count(average));
        map! { "posts": self.count(total.posts), "characters": self.count(total.characters), "average": average }
    }

    fn post_length(self, length: &PostLength) -> Value {
        map! { "post": self.post(&length.post), "characters": self.count(length.characters) }
    }

    fn post(self, post: &DeskPost) -> Value {
        map! {
            "title": privacy::mask(&post.title),
            "kind": self.label(&post.kind),
            "path": privacy::mask(post.path.as_str()),
            "date": post.date.map(|day| self.iso_date(day)),
            "url": self.page_link(post.url.as_ref()),
        }
    }

    fn truncated_list<T>(self, listed: &TruncatedList<T>, row: impl Fn(&T) -> Value) -> Value {
        map! {
            "rows": listed.first.iter().map(row).collect::<Vec<_>>(),
            "count": self.count(listed.count),
            "more": self.omitted_label("more_rows", listed.left_out()),
        }
    }

    /// A note about omitted rows; `None` when none are omitted.
    fn omitted_label(self, key: &str, left_out: usize) -> Option<String> {
        (left_out > 0).then(|| self.sentence(key, &self.count(left_out)))
    }

    /// A sentence with `{n}` replaced by `value`.
    fn sentence(self, key: &str, value: &str) -> String {
        messages::desk_text(self.lang, key, &[("n", value)])
    }

    /// The label of a kind or metric, without personal numbers.
    fn label(self, label: &Labels) -> String {
        privacy::mask(label.get(self.lang.tag())).into_owned()
    }

    fn count(self, count: usize) -> String {
        group_thousands(&count.to_string())
    }

    fn day(self, day: Date) -> String {
        self.lang.format_date(day)
    }

    /// A day in ISO format, so that all days of a column have the same width.
    fn iso_date(self, day: Date) -> String {
        day.to_string()
    }

    fn page_link(self, url: Option<&UrlPath>) -> Option<String> {
        url.map(|url| self.link(url))
    }

    fn link(self, url: &UrlPath) -> String {
        format!("{}{}", self.links.prefix, url.encoded())
    }
}

/// Splits a sentence at backticks. Parts between backticks are marked as code.
fn split_code(sentence: &str) -> Value {
    let part = |(index, text): (usize, &str)| map! { "text": text, "is_code": index % 2 == 1 };
    // With an odd number, one backtick comes from a quoted value.
    let is_paired = sentence.matches('`').count().is_multiple_of(2);
    let parts: Vec<&str> = if is_paired {
        sentence.split('`').collect()
    } else {
        vec![sentence]
    };
    let parts = parts.into_iter().enumerate().map(part);
    Value::from(parts.collect::<Vec<_>>())
}

/// The source line of a finding in three parts: before, inside and after the marked span.
fn excerpt(place: &Place) -> Value {
    let (from, to) = place.marked_span;
    let part = |range: std::ops::Range<usize>| place.excerpt.get(range).unwrap_or_default();
    map! { "before": part(0..from), "marked": part(from..to), "after": part(to..place.excerpt.len()) }
}
