//! Reads files into text: the only room, with `media`, `output` and the command line, that touches the world outside.

pub mod decode;
