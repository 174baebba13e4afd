//! `facteur post`: list a newsletter's posts with their states, add, include or skip posts.

use std::collections::HashSet;
use std::io::Read as _;

use clap::Subcommand;
use serde_json::Value;

use super::{Context, Fault};
use crate::app::App;
use crate::coded::Told as _;
use crate::digests::preflight::{self, Check};
use crate::drafts::Kind;
use crate::events::Actor;
use crate::feeds::choice::{Choice, Chosen, choose};
use crate::feeds::given::AddError;
use crate::feeds::{self, NewPost, Post, PostState, sql};
use crate::newsletters::Newsletter;
use crate::views::post as view;

/// Bytes of a file.
const FILE: u64 = 2 * 1024 * 1024;

/// Arguments of `facteur post`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List posts with their states, the newest first.
    List {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Only posts in this state: new, held, seen, skipped or gone.
        #[arg(long)]
        state: Option<PostState>,
        /// How many at most.
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
    },
    /// Add a post from a Markdown file (or from HTML, when the file's name ends in .html).
    Add {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// File, or `-` for standard input. The title is the first `# heading`, unless front matter or --title gives one.
        #[arg(value_name = "FILE.md|-")]
        file: String,
        #[command(flatten)]
        given: Given,
    },
    /// Include posts in the next digest: those held, seen, skipped or gone, still in their waiting period, or planned for later.
    Include {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Numbers of the posts in `list`.
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// Skip posts: they will not be sent.
    Skip {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Numbers of the posts in `list`.
        #[arg(required = true)]
        ids: Vec<i64>,
    },
}

/// What the arguments say about a post; they win over the file's front matter.
#[derive(Debug, Default, clap::Args)]
struct Given {
    /// Title of the post.
    #[arg(long)]
    title: Option<String>,
    /// Address of the post on the web.
    #[arg(long)]
    url: Option<String>,
    /// Author of the post.
    #[arg(long)]
    author: Option<String>,
    /// Summary of the post, in a few words.
    #[arg(long)]
    summary: Option<String>,
    /// Permanent id of the post: adding the same guid again adds no second post.
    #[arg(long)]
    guid: Option<String>,
    /// Address of a picture.
    #[arg(long, value_name = "URL")]
    image: Option<String>,
    /// Categories of the post, by which the newsletter's topics know it: `--category Garden --category "Late summer"`
    #[arg(long = "category", value_name = "NAME")]
    categories: Vec<String>,
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let app = context.app().await?;
    match args.command {
        Command::List { newsletter, state, limit } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            list(&app, context, &newsletter, state, limit).await
        }
        Command::Add { newsletter, file, given } => {
            let newsletter = context.newsletter(&app, &newsletter).await?;
            add(&app, context, &newsletter, &file, given).await
        }
        Command::Include { newsletter, ids } => decide(&app, context, &newsletter, &ids, Choice::Include).await,
        Command::Skip { newsletter, ids } => decide(&app, context, &newsletter, &ids, Choice::Skip).await,
    }
}

async fn list(
    app: &App,
    context: &Context,
    of: &Newsletter,
    state: Option<PostState>,
    limit: i64,
) -> anyhow::Result<()> {
    let posts = sql::posts(&app.db, of.id, state, limit).await?;
    let taken: HashSet<i64> = sql::taken(&app.db, of.id).await?.into_iter().collect();
    let shown: Vec<Value> = posts.iter().map(|post| view::json(post, taken.contains(&post.id))).collect();
    let zone = context.zone(app, of).await?;
    context.show(&shown, || {
        if posts.is_empty() {
            return said!(context.locale, "cli-post-none", slug = &of.slug);
        }
        posts
            .iter()
            .map(|post| view::line(post, taken.contains(&post.id), &zone, context.locale))
            .collect::<Vec<_>>()
            .join("\n")
    })
}

async fn add(app: &App, context: &Context, to: &Newsletter, file: &str, given: Given) -> anyhow::Result<()> {
    let html = [".html", ".htm"].iter().any(|end| file.to_ascii_lowercase().ends_with(end));
    let new = new_post(&read(context, file)?, html, given);
    if new.title.is_empty() {
        return Err(Fault::usage(context.locale.text("cli-post-no-title")));
    }
    let added = feeds::add(app, to.id, new).await.map_err(|error| match error {
        AddError::Invalid { field, why } => Fault::usage(format!("{field}: {}", why.words(context.locale))),
        AddError::Database(error) => error.into(),
    })?;
    if added.created {
        without_room(app, context, to, &added.post).await?;
    }
    let mut shown = view::json(&added.post, false);
    shown["created"] = added.created.into();
    let key = if added.created { "cli-post-added" } else { "cli-post-there" };
    let (id, title) = (added.post.id.to_string(), &added.post.title);
    context.show(&shown, || said!(context.locale, key, id = &id, slug = &to.slug, title = title))
}

/// Says that a post's end has no room in its mails, and stands on no page to link to: it is added all the same, and can be skipped.
async fn without_room(app: &App, context: &Context, to: &Newsletter, post: &Post) -> anyhow::Result<()> {
    let zone = context.zone(app, to).await?;
    let zone = zone.iana_name().unwrap_or("UTC");
    let judged = preflight::draft::of(app, to, Kind::Post, post.clone(), zone).await;
    let judged = judged.map_err(|error| super::digest::fault(context, error))?;
    for finding in judged.findings {
        if matches!(finding.check, Check::Lost { .. } | Check::LostBeside { .. }) {
            let (warns, words) = (context.locale.text("digest-preview-warns"), finding.check.words(context.locale));
            eprintln!("{warns}: {words}");
        }
    }
    Ok(())
}

