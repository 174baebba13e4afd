//! The settings of a newsletter and its schedules, and whether they are valid. Pure.
//!
//! In: words as typed ([`Settings`], [`Rhythm`], [`NewFeed`]). Out: a checked [`Newsletter`] or [`Schedule`], or an
//! [`Invalid`] that names the field, what is wrong and what would be right. Met by [`super::change`].

use jiff::tz::TimeZone;
use lettre::Address;
use lettre::message::Mailbox;
use unicode_normalization::UnicodeNormalization as _;

use crate::clock::Millis;
use crate::colour::Colour;
use crate::i18n;

use super::recurrence::{Days, next_after};
use super::wrong::Wrong;
use super::{Approval, Every, Listed, Mode, Newsletter, Schedule, Visibility};

/// Longest one-line text (a name), in characters.
const LINE: usize = 200;
/// Longest text of a few lines (a description, a postal address), in characters.
const TEXT: usize = 2_000;

/// A newsletter's settings as typed. `None` keeps the stored value; an empty text clears a setting that may be empty.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Title that readers see.
    pub name: Option<String>,
    /// Sender, `Name <address>` or an address alone.
    pub from: Option<String>,
    /// Where answers go, like `from`.
    pub reply_to: Option<String>,
    /// BCP 47 tag of a language that has texts.
    pub language: Option<String>,
    /// The blog.
    pub site_url: Option<String>,
    /// One or two sentences.
    pub description: Option<String>,
    /// Who publishes it and where.
    pub postal: Option<String>,
    /// Whether the home page shows it.
    pub listed: Option<Listed>,
    /// Whether the settings of other newsletters' readers offer it.
    pub in_preferences: Option<bool>,
    /// Address of a picture.
    pub logo_url: Option<String>,
    /// `#rrggbb`.
    pub colour: Option<String>,
    /// A few words at the foot of digests.
    pub footer: Option<String>,
}

/// A rhythm as typed. `None` keeps the stored value.
#[derive(Clone, Debug, Default)]
pub struct Rhythm {
    /// How often.
    pub every: Option<Every>,
    /// Which days, see [`Days::parse`].
    pub on: Option<String>,
    /// `HH:MM`, 00:00 to 23:59.
    pub at: Option<String>,
    /// IANA time zone.
    pub zone: Option<String>,
    /// Who lets a digest go.
    pub approval: Option<Approval>,
}

impl Rhythm {
    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.every.is_none() && self.on.is_none() && self.at.is_none() && self.zone.is_none() && self.approval.is_none()
    }
}

/// A feed as typed.
#[derive(Clone, Debug)]
pub struct NewFeed {
    /// http or https.
    pub url: String,
    /// How many of the posts already in the feed go into the first digest.
    pub take: u32,
}

/// An invalid setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {wrong}")]
pub struct Invalid {
    /// The setting, as the command line names it without dashes.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub wrong: Wrong,
}

fn invalid<T>(field: &'static str, wrong: Wrong) -> Result<T, Invalid> {
    Err(Invalid { field, wrong })
}

/// A newsletter with only a slug.
///
/// # Errors
/// When the slug is not `[a-z0-9-]{1,63}`.
pub fn blank(slug: &str, now: Millis) -> Result<Newsletter, Invalid> {
    let fits = (1..=63).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !fits {
        return invalid("slug", Wrong::Slug { slug: slug.to_owned() });
    }
    Ok(Newsletter {
        id: 0,
        slug: slug.to_owned(),
        name: String::new(),
        from_name: String::new(),
        from_address: String::new(),
        reply_to: None,
        language: String::new(),
        site_url: None,
        description: String::new(),
        postal: String::new(),
        created_at: now,
        listed: Listed::Alone,
        in_preferences: false,
        mode: Mode::Live,
        deleted_at: None,
        logo_url: None,
        logo_width: None,
        logo_height: None,
        logo_alt: String::new(),
        colour: None,
        footer: String::new(),
        archive: Visibility::Off,
    })
}

/// A title as a slug: `Le Café d'en face` is `le-cafe-d-en-face`.
pub fn slug_of(title: &str) -> String {
    let plain: String = title
        .nfd()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(40).collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "newsletter".to_owned() } else { slug.to_owned() }
}

