//! `/console/n/{newsletter}/settings`: what a newsletter is called, who writes it, how it looks, which feeds it reads, its
//! archive, its short name, and its end.
//!
//! In: the newsletter, and a form whose button says what is to be done (`act`). Out: the page; 303 when it was done, 422 with what was
//! typed when it cannot stand.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use url::Url;

use super::choice::{Choice, Field, Kind};
use super::form::Form;
use super::frame::{Frame, done_at, path_of};
use super::guard::Editor;
use crate::app::App;
use crate::clock::Millis;
use crate::coded::Told as _;
use crate::colour::{Colour, readable};
use crate::digests::{archive, removal};
use crate::drafts::{media, picture};
use crate::feeds::{self, Feed, find, poll};
use crate::i18n::{self, Locale, Value};
use crate::newsletters::change::{self, ChangeError, Which};
use crate::newsletters::logo::{self, Logo};
use crate::newsletters::settings::{NewFeed, Rhythm, Settings, feed_url};
use crate::newsletters::{Listed, Newsletter, Visibility, rename};
use crate::views::feed as view;
use crate::web::frame::error::Error;

#[derive(Template)]
#[template(path = "console/settings.html")]
struct Page {
    frame: Frame,
    fields: Vec<Field>,
    languages: Vec<Choice>,
    listed: Vec<Choice>,
    in_preferences: Vec<Choice>,
    brand: Vec<Field>,
    logo: LogoForm,
    shades: Option<Shades>,
    feeds: Vec<FeedLine>,
    new_feed: Field,
    is_test: bool,
    slug: String,
    archive: Vec<Choice>,
    /// Where it is, where it is public.
    archive_at: Option<String>,
    rename: Field,
    /// What cannot be done, where no field says it.
    problem: Option<String>,
    delete_problem: bool,
}

/// The logo that is there, and the form for another one.
struct LogoForm {
    /// Where this console finds the one that was uploaded.
    path: Option<String>,
    width: i64,
    height: i64,
    alt: String,
    name: String,
    problem: Option<String>,
}

/// The colour as it is used.
struct Shades {
    given: String,
    day: String,
    night: String,
    mended: bool,
}

struct FeedLine {
    id: i64,
    title: String,
    url: String,
    remarks: Vec<String>,
    waiting: i64,
}

/// What cannot stand: the field and why.
struct Wrong {
    field: String,
    words: String,
}

/// `GET`
pub async fn show(State(app): State<Arc<App>>, editor: Editor) -> Result<Response, Error> {
    page(&app, &editor, &Form::default(), None).await
}

/// `POST`
pub async fn act(State(app): State<Arc<App>>, editor: Editor, form: Form) -> Result<Response, Error> {
    let done = match form.text("act").as_str() {
        "save" => save(&app, &editor, &settings(&form)).await?,
        "brand" => save(&app, &editor, &brand(&form)).await?,
        "logo" => upload_logo(&app, &editor, &form).await?,
        "logo-remove" => {
            logo::set(&app, editor.newsletter.id, None).await?;
            Ok("logo-removed")
        }
        "feed-add" => add_feed(&app, &editor, &form).await?,
        "feed-move" => move_feed(&app, &editor, &form).await?,
        "feed-remove" => remove_feed(&app, &editor, &form).await?,
        "feed-read" => {
            let report = poll::newsletter(&app, editor.newsletter.id).await?;
            let said = if report.faults.is_empty() { "feeds-read" } else { "feeds-unread" };
            return Ok(editor.done_with("settings", said, report.new as i64));
        }
        "archive" => set_archive(&app, &editor, &form).await?,
        "rename" => return rename_it(&app, &editor, &form).await,
        "delete" => return delete(&app, &editor, &form).await,
        _ => return Err(Error::NotFound),
    };
    match done {
        Ok(said) => Ok(editor.done("settings", said)),
        Err(wrong) => page(&app, &editor, &form, Some(wrong)).await,
    }
}

fn settings(form: &Form) -> Settings {
    let text = |name: &str| Some(form.text(name));
    Settings {
        name: text("name"),
        from: text("from"),
        reply_to: text("reply-to"),
        language: text("language"),
        site_url: text("site"),
        description: text("description"),
        postal: text("postal"),
        listed: form.get("listed").and_then(|listed| listed.parse().ok()),
        in_preferences: form.get("in-preferences").map(|chosen| chosen == "yes"),
        ..Settings::default()
    }
}

