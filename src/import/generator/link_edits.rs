//! Rewrites the links and pictures of a text.

use super::layout::OldPost;
use super::links::{Destination, Places};
use super::markdown::{OPTIONS, in_brackets};
use crate::html::{HtmlToken, decode_references, next_token};
use crate::import::manuscript::{Loss, Losses};
use crate::import::markdown::{comment, quoted_title};
use crate::paths::percent_decode;
use pulldown_cmark::{Event, LinkType, Parser, Tag};
use std::collections::BTreeSet;
use std::ops::Range;

/// What becomes of `[label]: address`: of one that leads nowhere, nothing.
fn definition_edit(body: &str, range: Range<usize>, title: &str, destination: Destination) -> Option<Edit> {
    let text = match destination {
        Destination::Same => return None,
        Destination::Missing | Destination::MissingAnchor => String::new(),
        Destination::New(path) | Destination::WithoutAnchor(path) => {
            let label = body[range.clone()].split_once("]:")?.0;
            format!("{label}]: {}{}", in_brackets(&path), quoted_title(title))
        }
    };
    Some(Edit { range, text })
}

/// The edits that leave the text of `[text][label]`, `[text][]` or `[text]`.
fn without_brackets(body: &str, range: Range<usize>) -> Vec<Edit> {
    let end = body[range.clone()]
        .rfind("][")
        .map_or(range.end - 1, |at| range.start + at);
    [range.start..range.start + 1, end..range.end]
        .map(|range| Edit {
            range,
            text: String::new(),
        })
        .into()
}

/// One edit of a text.
struct Edit {
    range: Range<usize>,
    text: String,
}

/// The body with all links changed. A link that leads nowhere becomes its text, such a picture a comment.
pub(super) fn rewrite(body: &str, post: &OldPost, places: &Places<'_>, losses: &mut Losses) -> String {
    let mut edits: Vec<Edit> = Vec::new();
    let mut shown: BTreeSet<String> = BTreeSet::new();
    let parser = Parser::new_ext(body, OPTIONS);
    let mut definitions: Vec<(Range<usize>, String, String)> = Vec::new();
    for (_, definition) in parser.reference_definitions().iter() {
        let title = definition.title.as_deref().unwrap_or_default().to_owned();
        definitions.push((definition.span.clone(), definition.dest.to_string(), title));
    }
    for (event, range) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::Link {
                link_type: LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut,
                dest_url,
                ..
            }) => {
                let destination = places.destination(&dest_url, post);
                name_loss(&destination, &dest_url, losses);
                if matches!(destination, Destination::Missing | Destination::MissingAnchor) {
                    edits.extend(without_brackets(body, range));
                }
                shown.insert(dest_url.to_string());
            }
            Event::Start(Tag::Link {
                link_type: LinkType::Inline,
                dest_url,
                title,
                ..
            }) => {
                let destination = places.destination(&dest_url, post);
                edits.extend(link_edits(body, range, (&dest_url, &title), destination, losses));
            }
            Event::Start(Tag::Link {
                link_type: LinkType::Autolink,
                dest_url,
                ..
            }) => edits.extend(autolink_edit(
                range,
                &dest_url,
                places.destination(&dest_url, post),
                losses,
            )),
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                ..
            }) => {
                let destination = places.destination(&dest_url, post);
                let is_inline = matches!(link_type, LinkType::Inline);
                // The address of any other picture is in its definition, which has its own edit.
                if is_inline || matches!(destination, Destination::Missing) {
                    edits.extend(picture_edit(body, range, (&dest_url, &title), destination, losses));
                }
                shown.insert(dest_url.to_string());
            }
            // A tag may be on several lines of a block.
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => {
                html_edits(body, range, post, places, losses, &mut edits);
            }
            _ => {}
        }
    }
    for (range, address, title) in definitions {
        let destination = places.destination(&address, post);
        if !shown.contains(&address) {
            name_loss(&destination, &address, losses);
        }
        edits.extend(definition_edit(body, range, &title, destination));
    }
    apply(body, edits)
}

/// Names a link that leads nowhere, or not to the place that it names.
fn name_loss(destination: &Destination, written: &str, losses: &mut Losses) {
    match destination {
        Destination::Missing => losses.add_named(Loss::Link, &percent_decode(written)),
        Destination::MissingAnchor | Destination::WithoutAnchor(_) => losses.add_named(Loss::Anchor, written),
        Destination::Same | Destination::New(_) => {}
    }
}

