//! Recipes: the files that bring a site to a host. Settings of web servers, workflows of code hosts, files of Git.

use super::embedded::files_of;
use super::write_aside::{rename_to_new, write_aside};
use crate::output::{Action, OutputError};
use crate::paths::SiteAddress;
use include_dir::{Dir, include_dir};
use std::path::Path;

/// A folder for each recipe, with its files at their places in a site. In a text, `@HOST@` stands for the site's host and
/// `@PATH@` for its path, which begins and ends with a slash; a line after `@SUB@` is for sites below a path only.
static RECIPES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/recipes");

/// The recipes, in the order in which the help lists them.
pub(super) const NAMES: [&str; 9] = [
    "nginx",
    "caddy",
    "iis",
    "github",
    "gitlab",
    "gitea",
    "forgejo",
    "cloudflare",
    "git",
];

/// The host of a site that has no address yet.
const UNKNOWN_HOST: &str = "www.example.cn";

/// A file of a recipe: its path in the site, and whether it was written. A file that exists is never overwritten.
pub(super) struct AddedFile {
    pub(super) path: String,
    pub(super) is_new: bool,
}

/// Adds the files of a recipe to `site`, which is served at `address`.
///
/// # Errors
/// The first file that cannot be written.
pub(super) fn add(name: &str, site: &Path, address: &SiteAddress) -> Result<Vec<AddedFile>, OutputError> {
    let mut added = Vec::new();
    for (path, text) in files(name, address) {
        let target = site.join(&path);
        let place = |temporary: &Path| {
            rename_to_new(temporary, &target).map_err(OutputError::while_trying(Action::Write, &target))
        };
        let is_new = write_aside(&target, &target, text.as_bytes(), place)?;
        added.push(AddedFile { path, is_new });
    }
    Ok(added)
}

/// The paths and texts of a recipe's files, by path.
fn files(name: &str, address: &SiteAddress) -> Vec<(String, String)> {
    let files = files_of(&RECIPES, name).into_iter();
    files.map(|(path, text)| (path, filled_in(text, address))).collect()
}

/// A text with the site's host and path.
fn filled_in(text: &str, address: &SiteAddress) -> String {
    // A server's name has no port.
    let host = address.host().split(':').next().filter(|host| !host.is_empty());
    let path = format!("{}/", address.path());
    let is_below = path != "/";
    let lines = text.lines().filter_map(|line| match line.strip_prefix("@SUB@") {
        Some(line) => is_below.then_some(line),
        None => Some(line),
    });
    let lines = lines.flat_map(|line| [line, "\n"]).collect::<String>();
    lines
        .replace("@HOST@", host.unwrap_or(UNKNOWN_HOST))
        .replace("@PATH@", &path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::YamlDocument;

    #[test]
    fn every_recipe_has_files_and_every_folder_a_name() {
        for name in NAMES {
            assert!(!files(name, &SiteAddress::default()).is_empty(), "{name}");
        }
        assert_eq!(RECIPES.dirs().count(), NAMES.len());
    }

    #[test]
    fn workflows_are_valid_yaml() {
        for name in NAMES {
            for (path, text) in files(name, &SiteAddress::default()) {
                if path.ends_with(".yml") {
                    let (read, map) = YamlDocument::parse(&path, &text, &[]).into_map();
                    assert_eq!(read.findings, [], "{path}");
                    assert!(map.len() > 2, "{path}");
                }
            }
        }
    }

    #[test]
    fn host_and_path_are_filled_in() {
        for (url, host, root, has_redirect) in [
            ("https://qihe.example:8443/town/", "qihe.example", "/town/", true),
            ("https://qihe.example", "qihe.example", "/", false),
            ("", UNKNOWN_HOST, "/", false),
        ] {
            for name in NAMES {
                for (path, text) in files(name, &SiteAddress::new(url)) {
                    assert!(
                        !text.contains("@HOST@") && !text.contains("@PATH@") && !text.contains("@SUB@"),
                        "{path}"
                    );
                }
            }
            let nginx = &files("nginx", &SiteAddress::new(url))[0].1;
            assert!(nginx.contains(&format!("server_name {host};")), "{nginx}");
            assert!(nginx.contains(&format!("error_page 404 {root}404.html;")), "{nginx}");
            assert_eq!(nginx.contains("location = / "), has_redirect, "{url}");
        }
    }
}
