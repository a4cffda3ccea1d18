//! Reports that the program writes from figures: what an office reads, what an editor must confirm, and what is printed.

use crate::common::page::ParsedPage;
use crate::common::{program, run_on, write_file};
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// A town whose figures of the first half of 2022 fell, missed a target and leave a village out.
fn town() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| write_file(&folder.path().join("content").join(name), text);
    write(
        "site.yaml",
        "title: 乡音\nbase_url: https://x.example/town/\nowner: {name: 栖禾镇人民政府, organiser: 栖禾镇宣传办}\npolicy: {reports: [2022-H1]}\n",
    );
    write(
        "_targets.yaml",
        "coverage.national: {2022-H1: 4, 2022-H2: 6}\nvideo.all: {2022: 12}\nculture.all: {by: village, 2022-H1: {shiqiao: 1, heyuan: 1}}\n",
    );
    write(
        "_data/villages.yaml",
        "- {id: shiqiao, name: 石桥村}\n- {id: heyuan, name: 禾源村}\n- {id: xiaohe, name: 小河村, until: 2022-03-01}\n",
    );
    let post = |name: &str, front: &str| write(name, &format!("---\n{front}\n---\n正文。\n"));
    post(
        "coverage/a.md",
        "title: 竹笛声声\ndate: 2022-05-02\nlevel: national\nvillage: shiqiao",
    );
    post("coverage/b.md", "title: 《采茶》\ndate: 2022-06-03\nlevel: national");
    for day in 1..=3 {
        post(
            &format!("coverage/old-{day}.md"),
            &format!("title: 旧闻{day}\ndate: 2021-05-0{day}\nlevel: district"),
        );
    }
    post(
        "volunteer/a.md",
        "title: 清河行动\ndate: 2022-03-05\ntheme: environment\nparticipants: 62\nhours: 248\nbeneficiaries: 1300\nvillage: shiqiao",
    );
    post(
        "volunteer/b.md",
        "title: 敬老日\ndate: 2022-06-05\ntheme: elderly\nparticipants: 20\nhours: 50.5\nbeneficiaries: 40\nvillage: shiqiao",
    );
    post(
        "culture/a.md",
        "title: 河边戏台\ndate: 2022-02-05\nform: gala\naudience: 900\nvillage: shiqiao",
    );
    post(
        "role-models/a.md",
        "title: 石雨桐的桥\ndate: 2022-02-05\nperson: 石雨桐\nhonor: 山水好人\nhonor_level: district\nconsent: true",
    );
    post(
        "responses/a.md",
        "title: 路灯不亮\ndate: 2022-06-20\nreceived: 2022-06-20",
    );
    post(
        "responses/b.md",
        "title: 护栏松动\ndate: 2022-06-29\nreceived: 2022-06-29",
    );
    folder
}

fn check_run(site: &Path, words: &[&str]) {
    let output = run_on(site, words);
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{words:?}: {said}");
}

/// The text of a report's page, without the table of all figures.
fn report_text(site: &Path) -> String {
    let page = fs::read(site.join("public/reports/2022-h1/index.html")).unwrap();
    let text = ParsedPage::parse(&page).main;
    let (text, _) = text.split_once("本报告由本站").unwrap_or((&text, ""));
    text.split_once("全部指标").map_or(text, |(text, _)| text).to_owned()
}

/// The sentences of the draft that `new report` writes, without the calls' braces.
fn draft(site: &Path) -> String {
    check_run(site, &["new", "report", "栖禾镇2022年上半年宣传工作报告"]);
    fs::read_to_string(site.join("content/reports/2022-h1.md")).unwrap()
}

/// The text of a Word file, a line for each paragraph, and the names of its parts.
fn word_text(path: &Path) -> (String, Vec<String>) {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let names = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut xml = String::new();
    archive
        .by_name("word/document.xml")
        .unwrap()
        .read_to_string(&mut xml)
        .unwrap();
    let pieces = xml.replace("</w:p>", "\n");
    let pieces = pieces
        .split('<')
        .map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    (pieces.collect(), names)
}

