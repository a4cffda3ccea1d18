//! Questions about single addresses: what a missing page, a folder without its slash and a withdrawn page lead to.

use super::client::NoAnswer;
use super::faults::{Fault, Faults};
use super::files::{FileChecker, NOT_FOUND_PAGE, page_address};
use crate::deploy::compressed::Encoding;
use crate::deploy::inventory::{Inventory, PUBLISHED};
use crate::deploy::local::LocalFile;
use crate::deploy::parallel::in_parallel;
use crate::html::decode_references;
use crate::paths::percent_decode;
use rayon::prelude::*;
use std::collections::BTreeSet;
use xxhash_rust::xxh3::xxh3_128;

/// The address of a page that no site has.
const NO_PAGE: &str = "xiangyin-no-such-page/";

/// The most withdrawn pages that are asked for.
const MAX_LEFT_OVER: usize = 2000;

impl FileChecker<'_> {
    /// Asks for a page that does not exist.
    ///
    /// # Errors
    /// When the server does not answer.
    pub(super) fn check_missing_page(&self, faults: &Faults) -> Result<(), NoAnswer> {
        let answer = self.client.get(&self.address.url(NO_PAGE))?;
        if answer.status != 404 {
            faults.add(Fault::NoNotFound { status: answer.status }, NO_PAGE);
            return Ok(());
        }
        let is_built = |own: &LocalFile| xxh3_128(&answer.body) == own.hash;
        // A copy that is old has an old page for what is missing, too.
        if !self.local_file(NOT_FOUND_PAGE).is_some_and(is_built)
            && self.client.get(&self.address.url(NOT_FOUND_PAGE))?.body != answer.body
        {
            faults.add(Fault::OtherNotFound, NO_PAGE);
        }
        Ok(())
    }

    /// Asks for a folder without the slash at its end, as people type it. It must lead to the page, and not to another
    /// host or port, as servers behind a gateway do.
    ///
    /// # Errors
    /// When the server does not answer.
    pub(super) fn check_folder_without_slash(&self, faults: &Faults) -> Result<(), NoAnswer> {
        let mut folders = self.local.iter().filter_map(|file| {
            let folder = file.path.strip_suffix("/index.html")?;
            Some((folder, file.hash))
        });
        let Some((folder, hash)) = folders.next() else {
            return Ok(());
        };
        let answer = self.client.get(&self.address.url(folder))?;
        let target = answer.redirect().map(|target| self.address.join(folder, target));
        let is_right = match &target {
            Some(target) => *target == self.address.url(&format!("{folder}/")),
            None => answer.status == 200 && xxh3_128(&answer.body) == hash,
        };
        if !is_right {
            let (status, target) = (answer.status, target.unwrap_or_default());
            faults.add(Fault::Folder { status, target }, folder);
        }
        Ok(())
    }

    /// Asks for the pages that the copy says it has and the site does not have: withdrawn posts must be gone.
    ///
    /// # Errors
    /// When the server does not answer.
    pub(super) fn check_left_over(&self, faults: &Faults) -> Result<(), NoAnswer> {
        let mut listed = self.sitemap_paths()?;
        let inventory = self.client.get(&self.address.url(PUBLISHED))?;
        if let Some(inventory) = Inventory::parse(&inventory.body).filter(|_| inventory.status == 200) {
            listed.extend(inventory.files.keys().map(|path| page_address(path).to_owned()));
        }
        // Compressed copies are made when the site is published.
        let is_gone = |path: &String| !self.is_built(path) && !self.is_built(Encoding::text_path(path));
        let gone: Vec<String> = listed.into_iter().filter(is_gone).collect();
        let check = |path: &String| {
            if self.client.head(&self.address.url(path))?.status == 200 {
                faults.add(Fault::LeftOver, path);
            }
            Ok(())
        };
        in_parallel(|| gone.par_iter().take(MAX_LEFT_OVER).try_for_each(check))
    }

    /// The pages of the copy's site map.
    fn sitemap_paths(&self) -> Result<BTreeSet<String>, NoAnswer> {
        let answer = self.client.get(&self.address.url("sitemap.xml"))?;
        let text = String::from_utf8_lossy(&answer.body);
        if answer.status != 200 {
            return Ok(BTreeSet::new());
        }
        let urls = text
            .split("<loc>")
            .skip(1)
            .filter_map(|rest| rest.split("</loc>").next());
        let paths = urls.filter_map(|url| {
            let url = decode_references(url);
            let below = self.site.path_in_site(url.trim());
            let below = below.map(|path| percent_decode(path.trim_start_matches('/')).into_owned());
            below.or_else(|| self.address.path_in_site(url.trim()))
        });
        Ok(paths.collect())
    }
}
