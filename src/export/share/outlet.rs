//! The outlets, and what is asked of a copy for one of them.

use crate::metrics::Period;

/// Where a post goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outlet {
    /// A WeChat account: HTML with its styles at each element.
    WeChat,
    /// A newspaper or a media centre: a manuscript in Word with numbered pictures.
    Word,
    /// The form of another site: plain text.
    Plain,
    /// The village's loudspeaker: short sentences with numbers in words.
    Broadcast,
    /// Other offices: an issue of the bulletin (简报) in Word.
    Brief,
    /// The villages and departments: a circular (通报) in Word.
    Circular,
    /// The reviewers: the sheet on which the post is approved (审签单), in Word.
    Approval,
    /// The files of the office: a ledger of meetings and activities (台账) in Excel.
    Ledger,
}

impl Outlet {
    /// The outlets by the names that `--for` takes.
    pub(crate) const NAMED: [(&'static str, Self); 8] = [
        ("wechat", Self::WeChat),
        ("word", Self::Word),
        ("plain", Self::Plain),
        ("broadcast", Self::Broadcast),
        ("brief", Self::Brief),
        ("circular", Self::Circular),
        ("approval", Self::Approval),
        ("ledger", Self::Ledger),
    ];

    /// The outlet that `--for` calls `name`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let named = Self::NAMED.into_iter().find(|(known, _)| *known == name);
        named.map(|(_, outlet)| outlet)
    }

    /// Its name, as `--for` takes it.
    pub(crate) fn name(self) -> &'static str {
        let named = Self::NAMED.into_iter().find(|(_, outlet)| *outlet == self);
        named.map_or("", |(name, _)| name)
    }

    /// The ending of the copy's file name.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::WeChat => "html",
            Self::Plain | Self::Broadcast => "txt",
            Self::Word | Self::Brief | Self::Circular | Self::Approval => "docx",
            Self::Ledger => "xlsx",
        }
    }

    /// Whether the copy is text, which is pasted or read, and no office file.
    pub(crate) const fn is_text(self) -> bool {
        matches!(self, Self::WeChat | Self::Plain | Self::Broadcast)
    }

    /// Whether one copy holds several posts.
    pub(crate) const fn takes_several(self) -> bool {
        matches!(self, Self::Brief | Self::Circular | Self::Ledger)
    }

    /// Whether it takes posts that are not published yet: a draft is approved before it is published.
    pub(crate) const fn takes_unpublished(self) -> bool {
        matches!(self, Self::Approval)
    }
}

/// What is asked of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sharing {
    pub(crate) outlet: Outlet,
    /// The number of the bulletin's issue.
    pub(crate) issue: Option<u32>,
    /// The number of a circular (发文字号), as it is printed.
    pub(crate) number: Option<String>,
    /// The title of a bulletin or circular, in place of the one that is made from the posts.
    pub(crate) title: Option<String>,
    /// The period of a ledger, with whose figures it ends.
    pub(crate) period: Option<Period>,
    /// Whether pictures stand in the HTML itself although the site has an address, because it may not be published yet.
    pub(crate) embeds_pictures: bool,
}

impl Sharing {
    /// A copy for `outlet` without further wishes.
    pub(crate) const fn new(outlet: Outlet) -> Self {
        Self {
            outlet,
            issue: None,
            number: None,
            title: None,
            period: None,
            embeds_pictures: false,
        }
    }
}
