//! A configuration file of a new instance: `config/example.toml` with an owner's own values in it.
//!
//! In: a [`Draft`], and where the file shall stand. Out: the file, readable by its owner alone; or [`Exists`]. The comments are
//! those of the example, so that there is one text that explains these keys. Met by `facteur init`.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use url::{Host, Url};

use super::host::is_loopback;
use super::value::Value;
use super::{EXAMPLE, Tls};

/// What an owner must set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The public address.
    pub base_url: String,
    /// `[database] url`
    pub database_url: String,
    /// The mail server.
    pub smtp: Server,
    /// Who a new newsletter's mails come from.
    pub sender: String,
    /// On whose clock it sends.
    pub zone: String,
}

/// A mail server as an owner names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// AUTH user; empty for none.
    pub username: String,
    /// File with the password; empty for none.
    pub password_file: String,
}

impl Server {
    /// Reads `HOST`, `HOST:PORT`, or `USER@HOST:PORT` where the user may be an address itself. Port 465 means TLS from the first
    /// byte, a server on this machine none, every other STARTTLS.
    pub fn read(typed: &str) -> Option<Self> {
        let typed = typed.trim().trim_end_matches('/');
        let (scheme, typed) = typed.split_once("://").unwrap_or(("", typed));
        let (username, place) = typed.rsplit_once('@').unwrap_or(("", typed));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') => {
                (host, Some(port.parse::<u16>().ok().filter(|port| *port > 0)?))
            }
            _ => (place, None),
        };
        let fits = !host.is_empty() && host.chars().all(|c| c.is_alphanumeric() || "-._[]:".contains(c));
        if !fits
            || !matches!(scheme, "" | "smtp" | "smtps")
            || username.chars().any(|c| c.is_control() || c.is_whitespace())
        {
            return None;
        }
        let here = is_loopback(host);
        let port = port.unwrap_or(match (scheme, here) {
            ("smtps", _) => 465,
            (_, true) => 25,
            _ => 587,
        });
        let tls = match (port, here) {
            (465, _) => Tls::Tls,
            (_, true) if username.is_empty() => Tls::None,
            _ => Tls::Starttls,
        };
        let (host, username) = (host.to_owned(), username.to_owned());
        Some(Self { host, port, tls, username, password_file: String::new() })
    }
}

impl Draft {
    /// The file's text.
    pub fn text(&self) -> String {
        let smtp = &self.smtp;
        let tls = match smtp.tls {
            Tls::None => "none",
            Tls::Starttls => "starttls",
            Tls::Tls => "tls",
        };
        let port = smtp.port.to_string();
        let mut values = vec![
            ("base_url", quoted(&self.base_url)),
            ("url", quoted(&self.database_url)),
            ("host", quoted(&smtp.host)),
            ("port", port),
            ("tls", quoted(tls)),
            ("username", quoted(&smtp.username)),
            ("password_file", quoted(&smtp.password_file)),
            ("sender", quoted(&self.sender)),
            ("zone", quoted(&self.zone)),
        ];
        values.extend(listening(&self.base_url).map(|address| ("listen", quoted(&address))));
        let mut out = String::new();
        for line in EXAMPLE.lines().skip(2) {
            let value =
                values.iter().find(|(key, _)| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(" = ")));
            let _ = match value {
                Some((key, value)) => writeln!(out, "{key} = {value}"),
                None => writeln!(out, "{line}"),
            };
        }
        format!(
            "# Facteur's configuration, written by `facteur init`. `facteur config check` judges it after a change;\n\
                 # `facteur config show` prints every other key with its value.\n{out}"
        )
    }
}

/// Where to listen when readers come to this machine itself, on a port that is named; else a web server stands in front.
fn listening(base_url: &str) -> Option<String> {
    let url = Url::parse(base_url).ok()?;
    let port = url.port()?;
    match url.host()? {
        Host::Domain("localhost") => Some(format!("127.0.0.1:{port}")),
        Host::Ipv4(ip) if ip.is_loopback() => Some(format!("{ip}:{port}")),
        Host::Ipv6(ip) if ip.is_loopback() => Some(format!("[{ip}]:{port}")),
        _ => None,
    }
}

/// A TOML basic string.
fn quoted(value: &str) -> String {
    Value::Text(value.to_owned()).to_string()
}