/// The newsletter with these settings.
///
/// # Errors
/// On the first invalid setting, or when name, sender or language are missing.
pub fn apply(mut newsletter: Newsletter, settings: &Settings) -> Result<Newsletter, Invalid> {
    if let Some(name) = &settings.name {
        newsletter.name = line("name", name)?;
    }
    if newsletter.name.is_empty() {
        return invalid("name", Wrong::NoName);
    }
    if let Some(from) = &settings.from {
        let sender = mailbox("from", from)?;
        newsletter.from_address = sender.email.to_string();
        newsletter.from_name = sender.name.unwrap_or_else(|| newsletter.name.clone());
    }
    if newsletter.from_address.is_empty() {
        return invalid("from", Wrong::NoSender);
    }
    if let Some(reply_to) = &settings.reply_to {
        newsletter.reply_to =
            optional(reply_to).map(|r| mailbox("reply-to", r)).transpose()?.map(|m| m.email.to_string());
    }
    if let Some(tag) = &settings.language {
        newsletter.language = language(tag)?;
    }
    if newsletter.language.is_empty() {
        return invalid("language", Wrong::NoLanguage { known: known_languages() });
    }
    if let Some(site) = &settings.site_url {
        newsletter.site_url = optional(site).map(|s| web_address("site", s)).transpose()?;
    }
    if let Some(description) = &settings.description {
        newsletter.description = text("description", description)?;
    }
    if let Some(postal) = &settings.postal {
        newsletter.postal = text("postal", postal)?;
    }
    if let Some(listed) = settings.listed {
        newsletter.listed = listed;
    }
    newsletter.in_preferences = settings.in_preferences.unwrap_or(newsletter.in_preferences);
    branded(newsletter, settings)
}

/// How it looks.
fn branded(mut newsletter: Newsletter, settings: &Settings) -> Result<Newsletter, Invalid> {
    // The address of an uploaded one comes back as it is shown.
    if let Some(logo) = settings.logo_url.as_deref().filter(|logo| optional(logo) != newsletter.logo_url.as_deref()) {
        newsletter.logo_url = optional(logo).map(picture_address).transpose()?;
        (newsletter.logo_width, newsletter.logo_height, newsletter.logo_alt) = (None, None, String::new());
    }
    if let Some(typed) = &settings.colour {
        newsletter.colour = optional(typed).map(colour).transpose()?;
    }
    if let Some(footer) = &settings.footer {
        newsletter.footer = text("footer", footer)?;
    }
    Ok(newsletter)
}

/// A picture in a mail is fetched by the reader's program, which asks https alone (D27).
fn picture_address(typed: &str) -> Result<String, Invalid> {
    let address = web_address("logo", typed)?;
    if address.starts_with("https:") {
        return Ok(address);
    }
    invalid("logo", Wrong::PictureAddress { typed: typed.to_owned() })
}

fn colour(typed: &str) -> Result<String, Invalid> {
    match Colour::parse(typed) {
        Some(colour) => Ok(colour.to_string()),
        None => invalid("colour", Wrong::Colour { typed: typed.to_owned() }),
    }
}

/// The zone that a new rhythm begins with: the operator's (`[newsletters] zone`), else the machine's.
pub fn usual_zone(configured: &str) -> String {
    match TimeZone::get(configured).ok().as_ref().and_then(TimeZone::iana_name) {
        Some(name) if !configured.is_empty() => name.to_owned(),
        _ => TimeZone::system().iana_name().unwrap_or("UTC").to_owned(),
    }
}

/// The default schedule: weekly, Monday at 8:00 in the machine's zone.
pub fn usual_rhythm(newsletter_id: i64, now: Millis) -> Schedule {
    Schedule {
        id: 0,
        newsletter_id,
        every: Every::Week,
        days: "monday".to_owned(),
        at_minute: 8 * 60,
        zone: usual_zone(""),
        approval: Approval::Auto,
        paused: false,
        paused_until: None,
        skip_next: false,
        next_due_at: None,
        created_at: now,
        removed_at: None,
        offered: false,
        is_default: false,
    }
}

/// The schedule with this rhythm, and its next slot after `now`.
///
/// # Errors
/// On the first invalid value.
pub fn apply_rhythm(mut schedule: Schedule, rhythm: &Rhythm, now: Millis) -> Result<Schedule, Invalid> {
    if let Some(every) = rhythm.every.filter(|every| *every != schedule.every) {
        schedule.every = every;
        usual_days(every).clone_into(&mut schedule.days);
    }
    let on = rhythm.on.as_deref().unwrap_or(&schedule.days);
    let days = Days::parse(schedule.every, on).map_err(|wrong| Invalid { field: "on", wrong })?;
    schedule.days = days.map(|days| days.to_string()).unwrap_or_default();
    if let Some(at) = &rhythm.at {
        if schedule.every == Every::Post {
            return invalid("at", Wrong::NoHour);
        }
        schedule.at_minute = minute_of_day(at)?;
    }
    if let Some(zone) = &rhythm.zone {
        schedule.zone = time_zone(zone)?;
    }
    if let Some(approval) = rhythm.approval {
        schedule.approval = approval;
    }
    if schedule.every == Every::Post && schedule.approval == Approval::Veto {
        return invalid("approval", Wrong::NoVeto);
    }
    schedule.next_due_at = next_after(&schedule, now);
    Ok(schedule)
}

