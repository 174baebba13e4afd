//! Every route of the console on one screen, each with what it asks for. A test walks this table with every role.

use std::sync::Arc;

use axum::http::Method;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router, middleware};

use crate::app::App;
use crate::people::delays::Delays;
use crate::people::role::Right;

use super::digests::{act, archive, letters, list, page, send};
use super::guard::{Asked, Rule, guard};
use super::{
    account, activity, digest_check, digest_edit, digest_preview, doctor, draft_preview, draft_share, drafts,
    forgotten, home, link, live, login, member, membership, oidc, passkeys, posts, reader_letters, ready, revisions,
    schedule, second_factor, settings, signup_form, start, stats, subscribers, system, team, text_revisions, texts,
    today, tokens, topics, warmup, ways,
};

/// One route.
pub struct Route {
    /// `GET` shows, `POST` acts.
    pub method: Method,
    /// As axum writes paths.
    pub path: &'static str,
    /// What it asks for.
    pub rule: Rule,
    /// Longest body, bytes.
    pub limit: usize,
    handler: MethodRouter<Arc<App>>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {:?}", self.method, self.path, self.rule)
    }
}

/// Longest text that somebody signed in may paste, bytes: what is too long for its field is still shown to them.
const PASTE: usize = 32 * 1024 * 1024;
/// Longest body of whoever has no account.
const STRANGER: usize = 64 * 1024;

impl Route {
    /// A page that shows.
    pub fn get(path: &'static str, rule: Rule, handler: MethodRouter<Arc<App>>) -> Self {
        Self { method: Method::GET, path, rule, limit: 0, handler }
    }

    /// A form that acts.
    pub fn post(path: &'static str, rule: Rule, handler: MethodRouter<Arc<App>>) -> Self {
        let limit = if rule == Rule::Open { STRANGER } else { PASTE };
        Self { method: Method::POST, path, rule, limit, handler }
    }
}

