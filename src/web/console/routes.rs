//! Every route of the console on one screen, each with what it asks for. A test walks this table with every role.

use std::sync::Arc;

use axum::http::Method;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router, middleware};

use crate::app::App;
use crate::people::delays::Delays;
use crate::people::role::Right;

use super::guard::{Asked, Rule, guard};
use super::{account, forgotten, home, link, login, member, second_factor, team, today};

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
    use Rule::{In, Open, Owner, Signed};
    vec![
        Route::get("/console/login", Open, get(login::show)),
        Route::post("/console/login", Open, post(login::act)),
        Route::get("/console/login/code", Open, get(login::show_code)),
        Route::post("/console/login/code", Open, post(login::act_code)),
        Route::post("/console/logout", Open, post(login::logout)),
        Route::get("/console/forgotten", Open, get(forgotten::show)),
        Route::post("/console/forgotten", Open, post(forgotten::act)),
        Route::get("/console/link/{token}", Open, get(link::show)),
        Route::post("/console/link/{token}", Open, post(link::act)),
        Route::get("/console/account", Signed, get(account::show)),
        Route::post("/console/account", Signed, post(account::act)),
        Route::post("/console/account/password", Signed, post(account::change_password)),
        Route::post("/console/account/sessions", Signed, post(account::end_sessions)),
        Route::get("/console/account/second-factor", Signed, get(second_factor::show)),
        Route::post("/console/account/second-factor", Signed, post(second_factor::turn_on)),
        Route::post("/console/account/second-factor/off", Signed, post(second_factor::turn_off)),
        Route::post("/console/account/recovery-codes", Signed, post(second_factor::renew)),
        Route::get("/console/team", Owner, get(team::show)),
        Route::post("/console/team", Owner, post(team::invite)),
        Route::get("/console/team/{person}", Owner, get(member::show)),
        Route::post("/console/team/{person}", Owner, post(member::set_roles)),
        Route::post("/console/team/{person}/disable", Owner, post(member::disable)),
        Route::post("/console/team/{person}/enable", Owner, post(member::enable)),
        Route::post("/console/team/{person}/invite", Owner, post(member::invite)),
        Route::get("/console", Signed, get(home::show)),
        Route::get("/console/n/{newsletter}", In(Right::See), get(today::show)),
    ]
}

/// The routes with their guards.
pub fn router(app: &Arc<App>) -> Router<Arc<App>> {
    let router = table().into_iter().fold(Router::new(), |router, route| {
        let asked = Asked { app: app.clone(), rule: route.rule, limit: route.limit };
        router.route(route.path, route.handler.layer(middleware::from_fn_with_state(asked, guard)))
    });
    router.layer(Extension(Arc::<Delays>::default()))
}
