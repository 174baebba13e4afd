//! What speaks against a draft before it is published or sent: for a letter the same list as for any digest; for a post what concerns
//! the post itself, alone in its mail and beside another.
//!
//! In: a draft as the post that it would be. Out: a [`Judged`]. What is written here has no page on the web, so an end that has no room
//! in the mail would be read by nobody: that is mended here, and blocks.

use crate::app::App;
use crate::clock::{self, Millis, timestamp};
use crate::drafts::Kind;
use crate::feeds::Post;
use crate::mails::{Composed, DigestContent, DigestPost};
use crate::newsletters::{self, Newsletter};

use super::{Check, Finding, Looked, check};
use crate::digests::{DigestError, Refusal, content};

/// A draft looked at before it leaves.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What its mail would say.
    pub content: DigestContent,
    /// The mail in the newsletter's language, alone in it; `None` when none could be made.
    pub mail: Option<Composed>,
    /// What was found, the blocking first.
    pub findings: Vec<Finding>,
}

/// Looks; `zone`: the newsletter's clock. Costs a mail made and read, for a post two.
///
/// # Errors
/// The database's.
pub async fn of(app: &App, newsletter: &Newsletter, kind: Kind, post: Post, zone: &str) -> Result<Judged, DigestError> {
    // A post is read by whoever is on the rhythm of its digest.
    let recipients = if kind == Kind::Letter { newsletters::sql::confirmed(&app.db, newsletter.id).await? } else { 1 };
    let said = content::of_posts(vec![post], zone);
    let date = app.clock.now();
    let mail = match content::render(app, newsletter, &said, &newsletter.language, date) {
        Ok(mail) => mail,
        Err(DigestError::Refused(Refusal::NotRendered { words })) => {
            let findings = vec![Finding { check: Check::NotRendered { words }, blocks: true }];
            return Ok(Judged { content: said, mail: None, findings });
        }
        Err(error) => return Err(error),
    };
    let mut findings = check(&Looked {
        content: &said,
        mail: &mail,
        intro: "",
        postal: &newsletter.postal,
        language: &newsletter.language,
        recipients,
        today: timestamp(date).to_zoned(clock::zone(zone)).date(),
        before: None,
        sent_before: &[],
    });
    if kind == Kind::Post {
        findings.retain(|finding| is_of_post(&finding.check));
        // What else is in its digest is known when that is made.
        for finding in &mut findings {
            finding.blocks = false;
        }
        findings.extend(beside(app, newsletter, &said, date)?.filter(|_| mail.weight.lost.is_empty()));
    }
    for finding in &mut findings {
        finding.blocks |= matches!(finding.check, Check::Lost { .. });
    }
    findings.sort_by_key(|finding| !finding.blocks);
    Ok(Judged { content: said, mail: Some(mail), findings })
}

/// What a post brings into any digest that it is in.
fn is_of_post(check: &Check) -> bool {
    matches!(
        check,
        Check::Empty
            | Check::Rule { .. }
            | Check::PlaceholderInPost { .. }
            | Check::SubjectLong { .. }
            | Check::Size { .. }
            | Check::Cut
            | Check::Lost { .. }
            | Check::PicturesWithoutAlt { .. }
            | Check::AltIsFile { .. }
            | Check::PicturesWide { .. }
            | Check::PictureFormat { .. }
            | Check::Shortener { .. }
            | Check::LinkWords { .. }
            | Check::Attached { .. }
            | Check::OldCopyright { .. }
    )
}

/// Whether its end has no room in a digest with one more post.
fn beside(
    app: &App,
    newsletter: &Newsletter,
    alone: &DigestContent,
    date: Millis,
) -> Result<Option<Finding>, DigestError> {
    let other =
        DigestPost { title: newsletter.name.clone(), url: Some(app.config.base_url.clone()), ..DigestPost::default() };
    let posts = alone.posts.iter().cloned().chain([other]).collect();
    let said = DigestContent { posts, ..alone.clone() };
    let mail = content::render(app, newsletter, &said, &newsletter.language, date)?;
    Ok(mail.weight.lost.first().map(|lost| {
        let title = said.posts.get(lost.post).map(|post| post.title.clone()).unwrap_or_default();
        let (kilobytes, most) = (lost.bytes.div_ceil(1024), lost.room / 1024);
        Finding { check: Check::LostBeside { title, kilobytes, most }, blocks: false }
    }))
}
