//! Writes the front matter of posts from that of the old site.

use super::claims::{self, Claims};
use super::dates::read_moment;
use super::front::{COVER, SUMMARY, TITLE, UPDATED, scalar};
use super::layout::OldPost;
use super::links::Places;
use super::options::{Generator, SiteOptions};
use crate::import::manuscript::{Loss, Losses};
use crate::schema::scalar::format_iso;
use crate::yaml::{Value, write_flow_item, write_scalar};

/// The lines of the new post's front matter.
pub(super) fn write(
    post: &OldPost,
    generator: Generator,
    places: &Places<'_>,
    claims: &mut Claims,
    options: &SiteOptions<'_>,
    losses: &mut Losses,
) -> String {
    if post.front.is_damaged {
        losses.add(Loss::FrontMatter);
    }
    let summary = post.front.text(&SUMMARY).map(|text| write_scalar(&text));
    let mut lines = vec![format!("title: {}", write_scalar(&title(post)))];
    if post.is_section {
        lines.extend(summary.map(|text| format!("description: {text}")));
    } else {
        lines.extend(dates(post, options, losses));
        lines.push(format!("kind: {}", post.kind.as_deref().unwrap_or("page")));
        lines.extend(summary.map(|text| format!("summary: {text}")));
        lines.extend(other_facts(post, generator, losses));
    }
    lines.extend(cover(post, places, losses));
    lines.extend(flow_list("aliases", &all_aliases(post, claims, losses)));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The day of a post, and that of its last change.
fn dates(post: &OldPost, options: &SiteOptions<'_>, losses: &mut Losses) -> Vec<String> {
    let mut read = |key: &str, text: Option<String>| {
        let text = text?;
        let moment = read_moment(&text, options.zone);
        if moment.is_none() {
            losses.add_named(Loss::Value, &format!("{key}: {text}"));
        }
        moment
    };
    let date = read("date", post.front.date_text()).or(post.date);
    let updated = read("updated", post.front.text(&UPDATED));
    let dates = [("date", date), ("updated", updated)].into_iter();
    dates
        .filter_map(|(key, moment)| Some(format!("{key}: {}", format_iso(moment?))))
        .collect()
}

/// Tags, authors, and whether the post is a draft.
fn other_facts(post: &OldPost, generator: Generator, losses: &mut Losses) -> Vec<String> {
    let front = &post.front;
    let authors = front.authors().join("、");
    let authors = (!authors.is_empty()).then_some(authors);
    let weight = front.text(&["weight"]);
    let (weight, damaged) = match weight {
        Some(weight) if weight.parse::<i32>().is_ok() => (Some(weight), None),
        weight => (None, weight),
    };
    if let Some(weight) = damaged {
        losses.add_named(Loss::Value, &format!("weight: {weight}"));
    }
    let lines = [
        flow_list("tags", &front.tags(generator == Generator::Jekyll)),
        authors.map(|authors| format!("author: {}", write_scalar(&authors))),
        post.is_draft().then(|| "draft: true".to_owned()),
        weight.map(|weight| format!("weight: {weight}")),
    ];
    lines.into_iter().flatten().collect()
}

/// The cover, if it came with the site.
fn cover(post: &OldPost, places: &Places<'_>, losses: &mut Losses) -> Option<String> {
    let written = COVER.iter().find_map(|key| cover_address(post.front.value(key)?))?;
    let Some(place) = places.find_asset(&written, post) else {
        losses.add_named(Loss::MissingPicture, &written);
        return None;
    };
    Some(format!("cover: {}", write_scalar(&format!("/{place}"))))
}

/// The address in the value of a cover, which may say only whether there is one.
fn cover_address(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) => None,
        Value::Mapping(map) => ["image", "url", "src", "path", "teaser"]
            .iter()
            .find_map(|key| scalar(map.get(*key)?)),
        value => scalar(value),
    }
}

/// The title; without one, the first heading, or else the name of the file.
fn title(post: &OldPost) -> String {
    let heading = post.body.lines().find_map(|line| line.strip_prefix("# "));
    let (name, _) = claims::split_end(&post.place);
    let name = name.rsplit('/').next().unwrap_or(name);
    post.front
        .text(&TITLE)
        .unwrap_or_else(|| heading.unwrap_or(name).trim().to_owned())
}

/// All former addresses of a post that differ from its new one and that no other page has.
fn all_aliases(post: &OldPost, claims: &mut Claims, losses: &mut Losses) -> Vec<String> {
    // A draft was published nowhere.
    if let Some(form) = post.unknown_form.as_deref().filter(|_| !post.is_draft()) {
        losses.add_named(Loss::Address, form);
    }
    let own = post.old_address.clone().into_iter();
    let mut aliases: Vec<String> = Vec::new();
    for alias in own.chain(post.front.aliases()) {
        let alias = alias.trim();
        // An address of another site, and one that is no path, cannot be redirected.
        let is_path = !alias.contains([':', '?', '#', '\\']) && !alias.split('/').any(|part| part == "..");
        let path = format!("/{}", alias.trim_start_matches('/'));
        let is_same = claims::is_same_address(&path, &post.new_address);
        if !is_path || is_same || path == "/" || aliases.contains(&path) {
            continue;
        }
        match claims.claim(&path, &post.place) {
            true => aliases.push(path),
            false => losses.add_named(Loss::Alias, &path),
        }
    }
    aliases
}

fn flow_list(key: &str, items: &[String]) -> Option<String> {
    let items: Vec<String> = items.iter().map(|item| write_flow_item(item)).collect();
    (!items.is_empty()).then(|| format!("{key}: [{}]", items.join(", ")))
}
