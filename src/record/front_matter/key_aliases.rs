//! Chinese words for the keys that all kinds share.

/// The key for a Chinese word; `None` when the word is unknown.
pub(crate) fn key_for_alias(name: &str) -> Option<&'static str> {
    Some(match name {
        "标题" | "题目" => "title",
        "日期" | "时间" | "发布日期" | "活动日期" => "date",
        "更新" | "更新日期" => "updated",
        "类型" | "类别" | "栏目" => "kind",
        "摘要" | "简介" | "导语" | "description" => "summary",
        "标签" | "关键词" | "keywords" => "tags",
        "村" | "村庄" | "所在村" | "行政村" => "village",
        "封面" | "封面图" | "配图" => "cover",
        "来源" | "稿源" => "source",
        "作者" | "撰稿" | "撰稿人" => "author",
        "草稿" => "draft",
        "旧网址" => "aliases",
        "网址名" => "slug",
        "排序" | "权重" => "weight",
        "活动编号" => "event",
        "同意公开" => "consent",
        "审核" | "三审" => "review",
        _ => return None,
    })
}
