//! Every page in both languages, light and dark, on a telephone and on a screen: nothing in anybody's way. What is empty, what is full
//! and what went wrong, in one language. One world and one browser serve all of it; an instance with nothing in it is another.

use std::collections::BTreeSet;

use facteur::people::role::Role;
use facteur::people::totp;
use facteur::web::console::routes;
use reqwest::Method;

use super::atlas::{Atlas, Visitor, plain, route_of};
use super::judge::{Judge, Sight};
use super::world::{HOME, PASSWORD, World, fill, passkeys};
use crate::harness::mail::path_of;
use crate::harness::{TestApp, on_sqlite};
use crate::people::{between, bytes_of};

/// Of nobody.
const STRANGER: &str = "ssssssssssssssssssssssssssssssssssssssssssss";

/// The pages of the instance before there is a newsletter.
const FIRST: &[&str] = &[
    "/console",
    "/console/start",
    "/console/team",
    "/console/account",
    "/console/tokens",
    "/console/activity",
    "/console/system",
];

#[tokio::test]
async fn no_page_stands_in_anybodys_way() {
    if !on_sqlite() {
        return;
    }
    let app = TestApp::for_browser().await;
    let Some(mut judge) = Judge::start(&app).await else { return };
    let mut atlas = Atlas::new();

    // Before there is anybody, and then before there is a newsletter.
    let link = path_of(app.cli(&["user", "setup-link"]).await.ok().trim()).to_owned();
    let stranger = Visitor::new(&app, STRANGER);
    let first = ["/console/login", "/console/forgotten", "/"].map(str::to_owned);
    let sights = atlas.explore(&stranger, std::iter::once(link).chain(first).collect()).await;
    judge.is(STRANGER).await;
    judge.see(&sights).await;
    let owner = app.console(Role::Owner, None).await;
    judge.is(&owner.cookie).await;
    judge.see(&FIRST.iter().copied().map(Sight::of).collect::<Vec<_>>()).await;

    // With everything in it.
    let world = fill(&app, owner.person).await;
    passkeys(&app, owner.person).await;
    let sights = atlas.explore(&stranger, world.open.clone()).await;
    judge.is(STRANGER).await;
    judge.see(&sights).await;
    let sights = atlas.explore(&Visitor::new(&app, &world.half), vec!["/console/login/code".to_owned()]).await;
    judge.is(&world.half).await;
    judge.see(&sights).await;
    let visitor = Visitor::new(&app, &world.owner);
    let mut seeds = vec!["/console".to_owned(), "/console/account/second-factor".to_owned()];
    seeds.extend(plain("carnet"));
    seeds.extend(world.seeds.clone());
    let sights = atlas.explore(&visitor, seeds).await;
    judge.is(&world.owner).await;
    judge.see(&sights).await;

    // What answers to forms, as long as the digest waits; and then the digest on its way.
    answers(&mut judge, &world).await;
    let id = world.waiting.rsplit('/').next().unwrap();
    app.cli(&["digest", "approve", "carnet", id]).await.ok();
    judge.see(&[Sight::of(&world.waiting), Sight::of(format!("{}/edit", world.waiting)), Sight::of(HOME)]).await;
    codes(&app, &mut judge, &world).await;

    // What is not there, and what is not for everybody.
    judge.see(&[Sight::of("/console/n/nulle-part"), Sight::of(format!("{HOME}/posts/999999"))]).await;
    judge.is(&world.viewer).await;
    judge.see(&[Sight::of(format!("{HOME}/settings")), Sight::of(HOME)]).await;
    atlas.is_whole(&app).await;
    judge.end(&format!("pages of {} routes, and answers to forms", atlas.routes_seen()));
}

#[tokio::test]
async fn no_page_stands_in_the_way_when_it_has_nothing_to_show() {
    if !on_sqlite() {
        return;
    }
    let app = TestApp::for_browser().await;
    let Some(mut judge) = Judge::start(&app).await else { return };
    app.newsletter("vide").await;
    let owner = app.console(Role::Owner, None).await;
    judge.is(&owner.cookie).await;
    let visitor = Visitor::new(&app, &owner.cookie);
    let mut sights = vec![Sight::of("/console"), Sight::of("/n/vide")];
    for path in plain("vide") {
        assert_eq!(visitor.get(&path).await.status, 200, "{path}");
        sights.push(Sight::of(path));
    }
    judge.see(&sights).await;
    judge.end("pages with nothing to show");
}

/// A form, from which page and where to, and the status of the page that answers.
struct Form<'a> {
    from: String,
    to: String,
    fields: Vec<(&'a str, &'a str)>,
    status: i64,
}

fn form<'a>(from: &str, to: &str, fields: &[(&'a str, &'a str)], status: i64) -> Form<'a> {
    Form { from: from.to_owned(), to: to.to_owned(), fields: fields.to_vec(), status }
}

