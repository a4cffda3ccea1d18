use super::*;

fn wording(own: &str, names: &[&str]) -> Wording {
    let rules = read_rules("content/_data/wording.yaml", own);
    assert_eq!(rules.findings, []);
    Wording::new(&rules.value, names.iter().copied())
}

fn words_in(wording: &Wording, text: &str) -> Vec<String> {
    let found = wording.check("content/a.md", text, None);
    let words = found.iter().filter_map(|finding| finding.value("word"));
    words.map(str::to_owned).collect()
}

#[test]
fn shipped_words_are_found_and_their_right_words_are_right() {
    let wording = wording("", &[]);
    for rule in shipped_rules() {
        assert_eq!(words_in(&wording, &format!("今天，{}。", rule.wrong)), [&*rule.wrong]);
        for phrase in rule.right.iter().chain(&rule.except) {
            assert_eq!(words_in(&wording, &format!("今天，{phrase}。")), [""; 0], "{phrase}");
        }
        assert!(!rule.source.is_empty());
    }
}

#[test]
fn quotations_code_addresses_and_names_of_files_are_untouched() {
    let wording = wording("", &[]);
    for text in [
        "他写成“领导小姐”了",
        "「理论整装」和『领导小姐』",
        "《领导小姐是怎样写出来的》",
        "“一段\n两行的领导小姐\n引文”",
        "写的是\"领导小姐\"",
        "> 成立领导小姐\n",
        "`领导小姐`",
        "```\n领导小姐\n```\n",
        "[名单](files/领导小姐/a.pdf)",
        "[名单]: 领导小姐.pdf\n",
        "![](领导小姐.jpg \"合影\")",
        "见领导小姐名单.xlsx。",
        "https://x.example/领导小姐",
        "<!-- 领导小姐 -->",
        "<img src=\"领导小姐.jpg\">",
        "{{ video(src=\"领导小姐.mp4\") }}",
        "---\nslug: 领导小姐\n---\n",
        "---\nevent: 领导小姐会议\n---\n",
        "---\ncover: ../领导小姐/a\n---\n",
        "---\naliases:\n- 领导小姐\n---\n",
        "---\n# 领导小姐\ntitle: 会议\n---\n",
        "原望澜县国土资源局",
    ] {
        assert_eq!(words_in(&wording, text), [""; 0], "{text}");
    }
    for text in [
        "成立领导小姐",
        "“成立”领导小姐",
        "“没有写完，成立领导小姐\n\n另一段”",
        "[领导小姐](a.pdf)",
        "![领导小姐](a.jpg)",
        "{{ video(src=\"a.mp4\", title=\"领导小姐\") }}",
        "<p>领导小姐</p>",
        "```\n代码\n```\n领导小姐",
        "---\ntitle: 领导小姐\n---\n",
        "---\ntitle: \"领导小姐\"\n---\n",
        "---\nsummary: |\n  成立\n  领导小姐\n---\n",
        "---\ntags: [会议, 领导小姐]\n---\n",
    ] {
        assert_eq!(words_in(&wording, text), ["领导小姐"], "{text}");
    }
}

#[test]
fn names_in_rosters_and_words_that_the_town_takes_out_are_right() {
    let wording = wording("渡假: 渡假\n志愿军: 志愿者\n", &["领导小姐合唱团"]);
    assert_eq!(words_in(&wording, "渡假，领导小姐合唱团演出"), [""; 0]);
    assert_eq!(words_in(&wording, "领导小姐开会，志愿军来了"), ["志愿军", "领导小姐"]);
}

#[test]
fn outdated_names_are_right_before_their_day() {
    let wording = wording("", &[]);
    let count = |day: &str| wording.check("a.md", "县国土资源局", day.parse().ok()).len();
    assert_eq!((count("2018-05-01"), count("2019-04-01")), (0, 1));
}

#[test]
fn texts_are_fixed_once() {
    let wording = wording("政府: 镇政府\n甲: [乙, 丙]\n", &[]);
    let text = "---\ntitle: 领导小姐\nslug: 领导小姐\n---\n政府布署，“布署”，镇政府，甲。\r\n";
    let fixed = wording.fix("a.md", text, None).expect("two words are wrong");
    assert_eq!(
        fixed,
        "---\ntitle: 领导小组\nslug: 领导小姐\n---\n镇政府部署，“布署”，镇政府，甲。\r\n"
    );
    assert_eq!(wording.fix("a.md", &fixed, None), None);
}

#[test]
fn a_word_is_one_finding_with_its_places() {
    let wording = wording("", &[]);
    let text = "领导小姐。\n领导小姐。\n";
    let found = |file: &str| wording.check(file, text, None);
    let all: Vec<Diagnostic> = ["a.md", "b.md", "c.md"].into_iter().flat_map(found).collect();
    let joined = join_wrong_words(all);
    assert_eq!(joined.len(), 1);
    assert_eq!(joined[0].value("count"), Some("6"));
    assert_eq!(joined[0].value("others"), Some("a.md:2, b.md:1, b.md:2, c.md:1"));
    assert_eq!(joined[0].fix.as_deref(), Some("领导小组。"));
    assert_eq!(join_wrong_words(joined.clone()), joined);
}

#[test]
fn faults_of_the_own_list_are_reported() {
    let reasons = |own: &str| -> Vec<String> {
        let rules = read_rules("content/_data/wording.yaml", own);
        let faults = rules.findings.into_iter();
        let faults = faults.chain(Wording::new(&rules.value, std::iter::empty()).check_rules(&rules.value));
        faults
            .filter_map(|fault| fault.value("reason").map(str::to_owned))
            .collect()
    };
    assert_eq!(reasons("甲乙:\n"), ["wording-no-right"]);
    assert_eq!(reasons("甲乙: {a: b}\n"), ["wording-no-right"]);
    assert_eq!(reasons("甲乙: 领导小姐\n"), ["wording-right-is-wrong"]);
    assert_eq!(reasons("甲乙: 丙丁\n丙丁: 甲乙\n"), ["wording-right-is-wrong"; 2]);
    assert_eq!(reasons("甲乙: 甲乙\n2O22: 2022\n甲: 甲乙\n"), [""; 0]);
}
