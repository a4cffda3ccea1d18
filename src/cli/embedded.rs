//! Files that are part of the program and that a command writes to a site.

use include_dir::Dir;

/// The files in the folder `name` of `all`, at any depth: their paths in that folder, with `/`, and their texts; by path.
pub(super) fn files_of(all: &'static Dir<'static>, name: &str) -> Vec<(String, &'static str)> {
    let mut files = Vec::new();
    let mut pending: Vec<&Dir<'static>> = all.get_dir(name).into_iter().collect();
    while let Some(dir) = pending.pop() {
        pending.extend(dir.dirs());
        for file in dir.files() {
            let path = file.path().strip_prefix(name).unwrap_or(file.path());
            let path = path.to_string_lossy().replace('\\', "/");
            files.push((path, file.contents_utf8().unwrap_or_default()));
        }
    }
    files.sort_unstable();
    files
}
