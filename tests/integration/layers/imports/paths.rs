//! Paths in the text of a source file: `use` declarations with their trees, and paths in expressions.

/// A path as it is written, with the name that it has in its file.
#[derive(Debug, PartialEq)]
pub(crate) struct ItemPath {
    pub(crate) segments: Vec<String>,
    /// The last segment, or the name after `as`.
    pub(crate) name: String,
    /// Whether the path stands in a `use` declaration.
    pub(crate) is_use: bool,
    /// Whether that declaration has a visibility: `pub`, `pub(super)`, `pub(crate)`.
    pub(crate) is_public: bool,
}

/// The paths in `code` that begin with `crate`, `super`, `self` or one of `children`, the modules below the file's own.
pub(crate) fn paths(code: &str, children: &[&str]) -> Vec<ItemPath> {
    let mut found = Vec::new();
    for head in ["crate", "super", "self"].iter().chain(children) {
        for (start, _) in code.match_indices(&format!("{head}::")) {
            if !is_path_start(&code[..start]) {
                continue;
            }
            let before = code[..start].trim_end();
            let is_use = is_last_word(before, "use");
            let is_public = is_use && is_visibility(before[..before.len() - "use".len()].trim_end());
            let mut names = Vec::new();
            read_tree(&mut Cursor(&code[start..]), &mut Vec::new(), &mut names);
            found.extend(names.into_iter().map(|(segments, name)| ItemPath {
                segments,
                name,
                is_use,
                is_public,
            }));
        }
    }
    found
}

/// Where `word` stands in `code` as a whole word.
pub(crate) fn words<'c>(code: &'c str, word: &'c str) -> impl Iterator<Item = usize> + 'c {
    let is_word =
        move |start: &usize| !code[..*start].ends_with(is_name) && !code[start + word.len()..].starts_with(is_name);
    code.match_indices(word).map(|(start, _)| start).filter(is_word)
}

/// Whether `name` is written in `code` outside of `use` and `mod` declarations.
pub(crate) fn is_named(code: &str, name: &str) -> bool {
    words(code, name).any(|start| {
        let statement = code[..start].rfind(';').map_or(0, |end| end + 1);
        let statement = code[statement..start].trim_start();
        let declares = |keyword: &str| {
            statement.starts_with(keyword)
                || (statement.starts_with("pub") && statement.contains(&format!(" {keyword}")))
        };
        !declares("use ") && !declares("mod ")
    })
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether a path begins behind `before`; that of a visibility, `pub(in crate::plan)`, is none.
fn is_path_start(before: &str) -> bool {
    !before.ends_with("pub(in ") && !before.ends_with(|c: char| is_name(c) || matches!(c, ':' | '$' | '.'))
}

fn is_last_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|before| !before.ends_with(is_name))
}

fn is_visibility(before: &str) -> bool {
    is_last_word(before, "pub") || before.ends_with("pub(super)") || before.ends_with("pub(crate)")
}

/// The rest of the code that is still to be read.
struct Cursor<'c>(&'c str);

impl<'c> Cursor<'c> {
    fn skip(&mut self, token: &str) -> bool {
        let rest = self.0.trim_start().strip_prefix(token);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// The next name, `*` included; empty where none follows.
    fn name(&mut self) -> &'c str {
        let rest = self.0.trim_start();
        let end = if rest.starts_with('*') {
            1
        } else {
            rest.find(|c| !is_name(c)).unwrap_or(rest.len())
        };
        self.0 = &rest[end..];
        &rest[..end]
    }
}

/// Reads `a::b`, `a::{b, c::d}`, `a as b` and adds each path with its name. `prefix` is what stands before.
fn read_tree(cursor: &mut Cursor<'_>, prefix: &mut Vec<String>, names: &mut Vec<(Vec<String>, String)>) {
    let outer = prefix.len();
    loop {
        if cursor.skip("{") {
            while !cursor.skip("}") && !cursor.0.is_empty() {
                read_tree(cursor, prefix, names);
                if !cursor.skip(",") {
                    cursor.skip("}");
                    break;
                }
            }
            break;
        }
        let name = cursor.name();
        let is_module_itself = name == "self" && !prefix.is_empty();
        if !is_module_itself && !name.is_empty() {
            prefix.push(name.to_owned());
        }
        if !cursor.skip("::") {
            let alias = if cursor.skip("as ") { cursor.name() } else { "" };
            let name = if alias.is_empty() {
                prefix.last().cloned().unwrap_or_default()
            } else {
                alias.to_owned()
            };
            names.push((prefix.clone(), name));
            break;
        }
    }
    prefix.truncate(outer);
}