fn brand(form: &Form) -> Settings {
    let text = |name: &str| Some(form.text(name));
    Settings { logo_url: text("logo"), colour: text("colour"), footer: text("footer"), ..Settings::default() }
}

type Done = Result<&'static str, Wrong>;

async fn save(app: &App, editor: &Editor, settings: &Settings) -> Result<Done, Error> {
    let plan = change::set(app, &editor.newsletter, settings, Which::Number(1), &Rhythm::default(), &[]).await;
    let stored = match plan {
        Ok(plan) => plan.store(app).await,
        Err(error) => Err(error),
    };
    let wrong = |field: &str, words| Ok(Err(Wrong { field: field.to_owned(), words }));
    match stored {
        Ok(_) => Ok(Ok("settings-saved")),
        Err(ChangeError::Invalid(invalid)) => wrong(invalid.field, invalid.wrong.words(editor.locale)),
        Err(ChangeError::Refused(why) | ChangeError::Taken(why) | ChangeError::NoSchedule(why)) => {
            wrong("", why.words(editor.locale))
        }
        Err(ChangeError::Database(error)) => Err(error.into()),
    }
}

/// Opens or closes the archive.
async fn set_archive(app: &App, editor: &Editor, form: &Form) -> Result<Done, Error> {
    let archive = form.get("archive").and_then(|archive| archive.parse().ok()).ok_or(Error::NotFound)?;
    archive::change::open(app, &editor.newsletter, archive).await?;
    Ok(Ok("archive-saved"))
}

/// Gives the newsletter another short name, and leads to its settings there.
async fn rename_it(app: &App, editor: &Editor, form: &Form) -> Result<Response, Error> {
    let why = match rename::rename(app, &editor.newsletter, &form.text("rename")).await {
        Ok(renamed) => return Ok(done_at(&path_of(&renamed.slug, "settings"), "newsletter-renamed")),
        Err(ChangeError::Invalid(invalid)) => invalid.wrong,
        Err(ChangeError::Refused(why) | ChangeError::Taken(why) | ChangeError::NoSchedule(why)) => why,
        Err(ChangeError::Database(error)) => return Err(error.into()),
    };
    let wrong = Wrong { field: "rename".to_owned(), words: why.words(editor.locale) };
    page(app, editor, form, Some(wrong)).await
}

/// Takes another picture, or only other words for the one that is there.
async fn upload_logo(app: &App, editor: &Editor, form: &Form) -> Result<Done, Error> {
    let (newsletter, alt) = (&editor.newsletter, form.text("alt"));
    let wrong = |why: picture::Wrong| Wrong { field: "picture".to_owned(), words: why.words(editor.locale) };
    let Some(file) = form.file("picture") else {
        let said = logo::describe(app, newsletter.id, &alt).await?;
        return Ok(if said { Ok("settings-saved") } else { Err(wrong(picture::Wrong::NoFile)) });
    };
    let stored = match media::store_logo(app, newsletter.id, file.bytes.to_vec(), alt.trim()).await? {
        Ok(stored) => stored,
        Err(why) => return Ok(Err(wrong(why))),
    };
    let logo = Logo::new(stored.address, (stored.width, stored.height), &alt);
    logo::set(app, newsletter.id, Some(&logo)).await?;
    Ok(Ok(if stored.stands_still { "logo-still" } else { "logo-saved" }))
}

/// The feed at an address, or the one that the page there names, after it was read.
async fn judged(app: &App, editor: &Editor, field: &str, typed: &str) -> Result<String, Wrong> {
    let wrong = |words| Wrong { field: field.to_owned(), words };
    let url = feed_url(&NewFeed { url: typed.to_owned(), take: 0 });
    let url = url.map_err(|invalid| wrong(invalid.wrong.words(editor.locale)))?;
    let Ok(url) = Url::parse(&url) else { return Err(wrong(url)) };
    let found = find::find(&app.net, &url, app.config.feeds.max_bytes, app.clock.now()).await;
    found.map(|found| found.url.into()).map_err(|error| wrong(error.words(editor.locale)))
}

