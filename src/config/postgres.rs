//! The URL of a PostgreSQL server: read once here, for the check of the configuration and for connecting.
//!
//! In: `postgres://USER:PASSWORD@HOST:PORT,HOST:PORT/NAME?parameters`, as libpq writes it. Out: one URL a host in the
//! order given, what a server must offer (`target_session_attrs`), the files named; or what is wrong, in words that hold no
//! secret. The driver itself knows one host, and writes the value of any parameter that it does not know into the log.

use std::time::Duration;

use url::{Url, form_urlencoded};

use super::expected::Expected;
use super::host::is_loopback;

/// Parameters that the driver understands.
const UNDERSTOOD: &[&str] = &[
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "statement-cache-capacity",
    "user",
];
/// Those of them that name a file.
const FILES: &[&str] = &["sslrootcert", "ssl-root-cert", "ssl-ca", "sslcert", "ssl-cert", "sslkey", "ssl-key"];
const SSL_MODES: &[&str] = &["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// Time after which a host that does not answer is skipped (`connect_timeout` overrides it).
const PATIENCE: Duration = Duration::from_secs(5);

/// A URL that has been read.
#[derive(Clone, Debug)]
pub struct PostgresUrl {
    /// `USER:PASSWORD@`, as written, or nothing.
    user: String,
    /// `HOST:PORT` each; empty for the driver's default.
    hosts: Vec<String>,
    /// `/NAME`, as written.
    path: String,
    parameters: Vec<(String, String)>,
    /// Skip servers that take no writes.
    pub must_write: bool,
    /// How long to wait for one host.
    pub connect_timeout: Duration,
    /// Names of parameters that Facteur does not know.
    pub ignored: Vec<String>,
}

impl PostgresUrl {
    /// Whether `text` is meant to be one.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with("postgres://") || text.starts_with("postgresql://")
    }

    /// Reads it.
    ///
    /// # Errors
    /// What is expected instead, without any part of the URL that may be secret.
    pub fn parse(text: &str) -> Result<Self, Expected> {
        let rest = text.split_once("://").map(|(_, rest)| rest).ok_or(Expected::Server)?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        if rest.contains('#') || path.contains('@') {
            return Err(Expected::Encode);
        }
        let (user, hosts) = authority.rsplit_once('@').map_or(("", authority), |(user, hosts)| (user, hosts));
        let mut url = Self {
            user: if user.is_empty() { String::new() } else { format!("{user}@") },
            hosts: hosts.split(',').map(str::to_owned).collect(),
            path: path.to_owned(),
            parameters: Vec::new(),
            must_write: false,
            connect_timeout: PATIENCE,
            ignored: Vec::new(),
        };
        url.read_parameters(query)?;
        for host in &url.hosts {
            right_port(host, rest.contains('@'))?;
        }
        // Several servers are named for the one among them that takes writes.
        url.must_write |= url.hosts.len() > 1;
        url.each_host().map(|_| url)
    }

    fn read_parameters(&mut self, query: &str) -> Result<(), Expected> {
        let (mut hosts, mut ports) = (None, None);
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "target_session_attrs" => self.must_write = wants_writes(&value)?,
                "connect_timeout" => {
                    let seconds = value.parse().map_err(|_| Expected::ConnectTimeout)?;
                    self.connect_timeout = Duration::from_secs(if seconds == 0 { 60 } else { seconds });
                }
                "host" | "hostaddr" if value.contains(',') => hosts = Some(value.into_owned()),
                "port" if value.contains(',') => ports = Some(value.into_owned()),
                "sslmode" | "ssl-mode" if !SSL_MODES.contains(&&*value) => {
                    return Err(Expected::SslMode { modes: SSL_MODES.join(", ") });
                }
                "port" if !is_port(&value) => return Err(Expected::Port),
                "hostaddr" if value.parse::<std::net::IpAddr>().is_err() => {
                    return Err(Expected::HostAddress);
                }
                "statement-cache-capacity" if value.parse::<usize>().is_err() => {
                    return Err(Expected::Cache);
                }
                known if UNDERSTOOD.contains(&known) || known.starts_with("options[") => {
                    self.parameters.push((key.into_owned(), value.into_owned()));
                }
                strange if strange.contains(['@', '/', ':']) => return Err(Expected::Encode),
                _ => self.ignored.push(key.into_owned()),
            }
        }
        self.take_lists(hosts, ports)
    }

    /// `?host=a,b&port=1,2`, libpq's other way to name several: one port for all, or one for each.
    fn take_lists(&mut self, hosts: Option<String>, ports: Option<String>) -> Result<(), Expected> {
        let Some(hosts) = hosts else {
            return if ports.is_some() { Err(Expected::OneHost) } else { Ok(()) };
        };
        let single = self.parameters.iter().position(|(key, _)| key == "port");
        let single = single.map(|at| self.parameters.remove(at).1);
        let ports: Vec<String> = ports.or(single).unwrap_or_default().split(',').map(str::to_owned).collect();
        let hosts: Vec<&str> = hosts.split(',').collect();
        if ports.len() != 1 && ports.len() != hosts.len() {
            return Err(Expected::HostsPorts { hosts: hosts.len(), ports: ports.len() });
        }
        let port = |n: usize| ports.get(n).or(ports.first()).filter(|port| !port.is_empty());
        let named = |(n, host): (usize, &&str)| {
            let host = if host.contains(':') { format!("[{host}]") } else { host.replace('/', "%2F") };
            port(n).map_or(host.clone(), |port| format!("{host}:{port}"))
        };
        self.hosts = hosts.iter().enumerate().map(named).collect();
        Ok(())
    }

    /// A URL for each host, with what the driver understands.
    ///
    /// # Errors
    /// When a host is none.
    pub fn each_host(&self) -> Result<Vec<Url>, Expected> {
        let one = |host: &String| {
            let user = if host.is_empty() { "" } else { self.user.as_str() };
            let mut url =
                Url::parse(&format!("postgres://{user}{host}{}", self.path)).map_err(|error| match error {
                    url::ParseError::InvalidPort => Expected::Port,
                    _ => Expected::ServerEncode,
                })?;
            if !self.parameters.is_empty() {
                url.query_pairs_mut().extend_pairs(&self.parameters);
            }
            if let (true, Some((name, password))) = (host.is_empty(), self.without_host()) {
                let mut pairs = url.query_pairs_mut();
                pairs.append_pair("user", &name);
                if !password.is_empty() {
                    pairs.append_pair("password", &password);
                }
            }
            Ok(url)
        };
        self.hosts.iter().map(one).collect()
    }

    /// A URL has no place for a user without a host (`postgres://ana@/name`): they travel as parameters.
    fn without_host(&self) -> Option<(String, String)> {
        let user = self.user.strip_suffix('@')?;
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        let plain = |text: &str| {
            let text = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
            form_urlencoded::parse(text.as_bytes()).map(|(key, _)| key.into_owned()).next().unwrap_or_default()
        };
        Some((plain(name), plain(password)))
    }

    /// The files that it names, with their parameters.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let files =
            self.parameters.iter().filter(|(key, value)| FILES.contains(&key.as_str()) && !value.starts_with("-----"));
        files.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The host to which passwords and addresses may travel in clear text, if there is one.
    pub fn may_be_clear(&self) -> Option<&str> {
        let parameter = |names: &[&str]| self.parameters.iter().find(|(key, _)| names.contains(&key.as_str()));
        let mode = parameter(&["sslmode", "ssl-mode"]).map_or("prefer", |(_, mode)| mode.as_str());
        if !matches!(mode, "disable" | "allow" | "prefer") {
            return None;
        }
        let named = parameter(&["host", "hostaddr"]).map(|(_, host)| host.as_str());
        let hosts = named.map_or_else(|| self.hosts.iter().map(|host| name_of(host)).collect(), |host| vec![host]);
        let is_near =
            |host: &&str| host.is_empty() || host.starts_with('/') || host.starts_with("%2F") || is_loopback(host);
        hosts.into_iter().find(|host| !is_near(host))
    }
}