/// Title and text of a Markdown file, as `add` understands it.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn markdown(context: &Context, file: &str) -> anyhow::Result<(String, String)> {
    let new = new_post(&read(context, file)?, false, Given::default());
    Ok((new.title, new.markdown.unwrap_or_default()))
}

fn read(context: &Context, file: &str) -> anyhow::Result<String> {
    let mut text = String::new();
    let read = if file == "-" {
        std::io::stdin().lock().take(FILE).read_to_string(&mut text)
    } else {
        let open = std::fs::File::open(file).map_err(|error| Fault::not_found(context.cannot_open(file, &error)))?;
        open.take(FILE).read_to_string(&mut text)
    };
    read.map_err(|error| Fault::usage(said!(context.locale, "cli-no-utf8", file = file, error = &error.to_string())))?;
    Ok(text)
}

/// A list in the front matter: `Garden, Late summer`, in brackets or not.
fn listed(matter: Option<String>) -> Vec<String> {
    let matter = matter.unwrap_or_default();
    let words = matter.trim().trim_start_matches('[').trim_end_matches(']').split(',');
    words.map(|word| word.trim().trim_matches(['"', '\'']).to_owned()).filter(|word| !word.is_empty()).collect()
}

/// Front matter (`---`, lines of `name: value`, `---`) and the first heading fill in what the arguments leave out.
fn new_post(text: &str, html: bool, given: Given) -> NewPost {
    let text = text.trim_start_matches('\u{feff}');
    let (matter, body) = front_matter(text);
    let matter = |name: &str| matter.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let title = given.title.or_else(|| matter("title"));
    let (heading, rest) = if html { (None, body) } else { heading(body) };
    // A first heading that repeats the title is taken out of the body.
    let (title, body) = match (title, heading) {
        (Some(title), Some(heading)) if title.trim() == heading => (title, rest),
        (Some(title), _) => (title, body),
        (None, Some(heading)) => (heading.to_owned(), rest),
        (None, None) => (String::new(), body),
    };
    NewPost {
        title,
        url: given.url.or_else(|| matter("url")).or_else(|| matter("link")),
        html: html.then(|| body.to_owned()),
        markdown: (!html).then(|| body.to_owned()),
        summary: given.summary.or_else(|| matter("summary")).or_else(|| matter("description")),
        author: given.author.or_else(|| matter("author")),
        guid: given.guid.or_else(|| matter("guid")).or_else(|| matter("id")),
        image_url: given.image.or_else(|| matter("image")),
        categories: if given.categories.is_empty() { listed(matter("categories")) } else { given.categories },
    }
}

fn front_matter(text: &str) -> (Vec<(String, String)>, &str) {
    let Some(inside) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else {
        return (vec![], text);
    };
    let Some((matter, body)) = inside.split_once("\n---") else { return (vec![], text) };
    let body = body.split_once('\n').map_or("", |(_, body)| body);
    let pair = |line: &str| {
        let (key, value) = line.split_once(':')?;
        let value = value.trim().trim_matches(['"', '\'']);
        (!value.is_empty()).then(|| (key.trim().to_ascii_lowercase(), value.to_owned()))
    };
    (matter.lines().filter_map(pair).collect(), body)
}

/// The `# heading` that a text begins with, and what follows it.
fn heading(body: &str) -> (Option<&str>, &str) {
    let start = body.trim_start();
    let (first, rest) = start.split_once('\n').unwrap_or((start, ""));
    match first.strip_prefix("# ") {
        Some(heading) => (Some(heading.trim().trim_end_matches('#').trim_end()), rest),
        None => (None, body),
    }
}

async fn decide(app: &App, context: &Context, slug: &str, ids: &[i64], choice: Choice) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, slug).await?;
    let mut posts = Vec::new();
    for id in ids {
        match choose(app, newsletter.id, *id, choice, Actor::Command).await? {
            Chosen::Done(post) => posts.push(*post),
            Chosen::NoSuchPost => {
                let id = id.to_string();
                return Err(Fault::not_found(said!(context.locale, "cli-post-unknown", slug = slug, id = &id)));
            }
        }
    }
    let shown: Vec<Value> = posts.iter().map(|post| view::json(post, false)).collect();
    let zone = context.zone(app, &newsletter).await?;
    context.show(&shown, || {
        posts.iter().map(|post| view::line(post, false, &zone, context.locale)).collect::<Vec<_>>().join("\n")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_come_from_arguments_front_matter_or_the_heading() {
        let post = new_post(
            "---\ntitle: \"Un titre: oui\"\nurl: https://e.example/a\n---\n# Autre\n\nTexte",
            false,
            Given::default(),
        );
        assert_eq!((post.title.as_str(), post.url.as_deref()), ("Un titre: oui", Some("https://e.example/a")));
        assert_eq!(post.markdown.as_deref(), Some("# Autre\n\nTexte"));

        let post = new_post("\n# Un titre #\n\nTexte\n", false, Given::default());
        assert_eq!((post.title.as_str(), post.markdown.as_deref()), ("Un titre", Some("\nTexte\n")));

        let given = Given { title: Some("Dit".into()), ..Given::default() };
        assert_eq!(new_post("Texte", false, given).title, "Dit");
        assert_eq!(new_post("<p>Texte</p>", true, Given::default()).html.as_deref(), Some("<p>Texte</p>"));
        assert_eq!(new_post("--- trait", false, Given::default()).markdown.as_deref(), Some("--- trait"));
    }
}
