//! What counts once: posts that tell of one thing, put together over all time.

use super::built_in::is_event_kind;
use super::model::{Aggregate, Metric, Once, Post, Town, Value, texts};
use jiff::civil::Date;

/// What counts once: an event, a team at an event, a piece, or a single post; with the day to which it belongs.
pub(super) struct Unit<'a> {
    /// The posts that tell of it.
    pub(super) posts: Vec<&'a Post>,
    /// Those of them whose numbers are its own.
    pub(super) givers: Vec<&'a Post>,
    pub(super) date: Date,
    /// Of a piece: its level, the highest of its posts, or none.
    pub(super) level: Option<Option<Value>>,
}

/// The posts that count: no drafts, and nothing of the future.
fn counting_posts<'a>(town: &'a Town, metric: &Metric, kinds: &[&str], last_count: Date) -> Vec<(&'a Post, Date)> {
    let mut counting = Vec::new();
    for post in &town.posts {
        if !kinds.contains(&post.kind) || post.draft || post.date > town.today {
            continue;
        }
        // What was read off later is left out.
        if metric
            .as_of
            .and_then(|field| day_of(post, field))
            .is_some_and(|day| day > last_count)
        {
            continue;
        }
        if let Some(date) = counting_date(town, metric, post) {
            counting.push((post, date));
        }
    }
    counting
}

/// The day that decides to which period a post belongs; none where there is none, or none yet.
pub(super) fn counting_date(town: &Town, metric: &Metric, post: &Post) -> Option<Date> {
    let date = match metric.dated {
        // A concern belongs to the day on which it was received.
        None if post.kind == "response" => day_of(post, "received").or(Some(post.date)),
        None if post.kind == "submission" => day_of(post, "submitted").or(Some(post.date)),
        None => Some(post.date),
        Some(field) => day_of(post, field),
    };
    date.filter(|date| *date <= town.today)
}

/// What the metric counts once.
pub(super) fn units<'a>(town: &'a Town, metric: &Metric, kinds: &[&str], last_count: Date) -> Vec<Unit<'a>> {
    let counting = counting_posts(town, metric, kinds, last_count);
    let mut units = Vec::new();
    let mut done: Vec<&str> = Vec::new();
    for &(post, _) in &counting {
        if done.contains(&post.title.as_str()) {
            continue;
        }
        let together: Vec<(&Post, Date)> = counting
            .iter()
            .filter(|other| are_together(town, metric, post, other.0))
            .copied()
            .collect();
        done.extend(together.iter().map(|one| one.0.title.as_str()));
        units.extend(match &metric.once {
            _ if matches!(metric.aggregate, Aggregate::Distinct(_)) => single_posts(&together),
            Once::Fields(fields) if fields[..] == ["event", "team"] => units_of_teams(&together, metric, town.today),
            _ => vec![unit(town, metric, &together)],
        });
    }
    units
}

/// Posts that are looked at one by one, each on the day of what they tell of.
fn single_posts<'a>(together: &[(&'a Post, Date)]) -> Vec<Unit<'a>> {
    let date = together.iter().map(|one| one.1).min().expect("a unit has posts");
    let single = |&(post, _): &(&'a Post, Date)| Unit {
        posts: vec![post],
        givers: vec![post],
        date,
        level: None,
    };
    together.iter().map(single).collect()
}

/// Whether two posts tell of one thing. Teams at one event are told apart later.
fn are_together(town: &Town, metric: &Metric, one: &Post, other: &Post) -> bool {
    let same_event = one.event.is_some() && one.event == other.event;
    let same = |field: &str| one.fields.contains_key(field) && one.fields.get(field) == other.fields.get(field);
    let same_piece = same("piece") && (!town.every_level || one.fields.get("level") == other.fields.get("level"));
    one.title == other.title
        || match &metric.once {
            Once::Post => false,
            Once::Fields(_) => same_event,
            Once::Usual if metric.aggregate != Aggregate::Count => false,
            Once::Usual if one.kind == "coverage" && other.kind == "coverage" => same_piece,
            Once::Usual => is_event_kind(one.kind) && is_event_kind(other.kind) && same_event,
        }
}