#[test]
fn a_generated_report_reads_like_an_office_s() {
    let town = town();
    check_run(town.path(), &["build"]);
    let text = report_text(town.path());
    for sentence in [
        "2022年上半年，全镇围绕宣传报道、舆情回应、精神文明建设和群众文化开展工作。现将有关情况报告如下，分项数字见附表。",
        "一、上半年工作完成情况",
        "（一）宣传报道工作",
        "各级媒体刊播我镇稿件2篇（均为国家级，同比减少1篇）。国家级媒体刊播的有《竹笛声声》《采茶》。国家级媒体报道目标4篇，完成50%。",
        "选树先进典型1个（区级）。典型有山水好人石雨桐。",
        "开展志愿服务活动2场次，参与82人次，累计服务298.5小时，惠及1,340人次，覆盖1个村。参与较多的有《清河行动》（参与62人次）、《敬老日》（参与20人次）。",
        "举办群众文化活动1场次（晚会），观众900人次。观众较多的有《河边戏台》（观众900人次）。",
        "二、统计说明",
        "统计期为2022年1月1日至6月30日，首尾两日都计入。",
        "附表1　各月工作情况",
        "附表2　各村工作情况",
        "附表3　志愿服务各主题情况",
        "合计",
    ] {
        assert!(text.contains(sentence), "{sentence} is not in\n{text}");
    }
    for word in [
        "理论学习",
        "短视频",
        "本期没有",
        "点开",
        "同期",
        "—",
        "待确认",
        "存在问题",
        "工作打算",
    ] {
        assert!(!text.contains(word), "{word} is in\n{text}");
    }
}

#[test]
fn what_figures_do_not_say_is_published_only_when_an_editor_confirmed_it() {
    let town = town();
    let text = draft(town.path());
    for line in [
        "国家级媒体刊播的有{{ names(\"coverage.national\"",
        "典型有{{ names(",
        "## 二、存在问题（待确认）",
        "1. 国家级媒体报道{{ metric(\"coverage.national\") }}，{{ target(\"coverage.national\") }}，没有达到目标。",
        "2. 禾源村没有完成群众文化活动任务。",
        "3. 媒体报道{{ metric(\"coverage.all\") }}，{{ change(\"coverage.all\", as=\"difference\", against=\"year\") }}。",
        "4. 禾源村没有开展理论学习、志愿服务、文明创建、群众文化活动的记录。",
        "5. 截至2022年6月30日，有1件群众诉求超过5个工作日没有答复：《路灯不亮》。",
        "## 三、下半年工作打算（待确认）",
        "下半年国家级媒体报道达到6篇。",
        "短视频全年{{ target(\"video.all\", period=\"2022\") }}，下半年继续推进。",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    // A draft is not published, so nobody need confirm it yet.
    check_run(town.path(), &["check"]);
    let path = town.path().join("content/reports/2022-h1.md");
    let finished = text.replace("\ndraft: true\n", "\n");
    fs::write(&path, &finished).unwrap();
    let output = run_on(town.path(), &["build"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.matches("unconfirmed").count(), 2, "{said}");
    fs::write(&path, finished.replace("（待确认）", "")).unwrap();
    check_run(town.path(), &["build"]);
    let text = report_text(town.path());
    assert!(
        text.contains("二、存在问题") && text.contains("目标4篇，完成50%，没有达到目标。"),
        "{text}"
    );
}

#[test]
fn a_printed_report_leads_back_to_its_page_which_has_the_same_digest() {
    let town = town();
    let digest = || {
        check_run(town.path(), &["build"]);
        let page = fs::read_to_string(town.path().join("public/reports/2022-h1/index.html")).unwrap();
        assert!(
            page.contains("class=\"qr-code\"") || page.contains("class=qr-code"),
            "a code to scan"
        );
        let rest = page.rsplit("数字校验码：").next().expect("a digest");
        rest.chars().take(19).collect::<String>()
    };
    let first = digest();
    assert!(
        first.split('-').all(|group| group.len() == 4) && first.len() == 19,
        "{first}"
    );
    let word = town.path().join("report.docx");
    let mut command = program();
    command.args(["report", "2022-H1", "-q", "--site"]).arg(town.path());
    assert!(command.arg("--out").arg(&word).status().unwrap().success());
    let (text, parts) = word_text(&word);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines.last().expect("a text");
    assert!(last.contains(&first), "{last} has {first}");
    // The numbered tables follow the signature.
    let tables = lines.iter().position(|line| *line == "附表").expect("numbered tables");
    assert!(
        lines[tables - 1].contains("2026年3月5日"),
        "the date of today: {lines:?}"
    );
    assert!(
        parts
            .iter()
            .any(|part| part.starts_with("word/media/image") && part.ends_with(".emf"))
    );
    // Other words leave the digest as it is; another number does not.
    let post = town.path().join("content/volunteer/a.md");
    let edited = fs::read_to_string(&post).unwrap().replace("清河行动", "清河大行动");
    fs::write(&post, &edited).unwrap();
    assert_eq!(digest(), first);
    fs::write(&post, edited.replace("participants: 62", "participants: 63")).unwrap();
    assert_ne!(digest(), first);
}
