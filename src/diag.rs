//! Diagnostics about a site's content: codes, places, findings.
//!
//! Role: the one type in which every stage reports an editor's mistake. It is below all other modules and knows nothing
//! of files, kinds or terminals. A finding carries its place as text, so it can be shown, stored with a cached record,
//! or sent to a browser after the source file is dropped.
//!
//! Personal numbers are masked here, when a finding gets its line, its values and its corrected line. So no output shows
//! them, whatever rule quotes the line.

mod controls;
mod nearest;
mod place;
mod similar;

pub(crate) use controls::is_forbidden_control;
pub(crate) use nearest::{NameIndex, SearchBudget, nearest};
pub use place::Place;
pub(crate) use place::column_letters;
pub(crate) use place::masked_excerpt;
pub(crate) use similar::join_similar;

use crate::privacy;
use std::borrow::Cow;

/// The weight of a finding: an error prevents the site from being published, a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The site is not published until it is fixed.
    Error,
    /// The site is published nevertheless.
    Warning,
}

impl Severity {
    /// The word used in JSON findings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Declares the codes: variant, stable spelling, severity when no policy says otherwise.
///
/// The sentences for each code are in `locales/findings.yml`, both languages side by side; a test compares the two
/// lists.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $severity:ident;)*) => {
        /// A stable name for one sort of finding, as it appears in JSON and in the handbook's table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code, in the order of the handbook's table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable spelling, e.g. `unknown-key`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The severity when no policy of the site says otherwise.
            #[must_use]
            pub const fn default_severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    // Files and encodings.
    /// A text file is in GBK or GB18030.
    EncodingGbk = "encoding-gbk", Warning;
    /// A text file is in UTF-16.
    EncodingUtf16 = "encoding-utf16", Warning;
    /// A text file is partly in UTF-8 and partly in GBK.
    EncodingMixed = "encoding-mixed", Warning;
    /// A text file is in no encoding that could be recognised.
    EncodingUnknown = "encoding-unknown", Error;
    /// A file or folder could not be read.
    Unreadable = "unreadable", Error;
    /// A symbolic link that leads out of the site.
    LinkOut = "link-out", Error;
    /// A symbolic link that leads in a circle.
    LinkLoop = "link-loop", Error;
    /// A pipe, a socket or a device among the files of the site.
    SpecialFile = "special-file", Error;
    /// A file that a command was to change and left as it is.
    LeftAlone = "left-alone", Warning;
    /// A file that is read as a whole is larger than the limit.
    FileTooLarge = "file-too-large", Error;
    /// Front matter is larger than the limit.
    FrontMatterTooLong = "front-matter-too-long", Error;
    /// The opening `---` has no closing one.
    FrontMatterUnclosed = "front-matter-unclosed", Error;
    /// A file that nothing reads, because of its name or folder.
    IgnoredFile = "ignored-file", Warning;
    /// Files that the site does not publish because nothing refers to them.
    UnpublishedFiles = "unpublished-files", Warning;
    /// A web page among the attachments, which only the settings publish.
    WebPageFile = "web-page-file", Error;
    /// Files that no site publishes: hidden, temporary, backup and lock files, those of systems, keys.
    NeverPublished = "never-published", Warning;
    /// A file that was meant to be a post.
    NearPost = "near-post", Warning;
    /// A pattern of the settings that covers no file.
    UnusedGlob = "unused-glob", Warning;
    /// A file starts without front matter.
    FrontMatterMissing = "front-matter-missing", Warning;
    /// Front matter is not between two `---` lines at the top, but is recognised.
    LooseFrontMatter = "loose-front-matter", Warning;
    /// A control character, which is removed.
    ControlCharacter = "control-character", Warning;

