use super::*;
use crate::diag::Place;
use proptest::prelude::*;

fn places_of<'a>(text: &'a str, path: &[&str]) -> (Option<&'a str>, Option<&'a str>) {
    let places = YamlSpans::of(text);
    (
        places.key_range(path).map(|range| &text[range]),
        places.value_range(path).map(|range| &text[range]),
    )
}

#[test]
fn keys_and_values_are_found_by_path() {
    let text = "owner:\r\n  名称: 栖禾镇  # 虚构\r\n  icp: \"备案\"\r\nnav:\r\n  - {label: 志愿, url: /v/}\r\n  - 归档\r\nempty:\r\n";
    assert_eq!(places_of(text, &["owner", "名称"]), (Some("名称"), Some("栖禾镇")));
    assert_eq!(places_of(text, &["owner", "icp"]), (Some("icp"), Some("\"备案\"")));
    assert_eq!(places_of(text, &["nav", "0", "url"]), (Some("url"), Some("/v/")));
    assert_eq!(places_of(text, &["nav", "1"]).1, Some("归档"));
    assert_eq!(places_of(text, &["empty"]), (Some("empty"), Some("")));
    assert_eq!(places_of(text, &["none"]), (None, None));
}

#[test]
fn sexagesimal_numbers_stay_text() {
    let value = read("a: 3:20\nb: 0123\nc: 2022-06-01").expect("readable");
    assert_eq!(value["a"], Value::from("3:20"));
    assert_eq!(value["b"], Value::from("0123"));
    assert_eq!(value["c"], Value::from("2022-06-01"));
}

#[test]
fn integers_of_any_length_are_read() {
    let text = "event: 20220618000000000001\nlist: [1, -99999999999999999999, a]\nmap: {12345678901234567890123: !x y}\nnone:\nflag: true\nrate: 0.5\n";
    let value = read(text).expect("readable");
    assert_eq!(value["event"], Value::from("20220618000000000001"));
    assert_eq!(value["list"][0], Value::from(1));
    assert_eq!(value["list"][1], Value::from("-99999999999999999999"));
    assert!(matches!(value["map"]["12345678901234567890123"], Value::Tagged(_)));
    assert_eq!((&value["none"], &value["flag"]), (&Value::Null, &Value::from(true)));
    assert_eq!(value["rate"], Value::from(0.5));
    let fault = read("a: 20220618000000000001\nb: 1\na: 2\n").expect_err("a duplicate");
    assert_eq!(fault.kind, YamlErrorKind::DuplicateKey("a".to_owned()));
}

#[test]
fn deep_nesting_and_alias_bombs_are_refused() {
    for (open, count) in [
        ("[", 60_000),
        ("{a: ", 10_000),
        ("- ", 30_000),
        ("? ", 30_000),
        ("[{", 30_000),
    ] {
        assert!(read(&open.repeat(count)).is_err(), "{open}");
        let _ = YamlSpans::of(&open.repeat(count));
    }
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let before = format!("*a{}, ", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", before.repeat(8));
    }
    assert_eq!(
        read(&bomb).expect_err("a bomb").kind,
        YamlErrorKind::Syntax("yaml-alias")
    );
    let wide = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(5000), "*a, ".repeat(5000));
    assert_eq!(
        read(&wide).expect_err("a bomb").kind,
        YamlErrorKind::Syntax("yaml-alias")
    );
    assert!(read("a: &a [x]\nb: *a\n").is_ok());
}

#[test]
fn a_duplicate_key_is_reported() {
    let fault = read("title: a\ndate: b\ntitle: c\n").expect_err("a duplicate");
    assert_eq!(
        (fault.kind, fault.range),
        (YamlErrorKind::DuplicateKey("title".to_owned()), 17..22)
    );
}

/// Text that sometimes resembles YAML.
fn arbitrary_yaml() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("title"),
        Just("标题"),
        Just(": "),
        Just(":"),
        Just("："),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("  "),
        Just("\t"),
        Just("- "),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(", "),
        Just("\""),
        Just("'"),
        Just("“"),
        Just("”"),
        Just("|"),
        Just(">"),
        Just("#"),
        Just("&a "),
        Just("*a"),
        Just("!t "),
        Just("? "),
        Just("---\n"),
        Just("...\n"),
        Just("２０２２"),
        Just("2022-06-01"),
        Just("\\"),
        Just("%"),
        Just("@"),
        Just("\u{feff}"),
        Just("\u{85}"),
        Just("😀"),
        Just("\0"),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_parses_without_panic(text in prop_oneof![arbitrary_yaml(), any::<String>()]) {
        let reading = YamlDocument::parse("a.yaml", &text, &["title"]);
        for finding in &reading.findings {
            let place = finding.place.as_ref().expect("a place");
            prop_assert!(place.excerpt.get(place.marked_span.0..place.marked_span.1).is_some());
        }
        for path in [&["title"][..], &["标题", "0"], &[]] {
            let place: Place = reading.document.value_place(path);
            prop_assert!(place.excerpt.get(place.marked_span.0..place.marked_span.1).is_some());
        }
    }
}
