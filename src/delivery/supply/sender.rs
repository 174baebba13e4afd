//! Who a letter comes from: the newsletter as its mails show it.
//!
//! In: a newsletter's id. Out: a [`Sender`] for `mails`, with the owner's own words. Read here, beside all writing, because a letter is
//! made when it is sent; digests freeze theirs when they are released.

use crate::app::App;
use crate::db::{from_row, query_as};
use crate::mails::{Brand, Sender};
use crate::texts::{self, Texts};

struct Row {
    name: String,
    slug: String,
    from_name: String,
    from_address: String,
    reply_to: Option<String>,
    site_url: Option<String>,
    postal: String,
    logo_url: Option<String>,
    logo_width: Option<i64>,
    logo_height: Option<i64>,
    logo_alt: String,
    colour: Option<String>,
    footer: String,
}
from_row!(Row {
    name,
    slug,
    from_name,
    from_address,
    reply_to,
    site_url,
    postal,
    logo_url,
    logo_width,
    logo_height,
    logo_alt,
    colour,
    footer
});

/// The newsletter; `None` when it is gone.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(app: &App, newsletter_id: i64) -> sqlx::Result<Option<Sender>> {
    let row: Option<Row> = query_as(
        "SELECT name, slug, from_name, from_address, reply_to, site_url, postal, logo_url, logo_width, logo_height, logo_alt,
            colour, footer
         FROM newsletter WHERE id = $1 AND deleted_at IS NULL"
    )
    .bind(newsletter_id)
    .fetch_optional(app.db.on()).await?;
    let Some(row) = row else { return Ok(None) };
    let texts = Texts::of_rows(texts(app, newsletter_id).await?);
    Ok(Some(Sender {
        newsletter: row.name,
        slug: row.slug,
        from_name: row.from_name,
        from_address: row.from_address,
        reply_to: row.reply_to,
        site_url: row.site_url,
        postal: row.postal,
        base_url: app.config.base_url.clone(),
        leave_mailbox: app.config.smtp.leave_mailbox.clone(),
        brand: Brand {
            logo_url: row.logo_url,
            logo_size: row.logo_width.zip(row.logo_height),
            logo_alt: row.logo_alt,
            colour: row.colour,
            footer: row.footer,
        },
        texts,
    }))
}

async fn texts(app: &App, newsletter_id: i64) -> sqlx::Result<Vec<texts::Row>> {
    query_as(
        "SELECT locale, key, text, changed_at, changed_by FROM newsletter_text WHERE newsletter_id = $1
         ORDER BY locale, key",
    )
    .bind(newsletter_id)
    .fetch_all(app.db.on())
    .await
}
