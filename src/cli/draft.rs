//! `facteur draft`: what is written in the console, from a shell: list, begin from a file, publish, send, take back, throw away.

use clap::Subcommand;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Context, Fault, post};
use crate::app::App;
use crate::clock::rfc3339;
use crate::coded::Told as _;
use crate::digests::letter::{self, Planned};
use crate::digests::preflight;
use crate::drafts::publish::{self, Published};
use crate::drafts::save::{self, Saved, Typed};
use crate::drafts::sql::Line;
use crate::drafts::{Draft, Kind, share, sql};
use crate::events::Actor;
use crate::feeds::given::AddError;
use crate::feeds::inbox::Key;
use crate::i18n::Locale;
use crate::newsletters::Newsletter;
use crate::phrase;
use crate::views::mail::{CheckLine, check_lines};

/// Arguments of `facteur draft`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

/// Which draft.
#[derive(Debug, clap::Args)]
struct One {
    /// The newsletter's short name (its slug).
    newsletter: String,
    /// Id of the draft in `list`.
    #[arg(allow_hyphen_values = true)]
    id: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List drafts, those saved last first.
    List {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// How many at most.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
    },
    /// Begin a draft from a Markdown file.
    Add {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// File, or `-` for standard input. The title is the first `# heading`, unless front matter gives one.
        #[arg(value_name = "FILE.md|-")]
        file: String,
        /// A letter of its own to all, instead of a post for the next digest.
        #[arg(long)]
        letter: bool,
    },
    /// Make a draft a post, which leaves with the next digest.
    Publish(One),
    /// Let a letter leave: in a minute, or at an hour.
    Send {
        #[command(flatten)]
        one: One,
        /// Day and hour on the newsletter's clock, such as 2026-06-08T08:00.
        #[arg(long)]
        at: Option<DateTime>,
    },
    /// Make a draft of it again, as long as nothing of it has left.
    TakeBack(One),
    /// List the texts that were saved of a draft, the newest first; with a number, print that text.
    Revisions {
        #[command(flatten)]
        one: One,
        /// Number of a revision in the list.
        number: Option<i64>,
    },
    /// Make an earlier text of a draft its newest; what stands now stays among its revisions.
    BackTo {
        #[command(flatten)]
        one: One,
        /// Number of a revision in `revisions`.
        number: i64,
    },
    /// Make a link by which anybody who has it reads a draft before it is sent, without an account.
    Share {
        #[command(flatten)]
        one: One,
        /// For how many days.
        #[arg(long, default_value_t = 30)]
        days: i64,
    },
    /// End every such link of a draft at once.
    Unshare(One),
    /// Throw a draft away; `restore` brings it back for three days.
    Delete(One),
    /// Bring a draft back that was thrown away.
    Restore(One),
}

/// Hands a draft over.
async fn share_it(app: &App, context: &Context, one: &One, days: i64) -> anyhow::Result<()> {
    let (newsletter, draft) = find(app, context, one, None).await?;
    let made = share::make(app, &draft, days, Actor::Command).await?;
    let made = made.map_err(|refusal| Fault::refused(refusal.words(context.locale)))?;
    let address = made.address(app);
    let zone = context.zone(app, &newsletter).await?;
    context.show(&json!({ "link": address, "expires_at": rfc3339(made.expires_at) }), || {
        let ends = said!(context.locale, "share-ends", at = &phrase::when(made.expires_at, &zone));
        eprintln!("{ends}");
        address.clone()
    })
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    match args.command {
        Command::List { newsletter, limit } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            list(&app, context, &newsletter, limit).await
        }
        Command::Add { newsletter, file, letter } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            let (title, body) = post::markdown(context, &file)?;
            let typed = Typed::new(&title, &body);
            typed.check().map_err(|wrong| Fault::usage(wrong.words(context.locale)))?;
            let kind = if letter { Kind::Letter } else { Kind::Post };
            let draft = save::create(&app, newsletter.id, kind, &typed, Actor::Command).await?;
            show(context, &draft, "cli-draft-begun")
        }
        Command::Publish(one) => {
            let (newsletter, draft) = find(&app, context, &one, Some(Kind::Post)).await?;
            judged(&app, context, &newsletter, &draft).await?;
            let published =
                publish::publish(&app, newsletter.id, &draft.public_id, draft.revision, Actor::Command).await;
            match published.map_err(|error| refused(context, error))? {
                Published::Done(draft) => show(context, &draft, "cli-draft-published"),
                _ => Err(Fault::refused(context.locale.text("cli-draft-changed"))),
            }
        }
        Command::Send { one, at } => send(&app, context, &one, at).await,
        Command::TakeBack(one) => {
            let (_, draft) = find(&app, context, &one, None).await?;
            let done = match draft.kind {
                Kind::Post => publish::take_back(&app, &draft, Actor::Command).await?,
                Kind::Letter => letter::take_back(&app, &draft, Actor::Command).await?,
            };
            let left = || Fault::refused(context.locale.text("cli-draft-left"));
            if done { show(context, &draft, "cli-draft-taken-back") } else { Err(left()) }
        }
        Command::Revisions { one, number } => revisions(&app, context, &one, number).await,
        Command::BackTo { one, number } => back_to(&app, context, &one, number).await,
        Command::Share { one, days } => share_it(&app, context, &one, days).await,
        Command::Unshare(one) => {
            let (_, draft) = find(&app, context, &one, None).await?;
            let ended = share::end(&app, &draft, None, Actor::Command).await?;
            context.show(&json!({ "ended": ended }), || said!(context.locale, "cli-draft-unshared", count = ended))
        }
        Command::Delete(one) => away(&app, context, &one, true).await,
        Command::Restore(one) => away(&app, context, &one, false).await,
    }
}