    // YAML, as editors break it.
    /// A full-width comma between entries in braces or brackets.
    FullWidthComma = "full-width-comma", Error;
    /// A full-width colon after a key.
    FullWidthColon = "full-width-colon", Error;
    /// No space after the colon of a key.
    NoSpaceAfterColon = "no-space-after-colon", Error;
    /// A tab used for indentation.
    TabInYaml = "tab-in-yaml", Error;
    /// A space that YAML does not know: U+3000, U+00A0.
    WideSpace = "wide-space", Error;
    /// Text after a hash sign that YAML takes for a comment.
    HashComment = "hash-comment", Warning;
    /// Any other YAML syntax error.
    YamlSyntax = "yaml-syntax", Error;
    /// A key given twice.
    DuplicateKey = "duplicate-key", Error;

    // Values against their schema.
    /// A key that the kind, the roster or the settings do not know.
    UnknownKey = "unknown-key", Error;
    /// A required value is missing or empty.
    MissingField = "missing-field", Error;
    /// A value of the wrong type.
    WrongType = "wrong-type", Error;
    /// A number with a unit, separators or 万 in it.
    BadNumber = "bad-number", Error;
    /// A value that is not one of those allowed.
    UnknownValue = "unknown-value", Error;
    /// A number outside its range.
    OutOfRange = "out-of-range", Error;
    /// A date that does not exist or cannot be read.
    BadDate = "bad-date", Error;
    /// Two dates of one post or row in the wrong order.
    DateOrder = "date-order", Warning;
    /// A date in a form that is understood but not the standard one.
    LooseDate = "loose-date", Warning;
    /// Full-width digits or punctuation in a typed value.
    FullWidthDigits = "full-width-digits", Warning;
    /// Curly quotes around a value.
    CurlyQuotes = "curly-quotes", Warning;
    /// Several tags in one text.
    LooseTags = "loose-tags", Warning;
    /// A value that is not a web address.
    BadUrl = "bad-url", Error;
    /// A former address that this site cannot have.
    BadAlias = "bad-alias", Error;
    /// A duration that cannot be read.
    BadDuration = "bad-duration", Error;
    /// Shares of authors that do not make up the whole, or an author without a name.
    BadShare = "bad-share", Error;
    /// A kind that does not exist.
    UnknownKind = "unknown-kind", Error;
    /// A folder whose name resembles that of a kind.
    FolderNearKind = "folder-near-kind", Error;
    /// A page with fields of a kind.
    PageWithFields = "page-with-fields", Error;
    /// A reference to a roster row that does not exist.
    UnknownReference = "unknown-reference", Error;
    /// A roster that does not exist, or is not a list of rows.
    BadRoster = "bad-roster", Error;
    /// The settings call a roster or a column internal that does not exist.
    UnknownInternal = "unknown-internal", Error;
    /// A name that two rows of a roster have.
    DuplicateAlias = "duplicate-alias", Error;
    /// A post gives a medium another level than the roster of outlets.
    OutletLevel = "outlet-level", Error;
    /// A medium that the roster of outlets does not have.
    UnknownOutlet = "unknown-outlet", Warning;
    /// Two rows, or two kinds, with one id.
    DuplicateId = "duplicate-id", Error;
    /// A kind's own definition is wrong.
    BadKind = "bad-kind", Error;

