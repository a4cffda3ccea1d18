//! The label of generated content, in each place where programs write it.

use super::super::film::{clean_film, probe_film};
use super::super::{Cleaned, Encoding, ImageVariant, apply_orientation, clean, decode, encode, probe};
use super::{SECRET, gif, png_chunk, quadrants, segment};
use flate2::write::ZlibEncoder;
use std::io::{Cursor, Write as _};

const BLOCK: &str =
    r#"{"Label":"1","ContentProducer":"某平台 & Co","ProduceID":"A-1","Other":"SECRET-31.2304N-121.4737E"}"#;

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

/// Whether a file has the label with its producer, and nothing else that it had.
fn is_labelled(bytes: &[u8]) -> bool {
    !contains(bytes, SECRET)
        && contains(bytes, b"tc260.org.cn/ns/AIGC/1.0/")
        && contains(bytes, "某平台 &amp; Co".as_bytes())
        && contains(bytes, b"ProduceID")
}

fn xmp(block: &str) -> Vec<u8> {
    let escaped = block.replace('&', "&amp;").replace('"', "&quot;");
    format!("<x:xmpmeta><rdf:Description TC260:AIGC=\"{escaped}\" exif:GPS=\"SECRET-31.2304N-121.4737E\"/></x:xmpmeta>")
        .into_bytes()
}

/// A JPEG whose picture is `quadrants`, with segments behind its start.
fn jpeg_with(segments: &[Vec<u8>]) -> Vec<u8> {
    let mut plain = Vec::new();
    quadrants(24, 16)
        .write_with_encoder(image::codecs::jpeg::JpegEncoder::new(&mut plain))
        .unwrap();
    [&plain[..2], &segments.concat(), &plain[2..]].concat()
}

fn png_with(chunk: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    quadrants(24, 16)
        .write_with_encoder(image::codecs::png::PngEncoder::new(&mut plain))
        .unwrap();
    [&plain[..33], chunk, &plain[33..]].concat()
}

fn packed(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn webp_with(block: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut bytes);
    image::ImageEncoder::set_exif_metadata(&mut encoder, block.to_vec()).unwrap();
    quadrants(24, 16).write_with_encoder(encoder).unwrap();
    bytes
}

fn cleaned(bytes: &[u8]) -> Vec<u8> {
    match clean(bytes).unwrap() {
        Cleaned::Unchanged => bytes.to_vec(),
        Cleaned::Stripped(cleaned) => cleaned,
        Cleaned::NeedsReencode(format) => apply_orientation(&decode(bytes).unwrap(), format).unwrap(),
    }
}

/// Files with the label in every place where programs write it.
fn labelled_files() -> Vec<(&'static str, Vec<u8>)> {
    let adobe = |block: &str| {
        segment(
            0xE1,
            &[b"http://ns.adobe.com/xap/1.0/\0".as_slice(), &xmp(block)].concat(),
        )
    };
    let comment = format!("UNICODE\0{{\"AIGC\":{BLOCK}}}");
    let wide = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = format!("{{\"AIGC\":{BLOCK}}}");
        let units = text.encode_utf16().flat_map(unit);
        b"Exif\0\0UNICODE\0".iter().copied().chain(units).collect()
    };
    let mut moving = gif(2);
    moving.pop();
    let steps: Vec<u8> = (0..=255).rev().collect();
    moving.extend_from_slice(
        &[
            b"\x21\xFF\x0BXMP DataXMP".as_slice(),
            &xmp(BLOCK),
            &[1],
            &steps,
            &[0, 0x3B],
        ]
        .concat(),
    );
    vec![
        ("XMP in JPEG", jpeg_with(&[adobe(BLOCK)])),
        (
            "EXIF in JPEG",
            jpeg_with(&[segment(0xE1, &[b"Exif\0\0", comment.as_bytes()].concat())]),
        ),
        ("EXIF in UTF-16", jpeg_with(&[segment(0xE1, &wide(u16::to_le_bytes))])),
        (
            "EXIF in UTF-16, high bytes first",
            jpeg_with(&[segment(0xE1, &wide(u16::to_be_bytes))]),
        ),
        (
            "compressed text in PNG",
            png_with(&png_chunk(
                b"zTXt",
                &[b"AIGC\0\0".as_slice(), &packed(BLOCK.as_bytes())].concat(),
            )),
        ),
        (
            "compressed XMP in PNG",
            png_with(&png_chunk(
                b"iTXt",
                &[b"XML:com.adobe.xmp\0\x01\0\0\0".as_slice(), &packed(&xmp(BLOCK))].concat(),
            )),
        ),
        (
            "text in PNG",
            png_with(&png_chunk(b"tEXt", format!("AIGC\0{BLOCK}").as_bytes())),
        ),
        (
            "XMP in PNG",
            png_with(&png_chunk(
                b"iTXt",
                &[b"XML:com.adobe.xmp\0\0\0\0\0".as_slice(), &xmp(BLOCK)].concat(),
            )),
        ),
        ("EXIF in WebP", webp_with(format!("{{\"AIGC\":{BLOCK}}}").as_bytes())),
        ("XMP in GIF", moving),
    ]
}

