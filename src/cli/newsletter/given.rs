//! The settings of a newsletter as flags.
//!
//! In: the command line. Out: [`Settings`], its [`Rhythm`], its feeds as `facteur feed add` judges them.

use crate::app::App;
use crate::cli::{Context, feed};
use crate::i18n;
use crate::newsletters::settings::{NewFeed, Rhythm, Settings};
use crate::newsletters::{Approval, Every, Listed, Visibility};

/// The settings of a newsletter.
#[derive(Debug, clap::Args)]
pub(super) struct Given {
    /// Title that readers see. A new newsletter must have one.
    #[arg(long)]
    pub(super) name: Option<String>,
    /// Sender: `"Name <address>"`, or an address. A new newsletter must have one.
    #[arg(long)]
    pub(super) from: Option<String>,
    /// Address for replies, when not the sender's.
    #[arg(long)]
    pub(super) reply_to: Option<String>,
    #[arg(long, value_name = "TAG", help = languages())]
    pub(super) language: Option<String>,
    /// Address of the blog.
    #[arg(long, value_name = "URL")]
    pub(super) site: Option<String>,
    /// One or two sentences for the sign-up page.
    #[arg(long)]
    pub(super) description: Option<String>,
    /// Name and postal address of the publisher, for the foot of each mail.
    #[arg(long)]
    pub(super) postal: Option<String>,
    /// Whether the home page (base_url alone) shows the newsletter: yes, no, or alone (the default: only while no other
    /// newsletter may be shown there).
    #[arg(long, value_name = "yes|no|alone")]
    pub(super) listed: Option<Listed>,
    /// Whether the settings page of the readers of the instance's other newsletters offers this one: yes or no (the default).
    #[arg(long, value_name = "yes|no", value_parser = yes_or_no)]
    pub(super) in_preferences: Option<bool>,
    /// Address (https) of a picture above each digest; empty for none.
    #[arg(long, value_name = "URL")]
    pub(super) logo: Option<String>,
    /// Colour of buttons and links, such as #1d4e89; made darker or lighter where it could not be read. Empty for Facteur's.
    #[arg(long, value_name = "#RRGGBB")]
    pub(super) colour: Option<String>,
    /// A few words at the foot of each digest.
    #[arg(long)]
    pub(super) footer: Option<String>,
    /// Who may read on the web what it sends. public: everybody, with a list, a feed and a sitemap; link: whoever has a page's
    /// address; off: nobody. A new newsletter whose command does not say is asked for it at a terminal, else off.
    #[arg(long, value_name = "public|link|off")]
    pub(super) archive: Option<Visibility>,
    /// A feed to read (RSS, Atom, JSON Feed); may be given more than once.
    #[arg(long, value_name = "URL")]
    pub(super) feed: Vec<String>,
    /// How many of the posts already in each feed go into the first digest.
    #[arg(long, value_name = "N", default_value_t = 0, requires = "feed")]
    pub(super) take: u32,
    /// Add the feeds without reading them first.
    #[arg(long, requires = "feed")]
    pub(super) unread: bool,
    /// Rhythm: post, day, week or month.
    #[arg(long)]
    pub(super) every: Option<Every>,
    /// Days of a week (monday,thursday) or of a month (1, last, "2 tuesday", "last friday").
    #[arg(long, value_name = "DAYS")]
    pub(super) on: Option<String>,
    /// Time of day, such as 08:00.
    #[arg(long, value_name = "HH:MM")]
    pub(super) at: Option<String>,
    /// Time zone, such as Europe/Paris.
    #[arg(long)]
    pub(super) zone: Option<String>,
    /// Whether digests need approval. auto: they are sent by themselves; hold: each waits for an editor; veto: each is ready an
    /// hour before its slot, and sent unless an editor stops it.
    #[arg(long)]
    pub(super) approval: Option<Approval>,
    /// Show what would be stored, and store nothing.
    #[arg(long, short = 'n')]
    pub(super) dry_run: bool,
}

/// The help text of `--language`, with the languages that have texts.
fn languages() -> String {
    let known: Vec<&str> = i18n::tags().collect();
    format!("Language of its pages and mails: {}. A new newsletter must have one", known.join(" or "))
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(format!("`{text}` is neither `yes` nor `no`")),
    }
}

impl Given {
    pub(super) fn settings(&self) -> Settings {
        Settings {
            name: self.name.clone(),
            from: self.from.clone(),
            reply_to: self.reply_to.clone(),
            language: self.language.clone(),
            site_url: self.site.clone(),
            description: self.description.clone(),
            postal: self.postal.clone(),
            listed: self.listed,
            in_preferences: self.in_preferences,
            logo_url: self.logo.clone(),
            colour: self.colour.clone(),
            footer: self.footer.clone(),
        }
    }

    pub(super) fn rhythm(&self) -> Rhythm {
        Rhythm {
            every: self.every,
            on: self.on.clone(),
            at: self.at.clone(),
            zone: self.zone.clone(),
            approval: self.approval,
        }
    }

    pub(super) fn feeds(&self) -> Vec<NewFeed> {
        self.feed.iter().map(|url| NewFeed { url: url.clone(), take: self.take }).collect()
    }

    /// Its feeds, each judged as `facteur feed add` does.
    pub(super) async fn judged(&self, app: &App, context: &Context) -> anyhow::Result<Vec<NewFeed>> {
        let mut feeds = self.feeds();
        for new in feeds.iter_mut().filter(|_| !self.unread) {
            new.url = feed::judge(app, context, new).await?.0;
        }
        Ok(feeds)
    }

    pub(super) fn says_something(&self) -> bool {
        let settings =
            [&self.name, &self.from, &self.reply_to, &self.language, &self.site, &self.description, &self.postal];
        let brand = [&self.logo, &self.colour, &self.footer];
        let said = settings.iter().chain(&brand).any(|setting| setting.is_some());
        let shown = self.listed.is_some() || self.in_preferences.is_some() || self.archive.is_some();
        said || shown || !self.feed.is_empty() || !self.rhythm().is_empty()
    }
}
