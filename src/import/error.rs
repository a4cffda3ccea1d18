//! Why a file cannot be imported.

/// Why a file cannot be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ImportError {
    /// A file of Word 97 to 2003 or an old one of WPS.
    OldWord,
    /// A file with a password.
    Encrypted,
    /// A PDF file: it has no paragraphs, only letters at places.
    Pdf,
    /// A text of LibreOffice or OpenOffice.
    OpenDocument,
    /// A post that needs no import.
    Markdown,
    /// Any other file that is no text.
    Unknown,
    /// A Word file whose text cannot be read.
    Damaged,
    /// A text in an unknown encoding.
    Encoding,
    /// A file without a text.
    Empty,
}

impl ImportError {
    /// The id of its sentence in `locales/words.yml`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::OldWord => "import-old-word",
            Self::Encrypted => "import-encrypted",
            Self::Pdf => "import-pdf",
            Self::OpenDocument => "import-opendocument",
            Self::Markdown => "import-markdown",
            Self::Unknown => "import-unknown",
            Self::Damaged => "import-damaged",
            Self::Encoding => "import-encoding",
            Self::Empty => "import-empty",
        }
    }
}
