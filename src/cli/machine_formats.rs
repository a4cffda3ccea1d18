//! Findings for programs: JSON lines, annotations of GitHub, a code-quality report of GitLab, SARIF.

use super::args::MessageFormat;
use crate::diag::{Code, Diagnostic, Place, Severity};
use crate::fingerprint::FingerprintHasher;
use crate::messages::{Lang, code_description, escape_control_characters, escape_json, help, message};
use crate::paths::percent_encode;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::hash::Hasher as _;
use std::io::{self, Write};
use std::path::{Component, Path};

/// The schema of SARIF 2.1.0.
const SARIF_SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes findings for programs. `site` is the site's folder, from which the files of findings are named; paths in
/// reports for a repository start in the current folder.
pub(super) fn write_findings(
    out: &mut impl Write,
    findings: &[&Diagnostic],
    format: MessageFormat,
    lang: Lang,
    site: &Path,
) -> io::Result<()> {
    match format {
        MessageFormat::Human => Ok(()),
        MessageFormat::Json => findings
            .iter()
            .try_for_each(|finding| writeln!(out, "{}", escape_json(&render_json(finding, lang)))),
        MessageFormat::Github => findings.iter().try_for_each(|finding| {
            writeln!(
                out,
                "{}",
                escape_control_characters(&github_annotation(finding, lang, site))
            )
        }),
        MessageFormat::Gitlab => write_json(out, &gitlab_report(findings, lang, site)),
        MessageFormat::Sarif => write_json(out, &sarif_log(findings, lang, site)),
    }
}

/// Writes JSON on several lines.
fn write_json(out: &mut impl Write, value: &Value) -> io::Result<()> {
    writeln!(out, "{}", escape_json(&format!("{value:#}")))
}

/// The finding as one line of JSON: `code`, `severity`, `file`, `line`, `column`, `end_line`, `end_column`, `message`,
/// `help`, `replacement`; a missing value is null. The end is the column behind the last character; `replacement` is
/// what belongs between the two columns. In a ledger `line` is the row, `column` is the column's number, and `cell`
/// names both: `2022年!C7`.
fn render_json(finding: &Diagnostic, lang: Lang) -> String {
    let place = finding.place.as_ref();
    let end = place.and_then(Place::end_column);
    let mut object = json!({
        "code": finding.code.as_str(),
        "severity": finding.severity.as_str(),
        "file": place.map(Place::shown_file),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "end_line": end.and(place).map(|place| place.line),
        "end_column": end,
        "message": message(finding, lang),
        "help": help(finding, lang),
        "replacement": finding.replacement(),
    });
    if let Some(cell) = place.and_then(Place::cell_reference) {
        object["cell"] = cell.into();
    }
    object.to_string()
}

/// A message with its help, and its cell in a ledger.
fn full_message(finding: &Diagnostic, lang: Lang) -> String {
    let cell = finding.place.as_ref().and_then(Place::cell_reference);
    let cell = cell.map(|cell| format!("{cell} ")).unwrap_or_default();
    let help = help(finding, lang).map(|help| format!("\n{help}"));
    format!("{cell}{}{}", message(finding, lang), help.unwrap_or_default())
}

/// A workflow command of GitHub Actions: `::error file=…,line=…,title=…::…`.
fn github_annotation(finding: &Diagnostic, lang: Lang, site: &Path) -> String {
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        properties.push(format!(
            "file={}",
            github_property(&repository_path(site, &place.shown_file()))
        ));
        properties.push(format!("line={}", place.line));
        if let Some(end) = place.end_column() {
            properties.push(format!("col={},endColumn={end}", place.column));
        }
    }
    properties.push(format!("title={}", finding.code.as_str()));
    let (severity, properties) = (finding.severity.as_str(), properties.join(","));
    format!(
        "::{severity} {properties}::{}",
        github_text(&full_message(finding, lang))
    )
}

fn github_text(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github_text(text).replace(':', "%3A").replace(',', "%2C")
}

/// A report of GitLab's code quality. Two equal findings of one file get two fingerprints.
fn gitlab_report(findings: &[&Diagnostic], lang: Lang, site: &Path) -> Value {
    let mut known: BTreeMap<u64, u64> = BTreeMap::new();
    let entry = |finding: &&Diagnostic| {
        let path = finding
            .place
            .as_ref()
            .map(|place| repository_path(site, &place.shown_file()));
        let path = path.unwrap_or_else(|| repository_path(site, "content/site.yaml"));
        let mut hasher = FingerprintHasher::default();
        [finding.code.as_str(), &path, &message(finding, Lang::En)]
            .into_iter()
            .for_each(|text| hasher.text(text));
        let nth = known.entry(hasher.finish()).or_default();
        *nth += 1;
        hasher.number(*nth);
        json!({
            "description": full_message(finding, lang),
            "check_name": finding.code.as_str(),
            "fingerprint": format!("{:016x}", hasher.finish()),
            "severity": match finding.severity { Severity::Error => "major", Severity::Warning => "minor" },
            "location": {
                "path": path,
                "lines": { "begin": finding.place.as_ref().map_or(1, |place| place.line) },
            },
        })
    };
    findings.iter().map(entry).collect()
}

