//! Texts that were meant to be posts and are not called so.

use crate::record::front_matter::split_front_matter;
use crate::source::{self, SourceFile, decode::decode};

/// The extensions of files that may hold a text. A file without an extension may, too.
const TEXT_EXTENSIONS: [&str; 5] = ["txt", "text", "mdx", "mdown", ""];

/// The number of bytes that are read of a file: more than front matter may have.
const HEAD_LEN: usize = 128 << 10;

/// Whether a file that is no post starts like one, with front matter.
pub(super) fn is_text_of_post(file: &SourceFile) -> bool {
    if !TEXT_EXTENSIONS.contains(&&*file.path.extension()) {
        return false;
    }
    let Ok(mut head) = source::read_head(file, HEAD_LEN) else {
        return false;
    };
    if head.len() == HEAD_LEN {
        // The last line may end within a character.
        let whole_lines = head.iter().rposition(|&byte| byte == b'\n').unwrap_or_default();
        head.truncate(whole_lines);
    }
    let text = decode(file.path.as_str(), head).value;
    split_front_matter(file.path.as_str(), &text).value.yaml.is_some()
}
