//! The questions of one look, put to the servers of each domain themselves, so that the answer is what stands there now.
//!
//! In: names. Out: answers, each asked once. Which servers a zone has is asked of a resolver; then each of them is asked without
//! recursion until one answers with authority (RFC 1034 section 4.3.1). Names of another zone behind a `CNAME` are asked of that
//! zone's servers. Where two questions meet only silence and none was answered, name servers cannot be reached from here: from then
//! on a resolver is asked, and [`Inquiry::is_blocked`] says so. A server at a private address is not asked: its address comes from
//! whoever owns the domain.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::exchange::{self, Question};
use super::{Answer, Chase, Dns, DnsError, Kind, Whence, as_name, read, system};
use crate::net::guard::is_public;

/// How long one server of a zone may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// Servers of a zone that are asked.
const SERVERS: usize = 4;
/// Questions without any answer after which name servers are taken for blocked.
const SILENT: usize = 2;

/// A server of a zone: its name, and where it is.
type Servers = Arc<Vec<(String, SocketAddr)>>;
/// What was answered of a name and a kind.
type Seen = HashMap<(String, Kind), Result<Answer, DnsError>>;

/// The questions of one look.
#[derive(Debug)]
pub struct Inquiry {
    dns: Arc<Dns>,
    zones: Mutex<HashMap<String, Servers>>,
    seen: Mutex<Seen>,
    silent: AtomicUsize,
    heard: AtomicBool,
    /// A resolver answered something.
    resolves: AtomicBool,
    /// None did, and one question met only silence: none is asked any more.
    is_dead: AtomicBool,
}

impl Inquiry {
    /// Nothing asked yet.
    pub fn new(dns: Arc<Dns>) -> Self {
        Self {
            dns,
            zones: Mutex::default(),
            seen: Mutex::default(),
            silent: AtomicUsize::new(0),
            heard: AtomicBool::new(false),
            resolves: AtomicBool::new(false),
            is_dead: AtomicBool::new(false),
        }
    }

    /// Whether nobody may be asked.
    pub fn is_off(&self) -> bool {
        self.dns.is_off()
    }

    /// Whether no server of any domain could be reached from here.
    pub fn is_blocked(&self) -> bool {
        !self.heard.load(Ordering::Relaxed) && self.silent.load(Ordering::Relaxed) > 0
    }

    /// Asks, or says what was answered before.
    ///
    /// # Errors
    /// When neither a server of the domain nor a resolver answers.
    pub async fn ask(&self, name: &str, kind: Kind) -> Result<Answer, DnsError> {
        let key = (name.trim_end_matches('.').to_ascii_lowercase(), kind);
        let known = held(&self.seen).get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        let answer = self.whole(&key.0, kind).await;
        held(&self.seen).insert(key, answer.clone());
        answer
    }

    async fn whole(&self, name: &str, kind: Kind) -> Result<Answer, DnsError> {
        let mut chase = Chase::new(name);
        loop {
            let answer = self.step(&chase.at, kind).await?;
            if let Some(whole) = chase.take(answer)? {
                return Ok(whole);
            }
        }
    }

    async fn step(&self, name: &str, kind: Kind) -> Result<Answer, DnsError> {
        let direct = self.dns.authority_port > 0
            && (self.heard.load(Ordering::Relaxed) || self.silent.load(Ordering::Relaxed) < SILENT);
        match if direct { self.ask_there(name, kind).await? } else { None } {
            Some(answer) => Ok(answer),
            None => self.resolve(name, kind).await,
        }
    }

    /// What a resolver says. Where none answers one question, the others would only take as long.
    async fn resolve(&self, name: &str, kind: Kind) -> Result<Answer, DnsError> {
        if self.is_dead.load(Ordering::Relaxed) {
            return Err(DnsError::Silent);
        }
        let answer = self.dns.ask(name, kind).await;
        if answer != Err(DnsError::Silent) {
            self.resolves.store(true, Ordering::Relaxed);
        } else if !self.resolves.load(Ordering::Relaxed) {
            self.is_dead.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Asks the servers of the zone; `None` when none of them answers with authority.
    async fn ask_there(&self, name: &str, kind: Kind) -> Result<Option<Answer>, DnsError> {
        let asked = as_name(name)?;
        let servers = self.servers_of(name).await?;
        let mut heard = servers.is_empty();
        for (server, address) in servers.iter() {
            let question = Question { name: &asked, kind: kind.record_type(), recursive: false };
            let Ok(message) = exchange::ask(*address, question, PATIENCE).await else { continue };
            heard = true;
            self.heard.store(true, Ordering::Relaxed);
            // A server that does not know the zone (RFC 1912 section 2.8) is as good as none.
            if message.metadata.authoritative
                && let Ok(answer) = read(&message, name, kind, Whence::Authority(server.clone()))
            {
                return Ok(Some(answer));
            }
        }
        if !heard {
            self.silent.fetch_add(1, Ordering::Relaxed);
        }
        Ok(None)
    }

    /// The servers of the nearest zone above a name; none where they are unknown.
    async fn servers_of(&self, name: &str) -> Result<Servers, DnsError> {
        let mut zone = name;
        loop {
            let servers = self.servers_at(zone).await?;
            match zone.split_once('.') {
                Some((_, above)) if servers.is_empty() && above.contains('.') => zone = above,
                _ => return Ok(servers),
            }
        }
    }

    async fn servers_at(&self, zone: &str) -> Result<Servers, DnsError> {
        let known = held(&self.zones).get(zone).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let named = match self.resolve(zone, Kind::Ns).await {
            Ok(named) if named.chain.is_empty() => named.names(),
            Ok(_) | Err(DnsError::Refused(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut found = Vec::new();
        for server in named.into_iter().take(SERVERS) {
            found.extend(self.address(&server).await.map(|address| (server, address)));
        }
        let found = Arc::new(found);
        held(&self.zones).insert(zone.to_owned(), found.clone());
        Ok(found)
    }

    /// Where a server is; one in a private network is none of a domain's. Another port than 53 is a test's.
    async fn address(&self, server: &str) -> Option<SocketAddr> {
        let port = self.dns.authority_port;
        for kind in [Kind::A, Kind::Aaaa] {
            let found = self.resolve(server, kind).await.map(|answer| answer.addresses()).unwrap_or_default();
            let usable = found.into_iter().find(|ip| is_public(*ip) || port != system::PORT);
            if let Some(ip) = usable {
                return Some(SocketAddr::new(ip, port));
            }
        }
        None
    }
}

fn held<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
