//! Every parser of texts and bytes from outside, on the seeds of the fuzz targets and on mutations of them: what a fuzzer
//! finds in hours is not found here, but a parser that a small change of its input breaks is.

use crate::common::{project_folder, repetitions};
use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use xiangyin::testing::parsers;

/// How often each seed is mutated, unless `XIANGYIN_MUTATIONS` says otherwise.
const MUTATIONS: usize = 60;

fn mutations() -> usize {
    let wanted = std::env::var("XIANGYIN_MUTATIONS")
        .ok()
        .and_then(|number| number.parse().ok());
    wanted.unwrap_or_else(|| repetitions(MUTATIONS))
}
/// What parsers treat in a special way.
const TOKENS: [&[u8]; 24] = [
    b"---\n",
    b"{{ ",
    b" }}",
    b"/>",
    b"<!--",
    b"\"",
    b"'",
    b"\n\n",
    b"\xff",
    b"\0",
    b": ",
    b"- ",
    b"[",
    b"](",
    b"{",
    b"}}}}",
    b"&x",
    b"*x",
    b"<svg ",
    b"\r",
    "：".as_bytes(),
    "“".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{e000}".as_bytes(),
];

/// The random numbers of Marsaglia's xorshift64, from a fixed seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }

    fn mutate(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let (from, other) = (self.below(out.len() + 1), self.below(out.len() + 1));
            let (from, to) = (from.min(other), from.max(other).min(from.min(other) + 64));
            match self.below(5) {
                0 => out.truncate(from),
                1 => drop(out.drain(from..to)),
                2 => drop(out.splice(from..from, out[from..to].to_vec())),
                3 => drop(out.splice(from..from, TOKENS[self.below(TOKENS.len())].iter().copied())),
                _ if from < out.len() => out[from] = u8::try_from(self.below(256)).unwrap(),
                _ => {}
            }
        }
        out
    }
}

#[test]
fn no_parser_panics_on_seeds_and_their_mutations() {
    let folder = project_folder().join("tests/fuzz/seeds");
    let mut failed = Vec::new();
    for (name, parse) in parsers::ALL {
        let mut seeds: Vec<_> = fs::read_dir(folder.join(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        seeds.sort();
        assert!(!seeds.is_empty(), "no seed for {name}");
        for path in seeds {
            let seed = fs::read(&path).unwrap();
            let mut random = Random(0x9e37_79b9_7f4a_7c15);
            for round in 0..=mutations() {
                let input = if round == 0 { seed.clone() } else { random.mutate(&seed) };
                if catch_unwind(|| parse(&input)).is_err() {
                    failed.push(format!(
                        "{}, mutation {round}: {}",
                        path.display(),
                        input.escape_ascii()
                    ));
                }
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn every_parser_has_a_fuzz_target() {
    let folder = project_folder().join("tests/fuzz/fuzz_targets");
    let stem = |path: std::path::PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let targets: BTreeSet<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| stem(entry.unwrap().path()))
        .collect();
    let parsers: BTreeSet<String> = parsers::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(targets, parsers);
    let manifest = fs::read_to_string(project_folder().join("tests/fuzz/Cargo.toml")).unwrap();
    for name in targets {
        assert!(
            manifest.contains(&format!("name = \"{name}\"\n")),
            "{name} is not in Cargo.toml"
        );
    }
}
