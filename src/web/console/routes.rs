//! Every route of the console on one screen, each with what it asks for. A test walks this table with every role.

use std::sync::Arc;

use axum::http::Method;
use axum::routing::{MethodRouter, get, post};
use axum::{Router, middleware};

use crate::app::App;
use crate::people::role::Right;

use super::guard::{Asked, Rule, guard};
use super::subscribers::{add, bulk, import, list, person};
use super::{home, today};

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
    use Rule::{In, Signed};
    vec![
        Route::get("/console", Signed, get(home::show)),
        Route::get("/console/n/{newsletter}", In(Right::See), get(today::show)),
    ]
    .into_iter()
    .chain(of_subscribers())
    .collect()
}

/// Those of `subscribers`: what is typed to find somebody is posted, and never stands in an address.
fn of_subscribers() -> Vec<Route> {
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
        Route::get("/console/n/{newsletter}/subscribers/{subscriber}", readers, get(person::show)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/export", readers, post(person::take_away)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/unsubscribe", readers, post(person::unsubscribe)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/confirmation", readers, post(person::ask_again)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/address", readers, post(person::change_address)),
        Route::get("/console/n/{newsletter}/subscribers/{subscriber}/erase", readers, get(person::ask_erase)),
        Route::post("/console/n/{newsletter}/subscribers/{subscriber}/erase", readers, post(person::forget)),
    ]
}

/// The routes with their guards.
pub fn router(app: &Arc<App>) -> Router<Arc<App>> {
    table().into_iter().fold(Router::new(), |router, route| {
        let asked = Asked { app: app.clone(), rule: route.rule, limit: route.limit };
        router.route(route.path, route.handler.layer(middleware::from_fn_with_state(asked, guard)))
    })
}
