//! Writes the text of a new post: front matter from its kind's schema.
//!
//! A pure function: kinds, title and day in, text out. A required field is left empty, and `check` reports it. An
//! optional field is commented out, so that the post is complete without it. Every new post is a draft.

use crate::messages::{Lang, cli_text};
use crate::schema::{Field, FieldType, Kind, Kinds};
use crate::yaml::write_scalar;
use jiff::civil::Date;

/// The common fields that a new post offers, in this order. Editors need the others only later.
const OFFERED_FIELDS: [&str; 8] = [
    "village", "tags", "summary", "cover", "source", "author", "event", "consent",
];
/// The field that keeps an unfinished post from being published.
const DRAFT_FIELD: &str = "draft";

/// The initial values of a new post.
#[derive(Debug, Clone, Copy)]
pub(super) struct ScaffoldInput<'g> {
    pub(super) title: &'g str,
    /// The post's date, if its kind has one.
    pub(super) today: Date,
    /// Names and values of the fields that are filled in: those of the kind, and common ones.
    pub(super) fields: &'g [(&'g str, &'g str)],
    /// Whether a program guessed them, so that an editor has to confirm them.
    pub(super) is_guessed: bool,
}

/// The text of a new post of `kind`.
pub(super) fn scaffold(kinds: &Kinds, kind: &Kind, input: &ScaffoldInput<'_>, lang: Lang) -> String {
    let ScaffoldInput {
        title,
        today,
        fields,
        is_guessed,
    } = *input;
    let value = |field: &Field| {
        fields
            .iter()
            .find(|(name, _)| *name == field.name)
            .map(|(_, value)| write_scalar(&one_line(value)))
    };
    let (first, optional): (Vec<&Field>, Vec<&Field>) = kind
        .fields
        .iter()
        .partition(|field| field.required || value(field).is_some());
    let common = OFFERED_FIELDS
        .iter()
        .filter_map(|name| kinds.common().iter().find(|field| field.name == *name));
    let (filled, common): (Vec<&Field>, Vec<&Field>) = common.partition(|field| value(field).is_some());
    let mut lines = vec!["---".to_owned()];
    if is_guessed {
        lines.push(format!("# {}", cli_text(lang, "scaffold-guessed", &[])));
    }
    lines.push(format!("title: {}", write_scalar(&one_line(title))));
    if kind.dated || fields.iter().any(|(name, _)| *name == "date") {
        lines.push(format!("date: {today}"));
    }
    lines.extend(
        filled
            .into_iter()
            .filter_map(|field| Some(format!("{}: {}", field.name, value(field)?))),
    );
    for field in first {
        lines.extend(field_comments(field, lang));
        let value = value(field).map(|value| format!(" {value}")).unwrap_or_default();
        lines.push(format!("{}:{value}", field.name));
    }
    lines.push(format!("# {}", cli_text(lang, "scaffold-draft", &[])));
    lines.push(format!("{DRAFT_FIELD}: true"));
    lines.push(String::new());
    lines.push(format!("# {}", cli_text(lang, "scaffold-optional", &[])));
    for field in optional.into_iter().chain(common) {
        lines.extend(field_comments(field, lang));
        lines.push(format!("#{}:", field.name));
    }
    if kind.dated {
        lines.push(format!("# {}", cli_text(lang, "scaffold-review", &[])));
        lines.push("#review: {first: , second: , third: }".to_owned());
    }
    lines.extend(["---".to_owned(), String::new(), String::new()]);
    lines.join("\n")
}

/// Comment lines that say what a field is for and which values it takes.
fn field_comments(field: &Field, lang: Lang) -> Vec<String> {
    let key = if field.required {
        "scaffold-comment-required"
    } else {
        "scaffold-comment"
    };
    let name = field.labels.get(lang.tag());
    let mut lines = vec![cli_text(
        lang,
        key,
        &[("name", name), ("help", field.help.get(lang.tag()))],
    )];
    if let FieldType::Enum(values) = &field.ty {
        let choice_text = |(id, labels): &(String, crate::schema::Labels)| match labels.get(lang.tag()) {
            name if name.is_empty() || name == id => id.clone(),
            name => cli_text(lang, "scaffold-choice", &[("id", id), ("name", name)]),
        };
        let choices: Vec<String> = values.iter().map(choice_text).collect();
        let choices = choices.join(lang.list_separator());
        lines.push(cli_text(lang, "scaffold-choices", &[("choices", &choices)]));
    }
    lines.iter().map(|line| format!("# {}", one_line(line))).collect()
}

/// Replaces line ends, tabs and other control characters by spaces, and trims the text.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn scaffold_input(title: &str) -> ScaffoldInput<'_> {
        ScaffoldInput {
            title,
            today: date(2026, 3, 5),
            fields: &[],
            is_guessed: false,
        }
    }

    #[test]
    fn required_fields_come_first_and_optional_fields_are_comments() {
        let kinds = Kinds::built_in();
        let kind = kinds.get("video").expect("a built-in kind");
        let text = scaffold(&kinds, kind, &scaffold_input("稻香"), Lang::Zh);
        assert!(
            text.starts_with("---\ntitle: 稻香\ndate: 2026-03-05\n# 视频（必填）："),
            "{text}"
        );
        assert!(text.contains("\nvideo:\n# 草稿"), "{text}");
        assert!(text.contains("\ndraft: true\n\n# 以下各项可以不填"), "{text}");
        assert!(text.contains("\n#poster:\n"), "{text}");
        assert!(text.ends_with("\n---\n\n"), "{text}");
    }

    #[test]
    fn choices_are_listed_with_their_names() {
        let kinds = Kinds::built_in();
        let kind = kinds.get("role-model").expect("a built-in kind");
        let text = scaffold(&kinds, kind, &scaffold_input("x"), Lang::En);
        assert!(
            text.contains("# One of: national (National), provincial (Provincial)"),
            "{text}"
        );
    }

    #[test]
    fn front_matter_of_every_kind_is_valid_yaml() {
        let kinds = Kinds::built_in();
        for kind in kinds.iter() {
            for title in [
                "清洁河道",
                "a: b",
                "# x",
                "\"",
                "12",
                "true",
                "- a",
                "a\nb",
                "{{ x }}",
                "“双减”",
            ] {
                let text = scaffold(&kinds, kind, &scaffold_input(title), Lang::Zh);
                let inner = text
                    .trim_start_matches("---\n")
                    .split("\n---\n")
                    .next()
                    .unwrap_or_default();
                let read = crate::yaml::read(inner).expect("front matter is YAML");
                let read = read.as_mapping().expect("front matter is a map");
                assert_eq!(read["title"].as_str(), Some(&*title.replace('\n', " ")), "{text}");
                let filled = ["title", "date", DRAFT_FIELD];
                let is_open = |(key, value): (&crate::yaml::Value, &crate::yaml::Value)| {
                    key.as_str().is_some_and(|key| filled.contains(&key)) || value.is_null()
                };
                assert!(read.iter().all(is_open), "{text}");
                assert_eq!(read[DRAFT_FIELD].as_bool(), Some(true), "{text}");
            }
        }
    }
}