/// `target_session_attrs`: whether a server must take writes.
fn wants_writes(value: &str) -> Result<bool, Expected> {
    match value {
        "any" => Ok(false),
        "read-write" | "primary" => Ok(true),
        _ => Err(Expected::Session),
    }
}

/// The host without its port.
fn name_of(host: &str) -> &str {
    let end = if host.starts_with('[') { host.find(']').map(|at| at + 1) } else { host.rfind(':') };
    &host[..end.unwrap_or(host.len())]
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0)
}

/// `is_cut`: the text after this looks like the host, so that this is probably the beginning of a password.
fn right_port(host: &str, is_cut: bool) -> Result<(), Expected> {
    match host[name_of(host).len()..].strip_prefix(':') {
        Some(port) if !port.is_empty() && !is_port(port) => {
            Err(if is_cut { Expected::Encode } else { Expected::PortEncode })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(text: &str) -> Vec<String> {
        PostgresUrl::parse(text).unwrap().each_host().unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn several_hosts_are_one_url_each_in_their_order() {
        assert_eq!(
            each("postgres://u:p%40@a:1,b,[::1]:3/x?sslmode=require"),
            [
                "postgres://u:p%40@a:1/x?sslmode=require",
                "postgres://u:p%40@b/x?sslmode=require",
                "postgres://u:p%40@[::1]:3/x?sslmode=require",
            ]
        );
        assert_eq!(each("postgresql://u@/x?host=a,b&port=1,2"), ["postgres://u@a:1/x", "postgres://u@b:2/x"]);
        assert_eq!(each("postgresql://u@/x?host=a,b&port=7"), ["postgres://u@a:7/x", "postgres://u@b:7/x"]);
        assert_eq!(each("postgres:///x"), ["postgres:///x"]);
        assert_eq!(each("postgres://%2Frun%2Fpostgresql/x"), ["postgres://%2Frun%2Fpostgresql/x"]);
        let both = PostgresUrl::parse("postgres://a,b/x").unwrap();
        assert!(both.must_write, "two servers are named for the one that takes writes");
        assert!(PostgresUrl::parse("postgres://a/x?target_session_attrs=primary").unwrap().must_write);
    }

    #[test]
    fn what_cannot_be_read_is_refused_without_telling_the_password() {
        for bad in [
            "postgres://ana:s3#cret@db:5432/x",
            "postgres://ana:s3/cret@db:5432/x",
            "postgres://ana:12/cret@db:5432/x",
            "postgres://ana:s3?cret@db:5432/x",
            "postgres://ana:12?cret@db:5432/x",
            "postgres://ana:s3cret@db:port/x",
            "postgres://ana:s3cret@db:99999/x",
            "postgres://ana:s3cret@db:0/x",
            "postgres://ana:s3cret@db,other:x/x",
            "postgres://ana:s3cret@db one/x",
            "postgres://ana:s3cret@db/x?sslmode=on",
            "postgres://ana:s3cret@db/x?port=no",
            "postgres://ana:s3cret@db/x?hostaddr=db",
            "postgres://ana:s3cret@db/x?target_session_attrs=standby",
            "postgres://ana:s3cret@db/x?connect_timeout=soon",
            "postgres://ana:s3cret@db/x?host=a,b&port=1,2,3",
            "postgres://ana:s3cret@db/x?statement-cache-capacity=few",
        ] {
            let words = PostgresUrl::parse(bad).expect_err(bad).to_string();
            assert!(!words.contains("cret") && !words.contains("ana"), "{bad}: {words}");
        }
    }

    #[test]
    fn parameters_that_say_nothing_are_named_and_not_handed_on() {
        let url = PostgresUrl::parse("postgres://a/x?passwd=s3cret&keepalives=1&application_name=me%40here").unwrap();
        assert_eq!(url.ignored, ["passwd", "keepalives"]);
        assert_eq!(url.each_host().unwrap()[0].as_str(), "postgres://a/x?application_name=me%40here");
    }

    #[test]
    fn clear_text_may_only_stay_on_this_machine() {
        let clear = |text: &str| PostgresUrl::parse(text).unwrap().may_be_clear().map(str::to_owned);
        for near in
            ["postgres://localhost/x", "postgres://127.0.0.1:5432/x", "postgres://[::1]/x", "postgres:///x?host=/run"]
        {
            assert_eq!(clear(near), None, "{near}");
        }
        assert_eq!(clear("postgres://u:p@db.example:5432/x").as_deref(), Some("db.example"));
        assert_eq!(clear("postgres://localhost,db.example/x?sslmode=allow").as_deref(), Some("db.example"));
        assert_eq!(clear("postgres://db.example/x?sslmode=require"), None);
    }

    #[test]
    fn files_are_named() {
        let url = PostgresUrl::parse("postgres://a/x?sslrootcert=/etc/ca.pem&sslmode=verify-full").unwrap();
        assert_eq!(url.files().collect::<Vec<_>>(), [("sslrootcert", "/etc/ca.pem")]);
    }
}
