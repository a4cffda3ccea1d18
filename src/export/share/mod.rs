//! Posts as other outlets take them: a manuscript in Word, plain text for another site's form, a text to be read aloud,
//! HTML to be pasted into a WeChat account, a bulletin, a circular, a sheet for reviewers and a ledger.
//!
//! Role: `Site` and posts → the bytes of a file, with remarks about the outlet's limits. All outlets write the same
//! blocks, those of a printed document (`report::post_blocks`), so each says what the page says. Does not know templates:
//! the caller renders the layout of WeChat articles.

mod article;
mod broadcast;
mod ledger;
mod official;
mod outlet;
mod pasted_html;
mod plain;
mod spoken;
mod wechat;

use super::report::ReadAsset;
use crate::catalog::RecordId;
use crate::diag::Diagnostic;
use crate::record::Record;
use crate::site::Site;
pub(crate) use article::SharedPost;
use article::{Article, paragraph, plain_document};
use ledger::ledger;
pub(crate) use outlet::{Outlet, Sharing};
use wechat::RenderLayout;
pub(crate) use wechat::WeChatParts;

/// The posts `ids` as `sharing` asks, and in a ledger `rows` of others; one post for outlets that take one.
///
/// # Errors
/// The findings about the theme's layout, or about a file that its format cannot hold.
pub(crate) fn share_posts(
    site: &Site<'_>,
    (ids, rows): (&[RecordId], &[&Record]),
    sharing: &Sharing,
    pictures: ReadAsset<'_>,
    layout: RenderLayout<'_>,
) -> Result<SharedPost, Vec<Diagnostic>> {
    if sharing.outlet == Outlet::Ledger {
        return ledger(site, (ids, rows), sharing.period);
    }
    let articles = ids.iter().map(|id| Article::new(site, *id, sharing, pictures));
    let articles: Vec<Article<'_>> = articles.collect();
    let remarks = article::remarks(site, &articles, sharing.outlet);
    let mut shared = one_copy(site, articles, sharing, layout)?;
    shared.remarks.extend(remarks);
    Ok(shared)
}

fn one_copy(
    site: &Site<'_>,
    mut articles: Vec<Article<'_>>,
    sharing: &Sharing,
    layout: RenderLayout<'_>,
) -> Result<SharedPost, Vec<Diagnostic>> {
    match sharing.outlet {
        Outlet::Brief => return Ok(SharedPost::word(&official::brief(site, articles, sharing))),
        Outlet::Circular => return Ok(SharedPost::word(&official::circular(site, articles, sharing))),
        _ => {}
    }
    let Some(article) = articles.pop() else {
        return Ok(SharedPost::text(String::new()));
    };
    Ok(match sharing.outlet {
        Outlet::WeChat => wechat::write(&article, sharing.embeds_pictures, layout)?,
        Outlet::Plain => SharedPost::text(plain::write(&article)),
        Outlet::Broadcast => broadcast::write(&article),
        Outlet::Approval => SharedPost::word(&official::approval(site, article)),
        Outlet::Word | Outlet::Brief | Outlet::Circular | Outlet::Ledger => {
            SharedPost::word(&manuscript(site, article))
        }
    })
}

/// The manuscript: a line of facts under the title, and the text.
fn manuscript(site: &Site<'_>, article: Article<'_>) -> super::document::Document {
    let facts = (!article.facts.is_empty()).then(|| paragraph(article.facts.join("　")));
    let note = (!article.ai_note.is_empty()).then(|| paragraph(article.ai_note));
    let blocks = facts.into_iter().chain(article.blocks).chain(note).collect();
    plain_document(site, Some(article.record), article.title, blocks)
}
