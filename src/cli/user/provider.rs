//! `facteur user links | unlink | provider`: accounts of a provider of log-ins, and the provider itself.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{about, told};
use crate::app::App;
use crate::cli::{Context, Fault};
use crate::clock::{Clock, rfc3339};
use crate::coded::{Coded as _, Told as _};
use crate::people::accounts::Person;
use crate::people::oidc::identity::{self, Identity, Unlinked};
use crate::people::oidc::provider::Provider;
use crate::phrase;

/// To whose accounts somebody's is linked.
pub(super) async fn links(app: &App, context: &Context, person: &Person) -> anyhow::Result<()> {
    let links = identity::of(&app.db, person.id).await?;
    let view = |link: &Identity| {
        json!({
            "issuer": link.issuer,
            "subject": link.subject,
            "linked_at": rfc3339(link.linked_at),
            "used_at": link.used_at.map(rfc3339),
        })
    };
    let json: Vec<Value> = links.iter().map(view).collect();
    context.show(&json!({ "email": person.email, "links": json }), || {
        if links.is_empty() {
            return about(context, &person.email, "cli-user-links-none");
        }
        links.iter().map(|link| line(context, link)).collect::<Vec<_>>().join("\n")
    })
}

fn line(context: &Context, link: &Identity) -> String {
    let (locale, zone) = (context.locale, TimeZone::system());
    let since = phrase::when(link.linked_at, &zone);
    let used = match link.used_at {
        Some(at) => said!(locale, "cli-user-seen", when = &phrase::when(at, &zone)),
        None => locale.text("cli-user-not-seen"),
    };
    let (issuer, subject) = (&link.issuer, &link.subject);
    said!(locale, "cli-user-link-since", issuer = issuer, subject = subject, since = &since, used = &used)
}

/// Ends a link: the only one, or the one with this provider.
pub(super) async fn unlink(app: &App, context: &Context, person: &Person, issuer: Option<&str>) -> anyhow::Result<()> {
    let links = identity::of(&app.db, person.id).await?;
    let issuer = match (issuer, links.as_slice()) {
        (Some(issuer), _) => issuer.to_owned(),
        (None, []) => return told(context, person, "unlinked", false, "cli-user-unlinked"),
        (None, [link]) => link.issuer.clone(),
        (None, several) => {
            let all = several.iter().map(|link| link.issuer.as_str()).collect::<Vec<_>>().join(", ");
            return Err(Fault::usage(said!(context.locale, "cli-user-unlink-which", issuers = &all)));
        }
    };
    match identity::unlink(app, person.id, &issuer, None).await? {
        Unlinked::Done => told(context, person, "unlinked", true, "cli-user-unlinked"),
        Unlinked::NoLink => told(context, person, "unlinked", false, "cli-user-unlinked"),
        Unlinked::OnlyWay => Err(Fault::refused(context.locale.text("cli-user-only-way"))),
    }
}

/// What the provider says of itself, and what it must know of us.
pub(super) async fn look(context: &Context) -> anyhow::Result<()> {
    let Some(provider) = Provider::of(&context.config()?) else {
        return Err(Fault::not_found(context.locale.text("cli-provider-off")));
    };
    let (issuer, back) = (provider.issuer(), provider.back());
    let found = provider.look(&Clock::system()).await;
    let json = match &found {
        Ok((metadata, keys)) => json!({
            "issuer": issuer,
            "redirect_uri": back,
            "fits": true,
            "authorization_endpoint": metadata.authorization.as_str(),
            "keys": keys,
        }),
        Err(trouble) => json!({
            "issuer": issuer, "redirect_uri": back, "fits": false, "code": trouble.code(), "trouble": trouble.to_string(),
        }),
    };
    let locale = context.locale;
    context.show(&json, || {
        let register = said!(locale, "cli-provider-register", issuer = issuer, back = back);
        match &found {
            Ok((metadata, keys)) => {
                let (authorization, keys) = (metadata.authorization.as_str(), keys.to_string());
                let fits = said!(locale, "cli-provider-fits", authorization = authorization, keys = keys.as_str());
                format!("{register}\n{fits}")
            }
            Err(_) => register,
        }
    })?;
    match found {
        Ok(_) => Ok(()),
        Err(trouble) => {
            let trouble = trouble.words(locale);
            Err(Fault::problems(said!(locale, "cli-provider-trouble", trouble = &trouble)))
        }
    }
}
