//! Gathers what the list before sending looks at: the content as it would be sent, the mail made of it, and facts beside.
//!
//! In: a digest. Out: a [`Preflight`]; also for one that cannot be made into a mail, for that is what its editor must know. The verbs
//! that let a digest go ask [`must_pass`] or [`posts_must_pass`], so that no door sends what another would refuse.

use crate::app::App;
use crate::clock;
use crate::dkim;
use crate::feeds::Post;
use crate::mails::{Composed, DigestContent};
use crate::newsletters::{Newsletter, Schedule};

use super::{Check, Finding, Looked, check};
use crate::digests::{Digest, DigestError, Refusal, content, edit, first, sql};

/// A digest looked at before it is sent.
#[derive(Clone, Debug)]
pub struct Preflight {
    /// What it says.
    pub content: DigestContent,
    /// The mail in the newsletter's language; `None` when none could be made.
    pub mail: Option<Composed>,
    /// What was found, the blocking first.
    pub findings: Vec<Finding>,
    /// To how many it would go.
    pub recipients: i64,
}

impl Preflight {
    /// Findings that stop the digest.
    pub fn blocking(&self) -> Vec<&Finding> {
        super::blocking(&self.findings).collect()
    }
}

/// Looks at a digest as it stands. Costs a mail made and read: a few milliseconds, most of them for long posts.
///
/// # Errors
/// Those of [`content::of_digest`].
pub async fn of(app: &App, newsletter: &Newsletter, digest: &Digest) -> Result<Preflight, DigestError> {
    let said = content::of_digest(app, digest).await?;
    let words = edit::sql::words(&app.db, digest.id).await?;
    let recipients = sql::audience_shown(app, newsletter, digest.schedule_id).await?;
    let before = edit::sql::slot_before(&app.db, digest.schedule_id, digest.slot_at).await?;
    let sent_before = edit::sql::titles_sent_before(&app.db, digest.id).await?;
    let date = digest.released_at.unwrap_or_else(|| app.clock.now());
    let today = clock::timestamp(date).to_zoned(clock::zone(&said.zone)).date();
    let mail = match content::render(app, newsletter, &said, &newsletter.language, date) {
        Ok(mail) => mail,
        Err(DigestError::Refused(Refusal::NotRendered { words })) => {
            let findings = vec![Finding { check: Check::NotRendered { words }, blocks: true }];
            return Ok(Preflight { content: said, mail: None, findings, recipients });
        }
        Err(error) => return Err(error),
    };
    let mut findings = check(&Looked {
        content: &said,
        mail: &mail,
        intro: &words.intro,
        postal: &newsletter.postal,
        language: &newsletter.language,
        recipients,
        today,
        before,
        sent_before: &sent_before,
    });
    let unsigned = dkim::unsigned(app, &newsletter.from_address).await?;
    findings.extend(unsigned.map(|domain| Finding { check: Check::Unsigned { domain }, blocks: false }));
    if first::stands_against(app, newsletter.id, digest.schedule_id).await? {
        findings.insert(0, Finding { check: Check::NotGreen, blocks: true });
    }
    Ok(Preflight { content: said, mail: Some(mail), findings, recipients })
}

/// Refuses a digest as long as something must be mended in it.
///
/// # Errors
/// [`Refusal::Blocked`], [`Refusal::NotRendered`]; those of [`of`].
pub async fn must_pass(app: &App, newsletter: &Newsletter, digest: &Digest) -> Result<(), DigestError> {
    refuse(of(app, newsletter, digest).await?.findings)
}

/// The same for posts that an editor sends now: nobody has written anything for a digest of them yet.
///
/// # Errors
/// [`Refusal::Blocked`], [`Refusal::NotRendered`].
pub fn posts_must_pass(
    app: &App,
    newsletter: &Newsletter,
    schedule: &Schedule,
    posts: Vec<Post>,
) -> Result<(), DigestError> {
    let said = content::of_posts(posts, &schedule.zone);
    let date = app.clock.now();
    let mail = content::render(app, newsletter, &said, &newsletter.language, date)?;
    refuse(check(&Looked {
        content: &said,
        mail: &mail,
        intro: "",
        postal: &newsletter.postal,
        language: &newsletter.language,
        recipients: 1,
        today: clock::timestamp(date).to_zoned(clock::zone(&said.zone)).date(),
        before: None,
        sent_before: &[],
    }))
}

/// That nobody would get it, and that the doctor has not found all well, have refusals of their own.
fn refuse(findings: Vec<Finding>) -> Result<(), DigestError> {
    let mut checks = Vec::new();
    for Finding { check, blocks } in findings {
        match check {
            Check::NotRendered { words } => return Err(Refusal::NotRendered { words }.into()),
            check if blocks && !matches!(check, Check::Nobody | Check::NotGreen) => checks.push(check),
            _ => {}
        }
    }
    if checks.is_empty() { Ok(()) } else { Err(Refusal::Blocked { checks }.into()) }
}
