//! The head of a page: title, description, meta tags required of government sites, Open Graph, JSON-LD.

use super::structured_data::{cover_url, json_ld, section_cover_url};
use crate::catalog::RecordId;
use crate::paths::UrlPath;
use crate::site::Site;
use crate::site::locale::{datetime, pub_date};
use crate::site::value::{map, safe};
use serde_json::json;
use tera::value::Key;
use tera::{Map, Value};

/// One breadcrumb: its label, and its address if it is a link.
pub(super) type Crumb = (String, Option<UrlPath>);

/// What a view contributes to its page's head.
#[derive(Debug, Default)]
pub(super) struct PageHead {
    /// The page's own title.
    pub title: String,
    /// One sentence about the page.
    pub description: String,
    /// `home`, `kind`, `article` …
    pub page_kind: &'static str,
    /// The id of the kind that the page belongs to; may be empty.
    pub section: String,
    /// The breadcrumbs below the home page; the last one is the page itself.
    pub crumbs: Vec<Crumb>,
    /// Meta tags beyond those of every page.
    pub meta: Vec<(&'static str, String)>,
    /// Open Graph properties beyond those of every page.
    pub properties: Vec<(&'static str, String)>,
    /// Feeds in addition to the site's own: title and address.
    pub feeds: Vec<(String, UrlPath)>,
    /// JSON-LD objects.
    pub json_ld: Vec<serde_json::Value>,
}

impl PageHead {
    /// The variable `page` of the view at `url`.
    pub(super) fn template_value(mut self, site: &Site<'_>, url: &UrlPath) -> Value {
        let meta = self.meta_tags(site);
        let properties = self.property_tags(site, url);
        self.add_breadcrumb_list(site);
        let crumbs = self.crumbs.iter().map(|(label, url)| {
            map! { "label": label.as_str(), "url": url.as_ref().map(|url| site.links.link(url)) }
        });
        let home = map! { "label": site.locale.get("home"), "url": site.links.link(&UrlPath::folder("")) };
        let breadcrumbs: Vec<Value> = std::iter::once(home).chain(crumbs).collect();
        let own_feed = (site.settings.title.clone(), UrlPath::file("feed.xml"));
        let feeds = std::iter::once(&own_feed).chain(&self.feeds);
        map! {
            "title": self.title.as_str(),
            "description": self.description.as_str(),
            "url": site.links.link(url),
            "canonical": if site.links.base.absolute.is_empty() { String::new() } else { site.links.absolute(url) },
            "path": url.as_str(),
            "sort": self.page_kind,
            "section": self.section.as_str(),
            "section_url": section_url(site, &self.section),
            "breadcrumbs": if self.crumbs.is_empty() { Vec::new() } else { breadcrumbs },
            "meta": tags_by_name(meta),
            "properties": tags_by_name(properties),
            "feeds": feeds.map(|(title, url)| map! { "title": title.as_str(), "url": site.links.link(url) }).collect::<Vec<_>>(),
            "json_ld": safe(&json_ld_scripts(&self.json_ld)),
        }
    }

    /// The page's description; the site's description when the page has none.
    fn description_or_default(&self, site: &Site<'_>) -> String {
        let own = Some(&self.description).filter(|own| !own.is_empty());
        own.unwrap_or(&site.settings.description).clone()
    }

    /// Meta tags: those required on every page of a government site (inspection criteria for government sites:
    /// SiteName, SiteDomain, SiteIDCode), then the page's own. Empty ones are omitted.
    fn meta_tags(&mut self, site: &Site<'_>) -> Vec<(&'static str, String)> {
        // Names of meta tags are case-insensitive (HTML, 4.2.5): an article's `Description` is its `description`.
        let own = self.meta.iter().any(|(name, _)| *name == "Description");
        let mut tags = vec![
            (
                "description",
                if own {
                    String::new()
                } else {
                    self.description_or_default(site)
                },
            ),
            ("SiteName", site.settings.title.clone()),
            ("SiteDomain", site.links.base.host().to_owned()),
            ("SiteIDCode", site.settings.owner.site_id.clone()),
        ];
        tags.append(&mut self.meta);
        tags.retain(|(_, content)| !content.is_empty());
        tags
    }

    fn property_tags(&mut self, site: &Site<'_>, url: &UrlPath) -> Vec<(&'static str, String)> {
        let locale = if site.language().starts_with("zh") {
            "zh_CN"
        } else {
            "en_GB"
        };
        let mut tags = vec![
            ("og:site_name", site.settings.title.clone()),
            ("og:locale", locale.to_owned()),
            ("og:title", self.title.clone()),
            ("og:description", self.description_or_default(site)),
        ];
        if !site.links.base.absolute.is_empty() {
            tags.push(("og:url", site.links.absolute(url)));
        }
        if !self.properties.iter().any(|(property, _)| *property == "og:type") {
            tags.push(("og:type", "website".to_owned()));
        }
        tags.append(&mut self.properties);
        tags.retain(|(_, content)| !content.is_empty());
        tags
    }

    /// Adds the breadcrumbs as a `BreadcrumbList` (schema.org; the last item needs no address).
    fn add_breadcrumb_list(&mut self, site: &Site<'_>) {
        if self.crumbs.is_empty() || site.links.base.absolute.is_empty() {
            return;
        }
        let home = (site.locale.get("home").to_owned(), Some(UrlPath::folder("")));
        let steps = std::iter::once(&home).chain(&self.crumbs).enumerate();
        let items: Vec<_> = steps
            .map(|(index, (label, url))| {
                let mut item = json!({ "@type": "ListItem", "position": index + 1, "name": label });
                if let Some(url) = url {
                    item["item"] = json!(site.links.absolute(url));
                }
                item
            })
            .collect();
        self.json_ld
            .push(json!({ "@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items }));
    }
}

/// Tags by name, in order. One map is several times cheaper to build and to read than a list of maps.
fn tags_by_name(tags: Vec<(&'static str, String)>) -> Value {
    let tags = tags
        .into_iter()
        .map(|(name, content)| (Key::Str(name), Value::from(content)));
    Value::from(tags.collect::<Map>())
}

/// The link to the list of the kind that a page belongs to; empty when it belongs to none.
fn section_url(site: &Site<'_>, section: &str) -> String {
    if section.is_empty() {
        return String::new();
    }
    site.links.link(&site.links.kind(section))
}

/// JSON-LD objects as script elements. `<` is escaped, so that a text cannot end the element.
fn json_ld_scripts(objects: &[serde_json::Value]) -> String {
    let script = |object: &serde_json::Value| {
        format!(
            "<script type=\"application/ld+json\">{}</script>",
            object.to_string().replace('<', "\\u003c")
        )
    };
    objects.iter().map(script).collect()
}

/// The head of a column page (a kind's list, a folder's list): 栏目 meta tags.
pub(super) fn column_head(site: &Site<'_>, title: &str, description: &str, column_type: &str) -> PageHead {
    PageHead {
        title: title.to_owned(),
        description: description.to_owned(),
        crumbs: vec![(title.to_owned(), None)],
        meta: vec![
            ("ColumnName", title.to_owned()),
            (
                "ColumnDescription",
                if description.is_empty() {
                    title.to_owned()
                } else {
                    description.to_owned()
                },
            ),
            ("ColumnKeywords", format!("{title},{}", site.settings.title)),
            ("ColumnType", column_type.to_owned()),
        ],
        ..PageHead::default()
    }
}

/// The properties of the page of the section `folder`.
pub(super) fn section_properties(site: &Site<'_>, folder: &str) -> Vec<(&'static str, String)> {
    let cover = section_cover_url(site, folder);
    cover.map(|cover| ("og:image", cover)).into_iter().collect()
}

/// The head of a post or page.
pub(super) fn article_head(site: &Site<'_>, at: RecordId) -> PageHead {
    let record = site.record(at);
    let meta = &record.meta;
    let is_post = site.catalog.is_post(record);
    let mut head = PageHead {
        title: meta.title.clone(),
        description: record.summary().to_owned(),
        page_kind: if is_post { "article" } else { "page" },
        section: if is_post { record.kind.clone() } else { String::new() },
        crumbs: crumbs(site, at),
        ..PageHead::default()
    };
    if is_post {
        head.meta = article_meta(site, at);
        head.properties = article_properties(site, at);
        if let Some(kind) = site.catalog.kinds.get(&record.kind).filter(|kind| kind.feed) {
            let feed = site.links.feed(Some(&kind.id));
            head.feeds.push((kind.labels.get(site.language()).to_owned(), feed));
        }
        head.json_ld.push(json_ld(site, at));
    } else {
        head.meta = vec![("AIGC", site.locale.ai_statement(&meta.ai))];
    }
    head
}

/// The breadcrumbs of a record: its kind, or each folder above it that has a page of its own; then the record.
fn crumbs(site: &Site<'_>, at: RecordId) -> Vec<Crumb> {
    let record = site.record(at);
    let mut crumbs = Vec::new();
    if site.catalog.is_post(record)
        && let Some(kind) = site.catalog.kinds.get(&record.kind)
    {
        crumbs.push((
            kind.labels.get(site.language()).to_owned(),
            Some(site.links.kind(&kind.id)),
        ));
    } else {
        let folder = record
            .path
            .in_content()
            .and_then(|path| path.rsplit_once('/'))
            .map_or("", |(folder, _)| folder);
        crumbs.extend(folder_crumbs(site, folder));
    }
    crumbs.push((record.meta.title.clone(), None));
    crumbs
}

/// The breadcrumbs of `folder` and of each folder above it that has a page of its own.
pub(super) fn folder_crumbs(site: &Site<'_>, folder: &str) -> Vec<Crumb> {
    let ends = folder
        .match_indices('/')
        .map(|(offset, _)| offset)
        .chain([folder.len()]);
    let sections = ends.filter_map(|end| site.catalog.sections.get(&folder[..end]));
    sections
        .filter(|section| !section.folder.is_empty())
        .map(|section| (section.title.clone(), Some(site.links.folder(&section.folder))))
        .collect()
}

/// Meta tags of an article, in the order of the inspection criteria.
fn article_meta(site: &Site<'_>, at: RecordId) -> Vec<(&'static str, String)> {
    let meta = &site.record(at).meta;
    let source = meta
        .source
        .clone()
        .unwrap_or_else(|| site.settings.owner.organiser.clone());
    vec![
        ("ArticleTitle", meta.title.clone()),
        ("PubDate", meta.date.map(pub_date).unwrap_or_default()),
        (
            "ContentSource",
            if source.is_empty() {
                site.settings.title.clone()
            } else {
                source
            },
        ),
        ("Keywords", meta.tags.join(",")),
        ("Author", meta.author.clone().unwrap_or_default()),
        ("AIGC", site.locale.ai_statement(&meta.ai)),
        ("Description", site.record(at).summary().to_owned()),
        ("Image", cover_url(site, at).unwrap_or_default()),
        (
            "Url",
            if site.links.base.absolute.is_empty() {
                String::new()
            } else {
                site.links.absolute(site.links.record(at))
            },
        ),
    ]
}

fn article_properties(site: &Site<'_>, at: RecordId) -> Vec<(&'static str, String)> {
    let meta = &site.record(at).meta;
    vec![
        ("og:type", "article".to_owned()),
        ("article:published_time", meta.date.map(datetime).unwrap_or_default()),
        ("article:modified_time", meta.updated.map(datetime).unwrap_or_default()),
        ("og:image", cover_url(site, at).unwrap_or_default()),
    ]
}
