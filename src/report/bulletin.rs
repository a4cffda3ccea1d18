//! Composes a bulletin (通报): Markdown with calls for figures, for an editor to change.

use super::draft_markdown::{ordinal, target_call};
use super::reports::Reports;
use crate::config::Settings;
use crate::messages::{raw_report_text, report_text};
use crate::metrics::{Aggregate, Dimension, Metric, Period, Target};
use std::fmt::Write as _;

/// The metric that is ranked when the site has no points.
const DEFAULT_METRIC: &str = "coverage.all";
/// The villages, to whom such a bulletin is sent.
const VILLAGE: &str = "village";
/// What bulletins rank, the first that the metric can be broken down by.
const RANKED: [&str; 4] = [VILLAGE, "team", "author", "source"];
/// The columns of a ranking, the first that the metric can be broken down by.
const SPLITS: [&str; 4] = ["level", "form", "theme", "outlet"];
/// The number of best pieces.
const BEST: usize = 5;

/// Title and Markdown of the bulletin on `period`.
pub(super) fn draft(reports: &Reports<'_>, period: Period, settings: &Settings) -> (String, String) {
    let composer = BulletinComposer { reports, period };
    (composer.title(settings), composer.text())
}

struct BulletinComposer<'r, 'a> {
    reports: &'r Reports<'a>,
    period: Period,
}

/// What one ranking is about.
struct RankedMetric<'a> {
    metric: &'a Metric,
    /// The metric that counts what has the points.
    count: Option<&'a Metric>,
    by: Option<&'static str>,
    split: Option<&'static str>,
}

