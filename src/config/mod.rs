//! What the operator sets: `config/default.toml` < `/etc/facteur/facteur.toml` < `--config` < environment < flags.
//!
//! In: files and environment. Out: a checked, typed [`Config`]. [`load`] reads and merges the layers, [`variable`] maps names in
//! the environment to keys, [`check`] knows what each key may hold, [`text`] which texts, [`example`] finds values left as in the example, [`postgres`]
//! reads the URL of a server; [`wrong`] and [`expected`] are what they say;
//! [`secret`] reads passwords when they are used, [`authority`] the certificates to trust. Met by
//! `app` and by each stage, which reads its own section; [`database`] is that of the database, [`hooks`] knows those of providers of
//! mail, [`oidc`] that of log-ins.

pub mod authority;
pub mod check;
mod database;
pub mod draft;
pub mod example;
pub mod expected;
pub mod hooks;
mod host;
pub mod load;
pub mod oidc;
pub mod postgres;
pub mod relay;
pub mod secret;
mod text;
pub mod value;
pub mod variable;
pub mod wrong;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use database::{Database, PowerLoss};
use load::{Layers, Report};
use value::Setting;

/// Everything the operator may set; `config/default.toml` documents each key.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Public address, no slash at the end.
    pub base_url: String,
    /// Address and port to listen on.
    pub listen: String,
    /// `[database]`
    pub database: Database,
    /// `[web]`
    pub web: Web,
    /// `[signup]`
    pub signup: Signup,
    /// `[privacy]`
    pub privacy: Privacy,
    /// `[smtp]`
    pub smtp: Smtp,
    /// `[relay.NAME]`: more mail servers beside `[smtp]`.
    #[serde(default)]
    pub relay: BTreeMap<String, Smtp>,
    /// `[bounces]`
    pub bounces: Bounces,
    /// `[dkim]`
    pub dkim: Dkim,
    /// `[feeds]`
    pub feeds: Feeds,
    /// `[digests]`
    pub digests: Digests,
    /// `[newsletters]`
    pub newsletters: Newsletters,
    /// `[dns]`
    pub dns: Dns,
    /// `[doctor]`
    pub doctor: Doctor,
    /// `[warmup]`
    pub warmup: Warmup,
    /// `[oidc]`
    pub oidc: oidc::Oidc,
    /// `[log]`
    pub log: Log,
    /// Every key with its value and where that came from, passwords masked: for people to look at.
    #[serde(skip)]
    pub settings: Vec<Setting>,
}

/// The HTTP side.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<String>,
    /// Whether consent records hold the visitor's address.
    pub keep_ip: bool,
}

/// Limits of sign-up; letters or requests an hour, 0 for none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signup {
    /// All confirmation letters of the instance.
    pub letters_per_hour: u32,
    /// Confirmation letters to one recipient domain.
    pub letters_per_hour_domain: u32,
    /// Requests from one /24 or /56.
    pub requests_per_hour_network: u32,
    /// Requests from one /24 or /56 through forms without our signed time-stamp.
    pub requests_per_hour_network_embedded: u32,
    /// Days until a confirmation link expires.
    pub confirm_days: u32,
    /// Whether a domain that takes no mail is told at once.
    pub check_domains: bool,
    /// File with domains of throw-away addresses; empty for none.
    pub disposable_file: String,
}

/// When personal data is deleted; 0: never.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// Days after the end of their confirmation link until people who did not confirm are erased.
    pub forget_unconfirmed_days: u32,
    /// Calendar months until visitors' IP addresses in consent records are deleted.
    pub forget_ips_months: u32,
    /// Calendar months until finished letters are deleted.
    pub forget_letters_months: u32,
    /// Calendar months after which events are deleted; 0: never.
    pub forget_events_months: u32,
}

/// The mail server that takes our mail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Accept any certificate.
    pub tls_accept_invalid: bool,
    /// One more authority to trust, PEM.
    pub tls_ca_file: String,
    /// AUTH user; empty for none.
    pub username: String,
    /// File with the AUTH password.
    pub password_file: String,
    /// Connections for digests.
    pub connections: usize,
    /// Threads that connections are spread over; 0: by the machine.
    pub threads: usize,
    /// What may travel in one write.
    pub pipelining: Pipelining,
    /// Most messages on one connection; 0: as many as the server takes.
    pub messages_per_connection: u32,
    /// What becomes of a mail in doubt.
    pub on_uncertain: OnUncertain,
    /// Mails a second; 0 for no limit.
    pub per_second: u64,
    /// Mails a minute; 0 for no limit.
    pub per_minute: u64,
    /// Mails an hour; 0 for no limit.
    pub per_hour: u64,
    /// Mails a day; 0 for no limit.
    pub per_day: u64,
    /// Share of the digests' mails among several servers; 0: only while no other server takes mail.
    pub weight: u32,
    /// The server passes mails straight on to the recipients' providers, so Facteur keeps the limits of each large provider.
    pub direct: bool,
    /// EHLO name; empty for the host of `base_url`.
    pub hello: String,
    /// Domain of VERP bounce addresses; empty for none.
    pub bounce_domain: String,
    /// Bounce address with [`TOKEN_MARK`] in its local part, for who owns one mailbox; empty for none.
    pub bounce_address: String,
    /// Mailbox of `List-Unsubscribe: <mailto:…>`; must be empty as long as nothing reads it.
    pub leave_mailbox: String,
    /// Hours until a deferred digest mail is given up.
    pub give_up_h: u32,
    /// Seconds that an orderly stop waits for answers to what is on the wire.
    pub stop_s: u32,
}

