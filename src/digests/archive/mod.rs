//! The archive: what was sent, as pages for everybody under lasting addresses.
//!
//! In: a digest when it is frozen ([`keep`]: its page is made once and stored, whoever may see it), an editor's word on who may
//! ([`change`]), what a visitor searches ([`search`]). Out: pages and lines for whoever shows them, and the link that a mail has to its
//! page. Nobody's name, address or token is in any of it. Who may see a page: the newsletter says so, and an editor may close a single
//! page further, never open it ([`standing`]).

pub mod change;
pub mod keep;
pub mod search;
pub mod sql;

use crate::app::App;
use crate::clock::Millis;
use crate::db::from_row;
use crate::ledger::DigestState;
use crate::mails::DigestContent;
use crate::newsletters::settings::slug_of;
use crate::newsletters::{self, Newsletter, Visibility};

use super::Digest;

/// A page of the archive, as lists show it.
#[derive(Clone, Debug)]
pub struct Line {
    /// Of its digest.
    pub public_id: String,
    /// The last part of its address.
    pub address: String,
    /// The digest's subject.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// `2026-06-01`, on the schedule's clock.
    pub day: String,
    /// When the digest was frozen.
    pub published_at: Millis,
    /// Where the digest stands.
    pub state: DigestState,
    /// What an editor wants of it; `None`: as the newsletter.
    pub visibility: Option<Visibility>,
    /// When an editor took it out of the archive.
    pub withdrawn_at: Option<Millis>,
}
from_row!(Line { public_id, address, title, description, day, published_at, state, visibility, withdrawn_at });

/// What stands on a page.
#[derive(Clone, Debug)]
pub struct Text {
    /// Of its digest, inside.
    pub digest_id: i64,
    /// BCP 47.
    pub language: String,
    /// A picture that stands for it.
    pub image: Option<String>,
    /// The blog's page where all of it stands, when it has one post.
    pub source: Option<String>,
    /// Cleaned HTML.
    pub html: String,
}
from_row!(Text { digest_id, language, image, source, html });

/// What an editor wants of a digest's page, which may not be there yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// `None`: as the newsletter.
    pub visibility: Option<Visibility>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Millis>,
}
from_row!(Choice { visibility, withdrawn_at });

/// How a page is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// To everybody, and listed.
    Public,
    /// To whoever has its address.
    Link,
    /// It is gone for good.
    Withdrawn,
    /// As if there were nothing.
    Off,
}

impl Standing {
    /// Its name in texts and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Link => "link",
            Self::Withdrawn => "withdrawn",
            Self::Off => "off",
        }
    }
}

/// How a page is answered: the narrower of what the newsletter and what its editor say. A mailing that was cancelled is not listed: those
/// who got it may follow its link.
pub fn standing(newsletter: &Newsletter, line: &Line) -> Standing {
    use DigestState::{Cancelled, Finished, Paused, Sending};
    let wanted = [Some(newsletter.archive), line.visibility];
    let is = |visibility| wanted.contains(&Some(visibility));
    if is(Visibility::Off) || !matches!(line.state, Sending | Paused | Finished | Cancelled) {
        Standing::Off
    } else if line.withdrawn_at.is_some() {
        Standing::Withdrawn
    } else if is(Visibility::Link) || line.state == Cancelled {
        Standing::Link
    } else {
        Standing::Public
    }
}

/// The last part of a page's address: words of its subject or of its lead, and the digest's own unguessable id, so that it is found by
/// whoever was given it and by nobody else. The same in every language, and before the digest is frozen.
pub fn address(public_id: &str, content: &DigestContent) -> String {
    let lead = content.posts.first().map_or("", |post| post.title.as_str());
    format!("{}-{public_id}", slug_of(content.subject.as_deref().unwrap_or(lead)))
}

/// The whole address of a page.
pub fn url(base_url: &str, newsletter: &Newsletter, address: &str) -> String {
    format!("{base_url}/n/{}/archive/{address}", newsletter.slug)
}

/// The link of a digest's mails to its page; `None` while nobody may see it.
///
/// # Errors
/// The database's.
pub async fn link(app: &App, digest: &Digest, content: &DigestContent) -> sqlx::Result<Option<String>> {
    let newsletter = newsletters::sql::by_id(&app.db, digest.newsletter_id).await?;
    let Some(newsletter) = newsletter.filter(|newsletter| newsletter.archive != Visibility::Off) else {
        return Ok(None);
    };
    let choice = sql::choice(&app.db, digest.id).await?;
    let closed = choice.visibility == Some(Visibility::Off) || choice.withdrawn_at.is_some();
    let address = address(&digest.public_id, content);
    Ok((!closed).then(|| url(&app.config.base_url, &newsletter, &address)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::newsletters::settings::blank;

    fn line(visibility: Option<Visibility>, withdrawn_at: Option<Millis>, state: DigestState) -> Line {
        let empty = String::new;
        Line {
            public_id: empty(),
            address: empty(),
            title: empty(),
            description: empty(),
            day: empty(),
            published_at: 0,
            state,
            visibility,
            withdrawn_at,
        }
    }

    #[test]
    fn the_narrower_word_counts() {
        use Visibility::{Link, Off, Public};
        let sent = DigestState::Finished;
        for (of_newsletter, own, withdrawn, state, wanted) in [
            (Public, None, None, sent, Standing::Public),
            (Public, Some(Public), None, DigestState::Sending, Standing::Public),
            (Public, Some(Link), None, sent, Standing::Link),
            (Public, Some(Off), None, sent, Standing::Off),
            (Link, None, None, sent, Standing::Link),
            (Link, Some(Public), None, sent, Standing::Link),
            (Off, Some(Public), None, sent, Standing::Off),
            (Off, None, Some(1), sent, Standing::Off),
            (Link, None, Some(1), sent, Standing::Withdrawn),
            (Public, None, Some(1), sent, Standing::Withdrawn),
            (Public, None, None, DigestState::Cancelled, Standing::Link),
            (Public, None, None, DigestState::Releasing, Standing::Off),
            (Public, None, None, DigestState::Waiting, Standing::Off),
            (Public, None, None, DigestState::Skipped, Standing::Off),
        ] {
            let newsletter = Newsletter { archive: of_newsletter, ..blank("carnet", 0).unwrap() };
            let found = standing(&newsletter, &line(own, withdrawn, state));
            assert_eq!(found, wanted, "{of_newsletter} {own:?} {withdrawn:?} {state}");
        }
    }
}
