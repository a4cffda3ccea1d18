//! Reads e-mails and web archives, which have the same form (RFC 5322, MIME; RFC 2557): a text with the files that belong
//! to it. The crate `mail-parser` takes them apart.
//!
//! Manuscripts are often attached to an e-mail that says little more than a greeting. So the text of attached Word files
//! follows that of the e-mail, and attached pictures follow at the end.

use super::docx;
use super::manuscript::{Facts, ImportedFile, Loss, Manuscript};
use super::page::{self, Resources};
use super::pictures::picture_extension;
use super::plain;
use crate::record::{Block, Inline, LinkTarget};
use jiff::civil::Date;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _, PartType};

/// The longest e-mail, in characters, that is only a letter about the manuscript attached to it.
const MAX_LETTER: usize = 400;

/// Whether bytes are an e-mail or a web archive: they begin with fields, one of which only these have.
pub(super) fn is_mail(name: &str, bytes: &[u8]) -> bool {
    const PROBED_BYTES: usize = 16 << 10;
    let name = name.to_lowercase();
    if [".eml", ".mht", ".mhtml"].iter().any(|ending| name.ends_with(ending)) {
        return true;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PROBED_BYTES)]).to_lowercase();
    let first = head.lines().next().unwrap_or_default();
    let is_field = first.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
    });
    is_field
        && ["\nmime-version:", "\nmessage-id:", "\nreceived:"]
            .iter()
            .any(|field| head.contains(field))
}

/// Reads an e-mail. `None` when it is none.
pub(super) fn read(bytes: &[u8]) -> Option<Manuscript> {
    let message = MessageParser::default().parse(bytes)?;
    // The parts of a page say where they were.
    let has_addresses = || message.parts.iter().any(|part| part.content_location().is_some());
    let is_archive =
        message.header("Snapshot-Content-Location").is_some() || (message.from().is_none() && has_addresses());
    let mut manuscript = read_text(&message);
    let facts = mail_facts(&message, is_archive);
    if is_archive {
        // The date is the day on which the page was saved.
        manuscript.facts.title = manuscript.facts.title.take().or(facts.title);
        return Some(manuscript);
    }
    append_attachments(&message, &mut manuscript);
    // What the manuscript says about itself is more than what the e-mail says.
    manuscript.facts.add(facts);
    Some(manuscript)
}

/// The text of an e-mail: its HTML if it has one, otherwise its plain text. Where pictures and files lie between the parts
/// of a text, all parts follow one another, with the pictures in their places.
fn read_text(message: &Message<'_>) -> Manuscript {
    let parts = |ids: &[u32]| ids.iter().filter_map(|id| message.part(*id)).collect::<Vec<_>>();
    let html = parts(&message.html_body);
    let has_html = html.iter().any(|part| matches!(part.body, PartType::Html(_)));
    let parts = if has_html { html } else { parts(&message.text_body) };
    let mut manuscript = Manuscript::default();
    let mut is_first = true;
    for part in parts {
        let mut read = match &part.body {
            PartType::Html(html) => read_html(message, part, html),
            PartType::Text(text) => Manuscript {
                blocks: plain::read_blocks(text),
                ..Manuscript::default()
            },
            PartType::InlineBinary(bytes) | PartType::Binary(bytes) => picture_of(part, bytes),
            _ => continue,
        };
        if std::mem::take(&mut is_first) {
            manuscript.facts = std::mem::take(&mut read.facts);
        }
        manuscript.append(read);
    }
    manuscript
}

fn read_html(message: &Message<'_>, part: &MessagePart<'_>, html: &str) -> Manuscript {
    let location = part.content_location().unwrap_or_default();
    // The address of an archived page is that of its part.
    let page = format!("<base href=\"{}\">{html}", location.replace('"', "%22"));
    let page = if location.is_empty() { html } else { page.as_str() };
    let mut manuscript = page::read(page, resources(message));
    // An e-mail's own title is its subject; a page's stays. A first line that was taken for a title is a line again.
    if location.is_empty()
        && let Some(title) = manuscript.facts.title.take()
        && page::is_title_in_text(html)
        && !manuscript.blocks.iter().any(|block| is_line(block, &title))
    {
        let line = Block::Paragraph(vec![Inline::Text(title)]);
        manuscript.blocks.insert(0, line);
    }
    manuscript
}

