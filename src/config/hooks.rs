//! Sections `[bounces.hooks.PROVIDER]`: the addresses at which providers tell what became of mails, and the proofs they bring.
//!
//! In: the names of files. Out: [`Hook`]; faults between its keys, with what to do; a public key as providers write it
//! ([`public_key`]). Met by [`super::check`] before anything starts, and by `bounces`, which reads the files at each request.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::expected::Expected;
use super::secret::Secret;
use super::value::nearest;
use super::wrong::{Fault, Unusable, Wrong};

/// What every section's key begins with.
const PREFIX: &str = "bounces.hooks.";

/// Shortest and longest secret in an address, in characters: 24 of hexadecimal digits are 96 bits.
const SECRET: std::ops::RangeInclusive<usize> = 24..=128;

/// What proves that a request comes from the provider, beside the secret in the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A signature by a key that the owner has from the provider (`key_file`).
    Key,
    /// A signature by a certificate that stands with the provider; the owner may name the one `topic` that counts.
    Certificate,
    /// Nothing, or a user and password that the owner gave to the provider (`login_file`).
    Login,
}

/// Every provider, and what it can prove; `config/default.toml` has a section for each.
pub const PROVIDERS: &[(&str, Proof)] = &[
    ("amazon_ses", Proof::Certificate),
    ("brevo", Proof::Login),
    ("mailersend", Proof::Key),
    ("mailgun", Proof::Key),
    ("mailjet", Proof::Login),
    ("mailtrap", Proof::Key),
    ("mandrill", Proof::Key),
    ("postal", Proof::Key),
    ("postmark", Proof::Login),
    ("resend", Proof::Key),
    ("sendgrid", Proof::Key),
    ("sparkpost", Proof::Login),
    ("unisender_go", Proof::Key),
];

impl Proof {
    /// The key of the section beside `secret_file`.
    const fn key(self) -> &'static str {
        match self {
            Self::Key => "key_file",
            Self::Certificate => "topic",
            Self::Login => "login_file",
        }
    }
}

/// The web hook of one provider.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hook {
    /// File with the secret at the end of the hook's address; empty: there is no hook.
    pub secret_file: String,
    /// File with the key that the provider's signatures are checked with.
    pub key_file: String,
    /// File with `USER:PASSWORD`, which the provider sends along; empty for none.
    pub login_file: String,
    /// The only topic of Amazon SNS that is believed; empty: any.
    pub topic: String,
}

impl Hook {
    /// The files that hold a secret.
    pub fn files(&self) -> impl Iterator<Item = &String> {
        [&self.secret_file, &self.key_file, &self.login_file].into_iter().filter(|file| !file.is_empty())
    }
}

/// Whether the key stands in a section of a provider; its own rules are [`faults`].
pub fn is_key(key: &str) -> bool {
    key.starts_with(PREFIX)
}

/// An unknown key in a section of a provider, with what there is.
pub fn unknown(key: &str) -> Option<Wrong> {
    let (name, _) = key.strip_prefix(PREFIX)?.split_once('.')?;
    let key = key.to_owned();
    if let Some((_, proof)) = PROVIDERS.iter().find(|(known, _)| *known == name) {
        let (section, keys) = (format!("{PREFIX}{name}"), format!("secret_file, {}", proof.key()));
        return Some(Wrong::NoHookKey { key, section, keys });
    }
    let names = || PROVIDERS.iter().map(|(name, _)| *name);
    Some(match nearest(name, names()) {
        Some(known) => Wrong::NoHookNear { key, near: format!("{PREFIX}{known}") },
        None => Wrong::NoHook { key, names: names().collect::<Vec<_>>().join(", ") },
    })
}

/// What is wrong with the hooks, each with its key.
pub fn faults(hooks: &BTreeMap<String, Hook>) -> Vec<Fault> {
    let of = |(name, proof): &(&str, Proof)| Some(faults_of(name, *proof, hooks.get(*name)?));
    PROVIDERS.iter().filter_map(of).flatten().collect()
}

fn faults_of(name: &str, proof: Proof, hook: &Hook) -> Vec<Fault> {
    let section = format!("{PREFIX}{name}");
    if hook.secret_file.is_empty() {
        return without_secret(&section, proof, hook);
    }
    let mut faults = Vec::new();
    let mut file = |key: &str, read: Result<Option<Secret>, Unusable>, fits: &dyn Fn(&str) -> bool, expected| {
        let wrong = match read {
            Err(unusable) => unusable.0,
            Ok(Some(secret)) if !fits(secret.expose()) => Wrong::Unfit { expected },
            Ok(_) => return,
        };
        faults.push(Fault::at(format!("{section}.{key}"), wrong));
    };
    file("secret_file", Secret::read(&hook.secret_file), &is_secret, Expected::HookSecret);
    file("key_file", Secret::read_whole(&hook.key_file), &|key: &str| is_key_of(name, key), expected_key(name));
    file("login_file", Secret::read(&hook.login_file), &|login: &str| login.contains(':'), Expected::HookLogin);
    if proof == Proof::Key && hook.key_file.is_empty() {
        faults.push(Wrong::NoHookProof { section: section.clone() }.into());
    }
    let is_topic = |topic: &str| topic.starts_with("arn:aws") && topic.split(':').nth(2) == Some("sns");
    if !hook.topic.is_empty() && !is_topic(&hook.topic) {
        let (key, text) = (format!("{section}.topic"), hook.topic.clone());
        faults.push(Wrong::Text { key, text, expected: Expected::HookTopic }.into());
    }
    faults
}