/// A file stands there already.
#[derive(Debug, thiserror::Error)]
#[error("{0} is there already; --force replaces it")]
pub struct Exists(String);

/// Writes a file that only its owner reads (mode 600); one that is there stays, unless `replace`.
///
/// # Errors
/// [`Exists`], or what the file system says.
pub fn write(path: &Path, text: &str, replace: bool) -> anyhow::Result<()> {
    if !replace {
        return match private(OpenOptions::new().write(true).create_new(true), path) {
            Ok(mut file) => Ok(finish(&mut file, text)?),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Exists(path.display().to_string()).into())
            }
            Err(error) => Err(error.into()),
        };
    }
    // Beside it first, so that a full disk leaves the old one whole.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    finish(beside.as_file_mut(), text)?;
    beside.persist(path)?;
    Ok(())
}

fn finish(file: &mut File, text: &str) -> io::Result<()> {
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(unix)]
fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::super::load::{Layers, Report};
    use super::*;

    fn server(host: &str, port: u16, tls: Tls, username: &str) -> Server {
        Server { host: host.into(), port, tls, username: username.into(), password_file: String::new() }
    }

    fn read(typed: &str) -> Server {
        Server::read(typed).unwrap()
    }

    #[test]
    fn this_machine_listens_where_its_address_says() {
        for (base_url, address) in [
            ("http://127.0.0.1:4768", Some("127.0.0.1:4768")),
            ("http://localhost:81", Some("127.0.0.1:81")),
            ("http://[::1]:8081", Some("[::1]:8081")),
            ("http://127.0.0.1", None),
            ("https://lettres.example.org:8443", None),
        ] {
            assert_eq!(listening(base_url).as_deref(), address, "{base_url}");
        }
    }

    #[test]
    fn servers_as_people_write_them() {
        assert_eq!(read("smtp.lecarnet.fr"), server("smtp.lecarnet.fr", 587, Tls::Starttls, ""));
        assert_eq!(read("smtps://smtp.lecarnet.fr/"), server("smtp.lecarnet.fr", 465, Tls::Tls, ""));
        assert_eq!(
            read("news@lecarnet.fr@smtp.lecarnet.fr:2525"),
            server("smtp.lecarnet.fr", 2525, Tls::Starttls, "news@lecarnet.fr")
        );
        assert_eq!(read("localhost"), server("localhost", 25, Tls::None, ""));
        assert_eq!(read("127.0.0.1:2500"), server("127.0.0.1", 2500, Tls::None, ""));
        for wrong in ["", "a b", "smtp.fr:0", "smtp.fr:port", "http://smtp.fr", "user@", "smtp.fr/x\n"] {
            assert_eq!(Server::read(wrong), None, "{wrong}");
        }
        // A sender, given where the server is asked for.
        for wrong in ["Le Fournil bonjour@fournil.example", "le fournil@smtp.fr", "a\u{a0}b@smtp.fr", "a @smtp.fr:25"] {
            assert_eq!(Server::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_file_says_what_was_given_and_keeps_every_comment() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("facteur.toml");
        let mut smtp = Server::read("o\"neil@smtp.lecarnet.fr").unwrap();
        smtp.password_file = "/tmp/with space\\and \"quotes\"".into();
        let (base_url, database_url) =
            ("https://lettres.lecarnet.fr".to_owned(), "sqlite:///srv/facteur.db".to_owned());
        let (sender, zone) = ("Élise <elise@lecarnet.fr>".to_owned(), "Europe/Paris".to_owned());
        let draft = Draft {
            base_url: base_url.clone(),
            database_url: database_url.clone(),
            smtp: smtp.clone(),
            sender: sender.clone(),
            zone: zone.clone(),
        };
        write(&path, &draft.text(), false).unwrap();
        let report = Report::read(&Layers { files: vec![path.clone()], environment: Vec::new() });
        let config = report.config().unwrap();
        assert_eq!((config.base_url, config.database.url), (base_url, database_url));
        assert_eq!((config.newsletters.sender, config.newsletters.zone), (sender, zone));
        assert_eq!((&config.smtp.username, &config.smtp.password_file), (&smtp.username, &smtp.password_file));
        let comments = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(comments(&draft.text()), comments(EXAMPLE));
        assert!(write(&path, "", false).unwrap_err().is::<Exists>());
        write(&path, "listen = \"127.0.0.1:1\"\n", true).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("listen"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
