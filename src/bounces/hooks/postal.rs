//! Postal. Pure.
//!
//! Source: docs.postalserver.io, "Webhooks", and its sources, `app/lib/http.rb`: headers hold in base64 the RSA signature (PKCS #1
//! v1.5) of the body by the server's signing key: `X-Postal-Signature-256` with SHA-256 in newer versions, `X-Postal-Signature` with
//! SHA-1. The public key is the `p=` of the server's own DKIM record; it may have 1024 bits, as Postal made them for long.

use aws_lc_rs::signature::{
    RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RsaParameters,
};

use super::request::{Refused, Request};
use super::{json, proof};
use crate::bounces::event::{Event, Kind};
use crate::config::hooks::public_key;

/// Whether the Postal server with this key wrote it.
///
/// # Errors
/// When it is not known to have.
pub fn verify(request: &Request<'_>, key: &str) -> Result<(), Refused> {
    let key = public_key(key).ok_or(Refused::Key)?;
    let (algorithm, signature): (&'static RsaParameters, _) = match request.headers.get("x-postal-signature-256") {
        Some(signature) => (&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, signature),
        None => (&RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, request.header("x-postal-signature")?),
    };
    proof::public(algorithm, &key, request.body, &proof::base64(signature)?)
}

/// The event of a body.
///
/// # Errors
/// When it is no JSON object.
pub fn read(body: &[u8]) -> Result<Vec<Event>, Refused> {
    let value = json::object(body)?;
    let kind = match json::word(&value, "/event").as_str() {
        "messagedeliveryfailed" => Kind::Hard,
        // A report came after the message was accepted; what it says, Postal does not tell.
        "messagebounced" => Kind::Soft,
        "messagedelayed" => Kind::Deferred,
        "messageheld" => Kind::Withheld,
        _ => Kind::Other,
    };
    let of_message = |name: &str| {
        json::first(&value, &[&format!("/payload/original_message/{name}"), &format!("/payload/message/{name}")])
    };
    let said = ["/payload/output", "/payload/details"].into_iter().find_map(|pointer| json::text(&value, pointer));
    let event = Event::new(json::text(&value, "/uuid").unwrap_or_default(), kind, of_message("to").unwrap_or_default())
        .about(of_message("message_id"))
        .sent_by(of_message("from").as_deref())
        .at(json::seconds(&value, "/timestamp"))
        .said(None, said);
    Ok(vec![event])
}
