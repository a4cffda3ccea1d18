//! Pictures on their way through a build: looked at once, cleaned, made smaller, kept for the next time.

use super::SiteContent;
use crate::diag::{Code, Diagnostic, Place};
use crate::fingerprint;
use crate::media::{self, Cleaned, Format, Measure, Raster, Recipe, Unreadable};
use crate::output::Cache;
use crate::plan::{Content, PlannedFile};
use crate::source::{self, Change, FilePrint, SourceFile};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A picture's file as it was looked at.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// What was in it.
    pub(super) print: FilePrint,
    /// What it is; why it cannot be published otherwise.
    pub(super) measure: Result<Measure, Unreadable>,
    /// Tells whether the file is another one by now.
    change: Option<Change>,
}

/// What was seen of each file, by the file's index; none for what is no picture and for what could not be read.
pub(super) type Sight = Vec<Option<Seen>>;

/// Looks at all pictures among `files`; those that `known` has seen and that did not change are not read again.
pub(super) fn look(files: &[SourceFile], known: &BTreeMap<&SourceFile, &Seen>) -> Sight {
    let seen = |file: &SourceFile| {
        if !media::is_picture(&file.path.extension()) {
            return None;
        }
        let change = source::change(file);
        let before = known.get(file).filter(|seen| change.is_some() && seen.change == change);
        if let Some(before) = before {
            return Some((*before).clone());
        }
        // What cannot be read is told when it is copied.
        let (bytes, print) = source::read_printed(file).ok()?;
        Some(Seen {
            print,
            measure: media::measure(&bytes),
            change,
        })
    };
    files.par_iter().map(seen).collect()
}

/// What is wrong with the pictures among `files`.
pub(super) fn findings(files: &[SourceFile], sight: &Sight) -> Vec<Diagnostic> {
    let wrong = files.iter().zip(sight).filter_map(|(file, seen)| {
        let why = seen.as_ref()?.measure.err()?;
        Some(unreadable(file, why))
    });
    wrong.collect()
}

/// What is wrong with a picture. A file that only has a picture's name holds nothing of one: it is published as it is.
fn unreadable(file: &SourceFile, why: Unreadable) -> Diagnostic {
    let code = match why {
        Unreadable::NoPicture => Code::NoPicture,
        Unreadable::Damaged | Unreadable::Heic | Unreadable::Foreign | Unreadable::TooLarge => Code::BadPicture,
    };
    let finding = Diagnostic::new(code)
        .at(Place::whole(file.path.as_str()))
        .with("path", file.path.as_str());
    match why {
        Unreadable::NoPicture => finding,
        Unreadable::Heic => finding.with("reason", why_word(why)).with("heic", "HEIC"),
        _ => finding.with("reason", why_word(why)),
    }
}

fn why_word(why: Unreadable) -> String {
    format!("picture-{}", why.as_str())
}

/// Makes what is published of pictures.
#[derive(Debug)]
pub(super) struct Workshop<'c> {
    content: &'c SiteContent,
    cache: Cache,
}

/// One picture with what is made of it, one after the other.
#[derive(Debug)]
pub(super) struct Bench<'w> {
    workshop: &'w Workshop<'w>,
    at: usize,
    /// The file's bytes and their hash, once they were needed.
    bytes: Option<(Vec<u8>, u128)>,
    raster: Option<Raster>,
    /// The last shape that was made: it is written in two formats.
    shaped: Option<(Recipe, Raster)>,
}

impl<'c> Workshop<'c> {
    /// The workshop of the site in `root`.
    pub(super) fn new(content: &'c SiteContent, root: &Path) -> Self {
        Self {
            content,
            cache: Cache::of(root),
        }
    }

    /// A place to work on the file at an index.
    pub(super) fn bench(&'c self, at: usize) -> Bench<'c> {
        Bench {
            workshop: self,
            at,
            bytes: None,
            raster: None,
            shaped: None,
        }
    }

    /// What is wrong with the pictures of which smaller ones are planned: that they can be decoded.
    pub(super) fn rehearse(&self, files: &[PlannedFile]) -> Vec<Diagnostic> {
        let mut first: BTreeMap<usize, &Recipe> = BTreeMap::new();
        for file in files {
            if let Content::Picture(at, recipe) = &file.content {
                first.entry(*at).or_insert(recipe);
            }
        }
        let first: Vec<(usize, &Recipe)> = first.into_iter().collect();
        let failed = |(at, recipe): (usize, &Recipe)| {
            let is_made = self
                .seen(at)
                .is_some_and(|seen| self.cache.has(&name(seen.print.hash, recipe)));
            let mut bench = self.bench(at);
            if is_made {
                None
            } else {
                bench.raster().err().map(|finding| *finding)
            }
        };
        first.into_par_iter().filter_map(failed).collect()
    }

    /// Forgets what no planned file is made from.
    pub(super) fn tidy(&self, files: &[PlannedFile]) {
        let used = files.iter().filter_map(|file| match &file.content {
            Content::Picture(at, recipe) => Some(name(self.seen(*at)?.print.hash, recipe)),
            Content::Asset(at) => Some(upright_name(self.seen(*at).filter(|seen| is_turned(seen))?.print.hash)),
            _ => None,
        });
        self.cache.keep_only(&used.collect::<BTreeSet<String>>());
    }

    fn seen(&self, at: usize) -> Option<&'c Seen> {
        self.content.sight.get(at)?.as_ref()
    }
}

