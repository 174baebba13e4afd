//! Every route and layer on one screen.

use std::sync::Arc;

use axum::Router;

use crate::app::App;

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    Router::new().with_state(app)
}