/// Parts of the console whose forms have nothing that can be wrong.
const NOTHING_WRONG: &[&str] = &["logout", "doctor"];

/// The part of the console that a route is of: `drafts`, `team`.
fn part(route: &str) -> &str {
    let rest = route.trim_start_matches("/console").trim_start_matches("/n/{newsletter}");
    rest.trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// Those of whoever is not signed in.
fn of_strangers(world: &World) -> Vec<Form<'static>> {
    let weak = [("name", "Zoé"), ("password", "court"), ("again", "autre")];
    let (login, forgotten) = ("/console/login", "/console/forgotten");
    vec![
        form(login, login, &[("email", "personne@equipe.example"), ("password", "un faux mot de passe")], 422),
        form(login, "/console/login/passkey", &[], 422),
        form(forgotten, forgotten, &[("email", "sans arobase")], 422),
        form(&world.invitation, &world.invitation, &weak, 422),
        form(&world.invitation, &format!("{}/oidc", world.invitation), &[], 200),
        form("/n/carnet", "/n/carnet", &[("email", "sans arobase")], 422),
        form("/link", "/link", &[("email", "sans arobase")], 422),
        form(
            &world.settings,
            &world.settings,
            &[("email", "sans arobase"), ("pause", "until"), ("until", "hier")],
            422,
        ),
        form("/n/carnet/archive", "/n/carnet", &[("email", "sans arobase")], 422),
        // The session has ended while somebody typed.
        form(login, &format!("{HOME}/drafts"), &[("title", "Ce que j’ai tapé"), ("body", "Un long texte")], 401),
    ]
}

/// Those of people, and of how a newsletter is set.
fn of_owners(world: &World) -> Vec<Form<'static>> {
    let at = |path: &str| format!("{HOME}/{path}");
    let here = |path: &str, fields: &[(&'static str, &'static str)], status| form(&at(path), &at(path), fields, status);
    let typed = |field: &'static str| [(field, "rien de tel")];
    let invited = [("email", "zoe@equipe.example"), ("role", "viewer"), ("newsletter", "0"), ("how", "link")];
    vec![
        form("/console/team", "/console/team", &typed("email"), 422),
        form("/console/team", "/console/team", &invited, 200),
        form(&world.own, &world.own, &[("role-0", "")], 422),
        form("/console/account", "/console/account/password", &[("current", "un faux mot de passe")], 422),
        form("/console/account", "/console/account/oidc", &[("password-oidc", "un faux mot de passe")], 422),
        form("/console/start", "/console/start", &typed("blog"), 422),
        here("team", &typed("email"), 422),
        form(&world.member, &world.member, &[("role", "roi")], 422),
        here("settings", &[("act", "delete"), ("slug", "autre")], 422),
        here("settings", &[("act", "feed-add"), ("feed", "rien de tel")], 422),
        here("settings", &[("act", "rien")], 404),
        here("settings", &[("act", "rename"), ("rename", "Rien de tel")], 422),
        here("settings", &[("act", "archive"), ("archive", "rien")], 404),
        here(
            "schedule",
            &[
                ("act", "save"),
                ("number", "1"),
                ("every", "week"),
                ("weekday", "monday"),
                ("at", "99:99"),
                ("zone", "Mars"),
            ],
            422,
        ),
        here("reader-letters", &[("act", "welcome"), ("brings", "chosen")], 422),
        here("reader-letters", &[("act", "staying"), ("asks", "yes"), ("months", "1"), ("days", "hier")], 422),
        here("topics", &[("act", "save"), ("topic", "new"), ("name", ""), ("categories", "Jardin")], 422),
        here("texts/fr/confirm", &[("confirm.subject", "")], 422),
        here("form", &typed("page"), 422),
    ]
}

