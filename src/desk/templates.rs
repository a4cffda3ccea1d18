//! The templates of the desk's pages. They are the program's own, so that the desk works with a broken theme.

use std::sync::LazyLock;
use tera::Tera;

pub(super) static TEMPLATES: LazyLock<Tera> = LazyLock::new(|| {
    let mut tera = Tera::new();
    tera.add_raw_templates([
        ("head.html", include_str!("head.html")),
        ("desk.html", include_str!("page.html")),
        ("reviews.html", include_str!("reviews.html")),
    ])
    .expect("the desk's templates parse: their tests render them");
    tera
});