fn unit<'a>(town: &Town, metric: &Metric, together: &[(&'a Post, Date)]) -> Unit<'a> {
    let is_piece =
        metric.once == Once::Usual && metric.aggregate == Aggregate::Count && together[0].0.kind == "coverage";
    // A piece belongs to the day on which it reached its highest level.
    let highest = together.iter().map(|one| rank(one.0)).min().expect("a unit has posts");
    let decide = together
        .iter()
        .filter(|one| !is_piece || town.every_level || rank(one.0) == highest);
    let level = together
        .iter()
        .find(|one| rank(one.0) == highest)
        .and_then(|one| one.0.fields.get("level").cloned());
    let posts: Vec<&Post> = together.iter().map(|one| one.0).collect();
    Unit {
        givers: posts.clone(),
        posts,
        date: decide.map(|one| one.1).min().expect("a unit has posts"),
        level: is_piece.then_some(level),
    }
}

/// The teams at an event, each a unit. A post without a team tells of each of them, and does not count its people again:
/// its number is taken where no post with a team has one, and the whole event is one unit then.
fn units_of_teams<'a>(event: &[(&'a Post, Date)], metric: &Metric, today: Date) -> Vec<Unit<'a>> {
    let date = event.iter().map(|one| one.1).min().expect("an event has posts");
    let posts: Vec<&Post> = event.iter().map(|one| one.0).collect();
    let mut teams: Vec<&Value> = Vec::new();
    let mut does_team_give = false;
    for post in &posts {
        if let Some(team) = post.fields.get("team") {
            does_team_give |= number_of(metric, post, today).is_some();
            if !teams.contains(&team) {
                teams.push(team);
            }
        }
    }
    if !does_team_give {
        return vec![Unit {
            givers: posts.clone(),
            posts,
            date,
            level: None,
        }];
    }
    let mut units = Vec::new();
    for team in teams {
        let is_of = |post: &&&Post| post.fields.get("team") == Some(team);
        let tells = |post: &&&Post| is_of(post) || !post.fields.contains_key("team");
        units.push(Unit {
            posts: posts.iter().filter(tells).copied().collect(),
            givers: posts.iter().filter(is_of).copied().collect(),
            date,
            level: None,
        });
    }
    units
}

/// The place of a post's level among the levels: 0 is the highest, and none the lowest.
fn rank(post: &Post) -> usize {
    let levels = ["national", "provincial", "municipal", "district"];
    let level = texts(&post.fields, "level");
    levels
        .iter()
        .position(|one| level.iter().any(|level| level == one))
        .unwrap_or(levels.len())
}

/// The last of the places where the unit's posts lie: rows of a ledger follow one another.
pub(super) fn last_place(unit: &Unit) -> String {
    unit.posts
        .iter()
        .map(|post| post.place())
        .max()
        .expect("a unit has posts")
}

/// The number that the metric takes from a post.
pub(super) fn number_of(metric: &Metric, post: &Post, today: Date) -> Option<i64> {
    match metric.aggregate {
        Aggregate::MeanDays(from, to) => {
            let (from, to) = (day_of(post, from)?, day_of(post, to)?);
            (to <= today).then(|| 100 * i64::from(to.since(from).expect("days of these years").get_days()))
        }
        Aggregate::Sum(field) | Aggregate::Mean(field) | Aggregate::Largest(field) | Aggregate::Latest(field) => {
            match post.fields.get(field) {
                Some(&Value::Number(number)) => Some(number),
                _ => None,
            }
        }
        Aggregate::Count | Aggregate::Distinct(_) => None,
    }
}

fn day_of(post: &Post, field: &str) -> Option<Date> {
    match post.fields.get(field) {
        Some(&Value::Day(day)) => Some(day),
        _ => None,
    }
}
