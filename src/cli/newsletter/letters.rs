//! `facteur newsletter welcome | staying`: letters to readers besides digests.

use crate::app::App;
use crate::newsletters::staying::{self, Period};
use crate::newsletters::welcome::{self, Brings, Welcome};
use crate::views::reader_letters as view;

use super::{Context, fault};

/// Arguments of `facteur newsletter welcome`.
#[derive(Debug, clap::Args)]
pub struct WelcomeArgs {
    /// The newsletter's short name (its slug).
    slug: String,
    /// What the letter brings: nothing (its words alone), last (what the last digest had) or chosen (posts named with --post).
    #[arg(long, value_name = "nothing|last|chosen", conflicts_with = "off")]
    bring: Option<Brings>,
    /// A post to lead to, by its number in `facteur post list`; may be given more than once. Implies --bring chosen.
    #[arg(long, value_name = "NUMBER", conflicts_with = "off")]
    post: Vec<i64>,
    /// Welcome nobody any more.
    #[arg(long)]
    off: bool,
}

/// Arguments of `facteur newsletter staying`.
#[derive(Debug, clap::Args)]
pub struct StayingArgs {
    /// The newsletter's short name (its slug).
    slug: String,
    /// Ask whoever was silent for so many calendar months.
    #[arg(long, conflicts_with = "off")]
    months: Option<i64>,
    /// Give them so many days to answer, from when their mail server accepted the letter.
    #[arg(long, conflicts_with = "off")]
    days: Option<i64>,
    /// Ask with the usual numbers, where no others are given: 35 months, 30 days.
    #[arg(long, conflicts_with = "off")]
    on: bool,
    /// Ask nobody and erase nobody; questions that are open rest.
    #[arg(long)]
    off: bool,
}

/// Shows how whoever has confirmed is welcomed, or changes it.
pub async fn welcome(app: &App, context: &Context, args: WelcomeArgs) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &args.slug).await?;
    let named = (!args.post.is_empty()).then_some(Brings::Chosen);
    if args.off {
        welcome::set(app, newsletter.id, None).await.map_err(|error| fault(context, error))?;
    } else if let Some(brings) = args.bring.or(named) {
        let known = welcome::of(&app.db, newsletter.id).await?.map(|welcome| welcome.posts).unwrap_or_default();
        let posts = if args.post.is_empty() { known } else { args.post };
        let wish = Welcome { brings, posts };
        welcome::set(app, newsletter.id, Some(&wish)).await.map_err(|error| fault(context, error))?;
    }
    let shown = view::of(app, &newsletter).await?.welcome;
    context.show(&shown, || view::welcome_line(&shown, context.locale))
}

/// Shows whether silent readers are asked, or changes it.
pub async fn staying(app: &App, context: &Context, args: StayingArgs) -> anyhow::Result<()> {
    let newsletter = context.newsletter(app, &args.slug).await?;
    if args.off {
        staying::set(app, newsletter.id, None).await.map_err(|error| fault(context, error))?;
    } else if args.on || args.months.is_some() || args.days.is_some() {
        let before = staying::of(&app.db, newsletter.id).await?.unwrap_or(staying::USUAL);
        let months = args.months.unwrap_or(before.months);
        let wish = Period { months, days: args.days.unwrap_or(before.days) };
        staying::set(app, newsletter.id, Some(wish)).await.map_err(|error| fault(context, error))?;
    }
    let shown = view::of(app, &newsletter).await?.staying;
    context.show(&shown, || view::staying_lines(&shown, context.locale).join("\n"))
}
