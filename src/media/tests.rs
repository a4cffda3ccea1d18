//! Tests with generated pictures, whose files hold everything that must not be published.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod film;
mod label;
mod svg;

use super::*;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbImage};
use proptest::prelude::*;
use svg::SVG;

/// A text that is in every test file and must not be in any published one.
const SECRET: &[u8] = b"SECRET-31.2304N-121.4737E";

/// A picture of four quadrants, red, green, blue and white, of `width` to `height` pixels.
fn quadrants(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        image::Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => [255, 0, 0],
            (false, true) => [0, 255, 0],
            (true, false) => [0, 0, 255],
            (false, false) => [255, 255, 255],
        })
    })
}

/// An Exif block (CIPA DC-008) with an orientation, and a text.
fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II\x2A\0\x08\0\0\0\x02\0".to_vec();
    exif.extend_from_slice(&[0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    exif.extend_from_slice(&[0x0E, 0x01, 2, 0]);
    exif.extend_from_slice(&(SECRET.len() as u32).to_le_bytes());
    exif.extend_from_slice(&38_u32.to_le_bytes());
    exif.extend_from_slice(&[0, 0, 0, 0]);
    exif.extend_from_slice(SECRET);
    exif
}

/// An RGB profile, valid as far as this crate checks it.
fn profile() -> Vec<u8> {
    let mut profile = vec![7; 600];
    profile[16..20].copy_from_slice(b"RGB ");
    profile
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let mut segment = vec![0xFF, marker];
    segment.extend_from_slice(&(content.len() as u16 + 2).to_be_bytes());
    segment.extend_from_slice(content);
    segment
}

/// A JPEG file with a location in its Exif, XMP, IPTC, comment and thumbnail, and a second picture after its end.
fn jpeg(picture: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut plain, 95);
    encoder.set_icc_profile(profile()).unwrap();
    let (width, height) = picture.dimensions();
    encoder
        .write_image(picture, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    let mut bytes = plain[..2].to_vec();
    let with = |head: &[u8], content: &[u8]| [head, content].concat();
    bytes.extend(segment(0xE1, &with(b"Exif\0\0", &exif(orientation))));
    bytes.extend(segment(0xE1, &with(b"http://ns.adobe.com/xap/1.0/\0", SECRET)));
    bytes.extend(segment(0xE2, &with(b"MPF\0", SECRET)));
    bytes.extend(segment(0xED, &with(b"Photoshop 3.0\0", SECRET)));
    bytes.extend(segment(0xE0, &with(b"JFXX\0", SECRET)));
    bytes.extend(segment(0xFE, SECRET));
    bytes.extend_from_slice(&plain[2..]);
    bytes.extend(with(&plain, SECRET));
    bytes
}

fn png_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut chunk = (content.len() as u32).to_be_bytes().to_vec();
    chunk.extend_from_slice(name);
    chunk.extend_from_slice(content);
    let mut sum = !0_u32;
    for byte in name.iter().chain(content) {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & (0_u32.wrapping_sub(sum & 1)));
        }
    }
    chunk.extend_from_slice(&(!sum).to_be_bytes());
    chunk
}