/// What becomes of an address in angle brackets.
fn autolink_edit(range: Range<usize>, written: &str, destination: Destination, losses: &mut Losses) -> Option<Edit> {
    name_loss(&destination, written, losses);
    let text = match destination {
        Destination::Same => return None,
        Destination::New(path) | Destination::WithoutAnchor(path) => format!("[{written}]({})", in_brackets(&path)),
        Destination::Missing | Destination::MissingAnchor => written.to_owned(),
    };
    Some(Edit { range, text })
}

fn link_edits(
    body: &str,
    range: Range<usize>,
    (written, title): (&str, &str),
    destination: Destination,
    losses: &mut Losses,
) -> Vec<Edit> {
    let Some(at) = body[range.clone()].rfind("](").map(|at| range.start + at) else {
        return Vec::new();
    };
    name_loss(&destination, written, losses);
    match destination {
        Destination::Same => Vec::new(),
        Destination::New(path) | Destination::WithoutAnchor(path) => vec![Edit {
            range: at..range.end,
            text: closing(&path, title),
        }],
        Destination::Missing | Destination::MissingAnchor => [range.start..range.start + 1, at..range.end]
            .map(|range| Edit {
                range,
                text: String::new(),
            })
            .into(),
    }
}

fn picture_edit(
    body: &str,
    range: Range<usize>,
    (written, title): (&str, &str),
    destination: Destination,
    losses: &mut Losses,
) -> Option<Edit> {
    match destination {
        Destination::Same | Destination::MissingAnchor => None,
        Destination::New(path) | Destination::WithoutAnchor(path) => {
            let at = body[range.clone()].rfind("](").map(|at| range.start + at)?;
            Some(Edit {
                range: at..range.end,
                text: closing(&path, title),
            })
        }
        Destination::Missing => {
            losses.add_named(Loss::MissingPicture, &percent_decode(written));
            Some(Edit {
                range,
                text: comment(written),
            })
        }
    }
}

/// The end of a link or a picture: its new path and its title, which is the caption of a picture.
fn closing(path: &str, title: &str) -> String {
    format!("]({}{})", in_brackets(path), quoted_title(title))
}

/// The links in HTML. Of one that leads nowhere, the address goes.
fn html_edits(
    body: &str,
    range: Range<usize>,
    post: &OldPost,
    places: &Places<'_>,
    losses: &mut Losses,
    edits: &mut Vec<Edit>,
) {
    let html = &body[range.clone()];
    let mut at = 0;
    while let Some((token, len)) = next_token(&html[at..]) {
        if let HtmlToken::Tag(tag) = &token {
            for name in ["src", "href", "poster"] {
                let Some(value) = tag.attribute(name).and_then(|attribute| attribute.value.clone()) else {
                    continue;
                };
                let written = decode_references(&tag.text[value.clone()]).into_owned();
                let whole = range.start + at;
                let destination = places.destination(&written, post);
                if name == "href" {
                    name_loss(&destination, &written, losses);
                } else if matches!(destination, Destination::Missing) {
                    losses.add_named(Loss::MissingPicture, &percent_decode(&written));
                }
                let text = match destination {
                    Destination::Same => continue,
                    Destination::New(path) | Destination::WithoutAnchor(path) => {
                        path.replace('"', "%22").replace(' ', "%20")
                    }
                    // Nothing is left of a picture without its address.
                    Destination::Missing if tag.name == "img" && name == "src" => {
                        edits.push(Edit {
                            range: whole..whole + tag.text.len(),
                            text: String::new(),
                        });
                        break;
                    }
                    Destination::Missing | Destination::MissingAnchor => {
                        let attribute = tag
                            .attribute(name)
                            .map(|attribute| attribute.whole.clone())
                            .unwrap_or_default();
                        edits.push(Edit {
                            range: whole + attribute.start..whole + attribute.end,
                            text: String::new(),
                        });
                        continue;
                    }
                };
                edits.push(Edit {
                    range: whole + value.start..whole + value.end,
                    text,
                });
            }
        }
        at += len;
    }
}

/// The text with all edits that do not overlap an earlier one.
fn apply(body: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.range.start);
    let mut out = String::with_capacity(body.len());
    let mut done = 0;
    for edit in edits {
        if edit.range.start < done {
            continue;
        }
        out.push_str(&body[done..edit.range.start]);
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(&body[done..]);
    out
}