/// Those of what a newsletter sends and to whom.
fn of_editors<'a>(world: &World, long: &'a str, reader: &'a str) -> Vec<Form<'a>> {
    let at = |path: &str| format!("{HOME}/{path}");
    let here = |path: &str, fields: &[(&'a str, &'a str)], status| form(&at(path), &at(path), fields, status);
    let act = |to: String, fields: &[(&'a str, &'a str)], status| form(HOME, &to, fields, status);
    let typed = |field: &'a str| [(field, "rien de tel")];
    vec![
        here("live", &[("mode", "rien")], 404),
        here("warmup", &[("act", "rien")], 404),
        here("stats", &[("letter", "rien")], 404),
        here("posts", &[], 400),
        here("drafts", &[("title", long), ("body", "Un texte")], 422),
        form(&world.draft, &world.draft, &[("revision", "0"), ("title", "Le mien"), ("body", "Un autre texte")], 409),
        form(&world.draft, &format!("{}/picture", world.draft), &[("revision", "2"), ("title", "Un")], 422),
        act(format!("{}/revisions/1", world.draft), &[("revision", "0")], 409),
        act(format!("{}/send", world.letter), &[("leaves", "later"), ("when", "hier")], 422),
        here("digests/send", &[], 422),
        act(at("digests/letters"), &[], 422),
        act(format!("{}/edit", world.waiting), &[("revision", "0"), ("subject", long)], 422),
        act(format!("{}/edit", world.waiting), &[("revision", "0"), ("subject", "Le mien")], 409),
        act(format!("{}/revisions/1", world.waiting), &[("revision", "0")], 409),
        act(format!("{}/test", world.waiting), &[("to", "")], 422),
        act(format!("{}/skip", world.paused), &[], 409),
        here("subscribers", &[("how", "address"), ("q", "p1")], 200),
        here("subscribers", &[("how", "name"), ("q", "personne de ce nom")], 200),
        here("subscribers/add", &typed("email"), 422),
        here("subscribers/import", &[("confirmed", "sur papier")], 422),
        here("subscribers/returned", &[("what", "rien")], 422),
        here("subscribers/returned/1", &[("what", "file"), ("email", "rien de tel")], 422),
        act(at(&format!("subscribers/{reader}/address")), &typed("email"), 422),
        act(at("subscribers/act"), &[("act", "unsubscribe"), ("id", reader)], 200),
        act(at("subscribers/act/do"), &[("act", "erase"), ("id", reader), ("count", "1"), ("typed", "9")], 422),
        // A page that is too old.
        act(at("drafts"), &[("code", "vieux"), ("title", "Ce que j’ai tapé"), ("body", "Un long texte")], 403),
    ]
}

/// Those of the instance, of texts of before and of a link to a draft.
fn of_the_instance(world: &World) -> Vec<Form<'static>> {
    let token = [("name", "un programme au nom bien long"), ("verb", "read"), ("newsletter", "0"), ("days", "30")];
    let text = format!("{HOME}/texts/fr/confirm/revisions/subject-1");
    let passkeys = "/console/account/passkeys";
    vec![
        form("/console/tokens", "/console/tokens", &[("name", "")], 422),
        form("/console/tokens", "/console/tokens", &token, 200),
        form("/console/activity", "/console/activity", &[], 200),
        form(passkeys, passkeys, &[("name", "Le téléphone"), ("current", "un faux mot de passe")], 422),
        form(passkeys, passkeys, &[("name", "Le téléphone"), ("current", PASSWORD)], 200),
        form(passkeys, &format!("{passkeys}/add"), &[("name", "Le téléphone")], 422),
        form(passkeys, &format!("{passkeys}/1/remove"), &[("current", "un faux mot de passe")], 422),
        form(&text, &text, &[("seen", "vieux")], 409),
        form(&format!("{}/share", world.draft), &format!("{}/share", world.draft), &[("days", "1000")], 422),
    ]
}

/// The answers of all forms, each part of the console at least once.
async fn answers(judge: &mut Judge<'_>, world: &World) {
    let (long, reader) = ("é".repeat(301), world.reader.to_string());
    let (strangers, mut owners): (_, Vec<Form<'_>>) = (of_strangers(world), of_owners(world));
    owners.extend(of_editors(world, &long, &reader));
    owners.extend(of_the_instance(world));
    let half = form("/console/login/code", "/console/login/code", &[("number", "000000")], 422);
    let posts: Vec<_> = routes::table().into_iter().filter(|route| route.method == Method::POST).collect();
    let paths: Vec<&'static str> = posts.iter().map(|route| route.path).collect();
    let answered = strangers.iter().chain(&owners).chain([&half]).filter_map(|form| route_of(&form.to, &paths));
    let answered: BTreeSet<&str> = answered.map(part).collect();
    let silent: BTreeSet<&str> = paths
        .iter()
        .map(|path| part(path))
        .filter(|part| !answered.contains(part) && !NOTHING_WRONG.contains(part))
        .collect();
    assert!(silent.is_empty(), "no form of these parts is sent: {silent:?}");
    for (cookie, forms) in [(STRANGER, strangers), (world.half.as_str(), vec![half]), (world.owner.as_str(), owners)] {
        judge.is(cookie).await;
        for Form { from, to, fields, status } in forms {
            judge.answer(&from, &to, &fields, status).await;
        }
    }
}

/// Recovery codes, which are shown once.
async fn codes(app: &TestApp, judge: &mut Judge<'_>, world: &World) {
    let path = "/console/account/second-factor";
    let page = Visitor::new(app, &world.owner).get(path).await;
    let (secret, offer) = (between(&page, "class=\"secret\">", "<"), between(&page, "name=\"offer\" value=\"", "\""));
    let number = totp::code(&bytes_of(secret), app.clock.now());
    judge.answer(path, path, &[("offer", offer), ("current", PASSWORD), ("number", &number)], 200).await;
}
