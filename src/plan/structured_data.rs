//! The JSON-LD of a post's page, in the vocabulary of schema.org.

use crate::catalog::{RecordId, ResolvedTarget};
use crate::record::{AiDegree, AiUse, Record};
use crate::schema::FieldValue;
use crate::site::locale::datetime;
use crate::site::{Site, detect_platform};
use serde_json::json;

/// The schema.org object of a post: a `Person`, an `Event`, a `VideoObject`, or otherwise a `NewsArticle`.
pub(super) fn json_ld(site: &Site<'_>, at: RecordId) -> serde_json::Value {
    let record = site.record(at);
    let meta = &record.meta;
    let published = meta.date.map(datetime).unwrap_or_default();
    let summary = record.summary();
    let mut object = match record.kind.as_str() {
        "role-model" => person(site, record),
        "volunteer" | "culture" => event(site, at, &published),
        "video" => video_object(site, at, &published),
        _ => json!({ "@type": "NewsArticle", "headline": meta.title, "datePublished": published }),
    };
    object["@context"] = json!("https://schema.org");
    object["description"] = json!(summary);
    if let Some(image) = cover_url(site, at) {
        object["image"] = json!(image);
    }
    if object["@type"] == "NewsArticle" {
        if let Some(updated) = meta.updated {
            object["dateModified"] = json!(datetime(updated));
        }
        if let Some(author) = &meta.author {
            object["author"] = json!({ "@type": "Person", "name": author });
        }
        object["publisher"] = json!({ "@type": "Organization", "name": publisher(site) });
    }
    if let Some(source) = digital_source(&meta.ai) {
        object["digitalSourceType"] = json!(format!("https://schema.org/{source}"));
    }
    if !site.links.base.absolute.is_empty() {
        object["url"] = json!(site.links.absolute(site.links.record(at)));
    }
    object
}

/// The kind of source of content that a program made or changed, of the text, otherwise of the first other part.
fn digital_source(ai: &AiUse) -> Option<&'static str> {
    Some(match ai.parts().next()?.1 {
        AiDegree::Generated => "TrainedAlgorithmicMediaDigitalSource",
        AiDegree::Edited => "CompositeWithTrainedAlgorithmicMediaDigitalSource",
    })
}

fn publisher<'a>(site: &Site<'a>) -> &'a str {
    let owner = &site.settings.owner;
    [
        owner.organiser.as_str(),
        owner.name.as_str(),
        site.settings.title.as_str(),
    ]
    .into_iter()
    .find(|name| !name.is_empty())
    .unwrap_or_default()
}

fn text_field<'r>(site: &Site<'_>, record: &'r Record, name: &str) -> Option<&'r str> {
    if site.catalog.kinds.hides_field(&record.kind, name) {
        return None;
    }
    match record.meta.fields.get(name) {
        Some(FieldValue::Text(text)) => Some(text),
        _ => None,
    }
}

fn person(site: &Site<'_>, record: &Record) -> serde_json::Value {
    let name = text_field(site, record, "person").unwrap_or(&record.meta.title);
    let mut person = json!({ "@type": "Person", "name": name });
    if let Some(honor) = text_field(site, record, "honor") {
        person["award"] = json!(honor);
    }
    person
}

fn event(site: &Site<'_>, at: RecordId, start: &str) -> serde_json::Value {
    let record = site.record(at);
    let village = record
        .meta
        .village
        .as_deref()
        .and_then(|id| site.terms.village_name(id));
    let place = text_field(site, record, "location")
        .or(village)
        .unwrap_or_else(|| publisher(site));
    json!({
        "@type": "Event",
        "name": record.meta.title,
        "startDate": start,
        "eventStatus": "https://schema.org/EventScheduled",
        "location": { "@type": "Place", "name": place, "address": place },
        "organizer": { "@type": "Organization", "name": publisher(site) },
    })
}

fn video_object(site: &Site<'_>, at: RecordId, published: &str) -> serde_json::Value {
    let record = site.record(at);
    let mut video = json!({ "@type": "VideoObject", "name": record.meta.title, "uploadDate": published });
    if let Some(FieldValue::Duration(seconds)) = record.meta.fields.get("duration") {
        video["duration"] = json!(format!("PT{}M{}S", seconds / 60, seconds % 60));
    }
    if let Some(poster) = cover_url(site, at) {
        video["thumbnailUrl"] = json!(poster);
    }
    match site.catalog.record_links[at].file("video") {
        Some(ResolvedTarget::External(url)) => {
            let platform = detect_platform(url);
            let key = if platform.embed_url.is_empty() {
                "url"
            } else {
                "embedUrl"
            };
            video[key] = json!(if platform.embed_url.is_empty() {
                url
            } else {
                &platform.embed_url
            });
        }
        Some(target) => video["contentUrl"] = json!(absolute_url(site, target)),
        None => {}
    }
    video
}

/// The absolute address of the cover, or of a video's poster. `None` without either, and without a known base address:
/// other sites cannot use a picture's address without its host.
pub(super) fn cover_url(site: &Site<'_>, at: RecordId) -> Option<String> {
    let cover = site.catalog.record_links[at]
        .cover
        .as_ref()
        .or_else(|| site.catalog.record_links[at].file("poster"))?;
    absolute_url(site, cover)
}

/// The absolute address of a section's cover; `None` as for [`cover_url`].
pub(super) fn section_cover_url(site: &Site<'_>, folder: &str) -> Option<String> {
    let index = site.catalog.sections.get(folder)?.cover?;
    absolute_url(site, site.catalog.section_links.get(folder)?.get(index)?)
}

fn absolute_url(site: &Site<'_>, target: &ResolvedTarget) -> Option<String> {
    let address = site.links.to_target_absolute(target)?;
    address.contains("://").then_some(address)
}
