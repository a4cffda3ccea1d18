//! Share code of video platforms: the address of the video's page, from the address of the player in an `iframe`.

/// The address of the page of the video that a player shows. `None` for other frames.
pub(super) fn video_page(player: &str) -> Option<String> {
    let rest = player.split_once("//").map_or(player, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let is_of = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|head| head.ends_with('.'));
    let value = |name: &str| {
        let query = path.split_once('?')?.1.split('#').next()?;
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let id = pairs
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, id)| id)
            .next()?;
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_id.then_some(id)
    };
    if is_of("bilibili.com") || is_of("hdslb.com") {
        let id = value("bvid").filter(|id| id.starts_with("BV"));
        let id = id.map(str::to_owned).or_else(|| Some(format!("av{}", value("aid")?)));
        return Some(format!("https://www.bilibili.com/video/{}", id?));
    }
    if is_of("v.qq.com") || is_of("video.qq.com") || is_of("imgcache.qq.com") {
        return Some(format!("https://v.qq.com/x/page/{}.html", value("vid")?));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn players_lead_to_their_videos() {
        for (player, page) in [
            (
                "//player.bilibili.com/player.html?aid=1&bvid=BV1xx411c7mD&cid=2&page=1",
                Some("https://www.bilibili.com/video/BV1xx411c7mD"),
            ),
            (
                "https://player.bilibili.com/player.html?isOutside=true&aid=170001&p=1",
                Some("https://www.bilibili.com/video/av170001"),
            ),
            (
                "https://v.qq.com/txp/iframe/player.html?vid=a3012abc",
                Some("https://v.qq.com/x/page/a3012abc.html"),
            ),
            (
                "https://v.qq.com/iframe/preview.html?width=500&vid=a3012abc&auto=0",
                Some("https://v.qq.com/x/page/a3012abc.html"),
            ),
            ("https://evilbilibili.com/player.html?bvid=BV1", None),
            ("https://player.bilibili.com/player.html?bvid=BV1\"><script>", None),
            ("https://map.example/?vid=1", None),
        ] {
            assert_eq!(video_page(player).as_deref(), page, "{player}");
        }
    }
}
