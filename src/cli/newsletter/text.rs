//! `facteur newsletter text | logo`: what a newsletter's letters and pages say, and the picture above its mails.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use crate::app::App;
use crate::clock::rfc3339;
use crate::coded::Told as _;
use crate::drafts::{media, picture};
use crate::i18n::{self, Locale};
use crate::newsletters::logo::{self, Logo};
use crate::newsletters::text_history::Earlier;
use crate::newsletters::texts::{self, Stored, Wish};
use crate::newsletters::{Newsletter, sql, text_history};
use crate::os_error;
use crate::phrase;
use crate::texts::{Text, ours};
use crate::views::texts::{self as view, TextView};

use super::{Context, Fault};

/// Most bytes of a text from standard input: more than any text may have.
const INPUT: u64 = 64 * 1024;

/// Arguments of `facteur newsletter text`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

/// Which text.
#[derive(Debug, clap::Args)]
struct One {
    /// The newsletter's short name (its slug).
    newsletter: String,
    /// Language, such as fr.
    language: String,
    /// Which text, as `list` names it: confirm.subject.
    key: Text,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the texts of letters and pages as they stand.
    List {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Of this language only.
        #[arg(long)]
        language: Option<String>,
        /// Only those that are the owner's own.
        #[arg(long)]
        own: bool,
    },
    /// Show a text: as it stands, what Facteur says, and what may be put in.
    Show(One),
    /// Say it in your own words. `{newsletter}` and other marks that `show` names are put in.
    Set {
        #[command(flatten)]
        one: One,
        /// The words, or `-` for standard input.
        text: String,
    },
    /// Give a text back to Facteur's words.
    Reset(One),
    /// List what a text said before in your own words, the newest first, each with its number.
    Revisions(One),
    /// Make an earlier text the one of now; what stands now stays among its revisions.
    BackTo {
        #[command(flatten)]
        one: One,
        /// Number of a revision in `revisions`.
        number: i64,
    },
}

/// Arguments of `facteur newsletter logo`.
#[derive(Debug, clap::Args)]
pub struct LogoArgs {
    /// The newsletter's short name (its slug).
    newsletter: String,
    /// A PNG, JPEG, WebP or GIF picture up to 5 MB.
    #[arg(required_unless_present = "remove")]
    file: Option<PathBuf>,
    /// What it says to those who do not see it; without it the newsletter's name.
    #[arg(long, default_value = "")]
    alt: String,
    /// Remove the logo.
    #[arg(long, conflicts_with_all = ["file", "alt"])]
    remove: bool,
}

/// Runs it.
pub async fn run(app: &App, context: &Context, args: Args) -> anyhow::Result<()> {
    match args.command {
        Command::List { newsletter, language, own } => {
            let found = context.newsletter(app, &newsletter).await?;
            list(app, context, &found, language.as_deref(), own).await
        }
        Command::Show(one) => {
            let (found, locale) = named(app, context, &one).await?;
            show(app, context, &found, locale, one.key).await
        }
        Command::Set { one, text } => {
            let (found, locale) = named(app, context, &one).await?;
            let typed = [(one.key, if text == "-" { input()? } else { text })];
            let stored = texts::set(app, found.id, Wish { locale, typed: &typed, seen: None, by: 0 }).await?;
            told(context, stored)?;
            show(app, context, &found, locale, one.key).await
        }
        Command::Reset(one) => {
            let (found, locale) = named(app, context, &one).await?;
            told(context, texts::reset(app, found.id, locale, std::iter::once(one.key), 0).await?)?;
            show(app, context, &found, locale, one.key).await
        }
        Command::Revisions(one) => revisions(app, context, &one).await,
        Command::BackTo { one, number } => back_to(app, context, &one, number).await,
    }
}