/// A feed's address as it is stored.
///
/// # Errors
/// When it is no http or https address.
pub fn feed_url(feed: &NewFeed) -> Result<String, Invalid> {
    web_address("feed", &feed.url)
}

fn usual_days(every: Every) -> &'static str {
    match every {
        Every::Post | Every::Day => "",
        Every::Week => "monday",
        Every::Month => "1",
    }
}

fn optional(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

pub(super) fn line(field: &'static str, typed: &str) -> Result<String, Invalid> {
    if typed.chars().any(char::is_control) {
        return invalid(field, Wrong::Lines);
    }
    text(field, typed).and_then(|text| {
        if text.chars().count() > LINE { invalid(field, Wrong::Long { most: LINE }) } else { Ok(text) }
    })
}

pub(super) fn text(field: &'static str, typed: &str) -> Result<String, Invalid> {
    let text = typed.trim();
    if text.chars().count() > TEXT {
        return invalid(field, Wrong::Long { most: TEXT });
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return invalid(field, Wrong::Control);
    }
    Ok(text.to_owned())
}

/// A mailbox, its domain as A-label. lettre's parser wants unusual names quoted; owners don't quote.
fn mailbox(field: &'static str, typed: &str) -> Result<Mailbox, Invalid> {
    let typed = line(field, typed)?;
    let Some(mailbox) = typed.parse().ok().or_else(|| unquoted_mailbox(&typed)) else {
        return invalid(field, Wrong::Mailbox { typed });
    };
    let Ok(domain) = idna::domain_to_ascii_strict(mailbox.email.domain()) else {
        return invalid(field, Wrong::Domain { domain: mailbox.email.domain().to_owned() });
    };
    // As of readers' addresses: no mail server elsewhere answers a sender of a bare name.
    if !domain.contains('.') {
        return invalid(field, Wrong::NoDot { typed });
    }
    match Address::new(mailbox.email.user(), domain) {
        Ok(address) => Ok(Mailbox::new(mailbox.name.filter(|name| !name.trim().is_empty()), address)),
        Err(_) => invalid(field, Wrong::Address { typed }),
    }
}

fn unquoted_mailbox(typed: &str) -> Option<Mailbox> {
    let (name, rest) = typed.rsplit_once('<')?;
    let address = rest.strip_suffix('>')?.trim().parse().ok()?;
    Some(Mailbox::new(Some(name.trim().trim_matches('"').to_owned()), address))
}

fn language(typed: &str) -> Result<String, Invalid> {
    let tag = typed.trim();
    match tag.parse::<unic_langid::LanguageIdentifier>() {
        Ok(parsed) if i18n::known(tag).is_some() => Ok(parsed.to_string()),
        _ => invalid("language", Wrong::Language { tag: tag.to_owned(), known: known_languages() }),
    }
}

fn known_languages() -> String {
    i18n::tags().collect::<Vec<_>>().join(", ")
}

fn web_address(field: &'static str, typed: &str) -> Result<String, Invalid> {
    match url::Url::parse(typed.trim()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url.to_string()),
        _ => invalid(field, Wrong::WebAddress { typed: typed.to_owned() }),
    }
}

fn time_zone(typed: &str) -> Result<String, Invalid> {
    let zone = TimeZone::get(typed.trim()).ok();
    match zone.as_ref().and_then(TimeZone::iana_name) {
        Some(name) => Ok(name.to_owned()),
        None => invalid("zone", Wrong::Zone { typed: typed.to_owned() }),
    }
}