/// A picture between two parts of a text. Other files follow the text.
fn picture_of(part: &MessagePart<'_>, bytes: &[u8]) -> Manuscript {
    let mut manuscript = Manuscript::default();
    if picture_extension(bytes).is_some() {
        let name = part.attachment_name().unwrap_or_default().to_owned();
        let bytes = bytes.to_vec();
        push_picture(ImportedFile::Inside { name, bytes }, &mut manuscript);
    }
    manuscript
}

fn push_picture(picture: ImportedFile, manuscript: &mut Manuscript) {
    manuscript.files.push(picture);
    let target = LinkTarget::Site(manuscript.files.len() - 1);
    let alt = String::new();
    let picture = Inline::Image { target, alt };
    manuscript.blocks.push(Block::Paragraph(vec![picture]));
}

/// The files that the HTML may refer to, by their ids and their addresses.
fn resources(message: &Message<'_>) -> Resources {
    let mut resources = Resources::default();
    for part in &message.parts {
        let (PartType::Binary(bytes) | PartType::InlineBinary(bytes)) = &part.body else {
            continue;
        };
        let name = part.attachment_name().unwrap_or_default().to_owned();
        if let Some(id) = part.content_id() {
            resources.add(format!("cid:{id}"), name.clone(), bytes.to_vec());
        }
        if let Some(location) = part.content_location() {
            resources.add(location.to_owned(), name, bytes.to_vec());
        }
    }
    resources
}

fn mail_facts(message: &Message<'_>, is_archive: bool) -> Facts {
    let date = message.date().and_then(|date| {
        let part = |number: u8| i8::try_from(number).ok();
        Date::new(i16::try_from(date.year).ok()?, part(date.month)?, part(date.day)?).ok()
    });
    let sender = message
        .from()
        .and_then(|from| from.first())
        .and_then(|sender| sender.name());
    Facts {
        title: message.subject().map(without_prefix).filter(|title| !title.is_empty()),
        date: date.filter(|_| !is_archive),
        author: sender.map(str::to_owned),
        source: None,
    }
}

/// A subject without the signs of answers and of forwarding.
fn without_prefix(subject: &str) -> String {
    let mut subject = subject.trim();
    while let Some(rest) = [
        "Re:",
        "RE:",
        "Fw:",
        "FW:",
        "Fwd:",
        "回复：",
        "回复:",
        "转发：",
        "转发:",
        "答复：",
        "答复:",
    ]
    .iter()
    .find_map(|prefix| subject.strip_prefix(prefix))
    {
        subject = rest.trim_start();
    }
    subject.to_owned()
}

/// Appends attached manuscripts and pictures. Other files are losses.
fn append_attachments(message: &Message<'_>, manuscript: &mut Manuscript) {
    let letter_length: usize = manuscript.blocks.iter().map(block_length).sum();
    let mut pictures = Vec::new();
    let mut attached = Vec::new();
    for part in message.attachments() {
        let name = part.attachment_name().unwrap_or_default().to_owned();
        let bytes = part.contents();
        let is_shown = manuscript.files.iter().any(|file| file.is(bytes));
        match docx::is_docx(bytes).then(|| docx::read(bytes)) {
            Some(Ok(read)) => attached.push(read),
            _ if is_shown => {}
            _ if picture_extension(bytes).is_some() => pictures.push(ImportedFile::Inside {
                name,
                bytes: bytes.to_vec(),
            }),
            _ => manuscript.losses.add_named(Loss::Attachment, &described(part, name)),
        }
    }
    if let ([only], true) = (attached.as_mut_slice(), letter_length <= MAX_LETTER) {
        manuscript.facts = std::mem::take(&mut only.facts);
    }
    for mut other in attached {
        if let Some(title) = other.facts.title.take() {
            let text = vec![Inline::Text(title)];
            manuscript.blocks.push(Block::Heading { level: 2, text });
        }
        manuscript.append(other);
    }
    for picture in pictures {
        push_picture(picture, manuscript);
    }
    manuscript.move_notes_to_end();
}

/// The name of an attachment; of an e-mail, its subject; else the type that it states.
fn described(part: &MessagePart<'_>, name: String) -> String {
    if !name.is_empty() {
        return name;
    }
    if let PartType::Message(inner) = &part.body
        && let Some(subject) = inner.subject()
    {
        return subject.to_owned();
    }
    let stated = part.content_type();
    stated.map_or_else(String::new, |stated| match stated.subtype() {
        Some(subtype) => format!("{}/{subtype}", stated.ctype()),
        None => stated.ctype().to_owned(),
    })
}