impl<'a> BulletinComposer<'_, 'a> {
    fn say(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        report_text(self.reports.lang, key, values)
    }

    fn word(&self, key: &str) -> String {
        raw_report_text(self.reports.lang, key).to_owned()
    }

    fn label(&self, metric: &'a Metric) -> &'a str {
        metric.label.get(self.reports.lang.tag())
    }

    fn title(&self, settings: &Settings) -> String {
        let owner = match settings.owner.name.is_empty() {
            true => &settings.title,
            false => &settings.owner.name,
        };
        let period = self.period.label(self.reports.lang);
        self.say("bulletin-title", &[("owner", owner), ("period", &period)])
    }

    fn text(&self) -> String {
        let ranked = self.ranked_metrics();
        let period = self.period.label(self.reports.lang);
        let mut text = String::new();
        if ranked.iter().any(|ranked| ranked.by == Some(VILLAGE)) {
            text += &(self.word("bulletin-villages") + "\n\n");
        }
        text += &(self.say("bulletin-opening", &[("period", &period)]) + "\n");
        let mut number = 0;
        let mut section = |text: &mut String, title: &str| {
            number += 1;
            let number = ordinal(number, self.reports.lang);
            let number = self.say("draft-number", &[("n", &number)]);
            let _ = write!(text, "\n## {number}{title}\n\n");
        };
        section(&mut text, &self.word("bulletin-overall"));
        let sentences: Vec<String> = ranked.iter().map(|ranked| self.sentence(ranked)).collect();
        text += &sentences.join("\n\n");
        text += "\n";
        for ranked in &ranked {
            let Some(by) = ranked.by else { continue };
            let label = self.label(ranked.metric);
            section(&mut text, &self.say("bulletin-ranking", &[("label", label)]));
            let mut call = format!("ranking(\"{}\", by=\"{by}\"", ranked.metric.id);
            if let Some(split) = ranked.split {
                let _ = write!(call, ", split=\"{split}\"");
            }
            if let Some(count) = ranked.count {
                let _ = write!(call, ", count=\"{}\"", count.id);
            }
            let _ = writeln!(text, "{{{{ {call}) }}}}");
        }
        let with_target = self.metrics_with_targets(&ranked);
        if !with_target.is_empty() {
            section(&mut text, &self.word("bulletin-targets"));
            let said = with_target.iter().map(|metric| {
                let call = target_call(metric, None);
                let values = [("label", self.label(metric)), ("note", call.as_str())];
                self.say("table-note", &values) + &self.word("stop")
            });
            text += &said.collect::<Vec<_>>().join("\n\n");
            text += "\n";
        }
        let best = ranked.iter().find(|ranked| ranked.metric.counts_posts());
        if let Some(best) = best {
            section(&mut text, &self.word("bulletin-best"));
            let order = match best.metric.aggregate {
                Aggregate::Score(_) => ", sort=\"largest\"",
                _ => "",
            };
            let _ = writeln!(text, "{{{{ posts(\"{}\"{order}, limit={BEST}) }}}}", best.metric.id);
        }
        text
    }

    /// The points of the site, else the coverage.
    fn ranked_metrics(&self) -> Vec<RankedMetric<'a>> {
        let metrics = self.reports.counts.metrics;
        let mut found: Vec<&'a Metric> = metrics
            .iter()
            .filter(|metric| matches!(metric.aggregate, Aggregate::Score(_)))
            .collect();
        if found.is_empty() {
            found.extend(metrics.get(DEFAULT_METRIC));
        }
        found.into_iter().map(|metric| self.ranked(metric)).collect()
    }

    fn ranked(&self, metric: &'a Metric) -> RankedMetric<'a> {
        let counts = &self.reports.counts;
        let known = Dimension::names(metric, counts);
        // A site without the roster has no villages to rank.
        let has_values = |name: &&str| {
            known.contains(name)
                && !counts
                    .known_keys(metric, &Dimension::Field((*name).to_owned()))
                    .is_empty()
        };
        let by = RANKED.into_iter().find(has_values);
        let of_points = match &metric.aggregate {
            Aggregate::Score(points) => points.by_field.first().map(|(field, _)| field.as_str()),
            _ => None,
        };
        let split = SPLITS
            .into_iter()
            .find(|name| of_points == Some(name))
            .or_else(|| SPLITS.into_iter().find(|name| known.contains(name)));
        let is_score = matches!(metric.aggregate, Aggregate::Score(_));
        let count = match metric.kinds() {
            [kind] if is_score => counts.metrics.get(&format!("{kind}.all")),
            _ => None,
        };
        RankedMetric {
            metric,
            count,
            by,
            split: split.filter(|split| Some(*split) != by),
        }
    }

    fn sentence(&self, ranked: &RankedMetric<'a>) -> String {
        let mut said = Vec::new();
        let counted = ranked
            .count
            .or((!matches!(ranked.metric.aggregate, Aggregate::Score(_))).then_some(ranked.metric));
        if let Some(metric) = counted {
            let figure = format!("{{{{ metric(\"{}\") }}}}", metric.id);
            let change = format!("{{{{ change(\"{}\", as=\"difference\") }}}}", metric.id);
            let values = [
                ("label", self.label(metric)),
                ("figure", &*figure),
                ("change", &*change),
            ];
            said.push(self.say("bulletin-counted", &values));
        }
        if matches!(ranked.metric.aggregate, Aggregate::Score(_)) {
            let figure = format!("{{{{ metric(\"{}\") }}}}", ranked.metric.id);
            let values = [("label", self.label(ranked.metric)), ("figure", &*figure)];
            said.push(self.say("bulletin-scored", &values));
        }
        said.join(&self.word("bulletin-and")) + &self.word("stop")
    }

    /// The metrics of the rankings whose parts have targets in the period.
    fn metrics_with_targets(&self, ranked: &[RankedMetric<'a>]) -> Vec<&'a Metric> {
        let mut found: Vec<&'a Metric> = Vec::new();
        for metric in ranked
            .iter()
            .flat_map(|ranked| [Some(ranked.metric), ranked.count])
            .flatten()
        {
            let target: Option<&Target> = self.reports.counts.metrics.targets.get(&metric.id, self.period);
            if target.is_some() && found.iter().all(|known| known.id != metric.id) {
                found.push(metric);
            }
        }
        found
    }
}
