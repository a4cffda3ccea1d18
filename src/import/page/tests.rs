use super::*;
use crate::import::manuscript::{Facts, ImportedFile, Loss};
use crate::record::{Inline, LinkTarget};
use jiff::civil::date;

const WECHAT: &str = r##"<!DOCTYPE html><html><head><title></title><meta property="og:title" content="护河队清理河道">
<meta property="og:url" content="https://mp.weixin.qq.com/s/x"><meta name="author" content="石雨桐"><style>.a{}</style></head><body>
<h1 id="activity-name"> 护河队清理河道 </h1><a id="js_name"> 栖禾发布 </a><em id="publish_time"></em>
<script>var ct = "1652313600"; if (a < b) { x("</div>") }</script>
<div class="rich_media_content" id="js_content" style="visibility: hidden;">
<section style="color:red"><p style="text-align:center"><span style="font-weight: bold;">一、现场</span></p>
<p class="x">26名<strong>队员</strong>清理了<span style="font-style:italic">河道</span>。<span style="display:none">隐藏</span></p>
<p><img class="rich_pages" data-src="https://mmbiz.qpic.cn/a/640?wx_fmt=jpeg" data-w="1080" src="./river_files/640.jpg" alt="图片"></p>
<p>▲队员在河边</p>
<p><img data-src="https://mmbiz.qpic.cn/b/640?a=1&amp;b=2" src="data:image/gif;base64,R0lGODlh"></p>
<p><iframe class="video_iframe" data-src="https://v.qq.com/iframe/preview.html?vid=x"></iframe></p>
<mpvoice voice_encode_fileid="1"></mpvoice><p><br></p>
<ul><li><p>带手套</p></li></ul><table><tr><td colspan="2">河段</td></tr><tr><td>石桥</td><td align="right">26</td></tr></table>
<p>见<a href="https://x.example/notice">公告</a>和<a href="javascript:void(0)">这里</a></p></section>
</div><div>阅读原文</div></body></html>"##;

fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

#[test]
fn an_article_of_wechat_is_read() {
    let read = read(WECHAT, Resources::beside());
    assert_eq!(
        read.facts,
        Facts {
            title: Some("护河队清理河道".to_owned()),
            date: Some(date(2022, 5, 12)),
            author: Some("石雨桐".to_owned()),
            source: Some("栖禾发布".to_owned()),
        }
    );
    assert_eq!(read.files, [ImportedFile::Beside("river_files/640.jpg".to_owned())]);
    assert_eq!(read.captions[&0], "队员在河边");
    let picture = |target| {
        Block::Paragraph(vec![Inline::Image {
            target,
            alt: String::new(),
        }])
    };
    let address = |address: &str| LinkTarget::Address(address.to_owned());
    let paragraph = |line: &str| Block::Paragraph(vec![text(line)]);
    assert_eq!(
        read.blocks,
        [
            Block::Heading {
                level: 2,
                text: vec![text("一、现场")],
            },
            Block::Paragraph(vec![
                text("26名"),
                Inline::Strong(vec![text("队员")]),
                text("清理了"),
                Inline::Emphasis(vec![text("河道")]),
                text("。"),
            ]),
            picture(LinkTarget::Site(0)),
            picture(address("https://mmbiz.qpic.cn/b/640?a=1&b=2")),
            picture(address("https://v.qq.com/iframe/preview.html?vid=x")),
            Block::List {
                start: None,
                items: vec![vec![paragraph("带手套")]],
            },
            Block::Table {
                head: vec![vec![text("河段")], vec![]],
                rows: vec![vec![vec![text("石桥")], vec![text("26")]]],
                align_right: vec![false, false],
            },
            Block::Paragraph(vec![
                text("见"),
                Inline::Link {
                    target: address("https://x.example/notice"),
                    text: vec![text("公告")],
                },
                text("和这里"),
            ]),
        ]
    );
    let lost: Vec<(Loss, usize)> = read.losses.iter().map(|(loss, count, _)| (loss, count)).collect();
    assert_eq!(
        lost,
        [(Loss::RemotePicture, 1), (Loss::Film, 2), (Loss::MergedCells, 1)]
    );
}