fn is_line(block: &Block, line: &str) -> bool {
    match block {
        Block::Heading { text, .. } | Block::Paragraph(text) => super::structure::inline_text(text).trim() == line,
        _ => false,
    }
}

fn block_length(block: &Block) -> usize {
    match block {
        Block::Paragraph(text) => super::structure::inline_text(text).chars().count(),
        _ => MAX_LETTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::structure::inline_text;
    use jiff::civil::date;

    #[test]
    fn an_email_in_gbk_is_read() {
        let (body, ..) = encoding_rs::GBK.encode("请审。\r\n\r\n　　26名队员清理了河道。\r\n");
        let mut mail = b"From: =?GB2312?B?yq/T6s2p?= <a@x.example>\r\nSubject: =?utf-8?B?6L2s5Y+R77ya5oqk5rKz?=\r\n\
            Date: Thu, 12 May 2022 23:30:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n"
            .to_vec();
        mail.extend_from_slice(&body);
        assert!(is_mail("稿", &mail));
        let read = read(&mail).expect("an e-mail");
        let facts = Facts {
            title: Some("护河".to_owned()),
            date: Some(date(2022, 5, 12)),
            author: Some("石雨桐".to_owned()),
            source: None,
        };
        assert_eq!(read.facts, facts);
        let lines = read.blocks.iter().map(|block| match block {
            Block::Paragraph(text) => inline_text(text),
            block => format!("{block:?}"),
        });
        assert_eq!(lines.collect::<Vec<_>>(), ["请审。", "26名队员清理了河道。"]);
    }

    #[test]
    fn text_between_pictures_is_kept_in_its_order() {
        let mail = "From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n队员到了河边。\r\n\
            --b\r\nContent-Type: image/png; name=a.png\r\nContent-Disposition: inline; filename=a.png\r\n\
            Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==\r\n\
            --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n清理了两天。\r\n\
            --b\r\nContent-Type: application/x-own\r\nContent-Disposition: attachment\r\n\r\nx\r\n--b--\r\n";
        let read = read(mail.as_bytes()).expect("an e-mail");
        let lines = read.blocks.iter().map(|block| match block {
            Block::Paragraph(text) => match text.as_slice() {
                [Inline::Image { .. }] => "图".to_owned(),
                text => inline_text(text),
            },
            block => format!("{block:?}"),
        });
        assert_eq!(lines.collect::<Vec<_>>(), ["队员到了河边。", "图", "清理了两天。"]);
        assert_eq!(read.files.len(), 1);
        let lost: Vec<_> = read.losses.iter().collect();
        assert_eq!(
            lost,
            [(Loss::Attachment, 1, ["application/x-own".to_owned()].as_slice())]
        );
    }

    #[test]
    fn the_first_line_of_an_html_email_stays_and_attachments_are_named_without_a_sender() {
        let mail = "Subject: 护河\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>河道清理了</p><p>队员来了二十六名。</p>\r\n\
            --b\r\nContent-Type: application/x-own\r\nContent-Disposition: attachment; filename=a.own\r\n\r\nx\r\n--b--\r\n";
        let read = read(mail.as_bytes()).expect("an e-mail");
        assert_eq!(read.facts.title.as_deref(), Some("护河"));
        let lines = read.blocks.iter().map(|block| match block {
            Block::Paragraph(text) => inline_text(text),
            block => format!("{block:?}"),
        });
        assert_eq!(lines.collect::<Vec<_>>(), ["河道清理了", "队员来了二十六名。"]);
        assert!(
            read.losses
                .iter()
                .any(|(loss, _, names)| loss == Loss::Attachment && names == ["a.own"])
        );
    }

    #[test]
    fn damaged_emails_do_no_harm() {
        let mail = b"From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n\
            Content-Type: text/html\r\n\r\n<p>x<img src=\"cid:1\">\r\n--b\r\nContent-ID: <1>\r\nContent-Type: image/png\r\n\
            Content-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n--b--\r\n";
        for end in 0..mail.len() {
            let _ = read(&mail[..end]);
            let mut other = mail.to_vec();
            other[end] ^= 0x55;
            let _ = read(&other);
        }
        let deep = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(20_000);
        let _ = read(&deep);
    }
}