fn png(picture: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut encoder = PngEncoder::new(&mut plain);
    encoder.set_icc_profile(profile()).unwrap();
    let (width, height) = picture.dimensions();
    encoder
        .write_image(picture, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    let head = 8 + 25;
    let mut bytes = plain[..head].to_vec();
    bytes.extend(png_chunk(b"eXIf", &exif(orientation)));
    bytes.extend(png_chunk(b"tEXt", &[b"Comment\0", SECRET].concat()));
    bytes.extend(png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", SECRET].concat()));
    bytes.extend(png_chunk(b"tIME", &[7, 230, 6, 1, 9, 30, 0]));
    bytes.extend_from_slice(&plain[head..]);
    bytes.extend_from_slice(SECRET);
    bytes
}

fn webp(picture: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut plain = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut plain);
    encoder.set_icc_profile(profile()).unwrap();
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    let (width, height) = picture.dimensions();
    encoder
        .write_image(picture, width, height, ExtendedColorType::Rgb8)
        .unwrap();
    let length = SECRET.len() + SECRET.len() % 2;
    plain.extend_from_slice(b"XMP ");
    plain.extend_from_slice(&(SECRET.len() as u32).to_le_bytes());
    plain.extend_from_slice(SECRET);
    plain.resize(plain.len() + length - SECRET.len(), 0);
    plain[20] |= 4;
    let whole = plain.len() as u32 - 8;
    plain[4..8].copy_from_slice(&whole.to_le_bytes());
    plain
}

fn gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut bytes);
    for _ in 0..frames {
        let picture = image::DynamicImage::ImageRgb8(quadrants(20, 10)).into_rgba8();
        encoder.encode_frame(image::Frame::new(picture)).unwrap();
    }
    drop(encoder);
    bytes.pop();
    let mut comment = vec![0x21, 0xFE, SECRET.len() as u8];
    comment.extend_from_slice(SECRET);
    bytes.extend(comment);
    bytes.extend_from_slice(&[0, 0x3B]);
    bytes.extend_from_slice(SECRET);
    bytes
}

fn has(bytes: &[u8], what: &[u8]) -> bool {
    memchr::memmem::find(bytes, what).is_some()
}

/// The bytes that would be published for a file.
fn cleaned_bytes(bytes: &[u8]) -> Vec<u8> {
    match clean(bytes).unwrap() {
        Cleaned::Unchanged => bytes.to_vec(),
        Cleaned::Stripped(cleaned) => cleaned,
        Cleaned::NeedsReencode(format) => apply_orientation(&decode(bytes).unwrap(), format).unwrap(),
    }
}

#[test]
fn cleaning_strips_everything_but_pixels_and_colour_profile() {
    let picture = quadrants(60, 40);
    for (name, bytes) in [
        ("jpeg", jpeg(&picture, 1)),
        ("turned jpeg", jpeg(&picture, 6)),
        ("png", png(&picture, 1)),
        ("turned png", png(&picture, 8)),
        ("webp", webp(&picture, 1)),
        ("turned webp", webp(&picture, 3)),
        ("gif", gif(1)),
        ("moving gif", gif(3)),
    ] {
        assert!(has(&bytes, SECRET), "{name}");
        let cleaned = cleaned_bytes(&bytes);
        for sign in [
            SECRET,
            b"Exif",
            b"EXIF",
            b"eXIf",
            b"XMP",
            b"tEXt",
            b"tIME",
            b"II\x2A\0",
            b"Photoshop",
            b"MPF",
        ] {
            assert!(!has(&cleaned, sign), "{name}: {}", String::from_utf8_lossy(sign));
        }
        if !name.contains("gif") {
            let profile_of = |bytes: &[u8]| profile_in(bytes);
            assert_eq!(profile_of(&cleaned), Some(profile()), "{name}");
        }
        // Sanitizing is idempotent.
        assert_eq!(clean(&cleaned).unwrap(), Cleaned::Unchanged, "{name}");
    }
}

fn profile_in(bytes: &[u8]) -> Option<Vec<u8>> {
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes))
        .with_guessed_format()
        .unwrap();
    image::ImageDecoder::icc_profile(&mut reader.into_decoder().unwrap()).unwrap()
}

#[test]
fn cleaning_keeps_the_pixels_of_upright_images() {
    let picture = quadrants(61, 41);
    for bytes in [jpeg(&picture, 1), png(&picture, 1), webp(&picture, 1), gif(1)] {
        assert_eq!(decode(&cleaned_bytes(&bytes)).unwrap(), decode(&bytes).unwrap());
    }
}

