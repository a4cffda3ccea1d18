//! Tests of SVGs: what is kept of them, and their size.

use super::*;
use data_encoding::BASE64;

pub(super) const SVG: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE svg [<!ENTITY a "SECRET-31.2304N-121.4737E">]>
<!-- SECRET-31.2304N-121.4737E -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://i" inkscape:export-filename="C:\SECRET-31.2304N-121.4737E" viewBox="0 0 40 20" width="40" onload="alert(1)">
<metadata>SECRET-31.2304N-121.4737E</metadata><title>图 &amp; 字 &a;</title>
<script>alert(1)</script><script href="x.js"/>
<style>@import "x.css"; rect { fill: red }</style><style>circle { fill: url(#g) }</style>
<style>@im&#112;ort "y.css";</style><style><![CDATA[ path { fill: url( 'https://x/y' ) } ]]></style>
<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="z"/></body></foreignObject>
<rect width="9" height="9" fill="url(#g)" style="background:url(https://x/a.png)" ONCLICK="b()"/>
<circle r="2" fill="u\72l(https://x)"/>
<use xlink:href="#g"/><use href="https://x/b.svg#c"/><image href="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"/><image href="data:image/png;base64,AA"/><image href="c.png"/>
<a href="javascript:alert(1)"><text x='1"2'>文</text></a>
<set attributeName="href" to="javascript:alert(1)"/><animate attributeName="x" to="3"/>
</svg>"##;

const GIF: &str = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

#[test]
fn cleaning_an_svg_cleans_embedded_images() {
    for orientation in [1, 6] {
        let photograph = BASE64.encode(&jpeg(&quadrants(32, 16), orientation));
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"data:image/jpeg;base64,{photograph}\"/></svg>"
        );
        let cleaned = String::from_utf8(cleaned_bytes(svg.as_bytes())).unwrap();
        let data = cleaned.split_once("base64,").unwrap().1.split_once('"').unwrap().0;
        let data = BASE64.decode(data.as_bytes()).unwrap();
        assert!(!has(&data, SECRET) && has(&jpeg(&quadrants(32, 16), orientation), SECRET));
        let size = if orientation == 1 { (32, 16) } else { (16, 32) };
        let picture = decode(&data).unwrap();
        assert_eq!((picture.width, picture.height), size);
        assert_eq!(cleaned_bytes(cleaned.as_bytes()), cleaned.as_bytes());
    }
}

#[test]
fn cleaning_an_svg_keeps_only_drawing_elements() {
    let cleaned = String::from_utf8(cleaned_bytes(SVG.as_bytes())).unwrap();
    for gone in [
        "SECRET",
        "script",
        "alert",
        "onload",
        "ONCLICK",
        "import",
        "y.css",
        "https:",
        "iframe",
        "foreignObject",
        "c.png",
        "inkscape",
        "javascript",
        "DOCTYPE",
        "<!--",
        "\\72",
        "&a;",
        "data:image/png",
    ] {
        assert!(!cleaned.contains(gone), "{gone} in {cleaned}");
    }
    for kept in [
        "<title>图 &amp; 字 </title>",
        "circle { fill: url(#g) }",
        "<rect width=\"9\"",
        "fill=\"url(#g)\"",
        "<use xlink:href=\"#g\"/>",
        GIF,
        "<text x='1\"2'>文</text>",
        "attributeName=\"x\"",
        "viewBox=\"0 0 40 20\"",
    ] {
        assert!(cleaned.contains(kept), "{kept} in {cleaned}");
    }
    assert_eq!(clean(cleaned.as_bytes()).unwrap(), Cleaned::Unchanged);
}

#[test]
fn svg_size_is_read_from_its_attributes() {
    let of = |attributes: &str| {
        let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" {attributes}></svg>");
        probe(svg.as_bytes()).map(|info| (info.width, info.height))
    };
    assert_eq!(of("width=\"40\" height=\"2in\""), Ok((40, 192)));
    assert_eq!(of("width=\"40px\" viewBox=\"0 0 2 1\""), Ok((40, 20)));
    assert_eq!(of("viewBox=\"0,0 24 24\""), Ok((1280, 1280)));
    assert_eq!(of("width=\"100%\" height=\"100%\""), Ok((0, 0)));
    assert_eq!(of("viewBox=\"0 0 0 0\""), Ok((0, 0)));
    assert_eq!(of("width=\"1\" width=\"2\""), Err(ImageError::Damaged));
}