fn without_secret(section: &str, proof: Proof, hook: &Hook) -> Vec<Fault> {
    if hook.files().next().is_none() && hook.topic.is_empty() {
        return Vec::new();
    }
    vec![Wrong::NoHookSecret { section: section.to_owned(), key: proof.key().to_owned() }.into()]
}

/// Whether a text can stand at the end of an address, and is long enough to be no guess.
pub fn is_secret(text: &str) -> bool {
    SECRET.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Whether a key has the form in which this provider gives it.
fn is_key_of(name: &str, key: &str) -> bool {
    match name {
        "postal" | "sendgrid" => public_key(key).is_some(),
        "resend" => STANDARD.decode(key.strip_prefix("whsec_").unwrap_or(key)).is_ok_and(|key| key.len() >= 16),
        _ => !key.contains('\n'),
    }
}

fn expected_key(name: &str) -> Expected {
    match name {
        "postal" => Expected::HookKeyPostal,
        "sendgrid" => Expected::HookKeySendgrid,
        "resend" => Expected::HookKeyResend,
        _ => Expected::HookKey,
    }
}

/// A public key as DER: from PEM, from a DKIM record (`p=…`, RFC 6376 section 3.6.1) or base64 alone.
pub fn public_key(text: &str) -> Option<Vec<u8>> {
    let lines = text.lines().filter(|line| !line.starts_with("-----")).collect::<String>();
    let of_record = lines.split(';').find_map(|tag| tag.trim().strip_prefix("p="));
    let base64: String = of_record.unwrap_or(&lines).chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
    STANDARD.decode(base64).ok().filter(|der| der.len() >= 64)
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::super::load::{Layers, Report};
    use super::*;

    const KEY: &str = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEwReMtOjHx0uQw0EqXp4lfHDXTX99tPNJu9u593me5M+g/picleZp2dk8pKEx96HJ4tk1WB1Z/DVZQRC1F9FLgg==";

    #[test]
    fn the_built_in_file_has_a_section_for_each_provider_with_its_two_keys() {
        let settings = Report::read(&Layers::default()).settings;
        let written: Vec<&str> = settings.iter().filter_map(|setting| setting.key.strip_prefix(PREFIX)).collect();
        let keys = PROVIDERS
            .iter()
            .flat_map(|(name, proof)| [format!("{name}.secret_file"), format!("{name}.{}", proof.key())]);
        assert_eq!(written, keys.collect::<Vec<_>>());
        assert_eq!(Config::default().bounces.hooks.len(), PROVIDERS.len());
    }

    #[test]
    fn an_unknown_key_is_told_with_what_there_is() {
        let said = |key: &str| unknown(key).unwrap().to_string();
        assert!(said("bounces.hooks.brevo.key_file").ends_with("[bounces.hooks.brevo] takes secret_file, login_file"));
        assert!(said("bounces.hooks.sendgird.key_file").ends_with("did you mean [bounces.hooks.sendgrid]?"));
        assert!(said("bounces.hooks.x.key_file").contains("there are amazon_ses, brevo, "));
        assert_eq!(unknown("smtp.host"), None);
    }

    #[test]
    fn each_mistake_between_the_keys_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let secret = file("secret", "0123456789abcdef01234567\n");
        let faults = |name: &str, change: &dyn Fn(&mut Hook)| {
            let mut hooks = Config::default().bounces.hooks;
            let hook = hooks.get_mut(name).unwrap();
            hook.secret_file.clone_from(&secret);
            change(hook);
            faults(&hooks).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(faults("brevo", &|_| {}), Vec::<String>::new());
        assert_eq!(faults("amazon_ses", &|hook| hook.topic = "arn:aws:sns:eu-west-3:1:x".into()), Vec::<String>::new());
        assert_eq!(faults("sendgrid", &|hook| hook.key_file = file("key", KEY)), Vec::<String>::new());
        let one = |name: &str, change: &dyn Fn(&mut Hook), said: &str| {
            let found = faults(name, change);
            assert!(found.len() == 1 && found[0].contains(said), "{said}: {found:?}");
            assert!(!found[0].contains("0123456789abcdef"), "a secret is shown: {found:?}");
        };
        one("mailgun", &|_| {}, "bounces.hooks.mailgun.key_file is not");
        one("brevo", &|hook| hook.secret_file = "/nowhere/at/all".into(), "/nowhere/at/all");
        one("brevo", &|hook| hook.secret_file = file("short", "0123456789abcdef"), "24 to 128");
        one("brevo", &|hook| hook.secret_file = file("odd", "0123456789abcdef0123/../"), "24 to 128");
        one("brevo", &|hook| hook.login_file = file("login", "password"), "USER:PASSWORD");
        one("postal", &|hook| hook.key_file = file("wrong", "no key"), "DKIM record");
        one("resend", &|hook| hook.key_file = file("wrong", "re_123"), "whsec_");
        one("amazon_ses", &|hook| hook.topic = "rebonds".into(), "ARN");
        one(
            "brevo",
            &|hook| (hook.secret_file, hook.login_file) = (String::new(), "/x".into()),
            "login_file is set but bounces.hooks.brevo.secret_file is not",
        );
    }

    #[test]
    fn a_public_key_is_read_in_the_forms_that_providers_show() {
        let der = public_key(KEY).unwrap();
        let (one, two) = KEY.split_at(64);
        for text in [
            format!("-----BEGIN PUBLIC KEY-----\n{one}\n{two}\n-----END PUBLIC KEY-----"),
            format!("v=DKIM1; t=s; h=sha256; p={KEY};"),
            format!("\"v=DKIM1; p={one}\" \"{two}\""),
        ] {
            assert_eq!(public_key(&text), Some(der.clone()), "{text}");
        }
        assert_eq!((public_key(""), public_key("no key"), public_key("AAAA")), (None, None, None));
    }
}