/// All of them.
pub fn table() -> Vec<Route> {
    [
        first(),
        of_people(),
        of_instance(),
        of_writing(),
        of_digests(),
        of_what_digests_say(),
        of_subscribers(),
        of_newsletter(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Where everybody begins.
fn first() -> Vec<Route> {
    use Rule::{In, Signed};
    vec![
        Route::get("/console", Signed, get(home::show)),
        Route::get("/console/n/{newsletter}", In(Right::See), get(today::show)),
        Route::get("/console/n/{newsletter}/stats", In(Right::See), get(stats::show)),
        Route::post("/console/n/{newsletter}/stats", In(Right::Settings), post(stats::act)),
        Route::get("/console/n/{newsletter}/stats/{table}", In(Right::See), get(stats::file)),
    ]
}

/// Who comes in, and who may do what.
fn of_people() -> Vec<Route> {
    use Rule::{Open, Owner, Signed};
    vec![
        Route::get("/console/login", Open, get(login::show)),
        Route::post("/console/login", Open, post(login::act)),
        Route::get("/console/login/code", Open, get(login::show_code)),
        Route::post("/console/login/code", Open, post(login::act_code)),
        Route::post("/console/login/passkey", Open, post(passkeys::sign_in)),
        Route::post("/console/logout", Open, post(login::logout)),
        Route::get("/console/forgotten", Open, get(forgotten::show)),
        Route::post("/console/forgotten", Open, post(forgotten::act)),
        Route::get("/console/link/{token}", Open, get(link::show)),
        Route::post("/console/link/{token}", Open, post(link::act)),
        Route::get("/console/oidc/login", Open, get(oidc::door::begin)),
        Route::get("/console/oidc/return", Open, get(oidc::door::come_back)),
        Route::get("/console/oidc/stopped", Open, get(oidc::door::stopped)),
        Route::post("/console/link/{token}/oidc", Open, post(oidc::invited::begin)),
        Route::post("/console/account/oidc", Signed, post(oidc::account::link)),
        Route::post("/console/account/oidc/unlink", Signed, post(oidc::account::unlink)),
        Route::get("/console/account", Signed, get(account::show)),
        Route::post("/console/account", Signed, post(account::act)),
        Route::post("/console/account/password", Signed, post(account::change_password)),
        Route::post("/console/account/sessions", Signed, post(account::end_sessions)),
        Route::get("/console/account/second-factor", Signed, get(second_factor::show)),
        Route::post("/console/account/second-factor", Signed, post(second_factor::turn_on)),
        Route::post("/console/account/second-factor/off", Signed, post(second_factor::turn_off)),
        Route::post("/console/account/recovery-codes", Signed, post(second_factor::renew)),
        Route::get("/console/account/passkeys", Signed, get(passkeys::begin)),
        Route::post("/console/account/passkeys", Signed, post(passkeys::make)),
        Route::post("/console/account/passkeys/add", Signed, post(passkeys::add)),
        Route::get("/console/account/passkeys/{passkey}", Signed, get(passkeys::show)),
        Route::post("/console/account/passkeys/{passkey}", Signed, post(passkeys::rename)),
        Route::post("/console/account/passkeys/{passkey}/remove", Signed, post(passkeys::remove)),
        Route::get("/console/team", Owner, get(team::show)),
        Route::post("/console/team", Owner, post(team::invite)),
        Route::get("/console/team/{person}", Owner, get(member::show)),
        Route::post("/console/team/{person}", Owner, post(member::set_roles)),
        Route::post("/console/team/{person}/disable", Owner, post(member::disable)),
        Route::post("/console/team/{person}/enable", Owner, post(member::enable)),
        Route::post("/console/team/{person}/invite", Owner, post(member::invite)),
        Route::post("/console/team/{person}/ways", Owner, post(ways::end)),
    ]
}

/// The instance itself.
fn of_instance() -> Vec<Route> {
    use Rule::Owner;
    vec![
        Route::get("/console/tokens", Owner, get(tokens::show)),
        Route::post("/console/tokens", Owner, post(tokens::create)),
        Route::post("/console/tokens/revoke", Owner, post(tokens::revoke)),
        Route::get("/console/activity", Owner, get(activity::show)),
        Route::post("/console/activity", Owner, post(activity::check)),
        Route::post("/console/activity/export", Owner, post(activity::export)),
        Route::get("/console/system", Owner, get(system::show)),
    ]
}

/// Posts, drafts, letters of their own.
fn of_writing() -> Vec<Route> {
    use Rule::In;
    vec![
        Route::get("/console/n/{newsletter}/posts", In(Right::See), get(posts::show)),
        Route::post("/console/n/{newsletter}/posts", In(Right::Write), post(posts::decide)),
        Route::post("/console/n/{newsletter}/posts/read", In(Right::Write), post(posts::read)),
        Route::get("/console/n/{newsletter}/posts/{post}", In(Right::See), get(posts::one)),
        Route::get("/console/n/{newsletter}/posts/{post}/mail", In(Right::See), get(posts::as_mail)),
        Route::get("/console/n/{newsletter}/drafts", In(Right::Write), get(drafts::list)),
        Route::post("/console/n/{newsletter}/drafts", In(Right::Write), post(drafts::create)),
        Route::get("/console/n/{newsletter}/drafts/new", In(Right::Write), get(drafts::begin)),
        Route::post("/console/n/{newsletter}/drafts/preview", In(Right::Write), post(draft_preview::typed_text)),
        Route::post("/console/n/{newsletter}/drafts/picture", In(Right::Write), post(drafts::first_picture)),
        Route::get("/console/n/{newsletter}/drafts/{draft}", In(Right::Write), get(drafts::show)),
        Route::post("/console/n/{newsletter}/drafts/{draft}", In(Right::Write), post(drafts::store)),
        Route::post("/console/n/{newsletter}/drafts/{draft}/picture", In(Right::Write), post(drafts::picture)),
        Route::get("/console/n/{newsletter}/drafts/{draft}/preview", In(Right::Write), get(draft_preview::stored)),
        Route::get("/console/n/{newsletter}/drafts/{draft}/revisions", In(Right::Write), get(revisions::of_draft)),
        Route::get(
            "/console/n/{newsletter}/drafts/{draft}/revisions/{revision}",
            In(Right::Write),
            get(revisions::draft_text),
        ),
        Route::post(
            "/console/n/{newsletter}/drafts/{draft}/revisions/{revision}",
            In(Right::Write),
            post(revisions::take_draft_text),
        ),
        Route::get("/console/n/{newsletter}/drafts/{draft}/share", In(Right::Write), get(draft_share::show)),
        Route::post("/console/n/{newsletter}/drafts/{draft}/share", In(Right::Write), post(draft_share::make)),
        Route::post("/console/n/{newsletter}/drafts/{draft}/share/end", In(Right::Write), post(draft_share::end)),
        Route::post("/console/n/{newsletter}/drafts/{draft}/delete", In(Right::Write), post(drafts::delete)),
        Route::post("/console/n/{newsletter}/drafts/{draft}/restore", In(Right::Write), post(drafts::restore)),
        Route::get("/console/n/{newsletter}/drafts/{draft}/ready", In(Right::Write), get(ready::show)),
        Route::post("/console/n/{newsletter}/drafts/{draft}/publish", In(Right::Write), post(ready::publish)),
        Route::post("/console/n/{newsletter}/drafts/{draft}/take-back", In(Right::Write), post(ready::take_back)),
        Route::post("/console/n/{newsletter}/drafts/{draft}/send", In(Right::Send), post(ready::send)),
        Route::post("/console/n/{newsletter}/drafts/{draft}/stop", In(Right::Send), post(ready::stop)),
    ]
}

/// What is sent: looked at, let go, stopped.
fn of_digests() -> Vec<Route> {
    use Rule::In;
    vec![
        Route::get("/console/n/{newsletter}/digests", In(Right::See), get(list::show)),
        Route::get("/console/n/{newsletter}/digests/send", In(Right::Send), get(send::show)),
        Route::post("/console/n/{newsletter}/digests/send", In(Right::Send), post(send::press)),
        Route::post("/console/n/{newsletter}/digests/letters", In(Right::Send), post(letters::press)),
        Route::get("/console/n/{newsletter}/digests/{digest}", In(Right::See), get(page::show)),
        Route::get("/console/n/{newsletter}/digests/{digest}/events", In(Right::See), get(page::watch)),
        Route::get("/console/n/{newsletter}/digests/{digest}/approve", In(Right::Send), get(act::ask)),
        Route::get("/console/n/{newsletter}/digests/{digest}/stop", In(Right::Send), get(act::ask)),
        Route::get("/console/n/{newsletter}/digests/{digest}/skip", In(Right::Send), get(act::ask)),
        Route::get("/console/n/{newsletter}/digests/{digest}/dead", In(Right::Send), get(act::ask)),
        Route::get("/console/n/{newsletter}/digests/{digest}/cancel", In(Right::Send), get(act::ask)),
        Route::post("/console/n/{newsletter}/digests/{digest}/approve", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/stop", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/skip", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/pause", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/resume", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/dead", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/cancel", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/retry", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/revive", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/again", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/settle", In(Right::Send), post(act::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/archive", In(Right::Send), post(archive::press)),
        Route::post("/console/n/{newsletter}/digests/{digest}/at-once", In(Right::Send), post(act::press)),
        Route::get("/console/n/{newsletter}/digests/{digest}/stats", In(Right::See), get(stats::digest)),
        Route::get("/console/n/{newsletter}/digests/{digest}/stats/{table}", In(Right::See), get(stats::digest_file)),
    ]
}

/// What a digest says: checked, changed, previewed, tested.
fn of_what_digests_say() -> Vec<Route> {
    use Rule::In;
    vec![
        Route::get("/console/n/{newsletter}/digests/{digest}/check", In(Right::See), get(digest_check::show)),
        Route::post("/console/n/{newsletter}/digests/{digest}/check", In(Right::Write), post(digest_check::look)),
        Route::post(
            "/console/n/{newsletter}/digests/{digest}/duplicate",
            In(Right::Write),
            post(digest_edit::duplicate),
        ),
        Route::get("/console/n/{newsletter}/digests/{digest}/edit", In(Right::Write), get(digest_edit::show)),
        Route::post("/console/n/{newsletter}/digests/{digest}/edit", In(Right::Write), post(digest_edit::act)),
        Route::get("/console/n/{newsletter}/digests/{digest}/revisions", In(Right::Write), get(revisions::of_digest)),
        Route::get(
            "/console/n/{newsletter}/digests/{digest}/revisions/{revision}",
            In(Right::Write),
            get(revisions::digest_text),
        ),
        Route::post(
            "/console/n/{newsletter}/digests/{digest}/revisions/{revision}",
            In(Right::Write),
            post(revisions::take_digest_text),
        ),
        Route::get("/console/n/{newsletter}/digests/{digest}/preview", In(Right::See), get(digest_preview::digest)),
        Route::get(
            "/console/n/{newsletter}/digests/{digest}/preview/mail",
            In(Right::See),
            get(digest_preview::digest_mail),
        ),
        Route::post("/console/n/{newsletter}/digests/{digest}/test", In(Right::Write), post(digest_preview::test)),
        Route::get("/console/n/{newsletter}/schedule/{number}/preview", In(Right::See), get(digest_preview::slot)),
        Route::get(
            "/console/n/{newsletter}/schedule/{number}/preview/mail",
            In(Right::See),
            get(digest_preview::slot_mail),
        ),
    ]
}

/// The newsletter itself.
fn of_newsletter() -> Vec<Route> {
    use Rule::{In, Owner};
    vec![
        Route::get("/console/n/{newsletter}/warmup", In(Right::See), get(warmup::show)),
        Route::post("/console/n/{newsletter}/warmup", In(Right::Send), post(warmup::act)),
        Route::get("/console/n/{newsletter}/schedule", In(Right::Settings), get(schedule::show)),
        Route::post("/console/n/{newsletter}/schedule", In(Right::Settings), post(schedule::act)),
        Route::get("/console/n/{newsletter}/topics", In(Right::Settings), get(topics::show)),
        Route::post("/console/n/{newsletter}/topics", In(Right::Settings), post(topics::act)),
        Route::get("/console/n/{newsletter}/settings", In(Right::Settings), get(settings::show)),
        Route::post("/console/n/{newsletter}/settings", In(Right::Settings), post(settings::act)),
        Route::get("/console/n/{newsletter}/reader-letters", In(Right::Settings), get(reader_letters::show)),
        Route::post("/console/n/{newsletter}/reader-letters", In(Right::Settings), post(reader_letters::act)),
        Route::get("/console/n/{newsletter}/texts", In(Right::Settings), get(texts::list)),
        Route::get("/console/n/{newsletter}/texts/{language}/{place}", In(Right::Settings), get(texts::show)),
        Route::post("/console/n/{newsletter}/texts/{language}/{place}", In(Right::Settings), post(texts::store)),
        Route::get(
            "/console/n/{newsletter}/texts/{language}/{place}/preview",
            In(Right::Settings),
            get(texts::stored_preview),
        ),
        Route::post(
            "/console/n/{newsletter}/texts/{language}/{place}/preview",
            In(Right::Settings),
            post(texts::preview),
        ),
        Route::get(
            "/console/n/{newsletter}/texts/{language}/{place}/revisions",
            In(Right::Settings),
            get(text_revisions::list),
        ),
        Route::get(
            "/console/n/{newsletter}/texts/{language}/{place}/revisions/{revision}",
            In(Right::Settings),
            get(text_revisions::show),
        ),
        Route::post(
            "/console/n/{newsletter}/texts/{language}/{place}/revisions/{revision}",
            In(Right::Settings),
            post(text_revisions::take),
        ),
        Route::get("/console/n/{newsletter}/form", In(Right::Settings), get(signup_form::show)),
        Route::post("/console/n/{newsletter}/form", In(Right::Settings), post(signup_form::check)),
        Route::get("/console/n/{newsletter}/live", In(Right::Settings), get(live::show)),
        Route::post("/console/n/{newsletter}/live", In(Right::Settings), post(live::act)),
        Route::get("/console/n/{newsletter}/team", In(Right::Team), get(membership::show)),
        Route::post("/console/n/{newsletter}/team", In(Right::Team), post(membership::invite)),
        Route::get("/console/n/{newsletter}/team/{person}", In(Right::Team), get(membership::member)),
        Route::post("/console/n/{newsletter}/team/{person}", In(Right::Team), post(membership::set)),
        Route::post("/console/n/{newsletter}/team/{person}/invite", In(Right::Team), post(membership::invite_again)),
        Route::get("/console/n/{newsletter}/doctor", In(Right::Settings), get(doctor::show)),
        Route::post("/console/n/{newsletter}/doctor", In(Right::Settings), post(doctor::look)),
        Route::post("/console/n/{newsletter}/doctor/waive", In(Right::Send), post(doctor::waive)),
        Route::get("/console/start", Owner, get(start::show)),
        Route::post("/console/start", Owner, post(start::act)),
    ]
}

/// Those of `subscribers`: what is typed to find somebody is posted, and never stands in an address.
fn of_subscribers() -> Vec<Route> {
    use subscribers::{add, bulk, import, list, person, returned};

    let readers = Rule::In(Right::Readers);
    vec![
        Route::get("/console/n/{newsletter}/subscribers", readers, get(list::show)),
        Route::post("/console/n/{newsletter}/subscribers", readers, post(list::search)),
        Route::post("/console/n/{newsletter}/subscribers/export", readers, post(list::take_away)),
        Route::post("/console/n/{newsletter}/subscribers/notice", readers, post(list::notice)),
        Route::get("/console/n/{newsletter}/subscribers/add", readers, get(add::show)),
        Route::post("/console/n/{newsletter}/subscribers/add", readers, post(add::act)),
        Route::post("/console/n/{newsletter}/subscribers/act", readers, post(bulk::ask)),
        Route::post("/console/n/{newsletter}/subscribers/act/do", readers, post(bulk::act)),
        Route::get("/console/n/{newsletter}/subscribers/acts/{act}", readers, get(bulk::show)),
        Route::post("/console/n/{newsletter}/subscribers/acts/{act}/undo", readers, post(bulk::undo)),
        Route::get("/console/n/{newsletter}/subscribers/import", readers, get(import::show)),
        Route::post("/console/n/{newsletter}/subscribers/import", readers, post(import::send)),
        Route::get("/console/n/{newsletter}/subscribers/import/{upload}", readers, get(import::report)),
        Route::post("/console/n/{newsletter}/subscribers/import/{upload}", readers, post(import::again)),
        Route::post("/console/n/{newsletter}/subscribers/import/{upload}/apply", readers, post(import::apply)),
        Route::post("/console/n/{newsletter}/subscribers/import/{upload}/discard", readers, post(import::discard)),
        Route::get("/console/n/{newsletter}/subscribers/returned", readers, get(returned::show)),
        Route::post("/console/n/{newsletter}/subscribers/returned", readers, post(returned::burst)),
        Route::get("/console/n/{newsletter}/subscribers/returned/{row}", readers, get(returned::show_one)),
        Route::post("/console/n/{newsletter}/subscribers/returned/{row}", readers, post(returned::act)),
        Route::get("/console/n/{newsletter}/subscribers/returned/{row}/mail", readers, get(returned::mail)),
        Route::get("/console/n/{newsletter}/subscribers/{subscriber}", readers, get(person::show)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/export", readers, post(person::take_away)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/unsubscribe", readers, post(person::unsubscribe)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/stays", readers, post(person::stays)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/confirmation", readers, post(person::ask_again)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/address", readers, post(person::change_address)),
        Route::get("/console/n/{newsletter}/subscribers/{subscriber}/erase", readers, get(person::ask_erase)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/erase", readers, post(person::forget)),
    ]
}

/// The routes with their guards.
pub fn router(app: &Arc<App>) -> Router<Arc<App>> {
    let router = table().into_iter().fold(Router::new(), |router, route| {
        let asked = Asked { app: app.clone(), rule: route.rule, limit: route.limit };
        router.route(route.path, route.handler.layer(middleware::from_fn_with_state(asked, guard)))
    });
    router.layer(Extension(Arc::<Delays>::default())).layer(Extension(oidc::door::Door::of(app)))
}
