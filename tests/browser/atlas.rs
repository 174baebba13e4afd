//! Every page there is: the routes of the program, each with addresses under which it is seen. Addresses are found as a reader finds
//! them, by following the links (and frames) of pages; what no page links to is handed in. A route that shows a page and is not seen
//! fails the test, so that no page is forgotten.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use facteur::web::console::routes;
use facteur::web::router;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, COOKIE};

use super::judge::{ALL, ONE, Sight};
use crate::harness::{Answer, TestApp};

/// Routes that answer `GET` with something that is no page.
const NO_PAGES: &[&str] = &[
    // A stream of news about a page.
    "/console/n/{newsletter}/digests/{digest}/events",
    // Leads to the youngest page of an archive.
    "/n/{newsletter}/archive/latest",
    // To a provider of log-ins, and back.
    "/console/oidc/login",
    "/console/oidc/return",
    // A mail as a file.
    "/console/n/{newsletter}/subscribers/returned/{row}/mail",
    // Tables as files.
    "/console/n/{newsletter}/stats/{table}",
    "/console/n/{newsletter}/digests/{digest}/stats/{table}",
    // One's own data as a file.
    "/data/{token}/data.json",
];

/// Addresses of a route that are looked at beside those that are handed in.
const MOST: usize = 2;

/// A browser without a screen: it asks with its cookie.
pub struct Visitor<'a> {
    app: &'a TestApp,
    cookie: String,
}

impl<'a> Visitor<'a> {
    pub fn new(app: &'a TestApp, cookie: &str) -> Self {
        Self { app, cookie: cookie.to_owned() }
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = self.app.request(Method::GET, path).header(COOKIE, format!("facteur={}", self.cookie));
        self.app.send(request.header("accept", "text/html")).await
    }

    /// Presses a button that leads to another page; gives where that is.
    pub async fn press(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let code = self.app.app.keys.page_code(&self.cookie);
        let fields = std::iter::once(("code", code.as_str())).chain(fields.iter().copied());
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.app.request(Method::POST, path).header(COOKIE, format!("facteur={}", self.cookie));
        let answer = self.app.send(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.body);
        answer.header("location").to_owned()
    }
}

/// What has been found of the routes.
pub struct Atlas {
    routes: Vec<&'static str>,
    /// How often each was seen.
    seen: BTreeMap<&'static str, usize>,
}

/// Every path that may show something, of the console and of the public pages.
fn shown() -> Vec<&'static str> {
    let console = routes::table().into_iter().filter(|route| route.method == Method::GET).map(|route| route.path);
    let public = router::pages().into_iter().map(|(path, _)| path);
    std::iter::once("/").chain(console).chain(public).filter(|path| !NO_PAGES.contains(path)).collect()
}

/// The routes with these names in them: those that need no other name.
pub fn plain(newsletter: &str) -> Vec<String> {
    let paths = shown().into_iter().map(|path| path.replace("{newsletter}", newsletter));
    paths.filter(|path| !path.contains('{') && path.starts_with("/console/n/")).collect()
}

/// Of several routes that fit, the one with the fewest names left open, as axum chooses.
pub fn route_of<'r>(path: &str, routes: &[&'r str]) -> Option<&'r str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let fits = |route: &&&str| {
        let (mut parts, mut wanted) = (path.split('/'), route.split('/'));
        loop {
            match (parts.next(), wanted.next()) {
                (None, None) => return true,
                (Some(part), Some(wanted)) if part == wanted || (wanted.starts_with('{') && !part.is_empty()) => {}
                _ => return false,
            }
        }
    };
    routes.iter().filter(fits).min_by_key(|route| route.matches('{').count()).copied()
}

/// Where a page leads: its links and its frames on this host.
fn links(body: &str) -> Vec<String> {
    let mut found = Vec::new();
    for attribute in [" href=\"", " src=\""] {
        for rest in body.split(attribute).skip(1) {
            let link = rest.split('"').next().unwrap_or_default();
            let link = link.split('#').next().unwrap_or_default().replace("&#38;", "&").replace("&amp;", "&");
            // The same page in another language is asked for anyhow.
            if link.starts_with('/') && !link.starts_with("//") && !link.contains("lang=") {
                found.push(link);
            }
        }
    }
    found
}

fn is_page(answer: &Answer) -> bool {
    answer.header("content-type").starts_with("text/html")
}

impl Atlas {
    pub fn new() -> Self {
        Self { routes: shown(), seen: BTreeMap::new() }
    }

    /// What this visitor finds from here on: all that is handed in, and of each route some more that is linked to.
    pub async fn explore(&mut self, visitor: &Visitor<'_>, seeds: Vec<String>) -> Vec<Sight> {
        let handed: BTreeSet<String> = seeds.iter().cloned().collect();
        let mut queue: VecDeque<String> = seeds.into();
        let (mut asked, mut sights) = (BTreeSet::new(), Vec::new());
        while let Some(path) = queue.pop_front() {
            let is_handed = handed.contains(&path);
            let route = route_of(&path, &self.routes);
            let count = route.map_or(0, |route| self.seen.get(route).copied().unwrap_or_default());
            let wanted = is_handed || (route.is_some() && count < MOST);
            if !wanted || !asked.insert(path.clone()) {
                continue;
            }
            let answer = visitor.get(&path).await;
            assert!(is_handed || [200, 303].contains(&answer.status), "a link leads to {path}: {}", answer.status);
            if !is_page(&answer) || answer.status == 303 {
                continue;
            }
            queue.extend(links(&answer.body));
            if let (Some(route), 200) = (route, answer.status) {
                *self.seen.entry(route).or_default() += 1;
            }
            let languages = if count == 0 { ALL } else { ONE };
            let sandbox = answer.header("content-security-policy").contains("sandbox");
            sights.push(Sight { path, languages, mail: sandbox.then_some(answer.body) });
        }
        sights
    }

    /// Fails where a route shows a page that nobody has found.
    pub async fn is_whole(&self, app: &TestApp) {
        let mut missing = Vec::new();
        for route in self.routes.iter().filter(|route| !self.seen.contains_key(*route)) {
            let path = route.split('/').map(|part| if part.starts_with('{') { "carnet" } else { part });
            let path = path.collect::<Vec<_>>().join("/");
            let answer = app.get(&path).await;
            // A button alone, a style sheet.
            let other = answer.status == 405 || (answer.status == 200 && !is_page(&answer));
            if !other {
                missing.push(*route);
            }
        }
        assert!(
            missing.is_empty(),
            "nobody looks at these pages: no page links to them, and tests/browser/world.rs hands in none of their addresses: {missing:#?}"
        );
    }

    /// How many routes were seen.
    pub fn routes_seen(&self) -> usize {
        self.seen.len()
    }
}

#[test]
fn an_address_belongs_to_the_nearest_route() {
    let routes = ["/n/{newsletter}", "/n/{newsletter}/drafts/{draft}", "/n/{newsletter}/drafts/new", "/"];
    for (path, route) in [
        ("/n/a", Some(routes[0])),
        ("/n/a/drafts/new?kind=letter", Some(routes[2])),
        ("/n/a/drafts/x", Some(routes[1])),
        ("/n/a/drafts/", None),
        ("/", Some("/")),
        ("/x", None),
    ] {
        assert_eq!(route_of(path, &routes), route, "{path}");
    }
}