    // Metrics and reports.
    /// A metric's definition is wrong.
    BadMetric = "bad-metric", Error;
    /// A target of a metric that is written wrongly.
    BadTarget = "bad-target", Error;
    /// A metric without a name for pages.
    MetricWithoutLabel = "metric-no-label", Warning;
    /// A rule of fees that is not dated by adoption alone: it may pay what was not adopted, or in another month.
    FeeWithoutAdoption = "fee-not-adopted", Warning;
    /// A metric of a roster's column, or of a value in it, that no row has.
    MetricWithoutRows = "metric-no-rows", Warning;
    /// A metric adds the numbers of several posts about one event.
    EventAddedTwice = "event-added-twice", Warning;
    /// A metric that does not exist.
    UnknownMetric = "unknown-metric", Error;
    /// A report's period is missing or cannot be read.
    BadPeriod = "bad-period", Error;
    /// Two reports are about one period.
    DuplicateReport = "double-report", Error;
    /// A report has parts that its editor was to confirm.
    Unconfirmed = "unconfirmed", Error;
    /// A call for a figure, chart or table whose arguments make no sense.
    BadFigure = "bad-figure", Error;
    /// Nothing was counted for figures that reports show.
    NothingCounted = "nothing-counted", Warning;
    /// The settings say that nothing was counted, but something was.
    ZeroCounted = "zero-counted", Warning;
    /// Figures that must add up do not.
    SumDiffers = "sum-differs", Warning;
    /// Posts about one event give different numbers.
    EventNumbersDiffer = "event-numbers-differ", Warning;
    /// A figure of an issued report would differ if it were counted today.
    IssuedFigureChanged = "frozen-changed", Warning;
    /// The text of an issued report is no longer the one of the issue.
    IssuedTextChanged = "issued-text-changed", Warning;
    /// The posts that an issued report names would be told otherwise today.
    IssuedNamesChanged = "issued-names-changed", Warning;
    /// The parts of a period do not add up because one of them was issued.
    IssuedSumDiffers = "issued-sum-differs", Warning;
    /// An issued report has a figure of a metric that the site no longer has.
    IssuedMetricUnknown = "issued-metric-unknown", Warning;
    /// An entry that accepts a change of an issued figure is wrong or does not fit.
    BadAcceptedChange = "bad-accepted", Warning;
    /// The file of an issued report cannot be used.
    BadIssuedReport = "bad-frozen", Error;
    /// A request to issue a report that is already issued.
    AlreadyIssued = "already-frozen", Error;
    /// The file of an issued report changed while it was being corrected.
    IssuedMeanwhile = "issued-meanwhile", Error;
    /// A request to issue a report on a period that is not over.
    UnfinishedPeriod = "unfinished-period", Error;

    // Ledgers: Excel and CSV files.
    /// A ledger that cannot be read.
    BadLedger = "bad-ledger", Error;
    /// A quotation mark in a CSV file that has no pair.
    UnclosedQuote = "unclosed-quote", Error;
    /// A row of a CSV file with a full-width mark in place of the delimiter.
    FullWidthDelimiter = "full-width-delimiter", Error;
    /// A ledger without a row of known heads.
    LedgerWithoutHeader = "ledger-no-heads", Error;
    /// A column of values without a head.
    ColumnWithoutHead = "column-no-head", Warning;
    /// Two columns with one meaning.
    DuplicateColumn = "duplicate-column", Error;
    /// A cell whose formula gives an error.
    BadFormula = "bad-formula", Error;
    /// A cell that means the one above it, where there is none.
    LostDitto = "lost-ditto", Error;
    /// A row that is a total.
    TotalRow = "total-row", Warning;
    /// Rows that are hidden or filtered out, and count.
    HiddenRows = "hidden-rows", Warning;
    /// A number in a cell that is merged over several rows.
    MergedNumber = "merged-number", Warning;

    // Body.
    /// A shortcode that the theme does not have.
    UnknownShortcode = "unknown-shortcode", Error;
    /// A shortcode whose arguments cannot be read, or are not those of its component.
    BadShortcode = "bad-shortcode", Error;
    /// A link to a post, page or file of the site that does not exist.
    DeadLink = "dead-link", Error;
    /// A link to a file on the computer or phone of whoever wrote the text.
    LocalPath = "local-path", Error;
    /// A link whose scheme the site does not allow.
    ForbiddenScheme = "forbidden-scheme", Error;
    /// A link to a heading that does not exist in its target.
    DeadAnchor = "dead-anchor", Error;
    /// A link to a post that is a draft or lies in the future.
    WithheldLink = "withheld-link", Error;
    /// Characters that Xiangyin reserves.
    ReservedCharacter = "reserved-character", Error;
    /// Markdown that an input method, Word or Excel spoiled.
    MarkdownTypo = "markdown-typo", Warning;
    /// Text that an unclosed comment or element hides.
    UnclosedHtml = "unclosed-html", Error;
    /// An element that is not published.
    DroppedHtml = "dropped-html", Warning;
    /// A footnote without a text, or one that nothing refers to.
    BadFootnote = "bad-footnote", Warning;
    /// A picture without an address.
    PictureWithoutAddress = "picture-without-address", Warning;
    /// A file that browsers do not show in the place of a picture.
    NotShown = "not-shown", Error;
    /// Mathematics that cannot be read.
    BadMath = "bad-math", Error;

