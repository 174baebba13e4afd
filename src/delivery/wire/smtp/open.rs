//! From nothing to a connection that takes mail: connect, greeting, `EHLO`, TLS, AUTH.
//!
//! In: a [`Target`]. Out: a [`Connection`], or an [`OpenError`] that says who must do something. `tls = "starttls"` and
//! `"tls"` fail closed. Met by `session`, through the relay.

use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::auth::Credentials;
use super::capabilities::Capabilities;
use super::connection::{Connection, limited};
use super::product::Product;
use super::reply::Reply;
use super::stream::Stream;
use super::{Broken, Stage, Timeouts};
use crate::ledger::alarm::Hurdle;
use crate::net::tls::Secure;

/// Where to connect, and how.
#[derive(Clone, Debug)]
pub struct Target {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How to encrypt.
    pub protection: Protection,
    /// Who we are; `None`: no AUTH.
    pub credentials: Option<Credentials>,
    /// Our name in `EHLO`: a host name or an address literal.
    pub hello: String,
    /// Limits of each step.
    pub timeouts: Timeouts,
}

/// How a connection is encrypted.
#[derive(Clone, Debug)]
pub enum Protection {
    /// Not at all.
    Clear,
    /// After `STARTTLS` (RFC 3207), always.
    StartTls(Secure),
    /// From the first byte (RFC 8314).
    Implicit(Secure),
}

/// Why no connection could be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not reachable, or broken before it was of use.
    #[error("{0}")]
    Broken(#[from] Broken),
    /// No TLS, or a certificate that is not to be trusted.
    #[error("{0}")]
    Tls(Hurdle),
    /// We have no usable password, or no way to give it.
    #[error("{0}")]
    Credentials(Hurdle),
    /// It speaks LMTP (RFC 2033): the last step of a delivery, not a way to send.
    #[error("{}", Hurdle::Lmtp)]
    Lmtp,
    /// The server said no.
    #[error("{code} {words}")]
    Refused {
        /// What we had asked.
        stage: Stage,
        /// Its code.
        code: u16,
        /// Its words.
        words: String,
    },
}

impl From<&OpenError> for Hurdle {
    fn from(error: &OpenError) -> Self {
        match error {
            OpenError::Broken(broken) => broken.into(),
            OpenError::Tls(hurdle) | OpenError::Credentials(hurdle) => hurdle.clone(),
            OpenError::Lmtp => Self::Lmtp,
            OpenError::Refused { code, words, .. } => Self::Said { words: format!("{code} {words}") },
        }
    }
}

/// What a handshake failed for.
fn of_handshake(host: &str, error: &rustls::Error) -> Hurdle {
    use rustls::CertificateError::{Expired, ExpiredContext, NotValidForName, NotValidForNameContext, UnknownIssuer};
    let host = host.to_owned();
    match error {
        rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. }) => Hurdle::TlsExpired { host },
        rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => Hurdle::TlsName { host },
        rustls::Error::InvalidCertificate(UnknownIssuer) => Hurdle::TlsIssuer { host },
        other => Hurdle::Tls { host, words: other.to_string() },
    }
}

impl OpenError {
    pub(super) fn refused(connection: &Connection, stage: Stage, reply: Reply) -> Self {
        Self::Refused { stage, code: reply.code, words: connection.words() }
    }
}

/// Connects. `hard_stop` cuts every wait of this connection short, for its whole life.
pub async fn open(target: &Target, hard_stop: CancellationToken) -> Result<Connection, OpenError> {
    let tcp = reach(target, &hard_stop).await?;
    tcp.set_nodelay(true).map_err(Broken::from)?;
    let stream = match &target.protection {
        Protection::Implicit(secure) => encrypt(secure, tcp, target, &hard_stop).await?,
        Protection::Clear | Protection::StartTls(_) => Stream::Plain(tcp),
    };
    let mut connection = Connection::new(stream, target.timeouts, hard_stop.clone());
    connection.greeting().await?;
    connection.hello(target).await?;
    if let Protection::StartTls(secure) = &target.protection {
        let product = connection.product;
        let tcp = connection.start_tls().await?;
        connection = Connection::new(encrypt(secure, tcp, target, &hard_stop).await?, target.timeouts, hard_stop);
        connection.product = product;
        // What was offered in clear is forgotten (RFC 3207 section 4.2).
        connection.hello(target).await?;
    }
    if let Some(credentials) = &target.credentials {
        connection.authenticate(credentials).await?;
    }
    Ok(connection)
}

