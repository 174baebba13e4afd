//! The sign-up form as a page, and its time-stamp.
//!
//! In: a newsletter, a language, perhaps the fault of a sent form. Out: the page, or the problem as JSON. The
//! time-stamp is signed and carries a fingerprint of the words beside the button, so that a consent record holds exactly
//! what was shown.

use std::sync::Arc;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::choosing::{self, Choosing};
use super::settings_form::Choice;
use crate::app::App;
use crate::clock::{DAY, Millis, SECOND};
use crate::i18n::{Locale, Value};
use crate::keys::{Claim, Purpose};
use crate::newsletters::front::Front;
use crate::newsletters::{self, Newsletter, Schedule, Visibility, words};
use crate::subscribers::address::AddressError;
use crate::subscribers::choices::Refused;
use crate::subscribers::{consent, typo};
use crate::texts::{self, Hole, Text, Texts};
use crate::web::frame::error::{Error, FieldError};
use crate::web::frame::input::Visitor;
use crate::web::frame::page::{self, Page};

/// No human reads and fills a form faster.
const YOUNGEST: Millis = SECOND;
/// A page left open longer is shown once more.
const OLDEST: Millis = DAY;
/// The time in the stamp of a page that lasts, such as one of the archive: caches and copies keep it.
const UNDATED: Millis = 0;

/// Why the form is shown once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// The address is invalid.
    Wrong(AddressError),
    /// The domain looks like a slip; this one may have been meant.
    Hint(String),
    /// The page was open for a day, or sent within a second.
    Stale,
    /// What was chosen cannot be.
    Choice(Refused),
}

/// Where a form came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// Our page, within its time, with the present words of consent.
    Ours(String),
    /// A page of ours that lasts, with the present words of consent; anybody may have kept its stamp, so it opens no more doors than
    /// another site's form.
    Lasting(String),
    /// Our page, but too old, too quick, or its words have changed since.
    Stale,
    /// Another site's form.
    Embedded,
}

/// The form of one newsletter in one language.
#[derive(Debug)]
pub struct Form {
    /// The newsletter.
    pub newsletter: Arc<Newsletter>,
    /// The language.
    pub locale: &'static Locale,
    /// What its owner says in their own words.
    pub texts: Texts,
    /// What it was made of, when that is kept in memory.
    pub front: Option<Arc<Front>>,
    /// What it asks besides the address.
    pub choosing: Choosing,
    json: bool,
}

/// The form as a part of another page (`templates/public/archive/form.html`): the same words, and nothing that changes with time.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where it is sent.
    pub action: String,
    /// The page it stands on.
    pub page: String,
    /// Proves which words stood beside the button.
    pub stamp: String,
    /// Above it.
    pub heading: String,
    /// The words of consent.
    pub consent: String,
    /// On the button.
    pub button: String,
}

/// The words around the button.
struct Words {
    /// In lines.
    lead: Vec<String>,
    /// The words of consent.
    consent: String,
}

#[derive(Template)]
#[template(path = "public/subscribe.html")]
struct SubscribePage<'a> {
    page: Page,
    newsletter: &'a Newsletter,
    title: String,
    heading: String,
    lead: &'a [String],
    button: String,
    consent: &'a str,
    stamp: String,
    email: &'a str,
    problem: Option<String>,
    /// What it asks besides, as its address says; empty for nothing.
    ask: String,
    rhythms: Vec<Choice>,
    topics: Vec<Choice>,
    /// The group of choices that cannot stand, and why.
    wrong: Option<(&'static str, String)>,
    /// The suggested address with the question, as a button.
    hint: Option<(String, String)>,
    stale: bool,
    /// Where everybody reads what was sent.
    archive: Option<String>,
}

impl SubscribePage<'_> {
    /// What is wrong with a group of choices.
    fn wrong(&self, group: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(field, _)| *field == group).map(|(_, words)| words.as_str())
    }
}

