//! Writing YAML: maps for files that only programs change, and single values for texts that editors continue.

use super::{Mapping, Value};

/// Returns a map as a YAML text, with its keys in their order.
#[must_use]
pub(crate) fn write_map(map: &Mapping) -> String {
    serde_yaml::to_string(map).expect("maps, lists, texts and numbers can always be written")
}

/// Returns a one-line text as a YAML scalar: plain if YAML parses it as the same text, otherwise in double quotes.
#[must_use]
pub(crate) fn write_scalar(text: &str) -> String {
    let read: Option<Value> = serde_yaml::from_str(&format!("k: {text}")).ok();
    let is_plain = read.as_ref().and_then(|map| map.get("k")?.as_str()) == Some(text);
    // JSON strings are valid double-quoted YAML scalars.
    if is_plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

/// Returns a one-line text as an item of a list in brackets.
#[must_use]
pub(crate) fn write_flow_item(text: &str) -> String {
    if text.contains(['[', ']', '{', '}', ',', '*', '&', '!', '?']) {
        return serde_json::Value::from(text).to_string();
    }
    write_scalar(text)
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn scalars_are_quoted_only_where_they_must_be() {
        for (text, written) in [
            ("清洁河道", "清洁河道"),
            ("“双减”", "“双减”"),
            ("a: b", r#""a: b""#),
            ("12", r#""12""#),
            ("true", r#""true""#),
            ("# x", r##""# x""##),
            ("\"", r#""\"""#),
            ("", r#""""#),
            (" a", r#"" a""#),
        ] {
            assert_eq!(write_scalar(text), written);
            let value = read(&format!("k: {written}")).expect("readable");
            assert_eq!(value["k"].as_str(), Some(text));
        }
    }

    #[test]
    fn items_of_lists_are_quoted_where_they_must_be() {
        let texts = [
            "files/名单.xlsx",
            "**/*.pdf",
            "a, b.pdf",
            "[1].jpg",
            "a: b",
            "#a.md#",
            "~$a.docx",
            "a # b",
        ];
        let list: Vec<String> = texts.iter().map(|text| write_flow_item(text)).collect();
        assert_eq!(list[0], "files/名单.xlsx");
        let value = read(&format!("k: [{}]", list.join(", "))).expect("readable");
        let read: Vec<&str> = value["k"]
            .as_sequence()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(read, texts);
    }

    #[test]
    fn maps_keep_their_order_and_are_read_back() {
        let map = Mapping::from_iter([
            ("b".into(), Value::from("2022-H1")),
            (
                "a".into(),
                Value::Mapping(Mapping::from_iter([("12".into(), 3.into())])),
            ),
        ]);
        let written = write_map(&map);
        assert_eq!(written, "b: 2022-H1\na:\n  '12': 3\n");
        assert_eq!(read(&written), Ok(Value::Mapping(map)));
    }
}
