//! `facteur digest revisions`: what editors wrote for a digest before, to look up and to take back with `edit --back-to`.

use serde_json::{Value, json};

use crate::app::App;
use crate::cli::{Context, Fault};
use crate::clock::rfc3339;
use crate::digests::Digest;
use crate::digests::edit::history::{self, Earlier, Text};
use crate::phrase;

use super::{Target, show as shown};

/// One revision, or [`Fault::not_found`].
pub async fn one(app: &App, context: &Context, digest: &Digest, number: i64) -> anyhow::Result<Text> {
    let found = history::one(&app.db, digest.id, number).await?;
    found.ok_or_else(|| {
        let (id, number) = (&digest.public_id, number.to_string());
        Fault::not_found(said!(context.locale, "cli-digest-no-revision", id = id, number = &number))
    })
}

/// Prints the list, or one with all its words.
pub async fn show(app: &App, context: &Context, target: &Target, number: Option<i64>) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = shown::latest(app, context, &newsletter, target.id.as_deref()).await?;
    if let Some(number) = number {
        let Text { words, posts, edited_at } = one(app, context, &digest, number).await?;
        let json = json!({
            "revision": number, "subject": words.subject, "preheader": words.preheader, "intro": words.intro,
            "posts": posts, "edited_at": rfc3339(edited_at),
        });
        return context.show(&json, || format!("{}\n{}\n\n{}", words.subject, words.preheader, words.intro));
    }
    let found = history::list(&app.db, digest.id).await?;
    let zone = context.zone(app, &newsletter).await?;
    let json = |earlier: &Earlier| json!({ "revision": earlier.revision, "subject": earlier.subject, "edited_at": rfc3339(earlier.edited_at) });
    let lines: Vec<Value> = found.iter().map(json).collect();
    context.show(&lines, || {
        if found.is_empty() {
            return said!(context.locale, "cli-digest-no-revisions", id = &digest.public_id);
        }
        let line = |earlier: &Earlier| {
            format!("{:>4}  {}  {}", earlier.revision, phrase::when(earlier.edited_at, &zone), earlier.subject)
        };
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}
