//! `/console/start`: the first newsletter, from the blog's address.
//!
//! In: an address; then the blog's own words, corrected, and a rhythm. Out: the digest that it would send (nothing is stored for it);
//! then the newsletter, in test mode, with its feed and its archive as chosen, and a test of it to whoever made it.

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
use super::link::Problem;
use super::login::errors_first;
use crate::app::App;
use crate::clock;
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
use crate::newsletters::{Every, Mode, Newsletter, Visibility, rename, sql, words};
use crate::web::frame::error::Error;

/// Posts that are already in the feed and go into the first digest.
const TAKE: u32 = 3;

#[derive(Template)]
#[template(path = "console/start.html")]
struct Page {
    frame: Frame,
    heading: String,
    blog: Field,
    problems: Vec<Problem>,
    found: Option<Second>,
    zones: Vec<String>,
}

/// The second step: what the blog says, to be corrected.
struct Second {
    feed: String,
    fields: Vec<Field>,
    languages: Vec<Choice>,
    zone: Field,
    rhythms: Vec<Choice>,
    archive: Vec<Choice>,
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
    let wrong = |field, text| Some(Problem { field, text });
    let written = if typed.contains("://") { typed.clone() } else { format!("https://{typed}") };
    let Some(url) = Url::parse(written.trim()).ok().filter(Url::has_host) else {
        return page(&app, &signed, &form, wrong("blog", locale.text("start-no-address")), None);
    };
    let zone = zone_of(&app, &form);
    let read = blog::read(&app.net, &url, app.config.feeds.max_bytes, app.clock.now(), &zone).await;
    let blog = match read {
        Ok(blog) => blog,
        Err(error) => return page(&app, &signed, &form, wrong("blog", error.words(locale)), None),
    };
    if form.text("act") != "create" {
        return page(&app, &signed, &form, None, Some(&blog));
    }
    match create(&app, &signed, &form, &blog).await {
        Ok(newsletter) => Ok(done_at(&path_of(&newsletter.slug, "live"), "started")),
        Err(ChangeError::Invalid(invalid)) => {
            page(&app, &signed, &form, wrong(place_of(invalid.field), invalid.wrong.words(locale)), Some(&blog))
        }
        Err(ChangeError::Taken(why) | ChangeError::Refused(why) | ChangeError::NoSchedule(why)) => {
            page(&app, &signed, &form, wrong("name", why.words(locale)), Some(&blog))
        }
        Err(ChangeError::Database(error)) => Err(error.into()),
    }
}

/// Where on the page a setting is typed that cannot stand.
fn place_of(field: &'static str) -> &'static str {
    match field {
        "from" | "postal" | "language" | "zone" => field,
        "every" | "on" | "at" | "approval" => "rhythm",
        "site" | "colour" => "blog",
        _ => "name",
    }
}

/// The zone that was typed, else the one that newsletters here begin with.
fn zone_of(app: &App, form: &Form) -> String {
    let typed = form.text("zone");
    if typed.trim().is_empty() { settings::usual_zone(&app.config.newsletters.zone) } else { typed.trim().to_owned() }
}

/// The newsletter in test mode, its feed read once, and a test to whoever made it.
async fn create(app: &Arc<App>, signed: &Signed, form: &Form, blog: &Blog) -> Result<Newsletter, ChangeError> {
    let slug = free_slug(app, &form.text("name")).await?;
    let feeds = [NewFeed { url: blog.feed.clone(), take: TAKE }];
    let (settings, rhythm) = (settings_of(form, blog), rhythm_of(form, blog));
    let plan = change::add(app, &slug, &settings, &rhythm, &feeds).await?;
    let newsletter = Newsletter { mode: Mode::Test, archive: archive_of(form), ..plan.newsletter };
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
        if !rename::is_taken(&app.db, &slug).await? {
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

/// Who may read what it will have sent; nobody where nothing was chosen.
fn archive_of(form: &Form) -> Visibility {
    form.get("archive").and_then(|archive| archive.parse().ok()).unwrap_or(Visibility::Off)
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
    problem: Option<Problem>,
    blog: Option<&Blog>,
) -> Result<Response, Error> {
    let locale = signed.guest.locale;
    let field = |name: &'static str, kind, usual: &str| Field {
        name,
        label: locale.text(&format!("start-{name}")),
        help: locale.text(&format!("start-{name}-help")),
        value: form.get(name).map_or_else(|| usual.to_owned(), str::to_owned),
        kind,
        problem: problem.as_ref().filter(|problem| problem.field == name).map(|problem| problem.text.clone()),
    };
    let found = blog.map(|blog| second(app, form, blog, locale, field));
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = errors_first(signed.frame(app, "console-start"), problem.is_some());
    let page = Page {
        heading: locale.text("console-start"),
        blog: field("blog", Kind::Address, ""),
        problems: problem.into_iter().collect(),
        zones: if found.is_some() { clock::zones() } else { Vec::new() },
        found,
        frame: frame.clone(),
    };
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
        // A zone that cannot stand is told beside its own field.
        let rhythm = Rhythm { zone: Some(settings::usual_zone(&zone_of(app, form))), ..of_every(*every, blog) };
        let schedule = settings::apply_rhythm(settings::usual_rhythm(0, 0), &rhythm, 0).ok()?;
        Some(Choice::new(every, words::exact(&schedule, locale), Some(*every) == chosen))
    });
    let (subject, text) = preview(app, blog, &language).unwrap_or_default();
    Second {
        feed: blog.feed.clone(),
        fields: vec![
            field("name", Kind::Line, &blog.title),
            field("from", Kind::Line, &app.config.newsletters.sender),
            field("postal", Kind::Lines, ""),
        ],
        zone: field("zone", Kind::Line, &zone_of(app, form)),
        languages: i18n::tags()
            .map(|tag| Choice::new(tag, i18n::locale(tag).text("language-name"), tag == language))
            .collect(),
        rhythms: rhythms.collect(),
        archive: Visibility::ALL
            .iter()
            .map(|value| Choice::new(value, locale.text(&format!("archive-{value}")), *value == archive_of(form)))
            .collect(),
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
