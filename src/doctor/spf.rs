//! SPF of the envelope's domain (RFC 7208): one record that can be read, at most ten look-ups, and our servers may send.
//!
//! In: a domain, the servers that send. Out: lines. A record is walked as a receiver walks it (`check_host`, section 4): once for an
//! address that nothing matches, so that every look-up is counted that a receiver may have to make (section 4.6.4), then for each
//! address of ours.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::records::spf::{self, Kind, Masks, Mechanism, Qualifier, Record};
use super::subject::Sender;
use super::{Check, Finding, Line, Verdict, Wanted};
use crate::net::dns::inquiry::Inquiry;
use crate::net::dns::{Answer, DnsError, Kind as Ask};

/// Look-ups that a receiver makes (section 4.6.4).
const LOOKUPS: i64 = 10;
/// Look-ups without a result that it makes.
const VOID: i64 = 2;
/// Look-ups after which counting ends: no record has so many by oversight alone.
const MOST: i64 = 40;
/// Mail servers of one name whose addresses are looked up.
const MAIL_SERVERS: usize = 10;

/// What a receiver makes of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    /// A mechanism with this qualifier matches, or the end is neutral.
    Is(Qualifier),
    /// There is no record.
    Nothing,
    /// The record cannot be used.
    Broken(Finding),
    /// No name server answers.
    Silent(DnsError),
}

/// What was met on the way.
#[derive(Debug, Default)]
struct Walk {
    lookups: i64,
    void: i64,
    has_macro: bool,
    has_ptr: bool,
}

/// Looks.
pub async fn check(inquiry: &Inquiry, domain: &str, senders: &[Sender]) -> Vec<Line> {
    let answer = match inquiry.ask(domain, Ask::Txt).await {
        Ok(answer) => answer,
        Err(error) => return vec![Line::unanswered(Check::Spf, domain, &error)],
    };
    let found: Vec<String> = answer.texts().into_iter().filter(|text| spf::is_meant(text)).collect();
    let wanted = Wanted::text(domain, spf::amended(&found, &mechanisms(senders)));
    let looked = Looked { domain, answer: &answer, found: &found, wanted: &wanted };
    let [record] = found.as_slice() else {
        return vec![match found.len() {
            0 => looked.line(Verdict::Fault, Finding::SpfMissing),
            count => looked.line(Verdict::Fault, Finding::SpfSeveral { count: count as i64 }),
        }];
    };
    let mut walk = Walk::default();
    match walk.check_host(inquiry, domain, None).await {
        Outcome::Broken(finding) => return vec![looked.line(Verdict::Fault, finding)],
        Outcome::Silent(error) => return vec![Line::unanswered(Check::Spf, domain, &error)],
        Outcome::Is(_) | Outcome::Nothing => {}
    }
    let mut lines = of_walk(&looked, &walk, record);
    for sender in senders {
        lines.extend(covers(inquiry, &looked, sender).await);
    }
    if lines.is_empty() {
        lines.push(looked.line(Verdict::Ok, Finding::SpfGood { count: walk.lookups }));
    }
    lines
}

/// What all lines about a record share.
struct Looked<'a> {
    domain: &'a str,
    answer: &'a Answer,
    found: &'a [String],
    wanted: &'a Wanted,
}

impl Looked<'_> {
    fn line(&self, verdict: Verdict, finding: Finding) -> Line {
        let line = Line::new(Check::Spf, verdict, self.domain, finding).seen(self.answer, self.found.to_vec());
        if self.mends(&line.finding) { line.wants(self.wanted.clone()) } else { line }
    }

    /// Whether the record to paste would mend this: what other people's records say, or too much of it, it does not.
    fn mends(&self, finding: &Finding) -> bool {
        match finding {
            Finding::SpfMissing
            | Finding::SpfSeveral { .. }
            | Finding::SpfEverybody
            | Finding::SpfOpen
            | Finding::SpfUncovered { .. } => true,
            Finding::SpfBroken { domain, .. } => domain == self.domain,
            _ => false,
        }
    }
}

/// The mechanisms that let our servers send: a provider's name, our own addresses.
fn mechanisms(senders: &[Sender]) -> Vec<String> {
    let of = |sender: &Sender| -> Vec<String> {
        if sender.is_ours || sender.host.parse::<IpAddr>().is_ok() {
            return sender.addresses.iter().map(|ip| spf::mechanism_of(*ip)).collect();
        }
        vec![format!("a:{}", sender.host)]
    };
    let mut all: Vec<String> = senders.iter().flat_map(of).collect();
    all.dedup();
    if all.is_empty() { vec!["mx".to_owned()] } else { all }
}

