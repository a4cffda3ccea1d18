//! Documents with names in them, as Office, WPS and printers of PDF write them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::{DocumentDetail, probe_document};
use proptest::prelude::*;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn details(bytes: &[u8]) -> Vec<String> {
    let found = probe_document(&mut Cursor::new(bytes)).unwrap();
    let shown = |detail: DocumentDetail| format!("{} {}", &detail.kind.as_str()["detail-".len()..], detail.text);
    found
        .into_iter()
        .map(|detail| shown(detail).trim_end().to_owned())
        .collect()
}

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn office_documents_tell_names_companies_paths_and_changes() {
    let word = package(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "docProps/core.xml",
            "<cp:coreProperties><dc:creator>许知远</dc:creator><cp:lastModifiedBy>段小禾</cp:lastModifiedBy></cp:coreProperties>",
        ),
        (
            "docProps/app.xml",
            "<Properties><Company>某某打印店</Company><Manager></Manager></Properties>",
        ),
        (
            "word/document.xml",
            "<w:document><w:ins w:id=\"1\" w:author=\"甲\"/></w:document>",
        ),
        ("word/comments.xml", "<w:comments/>"),
        (
            "word/_rels/settings.xml.rels",
            "<Relationships><Relationship Target=\"file:///C:\\Users\\xu\\a.dotm\"/><Relationship Target=\"media/a.png\"/></Relationships>",
        ),
    ]);
    assert_eq!(
        details(&word),
        [
            "author 许知远",
            "editor 段小禾",
            "company 某某打印店",
            "path file:///C:\\Users\\xu\\a.dotm",
            "changes",
            "comments",
        ]
    );
    let excel = package(&[(
        "xl/workbook.xml",
        "<workbook><x15ac:absPath url=\"D:\\许知远\\台账\\\"/></workbook>",
    )]);
    assert_eq!(details(&excel), ["path D:\\许知远\\台账\\"]);
    let text = package(&[(
        "meta.xml",
        "<office:meta><meta:initial-creator>许&#30693;远</meta:initial-creator></office:meta>",
    )]);
    assert_eq!(details(&text).len(), 1);
    let clean = package(&[
        (
            "docProps/core.xml",
            "<a><dc:creator>Administrator</dc:creator><cp:lastModifiedBy/></a>",
        ),
        ("word/document.xml", "<w:document><w:p/></w:document>"),
    ]);
    assert_eq!(details(&clean), [""; 0]);
    assert_eq!(details(&package(&[("a.txt", "许知远")])), [""; 0], "another archive");
}

/// A file with a set of properties as Word 97 writes it; texts are in `page`.
fn old_office(page: u32, properties: &[(u32, &[u8])]) -> Vec<u8> {
    let mut set = Vec::new();
    let count = properties.len() as u32 + 1;
    let mut values = [2_u32.to_le_bytes(), page.to_le_bytes()].concat();
    let first = 8 + 8 * count;
    let mut index = [1_u32.to_le_bytes(), first.to_le_bytes()].concat();
    for (id, text) in properties {
        index.extend_from_slice(&[id.to_le_bytes(), (first + values.len() as u32).to_le_bytes()].concat());
        values.extend_from_slice(&[0x1E_u32.to_le_bytes(), (text.len() as u32).to_le_bytes()].concat());
        values.extend_from_slice(text);
        values.resize(values.len().next_multiple_of(4), 0);
    }
    set.extend_from_slice(&[first + values.len() as u32, count].map(u32::to_le_bytes).concat());
    set.extend_from_slice(&index);
    set.extend_from_slice(&values);
    let mut file = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    file.resize(512, 0);
    file.extend_from_slice(&[0xFE, 0xFF, 0, 0, 5, 1, 2, 0]);
    file.extend_from_slice(&[0; 16]);
    file.extend_from_slice(&1_u32.to_le_bytes());
    file.extend_from_slice(b"\xE0\x85\x9F\xF2\xF9\x4F\x68\x10\xAB\x91\x08\x00\x2B\x27\xB3\xD9");
    file.extend_from_slice(&48_u32.to_le_bytes());
    file.extend_from_slice(&set);
    file
}