async fn add_feed(app: &App, editor: &Editor, form: &Form) -> Result<Done, Error> {
    let url = match judged(app, editor, "feed", &form.text("feed")).await {
        Ok(url) => url,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let take = form.get("take").and_then(|take| take.parse::<u32>().ok()).unwrap_or(0).min(100);
    let added = change::add_feed(app, editor.newsletter.id, &url, take).await?;
    Ok(Ok(if added { "feed-added" } else { "feed-there" }))
}

async fn move_feed(app: &App, editor: &Editor, form: &Form) -> Result<Done, Error> {
    let feed = one(app, editor, form).await?;
    let field = format!("to-{}", feed.id);
    match judged(app, editor, &field, &form.text("to")).await {
        Ok(url) if feeds::removal::set_url(app, &feed, &url).await? => Ok(Ok("feed-moved")),
        Ok(_) => Ok(Err(Wrong { field, words: editor.locale.text("settings-feed-taken") })),
        Err(wrong) => Ok(Err(wrong)),
    }
}

async fn remove_feed(app: &App, editor: &Editor, form: &Form) -> Result<Done, Error> {
    let feed = one(app, editor, form).await?;
    feeds::removal::remove(app, &feed).await?;
    Ok(Ok("feed-removed"))
}

/// The feed that the form names, of this newsletter.
async fn one(app: &App, editor: &Editor, form: &Form) -> Result<Feed, Error> {
    let id: Option<i64> = form.get("id").and_then(|id| id.parse().ok());
    let all = feeds::sql::feeds(&app.db, editor.newsletter.id).await?;
    all.into_iter().find(|feed| Some(feed.id) == id).ok_or(Error::NotFound)
}

/// Only with the newsletter's short name typed: it has subscribers.
async fn delete(app: &App, editor: &Editor, form: &Form) -> Result<Response, Error> {
    if form.text("slug").trim() != editor.newsletter.slug {
        let words = editor.locale.text("settings-delete-unsure");
        return page(app, editor, form, Some(Wrong { field: "slug".to_owned(), words })).await;
    }
    removal::delete(app, &editor.newsletter, editor.actor()).await?;
    Ok(done_at("/console", "newsletter-deleted"))
}

async fn page(app: &App, editor: &Editor, form: &Form, wrong: Option<Wrong>) -> Result<Response, Error> {
    let (newsletter, locale) = (&editor.newsletter, editor.locale);
    let act = form.text("act");
    let make = Fields { locale, form, wrong: wrong.as_ref(), typed: false };
    let general = Fields { typed: act == "save", ..make };
    let brand = Fields { typed: act == "brand", ..make };
    let feed = Fields { typed: act == "feed-add", ..make };
    let language = if general.typed { form.text("language") } else { newsletter.language.clone() };
    let listed = form.get("listed").filter(|_| general.typed).unwrap_or(newsletter.listed.as_str()).to_owned();
    let offered = form.get("in-preferences").filter(|_| general.typed);
    let offered = offered.map_or(newsletter.in_preferences, |chosen| chosen == "yes");
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let frame = editor.frame(app, "console-settings");
    let known = [
        "rename",
        "name",
        "from",
        "reply-to",
        "site",
        "description",
        "postal",
        "logo",
        "colour",
        "footer",
        "feed",
        "picture",
    ];
    let problem = wrong.as_ref().filter(|wrong| !known.contains(&wrong.field.as_str()));
    let page = Page {
        fields: general_fields(general, newsletter),
        languages: i18n::tags()
            .map(|tag| Choice::new(tag, i18n::locale(tag).text("language-name"), tag == language))
            .collect(),
        listed: Listed::ALL
            .iter()
            .map(|value| Choice::new(value, locale.text(&format!("listed-{value}")), value.as_str() == listed))
            .collect(),
        in_preferences: [("yes", true), ("no", false)]
            .map(|(value, is)| Choice::new(value, locale.text(&format!("in-preferences-{value}")), is == offered))
            .into(),
        brand: brand_fields(brand, newsletter),
        logo: logo_form(app, brand, newsletter),
        shades: newsletter.colour.as_deref().and_then(shades),
        feeds: feed_lines(app, editor).await?,
        new_feed: feed.field("feed", Kind::Address, ""),
        archive: archive_choices(newsletter, locale),
        archive_at: (newsletter.archive == Visibility::Public).then(|| format!("/n/{}/archive", newsletter.slug)),
        rename: Fields { typed: act == "rename", ..make }.field("rename", Kind::Line, &newsletter.slug),
        is_test: newsletter.is_test(),
        slug: newsletter.slug.clone(),
        problem: problem.map(|wrong| wrong.words.clone()),
        delete_problem: problem.is_some_and(|wrong| wrong.field == "slug"),
        frame: frame.clone(),
    };
    frame.answer(status, &page)
}

/// Makes fields of one form: with what was typed when it was this one that was sent.
#[derive(Clone, Copy)]
struct Fields<'a> {
    locale: &'static Locale,
    form: &'a Form,
    wrong: Option<&'a Wrong>,
    typed: bool,
}

