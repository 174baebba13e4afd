//! `facteur subscriber choose`: somebody's rhythm, topics and pause, as their settings page has them.

use super::{Context, Fault};
use crate::app::App;
use crate::coded::Told as _;
use crate::events::Actor;
use crate::newsletters::Newsletter;
use crate::subscribers::Subscriber;
use crate::subscribers::choices::{self, ChoiceError};
use crate::subscribers::wish::{self, Pause, Pausing, Topics, Wish};
use crate::views::choices::{self as view, ChoicesView};

/// Arguments of `facteur subscriber choose`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The newsletter's short name (its slug).
    pub newsletter: String,
    /// Address of the person.
    pub email: String,
    /// Their rhythm, by its number in `newsletter rhythm`.
    #[arg(long, value_name = "NUMBER")]
    rhythm: Option<usize>,
    /// A topic that they want; may be given more than once.
    #[arg(long = "topic", value_name = "NAME", conflicts_with = "all_topics")]
    topics: Vec<String>,
    /// Every topic, those to come too.
    #[arg(long)]
    all_topics: bool,
    /// Send them nothing for so many months (3), or before this day begins (2026-09-01); then go on by itself.
    #[arg(long, value_name = "MONTHS|DAY", conflicts_with = "resume")]
    pause: Option<Pause>,
    /// End their pause.
    #[arg(long)]
    resume: bool,
}

impl Args {
    fn wish(&self) -> Option<Wish> {
        let topics = match (self.all_topics, self.topics.is_empty()) {
            (true, _) => Topics::All,
            (false, false) => Topics::Named(self.topics.clone()),
            (false, true) => Topics::Kept,
        };
        let pause = match (self.resume, self.pause) {
            (true, _) => Pausing::Ended,
            (false, Some(pause)) => Pausing::For(pause),
            (false, None) => Pausing::Kept,
        };
        Some(Wish { rhythm: self.rhythm, topics, pause }).filter(|wish| *wish != Wish::default())
    }
}

/// Stores what is said, and shows how it stands.
pub async fn run(
    app: &App,
    context: &Context,
    newsletter: &Newsletter,
    person: &Subscriber,
    args: &Args,
) -> anyhow::Result<()> {
    let chosen = match args.wish() {
        Some(wish) => match wish::store(app, person, &wish, Actor::Command).await {
            Ok(chosen) => Some(chosen),
            Err(ChoiceError::Refused(why)) => return Err(Fault::refused(why.words(context.locale))),
            Err(ChoiceError::Database(error)) => return Err(error.into()),
        },
        None => choices::of(&app.db, person.id).await?,
    };
    let Some(chosen) = chosen else {
        return Err(Fault::not_found(said!(context.locale, "cli-subscriber-unknown", slug = &newsletter.slug)));
    };
    let shown = view::choices(app, newsletter.id, &chosen, context.print_locale()).await?;
    let zone = context.zone(app, newsletter).await?;
    context.show(&shown, || lines(&shown, &zone, context))
}

fn lines(shown: &ChoicesView, zone: &jiff::tz::TimeZone, context: &Context) -> String {
    let locale = context.locale;
    let topics = shown.topics.as_ref().map_or_else(|| locale.text("choices-all-topics"), |names| names.join(", "));
    let mut lines = vec![
        said!(locale, "choices-rhythm", rhythm = &shown.rhythm_words),
        said!(locale, "choices-topics", topics = &topics),
    ];
    if let Some(until) = &shown.paused_until {
        let day = crate::views::newsletter::on_clock(until, zone, locale).unwrap_or_else(|| until.clone());
        lines.push(said!(locale, "choices-paused", date = &day));
    }
    lines.join("\n")
}