/// A log in SARIF 2.1.0 with one run. Its rules are the codes that occur.
fn sarif_log(findings: &[&Diagnostic], lang: Lang, site: &Path) -> Value {
    let mut codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    codes.sort();
    codes.dedup();
    let rule = |code: &Code| {
        json!({
            "id": code.as_str(),
            "shortDescription": { "text": code_description(*code, lang) },
            "defaultConfiguration": { "level": code.default_severity().as_str() },
        })
    };
    let result = |finding: &&Diagnostic| {
        let mut result = json!({
            "ruleId": finding.code.as_str(),
            "ruleIndex": codes.iter().position(|code| *code == finding.code),
            "level": finding.severity.as_str(),
            "message": { "text": full_message(finding, lang) },
        });
        if let Some(place) = &finding.place {
            result["locations"] = json!([{ "physicalLocation": sarif_location(place, site) }]);
            if let Some(text) = finding.replacement() {
                let replacement = json!({ "deletedRegion": sarif_region(place), "insertedContent": { "text": text } });
                let location = sarif_artifact(place, site);
                result["fixes"] = json!([{
                    "artifactChanges": [{ "artifactLocation": location, "replacements": [replacement] }],
                }]);
            }
        }
        result
    };
    json!({
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "xiangyin",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

fn sarif_location(place: &Place, site: &Path) -> Value {
    json!({ "artifactLocation": sarif_artifact(place, site), "region": sarif_region(place) })
}

fn sarif_artifact(place: &Place, site: &Path) -> Value {
    let path = repository_path(site, &place.shown_file());
    json!({ "uri": percent_encode(&path), "uriBaseId": "%SRCROOT%" })
}

/// The part of the file; in a ledger the row.
fn sarif_region(place: &Place) -> Value {
    match place.end_column() {
        Some(end) => json!({
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.line,
            "endColumn": end,
        }),
        None => json!({ "startLine": place.line }),
    }
}

/// The path of a site's file from the current folder, when the site lies below it; else from the site's folder.
fn repository_path(site: &Path, file: &str) -> String {
    let mut steps: Vec<String> = Vec::new();
    for step in site.components() {
        match step {
            Component::CurDir => {}
            Component::Normal(name) => steps.push(name.to_string_lossy().into_owned()),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return file.to_owned(),
        }
    }
    steps.push(file.to_owned());
    steps.join("/")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn finding() -> Diagnostic {
        let text = "---\ntitle：清洁河道\ndate: 2022-05-12\n---\n";
        Diagnostic::new(Code::FullWidthColon)
            .at(Place::in_text("content/volunteer/a,1.md", text, 9..12))
            .with("key", "title")
            .with_fix("title: 清洁河道")
    }

    fn written(format: MessageFormat, findings: &[Diagnostic], site: &str) -> String {
        let mut out = Vec::new();
        let findings: Vec<&Diagnostic> = findings.iter().collect();
        write_findings(&mut out, &findings, format, Lang::En, Path::new(site)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_has_every_key_and_null_for_missing_values() {
        let lines = written(
            MessageFormat::Json,
            &[finding(), Diagnostic::new(Code::NotASite).with("path", "x")],
            ".",
        );
        let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let placed = &lines[0];
        assert_eq!(
            (&placed["code"], &placed["severity"]),
            (&"full-width-colon".into(), &"error".into())
        );
        assert_eq!((&placed["line"], &placed["column"]), (&2.into(), &6.into()));
        assert_eq!((&placed["end_line"], &placed["end_column"]), (&2.into(), &7.into()));
        assert_eq!(placed["replacement"], ": ");
        let keys: Vec<_> = lines[1].as_object().unwrap().keys().collect();
        let wanted = [
            "code",
            "severity",
            "file",
            "line",
            "column",
            "end_line",
            "end_column",
            "message",
            "help",
            "replacement",
        ];
        assert_eq!(keys, wanted);
        assert!(lines[1]["file"].is_null() && lines[1]["end_line"].is_null());
    }

    #[test]
    fn annotation_of_github_is_escaped() {
        let line = written(MessageFormat::Github, &[finding()], "./town");
        let start = "::error file=town/content/volunteer/a%2C1.md,line=2,col=6,endColumn=7,title=full-width-colon::";
        assert!(line.starts_with(start), "{line}");
        assert!(line.contains("%0A") && line.lines().count() == 1, "{line}");
    }

    #[test]
    fn report_of_gitlab_has_a_fingerprint_for_each_finding() {
        let report: Value = serde_json::from_str(&written(MessageFormat::Gitlab, &[finding(), finding()], "")).unwrap();
        assert_eq!(report[0]["location"]["path"], "content/volunteer/a,1.md");
        assert_eq!(report[0]["severity"], "major");
        assert_ne!(report[0]["fingerprint"], report[1]["fingerprint"]);
        assert_eq!(written(MessageFormat::Gitlab, &[], ""), "[]\n");
    }

    #[test]
    fn sarif_has_rules_regions_and_fixes() {
        let log: Value = serde_json::from_str(&written(MessageFormat::Sarif, &[finding()], "/srv/site")).unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "full-width-colon");
        let result = &run["results"][0];
        let location = &result["locations"][0]["physicalLocation"];
        assert_eq!(location["artifactLocation"]["uri"], "content/volunteer/a,1.md");
        assert_eq!(location["region"]["endColumn"], 7);
        let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
        assert_eq!(replacement["insertedContent"]["text"], ": ");
    }
}
