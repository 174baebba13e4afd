//! `facteur user`: the people who may open the console: the first owner's link, accounts, roles, passwords.
//!
//! What it prints that opens something (a link) goes to stdout once and nowhere else. Passwords come from the terminal without echo, or
//! as one line of stdin when that is none; never as an argument.

mod args;
mod passkeys;
mod provider;
mod typed;

use std::io::IsTerminal as _;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Context, Fault};
use crate::app::App;
use crate::clock::rfc3339;
use crate::coded::Told as _;
use crate::events::Actor;
use crate::i18n::Locale;
use crate::newsletters;
use crate::people::accounts::{self, NewPerson, Person};
use crate::people::links::{self, Kind};
use crate::people::oidc::identity;
use crate::people::role::{self, Given, Role};
use crate::people::standing::{self, Standing};
use crate::people::team::{self, Grant, TeamError, Way};
use crate::people::{joining, letters, password};
use crate::phrase;
use crate::subscribers::address::Email;

pub use args::Args;
use args::{AddArgs, Command, Place};

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    if matches!(args.command, Command::SetupLink | Command::Add(_)) {
        let app = context.app_or_new().await?;
        return match args.command {
            Command::Add(args) => add(&app, context, &args).await,
            _ => set_up(&app, context).await,
        };
    }
    if matches!(args.command, Command::Provider) {
        return provider::look(context).await;
    }
    let app = context.app().await?;
    match args.command {
        Command::SetupLink | Command::Add(_) | Command::Provider => Ok(()),
        Command::List => list(&app, context).await,
        Command::Passwd { email } => passwd(&app, context, &find(&app, context, &email).await?).await,
        Command::Role { email, role, place } => {
            let person = find(&app, context, &email).await?;
            change_role(&app, context, &person, role.0, &place).await
        }
        Command::Disable { email } => {
            let person = find(&app, context, &email).await?;
            let changed = team::disable(&app, person.id).await.map_err(|error| refused(context, error))?;
            told(context, &person, "disabled", changed, "cli-user-disabled")
        }
        Command::Enable { email } => {
            let person = find(&app, context, &email).await?;
            let changed = team::enable(&app, person.id).await.map_err(|error| refused(context, error))?;
            told(context, &person, "enabled", changed, "cli-user-enabled")
        }
        Command::ResetSecondFactor { email } => {
            let person = find(&app, context, &email).await?;
            let changed = team::reset_second_factor(&app, person.id).await.map_err(|error| refused(context, error))?;
            told(context, &person, "reset", changed, "cli-user-reset")
        }
        Command::Passkeys { email } => passkeys::list(&app, context, &find(&app, context, &email).await?).await,
        Command::RemovePasskey { email, number, all } => {
            let person = find(&app, context, &email).await?;
            passkeys::remove(&app, context, &person, if all { None } else { number }).await
        }
        Command::Links { email } => provider::links(&app, context, &find(&app, context, &email).await?).await,
        Command::Unlink { email, issuer } => {
            let person = find(&app, context, &email).await?;
            provider::unlink(&app, context, &person, issuer.as_deref()).await
        }
    }
}

/// What changed (a key of the texts), or that nothing had to.
fn told(context: &Context, person: &Person, word: &str, changed: bool, key: &str) -> anyhow::Result<()> {
    context.show(&json!({ "email": person.email, word: changed }), || {
        about(context, &person.email, if changed { key } else { "cli-user-same" })
    })
}

fn about(context: &Context, email: &str, key: &str) -> String {
    said!(context.locale, "cli-about", name = email, said = &context.locale.text(key))
}

fn refused(context: &Context, error: TeamError) -> anyhow::Error {
    match error {
        TeamError::Refused(refusal) => Fault::refused(refusal.words(context.locale)),
        TeamError::Database(error) => error.into(),
    }
}

fn address(context: &Context, typed: &str) -> anyhow::Result<Email> {
    Email::from_typed(typed).map_err(|error| Fault::usage(error.words(context.locale)))
}

