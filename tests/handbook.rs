//! Keeps the handbook's table of findings in step with the program: `UPDATE=1 cargo test --test handbook` writes it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use xiangyin::diag::{Code, Severity};
use xiangyin::messages::{Lang, about};

/// The page as it should be.
fn page() -> String {
    let mut page = String::from(
        "---\ntitle: 提示一览\nweight: 90\nsummary: 乡音会给出的全部提示：代号、轻重、含义。\n---\n\n\
         每条提示都有一个固定的代号，写在方括号里，也是 JSON 输出里的 `code`。“错误”不改好就不发布；“警告”照样发布。\n\
         `policy` 里可以调整的几项，这里写的是默认的轻重。\n\n\
         | 代号 | 轻重 | 含义 | In English |\n| --- | --- | --- | --- |\n",
    );
    for &code in Code::ALL {
        let severity = match code.severity() {
            Severity::Error => "错误",
            Severity::Warning => "警告",
        };
        let (zh, en) = (about(code, Lang::Zh), about(code, Lang::En));
        writeln!(page, "| `{}` | {severity} | {zh} | {en} |", code.as_str()).expect("writing to a String");
    }
    page
}

#[test]
fn the_table_of_findings_is_complete() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/handbook/messages.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, page()).expect("the page can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "content/handbook/messages.md is out of date; run with UPDATE=1"
    );
}