/// The first address of the host that answers.
async fn reach(target: &Target, hard_stop: &CancellationToken) -> Result<TcpStream, Broken> {
    let limit = target.timeouts.connect;
    let addresses = limited(limit, hard_stop, tokio::net::lookup_host((target.host.as_str(), target.port))).await?;
    let mut fault = Broken::Io("the name has no address".into());
    for address in addresses {
        match limited(limit, hard_stop, TcpStream::connect(address)).await {
            Ok(tcp) => return Ok(tcp),
            Err(broken) => fault = broken,
        }
    }
    Err(fault)
}

async fn encrypt(
    secure: &Secure,
    tcp: TcpStream,
    target: &Target,
    hard_stop: &CancellationToken,
) -> Result<Stream, OpenError> {
    let mut fault = None;
    let handshake = async {
        let result = secure.connect(tcp).await;
        if let Err(error) = &result {
            let failed = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
            fault = failed.map(|error| of_handshake(&target.host, error));
        }
        result
    };
    let stream = limited(target.timeouts.connect, hard_stop, handshake).await;
    match (stream, fault) {
        (Ok(tls), _) => Ok(Stream::Tls(Box::new(tls))),
        (Err(_), Some(fault)) => Err(OpenError::Tls(fault)),
        (Err(broken), None) => Err(broken.into()),
    }
}

impl Connection {
    async fn greeting(&mut self) -> Result<(), OpenError> {
        let reply = self.reply(self.timeouts.greeting).await?;
        self.product = Product::of(self.text());
        if reply.positive() { Ok(()) } else { Err(OpenError::refused(self, Stage::Banner, reply)) }
    }

    /// `EHLO`; `HELO` only where neither TLS nor AUTH is wanted, for it offers neither.
    async fn hello(&mut self, target: &Target) -> Result<(), OpenError> {
        let asked = Instant::now();
        let mut reply = self.ask("EHLO", &target.hello).await?;
        self.round_trip = asked.elapsed();
        if reply.positive() {
            self.offers = Capabilities::parse(self.text());
            if self.product == Product::Other {
                self.product = Product::of(self.text().lines().next().unwrap_or_default());
            }
            return Ok(());
        }
        let (code, words) = (reply.code, self.words());
        // RFC 2033 section 4.1: an LMTP server must not answer EHLO or HELO with 250.
        if matches!(code, 500 | 502) && self.ask("LHLO", &target.hello).await?.positive() {
            return Err(OpenError::Lmtp);
        }
        let plain = matches!(target.protection, Protection::Clear) && target.credentials.is_none();
        if plain && matches!(code, 500 | 501 | 502 | 504 | 550) {
            reply = self.ask("HELO", &target.hello).await?;
            if reply.positive() {
                self.offers = Capabilities::default();
                return Ok(());
            }
            return Err(OpenError::refused(self, Stage::Hello, reply));
        }
        Err(OpenError::Refused { stage: Stage::Hello, code, words })
    }

    /// `STARTTLS`; gives the bare socket back, for the handshake.
    async fn start_tls(mut self) -> Result<TcpStream, OpenError> {
        if !self.offers.starttls {
            return Err(OpenError::Tls(Hurdle::NoStartTls));
        }
        let reply = self.ask("STARTTLS", "").await?;
        if reply.code != 220 {
            return Err(OpenError::refused(&self, Stage::StartTls, reply));
        }
        // Bytes behind the 220 were put there by someone who cannot speak TLS (CVE-2011-0411 and its kin).
        match self.stream {
            Stream::Plain(tcp) if self.replies.is_empty() => Ok(tcp),
            _ => Err(OpenError::Tls(Hurdle::EarlyWords)),
        }
    }

    /// One command with its argument, and the answer.
    async fn ask(&mut self, verb: &str, argument: &str) -> Result<Reply, Broken> {
        self.out.extend_from_slice(verb.as_bytes());
        if !argument.is_empty() {
            self.out.push(b' ');
            self.out.extend_from_slice(argument.as_bytes());
        }
        self.out.extend_from_slice(b"\r\n");
        self.flush().await?;
        self.reply(self.timeouts.greeting).await
    }
}