async fn away(app: &App, context: &Context, one: &One, delete: bool) -> anyhow::Result<()> {
    let (newsletter, draft) = find(app, context, one, None).await?;
    let (done, did) = if delete {
        (save::delete(app, newsletter.id, &draft.public_id).await?, "cli-draft-deleted")
    } else {
        (save::restore(app, newsletter.id, &draft.public_id).await?, "cli-draft-restored")
    };
    if done { show(context, &draft, did) } else { Err(Fault::refused(context.locale.text("cli-draft-unchanged"))) }
}

async fn text_of(app: &App, context: &Context, draft: &Draft, number: i64) -> anyhow::Result<Typed> {
    let found = sql::revision(&app.db, draft.id, number).await?;
    let (title, body, _) = found.ok_or_else(|| {
        let (id, number) = (&draft.public_id, number.to_string());
        Fault::not_found(said!(context.locale, "cli-draft-no-revision", id = id, number = &number))
    })?;
    Ok(Typed { title, body })
}

async fn revisions(app: &App, context: &Context, one: &One, number: Option<i64>) -> anyhow::Result<()> {
    let (newsletter, draft) = find(app, context, one, None).await?;
    if let Some(number) = number {
        let text = text_of(app, context, &draft, number).await?;
        let json = json!({ "revision": number, "title": text.title, "body": text.body });
        return context.show(&json, || format!("# {}\n\n{}", text.title, text.body));
    }
    let found = sql::revisions(&app.db, draft.id, 100).await?;
    let zone = context.zone(app, &newsletter).await?;
    let json = |earlier: &sql::Earlier| json!({ "revision": earlier.revision, "title": earlier.title, "saved_at": rfc3339(earlier.saved_at) });
    let shown: Vec<Value> = found.iter().map(json).collect();
    context.show(&shown, || {
        let line = |earlier: &sql::Earlier| {
            format!("{:>4}  {}  {}", earlier.revision, phrase::when(earlier.saved_at, &zone), earlier.title)
        };
        found.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

async fn back_to(app: &App, context: &Context, one: &One, number: i64) -> anyhow::Result<()> {
    let (newsletter, draft) = find(app, context, one, None).await?;
    let text = text_of(app, context, &draft, number).await?;
    let saved = save::save(app, newsletter.id, &draft.public_id, &text, draft.revision, Actor::Command).await?;
    match saved {
        Saved::Done(draft) => show(context, &draft, "cli-draft-back"),
        _ => Err(Fault::refused(context.locale.text("cli-draft-moved-on"))),
    }
}

async fn send(app: &std::sync::Arc<App>, context: &Context, one: &One, at: Option<DateTime>) -> anyhow::Result<()> {
    let (newsletter, draft) = find(app, context, one, Some(Kind::Letter)).await?;
    let zone = context.zone(app, &newsletter).await?;
    let at = match at {
        None => None,
        Some(at) => Some(at.to_zoned(zone.clone())?.timestamp().as_millisecond()),
    };
    if at.is_some_and(|at| at < app.clock.now()) {
        return Err(Fault::usage(context.locale.text("cli-past")));
    }
    let prepared = publish::prepare(app, &draft).await.map_err(|error| refused(context, error))?;
    judged(app, context, &newsletter, &draft).await?;
    let planned = letter::plan(app, &newsletter, &draft, &prepared, at, Actor::Command).await;
    match planned.map_err(|error| super::digest::fault(context, error))? {
        Planned::Leaves(at) => {
            let at = phrase::when(at, &zone);
            show_as(context, &draft, || {
                said!(context.locale, "cli-draft-sent", id = &draft.public_id, title = &draft.title, at = &at)
            })
        }
        Planned::Changed => Err(Fault::refused(context.locale.text("cli-draft-sent-meanwhile"))),
    }
}

/// The list before sending, as in the console: what is worth a look is said, what must be mended ends the command with exit code 3.
/// What was published already is not looked at again.
async fn judged(app: &App, context: &Context, newsletter: &Newsletter, draft: &Draft) -> anyhow::Result<()> {
    if !draft.is_open() {
        return Ok(());
    }
    let prepared = publish::prepare(app, draft).await.map_err(|error| refused(context, error))?;
    let zone = context.zone(app, newsletter).await?;
    let zone = zone.iana_name().unwrap_or("UTC");
    let judged = preflight::draft::of(app, newsletter, draft.kind, prepared.as_post(draft.newsletter_id), zone).await;
    let judged = judged.map_err(|error| super::digest::fault(context, error))?;
    let locale = context.locale;
    let (mut blocking, mut worth) = (Vec::new(), Vec::new());
    for CheckLine { blocks, words, .. } in check_lines(&judged.findings, locale) {
        if blocks { blocking.push(words) } else { worth.push(words) }
    }
    for words in worth {
        eprintln!("{}: {words}", locale.text("digest-preview-warns"));
    }
    if blocking.is_empty() {
        return Ok(());
    }
    let must = format!("{}: {}", locale.text("digest-preview-blocks"), blocking.join("; "));
    Err(Fault::problems(must))
}

fn refused(context: &Context, error: AddError) -> anyhow::Error {
    match error {
        AddError::Invalid { field, why } => Fault::usage(format!("{field}: {}", why.words(context.locale))),
        AddError::Database(error) => error.into(),
    }
}

async fn find(app: &App, context: &Context, one: &One, kind: Option<Kind>) -> anyhow::Result<(Newsletter, Draft)> {
    let newsletter = context.newsletter(app, &one.newsletter).await?;
    let found = sql::by_public_id(&app.db, newsletter.id, &one.id).await?;
    let slug = &newsletter.slug;
    let found =
        found.ok_or_else(|| Fault::not_found(said!(context.locale, "cli-draft-unknown", slug = slug, id = &one.id)))?;
    if kind.is_some_and(|kind| kind != found.kind) {
        let key = if found.kind == Kind::Letter { "cli-draft-is-letter" } else { "cli-draft-is-post" };
        return Err(Fault::usage(context.locale.text(key)));
    }
    Ok((newsletter, found))
}

async fn list(app: &App, context: &Context, of: &Newsletter, limit: i64) -> anyhow::Result<()> {
    let lines = sql::lines(&app.db, of.id, Key::BEGIN, limit).await?;
    let zone = context.zone(app, of).await?;
    let shown: Vec<Value> = lines.iter().map(line_json).collect();
    context.show(&shown, || {
        if lines.is_empty() {
            return said!(context.locale, "cli-draft-list-empty", slug = &of.slug);
        }
        lines.iter().map(|line| in_words(line, &zone, context.locale)).collect::<Vec<_>>().join("\n")
    })
}

fn in_words(line: &Line, zone: &TimeZone, locale: &Locale) -> String {
    let fate = match (line.published_at, line.deleted_at) {
        (Some(_), _) => "published",
        (None, Some(_)) => "deleted",
        (None, None) => "open",
    };
    let kind = locale.text(&format!("drafts-kind-{}", line.kind));
    let fate = locale.text(&format!("cli-draft-fate-{fate}"));
    format!("{}  {kind:<6}  {fate:<11}  {}  {}", line.public_id, phrase::when(line.changed_at, zone), line.title)
}

fn line_json(line: &Line) -> Value {
    json!({
        "id": line.public_id, "kind": line.kind, "title": line.title, "changed_at": rfc3339(line.changed_at),
        "published_at": line.published_at.map(rfc3339), "deleted_at": line.deleted_at.map(rfc3339),
    })
}

/// Under a key of the texts: what became of it.
fn show(context: &Context, draft: &Draft, key: &str) -> anyhow::Result<()> {
    show_as(context, draft, || said!(context.locale, key, id = &draft.public_id, title = &draft.title))
}

fn show_as(context: &Context, draft: &Draft, words: impl FnOnce() -> String) -> anyhow::Result<()> {
    let shown = json!({
        "id": draft.public_id, "kind": draft.kind, "title": draft.title, "revision": draft.revision,
        "changed_at": rfc3339(draft.changed_at),
    });
    context.show(&shown, words)
}
