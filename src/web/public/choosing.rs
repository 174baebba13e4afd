//! What the sign-up form asks besides the address, where whoever made the form wants it to: a rhythm, topics.
//!
//! In: the word `ask` of the page's address or of a form (`rhythm,topics`), and what was chosen. Out: the choices to show, and what they
//! mean ([`Wished`]); a form that says nothing of it costs nothing. Met by [`super::form`] and [`super::subscribe`].

use super::settings_form::Choice;
use crate::app::App;
use crate::coded::{Coded as _, Told as _};
use crate::i18n::Locale;
use crate::newsletters::form::Asks;
use crate::newsletters::{Newsletter, words};
use crate::subscribers::asked::Wished;
use crate::subscribers::choices::Refused;
use crate::subscribers::wished::{self, Menu, Typed};
use crate::web::frame::input::Fields;

/// What a check box of a topic is called, before the topic's id.
const TOPIC: &str = "topic-";

/// What is asked, and what was answered.
#[derive(Clone, Debug, Default)]
pub struct Choosing {
    asks: Asks,
    menu: Menu,
    rhythm: String,
    ids: Vec<String>,
    names: Vec<String>,
    /// Whether a form was sent that has any of it.
    is_sent: bool,
}

impl Choosing {
    /// For a page whose address says `ask`.
    ///
    /// # Errors
    /// The database's.
    pub async fn asked_for(app: &App, newsletter: &Newsletter, ask: &str) -> sqlx::Result<Self> {
        let asks = Asks::of(ask);
        if asks == Asks::default() {
            return Ok(Self::default());
        }
        Ok(Self { asks, menu: wished::menu(&app.db, newsletter.id).await?, ..Self::default() })
    }

    /// As a form was sent; also by a program, which need not say `ask`.
    ///
    /// # Errors
    /// The database's.
    pub async fn sent(app: &App, newsletter: &Newsletter, fields: &Fields) -> sqlx::Result<Self> {
        let lines = fields.get("topics").unwrap_or_default().lines();
        let names: Vec<String> = lines.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let ids: Vec<String> = fields.ticked(TOPIC).map(str::to_owned).collect();
        let rhythm = fields.get("rhythm").unwrap_or_default().to_owned();
        let said = Asks::of(fields.get("ask").unwrap_or_default());
        let asks = Asks {
            rhythm: said.rhythm || !rhythm.is_empty(),
            topics: said.topics || !ids.is_empty() || !names.is_empty(),
        };
        if asks == Asks::default() {
            return Ok(Self::default());
        }
        let menu = wished::menu(&app.db, newsletter.id).await?;
        Ok(Self { asks, menu, rhythm, ids, names, is_sent: true })
    }

    /// What it means; `None` when nothing was asked.
    ///
    /// # Errors
    /// What cannot be chosen.
    pub fn judged(&self) -> Result<Option<Wished>, Refused> {
        if !self.is_sent {
            return Ok(None);
        }
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        wished::judge(&self.menu, Typed { rhythm: &self.rhythm, ids: &ids, names: &names }).map(Some)
    }

    /// What the form asks, as its address says it; empty for nothing.
    pub fn ask(&self) -> String {
        self.asks.text()
    }

    /// Whether the rhythm is theirs to choose, so that the words of consent name none.
    pub fn has_rhythms(&self) -> bool {
        self.asks.rhythm && self.menu.rhythms.len() > 1
    }

    /// The rhythms; none where there is nothing to choose.
    pub(super) fn rhythms(&self, locale: &Locale) -> Vec<Choice> {
        if !self.has_rhythms() {
            return Vec::new();
        }
        let own = self.menu.own.to_string();
        let chosen =
            self.menu.rhythms.iter().map(|one| one.id.to_string()).find(|id| *id == self.rhythm).unwrap_or(own);
        let rhythms = self.menu.rhythms.iter().map(|schedule| {
            let value = schedule.id.to_string();
            Choice::of("rhythm", &value, words::rhythm(schedule, locale), value == chosen)
        });
        rhythms.collect()
    }

    /// The topics; none where there are none.
    pub(super) fn topics(&self) -> Vec<Choice> {
        let topics = self.menu.topics.iter().filter(|_| self.asks.topics).map(|topic| {
            let id = topic.id.to_string();
            let chosen = self.ids.contains(&id);
            let choice = Choice::of(&format!("{TOPIC}{id}"), "1", topic.name.clone(), chosen);
            Choice { help: topic.description.clone(), ..choice }
        });
        topics.collect()
    }
}

/// What is wrong with a choice: the field, its code, its words.
pub(super) fn problem(refused: &Refused, locale: &Locale) -> (&'static str, &'static str, String) {
    let field = if *refused == Refused::RhythmNotOffered { "rhythm" } else { "topics" };
    (field, refused.code(), refused.words(locale))
}