impl Fields<'_> {
    fn field(self, name: &'static str, kind: Kind, stored: &str) -> Field {
        let help = format!("settings-{name}-help");
        let wrong = self.wrong.filter(|wrong| wrong.field == name);
        Field {
            name,
            label: self.locale.text(&format!("settings-{name}")),
            help: if self.locale.has(&help) { self.locale.text(&help) } else { String::new() },
            value: if self.typed { self.form.text(name) } else { stored.to_owned() },
            kind,
            problem: wrong.map(|wrong| wrong.words.clone()),
        }
    }
}

fn general_fields(make: Fields<'_>, newsletter: &Newsletter) -> Vec<Field> {
    let from = format!("{} <{}>", newsletter.from_name, newsletter.from_address);
    vec![
        make.field("name", Kind::Line, &newsletter.name),
        make.field("from", Kind::Line, &from),
        make.field("reply-to", Kind::Line, newsletter.reply_to.as_deref().unwrap_or_default()),
        make.field("postal", Kind::Lines, &newsletter.postal),
        make.field("description", Kind::Lines, &newsletter.description),
        make.field("site", Kind::Address, newsletter.site_url.as_deref().unwrap_or_default()),
    ]
}

fn brand_fields(make: Fields<'_>, newsletter: &Newsletter) -> Vec<Field> {
    vec![
        make.field("logo", Kind::Address, newsletter.logo_url.as_deref().unwrap_or_default()),
        make.field("colour", Kind::Line, newsletter.colour.as_deref().unwrap_or_default()),
        make.field("footer", Kind::Lines, &newsletter.footer),
    ]
}

fn archive_choices(newsletter: &Newsletter, locale: &Locale) -> Vec<Choice> {
    let choice =
        |value: &Visibility| Choice::new(value, locale.text(&format!("archive-{value}")), *value == newsletter.archive);
    Visibility::ALL.iter().map(choice).collect()
}

fn logo_form(app: &App, make: Fields<'_>, newsletter: &Newsletter) -> LogoForm {
    let is_typed = make.form.text("act") == "logo";
    // From this very host, which the page's own policy lets it show.
    let name = newsletter.logo_url.as_deref().and_then(|url| url.strip_prefix(&media::folder(app)));
    LogoForm {
        path: name.map(|name| format!("/media/{name}")),
        width: newsletter.logo_width.unwrap_or_default(),
        height: newsletter.logo_height.unwrap_or_default(),
        alt: if is_typed { make.form.text("alt") } else { newsletter.logo_alt.clone() },
        name: newsletter.name.clone(),
        problem: make.wrong.filter(|wrong| wrong.field == "picture").map(|wrong| wrong.words.clone()),
    }
}

fn shades(colour: &str) -> Option<Shades> {
    let colour = Colour::parse(colour)?;
    let used = readable(colour);
    let (day, night) = (used.day.to_string(), used.night.to_string());
    Some(Shades { given: colour.to_string(), mended: !used.keeps(colour), day, night })
}

async fn feed_lines(app: &App, editor: &Editor) -> Result<Vec<FeedLine>, Error> {
    let mut lines = Vec::new();
    for feed in feeds::sql::feeds(&app.db, editor.newsletter.id).await? {
        let waiting = feeds::sql::waiting_of(&app.db, feed.id).await?;
        let mut remarks = view::remarks(&feed, &editor.zone, editor.locale);
        remarks.insert(0, read_at(feed.read_at, editor));
        lines.push(FeedLine { id: feed.id, title: feed.title, url: feed.url, remarks, waiting });
    }
    Ok(lines)
}

fn read_at(at: Option<Millis>, editor: &Editor) -> String {
    let Some(at) = at else { return editor.locale.text("feed-not-read") };
    let zoned = crate::clock::timestamp(at).to_zoned(editor.zone.clone());
    let (date, time) = (editor.locale.date(&zoned), editor.locale.time(&zoned));
    editor.locale.format("settings-feed-read-at", &[("date", Value::Text(&date)), ("time", Value::Text(&time))])
}
