//! Every route of the demo on one screen; whatever is not one of them is answered by Facteur itself.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;

use super::pages::{blog, console, guide, mail};
use super::{Demo, guard, pages, strip};
use crate::web::frame::answer;
use crate::web::frame::routing::{get, post};
use crate::web::router;

/// All routes.
pub fn router(demo: Arc<Demo>) -> Router {
    let facteur = router::router(demo.app.clone());
    Router::new()
        .route("/", get(guide::home))
        .route("/demo", get(guide::show))
        .route("/demo/clock", post(guide::turn_clock))
        .route("/demo/console", post(console::enter))
        .route("/demo/blog", get(blog::list))
        .route("/demo/blog/feed.xml", get(blog::feed))
        .route("/demo/blog/publish", post(blog::publish))
        .route("/demo/blog/{slug}", get(blog::article))
        .route("/demo/picture/{file}", get(pages::serve_picture))
        .route("/demo/mail", get(mail::list))
        .route("/demo/mail/{number}", get(mail::show))
        .route("/demo/mail/{number}/html", get(mail::html))
        .route("/demo/mail/{number}/raw", get(mail::raw))
        .layer(DefaultBodyLimit::max(64 * 1024))
        .layer(from_fn_with_state(demo.app.clone(), answer::dress))
        .with_state(demo.clone())
        .fallback_service(facteur)
        .layer(from_fn_with_state(demo.clone(), strip::strip))
        .layer(from_fn_with_state(demo, guard::guard))
}
