//! The sources that an edited site starts with.

use super::FOLDERS;
use crate::common::photograph::photograph;
use crate::common::{project_folder, write_file};
use std::fs;
use std::path::Path;

pub(super) fn settings(reports: &str, more: &str) -> String {
    format!(
        "{more}base_url: https://x.example/\npolicy: {{review: off, privacy: warn, links: warn, unknown_keys: warn, reports: {reports}}}\n"
    )
}

pub(super) fn teams(name: &str) -> String {
    format!(
        "- {{id: heyuan-team, name: {name}, village: heyuan, since: 2021-03-05}}\n\
         - {{id: river-team, name: 护河队, since: 2022-03-22}}\n"
    )
}

pub(super) fn villages(name: &str) -> String {
    format!("- {{id: heyuan, name: {name}}}\n- {{id: shiqiao, name: 石桥村}}\n")
}

pub(super) fn report(title: &str) -> String {
    format!(
        "---\ntitle: {title}\ndate: 2022-07-05\nperiod: 2022-H1\n---\n\n## 概况\n\n上半年共\
         {{{{ metric(\"volunteer.sessions\") }}}}，见[一篇](/volunteer/p0/)。\n\n![图](/images/a.jpg)\n\n\
         {{{{ chart(\"volunteer.hours\", by=\"month\") }}}}\n"
    )
}

pub(super) fn write_post(path: &Path, n: usize, day: &str) {
    let folder = path
        .parent()
        .unwrap()
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    let own = match folder.as_str() {
        "volunteer" => format!(
            "team: heyuan-team\nvillage: heyuan\nhours: {}.5\nparticipants: {n}\n",
            3 + n
        ),
        "coverage" => "outlet: 县报\nlevel: national\n".to_owned(),
        _ => String::new(),
    };
    let text = format!(
        "---\ntitle: 第{n}次活动\ndate: {day}\ntags: [河长]\n{own}---\n\n这是第{n}篇的开头，写得足够长，让摘要停在这里。\
         后面还有很多话要说，一句接着一句，直到摘要的长度用完为止，再往后的字就不在摘要里了。\
         这一句之后仍然有字，为的是让这一段比摘要更长，长到谁也不会在列表里看见它的末尾，长到一百多个字才肯罢休。\n\n\
         ![图](/images/a.jpg)\n\n第二段，见[另一篇](/volunteer/)。\n"
    );
    write_file(path, text);
}

pub(super) fn write_site(dir: &Path, policy: &str) {
    let content = dir.join("site/content");
    write_file(
        &content.join("site.yaml"),
        settings(policy, "title: 测试\npaginate: 6\n"),
    );
    write_file(&content.join("_data/teams.yaml"), teams("河源队"));
    write_file(&content.join("_data/villages.yaml"), villages("禾源村"));
    write_file(
        &content.join("culture/_index.md"),
        "---\ntitle: 文化\n---\n\n栏目说明。\n",
    );
    write_file(&content.join("reports/h1.md"), report("上半年总结"));
    for picture in ["a", "b"] {
        write_file(
            &content.join(format!("images/{picture}.jpg")),
            photograph(330, 220, 1, 0),
        );
    }
    for (at, folder) in FOLDERS.iter().enumerate() {
        // More than a feed holds in all folders together, the first post of the first folder the oldest.
        for n in 0..if at == 0 { 11 } else { 3 } {
            let day = format!("2022-{:02}-{:02}", 1 + (n / 4 + at) % 6, 1 + n);
            write_post(&content.join(format!("{folder}/p{n}.md")), n, &day);
        }
    }
    write_file(
        &dir.join("site/themes/default/templates/components/colophon.html"),
        fs::read_to_string(project_folder().join("themes/default/templates/components/colophon.html")).unwrap(),
    );
}
