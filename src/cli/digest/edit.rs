//! `facteur digest check | edit | duplicate`: what speaks against sending a digest, what it says, a second try.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::app::App;
use crate::cli::{Context, Fault};
use crate::coded::Told as _;
use crate::digests::edit::{self, Edit, EditError, Place};
use crate::digests::preflight::{links, read};
use crate::digests::{Digest, duplicate as again};
use crate::events::Actor;
use crate::ledger::DigestState;
use crate::newsletters::Newsletter;
use crate::views::mail::{self, CheckLine};

use super::{Target, fault, must_find, revisions, show};

/// What `facteur digest edit` changes; what is not given stays.
#[derive(Debug, clap::Args)]
pub struct Change {
    /// Take back the words of an earlier revision, by its number in `revisions`; what else is given goes on top.
    #[arg(long, value_name = "NUMBER")]
    back_to: Option<i64>,
    /// Subject; empty: one made from the posts.
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// The line shown after the subject; empty: one made from the posts.
    #[arg(long, value_name = "TEXT")]
    preheader: Option<String>,
    /// File with the introduction in Markdown; `-` for standard input, an empty file for none.
    #[arg(long, value_name = "FILE")]
    intro: Option<PathBuf>,
    /// The number of the post that leads.
    #[arg(long, value_name = "POST")]
    lead: Option<i64>,
    /// Put a post that waits into the digest, by its number; may be given more than once.
    #[arg(long, value_name = "POST")]
    include: Vec<i64>,
    /// Take a post out, by its number: it waits for the next digest. May be given more than once.
    #[arg(long, value_name = "POST")]
    leave_out: Vec<i64>,
    /// Take a post out for good: it will not be sent on this schedule. May be given more than once.
    #[arg(long, value_name = "POST")]
    skip: Vec<i64>,
}

/// The named digest, else the one that waits.
async fn waiting(app: &App, context: &Context, newsletter: &Newsletter, target: &Target) -> anyhow::Result<Digest> {
    must_find(app, context, newsletter, target.id.as_deref(), &[DigestState::Waiting]).await
}

/// Prints what speaks against sending a digest; exit code 3 when something blocks it.
pub async fn check(app: &App, context: &Context, target: &Target, with_links: bool) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = waiting(app, context, &newsletter, target).await?;
    let mut looked = read::of(app, &newsletter, &digest).await.map_err(|error| fault(context, error))?;
    let seen = if with_links { links::look(app, &looked.content).await } else { Vec::new() };
    looked.findings.extend(links::findings(&seen));
    let locale = context.print_locale();
    let lines = mail::check_lines(&looked.findings, locale);
    let size = looked.mail.as_ref().map(|made| mail::size(&looked.content, made, locale));
    let inbox = looked.mail.as_ref().map(|made| mail::inbox(&newsletter, made));
    let answers = with_links.then(|| mail::link_lines(&seen, locale));
    let json = json!({ "digest": digest.public_id, "inbox": inbox, "size": size, "findings": lines, "links": answers });
    context.show(&json, || {
        let mut out = String::new();
        if let (Some(inbox), Some(size)) = (&inbox, &size) {
            let _ = writeln!(out, "{} | {} | {}", inbox.from, inbox.subject, inbox.preheader);
            let _ = writeln!(out, "{} / {} kB", size.kilobytes, size.most);
        }
        for CheckLine { blocks, words, .. } in &lines {
            let key = if *blocks { "digest-preview-blocks" } else { "digest-preview-warns" };
            let _ = writeln!(out, "{}: {words}", locale.text(key));
        }
        if lines.is_empty() {
            let _ = writeln!(out, "{}", locale.text("digest-preview-nothing-found"));
        }
        if with_links {
            let _ = writeln!(out, "{}", mail::links_in_short(&seen, locale));
        }
        out
    })?;
    match looked.blocking().len() {
        0 => Ok(()),
        count => Err(Fault::problems(
            locale.format("digest-preview-blocked", &[("count", crate::i18n::Value::Count(count as i64))]),
        )),
    }
}

/// Changes what a waiting digest says.
pub async fn edit(app: &App, context: &Context, target: &Target, change: &Change) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = waiting(app, context, &newsletter, target).await?;
    let mut before = edit::load(app, &digest).await.map_err(|error| fault(context, error))?;
    if let Some(number) = change.back_to {
        let seen = before.revision;
        before = revisions::one(app, context, &digest, number).await?.brought_back(before, seen);
    }
    let wish = wished(context, before, change)?;
    match edit::save(app, &digest, &wish, Actor::Command).await {
        Ok(_) => {}
        Err(EditError::Digest(error)) => return Err(fault(context, error)),
        Err(EditError::Stale(_)) => return Err(Fault::busy(context.locale.text("digest-edit-stale"))),
        Err(EditError::Invalid(problems)) => {
            let words =
                problems.iter().map(|problem| format!("{}: {}", problem.field, problem.why.words(context.locale)));
            return Err(Fault::usage(words.collect::<Vec<_>>().join("; ")));
        }
    }
    let digest = must_find(app, context, &newsletter, Some(&digest.public_id), &[DigestState::Waiting]).await?;
    show::show_one(app, context, &newsletter, &digest, |words| words).await
}

fn wished(context: &Context, mut wish: Edit, change: &Change) -> anyhow::Result<Edit> {
    let places = [(&change.include, Place::In), (&change.leave_out, Place::Waits), (&change.skip, Place::Skipped)];
    for (ids, place) in places {
        for id in ids {
            let post = wish.posts.iter_mut().find(|post| post.id == *id);
            post.ok_or_else(|| unknown(context, *id))?.place = place;
        }
    }
    if let Some(lead) = change.lead {
        let at = wish.posts.iter().position(|post| post.id == lead).ok_or_else(|| unknown(context, lead))?;
        let mut post = wish.posts.remove(at);
        post.place = Place::In;
        wish.posts.insert(0, post);
    }
    wish.subject = change.subject.clone().unwrap_or(wish.subject);
    wish.preheader = change.preheader.clone().unwrap_or(wish.preheader);
    if let Some(path) = &change.intro {
        wish.intro = text_of(context, path)?;
    }
    Ok(wish)
}

fn unknown(context: &Context, id: i64) -> anyhow::Error {
    Fault::not_found(said!(context.locale, "cli-digest-edit-unknown", id = &id.to_string()))
}

fn text_of(context: &Context, path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = if path == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| Fault::failure(context.cannot_open(&path.display().to_string(), &error)))?;
    Ok(text)
}

/// Makes a new waiting digest of the posts of one that nobody got.
pub async fn duplicate(app: &App, context: &Context, target: &Target) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &target.newsletter).await?;
    let digest = show::latest(app, context, &newsletter, target.id.as_deref()).await?;
    let made = again::duplicate(app, &digest, Actor::Command).await.map_err(|error| fault(context, error))?;
    show::show_one(app, context, &newsletter, &made, |words| words).await
}
