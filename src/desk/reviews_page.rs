//! The page of the ledger of reviews: one year at a time, to be read and printed. It has the style of the desk.

use super::page::DeskLinks;
use super::reviews::{REVIEWS_FILE, REVIEWS_FOLDER, ReviewLedger, ReviewedPost};
use super::templates::TEMPLATES;
use crate::messages::{self, Lang, group_thousands};
use crate::paths::UrlPath;
use crate::site::value::{map, safe};
use tera::{Context, Value};

/// The name of the page of posts without a date.
const UNDATED: &str = "undated";

/// The page of the ledger for a year, by its name in the ledger's folder: `2022/`. The empty name is that of the newest
/// year. `None` when there is no such page.
#[must_use]
pub fn render_reviews(ledger: &ReviewLedger, name: &str, lang: Lang, links: DeskLinks<'_>) -> Option<String> {
    let year_name = |year: Option<i16>| year.map_or_else(|| UNDATED.to_owned(), |year| year.to_string());
    let is_meant = |year: Option<i16>| name.is_empty() || name.strip_suffix('/') == Some(&year_name(year));
    let shown = ledger.years.iter().find(|(year, _)| is_meant(*year));
    if shown.is_none() && !name.is_empty() {
        return None;
    }
    let folder = format!("{}{REVIEWS_FOLDER}", links.prefix);
    let label = |year: Option<i16>| match year {
        Some(year) => year.to_string(),
        None => messages::raw_desk_text(lang, "reviews_undated").to_owned(),
    };
    let year = |(year, posts): &(Option<i16>, Vec<ReviewedPost>)| {
        map! {
            "label": label(*year),
            "url": format!("{folder}{}/", year_name(*year)),
            "count": group_thousands(&posts.len().to_string()),
            "is_shown": shown.is_some_and(|(other, _)| other == year),
        }
    };
    let rows = shown.map_or(&[][..], |(_, posts)| posts);
    let mut context = Context::new();
    for (key, value) in [
        ("lang", lang.tag().into()),
        ("t", messages::raw_desk_texts(lang).into()),
        ("style", safe(include_str!("style.css"))),
        ("title", ledger.title.as_str().into()),
        ("language", ledger.language.as_str().into()),
        ("today", lang.format_date(ledger.today).into()),
        (
            "home",
            format!("{}{}", links.prefix, UrlPath::folder("").encoded()).into(),
        ),
        ("desk", format!("{}/_xiangyin/", links.prefix).into()),
        ("file", format!("{folder}{REVIEWS_FILE}").into()),
        ("year", shown.map(|(year, _)| label(*year)).into()),
        ("years", ledger.years.iter().map(year).collect::<Vec<_>>().into()),
        (
            "rows",
            rows.iter()
                .map(|post| row_value(post, lang, links))
                .collect::<Vec<_>>()
                .into(),
        ),
    ] {
        context.insert_value(key, value);
    }
    let page = TEMPLATES.render("reviews.html", &context);
    Some(page.expect("the ledger's template fits its values: its tests render it"))
}

fn row_value(row: &ReviewedPost, lang: Lang, links: DeskLinks<'_>) -> Value {
    let post = &row.post;
    let review = |review: &Option<(String, Option<jiff::civil::Date>)>| {
        let (by, date) = review.as_ref().map_or(("", None), |(by, date)| (by.as_str(), *date));
        map! { "by": by, "date": date.map(|date| date.to_string()) }
    };
    map! {
        "title": post.title.as_str(),
        "kind": post.kind.get(lang.tag()),
        "path": post.path.as_str(),
        "date": post.date.map(|day| day.to_string()),
        "url": post.url.as_ref().map(|url| format!("{}{}", links.prefix, url.encoded())),
        "author": row.author.as_str(),
        "reviews": row.reviews.iter().map(review).collect::<Vec<_>>(),
        "state": row.state(lang).into_iter().map(Value::from).collect::<Vec<_>>(),
        "is_complete": row.is_complete(),
    }
}