impl Form {
    /// The form of the newsletter of this slug, in the visitor's language.
    pub async fn load(app: &App, slug: &str, visitor: &Visitor, lang: Option<&str>) -> Result<Self, Error> {
        let newsletter = newsletters::sql::by_slug(&app.db, slug).await?.ok_or(Error::NotFound)?;
        let locale = visitor.locale(lang, &newsletter.language);
        let texts = newsletters::texts::of(&app.db, newsletter.id).await?;
        Ok(Self {
            newsletter: Arc::new(newsletter),
            locale,
            texts,
            front: None,
            choosing: Choosing::default(),
            json: visitor.json,
        })
    }

    /// The form of a newsletter that was read before, which may be old.
    pub fn kept(front: Arc<Front>, visitor: &Visitor, lang: Option<&str>) -> Self {
        let (newsletter, texts) = (front.newsletter.clone(), front.texts.clone());
        let locale = visitor.locale(lang, &newsletter.language);
        Self { newsletter, locale, texts, front: Some(front), choosing: Choosing::default(), json: visitor.json }
    }

    /// The form as it would be with these texts.
    pub fn sample(newsletter: Newsletter, locale: &'static Locale, texts: Texts) -> Self {
        Self {
            newsletter: Arc::new(newsletter),
            locale,
            texts,
            front: None,
            choosing: Choosing::default(),
            json: false,
        }
    }

    /// A text that may be the owner's own.
    pub fn say(&self, text: Text) -> String {
        self.texts.say(self.locale, text, &[(Hole::Newsletter, Value::Text(&self.newsletter.name))])
    }

    async fn words(&self, app: &App) -> Result<Words, Error> {
        let schedules = match &self.front {
            Some(front) => front.rhythm.iter().cloned().collect(),
            None => newsletters::sql::schedules(&app.db, self.newsletter.id).await?,
        };
        let rhythm = self.rhythm(newsletters::default_of(&schedules));
        Ok(Words { lead: self.lead(&rhythm), consent: self.consent_to(&rhythm) })
    }

    /// The words of consent alone; of a newsletter that is kept in memory they are kept too.
    async fn consent(&self, app: &App) -> Result<String, Error> {
        let Some(front) = self.front.as_ref().filter(|_| !self.choosing.has_rhythms()) else {
            return Ok(self.words(app).await?.consent);
        };
        let words = || self.consent_to(&self.rhythm(front.rhythm.as_ref()));
        Ok(front.consent(self.locale.tag(), words).to_string())
    }

    fn rhythm(&self, rhythm: Option<&Schedule>) -> String {
        match rhythm {
            _ if self.choosing.has_rhythms() => self.locale.text("rhythm-chosen"),
            Some(rhythm) => words::rhythm(rhythm, self.locale),
            None => self.locale.text("rhythm-post"),
        }
    }

    fn consent_to(&self, rhythm: &str) -> String {
        let variables = [("newsletter", Value::Text(&self.newsletter.name)), ("rhythm", Value::Text(rhythm))];
        self.locale.format("subscribe-consent", &variables)
    }

    /// The owner's words in this language, else the newsletter's description, else ours.
    fn lead(&self, rhythm: &str) -> Vec<String> {
        let description = &self.newsletter.description;
        if self.texts.own(self.locale, Text::FormParagraph).is_none() && !description.is_empty() {
            return vec![description.clone()];
        }
        let values = [(Hole::Newsletter, Value::Text(&self.newsletter.name)), (Hole::Rhythm, Value::Text(rhythm))];
        texts::lines(&self.texts.say(self.locale, Text::FormParagraph, &values))
    }

