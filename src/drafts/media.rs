//! The pictures that were uploaded: kept as [`super::picture`] made them, shown to everybody under a name that tells nothing.
//!
//! In: a file and what it shows. Out: rows of `media`, and the address that Markdown and mails name. One picture is worked on at a
//! time: unpacked it may take 200 MB.

use tokio::sync::Semaphore;

use crate::app::App;
use crate::clock::Millis;
use crate::db::{Db, from_row, query, query_as};
use crate::keys::random_text;

use super::is_name;
use super::picture::{self, Ready, Wrong};

/// Whose turn it is.
static TURN: Semaphore = Semaphore::const_new(1);

/// A picture that is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its address for the world.
    pub address: String,
    /// A moving picture of which only the first image was kept.
    pub stands_still: bool,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// A picture as it is served.
#[derive(Clone, Debug)]
pub struct File {
    /// `image/png` and its kind.
    pub kind: String,
    /// The file.
    pub bytes: Vec<u8>,
}
from_row!(File { kind, bytes });

/// What every address of a picture begins with.
pub fn folder(app: &App) -> String {
    format!("{}/media/", app.config.base_url)
}

/// Makes a picture of a file and stores it. `alt`: what it shows; empty for decoration.
///
/// # Errors
/// The outer one is the database's; [`Wrong`] when the file is no picture that can be shown.
pub async fn store(app: &App, newsletter_id: i64, file: Vec<u8>, alt: &str) -> anyhow::Result<Result<Stored, Wrong>> {
    keep(app, newsletter_id, make(file, picture::make).await?, alt).await
}

/// The same for a picture that stands above mails.
///
/// # Errors
/// As [`store`].
pub async fn store_logo(
    app: &App,
    newsletter_id: i64,
    file: Vec<u8>,
    alt: &str,
) -> anyhow::Result<Result<Stored, Wrong>> {
    keep(app, newsletter_id, make(file, picture::make_logo).await?, alt).await
}

async fn keep(
    app: &App,
    newsletter_id: i64,
    made: Result<Ready, Wrong>,
    alt: &str,
) -> anyhow::Result<Result<Stored, Wrong>> {
    let ready = match made {
        Ok(ready) => ready,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let name = format!("{}.{}", random_text(16), ready.kind.extension());
    insert(app, newsletter_id, &name, &ready, alt, app.clock.now()).await?;
    let address = folder(app) + &name;
    Ok(Ok(Stored { address, stands_still: ready.stands_still, width: ready.width, height: ready.height }))
}

/// In a thread of its own: a large photo takes a second. A file that brings the decoder down is no picture.
async fn make(file: Vec<u8>, how: fn(&[u8]) -> Result<Ready, Wrong>) -> anyhow::Result<Result<Ready, Wrong>> {
    let _turn = TURN.acquire().await?;
    let made = tokio::task::spawn_blocking(move || how(&file)).await;
    Ok(made.unwrap_or(Err(Wrong::Broken)))
}

async fn insert(app: &App, newsletter_id: i64, name: &str, ready: &Ready, alt: &str, now: Millis) -> sqlx::Result<()> {
    let mut tx = app.db.begin().await?;
    query(
        "INSERT INTO media (name, newsletter_id, kind, width, height, alt, created_at, bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(name)
    .bind(newsletter_id)
    .bind(ready.kind.media_type())
    .bind(i64::from(ready.width))
    .bind(i64::from(ready.height))
    .bind(alt)
    .bind(now)
    .bind(&ready.bytes)
    .execute(tx.on())
    .await?;
    tx.commit().await
}

/// The picture of this name, whosever it is.
pub async fn find(db: &Db, name: &str) -> sqlx::Result<Option<File>> {
    if !is_name(name) {
        return Ok(None);
    }
    query_as("SELECT kind, bytes FROM media WHERE name = $1").bind(name).fetch_optional(db.on()).await
}

/// Width and height of a picture of this newsletter.
pub async fn size(db: &Db, newsletter_id: i64, name: &str) -> sqlx::Result<Option<(i64, i64)>> {
    query_as("SELECT width, height FROM media WHERE name = $2 AND newsletter_id = $1")
        .bind(newsletter_id)
        .bind(name)
        .fetch_optional(db.on())
        .await
}