/// The account of an address, or [`Fault::not_found`].
pub async fn find(app: &App, context: &Context, typed: &str) -> anyhow::Result<Person> {
    let email = address(context, typed)?;
    let found = accounts::by_email_key(&app.db, email.key()).await?;
    found.ok_or_else(|| Fault::not_found(context.locale.text("cli-user-unknown")))
}

async fn set_up(app: &App, context: &Context) -> anyhow::Result<()> {
    let Some(link) = joining::set_up_link(app).await.map_err(|error| refused(context, error))? else {
        return Err(Fault::refused(context.locale.text("cli-user-set-up-over")));
    };
    let (address, expires_at) = (links::address(app, link), rfc3339(link.issued_at + Kind::Setup.lasts()));
    if !context.json {
        eprintln!("{}", context.locale.text("cli-user-set-up"));
    }
    context.show(&json!({ "link": address, "expires_at": expires_at }), || address.clone())
}

/// For `facteur serve`: how the first owner comes in, while there is nobody. The link is for a terminal alone, never for a log.
pub async fn say_set_up(app: &App, context: &Context) -> anyhow::Result<()> {
    if !std::io::stderr().is_terminal() {
        if accounts::none(&app.db).await? {
            eprintln!("{}", context.locale.text("cli-user-nobody"));
        }
        return Ok(());
    }
    if let Some(link) = joining::set_up_link(app).await.map_err(|error| refused(context, error))? {
        let address = links::address(app, link);
        eprintln!("{}\n\n    {address}\n", context.locale.text("cli-user-nobody-open"));
    }
    Ok(())
}

async fn add(app: &App, context: &Context, args: &AddArgs) -> anyhow::Result<()> {
    let email = address(context, &args.email)?;
    let language = match args.language.as_deref() {
        None => context.locale.tag(),
        Some(tag) => context.known(tag)?.tag(),
    };
    let grant = Grant {
        newsletter_id: args.place.id(app, context).await?,
        role: args.role,
        may_send: args.place.may_send(args.role),
    };
    if args.letter && !letters::can_leave(&app.db).await? {
        return Err(Fault::refused(context.locale.text("cli-user-no-letter")));
    }
    let hash = if args.password { Some(new_password(context, email.as_str(), &args.name).await?) } else { None };
    let new = NewPerson { email: email.as_str(), email_key: email.key(), name: args.name.trim(), language };
    let way = if args.letter { Way::Letter("") } else { Way::Link };
    let invited =
        team::invite(app, new, &[grant], way, Actor::Command).await.map_err(|error| refused(context, error))?;
    if let Some(hash) = hash {
        team::set_password(app, invited.person_id, &hash).await.map_err(|error| refused(context, error))?;
        let said = json!({ "email": email.as_str(), "added": true });
        return context.show(&said, || about(context, email.as_str(), "cli-user-added"));
    }
    if invited.letter {
        let said = json!({ "email": email.as_str(), "added": true, "letter": true });
        return context.show(&said, || about(context, email.as_str(), "cli-user-letter"));
    }
    let link = links::address(app, invited.link);
    let expires_at = rfc3339(invited.link.issued_at + Kind::Invite.lasts());
    if !context.json {
        eprintln!("{}", said!(context.locale, "cli-user-link", email = email.as_str()));
    }
    let said = json!({ "email": email.as_str(), "added": true, "link": link, "expires_at": expires_at });
    context.show(&said, || link.clone())
}

/// The hash of a password that was typed and may be chosen.
async fn new_password(context: &Context, email: &str, name: &str) -> anyhow::Result<String> {
    let locale = context.locale;
    let typed = tokio::task::spawn_blocking(move || typed::new_password(locale)).await??;
    password::check(&typed, email, name).map_err(|weak| Fault::usage(weak.words(context.locale)))?;
    password::hash(&typed).await
}