#[test]
fn labels_stay_and_everything_else_goes() {
    for (name, file) in labelled_files() {
        assert!(probe(&file).unwrap().is_generated, "{name}");
        let cleaned = cleaned(&file);
        assert!(is_labelled(&cleaned), "{name}: {}", String::from_utf8_lossy(&cleaned));
        let info = probe(&cleaned).unwrap();
        assert!(
            info.is_generated
                && (info.width, info.height) == (probe(&file).unwrap().width, probe(&file).unwrap().height)
        );
        assert!(decode(&cleaned).is_ok(), "{name}");
        assert_eq!(clean(&cleaned).unwrap(), Cleaned::Unchanged, "{name}: once is enough");
    }
}

#[test]
fn resized_pictures_carry_the_label() {
    for (name, file) in labelled_files() {
        for encoding in [Encoding::WebP, Encoding::Jpeg] {
            let variant = ImageVariant {
                ratio: None,
                width: 10,
                encoding,
            };
            let resized = decode(&file).unwrap().resized(&variant).unwrap();
            let bytes = encode(&resized, encoding).unwrap();
            assert!(is_labelled(&bytes), "{name}");
            assert_eq!(probe(&bytes).unwrap().width, 10, "{name}");
            assert_eq!(clean(&bytes).unwrap(), Cleaned::Unchanged, "{name}");
        }
    }
}

#[test]
fn of_other_statements_only_the_fact_is_kept() {
    let c2pa =
        b"jumb c2pa http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia SECRET-31.2304N-121.4737E";
    for file in [jpeg_with(&[segment(0xEB, c2pa)]), png_with(&png_chunk(b"caBX", c2pa))] {
        let cleaned = cleaned(&file);
        assert!(contains(&cleaned, b"AIGC") && contains(&cleaned, b"{&quot;Label&quot;:&quot;1&quot;}"));
        assert!(!contains(&cleaned, SECRET) && !contains(&cleaned, b"c2pa"));
    }
    // A photograph with a signature of its camera is none.
    let camera = jpeg_with(&[
        segment(0xEB, b"jumb c2pa digitalCapture"),
        segment(0xFE, b"AIGC {\"a\":1}"),
    ]);
    assert!(!probe(&camera).unwrap().is_generated);
    assert!(!contains(&cleaned(&camera), b"AIGC"));
}

#[test]
fn labels_of_films_stay() {
    let film_box =
        |kind: &[u8; 4], content: &[u8]| [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat();
    let mut packet = xmp(BLOCK);
    packet.resize(packet.len() + 2000, b' ');
    let film = [
        film_box(b"ftyp", b"isom"),
        film_box(b"moov", &film_box(b"udta", &film_box(b"XMP_", &packet))),
    ]
    .concat();
    let mut file = Cursor::new(film.clone());
    assert!(probe_film(&mut file).unwrap().is_generated);
    clean_film(&mut file).unwrap();
    let cleaned = file.into_inner();
    assert_eq!(cleaned.len(), film.len());
    assert!(is_labelled(&cleaned));
}
