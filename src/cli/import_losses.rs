//! What imports of single texts and of whole sites share: files outside of the site, and findings about losses.

use crate::diag::{Code, Diagnostic, Place};
use crate::import::{Loss, Losses};
use crate::paths::SourcePath;
use crate::source::SourceFile;
use std::path::Path;

/// A file outside of the site.
pub(super) fn source_file(path: &Path) -> SourceFile {
    SourceFile {
        path: SourcePath::new(&path.to_string_lossy()),
        disk_path: path.to_owned(),
    }
}

/// The findings about what was not carried over from a file.
pub(super) fn loss_findings(file: &Path, losses: &Losses) -> Vec<Diagnostic> {
    let shown = file.display().to_string();
    let finding = |(loss, count, names): (Loss, usize, &[String])| {
        Diagnostic::new(Code::NotCarriedOver)
            .at(Place::whole_file(&shown))
            .with("path", shown.clone())
            .with("what", loss.as_str())
            .with("n", count.to_string())
            .with_some("names", (!names.is_empty()).then(|| names.join(", ")))
    };
    losses.iter().map(finding).collect()
}
