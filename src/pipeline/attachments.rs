//! Films and documents in a build: what they tell that their editors may not know.

use super::near_posts;
use crate::attachment::{DocumentDetail, has_document_signature, probe_document};
use crate::catalog::{Asset, AssetId, Attachment, AttachmentProbe};
use crate::config::Owner;
use crate::diag::{Code, Diagnostic, Place};
use crate::ids::TiVec;
use crate::media::{self, FilmProblem};
use crate::source::{self, SizeAndMtime, SourceFile};
use std::collections::BTreeSet;

/// Probes a file that is no picture and starts with `head`. `None` when it cannot be read.
pub(super) fn probe(file: &SourceFile, head: &[u8], size_and_mtime: Option<SizeAndMtime>) -> Option<AttachmentProbe> {
    let attachment = if media::has_film_signature(head) {
        Attachment::Film(media::probe_film(&mut source::open(file).ok()?).ok()?)
    } else if has_document_signature(head) {
        Attachment::Document(probe_document(&mut source::open(file).ok()?).ok()?)
    } else if near_posts::is_text_of_post(file) {
        Attachment::TextOfPost
    } else {
        Attachment::Other
    };
    Some(AttachmentProbe {
        attachment,
        size_and_mtime,
    })
}

/// The findings about films and documents among `assets`. The names of the site's own `owner` are no secret.
pub(super) fn findings(assets: &TiVec<AssetId, Asset>, owner: &Owner) -> Vec<Diagnostic> {
    let wrong = assets
        .iter()
        .filter_map(|asset| match &asset.attachment.as_ref()?.attachment {
            Attachment::Film(film) => Some(film_finding(&asset.file, film.problem?)),
            Attachment::Document(details) => document_finding(&asset.file, details, owner),
            Attachment::TextOfPost | Attachment::Other => None,
        });
    wrong.collect()
}

fn film_finding(file: &SourceFile, problem: FilmProblem) -> Diagnostic {
    Diagnostic::new(Code::FilmPlace)
        .at(Place::whole_file(file.path.as_str()))
        .with("reason", format!("film-{}", problem.as_str()))
}

/// One finding about all details of a document.
fn document_finding(file: &SourceFile, details: &[DocumentDetail], owner: &Owner) -> Option<Diagnostic> {
    let is_own = |text: &str| !text.is_empty() && [&owner.name, &owner.organiser].iter().any(|own| *own == text);
    let told: Vec<&DocumentDetail> = details.iter().filter(|detail| !is_own(&detail.text)).collect();
    let kinds: BTreeSet<&str> = told.iter().map(|detail| detail.kind.as_str()).collect();
    let texts = told.iter().map(|detail| detail.text.as_str());
    let texts: BTreeSet<&str> = texts.filter(|text| !text.is_empty()).collect();
    let texts = texts.into_iter().collect::<Vec<_>>().join(", ");
    (!told.is_empty()).then(|| {
        Diagnostic::new(Code::DocumentDetails)
            .at(Place::whole_file(file.path.as_str()))
            .with("what", kinds.into_iter().collect::<Vec<_>>().join(", "))
            .with_some("texts", Some(texts).filter(|texts| !texts.is_empty()))
    })
}
