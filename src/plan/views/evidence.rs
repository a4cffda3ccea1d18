//! The posts and rows behind a figure, and those that it left out.

use super::{Maker, Parts};
use crate::metrics::{Metric, Period};
use crate::paths::UrlPath;
use crate::plan::head::{Head, column};
use crate::plan::numbers::Link;
use crate::plan::value::map;
use crate::report::{Behind, LeftOut, amount, method, why};
use std::collections::BTreeSet;
use tera::Value;

impl<'v, 'a> Maker<'v, 'a> {
    pub(super) fn evidence(&self, period: Period, id: &str) -> Parts {
        let site = self.site;
        let Some(metric) = site.reports().counts.metrics.get(id) else {
            return self.not_found();
        };
        let lang = site.reports().lang;
        let shown = site.reports().shown(metric, period);
        let link = self.link();
        let label = metric.label.get(site.language());
        let report = site.reports().get(period).map(|report| self.report_entry(report));
        let title = site
            .words
            .fill("evidence_title", &[("label", label), ("period", &period.label(lang))]);
        let (named, drafts): (Vec<LeftOut>, Vec<LeftOut>) = site
            .reports()
            .left_out(&shown)
            .into_iter()
            .partition(|left| self.may_be_named(left));
        let days = [
            ("first", site.words.date(period.first())),
            ("last", site.words.date(period.last())),
        ];
        let days = days.each_ref().map(|(name, day)| (*name, day.as_str()));
        let how = method(metric, &site.reports().counts, lang) + &site.words.fill("counted_over", &days);
        let rows = shown.behind.iter().filter_map(|behind| match behind {
            Behind::Row(row) => Some(self.roster_row(metric, row)),
            _ => None,
        });
        let items = shown.behind.iter().filter(|behind| !matches!(behind, Behind::Row(_)));
        let evidence = map! {
            "figure": site.figure_value(&shown, &link),
            "change": site.change_value(&shown),
            "value": amount(shown.value, metric, lang),
            "how": how,
            "items": items.map(|behind| site.behind_value(&shown, behind, &link)).collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
            "left_out": named.iter().map(|left| self.left_out(metric, left, &link)).collect::<Vec<_>>(),
            "drafts": drafts.len(),
            "report": report,
            "stats_url": self.stats_link(period),
            "issued": shown.issued.map(|day| site.words.date(day)),
            "total": shown.behind.len(),
        };
        let mut head = Head {
            sort: "evidence",
            ..column(site, &title, "", label)
        };
        let (list, page) = match site.reports().get(period) {
            Some(_) => (self.reports_crumb(), Some(site.report_address(period))),
            None => {
                let list = (site.words.get("stats").to_owned(), Some(UrlPath::folder("stats")));
                let has_page = site.numbers().has_stats(period);
                (list, has_page.then(|| site.stats_address(period)))
            }
        };
        head.crumbs = vec![list, (period.label(lang), page), (label.to_owned(), None)];
        ("evidence.html".to_owned(), head, vec![("evidence", evidence)])
    }

    /// The title of a draft is nobody's business until it is published; that there is one is.
    fn may_be_named(&self, left: &LeftOut) -> bool {
        !self.site.reports().counts.pool.post(left.item()).withheld
    }

    fn left_out(&self, metric: &Metric, left: &LeftOut, link: Link<'_>) -> Value {
        let pool = &self.site.reports().counts.pool;
        let title = |item| {
            self.site
                .words
                .fill("quoted", &[("text", &pool.post(item).record.meta.title)])
        };
        crate::plan::value::extended(
            &self.site.item_value(left.item(), None, String::new(), link),
            [(
                "reason",
                why(self.site.reports(), metric, left, self.site.reports().lang, &title).into(),
            )],
        )
    }

    /// A roster's row: its name, its page, and the columns that the metric asks for.
    fn roster_row(&self, metric: &Metric, row: &crate::schema::Row) -> Value {
        let site = self.site;
        let roster = match &metric.of {
            crate::metrics::Source::Roster(name) => name.as_str(),
            crate::metrics::Source::Kind(_) => "",
        };
        let has_page = matches!(roster, "villages" | "teams");
        let day = |key: &str, date: Option<jiff::civil::Date>| {
            date.map(|date| site.words.fill(key, &[("date", &site.words.date(date))]))
        };
        let village = row
            .text("village")
            .and_then(|id| site.roster_name("villages", &id).map(str::to_owned));
        let asked: BTreeSet<&str> = metric
            .conditions
            .iter()
            .map(|condition| condition.field.as_str())
            .collect();
        let asked = asked
            .into_iter()
            .filter(|column| *column != "village")
            .filter_map(|column| row.text(column));
        let notes = village
            .into_iter()
            .chain(asked)
            .chain(day("since", row.since))
            .chain(day("until", row.until));
        map! {
            "name": row.name.as_str(),
            "url": has_page.then(|| site.base.link(&site.term_address(roster, &row.id))),
            "note": notes.collect::<Vec<_>>().join(" · "),
        }
    }
}
