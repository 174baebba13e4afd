//! How somebody consented: immutable records, one for each step.
//!
//! In: what was shown, when, where. Out: rows of `consent`, the proof that GDPR article 7(1) asks for. Everybody whom an import added
//! shares one of `import_consent`: it said the same of each of them, and a row a person cost more time than the person's own.

use super::Subscriber;
use crate::clock::Millis;
use crate::db::given::{self, Given, Words};
use crate::db::{Db, Tx, from_row, query_as, query_scalar, text_enum};

text_enum! {
    /// The steps.
    pub enum ConsentKind {
        /// Sent the form.
        Asked => "asked",
        /// Pressed the button behind the link in the letter.
        Confirmed => "confirmed",
        /// Came with a file of an owner.
        Imported => "imported",
        /// Was added by an owner.
        Added => "added",
        /// Left.
        Left => "left",
        /// Undid their leave.
        Undone => "undone",
        /// Confirmed another address.
        Moved => "moved",
        /// Was asked whether they stay, and does.
        Stayed => "stayed",
    }
}

/// The fingerprint of words that somebody consented to: 48 bits of their SHA-256, never negative.
pub fn fingerprint(text: &str) -> i64 {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    hash.as_ref()[..6].iter().fold(0, |number, byte| number << 8 | i64::from(*byte))
}

/// A fingerprint as it is stored, 12 hexadecimal digits.
pub fn version(fingerprint: i64) -> String {
    format!("{fingerprint:012x}")
}

/// One step to be recorded.
#[derive(Clone, Debug)]
pub struct NewConsent<'a> {
    /// Whose.
    pub subscriber_id: i64,
    /// Which step.
    pub kind: ConsentKind,
    /// The exact words shown; empty when we showed none.
    pub text: &'a str,
    /// Fingerprint of the words, or `embedded` when another site's form showed its own.
    pub text_version: &'a str,
    /// In which language.
    pub language: &'a str,
    /// The page with the form, as the visitor's side says.
    pub page: Option<&'a str>,
    /// The visitor's address, when `[web] keep_ip`.
    pub ip: Option<&'a str>,
    /// An owner's own words on how, or the state before leaving.
    pub proof: Option<&'a str>,
}

impl<'a> NewConsent<'a> {
    /// A step without words, page or address.
    pub fn bare(subscriber: &'a Subscriber, kind: ConsentKind) -> Self {
        let language = &subscriber.language;
        Self {
            subscriber_id: subscriber.id,
            kind,
            text: "",
            text_version: "",
            language,
            page: None,
            ip: None,
            proof: None,
        }
    }
}

/// A recorded step.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Consent {
    /// Which step.
    pub kind: ConsentKind,
    /// The exact words shown.
    pub text: String,
    /// Fingerprint of the words.
    pub text_version: String,
    /// In which language.
    pub language: String,
    /// The page with the form.
    pub page: Option<String>,
    /// The visitor's address.
    pub ip: Option<String>,
    /// How, in an owner's words; or the state before leaving.
    pub proof: Option<String>,
    /// When.
    #[serde(skip)]
    pub at: Millis,
}
from_row!(Consent { kind, text, text_version, language, page, ip, proof, at });

const INSERT: Words<'_> = Words {
    before: "INSERT INTO consent (subscriber_id, kind, text, text_version, language, page, ip, proof, at)
         SELECT subscriber_id, kind, text, text_version, language, page, ip, proof, $1 FROM ",
    after: "",
};

/// Records steps, in one statement for [`given::MOST`] of them.
pub async fn record(tx: &mut Tx, now: Millis, steps: &[NewConsent<'_>]) -> sqlx::Result<()> {
    for steps in steps.chunks(given::MOST) {
        let given = Given::of(steps).numbers("subscriber_id", |step| step.subscriber_id);
        let given = given.texts("kind", |step| step.kind.as_str()).texts("text", |step| step.text);
        let given = given.texts("text_version", |step| step.text_version).texts("language", |step| step.language);
        let given = given.texts("page", |step| step.page).texts("ip", |step| step.ip);
        given.texts("proof", |step| step.proof).execute(tx, INSERT, &[now]).await?;
    }
    Ok(())
}

/// Records how everybody whom an import adds consented; gives the id that their rows name. An import that is run again, or comes every
/// night with the same words, has its record already.
pub async fn of_import(db: &Db, newsletter_id: i64, language: &str, proof: &str, now: Millis) -> sqlx::Result<i64> {
    let text = "SELECT MIN(id) FROM import_consent WHERE newsletter_id = $1 AND language = $2 AND proof = $3";
    let known: Option<i64> =
        query_scalar(text).bind(newsletter_id).bind(language).bind(proof).fetch_one(db.on()).await?;
    if let Some(id) = known {
        return Ok(id);
    }
    let mut tx = db.begin().await?;
    let id = query_scalar(
        "INSERT INTO import_consent (newsletter_id, language, proof, at) VALUES ($1, $2, $3, $4) RETURNING id",
    )
    .bind(newsletter_id)
    .bind(language)
    .bind(proof)
    .bind(now)
    .fetch_one(tx.on())
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Every step of one subscriber, the oldest first.
pub async fn of(db: &Db, subscriber_id: i64) -> sqlx::Result<Vec<Consent>> {
    query_as(
        "SELECT kind, text, text_version, language, page, ip, proof, at, id FROM consent WHERE subscriber_id = $1
         UNION ALL
         SELECT 'imported', '', '', i.language, NULL, NULL, i.proof, s.created_at, 0
         FROM subscriber s JOIN import_consent i ON i.id = s.import_consent_id WHERE s.id = $1
         ORDER BY id",
    )
    .bind(subscriber_id)
    .fetch_all(db.on())
    .await
}