fn minute_of_day(typed: &str) -> Result<i64, Invalid> {
    let digits = |part: &str, most: i64| {
        let number = part.parse().ok().filter(|number| (0..=most).contains(number));
        number.filter(|_| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let read = typed.trim().split_once(':').and_then(|(h, m)| Some(digits(h, 23)? * 60 + digits(m, 59)?));
    read.map_or_else(|| invalid("at", Wrong::Time { typed: typed.to_owned() }), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Settings {
        Settings {
            name: Some("Le carnet".into()),
            from: Some("Élise, du carnet <carnet@exämple.org>".into()),
            language: Some("fr".into()),
            ..Settings::default()
        }
    }

    fn add(settings: &Settings) -> Result<Newsletter, Invalid> {
        apply(blank("carnet", 0).unwrap(), settings)
    }

    #[test]
    fn settings_that_can_stand() {
        let made = add(&all()).unwrap();
        assert_eq!(made.from_name, "Élise, du carnet");
        assert_eq!(made.from_address, "carnet@xn--exmple-cua.org");
        let bare = Settings { from: Some("carnet@example.org".into()), ..all() };
        assert_eq!(add(&bare).unwrap().from_name, "Le carnet", "the newsletter's name stands in for the sender's");
        let more = Settings {
            reply_to: Some("Élise <elise@example.org>".into()),
            site_url: Some("https://example.org".into()),
            postal: Some("Le carnet\n1 rue Haute, Lyon".into()),
            ..Settings::default()
        };
        let made = apply(made, &more).unwrap();
        assert_eq!(made.reply_to.as_deref(), Some("elise@example.org"));
        assert_eq!(made.site_url.as_deref(), Some("https://example.org/"));
        let emptied = Settings { reply_to: Some(String::new()), ..Settings::default() };
        assert_eq!(apply(made, &emptied).unwrap().reply_to, None);
    }

    #[test]
    fn settings_that_cannot() {
        let wrong = [
            ("name", Settings { name: None, ..all() }),
            ("name", Settings { name: Some("two\nlines".into()), ..all() }),
            ("name", Settings { name: Some("x".repeat(201)), ..all() }),
            ("from", Settings { from: None, ..all() }),
            ("from", Settings { from: Some("Élise".into()), ..all() }),
            ("from", Settings { from: Some("a@b@c".into()), ..all() }),
            ("from", Settings { from: Some("bonjour@fournil".into()), ..all() }),
            ("from", Settings { from: Some("Élise, du carnet <carnet@carnet>".into()), ..all() }),
            ("reply-to", Settings { reply_to: Some("carnet@carnet".into()), ..all() }),
            ("from", Settings { from: Some("a@b.org\r\nBcc: c@d.org".into()), ..all() }),
            ("language", Settings { language: None, ..all() }),
            ("language", Settings { language: Some("tlh".into()), ..all() }),
            ("site", Settings { site_url: Some("javascript:alert(1)".into()), ..all() }),
            ("site", Settings { site_url: Some("example.org".into()), ..all() }),
        ];
        for (field, settings) in wrong {
            assert_eq!(add(&settings).unwrap_err().field, field, "{settings:?}");
        }
        for slug in ["", "Carnet", "le carnet", "é", "a/b", &"a".repeat(64)] {
            assert_eq!(blank(slug, 0).unwrap_err().field, "slug");
        }
    }

    #[test]
    fn slugs_of_titles() {
        for (title, wanted) in [
            ("Le Café d’en face", "le-cafe-d-en-face"),
            ("  --  ", "newsletter"),
            ("日本", "newsletter"),
            ("Œuvres & Cie (2026)", "uvres-cie-2026"),
        ] {
            assert_eq!(slug_of(title), wanted);
            assert!(blank(&slug_of(title), 0).is_ok());
        }
    }

    #[test]
    fn rhythms() {
        let base = usual_rhythm(1, 0);
        let paris = Rhythm { zone: Some("europe/paris".into()), at: Some("8:05".into()), ..Rhythm::default() };
        let weekly = apply_rhythm(base, &paris, 0).unwrap();
        assert_eq!((weekly.zone.as_str(), weekly.at_minute, weekly.days.as_str()), ("Europe/Paris", 485, "monday"));
        // 1970-01-01 was a Thursday; Paris was at UTC+1.
        assert_eq!(weekly.next_due_at, Some(4 * crate::clock::DAY + 485 * 60_000 - 3_600_000));
        let month = Rhythm { every: Some(Every::Month), ..Rhythm::default() };
        let monthly = apply_rhythm(weekly.clone(), &month, 0).unwrap();
        assert_eq!(monthly.days, "1", "a new rhythm starts with its usual day");
        let post = Rhythm { every: Some(Every::Post), ..Rhythm::default() };
        assert_eq!(apply_rhythm(weekly.clone(), &post, 0).unwrap().next_due_at, None);
        let wrong = [
            ("on", Rhythm { on: Some("31".into()), ..Rhythm::default() }),
            ("on", Rhythm { every: Some(Every::Day), on: Some("monday".into()), ..Rhythm::default() }),
            ("at", Rhythm { at: Some("24:00".into()), ..Rhythm::default() }),
            ("at", Rhythm { at: Some("8h".into()), ..Rhythm::default() }),
            ("at", Rhythm { at: Some("+8:00".into()), ..Rhythm::default() }),
            ("at", Rhythm { every: Some(Every::Post), at: Some("08:00".into()), ..Rhythm::default() }),
            ("zone", Rhythm { zone: Some("Paris".into()), ..Rhythm::default() }),
            ("approval", Rhythm { every: Some(Every::Post), approval: Some(Approval::Veto), ..Rhythm::default() }),
        ];
        for (field, rhythm) in wrong {
            assert_eq!(apply_rhythm(weekly.clone(), &rhythm, 0).unwrap_err().field, field, "{rhythm:?}");
        }
        let veto = apply_rhythm(weekly, &Rhythm { approval: Some(Approval::Veto), ..Rhythm::default() }, 0).unwrap();
        assert_eq!(
            apply_rhythm(veto, &post, 0).unwrap_err().field,
            "approval",
            "one that has it cannot become each post"
        );
    }
}