fn is_turned(seen: &Seen) -> bool {
    seen.measure.is_ok_and(|measure| !measure.is_upright)
}

/// The name of what was made of a file.
fn name(hash: u128, recipe: &Recipe) -> String {
    format!("{hash:032x}-{}", recipe.name())
}

/// The name of a picture that was turned.
fn upright_name(hash: u128) -> String {
    format!("{hash:032x}-upright-1")
}

impl Bench<'_> {
    /// What is published of the file itself; none when it is copied as it is.
    ///
    /// # Errors
    /// It cannot be read, or is no picture any more.
    pub(super) fn cleaned(&mut self) -> Result<Option<Vec<u8>>, Box<Diagnostic>> {
        let Some(seen) = self.workshop.seen(self.at) else {
            return Ok(None);
        };
        if seen.measure == Err(Unreadable::NoPicture) {
            return Ok(None);
        }
        let turned = is_turned(seen).then(|| self.workshop.cache.get(&upright_name(seen.print.hash)));
        if let Some(Some(bytes)) = turned {
            return Ok(Some(bytes));
        }
        let (bytes, hash) = self.bytes()?;
        match media::clean(bytes) {
            Ok(Cleaned::AsItWas) => Ok(None),
            Ok(Cleaned::Without(cleaned)) => Ok(Some(cleaned)),
            Ok(Cleaned::MustBeTurned(format)) => self.upright(hash, format).map(Some),
            Err(why) => Err(self.wrong(why)),
        }
    }

    fn upright(&mut self, hash: u128, format: Format) -> Result<Vec<u8>, Box<Diagnostic>> {
        let made = media::upright(self.raster()?, format);
        let made = made.map_err(|why| self.wrong(why))?;
        self.workshop.cache.put(&upright_name(hash), &made);
        Ok(made)
    }

    /// What a recipe makes of the picture.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub(super) fn made(&mut self, recipe: &Recipe) -> Result<Vec<u8>, Box<Diagnostic>> {
        let cache = &self.workshop.cache;
        let kept = self
            .workshop
            .seen(self.at)
            .and_then(|seen| cache.get(&name(seen.print.hash, recipe)));
        if let Some(made) = kept {
            return Ok(made);
        }
        let made = self.shaped(recipe)?;
        let made = media::encode(made, recipe.encoding).map_err(|why| self.wrong(why))?;
        // Of the bytes that it was made of: the file may be another one than when it was looked at.
        let hash = self.bytes()?.1;
        cache.put(&name(hash, recipe), &made);
        Ok(made)
    }

    fn shaped(&mut self, recipe: &Recipe) -> Result<&Raster, Box<Diagnostic>> {
        let is_same = |of: &Recipe| (of.ratio, of.width) == (recipe.ratio, recipe.width);
        let kept = self.shaped.take().filter(|(of, _)| is_same(of));
        let shaped = match kept {
            Some(kept) => kept,
            None => {
                let shaped = self.raster()?.shaped(recipe);
                (*recipe, shaped.map_err(|why| self.wrong(why))?)
            }
        };
        Ok(&self.shaped.insert(shaped).1)
    }

    fn raster(&mut self) -> Result<&Raster, Box<Diagnostic>> {
        if self.raster.is_none() {
            let raster = media::decode(self.bytes()?.0);
            self.raster = Some(raster.map_err(|why| self.wrong(why))?);
        }
        self.raster.as_ref().ok_or_else(|| self.wrong(Unreadable::Damaged))
    }

    fn bytes(&mut self) -> Result<(&[u8], u128), Box<Diagnostic>> {
        let file = &self.workshop.content.assets[self.at];
        let (bytes, hash) = match self.bytes.take() {
            Some(known) => known,
            None => {
                let bytes = source::read(file)?;
                let hash = fingerprint::of_file(&bytes);
                (bytes, hash)
            }
        };
        let (bytes, hash) = self.bytes.insert((bytes, hash));
        Ok((bytes, *hash))
    }

    fn wrong(&self, why: Unreadable) -> Box<Diagnostic> {
        Box::new(unreadable(&self.workshop.content.assets[self.at], why))
    }
}

/// What is published of a picture's file, for another file to hold it.
pub(super) fn published(file: &SourceFile) -> Option<Vec<u8>> {
    let bytes = source::read(file).ok()?;
    if !media::is_picture(&file.path.extension()) {
        return Some(bytes);
    }
    match media::clean(&bytes) {
        Ok(Cleaned::AsItWas) => Some(bytes),
        Ok(Cleaned::Without(cleaned)) => Some(cleaned),
        Ok(Cleaned::MustBeTurned(format)) => media::upright(&media::decode(&bytes).ok()?, format).ok(),
        Err(_) => None,
    }
}