    // What readers need who do not see the page, or do not hear it.
    /// A picture without a text that says what it shows.
    PictureWithoutText = "picture-without-text", Warning;
    /// A heading that leaves out a level, or a second heading of the first level.
    HeadingOrder = "heading-order", Warning;
    /// A link whose text does not say where it leads.
    VagueLink = "vague-link", Warning;
    /// A link whose text is a long address.
    BareAddress = "bare-address", Warning;
    /// A table without heads.
    TableWithoutHeads = "table-without-heads", Warning;
    /// A video without captions.
    VideoWithoutCaptions = "video-without-captions", Warning;

    // Pictures.
    /// A picture that cannot be published: damaged, too large, or in a format that browsers do not show or that cannot be
    /// cleaned; also one in a `data:` address.
    BadPicture = "bad-picture", Error;
    /// A file that is named like a picture but is not one.
    NotAPicture = "no-picture", Error;
    /// A picture that carries the label of generated content, in a post that does not say so.
    GeneratedPicture = "generated-picture", Warning;
    /// A film whose places cannot be removed.
    FilmPlace = "film-place", Error;
    /// A document that tells its authors' names, a folder or what was deleted.
    DocumentDetails = "document-details", Warning;
    /// An attachment is too large to be searched for personal numbers.
    UnsearchedFile = "unsearched-file", Warning;

    // Texts from elsewhere.
    /// A file that cannot be imported.
    NotImported = "not-imported", Error;
    /// What an imported draft does not have of its manuscript.
    NotCarriedOver = "not-carried-over", Warning;

    // The whole site.
    /// Two sources make the same output.
    UrlCollision = "url-collision", Error;
    /// An `index.md` where a list has its address.
    IndexInSection = "index-in-section", Error;
    /// A post is dated after today.
    FutureDate = "future-date", Warning;
    /// Two ids of events or pieces that differ in case, width, spaces or punctuation only.
    SimilarId = "similar-id", Warning;
    /// Two tags that differ in case, width, spaces or punctuation only.
    SimilarTag = "similar-tag", Warning;
    /// A post is dated before 1949 or years before all others.
    OddYear = "odd-year", Warning;
    /// An answer, an award or another date of a post is after today.
    FutureValue = "future-value", Warning;
    /// More hours of service than the people could give in a day.
    TooManyHours = "too-many-hours", Warning;
    /// Hours of service without anyone who served.
    HoursWithoutPeople = "hours-without-people", Warning;
    /// A team or an author that was not in force on the day of the post.
    NotInForce = "not-in-force", Warning;
    /// A post's village is not that of its team.
    OtherVillage = "other-village", Warning;
    /// A medium's level that its other posts do not have.
    OddLevel = "odd-level", Warning;
    /// Posts about one event are more than a year apart.
    EventYearsApart = "event-years-apart", Warning;
    /// A file that a system or a sync tool named as a copy.
    CopiedFile = "copied-file", Warning;
    /// Two posts that are probably about the same thing.
    LikelyDuplicate = "likely-duplicate", Warning;
    /// A post without a text.
    EmptyText = "empty-text", Warning;
    /// Two posts with nearly the same text.
    SameText = "same-text", Warning;
    /// A post without the reviews that the policy asks for.
    MissingReview = "missing-review", Error;
    /// A review that is dated before an earlier one or after the publication.
    ReviewOrder = "review-order", Warning;
    /// A post that its author reviewed.
    ReviewerIsAuthor = "reviewer-is-author", Warning;
    /// Two reviews of a post by one person.
    SameReviewer = "same-reviewer", Warning;
    /// A resident ID number, mobile number or bank card in a text.
    Privacy = "privacy", Error;
    /// A word that is wrong or outdated.
    WrongWord = "wrong-word", Warning;
    /// An entry of the town's own list of wrong words that cannot be used.
    BadWording = "bad-wording", Warning;
    /// A day of the list of holidays that cannot be right.
    BadHoliday = "bad-holiday", Warning;
    /// A role model without recorded consent.
    MissingConsent = "missing-consent", Warning;
    /// `base_url` is not set, so feeds and the site map carry no full addresses.
    NoBaseUrl = "no-base-url", Warning;

