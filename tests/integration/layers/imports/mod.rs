//! The imports between the files of one module, read from the text of the files.
//!
//! A file depends on another file when a path in it (in a `use` or in an expression) leads there, or to an item that a
//! third file re-exports from there. Calls of methods have no path, so they are not seen.

use std::collections::{BTreeMap, BTreeSet};

mod paths;

use paths::{ItemPath, paths};

/// One source file: where it stands below `src/`, and its text without comments and unit tests.
pub(crate) struct SourceFile {
    pub(crate) path: String,
    code: String,
    module: Vec<String>,
}

impl SourceFile {
    /// `text` may have comments and unit tests; they are left out.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let stem = path.strip_suffix(".rs").unwrap_or(path);
        let stem = stem.strip_suffix("/mod").unwrap_or(stem);
        Self {
            path: path.to_owned(),
            code: without_tests(&without_comments(text)),
            module: stem.split('/').map(str::to_owned).collect(),
        }
    }

    /// The top-level module that it belongs to.
    pub(crate) fn top_module(&self) -> &str {
        &self.module[0]
    }

    /// Whether its code has `name` as a word.
    pub(crate) fn names(&self, name: &str) -> bool {
        paths::words(&self.code, name).next().is_some()
    }

    /// Whether the file is compiled for unit tests only: `tests.rs`, or a file in a folder `tests`.
    pub(crate) fn is_test(&self) -> bool {
        self.module.iter().any(|segment| segment == "tests")
    }
}

fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        code.push_str(line.split(" // ").next().unwrap_or_default());
        code.push('\n');
    }
    code
}

/// Leaves out `#[cfg(test)]` with the module after it: a declaration `mod tests;`, or the rest of the file.
pub(crate) fn without_tests(code: &str) -> String {
    let mut parts = code.split("#[cfg(test)]\n");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let declaration = part.split_inclusive('\n').find(|line| !line.starts_with("#["));
        match declaration {
            Some(line) if line.starts_with("mod ") && line.ends_with(";\n") => {
                kept.push_str(&part[part.find(line).map_or(0, |start| start + line.len())..]);
            }
            Some(line) if line.starts_with("mod ") => break,
            _ => kept.push_str(part),
        }
    }
    kept
}

/// Files and the imports between them.
pub(crate) struct ImportGraph {
    /// Pairs of a file and a file of the same top-level module that it depends on.
    edges: BTreeSet<(String, String)>,
}

impl ImportGraph {
    pub(crate) fn new(files: &[SourceFile]) -> Self {
        let modules = Modules::new(files);
        let mut edges = BTreeSet::new();
        for file in files {
            for path in modules.paths_of(file) {
                let Some(target) = modules.file_of(file, &path, 0) else {
                    continue;
                };
                if target.path != file.path && target.top_module() == file.top_module() {
                    edges.insert((file.path.clone(), target.path.clone()));
                }
            }
        }
        Self { edges }
    }

    /// The graph without the edges in `allowed`.
    pub(crate) fn without(&self, allowed: &[(&str, &str)]) -> Self {
        let is_allowed = |edge: &&(String, String)| allowed.contains(&(edge.0.as_str(), edge.1.as_str()));
        Self {
            edges: self.edges.iter().filter(|edge| !is_allowed(edge)).cloned().collect(),
        }
    }

    /// The edges that lie on a circle, in order: those whose end leads back to their beginning.
    pub(crate) fn edges_on_circles(&self) -> Vec<&(String, String)> {
        self.edges.iter().filter(|(from, to)| self.leads(to, from)).collect()
    }

    /// Whether `from` imports `to`.
    pub(crate) fn has(&self, from: &str, to: &str) -> bool {
        self.edges.iter().any(|edge| edge.0 == from && edge.1 == to)
    }

    /// Whether a chain of edges leads from `from` to `to`.
    pub(crate) fn leads(&self, from: &str, to: &str) -> bool {
        let mut seen = BTreeSet::from([from]);
        let mut stack = vec![from];
        while let Some(file) = stack.pop() {
            if file == to {
                return true;
            }
            let next = self
                .edges
                .iter()
                .filter(|edge| edge.0 == file)
                .map(|edge| edge.1.as_str());
            stack.extend(next.filter(|next| seen.insert(next)));
        }
        false
    }
}

/// The tree of modules, to find the file that a path leads to.
struct Modules<'f> {
    files: BTreeMap<&'f [String], &'f SourceFile>,
    /// What the `use` declarations of each file bring in: the name in that file, and the path behind it.
    uses: BTreeMap<&'f str, Vec<ItemPath>>,
}

impl<'f> Modules<'f> {
    fn new(files: &'f [SourceFile]) -> Self {
        let modules: BTreeMap<_, _> = files.iter().map(|file| (file.module.as_slice(), file)).collect();
        let mut tree = Self {
            files: modules,
            uses: BTreeMap::new(),
        };
        for file in files {
            let uses = paths(&file.code, &tree.children(file))
                .into_iter()
                .filter(|path| path.is_use);
            tree.uses.insert(&file.path, uses.collect());
        }
        tree
    }

    /// The names of the modules right below the module of `file`.
    fn children(&self, file: &SourceFile) -> Vec<&'f str> {
        let depth = file.module.len();
        let is_child = |module: &&[String]| module.len() == depth + 1 && module.starts_with(&file.module);
        self.files
            .keys()
            .copied()
            .filter(is_child)
            .map(|module| module[depth].as_str())
            .collect()
    }

    /// The paths in `file`, except re-exports of its children that the file does not use itself.
    fn paths_of(&self, file: &SourceFile) -> Vec<ItemPath> {
        let children = self.children(file);
        let is_reexport = |path: &ItemPath| {
            let first = path.segments.first().map_or("", String::as_str);
            path.is_public && children.contains(&first) && !paths::is_named(&file.code, &path.name)
        };
        paths(&file.code, &children)
            .into_iter()
            .filter(|path| !is_reexport(path))
            .collect()
    }

    /// The file that defines what `path`, written in `file`, names. `None` when that is outside of the files.
    fn file_of(&self, file: &'f SourceFile, path: &ItemPath, depth: usize) -> Option<&'f SourceFile> {
        let mut module = file.module.clone();
        let mut segments = path.segments.as_slice();
        while let Some((first, rest)) = segments.split_first() {
            match first.as_str() {
                "crate" => module.clear(),
                "super" => drop(module.pop()),
                "self" => {}
                _ => break,
            }
            segments = rest;
        }
        for segment in segments {
            let mut child = module.clone();
            child.push(segment.clone());
            if !self.files.contains_key(child.as_slice()) {
                return self.definition(&module, segment, depth);
            }
            module = child;
        }
        self.files.get(module.as_slice()).copied()
    }

    /// The file that defines the item `name` of `module`: a re-export leads to another file.
    fn definition(&self, module: &[String], name: &str, depth: usize) -> Option<&'f SourceFile> {
        let file = *self.files.get(module)?;
        let import = self.uses[file.path.as_str()].iter().find(|import| import.name == name);
        match import {
            Some(import) if depth < 8 => self.file_of(file, import, depth + 1),
            _ => Some(file),
        }
    }
}
