//! Starts the roles of a process and stops them in order. The only file that knows all rooms.
//!
//! In: an [`App`] and [`Roles`]. Out: [`serve`], which runs until it is told to stop; [`answers`], what the web role would answer.

use std::sync::Arc;

use axum::Router;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::{bounces, cause, delivery, digests, web};

/// The parts of the work that one process does; several processes may share them on PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of the work that is done here or not")]
pub struct Roles {
    /// Answer HTTP.
    pub web: bool,
    /// Poll feeds and compose digests.
    pub schedule: bool,
    /// Send.
    pub delivery: bool,
    /// Take what comes back, by LMTP or from a mailbox.
    pub bounces: bool,
}

impl Roles {
    /// Everything, as one process does by default.
    pub const ALL: Self = Self { web: true, schedule: true, delivery: true, bounces: true };
    /// Nothing.
    pub const NONE: Self = Self { web: false, schedule: false, delivery: false, bounces: false };
}

/// Runs the roles until `stop` is cancelled, then stops them in order: no new work, what is in flight is finished.
///
/// `listener` is already bound, so that a caller knows the port.
pub async fn serve(
    app: Arc<App>,
    roles: Roles,
    listener: Option<tokio::net::TcpListener>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let mut running: JoinSet<anyhow::Result<()>> = JoinSet::new();
    if let (true, Some(listener)) = (roles.web, listener) {
        running.spawn(web::serve(app.clone(), listener, stop.clone()));
    }
    if roles.schedule {
        running.spawn(digests::schedule::run(app.clone(), stop.clone()));
    }
    if !roles.delivery {
        // Whoever sends judges.
        app.judged.cancel();
    }
    if roles.delivery {
        running.spawn(delivery::run(app.clone(), digests::MEANING, stop.clone()));
    }
    if roles.bounces {
        running.spawn(bounces::run(app.clone(), digests::MEANING, stop.clone()));
    }
    let (watched, until) = (app.db.clone(), stop.clone());
    running.spawn(async move {
        watched.watch(&until).await;
        Ok(())
    });
    let mut first_error = None;
    while let Some(ended) = running.join_next().await {
        let ended = ended.map_err(anyhow::Error::from).and_then(|result| result);
        if let Err(error) = ended {
            tracing::error!(error = %cause::in_words(&error), "a part of the work ended; stopping the rest");
            first_error.get_or_insert(error);
        }
        stop.cancel();
    }
    app.db.close().await;
    first_error.map_or(Ok(()), Err)
}

/// What the web role answers, without a port: for whoever writes pages down as they are served.
pub fn answers(app: Arc<App>) -> Router {
    web::router::router(app)
}