/// What a record says whoever sends.
fn of_walk(looked: &Looked<'_>, walk: &Walk, record: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    if walk.lookups > LOOKUPS {
        lines.push(looked.line(Verdict::Fault, Finding::SpfLookups { count: walk.lookups }));
    }
    if walk.void > VOID {
        lines.push(looked.line(Verdict::Fault, Finding::SpfVoid { count: walk.void }));
    }
    if let Ok(record) = Record::parse(record) {
        match (record.all(), &record.redirect) {
            (Some(Qualifier::Pass), _) => lines.push(looked.line(Verdict::Fault, Finding::SpfEverybody)),
            (Some(Qualifier::Neutral), _) | (None, None) => {
                lines.push(looked.line(Verdict::Warning, Finding::SpfOpen));
            }
            _ => {}
        }
    }
    if walk.has_ptr {
        lines.push(looked.line(Verdict::Warning, Finding::SpfPtr));
    }
    lines
}

/// Whether a server may send; `None` when it may.
async fn covers(inquiry: &Inquiry, looked: &Looked<'_>, sender: &Sender) -> Option<Line> {
    let host = sender.host.clone();
    if sender.addresses.is_empty() {
        return Some(looked.line(Verdict::Unknown, Finding::SpfUnknown { host }));
    }
    for ip in &sender.addresses {
        let mut walk = Walk::default();
        let outcome = walk.check_host(inquiry, looked.domain, Some(*ip)).await;
        let finding = Finding::SpfUncovered { host: host.clone(), address: ip.to_string() };
        match outcome {
            Outcome::Is(Qualifier::Pass) => {}
            Outcome::Silent(error) => return Some(Line::unanswered(Check::Spf, looked.domain, &error)),
            _ if walk.has_macro => return Some(looked.line(Verdict::Unknown, Finding::SpfMacro)),
            // A provider may send from other addresses than the one that takes our mail; its own record then lets those.
            _ if includes(looked.found, &host) => {}
            Outcome::Is(Qualifier::Fail) => return Some(looked.line(Verdict::Fault, finding)),
            _ => return Some(looked.line(Verdict::Warning, finding)),
        }
    }
    None
}

/// Whether a record asks another of the same provider: `include:_spf.provider.example` for `smtp.provider.example`.
fn includes(found: &[String], host: &str) -> bool {
    let end = |name: &str| {
        let mut labels: Vec<String> =
            name.trim_end_matches('.').rsplit('.').take(2).map(str::to_ascii_lowercase).collect();
        labels.reverse();
        labels
    };
    let record = found.first().and_then(|text| Record::parse(text).ok());
    record.is_some_and(|record| {
        let named = record.mechanisms.iter().filter_map(|mechanism| match (&mechanism.kind, mechanism.qualifier) {
            (Kind::Include(name), Qualifier::Pass) => Some(name),
            _ => None,
        });
        named.chain(&record.redirect).any(|name| end(name) == end(host))
    })
}

impl Walk {
    /// RFC 7208 section 4; `None`: an address that no mechanism but `all` matches.
    async fn check_host(&mut self, inquiry: &Inquiry, domain: &str, ip: Option<IpAddr>) -> Outcome {
        let answer = match inquiry.ask(domain, Ask::Txt).await {
            Ok(answer) => answer,
            Err(error) => return Outcome::Silent(error),
        };
        let texts: Vec<String> = answer.texts().into_iter().filter(|text| spf::is_meant(text)).collect();
        let text = match texts.as_slice() {
            [] => return Outcome::Nothing,
            [text] => text,
            several => return Outcome::Broken(Finding::SpfSeveral { count: several.len() as i64 }),
        };
        let record = match Record::parse(text) {
            Ok(record) => record,
            Err(term) => return Outcome::Broken(Finding::SpfBroken { term, domain: domain.to_owned() }),
        };
        for mechanism in &record.mechanisms {
            match self.matches(inquiry, domain, mechanism, ip).await {
                Ok(true) => return Outcome::Is(mechanism.qualifier),
                Ok(false) => {}
                Err(outcome) => return outcome,
            }
        }
        match &record.redirect {
            Some(other) => self.elsewhere(inquiry, other, ip).await,
            None => Outcome::Is(Qualifier::Neutral),
        }
    }

