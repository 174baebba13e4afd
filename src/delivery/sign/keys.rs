//! Which keys sign the mails of a sender: as `facteur dkim` left them, read again with each batch and each round of letters.
//!
//! In: a sender's address, the date of its mails. Out: a [`Signer`]; none where no key signs; or why the key that should cannot: then
//! its mails wait, for unsigned ones of a domain that signs are hidden or refused. Private keys are read from their files once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Signer, Signing};
use crate::app::App;
use crate::clock::Millis;
use crate::db::query_as;
use crate::delivery::supply::envelope::ReturnPath;
use crate::dkim::{self, Pair, rotate};

/// The keys of this process.
#[derive(Debug, Default)]
pub struct Keys {
    loaded: Mutex<Loaded>,
}

/// Of each pair that was used, by domain and selector: what is public of it, and its signer.
type Loaded = HashMap<(String, String), (String, Arc<Signer>)>;

impl Keys {
    /// Who signs mails of this address and date; the inner error says why the key that should cannot.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn signing(
        &self,
        app: &App,
        from_address: &str,
        date: Millis,
    ) -> sqlx::Result<anyhow::Result<Option<Signing>>> {
        let pairs = dkim::sql::all(&app.db).await?;
        Ok(self.signing_by(app, &pairs, from_address, date).await)
    }

    /// The same with pairs that were read before, for many mails.
    ///
    /// # Errors
    /// Why the key that should sign cannot.
    pub async fn signing_by(
        &self,
        app: &App,
        pairs: &[Pair],
        from_address: &str,
        date: Millis,
    ) -> anyhow::Result<Option<Signing>> {
        let Some(pair) = dkim::pair_for(pairs, from_address, date) else { return Ok(None) };
        let path = ReturnPath::of(&app.config.smtp);
        let with = |signer| Some(Signing::new(signer, from_address, path.as_ref().map(ReturnPath::domain)));
        self.of(app, pair.clone()).await.map(with)
    }

    async fn of(&self, app: &App, pair: Pair) -> anyhow::Result<Arc<Signer>> {
        let known = (pair.domain.clone(), pair.selector.clone());
        let public = format!("{} {}", pair.rsa, pair.ed25519);
        if let Some((_, signer)) = self.loaded().get(&known).filter(|(same, _)| *same == public) {
            return Ok(signer.clone());
        }
        let (folder, domain) = (app.config.dkim.keys.clone(), pair.domain.clone());
        // Files block.
        let keys = tokio::task::spawn_blocking(move || rotate::load(&folder, &pair)).await??;
        let signer = Arc::new(Signer::new(domain, keys));
        self.loaded().insert(known, (public, signer.clone()));
        Ok(signer)
    }

    fn loaded(&self) -> std::sync::MutexGuard<'_, Loaded> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says, before the first mail, whose mails will leave without a signature of ours, and which key cannot sign.
///
/// # Errors
/// When the database cannot be read.
pub async fn look(app: &App) -> anyhow::Result<()> {
    let pairs = dkim::sql::all(&app.db).await?;
    let senders: Vec<(String, String)> =
        query_as("SELECT slug, from_address FROM newsletter WHERE deleted_at IS NULL ORDER BY slug")
            .fetch_all(app.db.on())
            .await?;
    for (newsletter, address) in senders {
        let domain = dkim::domain_of(&address);
        match dkim::pair_for(&pairs, &address, app.clock.now()) {
            Some(pair) => {
                if let Err(error) = rotate::check_file(app, pair) {
                    tracing::error!(newsletter, domain, error = %format!("{error:#}"), "the DKIM key of a sender cannot sign; its mails wait");
                }
            }
            None if pairs.is_empty() => {
                tracing::info!(
                    newsletter,
                    domain,
                    "no DKIM key of ours: the mail server has to sign (`facteur dkim new`)"
                );
            }
            None => tracing::warn!(
                newsletter,
                domain,
                "no DKIM key signs for this sender, and those of other domains would not be aligned with From: its mails leave \
                 without a signature of ours (`facteur dkim list`)"
            ),
        }
    }
    Ok(())
}
