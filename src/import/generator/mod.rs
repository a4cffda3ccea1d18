//! Reads whole sites of other generators: Hexo, Hugo, Zola and Jekyll.
//!
//! Role: the files of such a site → the files of `content/`, with what could not be carried over. Front matter gets the keys
//! of posts (`front`, `new_front`), tags of the generator become Markdown (`tags`), links lead to the new places (`links`),
//! and each post keeps its former address (`address`) as an alias unless another page has it (`claims`). Themes and
//! templates are not carried over. Does not know the disk.

mod address;
mod anchors;
mod claims;
mod dates;
mod detect;
mod front;
mod layout;
mod link_edits;
mod links;
mod markdown;
mod new_front;
mod options;
mod settings;
mod tags;
#[cfg(test)]
mod tests;

use super::manuscript::{Loss, Losses};
use anchors::Anchors;
use claims::Claims;
pub(crate) use claims::new_address;
use layout::{Layout, OldPost, TextGroup};
use links::Places;
pub(crate) use options::{Generator, SiteOptions};
pub(crate) use settings::is_settings_file;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use tags::TagScope;

/// Whether a file of an old site is a text in Markdown, by its name.
pub(crate) fn is_text_file(path: &str) -> bool {
    layout::is_markdown(path)
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
    /// The generator that made the site, if it is another one: then there is nothing else.
    pub(crate) other_generator: Option<Generator>,
}

/// Converts a site. `texts` are its Markdown files and its settings by their paths, `others` the paths of all other files.
pub(crate) fn convert(
    generator: Generator,
    texts: &BTreeMap<String, String>,
    others: &BTreeSet<String>,
    options: &SiteOptions<'_>,
) -> ImportedSite {
    let mut site = ImportedSite {
        other_generator: detect::other_generator(generator, texts, others),
        ..ImportedSite::default()
    };
    if site.other_generator.is_some() {
        return site;
    }
    let layout = Layout::new(generator, texts);
    let others_of_place = site.place_assets(&layout, others);
    let read = texts
        .iter()
        .filter_map(|(path, text)| read_post(&layout, path, text, options));
    let mut posts: Vec<OldPost> = read.collect();
    let mut claims = Claims::new(options.taken);
    // The page of a folder cannot move.
    for is_section in [true, false] {
        posts.retain_mut(|post| {
            let is_kept = post.is_section != is_section || claims.settle(post, options.slug);
            if !is_kept {
                site.losses
                    .entry(post.path.clone())
                    .or_default()
                    .add(Loss::GeneratedPage);
            }
            is_kept
        });
    }
    let mut losses = vec![Losses::default(); posts.len()];
    let bodies = replace_tags(&layout, &posts, &mut losses);
    let anchors = bodies.iter().map(|body| Anchors::of(body, options.markdown));
    let places = Places::new(&layout, &posts, anchors, &site.assets);
    for ((post, body), mut losses) in posts.iter().zip(bodies).zip(losses) {
        let body = link_edits::rewrite(&body, post, &places, &mut losses);
        let front = new_front::write(post, generator, &places, &mut claims, options, &mut losses);
        for key in post.front.other_keys() {
            losses.add_named(Loss::Key, &key);
        }
        site.texts.insert(
            post.place.clone(),
            format!("---\n{front}---\n\n{}\n", markdown::without_blank_ends(&body)),
        );
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

impl ImportedSite {
    /// Gives each other file its place: of several with one place, the first has it, and the others are returned. Texts in
    /// formats that are not read are losses.
    fn place_assets<'p>(&mut self, layout: &Layout, others: &'p BTreeSet<String>) -> Vec<(String, &'p String)> {
        let mut others_of_place = Vec::new();
        for path in others {
            if layout.is_other_text(path) {
                self.losses.entry(path.clone()).or_default().add(Loss::Format);
            }
            let Some(place) = layout.asset_place(path) else {
                continue;
            };
            match self.assets.entry(place) {
                Entry::Vacant(free) => drop(free.insert(path.clone())),
                Entry::Occupied(taken) => others_of_place.push((taken.key().clone(), path)),
            }
        }
        others_of_place
    }
}

/// The bodies with their tags replaced.
fn replace_tags(layout: &Layout, posts: &[OldPost], losses: &mut [Losses]) -> Vec<String> {
    let titles = titles_by_name(posts);
    let bodies = posts.iter().zip(losses).map(|(post, losses)| {
        let scope = TagScope {
            generator: layout.generator,
            settings: &layout.settings,
            post,
            titles: &titles,
        };
        tags::replace(&scope, &post.body, losses)
    });
    bodies.collect()
}

/// The titles of posts by the names that tags have for them: the path in the folder of all posts, or the last part of it.
fn titles_by_name(posts: &[OldPost]) -> BTreeMap<String, String> {
    let mut titles = BTreeMap::new();
    for post in posts {
        let Some(title) = post.front.text(&front::TITLE) else {
            continue;
        };
        let path = post
            .path
            .split_once("/_posts/")
            .map_or(post.path.as_str(), |(_, path)| path);
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let name = stem.rsplit('/').next().unwrap_or(stem);
        titles.insert(stem.to_owned(), title.clone());
        titles.entry(name.to_owned()).or_insert(title);
    }
    titles
}

fn read_post(layout: &Layout, path: &str, text: &str, options: &SiteOptions<'_>) -> Option<OldPost> {
    let text_place = layout.text_place(path)?;
    let (front, body) = front::split(text);
    let date = front.date(options.zone).or_else(|| layout::day_in_name(path));
    let old_place = text_place.full_path();
    let is_section = old_place.ends_with("_index.md");
    // Hexo and Jekyll tell posts from pages, which have dates too.
    let may_be_post = text_place.group == TextGroup::Post || !layout.generator.has_post_folder();
    let in_kind = options.kind.filter(|_| date.is_some() && !is_section && may_be_post);
    let place = match in_kind {
        Some((_, folder)) => moved_to_kind(&old_place, folder),
        None => old_place,
    };
    let (old_address, unknown_form) = match address::old_address(layout, path, &text_place, &front) {
        Ok(address) => (address, None),
        Err(form) => (None, Some(form.0)),
    };
    Some(OldPost {
        old_address,
        unknown_form,
        new_address: new_address(&place, options.slug),
        path: path.to_owned(),
        place,
        old_place: text_place.path,
        date,
        kind: in_kind.map(|(id, _)| id.to_owned()),
        is_section,
        body: body.to_owned(),
        front,
    })
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
