use super::*;
use flate2::{Compress, Compression, FlushCompress};
use std::io::{Cursor, Write as _};

/// A zip file of these parts.
fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let options = zip::write::SimpleFileOptions::default();
        writer
            .start_file(*name, options)
            .expect("a zip file in memory can be written");
        writer.write_all(bytes).expect("a zip file in memory can be written");
    }
    writer
        .finish()
        .expect("a zip file in memory can be written")
        .into_inner()
}

fn joined(name: &str, bytes: Vec<u8>) -> String {
    read(name, bytes).into_parts().join("\n")
}

#[test]
fn parts_of_archives_in_archives_are_read() {
    let inner = zip_of(&[("xl/sharedStrings.xml", "<si><t>十三</t></si>".as_bytes())]);
    let outer = zip_of(&[
        ("word/document.xml", "<w:t>正文</w:t>".as_bytes()),
        ("word/embeddings/a.xlsx", &inner),
        ("word/media/a.png", b"picture"),
    ]);
    let text = joined("a.docx", outer);
    assert!(
        text.contains("正文") && text.contains("十三") && text.contains("a.png"),
        "{text}"
    );
    assert!(!text.contains("picture"), "{text}");
}

#[test]
fn unpacking_stops_at_the_limit() {
    let zeros = vec![b'0'; 1 << 20];
    let archive = zip_of(&[("a.txt", &zeros), ("b.txt", &zeros), ("c.txt", &zeros)]);
    let mut budget = 1_500_000;
    let read = read_within("a.zip", archive, &mut budget, 0).into_parts();
    assert_eq!(budget, 0);
    assert!(read.iter().map(String::len).sum::<usize>() < 1_500_100);
}

#[test]
fn texts_keep_their_lines_whatever_their_encoding() {
    let wide: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain("一\n二".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read("a.csv", wide), AttachmentText::Lines("一\n二".to_owned()));
    let gbk = encoding_rs::GBK.encode("姓名,电话\n张三,一").0.into_owned();
    assert_eq!(
        read("a.csv", gbk),
        AttachmentText::Lines("姓名,电话\n张三,一".to_owned())
    );
    assert_eq!(read("a.dat", vec![1, 0, 2]), AttachmentText::Parts(Vec::new()));
}

#[test]
fn coordinates_are_no_text() {
    let svg = "<svg viewBox=\"0 0 9 9\"><path d='M150.1234.5678'/><text x=\"1\">12</text></svg>";
    let expected = "<svg viewBox=\"* * * *\"><path d='M***.****.****'/><text x=\"1\">12</text></svg>";
    assert_eq!(read("a.SVG", svg.into()), AttachmentText::Lines(expected.to_owned()));
}

#[test]
fn old_office_files_are_searched_in_both_forms() {
    let mut bytes = compound::SIGNATURE.to_vec();
    bytes.extend(b"one-byte");
    bytes.push(0);
    bytes.extend("wide 12".encode_utf16().flat_map(u16::to_le_bytes));
    let text = joined("a.doc", bytes);
    assert!(text.contains("one-byte") && text.contains("wide 12"), "{text}");
}

/// A PDF file of these streams, each with the entries of its dictionary.
fn pdf_of(objects: &str, streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = format!("%PDF-1.7\n1 0 obj << {objects} >> endobj\n").into_bytes();
    for (dictionary, bytes) in streams {
        file.extend(format!("2 0 obj << {dictionary} /Length {} >>\nstream\r\n", bytes.len()).bytes());
        file.extend(bytes);
        file.extend(b"\nendstream endobj\n");
    }
    file.extend(b"0000013800 00000 n\n%%EOF");
    file
}

fn deflated(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 100);
    let mut state = Compress::new(Compression::default(), true);
    let status = state.compress_vec(text.as_bytes(), &mut out, FlushCompress::Finish);
    assert!(matches!(status, Ok(flate2::Status::StreamEnd)));
    out
}

#[test]
fn texts_of_pdf_files_are_joined_as_the_page_shows_them() {
    let page = "BT /F1 12 Tf (138) Tj 14 0 Td [(00) -20 (13)] TJ (80\\060\\\n0) Tj 0 -14 Td (next \\(line\\)) Tj ET";
    let file = pdf_of("/Title (Name \\r) /Author <FEFF4E00>", &[("", page.into())]);
    let text = joined("a.pdf", file);
    for part in ["13800138000\nnext (line)\n", "Name \n", "\u{FEFF}一"] {
        assert!(text.contains(part), "{part}: {text:?}");
    }
    assert!(!text.contains("0000013800"), "{text}");
}

#[test]
fn packed_texts_of_pdf_files_are_decoded_by_the_tables_of_fonts() {
    let table = "begincmap 1 beginbfrange\n<0010> <0019> <0030>\nendbfrange 1 beginbfchar <0003> <0041> endbfchar";
    let page = "BT <00110013000300180010> Tj ET";
    let filter = "/Filter /FlateDecode";
    let file = pdf_of("", &[(filter, deflated(page)), (filter, deflated(table))]);
    let text = joined("a.pdf", file.clone());
    assert!(text.contains("13A80"), "{text:?}");
    // A picture is not unpacked, and a damaged file is read as far as possible.
    let picture = pdf_of("", &[("/Subtype /Image /Filter /FlateDecode", deflated("(text) Tj"))]);
    assert!(!joined("a.pdf", picture).contains("text"));
    for length in 0..file.len() {
        let _ = read("a.pdf", file[..length].to_vec());
    }
}
