//! Videos: the site's own files, and pages of video platforms.

use super::site::Site;
use super::value::map;
use crate::catalog::{RecordId, ResolvedTarget};
use crate::schema::FieldValue;
use tera::Value;

/// The origins of embeddable players. The Content Security Policy of pages allows no other foreign frames.
pub(crate) const PLAYER_ORIGINS: [&str; 2] = ["https://player.bilibili.com", "https://v.qq.com"];

/// A platform's video, and the player that a page may load once the visitor asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VideoPlatform {
    /// `bilibili`, `tencent`, or `link` for any other.
    pub kind: &'static str,
    /// The player's address; empty when no player is on the allow-list (`PLAYER_ORIGINS`).
    pub embed_url: String,
}

/// Recognises the platforms whose players may be embedded.
///
/// Bilibili: `bilibili.com/video/BV…` or `…/av…`; Tencent: `v.qq.com/x/page/VID.html`, `v.qq.com/x/cover/…/VID.html`.
/// Anything else is a plain link.
#[must_use]
pub(crate) fn detect_platform(url: &str) -> VideoPlatform {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (host, path) = path.split_once('/').unwrap_or((path, ""));
    let last = path.rsplit('/').next().unwrap_or_default();
    let [bilibili, tencent] = PLAYER_ORIGINS;
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_number = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    match host {
        "www.bilibili.com" | "bilibili.com" | "m.bilibili.com" if last.starts_with("BV") && is_id(last) => {
            VideoPlatform {
                kind: "bilibili",
                embed_url: format!("{bilibili}/player.html?bvid={last}&autoplay=0"),
            }
        }
        "www.bilibili.com" | "bilibili.com" | "m.bilibili.com" if last.strip_prefix("av").is_some_and(is_number) => {
            VideoPlatform {
                kind: "bilibili",
                embed_url: format!("{bilibili}/player.html?aid={}&autoplay=0", &last["av".len()..]),
            }
        }
        "v.qq.com" if last.strip_suffix(".html").is_some_and(is_id) => VideoPlatform {
            kind: "tencent",
            embed_url: format!(
                "{tencent}/txp/iframe/player.html?vid={}",
                last.trim_end_matches(".html")
            ),
        },
        _ => VideoPlatform {
            kind: "link",
            embed_url: String::new(),
        },
    }
}

/// The media type of a video file by its extension; empty when unknown.
#[must_use]
pub(crate) fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().map(str::to_lowercase).as_deref() {
        Some("mp4" | "m4v") => "video/mp4",
        Some("webm") => "video/webm",
        Some("ogv") => "video/ogg",
        Some("mov") => "video/quicktime",
        _ => "",
    }
}

/// The video of a record, for templates. `None` when its field `video` is absent or has no address.
pub(crate) fn video_value(site: &Site<'_>, at: RecordId) -> Option<Value> {
    let fields = &site.catalog.records[at].meta.fields;
    let target = site.catalog.record_links[at].file("video")?;
    let url = site.links.to_target(target)?;
    let (kind, embed, ty) = match target {
        ResolvedTarget::External(address) => {
            let platform = detect_platform(address);
            (platform.kind, platform.embed_url, "")
        }
        _ => ("file", String::new(), media_type(&url)),
    };
    let duration = match fields.get("duration") {
        Some(FieldValue::Duration(seconds)) => site.locale.duration(*seconds),
        _ => String::new(),
    };
    Some(map! {
        "kind": kind,
        "url": url,
        "embed_url": embed,
        "poster": site.images.poster(at).map(|url| map! { "url": url }),
        "captions": captions(site, at),
        "duration": duration,
        "type": ty,
    })
}

fn captions(site: &Site<'_>, at: RecordId) -> Option<Value> {
    let url = site.links.to_target(site.catalog.record_links[at].file("captions")?)?;
    Some(map! { "url": url })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_player_has_an_allowed_origin() {
        let videos = [
            "https://www.bilibili.com/video/BV1Qh0000013/?p=1",
            "https://www.bilibili.com/video/av170001",
            "https://v.qq.com/x/page/q00qihe0003.html",
            "https://v.qq.com/x/cover/abc/q00qihe0003.html",
        ];
        for video in videos {
            let player = detect_platform(video).embed_url;
            assert!(
                PLAYER_ORIGINS
                    .iter()
                    .any(|origin| player.starts_with(&format!("{origin}/"))),
                "{player}"
            );
        }
        for video in [
            "https://bilibili.com.evil.example/video/BV1",
            "https://evil.example/?v.qq.com/x/page/a.html",
        ] {
            assert_eq!(detect_platform(video).embed_url, "", "{video}");
        }
    }
}