async fn passwd(app: &App, context: &Context, person: &Person) -> anyhow::Result<()> {
    let hash = new_password(context, &person.email, &person.name).await?;
    team::set_password(app, person.id, &hash).await.map_err(|error| refused(context, error))?;
    told(context, person, "changed", true, "cli-user-password")
}

async fn change_role(
    app: &App,
    context: &Context,
    person: &Person,
    role: Option<Role>,
    place: &Place,
) -> anyhow::Result<()> {
    let newsletter_id = place.id(app, context).await?;
    let given = role::of(&app.db, person.id).await?;
    let others = given.iter().filter(|given| given.newsletter_id != newsletter_id);
    let mut wanted: Vec<Grant> = others.copied().map(Grant::from).collect();
    wanted.extend(role.map(|role| Grant { newsletter_id, role, may_send: place.may_send(role) }));
    let changed =
        team::set_roles(app, person.id, &wanted, Actor::Command).await.map_err(|error| refused(context, error))?;
    told(context, person, "changed", changed, "cli-user-roles")
}

async fn list(app: &App, context: &Context) -> anyhow::Result<()> {
    let people = accounts::all(&app.db).await?;
    let roles = role::all(&app.db).await?;
    let standings = standing::all(&app.db).await?;
    let links = identity::all(&app.db).await?;
    let mut slugs = std::collections::BTreeMap::new();
    for given in &roles {
        if let Some(newsletter) = newsletters::sql::by_id(&app.db, given.newsletter_id).await? {
            slugs.insert(newsletter.id, newsletter.slug);
        }
    }
    let own = |person: &Person| -> Vec<&Given> { roles.iter().filter(|given| given.person_id == person.id).collect() };
    let slug = |given: &Given| slugs.get(&given.newsletter_id).cloned();
    let stand = |person: &Person| standings.get(&person.id).copied().unwrap_or_default();
    let linked = |person: &Person| links.iter().filter(|link| link.person_id == person.id).count();
    let shown = |person: &Person| {
        let mut shown = view(person, stand(person), &own(person), slug);
        shown["links"] = linked(person).into();
        shown
    };
    let json: Vec<Value> = people.iter().map(shown).collect();
    context.show(&json, || {
        if people.is_empty() {
            return context.locale.text("cli-user-list-empty");
        }
        let roles = |person: &Person| {
            let one = |given: &&Given| role_words(slug(given), given, context.locale);
            own(person).iter().map(one).collect::<Vec<_>>().join(" ")
        };
        let line = |person: &Person| line(person, stand(person), &roles(person), context.locale);
        people.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

/// `carnet (editor, sends)`
fn role_words(slug: Option<String>, given: &Given, locale: &Locale) -> String {
    let sends = if given.may_send { locale.text("team-sends") } else { String::new() };
    let place = slug.unwrap_or_else(|| locale.text("cli-user-everywhere"));
    format!("{place} ({}{sends})", locale.text(&format!("role-{}", given.role)).to_lowercase())
}

fn line(person: &Person, stand: Standing, roles: &str, locale: &Locale) -> String {
    let state = locale.text(&format!("cli-user-state-{}", stand.word()));
    let factor = if stand.second_factor { "2fa" } else { "-" };
    let seen = match person.seen_at {
        Some(at) => said!(locale, "cli-user-seen", when = &phrase::when(at, &TimeZone::system())),
        None => locale.text("cli-user-not-seen"),
    };
    format!("{state:<9} {factor:<4} {:<32} {roles}  {seen}", person.email)
}

fn view(person: &Person, stand: Standing, own: &[&Given], slug: impl Fn(&Given) -> Option<String>) -> Value {
    let role = |given: &&Given| json!({ "newsletter": slug(given), "role": given.role, "may_send": given.may_send });
    json!({
        "email": person.email,
        "name": person.name,
        "language": person.language,
        "state": stand.word(),
        "second_factor": stand.second_factor,
        "roles": own.iter().map(role).collect::<Vec<_>>(),
        "created_at": rfc3339(person.created_at),
        "seen_at": person.seen_at.map(rfc3339),
    })
}
