//! Text in, tokens out.

use super::{HtmlToken, Names, content_len, decode_references, end_of_element, escape, escape_address};
use super::{next_token, read_numeric_reference, read_reference, tags};
use proptest::prelude::*;
use std::fmt::Write as _;

/// The tokens in one line: `text`, `#comment#`, `!`, `?unclosed`, `<name attribute=[value]>`.
fn tokens(html: &str) -> String {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some((token, len)) = next_token(rest) {
        rest = &rest[len..];
        out.push(match token {
            HtmlToken::Text(text) => text.to_owned(),
            HtmlToken::Comment(text) => format!("#{text}#"),
            HtmlToken::Declaration => "!".to_owned(),
            HtmlToken::Unclosed(text) => format!("?{text}"),
            HtmlToken::Tag(tag) => {
                let mut written = format!("<{}{}", if tag.is_closing { "/" } else { "" }, tag.name);
                for attribute in &tag.attributes {
                    let _ = write!(written, " {}", &tag.text[attribute.name.clone()]);
                    if let Some(value) = &attribute.value {
                        let _ = write!(written, "=[{}]", &tag.text[value.clone()]);
                    }
                }
                written + ">"
            }
        });
    }
    out.join(" | ")
}

#[test]
fn tags_and_text_are_separated() {
    for (html, expected) in [
        ("", ""),
        ("乡音", "乡音"),
        ("乡<b>音</b>。", "乡 | <b> | 音 | </b> | 。"),
        ("<P><Br/></P >", "<p> | <br> | </p>"),
        ("<x-y:z>", "<x-y:z>"),
        ("<标题>", "<标题>"),
        ("a &lt; b", "a &lt; b"),
        ("1 < 2 <3", "1  | < 2  | <3"),
        ("<>", "<>"),
        ("</>", "</>"),
        ("</ p>", "</ p>"),
        ("<//p>", "<//p>"),
        ("<<p>", "< | <p>"),
        ("a>b", "a>b"),
    ] {
        assert_eq!(tokens(html), expected, "{html}");
    }
}

#[test]
fn attributes_are_read_in_every_form() {
    for (html, expected) in [
        ("<a href=\"/x\" title='一 > 二'>", "<a href=[/x] title=[一 > 二]>"),
        ("<img src=/a.jpg width=20 alt>", "<img src=[/a.jpg] width=[20] alt>"),
        ("<p a=b/>", "<p a=[b/]>"),
        ("<p a/b>", "<p a b>"),
        ("<p\na\t=\n\"x\"/>", "<p a=[x]>"),
        ("<p a=\"x\"b='y'>", "<p a=[x] b=[y]>"),
        ("<p a=>", "<p a=[]>"),
        ("<p a=\"\">", "<p a=[]>"),
        ("<p =a>", "<p =a>"),
        ("<p =a=b>", "<p =a=[b]>"),
        ("<p a==b>", "<p a=[=b]>"),
        ("<p a=it's>", "<p a=[it's]>"),
        ("<p \"q\">", "<p \"q\">"),
        ("<p <a>", "<p <a>"),
        ("<p 名=值>", "<p 名=[值]>"),
        ("<p a=1 A=2>", "<p a=[1] A=[2]>"),
        ("</p a=1>", "</p a=[1]>"),
        ("<p a=\"&amp;\">", "<p a=[&amp;]>"),
    ] {
        assert_eq!(tokens(html), expected, "{html}");
    }
}

#[test]
fn unclosed_tag_takes_the_rest() {
    for html in [
        "<p",
        "<p ",
        "</p",
        "<p a",
        "<p a=",
        "<p a=b",
        "<p a=\"b>c",
        "<p a='",
        "<p a \n",
        "<p/",
    ] {
        assert_eq!(tokens(&format!("前{html}")), format!("前 | ?{html}"));
    }
    assert_eq!(tokens("<"), "<");
    assert_eq!(tokens("</"), "</");
}

#[test]
fn comments_and_declarations_end_as_in_browsers() {
    for (html, expected) in [
        ("<!--注 > 释-->x", "#注 > 释# | x"),
        ("<!---->x", "## | x"),
        ("<!-->x", "## | x"),
        ("<!--->x", "## | x"),
        ("<!--a--!>x", "#a# | x"),
        ("<!--a-- >b-->x", "#a-- >b# | x"),
        ("<!--a--->x", "#a-# | x"),
        ("<!--a", "#a#"),
        ("<!--a--", "#a--#"),
        ("<!doctype html>x", "! | x"),
        ("<!-a>x", "! | x"),
        ("<?xml a?>x", "! | x"),
        ("<!x", "!"),
        ("<![CDATA[a>b]]>x", "! | b]]>x"),
        ("<![CDATA[a]]>x", "! | x"),
    ] {
        assert_eq!(tokens(html), expected, "{html}");
    }
}

#[test]
fn nul_is_an_ordinary_character() {
    assert_eq!(tokens("\0<p\0 a\0=\0>\0"), "\0 | <p\0 a\0=[\0]> | \0");
    assert_eq!(tokens("<\0p>"), "<\0p>");
}