#[test]
fn a_page_of_a_government_site_is_read() {
    let html = r#"<html><head><meta name="ArticleTitle" content="清洁家园"><meta name="PubDate" content="2022-05-12 17:18">
<meta name="ContentSource" content="望澜日报"><base href="https://x.example/town/a.html"></head><body><div class="nav">首页</div>
<div class="TRS_Editor"><div><p>正文。<img src="W02.jpg"></p></div><figure><img src="//y.example/b.png"><figcaption>图</figcaption></figure>
<p><a href="../c.html">另一页</a></p></div><div>版权</div></body></html>"#;
    let mut resources = Resources::default();
    resources.add(
        "https://x.example/town/W02.jpg".to_owned(),
        "W02.jpg".to_owned(),
        vec![1],
    );
    let read = read(html, resources);
    assert_eq!(read.facts.title.as_deref(), Some("清洁家园"));
    assert_eq!(
        (read.facts.date, read.facts.source.as_deref()),
        (Some(date(2022, 5, 12)), Some("望澜日报"))
    );
    assert_eq!(read.files.len(), 1);
    assert_eq!(read.blocks.len(), 4, "{:?}", read.blocks);
    let link = Inline::Link {
        target: LinkTarget::Address("https://x.example/c.html".to_owned()),
        text: vec![text("另一页")],
    };
    assert_eq!(read.blocks[3], Block::Paragraph(vec![link]));
}

/// Damaged pages are read as far as they go.
#[test]
fn damaged_pages_do_no_harm() {
    for (at, c) in WECHAT.char_indices() {
        let _ = read(&WECHAT[..at], Resources::beside());
        let without = [&WECHAT[..at], &WECHAT[at + c.len_utf8()..]].concat();
        if at % 3 == 0 {
            let _ = read(&without, Resources::beside());
        }
    }
    for part in [
        "<div id=js_content>",
        "<td colspan=999>",
        "<p style=font-weight:bold>",
        "<table><tr>",
        "<figcaption>",
    ] {
        let _ = read(&part.repeat(20_000), Resources::beside());
    }
}

#[test]
fn cells_that_reach_downwards_leave_the_others_in_their_columns() {
    let whole = "<body><p>文</p><table><tr><td rowspan=2>石桥</td><td>一月</td><td>2</td></tr><tr><td>二月</td><td>3</td></tr>\
                <tr><td>柳塘</td><td>一月</td><td rowspan=2>4</td></tr><tr><td>柳塘</td><td>二月</td></tr></table></body>";
    // The ends of rows and cells may be left out.
    let without_rows = whole.replace("</tr>", "");
    let without_cells = without_rows.replace("</td>", "");
    for page in [whole, &without_rows, &without_cells] {
        let read = read(page, Resources::beside());
        let Some(Block::Table { head, rows, .. }) = read.blocks.last() else {
            panic!("{:?}", read.blocks);
        };
        let cells = |row: &[Vec<Inline>]| {
            row.iter()
                .map(|cell| structure::inline_text(cell))
                .collect::<Vec<_>>()
                .join("|")
        };
        let lines: Vec<String> = std::iter::once(head).chain(rows).map(|row| cells(row)).collect();
        assert_eq!(lines, ["石桥|一月|2", "|二月|3", "柳塘|一月|4", "柳塘|二月|"]);
    }
}

#[test]
fn superscripts_and_subscripts_stay_so() {
    let read = read(
        "<body><h1>题</h1><p>文</p><p>1500m<sup>2</sup>，H<sub>2</sub>O，甲<sup>注</sup></p></body>",
        Resources::beside(),
    );
    assert_eq!(
        read.blocks.last(),
        Some(&Block::Paragraph(vec![text("1500m²，H₂O，甲注")]))
    );
    let lost: Vec<_> = read.losses.iter().collect();
    assert_eq!(lost, [(Loss::Script, 1, ["注".to_owned()].as_slice())]);
}

#[test]
fn menus_are_left_out_and_the_day_below_the_title_is_found() {
    let page = "<body><nav><a href=\"/\">首页</a></nav><h1>河道清理了</h1><div>2022-05-12 20:52:15 来源</div>\
                <div id=\"detail\"><p>队员到了河边。</p></div><footer>版权所有</footer></body>";
    let read = read(page, Resources::beside());
    assert_eq!(read.blocks, [Block::Paragraph(vec![text("队员到了河边。")])]);
    assert_eq!(read.facts.date, Some(date(2022, 5, 12)));
    // A menu without an end takes no text with it.
    let open = super::read("<body><nav><p>队员到了河边。</p></body>", Resources::beside());
    assert_eq!(open.blocks, [Block::Paragraph(vec![text("队员到了河边。")])]);
    let menu = super::read("<body><p>文</p><nav>首页</nav></body>", Resources::beside());
    assert!(menu.losses.iter().any(|(loss, ..)| loss == Loss::Header));
}
