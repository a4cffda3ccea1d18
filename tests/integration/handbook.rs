//! Compares what the handbook says of findings, kinds and metrics with the program:
//! `UPDATE=1 cargo test --test integration handbook` writes it.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use xiangyin::testing::config::ReprintPolicy;
use xiangyin::testing::diag::{Code, Severity};
use xiangyin::testing::messages::{Lang, code_description, code_example};
use xiangyin::testing::metrics::{Aggregate, Dedup, Measure, Metric, Source, parse_metrics};
use xiangyin::testing::schema::{Field, FieldType, Kind, Kinds, Rosters};

/// The page of findings as it should be.
fn findings_page() -> String {
    let mut page = String::from(
        "---\ntitle: 提示一览\nweight: 90\nsummary: 乡音会给出的全部提示：代号、轻重、含义。\n---\n\n\
         每条提示都有一个固定的代号，写在方括号里，也是 JSON 输出里的 `code`。“错误”不改好就不发布；“警告”照样发布。\n\
         `policy` 里可以调整的几项，这里写的是默认的轻重。轻重标了 * 的，可以在 site.yaml 里用 `severity` 改，如\n\
         `severity: {future-date: off}`；其余的错误是格式错误，不能改轻。点代号看错的和对的写法，命令行里用 `xiangyin explain 代号`。\n\n\
         | 代号 | 轻重 | 含义 | In English |\n| --- | --- | --- | --- |\n",
    );
    for &code in Code::ALL {
        let severity = match code.default_severity() {
            Severity::Error => "错误",
            Severity::Warning => "警告",
        };
        let (zh, en) = (code_description(code, Lang::Zh), code_description(code, Lang::En));
        let settable = if code.is_error_of_form() { "" } else { " \\*" };
        let name = code.as_str();
        writeln!(page, "| [`{name}`](#{name}) | {severity}{settable} | {zh} | {en} |").expect("writing to a String");
    }
    for &code in Code::ALL {
        let (wrong, right) = code_example(code, Lang::Zh).unwrap_or_default();
        let (wrong, right) = (wrong.trim_end(), right.trim_end());
        write!(
            page,
            "\n## {}\n\n{}\n\n错的：\n\n```text\n{wrong}\n```\n\n对的：\n\n```text\n{right}\n```\n",
            code.as_str(),
            code_description(code, Lang::Zh)
        )
        .expect("writing to a String");
    }
    page
}

/// The table of a kind's own fields, and the values of those that have a choice.
fn fields_table(kind: &Kind) -> String {
    let mut table =
        String::from("\n| 字段 | 名称 | 写法 | 必填 | 单位 | 填什么 |\n| --- | --- | --- | --- | --- | --- |\n");
    for field in &kind.fields {
        let required = if field.required { "必填" } else { "" };
        let (name, label, help) = (&field.name, &field.labels.zh, &field.help.zh);
        let (form, unit) = (field_format(field), &field.unit);
        writeln!(table, "| `{name}` | {label} | {form} | {required} | {unit} | {help} |").expect("writing to a String");
    }
    for field in &kind.fields {
        if let FieldType::Enum(values) = &field.ty {
            let values: Vec<String> = values
                .iter()
                .map(|(id, labels)| format!("`{id}` {}", labels.zh))
                .collect();
            writeln!(table, "\n`{}` 的值：{}。", field.name, values.join("，")).expect("writing to a String");
        }
    }
    table.push('\n');
    table
}

/// How a field is written, in the words of the handbook.
fn field_format(field: &Field) -> String {
    match &field.ty {
        FieldType::String | FieldType::Text => "文字".to_owned(),
        FieldType::Date | FieldType::DateTime => "日期".to_owned(),
        FieldType::Integer => "整数".to_owned(),
        FieldType::Decimal => "小数".to_owned(),
        FieldType::Duration => "时长".to_owned(),
        FieldType::Boolean => "是或否".to_owned(),
        FieldType::Enum(_) => "选一个".to_owned(),
        FieldType::List(_) => "几个值".to_owned(),
        FieldType::Roster(roster) => format!("名册 `{roster}`"),
        FieldType::Url => "网址".to_owned(),
        FieldType::Asset => "文件".to_owned(),
        FieldType::Author => "作者".to_owned(),
    }
}

/// The page of kinds, with the parts between its markers as they should be.
fn kinds_page(written: &str) -> String {
    let (built_in, end) = (Kinds::built_in(), "<!-- /fields -->");
    let mut parts = written.split("<!-- fields: ");
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) = part.split_once(" -->").expect("a marker is closed");
        let kind = built_in
            .get(id)
            .unwrap_or_else(|| panic!("kinds.md names the kind {id}"));
        let (_, after) = rest.split_once(end).expect("a part has an end");
        write!(page, "<!-- fields: {id} -->\n{}{end}{after}", fields_table(kind)).expect("writing to a String");
    }
    page
}

/// The page of metrics, with its table as it should be.
fn metrics_page(written: &str) -> String {
    let (start, end) = ("<!-- metrics -->\n", "<!-- /metrics -->");
    let (before, rest) = written.split_once(start).expect("the table has a start");
    let (_, after) = rest.split_once(end).expect("the table has an end");
    let all = parse_metrics(None, &Kinds::built_in(), &Rosters::default(), ReprintPolicy::Highest).value;
    let mut table =
        String::from("\n| 指标 | 名称 | 单位 | 数什么 | 怎么数 | 只算一次 |\n| --- | --- | --- | --- | --- | --- |\n");
    for metric in all.iter() {
        let (label, unit) = (&metric.label.zh, &metric.unit.zh);
        let (of, how, once) = (source_text(metric), aggregate_text(metric), dedup_text(metric));
        writeln!(table, "| `{}` | {label} | {unit} | {of} | {how} | {once} |", metric.id).expect("writing to a String");
    }
    format!("{before}{start}{table}\n{end}{after}")
}

