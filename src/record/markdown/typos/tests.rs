use super::*;

fn fixed(text: &str) -> Vec<String> {
    find_markdown_typos(text, 0..text.len())
        .into_iter()
        .map(|typo| typo.fixed)
        .collect()
}

#[test]
fn lines_are_mended() {
    for (text, expected) in [
        ("##一、现场", "## 一、现场"),
        ("####（二）后续", "#### （二）后续"),
        ("＃＃ 二、后续", "## 二、后续"),
        ("＃＃二、后续", "## 二、后续"),
        ("＃ 总则", "# 总则"),
        ("##\u{3000}三、总结", "## 三、总结"),
        ("#\u{a0}总结", "# 总结"),
        ("！[合影](a.jpg)", "![合影](a.jpg)"),
        ("见下图： ！[合影](images/a.PNG)", "见下图： ![合影](images/a.PNG)"),
        ("![合影]（a.jpg）", "![合影](a.jpg)"),
        ("![合影](a.jpg “说明”)", "![合影](a.jpg \"说明\")"),
        ("![合影] (a.jpg)", "![合影](a.jpg)"),
        ("！【合影】（a.jpg）", "![合影](a.jpg)"),
        (
            "名单见[附件]（名单.xlsx），共两页。",
            "名单见[附件](名单.xlsx)，共两页。",
        ),
        ("[网站]（https://x.example/）", "[网站](https://x.example/)"),
        ("[文](b.md “说明”)和![图]（c.png）", "[文](b.md \"说明\")和![图](c.png)"),
        ("\u{f0b7}\t带手套", "- 带手套"),
        ("\u{f0d8} 带手套", "- 带手套"),
        ("＞ 桥是大家的", "> 桥是大家的"),
        ("请＊＊务必＊＊带手套", "请**务必**带手套"),
    ] {
        assert_eq!(fixed(text), [expected], "{text}");
    }
}

#[test]
fn tables_are_mended() {
    let wide = "｜河段｜队员｜\n｜———｜：—｜\n｜石桥｜26｜";
    assert_eq!(fixed(wide), ["|河段|队员|\n| --- | :--- |\n|石桥|26|"]);
    assert_eq!(fixed("| 河段 |\n|－－－|\n| 石桥 |"), ["| --- |"]);
    assert_eq!(
        fixed("河段\t队员\n石桥\t26\n柳塘\t18\n"),
        ["| 河段 | 队员 |\n| --- | --- |\n| 石桥 | 26 |\n| 柳塘 | 18 |"]
    );
    assert_eq!(fixed("• 手套\n• 火钳"), ["- 手套\n- 火钳"]);
}

#[test]
fn other_lines_stay() {
    for text in [
        "#乡村振兴#今天开幕",
        "#乡村振兴 #青芦镇",
        "＃乡村振兴＃",
        "## 一、现场",
        "######",
        "#",
        "##",
        "C## 语言",
        "太好了！[详情](b.md)",
        "看！[全图](b.jpg)",
        "数组[1]（见上）",
        "【附件】（名单.xlsx）",
        "[注]（下同）",
        "[2022]（1.5）",
        "![合影](a.jpg)",
        "![合影](a.jpg \"说明\")",
        "乡音｜第3期｜清洁河道",
        "｜导语｜",
        "• 只有一行",
        "`##一` 和 `[文]（b.md）`",
        "```\n##一\n｜表｜\n｜表｜\n```",
        "~~~\n##一\n~~~",
        "    ##一",
        "<p>##一</p>",
        "一行\t带制表符",
        "{{ video(src=\"a.mp4\") }}",
    ] {
        assert!(fixed(text).is_empty(), "{text}: {:?}", fixed(text));
    }
}
