//! Who a letter comes from: the newsletter as its mails show it.
//!
//! In: a newsletter's id. Out: a [`Sender`] for `mails`. Read here, beside all writing, because a letter is made when it is
//! sent; digests freeze theirs when they are released.

use crate::app::App;
use crate::db::{from_row, read};
use crate::mails::{Brand, Sender};

struct Row {
    name: String,
    slug: String,
    from_name: String,
    from_address: String,
    reply_to: Option<String>,
    site_url: Option<String>,
    postal: String,
    logo_url: Option<String>,
    colour: Option<String>,
    footer: String,
}
from_row!(Row { name, slug, from_name, from_address, reply_to, site_url, postal, logo_url, colour, footer });

/// The newsletter; `None` when it is gone.
///
/// # Errors
/// When the database cannot be read.
pub async fn of(app: &App, newsletter_id: i64) -> sqlx::Result<Option<Sender>> {
    let row: Option<Row> = read!(&app.db, |c| {
        sqlx::query_as(
        "SELECT name, slug, from_name, from_address, reply_to, site_url, postal, logo_url, colour, footer FROM newsletter
         WHERE id = $1 AND deleted_at IS NULL"
    )
    .bind(newsletter_id)
    .fetch_optional(c)
    })?;
    let of_row = |row: Row| Sender {
        newsletter: row.name,
        slug: row.slug,
        from_name: row.from_name,
        from_address: row.from_address,
        reply_to: row.reply_to,
        site_url: row.site_url,
        postal: row.postal,
        base_url: app.config.base_url.clone(),
        leave_mailbox: app.config.smtp.leave_mailbox.clone(),
        brand: Brand { logo_url: row.logo_url, colour: row.colour, footer: row.footer },
    };
    Ok(row.map(of_row))
}