/// Stands for the token in `[smtp] bounce_address`.
pub const TOKEN_MARK: &str = "{token}";
/// Characters of the longest token ([`crate::keys::bounce::LONGEST`]).
pub const TOKEN_LENGTH: usize = 43;

/// Signatures of our own.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dkim {
    /// Folder of the private keys; once read never empty.
    pub keys: String,
}

/// Protection of the SMTP connection.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Clear text.
    None,
    /// STARTTLS, required.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

/// How much may travel in one write when the server offers PIPELINING (RFC 2920).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Pipelining {
    /// [`Pipelining::Envelope`] until the server has shown that it can handle [`Pipelining::Full`].
    Auto,
    /// Body and the next `MAIL RCPT DATA`: one round trip a message.
    Full,
    /// `MAIL RCPT DATA`: two round trips.
    Envelope,
    /// One command at a time: four round trips.
    Off,
}

/// What to do with a mail in doubt: sent, but its answer was lost in a crash.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum OnUncertain {
    /// Sent again with the same Message-ID, Date and bytes.
    Resend,
    /// Left for an editor to decide.
    Hold,
}

/// Reading feeds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feeds {
    /// Seconds between two polls.
    pub poll_s: u32,
    /// Lift the guard against private addresses.
    pub allow_private_addresses: bool,
    /// Hosts for which the guard is lifted.
    pub allow_hosts: Vec<String>,
    /// PEM file of an authority to trust besides the system's; empty for none.
    pub tls_ca_file: String,
    /// Seconds for one request with its body.
    pub timeout_s: u32,
    /// Bytes of a body after decompression.
    pub max_bytes: usize,
    /// Redirects followed.
    pub max_redirects: u32,
    /// More new posts than this are held.
    pub hold_above: usize,
    /// Posts older than this many days are held.
    pub hold_older_days: u32,
    /// What becomes of a post dated in the future.
    pub future: Future,
}

/// What becomes of a post dated in the future.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Future {
    /// Wait for its day.
    Wait,
    /// Send it like any other post.
    Send,
}

/// What comes back.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounces {
    /// The operator's own rules for refusals; empty for none.
    pub rules_file: String,
    /// Where LMTP is listened to: `host:port` or `unix:/path`; empty for not at all.
    pub listen: String,
    /// Bytes of a mail that comes back.
    pub max_bytes: usize,
    /// `[bounces.imap]`
    pub imap: Imap,
    /// `[bounces.hooks.PROVIDER]`, by the name of the provider.
    pub hooks: BTreeMap<String, hooks::Hook>,
}

/// A mailbox that is looked into.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imap {
    /// Host name or address; empty for none.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// One more authority to trust, PEM.
    pub tls_ca_file: String,
    /// Login.
    pub username: String,
    /// File with the password.
    pub password_file: String,
    /// Folder that is looked into.
    pub folder: String,
    /// Folder for what was understood.
    pub done: String,
    /// Folder for what somebody has to look at.
    pub unknown: String,
    /// Seconds between two looks.
    pub poll_s: u32,
}

/// Composing digests.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Digests {
    /// Waiting period of a new post, in seconds.
    pub settle_s: u32,
    /// Hours that a slot may be late and still be sent.
    pub catch_up_h: u32,
    /// Posts in one digest.
    pub max_posts: usize,
}

/// What a newsletter begins with.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newsletters {
    /// Who the mails come from, as the console proposes it; empty for nobody.
    pub sender: String,
    /// Time zone of a new rhythm; empty for the machine's.
    pub zone: String,
}

/// Asking the domain name system.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dns {
    /// Resolvers: `system`, or addresses; empty: nobody is asked.
    pub servers: Vec<String>,
    /// Port of the servers of a domain itself; 0: only resolvers are asked.
    pub authority_port: u16,
}

/// Looking at what mail needs besides us.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Doctor {
    /// Look once a day.
    pub daily: bool,
    /// A first digest to more people than this waits until all is well; 0: none does.
    pub first_digest_above: i64,
}

/// Growing slices for a sender that large receivers do not know.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warmup {
    /// Mails on the first day; 0: there is no warm-up.
    pub first_day: i64,
    /// After an import of more people than this there is one; 0: after none.
    pub import_above: i64,
}

/// Logging.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// Filter.
    pub level: String,
    /// `text` or `json`.
    pub format: String,
}

/// The built-in configuration, also the manual of all keys.
pub const DEFAULT: &str = include_str!("../../config/default.toml");

/// What an owner must set, as a file to start from.
pub const EXAMPLE: &str = include_str!("../../config/example.toml");

impl Default for Config {
    /// The built-in configuration.
    fn default() -> Self {
        Report::read(&Layers::default()).config().expect("config/default.toml fits Config (a test reads it)")
    }
}

impl Config {
    /// Reads all layers: built in, `/etc/facteur/facteur.toml`, `path`, the environment.
    ///
    /// # Errors
    /// All faults together, each with its file and line or its variable.
    pub fn load(path: Option<&std::path::Path>) -> anyhow::Result<Self> {
        Ok(Report::read(&Layers::of_this_process(path)).config()?)
    }

    /// Every mail server with the name of its section: `smtp`, then those of `[relay.NAME]`, as `relay.NAME`, by name.
    pub fn relays(&self) -> impl Iterator<Item = (String, &Smtp)> {
        let more = self.relay.iter().map(|(name, smtp)| (format!("relay.{name}"), smtp));
        std::iter::once(("smtp".to_owned(), &self.smtp)).chain(more)
    }
}