#[test]
fn old_office_documents_tell_names_in_their_code_page() {
    let (gbk, _, _) = encoding_rs::GBK.encode("许知远\0");
    assert_eq!(
        details(&old_office(936, &[(4, &gbk), (8, b"user\0")])),
        ["author 许知远"]
    );
    assert_eq!(
        details(&old_office(65001, &[(8, "段小禾\0".as_bytes())])),
        ["editor 段小禾"]
    );
    assert_eq!(details(&old_office(936, &[])), [""; 0]);
}

#[test]
fn pdfs_tell_names_in_every_form() {
    for (text, expected) in [
        ("%PDF-1.4 <</Author (Xu \\(Wei\\)\\101)>>", "author Xu (Wei)A"),
        ("%PDF-1.4 <</Author <FEFF8BB877E58FDC>>>", "author 许知远"),
        ("%PDF-1.4 /Company(打印店)", "company 打印店"),
        (
            "%PDF-1.4 <dc:creator><rdf:Seq><rdf:li>许知远</rdf:li></rdf:Seq></dc:creator>",
            "author 许知远",
        ),
    ] {
        assert_eq!(details(text.as_bytes()), [expected], "{text}");
    }
    assert_eq!(details(b"%PDF-1.4 /Author () /Author null"), [""; 0]);
    assert_eq!(
        details(b"%PDF-1.4 /Encrypt 5 0 R /Author (\x81\x12q)"),
        [""; 0],
        "no names but noise"
    );
    for kind in ["/Type /ObjStm", "/Type /Metadata"] {
        let content = b"<</Author (Xu)>><dc:creator><rdf:li>Duan</rdf:li></dc:creator>";
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(content).unwrap();
        let start = format!("%PDF-1.7\n3 0 obj <<{kind} /Filter /FlateDecode>>\nstream\n");
        let file = [start.as_bytes(), &packed.finish().unwrap(), b"\nendstream endobj"].concat();
        assert_eq!(details(&file), ["author Duan", "author Xu"], "{kind}");
    }
}

/// An Exif block whose first directory names a directory of places, with these tags.
fn exif(tags: &[u16]) -> Vec<u8> {
    let entry = |tag: u16, value: u32| [&tag.to_be_bytes()[..], &[0, 4, 0, 0, 0, 1], &value.to_be_bytes()].concat();
    let first = [&[0, 1][..], &entry(0x8825, 26), &[0; 4]].concat();
    let places = tags.iter().flat_map(|&tag| entry(tag, 0));
    let places: Vec<u8> = (tags.len() as u16).to_be_bytes().into_iter().chain(places).collect();
    [
        b"\xFF\xD8\xFF\xE1\x00\x40Exif\0\0MM\0\x2A\0\0\0\x08".as_slice(),
        &first,
        &places,
    ]
    .concat()
}

#[test]
fn photographs_in_documents_tell_where_they_were_taken() {
    let with = |name: &str, picture: &[u8]| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(picture).unwrap();
        details(&zip.finish().unwrap().into_inner())
    };
    assert_eq!(with("word/media/image1.jpeg", &exif(&[0, 1, 2, 3, 4])), ["photograph"]);
    assert_eq!(
        with("xl/media/image1.JPG", &exif(&[0])),
        [""; 0],
        "only a version is left"
    );
    assert_eq!(with("word/media/image1.jpeg", &exif(&[])), [""; 0]);
    assert_eq!(
        with("word/media/image1.jpeg", b"\xFF\xD8\xFFII*\0\xFF\xFF\xFF\xFF"),
        [""; 0]
    );
    assert_eq!(
        with("ppt/media/a.png", b"<x exif:GPSLatitude=\"31,13N\"/>"),
        ["photograph"]
    );
}

proptest! {
    #[test]
    fn damaged_documents_cause_no_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        kind in 0_usize..3,
    ) {
        let whole = [
            old_office(936, &[(4, b"Xu\0")]),
            package(&[("docProps/core.xml", "<dc:creator>Xu</dc:creator>")]),
            b"%PDF-1.4 /Author <FEFF /Author (a\\".to_vec(),
        ];
        let mut file = whole[kind].clone();
        for pair in bytes.chunks_exact(2) {
            let offset = 8 + usize::from(pair[0]) * 3 % file.len().saturating_sub(8).max(1);
            if let Some(old) = file.get_mut(offset) {
                *old = pair[1];
            }
        }
        let _ = probe_document(&mut Cursor::new(file)).unwrap();
    }
}
