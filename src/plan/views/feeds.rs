//! The views of files for programs: feeds, the site map, robots.txt.

use super::{BuiltView, ViewBuilder};
use crate::catalog::{RecordId, ResolvedTarget};
use crate::paths::UrlPath;
use crate::plan::head::PageHead;
use crate::plan::{FileContent, SITEMAP_LIMIT, View};
use crate::schema::{FieldValue, Moment};
use crate::site::detect_platform;
use crate::site::locale::datetime;
use crate::site::value::map;
use tera::Value;

/// Posts in a feed, newest first.
const FEED_LENGTH: usize = 20;

impl ViewBuilder<'_, '_> {
    pub(super) fn feed(&self, kind: Option<&str>) -> BuiltView {
        let site = self.site;
        let posts: Vec<RecordId> = match kind {
            Some(kind) => site
                .catalog
                .posts_by_kind
                .get(kind)
                .into_iter()
                .flatten()
                .copied()
                .take(FEED_LENGTH)
                .collect(),
            None => site.catalog.posts().take(FEED_LENGTH).collect(),
        };
        let label = kind.and_then(|id| site.catalog.kinds.label(id, site.language()));
        let title = &site.settings.title;
        let home = kind.map_or_else(|| UrlPath::folder(""), |id| site.links.kind(id));
        let updated = posts.iter().filter_map(|&at| self.last_modified(at)).max();
        let owner = &site.settings.owner;
        let feed = map! {
            "title": label.map_or_else(|| title.clone(), |label| format!("{title} · {label}")),
            "subtitle": site.settings.description.as_str(),
            "id": self.feed_id(self.url),
            "url": site.links.absolute(self.url),
            "home": site.links.absolute(&home),
            // An empty feed still needs a time (RFC 4287, 4.1.1); a fixed one keeps builds reproducible.
            "updated": updated.map_or_else(|| "1970-01-01T00:00:00Z".to_owned(), |moment| self.rfc3339(moment)),
            "author": [owner.organiser.as_str(), owner.name.as_str(), title].into_iter().find(|name| !name.is_empty()),
            "entries": posts.iter().map(|&at| self.feed_entry(at)).collect::<Vec<_>>(),
        };
        ("feed.xml".to_owned(), PageHead::default(), vec![("feed", feed)])
    }

    pub(super) fn feed_entry(&self, at: RecordId) -> Value {
        let site = self.site;
        let meta = &site.record(at).meta;
        map! {
            "title": meta.title.as_str(),
            "id": self.feed_id(site.links.record(at)),
            "url": site.links.absolute(site.links.record(at)),
            "published": meta.date.map(|moment| self.rfc3339(moment)).unwrap_or_default(),
            "updated": self.last_modified(at).map(|moment| self.rfc3339(moment)).unwrap_or_default(),
            "summary": site.record(at).summary(),
            "content": self.bodies.record(at, true),
            "ai": site.locale.ai_statement(&meta.ai),
            "author": meta.author.as_deref().unwrap_or_default(),
            "categories": meta.tags.iter().map(String::as_str).collect::<Vec<_>>(),
        }
    }

    /// The permanent id of a feed or entry: its absolute address, or a tag URI (RFC 4151) when the host is unknown.
    pub(super) fn feed_id(&self, url: &UrlPath) -> String {
        if self.site.links.base.absolute.is_empty() {
            format!("tag:xiangyin.invalid,2021:{}", url.encoded())
        } else {
            self.site.links.absolute(url)
        }
    }

    /// A moment in the site's time zone in RFC 3339 format.
    pub(super) fn rfc3339(&self, moment: Moment) -> String {
        let time = moment.time.unwrap_or_default();
        let local = moment.date.to_datetime(time);
        local.to_zoned(self.site.settings.timezone.clone()).map_or_else(
            |_| format!("{local}Z"),
            |zoned| zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        )
    }

    pub(super) fn sitemap(&self, part: usize) -> BuiltView {
        let indexed = self.plan.files.iter().filter_map(|file| match &file.content {
            FileContent::Page(view) if view.is_indexed() => Some((file, view)),
            _ => None,
        });
        let urls: Vec<Value> = indexed
            .skip(part * SITEMAP_LIMIT)
            .take(SITEMAP_LIMIT)
            .map(|(file, view)| {
                let id = if let View::Article(id) = view { Some(*id) } else { None };
                map! {
                    "loc": self.site.links.absolute(&file.url),
                    "lastmod": id.and_then(|id| self.last_modified(id)).map(|moment| moment.date.to_string()),
                    "videos": id.and_then(|id| self.sitemap_video(id)).into_iter().collect::<Vec<_>>(),
                }
            })
            .collect();
        (
            "sitemap.xml".to_owned(),
            PageHead::default(),
            vec![("urls", urls.into())],
        )
    }

    /// The video of a record. `None` when it lacks what the video extension requires: a thumbnail, and a file or a
    /// player.
    pub(super) fn sitemap_video(&self, at: RecordId) -> Option<Value> {
        let site = self.site;
        let record = site.record(at);
        let target = site.catalog.record_links[at].file("video")?;
        let thumbnail = site.catalog.record_links[at]
            .file("poster")
            .or(site.catalog.record_links[at].cover.as_ref())?;
        let thumbnail = site.links.to_target_absolute(thumbnail)?;
        let (content, player) = match target {
            ResolvedTarget::External(url) => (
                None,
                Some(detect_platform(url).embed_url).filter(|embed| !embed.is_empty()),
            ),
            target => (site.links.to_target_absolute(target), None),
        };
        if content.is_none() && player.is_none() {
            return None;
        }
        let duration = match record.meta.fields.get("duration") {
            Some(FieldValue::Duration(seconds)) => Some(*seconds),
            _ => None,
        };
        let summary = record.summary();
        Some(map! {
            "title": record.meta.title.as_str(),
            "description": if summary.is_empty() { record.meta.title.as_str() } else { summary },
            "thumbnail": thumbnail,
            "content": content,
            "player": player,
            "duration": duration,
            "published": record.meta.date.map(datetime).unwrap_or_default(),
        })
    }

    pub(super) fn sitemap_index(&self) -> BuiltView {
        let parts = self
            .plan
            .files
            .iter()
            .filter(|file| matches!(file.content, FileContent::Page(View::Sitemap(_))));
        let maps: Vec<Value> = parts
            .map(|file| map! { "loc": self.site.links.absolute(&file.url) })
            .collect();
        (
            "sitemap-index.xml".to_owned(),
            PageHead::default(),
            vec![("maps", maps.into())],
        )
    }

    pub(super) fn robots(&self) -> BuiltView {
        let base = &self.site.links.base;
        let known = !base.absolute.is_empty();
        let sitemap = if known {
            base.absolute(&UrlPath::file("sitemap.xml"))
        } else {
            String::new()
        };
        (
            "robots.txt".to_owned(),
            PageHead::default(),
            vec![("sitemap", sitemap.into())],
        )
    }
}
