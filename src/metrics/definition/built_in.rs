//! The built-in definitions, as written in `metrics.yaml`.

use crate::yaml::{Mapping, YamlDocument};
use std::sync::LazyLock;

const BUILT_IN: &str = include_str!("../metrics.yaml");

/// The definitions of `metrics.yaml`, by id.
pub(super) static RAW_BUILT_IN: LazyLock<Mapping> =
    LazyLock::new(|| YamlDocument::parse("metrics.yaml", BUILT_IN, &[]).into_map().1);