/// What a metric looks at, with the fields that its conditions are about.
fn source_text(metric: &Metric) -> String {
    let of = match &metric.source {
        Source::Kinds(kinds) => kinds
            .iter()
            .map(|kind| format!("`{kind}`"))
            .collect::<Vec<_>>()
            .join("、"),
        Source::Roster(roster) => format!("名册 `{roster}`"),
        Source::Metrics([dividend, divisor]) => format!("`{dividend}` ÷ `{divisor}`"),
    };
    let fields: Vec<String> = metric
        .conditions
        .iter()
        .map(|condition| format!("`{}`", condition.field))
        .collect();
    match fields.is_empty() {
        true => of,
        false => format!("{of}，按 {}", fields.join("、")),
    }
}

fn aggregate_text(metric: &Metric) -> String {
    let measure = |measure: &Measure| match measure {
        Measure::Field(field) => format!("`{field}`"),
        Measure::Days(from, to) => format!("`{from}` 到 `{to}` 的天数"),
        Measure::Workdays(from, to) => format!("`{from}` 到 `{to}` 的工作日天数"),
    };
    match &metric.aggregate {
        Aggregate::Count => "个数".to_owned(),
        Aggregate::Sum(of) => format!("{}相加", measure(of)),
        Aggregate::Distinct(field) => format!("不同的 `{field}`"),
        Aggregate::Average(of) => format!("{}平均", measure(of)),
        Aggregate::Max(of) => format!("最大的{}", measure(of)),
        Aggregate::Latest(of) => format!("最后的{}", measure(of)),
        Aggregate::Score(_) => "得分".to_owned(),
        Aggregate::Quotient => "比率".to_owned(),
    }
}

fn dedup_text(metric: &Metric) -> String {
    match &metric.dedup {
        Dedup::None => String::new(),
        Dedup::ByPiece => "`piece`，最高级别".to_owned(),
        Dedup::ByPieceAndLevel => "`piece`，每个级别".to_owned(),
        Dedup::ByFields(fields) => fields
            .iter()
            .map(|field| format!("`{field}`"))
            .collect::<Vec<_>>()
            .join("、"),
    }
}

/// Compares a page with what it should be, or writes it.
fn assert_page(name: &str, wanted: impl Fn(&str) -> String) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "content/handbook", name].iter().collect();
    let written = fs::read_to_string(&path).unwrap_or_default();
    let wanted = wanted(&written);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).expect("the page can be written");
    } else {
        assert!(
            written == wanted,
            "content/handbook/{name} is out of date: UPDATE=1 cargo test --test integration handbook"
        );
    }
}

#[test]
fn every_finding_has_a_wrong_and_a_right_example() {
    for &code in Code::ALL {
        for lang in [Lang::Zh, Lang::En] {
            let example = code_example(code, lang);
            let (wrong, right) = example.unwrap_or_else(|| panic!("locales/examples.yml lacks {}", code.as_str()));
            assert!(
                !wrong.trim().is_empty() && !right.trim().is_empty(),
                "{}",
                code.as_str()
            );
            assert_ne!(wrong, right, "{}", code.as_str());
        }
    }
}

#[test]
fn findings_page_lists_every_finding() {
    assert_page("messages.md", |_| findings_page());
}

#[test]
fn field_tables_match_the_kinds() {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "content/handbook/kinds.md"]
        .iter()
        .collect();
    let page = fs::read_to_string(path).unwrap_or_default();
    for kind in Kinds::built_in().iter().filter(|kind| !kind.fields.is_empty()) {
        assert!(page.contains(&format!("<!-- fields: {} -->", kind.id)), "{}", kind.id);
    }
    assert_page("kinds.md", kinds_page);
}

#[test]
fn metrics_table_matches_the_built_in_metrics() {
    assert_page("metrics.md", metrics_page);
}

/// Every file below `folder` with this extension, as text.
fn texts_below(folder: &str, extension: &str) -> String {
    let tree = crate::common::read_tree(&crate::common::project_folder().join(folder));
    let texts = tree
        .into_iter()
        .filter(|(path, _)| path.extension().is_some_and(|found| found == extension));
    texts.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect()
}

#[test]
fn tests_that_the_security_page_names_exist() {
    let project = crate::common::project_folder();
    let code = texts_below("tests/integration", "rs") + &texts_below("src", "rs");
    let page = std::fs::read_to_string(project.join("content/handbook/security.md")).unwrap();
    let mut count = 0;
    for row in page.lines().filter(|line| line.starts_with("| ") && line.contains('`')) {
        let column = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        for name in column.split('`').skip(1).step_by(2) {
            count += 1;
            let exists = match name.strip_prefix("case ") {
                Some(case) => project.join(format!("tests/cases/{case}.site")).exists(),
                None if name.contains('/') => project.join(name).exists(),
                None => code.contains(&format!("fn {name}()")),
            };
            assert!(exists, "no test {name}: {row}");
        }
    }
    assert!(count > 25, "{count}");
}