    // What `check --gov` adds.
    /// A column, or the front page, without anything new for too long.
    StaleColumn = "stale-column", Warning;
    /// A column without a post.
    EmptyColumn = "empty-column", Warning;
    /// An item without a date among others that have one.
    UndatedItem = "undated-item", Warning;
    /// A date far from the first commit of the file.
    DateFarFromCommit = "date-far-from-commit", Warning;
    /// A public concern that waits for an answer for too long.
    OpenConcern = "open-concern", Warning;

    // Themes and templates.
    /// A theme that does not exist.
    UnknownTheme = "unknown-theme", Error;
    /// A theme's settings are wrong.
    BadTheme = "bad-theme", Error;
    /// A style sheet has a syntax error, or names a file that is missing or imports it in turn.
    BadStylesheet = "bad-sheet", Warning;
    /// A template does not parse or does not render.
    BadTemplate = "bad-template", Error;

    // The output folder.
    /// The output folder is not an earlier build.
    ForeignOutput = "foreign-output", Error;
    /// There are files in the output folder that no build made.
    ForeignFiles = "foreign-files", Error;
    /// What the settings keep in the output folder is made by the site.
    KeptAndMade = "kept-and-made", Error;
    /// A file that a command was to write is there, and is not the program's to replace.
    NotReplaced = "not-replaced", Error;
    /// Writing the site failed.
    CannotWrite = "cannot-write", Error;
    /// A destination of `_publish.yaml` that is written wrongly.
    BadDestination = "bad-destination", Error;
    /// A password or access key in a file of the site.
    SecretInFile = "secret-in-file", Error;
    /// A destination that this program is built without.
    UnavailableService = "unavailable-service", Error;
    /// The built site was replaced while it was published.
    SiteRebuilt = "site-rebuilt", Error;
    /// Foreign files at a destination are in the place of the site's.
    ForeignAtDestination = "foreign-at-destination", Error;
    /// Another publication to the same destination is running.
    DestinationBusy = "destination-busy", Error;
    /// Reading or writing at a destination failed.
    DestinationFailed = "destination-failed", Error;
    /// Files at a destination are not what was written.
    NotAsWritten = "not-as-written", Error;
    /// The list of what was published cannot be read.
    DamagedInventory = "damaged-inventory", Warning;

    // A published copy, as visitors see it.
    /// The server does not answer.
    LiveUnreachable = "live-unreachable", Error;
    /// The front page leads to another address.
    LiveMoved = "live-moved", Error;
    /// The site was built for another path.
    LiveOtherPath = "live-other-path", Error;
    /// Files are missing or refused.
    LiveMissing = "live-missing", Error;
    /// Pages are answered with the front page.
    LiveFrontPage = "live-front-page", Error;
    /// Pages are offered for download.
    LiveDownload = "live-download", Error;
    /// Files arrive with a wrong type or encoding.
    LiveWrongType = "live-wrong-type", Error;
    /// Files are not what was built.
    LiveDiffers = "live-differs", Error;
    /// Links of pages there lead nowhere.
    LiveDeadLink = "live-dead-link", Error;
    /// Pages are still there that the site no longer has.
    LiveLeftOver = "live-left-over", Error;
    /// A page that does not exist is not answered with 404.
    LiveNoNotFound = "live-no-not-found", Error;
    /// A page that does not exist is not answered with the site's own page.
    LiveOtherNotFound = "live-other-not-found", Warning;
    /// A folder without its slash does not lead to its page.
    LiveFolder = "live-folder", Warning;
    /// Browsers keep pages for long.
    LiveCached = "live-cached", Warning;
    /// The folder is not a site.
    NotASite = "not-a-site", Error;

    // The severity of findings.
    /// `severity` lowers an error that no site can publish.
    LoweredError = "lowered-error", Error;
}

