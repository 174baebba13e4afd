//! Gathers what the list before sending looks at: the content as it would be sent, the mail made of it, and facts beside.
//!
//! In: a digest. Out: a [`Preflight`]; also for one that cannot be made into a mail, for that is what its editor must know.

use crate::app::App;
use crate::clock;
use crate::coded::Told as _;
use crate::dkim;
use crate::i18n::Locale;
use crate::mails::{Composed, DigestContent};
use crate::newsletters::Newsletter;

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
    /// What must be mended before it may leave, in one line; `None` when nothing must.
    pub fn blocked(&self, locale: &Locale) -> Option<String> {
        let words: Vec<String> = self.blocking().iter().map(|finding| finding.check.words(locale)).collect();
        (!words.is_empty()).then(|| words.join("; "))
    }

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
    let recipients = sql::audience_shown(app, digest.schedule_id).await?;
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
