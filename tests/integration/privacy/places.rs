//! The places of a site in which a number may be published.

use crate::common::write_file;
use rust_xlsxwriter::Workbook;
use std::io::{Cursor, Write as _};
use std::path::Path;

/// A place: a file, and what is in it beside the number.
pub(super) struct Place {
    pub(super) name: &'static str,
    /// Below `content/`, or `themes/…`. `{}` is the number.
    path: &'static str,
    content: Content,
    /// Whether the number is in the file's path.
    pub(super) is_name: bool,
    /// Whether the text is Markdown or HTML.
    pub(super) reads_markup: bool,
}

/// How a file is made from the number.
enum Content {
    /// A text with the number in the place of `{}`.
    Text(&'static str),
    /// A function of the number.
    Bytes(fn(&str) -> Vec<u8>),
}

const fn text(name: &'static str, path: &'static str, content: &'static str) -> Place {
    Place {
        name,
        path,
        content: Content::Text(content),
        is_name: false,
        reads_markup: false,
    }
}

const fn markup(name: &'static str, path: &'static str, content: &'static str) -> Place {
    Place {
        reads_markup: true,
        ..text(name, path, content)
    }
}

const fn named(name: &'static str, path: &'static str, content: &'static str) -> Place {
    Place {
        is_name: true,
        ..text(name, path, content)
    }
}

const fn bytes(name: &'static str, path: &'static str, make: fn(&str) -> Vec<u8>) -> Place {
    Place {
        content: Content::Bytes(make),
        ..text(name, path, "")
    }
}

const fn post(name: &'static str, path: &'static str, content: &'static str) -> Place {
    markup(name, path, content)
}

pub(super) const PLACES: [Place; 43] = [
    post(
        "text",
        "volunteer/text.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n请拨 {} 报名\n",
    ),
    post(
        "heading",
        "volunteer/heading.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n# 一 {}\n",
    ),
    post(
        "list",
        "volunteer/list.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n- {}\n- 二\n",
    ),
    post(
        "table",
        "volunteer/table.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n| 名 | 号 |\n| --- | --- |\n| 张 | {} |\n",
    ),
    post(
        "code",
        "volunteer/code.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n```\n{}\n```\n",
    ),
    post(
        "footnote",
        "volunteer/footnote.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n一[^1]\n\n[^1]: {}\n",
    ),
    post(
        "HTML comment",
        "volunteer/comment.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n正文\n\n<!-- {} -->\n",
    ),
    text(
        "alternative text",
        "volunteer/alt.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n![{}](/images/a.svg)\n",
    ),
    text(
        "title of a link",
        "volunteer/link.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n[二](/ \"{}\")\n",
    ),
    text(
        "attribute",
        "volunteer/attribute.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n<span title=\"{}\">二</span>\n",
    ),
    text(
        "title",
        "volunteer/title.md",
        "---\ntitle: \"张{}\"\ndate: 2022-05-12\n---\n正文\n",
    ),
    text(
        "summary",
        "volunteer/summary.md",
        "---\ntitle: 一\nsummary: \"张{}\"\ndate: 2022-05-12\n---\n正文\n",
    ),
    text(
        "tag",
        "volunteer/tag.md",
        "---\ntitle: 一\ntags: [\"张{}\"]\ndate: 2022-05-12\n---\n正文\n",
    ),
    text(
        "author",
        "volunteer/author.md",
        "---\ntitle: 一\nauthor: \"张{}\"\ndate: 2022-05-12\n---\n正文\n",
    ),
    text(
        "unknown key",
        "volunteer/unknown.md",
        "---\ntitle: 一\nphone: \"{}\"\ndate: 2022-05-12\n---\n正文\n",
    ),
    text(
        "line of another finding",
        "volunteer/colon.md",
        "---\ntitle: 一\ndate: 2022-05-12\nsummary：\"{}\"\n---\n正文\n",
    ),
    post(
        "text of a section",
        "study/_index.md",
        "---\ntitle: 学习\n---\n电话 {}\n",
    ),
    text(
        "front matter of a section",
        "culture/_index.md",
        "---\ntitle: 文化\ndescription: \"{}\"\n---\n",
    ),
    text(
        "cascade",
        "civility/_index.md",
        "---\ntitle: 文明\ncascade: {author: \"{}\"}\n---\n",
    ),
    text(
        "defaults of folders",
        "_defaults.yaml",
        "volunteer: {author: \"张{}\"}\n",
    ),
    text("roster", "_data/villages.yaml", "- {id: v1, name: \"村{}\"}\n"),
    text(
        "column of a roster",
        "_data/troupes.yaml",
        "- {id: t1, name: 社, leader: \"张{}\"}\n",
    ),
    text("roster in a CSV file", "_data/staff.csv", "编号,姓名\ns1,\"张{}\"\n"),
    bytes("roster in a workbook", "_data/teams.xlsx", |number| {
        workbook(&[["编号", "名称"], ["t1", number]])
    }),
    text(
        "record in a CSV file",
        "_data/activities.csv",
        "标题,日期,地点\n一,2022-05-12,\"{}\"\n",
    ),
    bytes("record in a workbook", "_data/talks.xlsx", |number| {
        workbook(&[["标题", "日期"], [&format!("讲{number}"), "2022-05-12"]])
    }),
    text(
        "kind",
        "_kinds/reading.yaml",
        "id: reading\nfolder: reading\nlabels: {zh-CN: \"读{}\", en: Reading}\ndated: true\n",
    ),
    text(
        "metric",
        "_metrics.yaml",
        "reading.all: {label: \"读{}\", unit: 次, of: reading, aggregate: count}\n",
    ),
    text(
        "words of a theme",
        "themes/own/i18n/zh-CN.yaml",
        "footer_note: \"{}\"\n",
    ),
    markup("template", "themes/own/templates/partial.html", "<p>{}</p>\n"),
    text(
        "style sheet",
        "themes/own/static/own.css",
        ".a::after { content: \"{}\" }\n",
    ),
    markup(
        "SVG",
        "images/a.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text>{}</text></svg>",
    ),
    text("captions", "videos/a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n{}\n"),
    text("CSV file", "files/b.csv", "姓名,电话\n张,\"{}\"\n"),
    text("text file", "files/c.txt", "电话 {}\n"),
    text("JSON file", "files/d.json", "{\"n\": \"{}\"}"),
    markup("HTML file", "files/e.html", "<p>{}</p>"),
    bytes("Word file", "files/f.docx", word_file),
    bytes("workbook", "files/g.xlsx", |number| {
        workbook(&[["姓名", "电话"], ["张", number]])
    }),
    bytes("PDF file", "files/j.pdf", pdf_file),
    bytes("Word file before 2007", "files/h.doc", old_word_file),
    named("name of a file", "files/i-张{}.txt", "正文"),
    named(
        "name of a post",
        "study/张{}.md",
        "---\ntitle: 一\ndate: 2022-05-12\n---\n正文\n",
    ),
];

/// Writes a site with the number in these places. Returns the path of each place's file.
pub(super) fn write_site(root: &Path, places: &[&Place], number: &str) -> Vec<String> {
    let content = root.join("content");
    write_file(
        &content.join("site.yaml"),
        format!(
            "title: 乡音\ndescription: \"{number}\"\nbase_url: https://x.example/\ntheme: own\npolicy: {{reports: written}}\nassets: {{publish: [\"**\"]}}\n"
        ),
    );
    write_file(&root.join("themes/own/theme.yaml"), "extends: default\n");
    write_file(
        &content.join("images/a.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>",
    );
    for (kind, file) in [("volunteer", "activities.csv"), ("study", "talks.xlsx")] {
        if places.iter().any(|place| place.path.ends_with(file)) {
            write_file(
                &content.join(format!("_kinds/{kind}.yaml")),
                format!("id: {kind}\nfrom: {file}\n"),
            );
        }
    }
    if !places.iter().any(|place| place.path == "_kinds/reading.yaml") {
        write_file(
            &content.join("_kinds/reading.yaml"),
            "id: reading\nfolder: reading\nlabels: 读\ndated: true\n",
        );
    }
    let mut paths = Vec::new();
    for place in places {
        let path = place.path.replace("{}", number);
        let full = if path.starts_with("themes/") {
            root.join(&path)
        } else {
            content.join(&path)
        };
        match &place.content {
            Content::Text(text) => write_file(&full, text.replace("{}", number)),
            Content::Bytes(make) => write_file(&full, make(number)),
        }
        paths.push(path);
    }
    paths
}

fn workbook(rows: &[[&str; 2]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// A Word file with the number in two runs of text, as Word splits it.
fn word_file(number: &str) -> Vec<u8> {
    let half = number
        .char_indices()
        .nth(number.chars().count() / 2)
        .map_or(0, |(at, _)| at);
    let (first, second) = number.split_at(half);
    let document = format!(
        "<w:document><w:body><w:p><w:r><w:t>电话 {first}</w:t></w:r><w:r><w:rPr><w:sz w:val=\"24\"/></w:rPr><w:t>{second}</w:t></w:r></w:p></w:body></w:document>"
    );
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("word/document.xml", zip::write::SimpleFileOptions::default())
        .unwrap();
    writer.write_all(document.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

/// A file with the signature of Word before 2007 and a text in UTF-16.
fn old_word_file(number: &str) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0".to_vec();
    bytes.extend(format!("电话 {number}").encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

/// A PDF file with a page that shows a text in UTF-16.
fn pdf_file(number: &str) -> Vec<u8> {
    let units = format!("电话 {number}")
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect::<String>();
    format!("%PDF-1.7\n1 0 obj <<>>\nstream\nBT <{units}> Tj ET\nendstream endobj\n").into_bytes()
}
