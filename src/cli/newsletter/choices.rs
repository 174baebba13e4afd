//! `facteur newsletter rhythm | topic`: what readers of a newsletter may choose among.

use clap::Subcommand;
use serde_json::json;

use crate::app::App;
use crate::feeds;
use crate::newsletters::topics::{self, Typed};
use crate::newsletters::{Newsletter, Schedule, change, sql};
use crate::subscribers::rhythm;
use crate::views::choices::{self as view, RhythmView, TopicView};

use super::{Context, Fault, fault};

/// Arguments of `facteur newsletter rhythm`.
#[derive(Debug, clap::Args)]
pub struct RhythmArgs {
    /// The newsletter's short name (its slug).
    slug: String,
    /// Which rhythm: its number in the list.
    number: Option<usize>,
    /// What is done with it; without any of these, all rhythms are shown.
    #[command(flatten)]
    act: RhythmAct,
    /// With --default: move whoever never chose, and is on a rhythm that writes more often, to this one.
    #[arg(long, requires = "default")]
    lower: bool,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false, requires = "number")]
struct RhythmAct {
    /// Let readers choose it.
    #[arg(long)]
    offer: bool,
    /// Do not let readers choose it any more; whoever is on it stays.
    #[arg(long)]
    withhold: bool,
    /// Put whoever is new on it.
    #[arg(long)]
    default: bool,
}

/// Arguments of `facteur newsletter topic`.
#[derive(Debug, clap::Args)]
pub struct TopicArgs {
    #[command(subcommand)]
    command: TopicCommand,
}

#[derive(Debug, Subcommand)]
enum TopicCommand {
    /// List the topics, and how many readers chose each.
    List {
        /// The newsletter's short name (its slug).
        newsletter: String,
    },
    /// Add a topic: a name for categories of the newsletter's feeds, or for whole feeds.
    Add {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// As readers see it.
        name: String,
        #[command(flatten)]
        given: Given,
    },
    /// Change a topic; what readers chose stays chosen.
    Set {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Its name.
        name: String,
        /// Another name for it.
        #[arg(long)]
        rename: Option<String>,
        #[command(flatten)]
        given: Given,
    },
    /// Remove a topic: nobody can choose it any more.
    Remove {
        /// The newsletter's short name (its slug).
        newsletter: String,
        /// Its name.
        name: String,
    },
}

#[derive(Debug, clap::Args)]
struct Given {
    /// What it is about, in a sentence.
    #[arg(long)]
    description: Option<String>,
    /// A category of the feeds that belongs to it; may be given more than once. Empty for none.
    #[arg(long = "category", value_name = "NAME")]
    categories: Vec<String>,
    /// Address of a feed whose posts all belong to it; may be given more than once. Empty for none.
    #[arg(long = "feed", value_name = "URL")]
    feeds: Vec<String>,
}

impl Given {
    async fn typed(self, app: &App, context: &Context, of: &Newsletter) -> anyhow::Result<Typed> {
        let known = feeds::sql::feeds(&app.db, of.id).await?;
        let mut ids = Vec::new();
        for url in self.feeds.iter().filter(|url| !url.is_empty()) {
            let Some(feed) = known.iter().find(|feed| feed.url == *url) else {
                return Err(Fault::not_found(said!(context.locale, "cli-topic-no-feed", url = url)));
            };
            ids.push(feed.id);
        }
        Ok(Typed {
            name: None,
            description: self.description,
            categories: (!self.categories.is_empty()).then(|| self.categories.join("\n")),
            feeds: (!self.feeds.is_empty()).then_some(ids),
        })
    }
}

/// Shows the rhythms, or does what is asked with one.
pub async fn rhythm(app: &App, context: &Context, args: RhythmArgs) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &args.slug).await?;
    let mut moved = None;
    if let Some(number) = args.number {
        let schedule = super::steer::one(app, context, &newsletter, number).await?;
        moved = done(app, context, &schedule, &args).await?;
    }
    let shown = view::rhythms(app, &newsletter, context.print_locale()).await?;
    let shown: Vec<RhythmView> =
        shown.into_iter().filter(|rhythm| args.number.is_none_or(|number| rhythm.number == number)).collect();
    context.show(&json!({ "rhythms": shown, "moved": moved.map(|all| all.moved) }), || {
        let lines = shown.iter().map(|rhythm| view::rhythm_line(rhythm, context.locale));
        let said = moved.map(|all| {
            let key = if all.is_releasing { "cli-rhythm-releasing" } else { "cli-rhythm-lowered" };
            said!(context.locale, key, count = i64::try_from(all.moved).unwrap_or(i64::MAX))
        });
        lines.chain(said).collect::<Vec<_>>().join("\n")
    })
}

async fn done(
    app: &App,
    context: &Context,
    schedule: &Schedule,
    args: &RhythmArgs,
) -> anyhow::Result<Option<rhythm::All>> {
    let act = &args.act;
    if act.offer || act.withhold {
        change::offer(app, schedule, act.offer).await.map_err(|error| fault(context, error))?;
    }
    if !act.default {
        return Ok(None);
    }
    change::make_default(app, schedule).await.map_err(|error| fault(context, error))?;
    if !args.lower {
        return Ok(None);
    }
    Ok(Some(rhythm::lower_all(app, schedule).await?))
}

/// Lists, adds, changes or removes topics.
pub async fn topic(app: &App, context: &Context, args: TopicArgs) -> anyhow::Result<()> {
    match args.command {
        TopicCommand::List { newsletter } => {
            let newsletter = context.newsletter(app, &newsletter).await?;
            shown(app, context, &newsletter, None).await
        }
        TopicCommand::Add { newsletter, name, given } => {
            let newsletter = context.newsletter(app, &newsletter).await?;
            let typed = Typed { name: Some(name), ..given.typed(app, context, &newsletter).await? };
            let topic = topics::add(app, newsletter.id, &typed).await.map_err(|error| fault(context, error))?;
            shown(app, context, &newsletter, Some(topic.id)).await
        }
        TopicCommand::Set { newsletter, name, rename, given } => {
            let newsletter = context.newsletter(app, &newsletter).await?;
            let found = topics::by_name(app, newsletter.id, &name).await.map_err(|error| fault(context, error))?;
            let typed = Typed { name: rename, ..given.typed(app, context, &newsletter).await? };
            topics::change(app, newsletter.id, found.id, &typed).await.map_err(|error| fault(context, error))?;
            shown(app, context, &newsletter, Some(found.id)).await
        }
        TopicCommand::Remove { newsletter, name } => {
            let newsletter = context.newsletter(app, &newsletter).await?;
            let found = topics::by_name(app, newsletter.id, &name).await.map_err(|error| fault(context, error))?;
            topics::remove(app, newsletter.id, found.id).await?;
            context.show(&json!({ "removed": found.name }), || {
                said!(context.locale, "cli-topic-removed", name = &found.name)
            })
        }
    }
}

/// All topics, or one.
async fn shown(app: &App, context: &Context, newsletter: &Newsletter, only: Option<i64>) -> anyhow::Result<()> {
    let mut topics: Vec<TopicView> = view::topics(app, newsletter).await?;
    topics.retain(|topic| only.is_none_or(|id| topic.id == id));
    let readers = sql::confirmed(&app.db, newsletter.id).await?;
    context.show(&json!({ "topics": topics, "confirmed": readers }), || {
        if topics.is_empty() {
            return said!(context.locale, "cli-topic-none", slug = &newsletter.slug);
        }
        topics.iter().map(|topic| view::topic_line(topic, context.locale)).collect::<Vec<_>>().join("\n")
    })
}
