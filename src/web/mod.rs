//! DOORS over HTTP: read the input, call one verb of a stage, render. Every route is in [`router`].

pub mod api;
pub mod console;
pub mod frame;
pub mod health;
pub mod public;
pub mod router;

use std::sync::Arc;

use axum::Extension;
use tokio_util::sync::CancellationToken;

use crate::app::App;

use self::frame::input;

/// Answers HTTP until `stop`, then finishes the requests under way.
///
/// # Errors
/// When `[web] trusted_proxies` holds something that is no network, or the listener fails.
pub async fn serve(app: Arc<App>, listener: tokio::net::TcpListener, stop: CancellationToken) -> anyhow::Result<()> {
    for proxy in &app.config.web.trusted_proxies {
        input::network(proxy).map_err(anyhow::Error::msg)?;
    }
    let router = router::router(app).layer(Extension(api::events::Stop(stop.clone())));
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await?;
    Ok(())
}