/// What was said before.
async fn revisions(app: &App, context: &Context, one: &One) -> anyhow::Result<()> {
    let (found, locale) = named(app, context, one).await?;
    let all = text_history::list(&app.db, found.id, locale.tag()).await?;
    let of: Vec<&Earlier> = all.iter().filter(|earlier| earlier.key == one.key.as_str()).collect();
    let zone = context.zone(app, &found).await?;
    let json = |earlier: &&Earlier| json!({ "revision": earlier.revision, "text": words(earlier), "changed_at": rfc3339(earlier.changed_at) });
    let shown: Vec<_> = of.iter().map(json).collect();
    context.show(&shown, || {
        if of.is_empty() {
            return context.locale.text("revisions-none");
        }
        let said = |earlier: &Earlier| match words(earlier) {
            Some(words) => words.split_whitespace().collect::<Vec<_>>().join(" "),
            None => context.locale.text("text-revisions-ours"),
        };
        let line = |earlier: &&Earlier| {
            format!("{:>4}  {}  {}", earlier.revision, phrase::when(earlier.changed_at, &zone), said(earlier))
        };
        of.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

/// The owner's words; none where it was given back to ours.
fn words(earlier: &Earlier) -> Option<&str> {
    (!earlier.is_ours).then_some(earlier.text.as_str())
}

/// The words of a revision become those of now.
async fn back_to(app: &App, context: &Context, one: &One, number: i64) -> anyhow::Result<()> {
    let (found, locale) = named(app, context, one).await?;
    let earlier = text_history::one(&app.db, found.id, locale.tag(), one.key.as_str(), number).await?;
    let earlier = earlier.ok_or_else(|| Fault::not_found(context.locale.text("cli-text-no-revision")))?;
    let text = words(&earlier).map_or_else(|| ours(locale, one.key), str::to_owned);
    let typed = [(one.key, text)];
    told(context, texts::set(app, found.id, Wish { locale, typed: &typed, seen: None, by: 0 }).await?)?;
    show(app, context, &found, locale, one.key).await
}

async fn named(app: &App, context: &Context, one: &One) -> anyhow::Result<(Newsletter, &'static Locale)> {
    let found = context.newsletter(app, &one.newsletter).await?;
    Ok((found, language(context, &one.language)?))
}

fn language(context: &Context, tag: &str) -> anyhow::Result<&'static Locale> {
    let known: Vec<&str> = i18n::tags().collect();
    if !known.contains(&tag) {
        return Err(Fault::usage(said!(context.locale, "cli-text-languages", tag = tag, known = &known.join(", "))));
    }
    Ok(i18n::locale(tag))
}

fn input() -> anyhow::Result<String> {
    let mut text = String::new();
    std::io::stdin().lock().take(INPUT).read_to_string(&mut text)?;
    Ok(text)
}

/// What was refused, in the reader's language.
fn told(context: &Context, stored: Stored) -> anyhow::Result<()> {
    match stored {
        Stored::Done(_) => Ok(()),
        Stored::Wrong(wrong) => {
            let lines = wrong.iter().map(|(text, why)| format!("{text}: {}", why.words(context.locale)));
            Err(Fault::usage(lines.collect::<Vec<_>>().join("\n")))
        }
        Stored::Stale | Stored::Gone => Err(Fault::not_found(context.locale.text("cli-text-gone"))),
    }
}

async fn list(
    app: &App,
    context: &Context,
    newsletter: &Newsletter,
    only: Option<&str>,
    own: bool,
) -> anyhow::Result<()> {
    let locales = match only {
        Some(tag) => vec![language(context, tag)?],
        None => i18n::tags().map(i18n::locale).collect(),
    };
    let rows = sql::texts(&app.db, newsletter.id).await?;
    let of =
        |locale: &'static Locale| Text::ALL.iter().map(|text| view::view(&rows, locale, *text)).collect::<Vec<_>>();
    let shown: Vec<TextView> = locales.into_iter().flat_map(of).filter(|text| text.is_own || !own).collect();
    context.show(&shown, || {
        let mark = |text: &TextView| if text.is_own { "own " } else { "    " };
        let line =
            |text: &TextView| format!("{}  {}  {:<28} {}", mark(text), text.language, text.key, on_one_line(text));
        shown.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

fn on_one_line(text: &TextView) -> String {
    text.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn show(
    app: &App,
    context: &Context,
    newsletter: &Newsletter,
    locale: &'static Locale,
    text: Text,
) -> anyhow::Result<()> {
    let rows = sql::texts(&app.db, newsletter.id).await?;
    let shown = view::view(&rows, locale, text);
    context.show(&shown, || {
        let reader = context.locale;
        let title = format!("{}, {}", view::place(text.place(), reader), view::part(text.part(), reader));
        let mut lines = vec![format!("{title} ({})", shown.language), String::new(), shown.text.clone(), String::new()];
        if shown.is_own {
            lines.push(format!("{} {}", reader.text("texts-ours"), shown.ours));
        }
        lines.extend(view::holes(text, reader));
        lines.join("\n")
    })
}

/// Stores a logo, or removes it.
pub async fn set_logo(app: &App, context: &Context, args: LogoArgs) -> anyhow::Result<()> {
    let found = context.newsletter(app, &args.newsletter).await?;
    let Some(path) = args.file.filter(|_| !args.remove) else {
        logo::set(app, found.id, None).await?;
        return context.show(&json!({ "logo_url": null }), || context.locale.text("said-logo-removed"));
    };
    let file = std::fs::File::open(&path);
    let file = file.map_err(|error| {
        let (file, error) = (path.display().to_string(), os_error::words(&error, context.locale));
        Fault::not_found(said!(context.locale, "cli-cannot-open", file = &file, error = &error))
    })?;
    let mut bytes = Vec::new();
    file.take(picture::FILE as u64 + 1).read_to_end(&mut bytes)?;
    let stored = media::store_logo(app, found.id, bytes, &args.alt).await?;
    let stored = stored.map_err(|wrong| Fault::usage(wrong.words(context.locale)))?;
    let logo = Logo::new(stored.address, (stored.width, stored.height), &args.alt);
    logo::set(app, found.id, Some(&logo)).await?;
    let said = if stored.stands_still { "said-logo-still" } else { "said-logo-saved" };
    let shown = json!({ "logo_url": logo.url, "width": logo.width, "height": logo.height, "alt": logo.alt });
    context.show(&shown, || format!("{}\n{}", context.locale.text(said), logo.url))
}
