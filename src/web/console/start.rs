//! `/console/start`: the first newsletter, from the blog's address.
//!
//! In: an address; then the blog's own words, corrected, and a rhythm. Out: the digest that it would send (nothing is stored for it);
//! then the newsletter, in test mode, with its feed, and a test of it to whoever made it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use url::Url;

use super::choice::{Choice, Field, Kind};
use super::form::Form;
use super::frame::{Frame, done_at, path_of};
use super::guard::Signed;
use crate::app::App;
use crate::coded::Told as _;
use crate::digests::posts::{self, Which};
use crate::digests::{content, steer};
use crate::events::Actor;
use crate::feeds::blog::{self, Blog};
use crate::feeds::poll;
use crate::i18n::{self, Locale};
use crate::mails::{DigestContent, DigestPost};
use crate::newsletters::change::{self, ChangeError, Plan};
use crate::newsletters::settings::{self, NewFeed, Rhythm, Settings};
use crate::newsletters::{Every, Mode, Newsletter, sql, words};
use crate::web::frame::error::Error;

/// Posts that are already in the feed and go into the first digest.
const TAKE: u32 = 3;

#[derive(Template)]
#[template(path = "console/start.html")]
struct Page {
    frame: Frame,
    blog: Field,
    problem: Option<String>,
    found: Option<Second>,
}

/// The second step: what the blog says, to be corrected.
struct Second {
    feed: String,
    fields: Vec<Field>,
    languages: Vec<Choice>,
    rhythms: Vec<Choice>,
    subject: String,
    text: String,
}

/// `GET`
pub async fn show(State(app): State<Arc<App>>, signed: Signed) -> Result<Response, Error> {
    page(&app, &signed, &Form::default(), None, None)
}

/// `POST`: looks at the blog, or makes the newsletter.
pub async fn act(State(app): State<Arc<App>>, signed: Signed, form: Form) -> Result<Response, Error> {
    let locale = signed.guest.locale;
    let typed = form.text("blog");
    let written = if typed.contains("://") { typed.clone() } else { format!("https://{typed}") };
    let Some(url) = Url::parse(written.trim()).ok().filter(Url::has_host) else {
        return page(&app, &signed, &form, Some(&("blog", locale.text("start-no-address"))), None);
    };
    let zone = settings::usual_rhythm(0, 0).zone;
    let read = blog::read(&app.net, &url, app.config.feeds.max_bytes, app.clock.now(), &zone).await;
    let blog = match read {
        Ok(blog) => blog,
        Err(error) => return page(&app, &signed, &form, Some(&("blog", error.words(locale))), None),
    };
    if form.text("act") != "create" {
        return page(&app, &signed, &form, None, Some(&blog));
    }
    match create(&app, &signed, &form, &blog).await {
        Ok(newsletter) => Ok(done_at(&path_of(&newsletter.slug, "live"), "started")),
        Err(ChangeError::Invalid(invalid)) => {
            let words = invalid.wrong.words(locale);
            page(&app, &signed, &form, Some(&(invalid.field, words)), Some(&blog))
        }
        Err(ChangeError::Taken(why) | ChangeError::Refused(why) | ChangeError::NoSchedule(why)) => {
            page(&app, &signed, &form, Some(&("", why.words(locale))), Some(&blog))
        }
        Err(ChangeError::Database(error)) => Err(error.into()),
    }
}

/// The newsletter in test mode, its feed read once, and a test to whoever made it.
async fn create(app: &Arc<App>, signed: &Signed, form: &Form, blog: &Blog) -> Result<Newsletter, ChangeError> {
    let slug = free_slug(app, &form.text("name")).await?;
    let feeds = [NewFeed { url: blog.feed.clone(), take: TAKE }];
    let (settings, rhythm) = (settings_of(form, blog), rhythm_of(form, blog));
    let plan = change::add(app, &slug, &settings, &rhythm, &feeds).await?;
    let newsletter = Newsletter { mode: Mode::Test, ..plan.newsletter };
    let newsletter = Plan { newsletter, ..plan }.store(app).await?;
    let by = Actor::Person(signed.person.id);
    tracing::info!(newsletter.id = newsletter.id, actor = ?by, "the console made a newsletter, in test mode");
    // It exists; what fails now is seen on its pages, and tried again there.
    if let Err(error) = try_it(app, signed, &newsletter).await {
        tracing::warn!(newsletter.id = newsletter.id, error = %format!("{error:#}"), "no test of a new newsletter was sent");
    }
    Ok(newsletter)
}

async fn try_it(app: &Arc<App>, signed: &Signed, newsletter: &Newsletter) -> anyhow::Result<()> {
    poll::newsletter(app, newsletter.id).await?;
    let schedules = sql::schedules(&app.db, newsletter.id).await?;
    let Some(schedule) = schedules.first() else { return Ok(()) };
    let posts = posts::waiting(app, schedule, Which::All).await?;
    if posts.is_empty() {
        return Ok(());
    }
    let said = content::of_posts(posts, &schedule.zone);
    let to = [signed.person.email.clone()];
    steer::test(app, newsletter, &said, &newsletter.language, &to).await?;
    Ok(())
}

