//! The logo of a newsletter that was uploaded: how large its mails show it, and what it says to those who do not see it.
//!
//! In: the address and size of a stored picture. Out: the newsletter's row. The picture itself stays: mails that were sent show it.

use crate::app::App;
use crate::events::activity::{self, Act, Deed};

use super::sql;

/// Most pixels that a logo takes in a mail: half of what is stored, for fine screens.
const WIDEST: i64 = 240;
/// See [`WIDEST`].
const HIGHEST: i64 = 96;
/// Most characters of what it says.
const ALT: usize = 200;

/// A logo as mails show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// Its address for the world.
    pub url: String,
    /// Pixels of a mail.
    pub width: i64,
    /// Pixels of a mail.
    pub height: i64,
    /// What it says to those who do not see it; empty: the newsletter's name.
    pub alt: String,
}

impl Logo {
    /// A picture of this size, as large as a mail shows it; `alt` as typed.
    pub fn new(url: String, (width, height): (u32, u32), alt: &str) -> Self {
        let (width, height) = shown(i64::from(width.max(1)), i64::from(height.max(1)));
        Self { url, width, height, alt: said(alt) }
    }
}

/// What is typed, on one line, without what is not seen.
fn said(alt: &str) -> String {
    let words: String = alt.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    words.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").chars().take(ALT).collect()
}

/// Not larger than it is, nor than fits; no side less than three pixels, for such pictures count as spies.
fn shown(width: i64, height: i64) -> (i64, i64) {
    let fits = |width: i64, height: i64| (width.max(3), height.max(3));
    if width <= WIDEST && height <= HIGHEST {
        return fits(width, height);
    }
    if width * HIGHEST > height * WIDEST {
        fits(WIDEST, (height * WIDEST + width / 2) / width)
    } else {
        fits((width * HIGHEST + height / 2) / height, HIGHEST)
    }
}

/// Stores a logo, or that there is none. False when the newsletter is gone.
///
/// # Errors
/// The database's.
pub async fn set(app: &App, newsletter_id: i64, logo: Option<&Logo>) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let done = sql::set_logo(&mut tx, newsletter_id, logo).await? == 1;
    if done {
        let act = Act::new(Deed::NewsletterLogo).at(newsletter_id).with("shown", logo.is_some());
        activity::note(&mut tx, app.clock.now(), act).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// Stores other words for the logo that is there. False when there is none that was uploaded.
///
/// # Errors
/// The database's.
pub async fn describe(app: &App, newsletter_id: i64, alt: &str) -> sqlx::Result<bool> {
    let mut tx = app.db.begin().await?;
    let Some(found) = sql::hold(&mut tx, newsletter_id).await? else { return Ok(false) };
    let (Some(url), Some(width), Some(height)) = (found.logo_url, found.logo_width, found.logo_height) else {
        return Ok(false);
    };
    sql::set_logo(&mut tx, newsletter_id, Some(&Logo { url, width, height, alt: said(alt) })).await?;
    activity::note(&mut tx, app.clock.now(), Act::new(Deed::NewsletterLogo).at(newsletter_id).with("shown", true))
        .await?;
    tx.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_fits_into_the_head_of_a_mail() {
        for (size, wanted) in [
            ((480, 120), (240, 60)),
            ((480, 480), (96, 96)),
            ((100, 40), (100, 40)),
            ((60, 480), (12, 96)),
            ((480, 1), (240, 3)),
            ((1, 480), (3, 96)),
            ((0, 0), (3, 3)),
        ] {
            let logo = Logo::new(String::new(), size, "");
            assert_eq!((logo.width, logo.height), wanted, "{size:?}");
        }
        assert_eq!(Logo::new(String::new(), (9, 9), " Le\r\n carnet\0 ").alt, "Le carnet");
        assert_eq!(Logo::new(String::new(), (9, 9), &"é".repeat(300)).alt.chars().count(), ALT);
    }
}