#[test]
fn all_eight_orientations_come_out_upright() {
    // The corners of the stored picture, and where each belongs: CIPA DC-008, 4.6.4, tag 274.
    let corners = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]];
    let corner_orders: [[usize; 4]; 8] = [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
        [2, 0, 3, 1],
        [3, 1, 2, 0],
        [1, 3, 0, 2],
    ];
    let picture = quadrants(64, 32);
    for (orientation, order) in (1..).zip(corner_orders) {
        for bytes in [
            jpeg(&picture, orientation),
            png(&picture, orientation),
            webp(&picture, orientation),
        ] {
            let info = probe(&bytes).unwrap();
            let size = if orientation > 4 { (32, 64) } else { (64, 32) };
            assert_eq!((info.width, info.height), size, "{orientation}");
            assert_eq!(info.is_upright, orientation == 1);
            for raster in [decode(&bytes).unwrap(), decode(&cleaned_bytes(&bytes)).unwrap()] {
                assert_eq!((raster.width, raster.height), size);
                let (right, bottom) = (size.0 - 4, size.1 - 4);
                let found = [(4, 4), (right, 4), (4, bottom), (right, bottom)].map(|(x, y)| raster.pixel(x, y));
                for (found, wanted) in found.into_iter().zip(order) {
                    assert!(is_near(found, corners[wanted]), "{orientation}: {found:?} for {wanted}");
                }
            }
        }
    }
}

fn is_near(found: [u8; 3], wanted: [u8; 3]) -> bool {
    found
        .iter()
        .zip(wanted)
        .all(|(found, wanted)| found.abs_diff(wanted) < 40)
}

#[test]
fn a_crop_keeps_the_middle() {
    let green = |from: u32, to: u32| {
        move |index: u32| {
            if (from..to).contains(&index) {
                [0, 200, 0]
            } else {
                [200, 0, 0]
            }
        }
    };
    let wide = RgbImage::from_fn(900, 200, |x, _| image::Rgb(green(290, 610)(x)));
    let high = RgbImage::from_fn(320, 1000, |_, y| image::Rgb(green(400, 600)(y)));
    for picture in [wide, high] {
        let raster = decode(&jpeg(&picture, 1)).unwrap();
        for encoding in [Encoding::WebP, Encoding::Jpeg] {
            let variant = ImageVariant {
                ratio: Some((16, 10)),
                width: 160,
                encoding,
            };
            let encoded = decode(&encode(&raster.resized(&variant).unwrap(), encoding).unwrap()).unwrap();
            assert_eq!((encoded.width, encoded.height), (160, 100));
            for (x, y) in [(3, 3), (156, 3), (80, 50), (3, 96), (156, 96)] {
                assert!(
                    is_near(encoded.pixel(x, y), [0, 200, 0]),
                    "{x} {y}: {:?}",
                    encoded.pixel(x, y)
                );
            }
        }
    }
}

#[test]
fn resized_images_keep_only_the_colour_profile() {
    let raster = decode(&jpeg(&quadrants(400, 300), 6)).unwrap();
    for encoding in [Encoding::WebP, Encoding::Jpeg] {
        let variant = ImageVariant {
            ratio: None,
            width: 320,
            encoding,
        };
        let encoded = encode(&raster.resized(&variant).unwrap(), encoding).unwrap();
        assert_eq!(profile_in(&encoded), Some(profile()));
        assert!(!has(&encoded, SECRET));
        assert_eq!(clean(&encoded).unwrap(), Cleaned::Unchanged);
        let info = probe(&encoded).unwrap();
        assert_eq!((info.width, info.height), variant.size(300, 400));
    }
}

#[test]
fn alpha_survives_webp_and_becomes_white_in_jpeg() {
    let picture = image::RgbaImage::from_fn(64, 64, |x, _| image::Rgba([200, 0, 0, if x < 32 { 0 } else { 255 }]));
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    assert!(probe(&bytes).unwrap().has_alpha);
    let mut raster = decode(&bytes).unwrap();
    let encoded = encode(&raster, Encoding::WebP).unwrap();
    assert!(probe(&encoded).unwrap().has_alpha);
    let white = decode(&encode(&raster, Encoding::Jpeg).unwrap()).unwrap();
    assert!(is_near(white.pixel(8, 8), [255, 255, 255]) && is_near(white.pixel(56, 8), [200, 0, 0]));
    raster = decode(&encoded).unwrap();
    assert!(is_near(raster.pixel(56, 8), [200, 0, 0]));
}