    /// Another domain's record, which must be there.
    async fn elsewhere(&mut self, inquiry: &Inquiry, other: &str, ip: Option<IpAddr>) -> Outcome {
        self.lookups += 1;
        if spf::has_macro(other) {
            self.has_macro = true;
            return Outcome::Is(Qualifier::Neutral);
        }
        if self.lookups > MOST {
            return Outcome::Is(Qualifier::Neutral);
        }
        match Box::pin(self.check_host(inquiry, other, ip)).await {
            Outcome::Nothing => Outcome::Broken(Finding::SpfNowhere { domain: other.to_owned() }),
            outcome => outcome,
        }
    }

    async fn matches(
        &mut self,
        inquiry: &Inquiry,
        domain: &str,
        mechanism: &Mechanism,
        ip: Option<IpAddr>,
    ) -> Result<bool, Outcome> {
        match &mechanism.kind {
            Kind::All => Ok(true),
            Kind::Ip4(network) => Ok(ip.is_some_and(|ip| IpNet::V4(*network).contains(&ip))),
            Kind::Ip6(network) => Ok(ip.is_some_and(|ip| IpNet::V6(*network).contains(&ip))),
            Kind::Include(other) => match self.elsewhere(inquiry, other, ip).await {
                Outcome::Is(qualifier) => Ok(qualifier == Qualifier::Pass && ip.is_some()),
                outcome => Err(outcome),
            },
            Kind::Ptr => {
                self.lookups += 1;
                self.has_ptr = true;
                Ok(false)
            }
            Kind::Exists(name) => {
                self.lookups += 1;
                let there = self.addresses(inquiry, name, true).await.map_err(Outcome::Silent)?;
                Ok(ip.is_some() && !there.is_empty())
            }
            Kind::A(name, masks) => {
                self.lookups += 1;
                let name = name.as_deref().unwrap_or(domain);
                let there = self.addresses(inquiry, name, true).await.map_err(Outcome::Silent)?;
                Ok(ip.is_some_and(|ip| there.iter().any(|own| within(ip, *own, *masks))))
            }
            Kind::Mx(name, masks) => {
                self.lookups += 1;
                let name = name.as_deref().unwrap_or(domain);
                let there = self.mail_servers(inquiry, name).await.map_err(Outcome::Silent)?;
                Ok(ip.is_some_and(|ip| there.iter().any(|own| within(ip, *own, *masks))))
            }
        }
    }

    /// The addresses of a name; a name that only a receiver can fill has none here.
    async fn addresses(&mut self, inquiry: &Inquiry, name: &str, counts: bool) -> Result<Vec<IpAddr>, DnsError> {
        if spf::has_macro(name) {
            self.has_macro = true;
            return Ok(Vec::new());
        }
        let (four, six) = (inquiry.ask(name, Ask::A).await?, inquiry.ask(name, Ask::Aaaa).await?);
        let found = [four.addresses(), six.addresses()].concat();
        self.void += i64::from(counts && found.is_empty());
        Ok(found)
    }

    async fn mail_servers(&mut self, inquiry: &Inquiry, name: &str) -> Result<Vec<IpAddr>, DnsError> {
        if spf::has_macro(name) {
            self.has_macro = true;
            return Ok(Vec::new());
        }
        let servers = inquiry.ask(name, Ask::Mx).await?.mail_servers();
        self.void += i64::from(servers.is_empty());
        let mut found = Vec::new();
        for server in servers.iter().filter(|server| !server.is_empty()).take(MAIL_SERVERS) {
            found.extend(self.addresses(inquiry, server, false).await?);
        }
        Ok(found)
    }
}

/// Whether an address lies in the network of another.
fn within(ip: IpAddr, own: IpAddr, Masks(four, six): Masks) -> bool {
    match (ip, own) {
        (IpAddr::V4(ip), IpAddr::V4(own)) => Ipv4Net::new(own, four).is_ok_and(|network| network.contains(&ip)),
        (IpAddr::V6(ip), IpAddr::V6(own)) => Ipv6Net::new(own, six).is_ok_and(|network| network.contains(&ip)),
        _ => false,
    }
}
