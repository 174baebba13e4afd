//! Message-IDs: the same for the same mail, whoever sends it again, and telling nothing about its reader.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{CODE, Keys};

impl Keys {
    /// The left part of a Message-ID: the same for the same mail, telling nothing.
    pub fn message_id(&self, kind: &str, mail: i64, recipient: i64) -> String {
        let code = hmac::sign(&self.message, format!("{kind} {mail} {recipient}").as_bytes());
        URL_SAFE_NO_PAD.encode(&code.as_ref()[..CODE])
    }
}
