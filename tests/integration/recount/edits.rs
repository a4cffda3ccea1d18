//! What an office changes after a report was issued: posts and rosters, at random.

use super::kinds::{COMMON, ROSTERS, kind};
use super::model::{Post, Town, chance, pick, random_day, random_field, random_post, random_value};
use crate::common::edited_site::Rng;
use jiff::civil::date;

/// Makes one change and says which.
pub(super) fn random_edit(random: &mut Rng, town: &mut Town, step: usize) -> String {
    let at = random.below(town.posts.len());
    let today = town.today;
    let title = town.posts[at].title.clone();
    let post = &mut town.posts[at];
    match random.below(10) {
        0 => {
            town.posts.remove(at);
            format!("{title} deleted")
        }
        1 => {
            rename(post, step);
            format!("{title} renamed")
        }
        2 => {
            post.date = random_day(random, today);
            format!("{title} redated {}", post.date)
        }
        3 => {
            post.draft = !post.draft;
            format!("{title} draft {}", post.draft)
        }
        4 | 5 => format!("{title} {}", change_field(random, post)),
        6 => format!("roster {}", change_row(random, town)),
        7 => {
            let mut added = random_post(random, today, 1_000 + step);
            added.draft = false;
            let text = format!("{} added on {}", added.title, added.date);
            town.posts.push(added);
            text
        }
        8 => {
            rename(post, step);
            format!("{title} renamed, {}", change_field(random, post))
        }
        _ => {
            post.event = chance(random, 2)
                .then(|| "e1".to_owned())
                .filter(|_| post.kind != "response");
            post.date = random_day(random, today);
            format!("{title} event {:?} redated {}", post.event, post.date)
        }
    }
}

fn rename(post: &mut Post, step: usize) {
    if post.file.is_some() {
        post.file = Some(format!("r{step}"));
    }
}

/// Gives a field another value, or none.
fn change_field(random: &mut Rng, post: &mut Post) -> String {
    let fields: Vec<&'static str> = COMMON
        .iter()
        .chain(kind(post.kind).fields)
        .map(|field| field.0)
        .collect();
    let name = pick(random, &fields);
    if (name == "people" && post.file.is_none()) || chance(random, 4) {
        post.fields.remove(name);
        return format!("without {name}");
    }
    // Dates keep their order: a concern is received before it is answered.
    if name == "received" {
        post.fields.remove("answered");
    }
    let value = random_field(random, post, name);
    let text = format!("{name} {value:?}");
    post.fields.insert(name, value);
    text
}

fn change_row(random: &mut Rng, town: &mut Town) -> String {
    let (name, columns) = ROSTERS[1 + random.below(ROSTERS.len() - 1)];
    let rows = town.rosters.get_mut(name).expect("a roster of the town");
    let at = random.below(rows.len());
    let row = &mut rows[at];
    match random.below(3) {
        0 => {
            row.since = Some(random_day(random, date(2022, 10, 15)));
            row.until = None;
        }
        1 => row.until = Some(random_day(random, date(2022, 10, 15)).max(row.since.unwrap_or(date(2021, 1, 1)))),
        _ => {
            let (column, form) = pick(random, columns);
            row.fields.insert(column, random_value(random, form, date(2022, 1, 1)));
        }
    }
    format!("{name} {}", row.name)
}