    /// The form, empty or once more.
    pub async fn show(&self, app: &App, typed: &str, again: Option<&Again>) -> Result<Response, Error> {
        if let (true, Some(again)) = (self.json, again) {
            return Err(self.problem(typed, again));
        }
        let words = self.words(app).await?;
        let status = if again.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let page = Page::new(self.locale, format!("/n/{}", self.newsletter.slug)).of(&self.newsletter);
        let ask = self.choosing.ask();
        let page = if ask.is_empty() { page } else { page.asking("ask", &ask) };
        let (problem, wrong) = match again {
            Some(Again::Wrong(error)) => (Some(error.words(self.locale)), None),
            Some(Again::Choice(refused)) => (None, Some(choosing::problem(refused, self.locale))),
            _ => (None, None),
        };
        let heading = self.say(Text::FormHeading);
        let template = SubscribePage {
            title: if problem.is_some() || wrong.is_some() {
                page.say("error-prefix", "title", &heading)
            } else {
                heading.clone()
            },
            heading,
            newsletter: &self.newsletter,
            lead: &words.lead,
            button: self.say(Text::FormButton),
            consent: &words.consent,
            stamp: self.stamp(app, &words.consent, app.clock.now()),
            email: typed,
            problem,
            ask,
            rhythms: self.choosing.rhythms(self.locale),
            topics: self.choosing.topics(),
            wrong: wrong.map(|(field, _, words)| (field, words)),
            hint: self.hint(typed, again),
            stale: again == Some(&Again::Stale),
            archive: (self.newsletter.archive == Visibility::Public)
                .then(|| format!("/n/{}/archive", self.newsletter.slug)),
            page,
        };
        page::html(status, self.locale, &template)
    }

    /// "Did you mean gmail.com?"
    pub fn question(&self, meant: &str) -> String {
        self.locale.format("address-hint", &[("domain", Value::Text(meant))])
    }

    /// The whole address with the domain that may have been meant, and the question.
    fn hint(&self, typed: &str, again: Option<&Again>) -> Option<(String, String)> {
        let meant = match again? {
            Again::Hint(meant) => meant.clone(),
            Again::Wrong(_) => typo::suggestion(typed)?,
            Again::Stale | Again::Choice(_) => return None,
        };
        let (local, _) = typed.rsplit_once('@')?;
        Some((format!("{}@{meant}", local.trim()), self.question(&meant)))
    }

    fn problem(&self, typed: &str, again: &Again) -> Error {
        let (pointer, code, mut detail) = match again {
            Again::Wrong(error) => ("/email", error.code(), error.words(self.locale)),
            Again::Hint(meant) => ("/email", "typo", self.question(meant)),
            Again::Stale => ("/stamp", "stale", self.locale.text("subscribe-stale")),
            Again::Choice(refused) => {
                let (field, code, words) = choosing::problem(refused, self.locale);
                (if field == "rhythm" { "/rhythm" } else { "/topics" }, code, words)
            }
        };
        if let (Again::Wrong(_), Some((_, question))) = (again, self.hint(typed, Some(again))) {
            detail = format!("{detail} {question}");
        }
        Error::Problem {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            code: "invalid",
            detail: detail.clone().into(),
            fields: vec![FieldError { pointer: pointer.into(), code, detail: detail.into() }],
        }
    }

    /// The form for a page at this address.
    pub async fn part(&self, app: &App, page: String) -> Result<Part, Error> {
        let consent = self.consent(app).await?;
        Ok(Part {
            action: self.address(app),
            page,
            stamp: self.stamp(app, &consent, UNDATED),
            heading: self.say(Text::FormHeading),
            consent,
            button: self.say(Text::FormButton),
        })
    }

    /// The public address of the form.
    pub fn address(&self, app: &App) -> String {
        format!("{}/n/{}", app.config.base_url, self.newsletter.slug)
    }

    fn stamp(&self, app: &App, consent: &str, issued_at: Millis) -> String {
        let version = consent::fingerprint(consent);
        let claim = Claim { subject: self.newsletter.id, version, issued_at };
        app.keys.sign(Purpose::Form, claim)
    }

    /// Judges the time-stamp that came with a form.
    pub async fn judge_stamp(&self, app: &App, stamp: Option<&str>) -> Result<Stamp, Error> {
        let Some(stamp) = stamp else {
            return Ok(Stamp::Embedded);
        };
        let consent = self.consent(app).await?;
        let ours =
            |claim: &Claim| claim.subject == self.newsletter.id && claim.version == consent::fingerprint(&consent);
        let in_time = |claim: &Claim| (YOUNGEST..=OLDEST).contains(&(app.clock.now() - claim.issued_at));
        match app.keys.verify(Purpose::Form, stamp).filter(ours) {
            Some(claim) if claim.issued_at == UNDATED => Ok(Stamp::Lasting(consent)),
            Some(claim) if in_time(&claim) => Ok(Stamp::Ours(consent)),
            _ => Ok(Stamp::Stale),
        }
    }
}