#[test]
fn a_file_that_claims_too_many_pixels_is_refused_before_it_is_decoded() {
    let mut head = Vec::new();
    head.extend_from_slice(&50_000_u32.to_be_bytes());
    head.extend_from_slice(&50_000_u32.to_be_bytes());
    head.extend_from_slice(&[8, 2, 0, 0, 0]);
    let mut bomb = b"\x89PNG\r\n\x1A\n".to_vec();
    bomb.extend(png_chunk(b"IHDR", &head));
    bomb.extend(png_chunk(b"IDAT", &[0x78, 0x9C, 0x63, 0, 0, 0, 1, 0, 1]));
    bomb.extend(png_chunk(b"IEND", &[]));
    assert_eq!(probe(&bomb), Err(ImageError::TooLarge));
    assert_eq!(clean(&bomb), Err(ImageError::TooLarge));
    assert_eq!(decode(&bomb), Err(ImageError::TooLarge));
    let mut large = gif(1);
    large[6..10].copy_from_slice(&[0xFF; 4]);
    assert_eq!(probe(&large), Err(ImageError::TooLarge));
}

#[test]
fn unusable_files_give_the_right_error() {
    for (bytes, why) in [
        (&b""[..], ImageError::NotAnImage),
        (b"picture", ImageError::NotAnImage),
        (b"\xFF\xD8\xFF\xE0 no more", ImageError::Damaged),
        (b"\x89PNG\r\n\x1A\n", ImageError::Damaged),
        (b"GIF89a", ImageError::Damaged),
        (b"RIFF\x10\0\0\0WEBPVP8 ", ImageError::Damaged),
        (b"<svg", ImageError::Damaged),
        (b"\0\0\0\x18ftypheic\0\0\0\0", ImageError::Heic),
        (b"\0\0\0\x18ftypavif\0\0\0\0", ImageError::UnsupportedFormat),
        (b"II\x2A\0\x08\0\0\0", ImageError::UnsupportedFormat),
    ] {
        assert_eq!(probe(bytes), Err(why), "{}", String::from_utf8_lossy(bytes));
        assert_eq!(clean(bytes), Err(why));
        assert_eq!(decode(bytes), Err(why));
    }
}

#[test]
fn probe_detects_animation() {
    assert!(!probe(&gif(1)).unwrap().is_animated);
    let moving = gif(3);
    assert!(probe(&moving).unwrap().is_animated);
    assert!(probe(&cleaned_bytes(&moving)).unwrap().is_animated);
}

/// Calls every function of this module that reads a file.
fn read_every_way(bytes: &[u8]) {
    let _ = probe(bytes);
    if let Ok(Cleaned::Stripped(cleaned)) = clean(bytes) {
        let _ = clean(&cleaned);
    }
    if let Ok(raster) = decode(bytes) {
        let variant = ImageVariant {
            ratio: Some((4, 5)),
            width: 8,
            encoding: Encoding::WebP,
        };
        let _ = raster.resized(&variant).map(|small| encode(&small, Encoding::WebP));
    }
}

#[test]
fn truncated_files_never_panic() {
    let picture = quadrants(24, 16);
    for bytes in [
        jpeg(&picture, 6),
        png(&picture, 6),
        webp(&picture, 6),
        gif(2),
        SVG.as_bytes().to_vec(),
    ] {
        (0..bytes.len()).for_each(|end| read_every_way(&bytes[..end]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn corrupted_files_never_panic(kind in 0..4_usize, changes in prop::collection::vec((any::<u16>(), any::<u8>()), 1..8)) {
        let picture = quadrants(24, 16);
        let mut bytes = match kind {
            0 => jpeg(&picture, 3),
            1 => png(&picture, 3),
            2 => webp(&picture, 3),
            _ => gif(2),
        };
        for (index, value) in changes {
            let index = usize::from(index) % bytes.len();
            bytes[index] = value;
        }
        read_every_way(&bytes);
    }
}