#[test]
fn attributes_are_found_by_name() {
    let (token, _) = next_token("<img SRC='a&amp;b' alt src=c>").unwrap_or((HtmlToken::Declaration, 0));
    let HtmlToken::Tag(tag) = token else { panic!("no tag") };
    assert_eq!(tag.value("src"), Some("a&amp;b"), "the first counts");
    assert_eq!((tag.value("alt"), tag.value("title")), (Some(""), None));
    assert!(tag.has_attribute("Alt") && !tag.has_attribute("al"));
    let src = tag.attribute("src").map(|src| &tag.text[src.whole.clone()]);
    assert_eq!(src, Some("SRC='a&amp;b'"));
}

#[test]
fn content_ends_at_the_end_tag_of_its_name() {
    for (html, content, element) in [
        ("a</script>b", 1, 10),
        ("a</SCRIPT >b", 1, 11),
        ("a</scripty></script/>b", 11, 21),
        ("</style></script x='y'>b", 8, 23),
        ("a</script", 1, 9),
        ("乡音</scrip", 13, 13),
        ("a</音</script>", 6, 15),
        ("", 0, 0),
    ] {
        assert_eq!(content_len(html, "script"), content, "{html}");
        assert_eq!(end_of_element(html, "script"), element, "{html}");
    }
}

#[test]
fn tags_in_scripts_are_none() {
    let html = "<p><script>x = \"<a href=1>\"</script><!-- <i> --><style>b { content: \"<b>\" }</style><br></p>";
    let names: Vec<String> = tags(html).map(|tag| tag.name.into_owned()).collect();
    assert_eq!(names, ["p", "script", "script", "style", "style", "br", "p"]);
}

#[test]
fn references_are_decoded() {
    for (html, text) in [
        ("a&amp;b &lt;i&gt; &quot;&apos;", "a&b <i> \"'"),
        ("&#20065;&#x97F3;&#X97f3", "乡音音"),
        ("&hellip;&nbsp;&copy;", "…\u{A0}©"),
        ("& && &; &#; &#x; &unknown; &amp", "& && &; &#; &#x; &unknown; &amp"),
        ("&amp;lt;", "&lt;"),
        ("&#xD800;&#99999999999;.", "."),
        // Numbers of Windows, as the standard has them read.
        ("&#147;乡&#x94;&#133;", "“乡”…"),
        ("乡&", "乡&"),
    ] {
        assert_eq!(decode_references(html), text, "{html}");
    }
    let copy = read_reference("&copy;", Names::Serialized);
    assert!(copy.is_none() && read_reference("&amp;", Names::Serialized).is_some());
    let long = read_numeric_reference("&#00065;B").map(|found| (found.c, found.len));
    assert_eq!(long, Some((Some('A'), 8)));
}

#[test]
fn text_and_addresses_are_escaped() {
    let mut out = "<p>".to_owned();
    escape(&mut out, "乡 & <音> \"'");
    assert_eq!(out, "<p>乡 &amp; &lt;音&gt; &quot;'");
    let mut out = String::new();
    escape_address(&mut out, "/a b?c=d&e='乡%20\"<");
    assert_eq!(out, "/a%20b?c=d&amp;e=&#x27;%E4%B9%A1%20%22%3C");
}

proptest! {
    #[test]
    fn tokens_cover_any_text(html in r#"([<>/!?=&;#'"\- \n]|<!--|-->|</?[a-zA-Z]{1,3}|\PC|\x00|[a-z乡音é🎈])*"#) {
        let mut at = 0;
        while let Some((token, len)) = next_token(&html[at..]) {
            prop_assert!(len > 0);
            let piece = &html[at..at + len];
            match token {
                HtmlToken::Text(text) | HtmlToken::Unclosed(text) => prop_assert_eq!(text, piece),
                HtmlToken::Comment(text) => prop_assert!(piece.starts_with("<!--") && piece.contains(text)),
                HtmlToken::Declaration => prop_assert!(piece.starts_with("<!") || piece.starts_with("<?")),
                HtmlToken::Tag(tag) => {
                    prop_assert_eq!(tag.text, piece);
                    let mut end = 1 + usize::from(tag.is_closing) + tag.name.len();
                    for attribute in &tag.attributes {
                        prop_assert!(attribute.whole.start >= end && attribute.name.start == attribute.whole.start);
                        let value = attribute.value.clone().unwrap_or(attribute.name.clone());
                        prop_assert!(attribute.name.end <= value.end && value.end <= attribute.whole.end);
                        let _in_characters = (&piece[attribute.name.clone()], &piece[value]);
                        end = attribute.whole.end;
                    }
                    prop_assert!(end < len);
                }
            }
            at += len;
        }
        prop_assert_eq!(at, html.len());
        prop_assert!(html.is_char_boundary(content_len(&html, "a")));
        prop_assert!(html.is_char_boundary(end_of_element(&html, "a")));
    }

    #[test]
    fn escaped_text_is_one_text_and_decodes_to_itself(text in r#"([<>&"';#]|amp|lt|\PC|\x00)*"#) {
        let mut html = String::new();
        escape(&mut html, &text);
        // Control characters are dropped.
        prop_assert_eq!(decode_references(&html), text.replace('\0', ""));
        prop_assert!(html.is_empty() || matches!(next_token(&html), Some((HtmlToken::Text(_), len)) if len == html.len()));
    }
}
