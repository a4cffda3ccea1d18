//! Behaviours: Markdown in, HTML out.
