//! Names → records: the resolver of this machine, or the servers of a domain themselves.
//!
//! ```text
//! takes_mail ─▶ ask ─▶ exchange ─▶ a resolver          (sign-up: kept, never waited for long)
//! Inquiry ────▶ servers of the zone ─▶ exchange ─▶ each of them
//!                └ silent everywhere ─▶ ask            (and says so)
//! ```
//! In: `[dns]`, a name, a [`Kind`]. Out: an [`Answer`], or a [`DnsError`]. [`inquiry`] asks the authoritative servers, [`exchange`]
//! knows datagrams and streams, [`system`] the machine's own resolvers. Met by `doctor` and by sign-up.

mod exchange;
pub mod inquiry;
pub mod system;
mod takes_mail;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::{Name, RData, RecordType};
use serde::{Deserialize, Serialize};

use crate::config;
use exchange::Question;
use takes_mail::Remembered;

/// How long one resolver may take for one question.
const PATIENCE: Duration = Duration::from_secs(3);
/// Other names that one name may stand for, one after the other.
const HOPS: usize = 8;

/// Kinds of records that Facteur reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// IPv4 addresses.
    A,
    /// IPv6 addresses.
    Aaaa,
    /// Who takes mail.
    Mx,
    /// Text: SPF, DKIM, DMARC.
    Txt,
    /// The servers of a zone.
    Ns,
    /// The name of an address.
    Ptr,
}

impl Kind {
    const fn record_type(self) -> RecordType {
        match self {
            Self::A => RecordType::A,
            Self::Aaaa => RecordType::AAAA,
            Self::Mx => RecordType::MX,
            Self::Txt => RecordType::TXT,
            Self::Ns => RecordType::NS,
            Self::Ptr => RecordType::PTR,
        }
    }
}

/// What a record says. Names are in lower case, without the dot at their end; the root is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// An address.
    Ip(IpAddr),
    /// A mail server with its preference.
    Mx(u16, String),
    /// A text, its strings joined (RFC 7208 section 3.3, RFC 6376 section 3.6.2.2).
    Text(String),
    /// A name: of a server, of an address.
    Name(String),
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whence {
    /// A server of the domain itself, by its name.
    Authority(String),
    /// A resolver, by its address: the answer may be some hours old.
    Resolver(String),
}

impl Whence {
    /// Its name or address.
    pub fn server(&self) -> &str {
        match self {
            Self::Authority(server) | Self::Resolver(server) => server,
        }
    }
}

/// What is known of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The records of the kind that was asked for.
    pub records: Vec<Data>,
    /// Whether the name is there at all (with whatever records).
    pub exists: bool,
    /// The names that it stands for (`CNAME`), in their order.
    pub chain: Vec<String>,
    /// Who said the last word.
    pub by: Whence,
}

impl Answer {
    /// What the bytes of a message say of a name, for whoever has no question that they answer: nobody's word is taken for it.
    ///
    /// # Errors
    /// When they are no message, or the server refuses.
    pub fn from_wire(bytes: &[u8], name: &str, kind: Kind, by: Whence) -> Result<Self, DnsError> {
        let message = Message::from_vec(bytes).map_err(|error| DnsError::Broken(error.to_string()))?;
        read(&message, name, kind, by)
    }

    /// The texts.
    pub fn texts(&self) -> Vec<String> {
        let text = |data: &Data| match data {
            Data::Text(text) => Some(text.clone()),
            _ => None,
        };
        self.records.iter().filter_map(text).collect()
    }

    /// The addresses.
    pub fn addresses(&self) -> Vec<IpAddr> {
        let ip = |data: &Data| match data {
            Data::Ip(ip) => Some(*ip),
            _ => None,
        };
        self.records.iter().filter_map(ip).collect()
    }

    /// The names.
    pub fn names(&self) -> Vec<String> {
        let name = |data: &Data| match data {
            Data::Name(name) => Some(name.clone()),
            _ => None,
        };
        self.records.iter().filter_map(name).collect()
    }

    /// The mail servers, the preferred first; the name of one is empty where the domain takes no mail (RFC 7505).
    pub fn mail_servers(&self) -> Vec<String> {
        let mx = |data: &Data| match data {
            Data::Mx(preference, name) => Some((*preference, name.clone())),
            _ => None,
        };
        let mut found: Vec<_> = self.records.iter().filter_map(mx).collect();
        found.sort();
        found.into_iter().map(|(_, name)| name).collect()
    }

