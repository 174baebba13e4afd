//! `facteur subscriber set`, `address`, `link` and `stays`: somebody's settings, another address, the link to them, their wish to stay.

use super::find;
use crate::app::App;
use crate::cli::{Context, Fault};
use crate::coded::Told as _;
use crate::events::Actor;
use crate::subscribers::by_hand::{self, Typed};
use crate::subscribers::new_address;
use crate::subscribers::own_link;
use crate::subscribers::preferences::SaveError;
use crate::subscribers::staying;
use crate::views::subscriber as view;

/// Arguments of `facteur subscriber set`.
#[derive(Debug, clap::Args)]
pub(super) struct SetArgs {
    /// The newsletter's short name (its slug).
    newsletter: String,
    /// Address of the person.
    email: String,
    /// Name of the person; empty for none.
    #[arg(long)]
    name: Option<String>,
    /// Language of the person, such as fr.
    #[arg(long)]
    lang: Option<String>,
    /// Rhythm, by its number in `facteur newsletter show`. Nobody who chose theirs is written to more often by this.
    #[arg(long, value_name = "NUMBER")]
    rhythm: Option<usize>,
    /// Only this topic; may be given more than once.
    #[arg(long, value_name = "NAME", conflicts_with = "all_topics")]
    topic: Vec<String>,
    /// Every topic, also those to come.
    #[arg(long)]
    all_topics: bool,
    /// Pause: a number of months, a day such as 2026-09-01 on which mails resume, or no.
    #[arg(long, value_name = "MONTHS|DAY|no")]
    pause: Option<String>,
}

/// Changes somebody's settings and shows them.
pub(super) async fn set(app: &App, context: &Context, args: SetArgs) -> anyhow::Result<()> {
    let (newsletter, person) = find(app, context, &args.newsletter, &args.email).await?;
    let language = args.lang.as_deref().map(|tag| context.known(tag)).transpose()?;
    let topics = (args.all_topics || !args.topic.is_empty()).then_some(args.topic);
    let typed = Typed {
        name: args.name,
        language: language.map(|locale| locale.tag().to_owned()),
        rhythm: args.rhythm,
        topics,
        pause: args.pause,
    };
    if typed.is_empty() {
        return Err(Fault::usage(context.locale.text("cli-subscriber-set-nothing")));
    }
    let changed = match by_hand::change(app, &person, &typed, Actor::Command).await {
        Ok(changed) => changed,
        Err(SaveError::Refused(refused)) => return Err(Fault::refused(refused.words(context.locale))),
        Err(error) => return Err(error.into()),
    };
    let whole = view::whole(app, &newsletter.slug, &changed, context.print_locale()).await?;
    let zone = context.zone(app, &newsletter).await?;
    context.show(&whole, || view::in_lines(&whole, &zone, context.locale).join("\n"))
}

/// Has another address of somebody's asked to confirm.
pub(super) async fn address(
    app: &App,
    context: &Context,
    (slug, email): (&str, &str),
    new: &str,
) -> anyhow::Result<()> {
    let (_, person) = find(app, context, slug, email).await?;
    let new = super::address(context, new)?;
    match new_address::ask(app, &person, &new, Actor::Command).await?.refusal() {
        Some(code) => Err(Fault::refused(context.locale.text(&format!("new-address-{code}")))),
        None => {
            context.show(&serde_json::json!({ "asked": true }), || context.locale.text("cli-subscriber-address-asked"))
        }
    }
}

/// Has a fresh link to their settings mailed to somebody.
pub(super) async fn link(app: &App, context: &Context, slug: &str, email: &str) -> anyhow::Result<()> {
    let (_, person) = find(app, context, slug, email).await?;
    let sent = own_link::mail_to(app, &person, None).await?;
    let key = if sent { "cli-subscriber-link-sent" } else { "cli-subscriber-link-held" };
    context.show(&serde_json::json!({ "sent": sent }), || context.locale.text(key))
}

/// Notes that somebody wishes to stay.
pub(super) async fn stays(app: &App, context: &Context, slug: &str, email: &str) -> anyhow::Result<()> {
    let (_, person) = find(app, context, slug, email).await?;
    let stays = staying::answer::told(app, &person, Actor::Command).await?;
    let key = if stays { "cli-subscriber-stays" } else { "cli-subscriber-not-subscribed" };
    context.show(&serde_json::json!({ "stays": stays }), || context.locale.text(key))
}
