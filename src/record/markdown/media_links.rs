//! What `![…](…)` shows: editors write it for videos, recordings and documents too.

/// The kind of a file, by the ending of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaKind {
    /// A picture, or an address that does not tell.
    Picture,
    /// A video that browsers play.
    Video,
    /// A recording.
    Audio,
    /// A video that browsers do not play.
    Unplayable,
    /// A document.
    Document,
}

/// Whether a name ends like that of a file.
pub(super) fn is_file_name(name: &str) -> bool {
    let ending = name
        .rsplit_once('.')
        .map_or("", |(_, ending)| ending)
        .to_ascii_lowercase();
    let is_picture = [
        "png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "heic", "tif", "tiff", "md",
    ]
    .contains(&&*ending);
    is_picture || media_kind(name) != MediaKind::Picture
}

/// The kind of the file at `target`.
pub(super) fn media_kind(target: &str) -> MediaKind {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).trim();
    match ending.to_ascii_lowercase().as_str() {
        "mp4" | "m4v" | "webm" => MediaKind::Video,
        "mp3" | "m4a" | "wav" | "ogg" | "aac" => MediaKind::Audio,
        "mov" | "avi" | "wmv" | "mkv" | "flv" | "mpg" | "mpeg" | "rmvb" | "3gp" | "ogv" => MediaKind::Unplayable,
        "pdf" | "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "wps" | "et" | "dps" | "txt" | "zip" | "rar"
        | "7z" | "csv" => MediaKind::Document,
        _ => MediaKind::Picture,
    }
}