impl Code {
    /// The code with this spelling.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|code| code.as_str() == name).copied()
    }

    /// Whether it is an error of form: what was meant is not known, so it cannot be published. A site may lower all
    /// other findings.
    #[must_use]
    pub const fn is_error_of_form(self) -> bool {
        let is_rule = matches!(
            self,
            Self::UnknownKey
                | Self::BadAlias
                | Self::DeadLink
                | Self::LocalPath
                | Self::ForbiddenScheme
                | Self::DeadAnchor
                | Self::WithheldLink
                | Self::MissingReview
                | Self::Privacy
                | Self::FilmPlace
        );
        matches!(self.default_severity(), Severity::Error) && !is_rule
    }
}

/// One finding: a code, its severity, the values its sentence quotes, and where it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// Where it is; `None` when it concerns the site as a whole.
    pub place: Option<Place>,
    /// What sort of finding.
    pub code: Code,
    /// Its severity, which a policy may have changed.
    pub severity: Severity,
    /// Values for the placeholders of the code's sentences, by name.
    pub values: Vec<(&'static str, String)>,
    /// The corrected line, with personal numbers masked; `None` when no correction is certain.
    pub fix: Option<String>,
    /// The corrected line as it is to be written, if a number in it was masked.
    pub(crate) unmasked_fix: Option<Box<str>>,
}

impl Diagnostic {
    /// A finding at the code's own severity, without a place yet.
    #[must_use]
    pub fn new(code: Code) -> Self {
        Self {
            place: None,
            code,
            severity: code.default_severity(),
            values: Vec::new(),
            fix: None,
            unmasked_fix: None,
        }
    }

    /// The same finding at `place`.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same finding with a value for the placeholder `name`. Personal numbers in the value are masked.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        let masked = match privacy::mask(&value) {
            Cow::Borrowed(_) => value,
            Cow::Owned(masked) => masked,
        };
        self.values.push((name, masked));
        self
    }

    /// The same finding with a value for `name`, if there is one.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The value for the placeholder `name`.
    #[must_use]
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let value = self.values.iter().find(|(known, _)| *known == name);
        value.map(|(_, value)| value.as_str())
    }

    /// The same finding at another severity.
    #[must_use]
    pub const fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// What belongs in the place's marked part. `None` when no correction is certain, when it changes more than that
    /// part, and when it would show a personal number.
    #[must_use]
    pub fn replacement(&self) -> Option<&str> {
        let place = self.place.as_ref()?;
        let masked = replaced_part(place, &place.excerpt, self.fix.as_deref()?)?;
        (self.written_replacement()? == masked).then_some(masked)
    }

    /// Like [`Diagnostic::replacement`], with personal numbers. Only for rewriting the file; never for display.
    #[must_use]
    pub(crate) fn written_replacement(&self) -> Option<&str> {
        let place = self.place.as_ref()?;
        let line = self.unmasked_fix.as_deref().or(self.fix.as_deref())?;
        replaced_part(place, place.written_excerpt(), line)
    }

    /// The same finding with the corrected line.
    #[must_use]
    pub fn with_fix(mut self, line: impl Into<String>) -> Self {
        let line = line.into();
        let (masked, unmasked) = masked_excerpt(&line, 0..line.len());
        self.fix = Some(masked);
        self.unmasked_fix = unmasked;
        self
    }
}

/// What replaces the marked part of `excerpt` in the corrected line `fix`. `None` when more than that part differs.
fn replaced_part<'f>(place: &Place, excerpt: &str, fix: &'f str) -> Option<&'f str> {
    let (from, to) = place.marked_span;
    if place.sheet.is_some() {
        return None;
    }
    fix.strip_prefix(excerpt.get(..from)?)?.strip_suffix(excerpt.get(to..)?)
}

/// A value and what was found while making it; the value is usable even when there are errors.
#[derive(Debug, Clone)]
pub struct Checked<T> {
    /// The value, with defaults where the input was wrong.
    pub value: T,
    /// What was found, in the order of the input.
    pub findings: Vec<Diagnostic>,
}
