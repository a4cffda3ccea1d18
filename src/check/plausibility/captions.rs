//! Video files in front matter without captions.

use super::places::ValueFinding;
use crate::diag::{Code, Diagnostic};
use crate::record::Record;
use crate::schema::FieldValue;

const VIDEO: &str = "video";
const CAPTIONS: &str = "captions";

/// Reports the video file of a post that has no captions. Players of platforms have their own.
pub(super) fn check(record: &Record) -> Option<ValueFinding> {
    let text = |field: &str| match record.meta.fields.get(field)? {
        FieldValue::Text(text) | FieldValue::Asset(text) => Some(text.as_str()),
        _ => None,
    };
    let video = text(VIDEO).filter(|_| text(CAPTIONS).is_none())?;
    let path = video.split(['?', '#']).next().unwrap_or_default();
    let (name, ending) = path.rsplit_once('.')?;
    let is_file = ["mp4", "m4v", "webm"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(ending));
    is_file.then(|| ValueFinding {
        key: VIDEO.to_owned(),
        finding: Diagnostic::new(Code::VideoWithoutCaptions)
            .with("count", "1")
            .with("write", format!("{CAPTIONS}: {name}.vtt")),
    })
}
