//! The kinds of post and the rosters of the random sites, as the handbook describes them.

/// How a field is filled in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// One of these ids, each with its Chinese name.
    OneOf(&'static [(&'static str, &'static str)]),
    /// A row of the roster.
    Row(&'static str),
    /// A whole number.
    Whole,
    /// A number with up to two decimals.
    Decimal,
    /// Any text; the random sites use these.
    Text(&'static [&'static str]),
    Day,
    /// Several of these texts.
    Several(&'static [&'static str]),
}

/// A field of a kind or a column of a roster.
pub(super) type Field = (&'static str, Form);

pub(super) struct Kind {
    pub(super) id: &'static str,
    pub(super) folder: &'static str,
    pub(super) fields: &'static [Field],
    /// The ledger in `content/_data/` that has further posts of this kind.
    pub(super) ledger: Option<&'static str>,
}

const LEVELS: Form = Form::OneOf(&[
    ("national", "国家级"),
    ("provincial", "省级"),
    ("municipal", "市级"),
    ("district", "区级"),
]);

const HONOURS: Form = Form::OneOf(&[
    ("national", "国家级"),
    ("provincial", "省级"),
    ("municipal", "市级"),
    ("district", "区级"),
    ("town", "镇级"),
    ("village", "村级"),
]);

const THEMES: Form = Form::OneOf(&[
    ("festival", "我们的节日"),
    ("anti-fraud", "防范电信诈骗"),
    ("environment", "环境整治"),
    ("spirit", "精神宣讲"),
    ("law", "普法宣传"),
    ("safety", "安全教育"),
    ("elderly", "看望孤寡老人"),
    ("children", "留守儿童"),
    ("hardship", "帮助困难群众"),
]);

const STUDY_FORMS: Form = Form::OneOf(&[
    ("center-group", "中心组学习"),
    ("night-school", "夜校"),
    ("party-school-lecture", "党校授课"),
    ("leader-lecture", "领导讲党课"),
    ("public-talk", "宣讲"),
    ("party-day", "主题党日"),
    ("committee", "党委会专题研究"),
]);

const CULTURE_FORMS: Form = Form::OneOf(&[
    ("gala", "晚会"),
    ("opera-tour", "送戏下乡"),
    ("lecture-hall", "文化讲堂"),
    ("festival", "民俗节会"),
    ("exhibition", "展览"),
]);

const CAMPAIGNS: Form = Form::OneOf(&[
    ("good-neighbour", "身边好人"),
    ("civilised-family", "文明家庭"),
    ("family-style", "传家风"),
    ("family-motto", "立家训"),
]);

/// The fields that every kind has and by which figures are counted.
pub(super) const COMMON: [Field; 1] = [("village", Form::Row("villages"))];

pub(super) const KINDS: [Kind; 10] = [
    Kind {
        id: "volunteer",
        folder: "volunteer",
        fields: &[
            ("team", Form::Row("teams")),
            ("theme", THEMES),
            ("participants", Form::Whole),
            ("hours", Form::Decimal),
            ("beneficiaries", Form::Whole),
            ("people", Form::Several(&["甲", "乙", "丙"])),
        ],
        ledger: Some("activities.csv"),
    },
    Kind {
        id: "coverage",
        folder: "coverage",
        fields: &[
            ("outlet", Form::Text(&["澜江日报", "山河网", "县融媒"])),
            ("level", LEVELS),
            ("piece", Form::Text(&["p1", "p2", "p3"])),
        ],
        ledger: None,
    },
    Kind {
        id: "submission",
        folder: "submissions",
        fields: &[
            ("outlet", Form::Text(&["澜江日报", "山河网", "县融媒"])),
            ("submitted", Form::Day),
            ("adopted", Form::Day),
            ("level", LEVELS),
        ],
        ledger: None,
    },
    Kind {
        id: "study",
        folder: "study",
        fields: &[("form", STUDY_FORMS), ("attendees", Form::Whole)],
        ledger: None,
    },
    Kind {
        id: "culture",
        folder: "culture",
        fields: &[
            ("form", CULTURE_FORMS),
            ("troupe", Form::Row("troupes")),
            ("audience", Form::Whole),
        ],
        ledger: None,
    },
    Kind {
        id: "civility",
        folder: "civility",
        fields: &[("campaign", CAMPAIGNS), ("households", Form::Whole)],
        ledger: None,
    },
    Kind {
        id: "response",
        folder: "responses",
        fields: &[
            ("received", Form::Day),
            ("answered", Form::Day),
            ("channel", Form::Text(&["来信", "网上留言"])),
        ],
        ledger: None,
    },
    Kind {
        id: "role-model",
        folder: "role-models",
        fields: &[("honor_level", HONOURS), ("awarded", Form::Day)],
        ledger: None,
    },
    Kind {
        id: "video",
        folder: "videos",
        fields: &[
            ("series", Form::Text(&["听见", "看见"])),
            ("views", Form::Whole),
            ("likes", Form::Whole),
            ("comments", Form::Whole),
            ("shares", Form::Whole),
            ("counted_on", Form::Day),
        ],
        ledger: None,
    },
    // The town's own kind.
    Kind {
        id: "market",
        folder: "markets",
        fields: &[
            ("season", Form::OneOf(&[("spring", "春集"), ("autumn", "秋集")])),
            ("stalls", Form::Whole),
        ],
        ledger: Some("markets.csv"),
    },
];

/// The rosters with their columns besides `id`, `name`, `since` and `until`.
pub(super) const ROSTERS: [(&str, &[Field]); 4] = [
    ("villages", &[]),
    (
        "teams",
        &[
            ("scope", Form::OneOf(&[("town", "镇级"), ("village", "村级")])),
            ("village", Form::Row("villages")),
        ],
    ),
    ("troupes", &[("village", Form::Row("villages"))]),
    (
        "staff",
        &[
            (
                "role",
                Form::OneOf(&[
                    ("liaison", "舆情联络员"),
                    ("officer", "宣传干事"),
                    ("correspondent", "通讯员"),
                ]),
            ),
            ("village", Form::Row("villages")),
        ],
    ),
];

pub(super) fn kind(id: &str) -> &'static Kind {
    KINDS
        .iter()
        .find(|kind| kind.id == id)
        .expect("a kind of the random sites")
}

/// The form of a field of the kind.
pub(super) fn form(kind: &Kind, name: &str) -> Option<Form> {
    let mut fields = COMMON.iter().chain(kind.fields);
    fields.find(|field| field.0 == name).map(|field| field.1)
}

/// The ids and names of a roster's rows in all random sites.
pub(super) fn row_names(roster: &str) -> &'static [(&'static str, &'static str)] {
    match roster {
        "villages" => &[("heyuan", "禾源村"), ("shiqiao", "石桥村"), ("liutang", "柳塘村")],
        "teams" => &[
            ("river-team", "护河队"),
            ("fire-team", "消防队"),
            ("heyuan-team", "禾源队"),
            ("shiqiao-team", "石桥队"),
        ],
        "troupes" => &[("opera", "禾乡戏社"), ("drum", "石桥腰鼓队")],
        "staff" => &[("s1", "石雨桐"), ("s2", "墨同书"), ("s3", "宣若言"), ("s4", "柳闻笛")],
        _ => &[],
    }
}

/// What pages call a value of the form.
pub(super) fn value_name(form: Form, value: &str) -> String {
    let names = match form {
        Form::OneOf(names) => names,
        Form::Row(roster) => row_names(roster),
        _ => &[],
    };
    let name = names.iter().find(|name| name.0 == value);
    name.map_or(value, |name| name.1).to_owned()
}