    /// Whether the domain says that it takes no mail (RFC 7505).
    pub fn is_null_mx(&self) -> bool {
        self.mail_servers() == [""]
    }
}

/// Why there is no answer; a name without records is an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// `[dns] servers` is empty.
    #[error("[dns] servers is empty, so no name server is asked")]
    Off,
    /// Nothing came in time.
    #[error("no name server answers")]
    Silent,
    /// A server answered that it cannot, or will not.
    #[error("the name server answers: {0}")]
    Refused(String),
    /// No name, or bytes that are no answer.
    #[error("{0}")]
    Broken(String),
}

/// The names of this process.
#[derive(Debug)]
pub struct Dns {
    servers: Vec<Server>,
    authority_port: u16,
    remembered: Remembered,
}

/// Who is asked.
#[derive(Clone, Copy, Debug)]
enum Server {
    /// Whomever the machine asks.
    System,
    /// This one.
    At(SocketAddr),
}

impl Dns {
    /// Reads `[dns]`; asks nobody yet.
    pub fn new(config: &config::Dns) -> Self {
        let servers = config.servers.iter().filter_map(|server| match server.as_str() {
            "system" => Some(Server::System),
            _ => address_of(server).map(Server::At),
        });
        Self { servers: servers.collect(), authority_port: config.authority_port, remembered: Remembered::default() }
    }

    /// Whether nobody may be asked.
    pub fn is_off(&self) -> bool {
        self.servers.is_empty()
    }

    /// Asks the resolvers in their order until one answers.
    ///
    /// # Errors
    /// What the last of them said.
    pub async fn ask(&self, name: &str, kind: Kind) -> Result<Answer, DnsError> {
        let mut last = DnsError::Off;
        for server in self.resolvers() {
            match self.ask_resolver(server, name, kind).await {
                Ok(answer) => return Ok(answer),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn resolvers(&self) -> Vec<SocketAddr> {
        let of = |server: &Server| match server {
            Server::System => system::servers(),
            Server::At(address) => vec![*address],
        };
        self.servers.iter().flat_map(of).collect()
    }

    async fn ask_resolver(&self, server: SocketAddr, name: &str, kind: Kind) -> Result<Answer, DnsError> {
        let mut chase = Chase::new(name);
        loop {
            let asked = as_name(&chase.at)?;
            let question = Question { name: &asked, kind: kind.record_type(), recursive: true };
            let message = exchange::ask(server, question, PATIENCE).await?;
            let answer = read(&message, &chase.at, kind, Whence::Resolver(server.ip().to_string()))?;
            if let Some(whole) = chase.take(answer)? {
                return Ok(whole);
            }
        }
    }
}

/// `192.0.2.1`, `[2001:db8::1]:5353`; `None` for anything else.
pub fn address_of(text: &str) -> Option<SocketAddr> {
    let with_port = || text.parse::<SocketAddr>().ok();
    text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, system::PORT)).ok().or_else(with_port)
}

/// A name for the wire.
fn as_name(name: &str) -> Result<Name, DnsError> {
    let mut read = Name::from_ascii(name).map_err(|error| DnsError::Broken(error.to_string()))?;
    read.set_fqdn(true);
    Ok(read)
}

/// A name as people write it.
fn plain(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_ascii_lowercase()
}

/// A name that is asked for, and then what it stands for, as long as the answer is elsewhere.
#[derive(Debug)]
struct Chase {
    name: String,
    at: String,
    chain: Vec<String>,
    hops: usize,
}

impl Chase {
    fn new(name: &str) -> Self {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        Self { at: name.clone(), name, chain: Vec::new(), hops: 0 }
    }

