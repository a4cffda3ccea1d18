//! Reads whole sites of other generators: Hexo, Hugo, Zola and Jekyll.
//!
//! Role: the files of such a site → the files of `content/`, with what could not be carried over. Front matter gets the keys
//! of posts (`front`), tags of the generator become Markdown (`tags`), links lead to the new places (`links`), and each
//! post keeps its former address as an alias (`layout`). Themes and templates are not carried over. Does not know the disk.

mod front;
mod layout;
mod links;
mod new_front;
mod options;
mod tags;
#[cfg(test)]
mod tests;

use super::manuscript::{Loss, Losses};
use crate::config::SlugStyle;
use crate::slug::slug;
use layout::{Layout, OldPost};
use links::Places;
pub(crate) use options::{Generator, SiteOptions};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a file of an old site at this path has its settings.
pub(crate) fn is_settings_file(path: &str) -> bool {
    layout::SETTINGS.contains(&path)
}

/// A site as it will be in `content/`.
#[derive(Debug, Default)]
pub(crate) struct ImportedSite {
    /// Texts by their paths below `content/`.
    pub(crate) texts: BTreeMap<String, String>,
    /// Other files: the path below `content/`, and the path in the old site.
    pub(crate) assets: BTreeMap<String, String>,
    /// What was not carried over, by the path of the old file.
    pub(crate) losses: BTreeMap<String, Losses>,
}

/// Converts a site. `texts` are its Markdown files and its settings by their paths, `others` the paths of all other files.
pub(crate) fn convert(
    generator: Generator,
    texts: &BTreeMap<String, String>,
    others: &BTreeSet<String>,
    options: &SiteOptions<'_>,
) -> ImportedSite {
    let layout = Layout::new(generator, texts);
    let mut site = ImportedSite::default();
    // Files of several folders may have one place in the new site: the first keeps it.
    let mut others_of_place: Vec<(String, &String)> = Vec::new();
    for path in others {
        let Some(place) = layout.asset_place(path) else {
            continue;
        };
        match site.assets.entry(place) {
            Entry::Vacant(free) => drop(free.insert(path.clone())),
            Entry::Occupied(taken) => others_of_place.push((taken.key().clone(), path)),
        }
    }
    let mut posts = Vec::new();
    for (path, text) in texts {
        if let Some(place) = layout.text_place(path) {
            posts.push(read_post(&layout, path, place, text, options));
        }
    }
    give_own_places(&mut posts, options.slug);
    let places = Places::new(&layout, &posts, &site.assets);
    for post in &posts {
        let mut losses = Losses::default();
        let text = write_post(&layout, post, &places, options, &mut losses);
        site.texts.insert(post.place.clone(), text);
        if losses.iter().next().is_some() {
            site.losses.insert(post.path.clone(), losses);
        }
    }
    // Styles and scripts of the old theme belong to it, and so does what nothing refers to.
    let used = places.used();
    site.assets.retain(|place, _| used.contains(place));
    for (place, path) in others_of_place {
        if let Some(kept) = site.assets.get(&place) {
            let losses = site.losses.entry(path.clone()).or_default();
            losses.add_named(Loss::SamePlace, kept);
        }
    }
    site
}

/// Moves posts of one place apart: one folder of the new site may take in several of the old one.
fn give_own_places(posts: &mut [OldPost], style: SlugStyle) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for post in posts {
        let stem = post.place.trim_end_matches(".md").to_owned();
        let mut number = 2;
        while !taken.insert(post.place.clone()) {
            post.place = format!("{stem}-{number}.md");
            post.new_address = new_address(&post.place, style);
            number += 1;
        }
    }
}

fn read_post(layout: &Layout, path: &str, place: String, text: &str, options: &SiteOptions<'_>) -> OldPost {
    let (front, body) = front::split(text);
    let date = front.date(options.zone).or_else(|| layout::day_in_name(path));
    let is_section = place.ends_with("_index.md");
    let in_kind = options.kind.filter(|_| date.is_some() && !is_section);
    let old_place = place;
    let place = match in_kind {
        Some((_, folder)) => moved_to_kind(&old_place, folder),
        None => old_place.clone(),
    };
    OldPost {
        old_address: layout.old_address(path, &front, date),
        new_address: new_address(&place, options.slug),
        path: path.to_owned(),
        place,
        old_place,
        date,
        kind: in_kind.map(|(id, _)| id.to_owned()),
        is_section,
        body: body.to_owned(),
        front,
    }
}

/// The path of a post in the folder of its kind. Its own folders stay below it, except the one of all posts.
fn moved_to_kind(place: &str, folder: &str) -> String {
    let rest = place
        .strip_prefix("posts/")
        .or_else(|| place.strip_prefix("post/"))
        .unwrap_or(place);
    let rest = rest
        .strip_prefix(folder)
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or(rest);
    if folder.is_empty() {
        rest.to_owned()
    } else {
        format!("{folder}/{rest}")
    }
}

/// The address that a post at this path gets.
fn new_address(place: &str, style: SlugStyle) -> String {
    let stem = place.trim_end_matches(".md");
    let stem = ["/index", "/_index"]
        .iter()
        .find_map(|end| stem.strip_suffix(end))
        .unwrap_or(stem);
    let parts: Vec<String> = stem.split('/').map(|part| slug(part, style)).collect();
    format!("/{}/", parts.join("/"))
}

fn write_post(
    layout: &Layout,
    post: &OldPost,
    places: &Places<'_>,
    options: &SiteOptions<'_>,
    losses: &mut Losses,
) -> String {
    let body = tags::replace(layout.generator, &post.body, post, losses);
    let body = links::rewrite(&body, post, places, losses);
    let front = new_front::write(post, places, options, losses);
    for key in post.front.other_keys() {
        losses.add_named(Loss::Key, &key);
    }
    format!("---\n{front}---\n\n{}\n", body.trim())
}
