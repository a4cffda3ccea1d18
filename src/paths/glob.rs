//! Patterns of file names, as settings write them: `files/**`, `*.pdf`, `volunteer/名单.xlsx`.

/// A pattern of paths below `content/`. `*` stands for any characters of one name, `?` for one character, and `**` for
/// any folders. All other characters stand for themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileGlob(Vec<String>);

impl FileGlob {
    /// Reads a pattern. It may start with `content/` or `/`. A pattern that ends in a slash means everything below.
    #[must_use]
    pub(crate) fn new(text: &str) -> Self {
        use unicode_normalization::UnicodeNormalization as _;
        let text: String = text.trim().nfc().collect::<String>().replace('\\', "/");
        let path = text.trim_start_matches("./").trim_start_matches('/');
        let path = path.strip_prefix("content/").unwrap_or(path);
        let is_folder = path.ends_with('/');
        let names = path.split('/').filter(|name| !matches!(*name, "" | "."));
        let names = names.chain(is_folder.then_some("**"));
        Self(names.map(str::to_owned).collect())
    }

    /// Whether the pattern covers the file or folder at `path` below `content/`. A pattern that names a folder covers
    /// everything in it.
    #[must_use]
    pub(crate) fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        !self.0.is_empty() && matches_names(&self.0, &names)
    }
}

/// Whether a pattern covers a path, both name by name. Goes back to the last `**` only, so the time is bounded by the
/// product of the lengths.
fn matches_names(pattern: &[String], names: &[&str]) -> bool {
    let (mut at, mut name, mut retry) = (0, 0, None);
    loop {
        match pattern.get(at).map(String::as_str) {
            // What is left of the path lies in the folder that the pattern names.
            None => return true,
            Some("**") => {
                retry = Some((at, name));
                at += 1;
                // `files/**` is not the folder `files` itself.
                if at == pattern.len() {
                    return name < names.len();
                }
            }
            Some(part) if names.get(name).is_some_and(|name| matches_name(part, name)) => {
                at += 1;
                name += 1;
            }
            Some(_) => match retry {
                Some((stars, skipped)) if skipped < names.len() => {
                    retry = Some((stars, skipped + 1));
                    (at, name) = (stars + 1, skipped + 1);
                }
                _ => return false,
            },
        }
    }
}

/// Whether `pattern`, with `*` and `?`, is the whole of `name`.
fn matches_name(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut c, mut retry) = (0, 0, None);
    while c < name.len() {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at, c));
                at += 1;
            }
            Some(&expected) if expected == '?' || expected == name[c] => {
                at += 1;
                c += 1;
            }
            _ => match retry {
                Some((star, skipped)) => {
                    retry = Some((star, skipped + 1));
                    (at, c) = (star + 1, skipped + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_names_and_folders() {
        for (pattern, path, expected) in [
            ("files/**", "files/a.pdf", true),
            ("files/**", "files/2022/a.pdf", true),
            ("files/**", "files", false),
            ("files/**", "other/files/a.pdf", false),
            ("files/", "files/2022/a.pdf", true),
            ("files", "files/2022/a.pdf", true),
            ("/content/files/*.pdf", "files/a.pdf", true),
            ("content/files/*.pdf", "files/a.pdf", true),
            ("/files/*.pdf", "files/a.pdf", true),
            ("*.pdf", "a.pdf", true),
            ("*.pdf", "files/a.pdf", false),
            ("**/*.pdf", "a.pdf", true),
            ("**/*.pdf", "files/2022/a.pdf", true),
            ("**/2022/**", "files/2022/a.pdf", true),
            ("**/2022/**", "files/2022", false),
            ("**", "a", true),
            ("a?.jpg", "a1.jpg", true),
            ("a?.jpg", "a.jpg", false),
            ("*名单*.xlsx", "2022年名单（终稿）.xlsx", true),
            ("a[1].jpg", "a[1].jpg", true),
            ("*a*a*b", "aaaaaaaaab", true),
            ("*a*a*b", "aaaaaaaaac", false),
            ("", "a", false),
            ("/", "a", false),
        ] {
            assert_eq!(FileGlob::new(pattern).matches(path), expected, "{pattern} {path}");
        }
    }
}