    /// Takes an answer about [`Chase::at`]: the whole answer, or `None` when another name is to be asked.
    fn take(&mut self, answer: Answer) -> Result<Option<Answer>, DnsError> {
        self.chain.extend(answer.chain.iter().cloned());
        match answer.chain.last() {
            Some(next) if answer.records.is_empty() && answer.exists => self.at.clone_from(next),
            _ => return Ok(Some(Answer { chain: std::mem::take(&mut self.chain), ..answer })),
        }
        self.hops += 1;
        if self.hops > HOPS {
            return Err(DnsError::Broken(format!("{} stands for one name after the other", self.name)));
        }
        Ok(None)
    }
}

/// The records of this kind in a message, behind the names that it says the name stands for.
fn read(message: &Message, name: &str, kind: Kind, by: Whence) -> Result<Answer, DnsError> {
    let exists = match message.metadata.response_code {
        ResponseCode::NoError => true,
        ResponseCode::NXDomain => false,
        code => return Err(DnsError::Refused(code.to_string())),
    };
    let (mut at, mut chain) = (name.trim_end_matches('.').to_ascii_lowercase(), Vec::new());
    while chain.len() < HOPS {
        let to = message.answers.iter().find_map(|record| match &record.data {
            RData::CNAME(target) if plain(&record.name) == at => Some(plain(&target.0)),
            _ => None,
        });
        let Some(to) = to else { break };
        at.clone_from(&to);
        chain.push(to);
    }
    let here = message.answers.iter().filter(|record| plain(&record.name) == at);
    let records = here.filter_map(|record| data(&record.data, kind)).collect();
    Ok(Answer { records, exists, chain, by })
}

fn data(record: &RData, kind: Kind) -> Option<Data> {
    match (record, kind) {
        (RData::A(ip), Kind::A) => Some(Data::Ip(ip.0.into())),
        (RData::AAAA(ip), Kind::Aaaa) => Some(Data::Ip(ip.0.into())),
        (RData::MX(mx), Kind::Mx) => Some(Data::Mx(mx.preference, plain(&mx.exchange))),
        (RData::TXT(txt), Kind::Txt) => Some(Data::Text(String::from_utf8_lossy(&txt.txt_data.concat()).into_owned())),
        (RData::NS(name), Kind::Ns) => Some(Data::Name(plain(&name.0))),
        (RData::PTR(name), Kind::Ptr) => Some(Data::Name(plain(&name.0))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use hickory_proto::op::OpCode;
    use hickory_proto::rr::Record;
    use hickory_proto::rr::rdata::{CNAME, MX, TXT};
    use proptest::prelude::*;

    use super::*;

    fn message(records: Vec<Record>) -> Message {
        let mut message = Message::response(7, OpCode::Query);
        message.add_answers(records);
        message
    }

    fn name(text: &str) -> Name {
        as_name(text).unwrap()
    }

    #[test]
    fn strings_of_a_text_are_joined_behind_the_names_that_it_stands_for() {
        let text = TXT::new(vec!["v=DKIM1; p=AB".into(), "CD".into()]);
        let message = message(vec![
            Record::from_rdata(name("a.example"), 60, RData::CNAME(CNAME(name("B.example.")))),
            Record::from_rdata(name("b.EXAMPLE"), 60, RData::TXT(text)),
            Record::from_rdata(name("c.example"), 60, RData::TXT(TXT::new(vec!["elsewhere".into()]))),
        ]);
        let found = read(&message, "A.example", Kind::Txt, Whence::Resolver("here".into())).unwrap();
        assert_eq!((found.texts(), found.chain), (vec!["v=DKIM1; p=ABCD".to_owned()], vec!["b.example".to_owned()]));
    }

    #[test]
    fn a_name_that_takes_no_mail_says_so() {
        let null = message(vec![Record::from_rdata(name("a.example"), 60, RData::MX(MX::new(0, Name::root())))]);
        assert!(read(&null, "a.example", Kind::Mx, Whence::Resolver(String::new())).unwrap().is_null_mx());
        let some = message(vec![
            Record::from_rdata(name("a.example"), 60, RData::MX(MX::new(20, name("two.example")))),
            Record::from_rdata(name("a.example"), 60, RData::MX(MX::new(10, name("one.example")))),
        ]);
        let found = read(&some, "a.example", Kind::Mx, Whence::Resolver(String::new())).unwrap();
        assert_eq!(
            (found.is_null_mx(), found.mail_servers()),
            (false, vec!["one.example".into(), "two.example".into()])
        );
    }

    #[test]
    fn names_that_stand_for_each_other_end() {
        let zone = BTreeMap::from([("a.example", "b.example"), ("b.example", "a.example")]);
        let mut chase = Chase::new("a.example");
        let ended = loop {
            let chain = vec![zone[chase.at.as_str()].to_owned()];
            let by = Whence::Resolver(String::new());
            match chase.take(Answer { records: Vec::new(), exists: true, chain, by }) {
                Ok(None) => {}
                ended => break ended,
            }
        };
        assert!(matches!(ended, Err(DnsError::Broken(_))), "{ended:?}");
    }

    proptest! {
        #[test]
        fn no_bytes_of_a_server_are_too_much(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            for kind in [Kind::A, Kind::Mx, Kind::Txt, Kind::Ns, Kind::Ptr] {
                let _ = Answer::from_wire(&bytes, "a.example", kind, Whence::Resolver(String::new()));
            }
        }
    }
}
