//! Every route and layer on one screen.

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::app::App;
use crate::web::{answer, assets, health, input};

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(public())
        .merge(watch())
        .layer(CatchPanicLayer::custom(answer::panicked))
        .layer(middleware::from_fn_with_state(app.clone(), answer::dress))
        .layer(CompressionLayer::new())
        .with_state(app)
}

/// What visitors and subscribers reach, without an account.
fn public() -> Router<Arc<App>> {
    Router::new().route("/assets/{file}", get(assets::serve)).layer(RequestBodyLimitLayer::new(input::BODY_LIMIT))
}

/// For whoever watches the process: load balancers, container runtimes, people.
fn watch() -> Router<Arc<App>> {
    Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz))
}