/// The title as a slug, with a number where it is taken.
async fn free_slug(app: &App, title: &str) -> sqlx::Result<String> {
    let wanted = settings::slug_of(title);
    for number in 1..100 {
        let slug = if number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
        if sql::any_by_slug(&app.db, &slug).await?.is_none() {
            return Ok(slug);
        }
    }
    Ok(wanted)
}

fn settings_of(form: &Form, blog: &Blog) -> Settings {
    Settings {
        name: Some(form.text("name")),
        from: Some(form.text("from")),
        postal: Some(form.text("postal")),
        language: Some(form.text("language")),
        site_url: blog.site.clone(),
        colour: blog.colour.clone(),
        ..Settings::default()
    }
}

/// The rhythm that was chosen: the blog's own, or another `EVERY` with its usual day.
fn rhythm_of(form: &Form, blog: &Blog) -> Rhythm {
    let chosen: Option<Every> = form.get("rhythm").and_then(|every| every.parse().ok());
    of_every(chosen.or(blog.rhythm.every).unwrap_or(Every::Week), blog)
}

fn of_every(every: Every, blog: &Blog) -> Rhythm {
    let own = blog.rhythm.every == Some(every);
    let on = if own { blog.rhythm.on.clone() } else { None };
    let at = blog.rhythm.at.clone().filter(|_| every != Every::Post);
    Rhythm { every: Some(every), on, at, zone: blog.rhythm.zone.clone(), approval: None }
}

fn page(
    app: &App,
    signed: &Signed,
    form: &Form,
    wrong: Option<&(&str, String)>,
    blog: Option<&Blog>,
) -> Result<Response, Error> {
    let locale = signed.guest.locale;
    let field = |name: &'static str, kind, usual: &str| Field {
        name,
        label: locale.text(&format!("start-{name}")),
        help: locale.text(&format!("start-{name}-help")),
        value: form.get(name).map_or_else(|| usual.to_owned(), str::to_owned),
        kind,
        problem: wrong.filter(|(wrong, _)| *wrong == name).map(|(_, words)| words.clone()),
    };
    let found = blog.map(|blog| second(app, form, blog, locale, field));
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let known = ["blog", "name", "from", "postal"];
    let problem = wrong.filter(|(field, _)| !known.contains(field)).map(|(_, words)| words.clone());
    let frame = signed.frame(app, "console-start");
    let page = Page { frame: frame.clone(), blog: field("blog", Kind::Address, ""), problem, found };
    frame.answer(status, &page)
}

fn second(
    app: &App,
    form: &Form,
    blog: &Blog,
    locale: &Locale,
    field: impl Fn(&'static str, Kind, &str) -> Field,
) -> Second {
    let language = form.get("language").or(blog.language.as_deref()).unwrap_or(locale.tag()).to_owned();
    let chosen = rhythm_of(form, blog).every;
    let rhythms = Every::ALL.iter().filter_map(|every| {
        let schedule = settings::apply_rhythm(settings::usual_rhythm(0, 0), &of_every(*every, blog), 0).ok()?;
        Some(Choice::new(every, words::exact(&schedule, locale), Some(*every) == chosen))
    });
    let (subject, text) = preview(app, blog, &language).unwrap_or_default();
    Second {
        feed: blog.feed.clone(),
        fields: vec![
            field("name", Kind::Line, &blog.title),
            field("from", Kind::Line, ""),
            field("postal", Kind::Lines, ""),
        ],
        languages: i18n::tags()
            .map(|tag| Choice::new(tag, i18n::locale(tag).text("language-name"), tag == language))
            .collect(),
        rhythms: rhythms.collect(),
        subject,
        text,
    }
}

/// Subject and text of the digest that the blog's youngest posts would make; nothing when it has none.
fn preview(app: &App, blog: &Blog, language: &str) -> Option<(String, String)> {
    let name = Some(blog.title.clone()).filter(|title| !title.is_empty()).unwrap_or_else(|| "Facteur".to_owned());
    let bare = settings::blank("preview", app.clock.now()).ok()?;
    let newsletter = Newsletter { from_name: name.clone(), from_address: "preview@example.org".into(), name, ..bare };
    let post = |text: &crate::feeds::sql::Text| DigestPost {
        id: 0,
        title: text.title.clone(),
        url: text.url.clone(),
        author: text.author.clone(),
        language: text.language.clone(),
        summary: text.summary.clone(),
        content: text.content.clone(),
        image_url: text.image_url.clone(),
        published_at: text.published_at,
        published_day: text.published_day.as_deref().and_then(|day| day.parse().ok()),
        own: crate::mails::Own::default(),
    };
    let posts: Vec<DigestPost> = blog.youngest.iter().map(post).collect();
    let zone = blog.rhythm.zone.clone().unwrap_or_default();
    let said = DigestContent { posts, zone, ..DigestContent::default() };
    let made = content::render(app, &newsletter, &said, language, app.clock.now()).ok()?;
    Some((made.subject, made.text))
}
