#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

fn minified(text: &str) -> Result<String, Vec<CssError>> {
    minify_css(text, &mut |url, _| format!("[{url}]"))
}

#[test]
fn whitespace_with_a_meaning_stays() {
    for (text, expected) in [
        (
            "a :hover > b ~ c + d , e { color : red ; }",
            "a :hover>b~c+d,e{color:red}",
        ),
        (
            "a:hover { b:focus { margin: 0.5em -0.25em } top: 0 }",
            "a:hover{b:focus{margin:.5em -.25em}top:0}",
        ),
        (
            "a { width: calc( 1px + 2% ) !important }",
            "a{width:calc(1px + 2%)!important}",
        ),
        (
            "a { grid-area: 1 / 2; font: 1em \"A  B\" , serif }",
            "a{grid-area:1/2;font:1em \"A  B\",serif}",
        ),
        (
            "@media (min-width: 40em) and (width >= 3px) { a { b: c } }",
            "@media(min-width:40em) and (width>=3px){a{b:c}}",
        ),
        ("@page :first { margin: 1cm }", "@page :first{margin:1cm}"),
        ("@layer a, b; @layer a { }", "@layer a,b;@layer a{}"),
        (
            "li:nth-child( 2n + 1 ) { --x: { a : b } ; --y: 1 , 2 }",
            "li:nth-child(2n+ 1){--x:{a : b};--y:1,2}",
        ),
        ("[a = 'b-c'] [d ^= \"1\"]{}", "[a = b-c] [d ^= \"1\"]{}"),
        ("a/* */b{c:d/* */e}", "a/**/b{c:d/**/e}"),
    ] {
        assert_eq!(minified(text).unwrap(), expected);
    }
}

#[test]
fn urls_are_replaced_wherever_css_has_them() {
    assert_eq!(
        minified("@import 'a.css' layer(x);@font-face{src:url(b.woff2) format('woff2')}a{background:image-set('c.png' 1x,url(\"d.png\") 2x);content:'e.png'}").unwrap(),
        "@import \"[a.css]\" layer(x);@font-face{src:url(\"[b.woff2]\") format('woff2')}a{background:image-set(\"[c.png]\" 1x,url(\"[d.png]\") 2x);content:'e.png'}"
    );
}

#[test]
fn every_fault_has_its_place_and_reason() {
    let text = "a { b c }\nd { e: 'f\n }\ng) { h: i }\nj { k: l(\n";
    let found: Vec<_> = minified(text)
        .unwrap_err()
        .into_iter()
        .map(|error| (text[error.place].to_owned(), error.reason))
        .collect();
    let expected = [
        ("b c", "css-rule"),
        ("'f", "css-string"),
        (")", "css-bracket"),
        ("l(", "css-unclosed"),
    ];
    assert_eq!(found, expected.map(|(text, reason)| (text.to_owned(), reason)));
}

#[test]
fn depth_is_limited_and_time_is_linear() {
    let deep = "a{".repeat(100_000);
    assert!(
        minified(&deep)
            .unwrap_err()
            .iter()
            .any(|error| error.reason == "css-depth")
    );
    let brackets = format!("a{{b:{}", "(".repeat(100_000));
    assert!(
        minified(&brackets)
            .unwrap_err()
            .iter()
            .any(|error| error.reason == "css-depth")
    );
    let rules = "a:hover{b:c;d:e}".repeat(20_000);
    assert_eq!(minified(&rules).unwrap(), rules);
}
