//! A form that a program posts to another, and what it is answered.
//!
//! In: an address, a form, perhaps who we are. Out: status and body, whatever the status; or why there is none. Past the guard as every
//! request of ours, within the same limits; no redirect is followed. Met by `people`, which redeems codes at a provider of log-ins.

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use url::Url;

use super::fetch::{FetchError, Fetcher};

impl Fetcher {
    /// Posts a form, encoded already. `authorization`: the header of that name, which no log shows.
    ///
    /// # Errors
    /// When no answer comes, or none may be asked for.
    pub async fn submit(
        &self,
        url: &Url,
        form: String,
        authorization: Option<&str>,
    ) -> Result<(StatusCode, Vec<u8>), FetchError> {
        let once = async {
            let mut request = self.client()?.post(url.clone()).header(ACCEPT, "application/json");
            if let Some(said) = authorization {
                let mut said = HeaderValue::from_str(said).map_err(|error| FetchError::Transport(error.to_string()))?;
                said.set_sensitive(true);
                request = request.header(AUTHORIZATION, said);
            }
            let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
            let response = request.send().await?;
            let status = response.status();
            Ok((status, self.read(response, self.limits.max_bytes).await?))
        };
        self.in_turn(url, once).await
    }
}
