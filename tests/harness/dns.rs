//! A name server on loopback, over UDP and TCP: the resolver of the app and the authority of every domain at once.
//!
//! In: `dns.txt("example.org", "v=spf1 -all")`. Out: answers, and what was asked. A question that wants recursion is a resolver's
//! and follows names that stand for others; one without is put to the authority, which answers for one name at a time. Faults:
//! silence, an error code, answers without room in a datagram, an authority that cannot be reached, a resolver that is stale.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CNAME, MX, NS, PTR, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};

/// Bytes of one string of a text.
const STRING: usize = 255;

#[derive(Default)]
struct Zone {
    records: BTreeMap<String, Vec<RData>>,
    /// What only a resolver says: it has not heard of a change.
    stale: BTreeMap<String, Vec<RData>>,
    errors: BTreeMap<String, ResponseCode>,
    asked: Vec<String>,
    is_silent: bool,
    authority_is_silent: bool,
    has_no_room: bool,
}

/// A running name server; ends with the test's runtime.
#[derive(Clone)]
pub struct DnsServer {
    port: u16,
    zone: Arc<Mutex<Zone>>,
}

impl DnsServer {
    pub async fn start() -> Self {
        let (udp, tcp) = Self::bind().await;
        let zone = Arc::<Mutex<Zone>>::default();
        let server = Self { port: udp.local_addr().unwrap().port(), zone };
        tokio::spawn(datagrams(udp, server.zone.clone()));
        tokio::spawn(streams(tcp, server.zone.clone()));
        server
    }

    /// A port that is free for both.
    async fn bind() -> (UdpSocket, TcpListener) {
        for _ in 0..50 {
            let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
            if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()).await {
                return (udp, tcp);
            }
        }
        panic!("no port is free for UDP and TCP");
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// As `[dns] servers` names it.
    pub fn server(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn put(&self, name: &str, data: RData) -> &Self {
        self.zone.lock().unwrap().records.entry(name.to_owned()).or_default().push(data);
        self
    }

    /// A zone whose server this is.
    pub fn zone(&self, name: &str) -> &Self {
        let server = format!("ns.{name}");
        self.put(name, RData::NS(NS(read(&server)))).ip(&server, "127.0.0.1")
    }

    pub fn ip(&self, name: &str, ip: &str) -> &Self {
        match ip.parse().unwrap() {
            IpAddr::V4(ip) => self.put(name, RData::A(A(ip))),
            IpAddr::V6(ip) => self.put(name, RData::AAAA(AAAA(ip))),
        }
    }

    /// A text, in strings of 255 bytes.
    pub fn txt(&self, name: &str, text: &str) -> &Self {
        let strings: Vec<&str> =
            text.as_bytes().chunks(STRING).map(|chunk| std::str::from_utf8(chunk).unwrap()).collect();
        self.strings(name, &strings)
    }

    /// A text in these strings.
    pub fn strings(&self, name: &str, strings: &[&str]) -> &Self {
        self.put(name, RData::TXT(TXT::new(strings.iter().map(|text| (*text).to_owned()).collect())))
    }

    pub fn mx(&self, name: &str, preference: u16, server: &str) -> &Self {
        let server = if server.is_empty() { Name::root() } else { read(server) };
        self.put(name, RData::MX(MX::new(preference, server)))
    }

    pub fn cname(&self, name: &str, to: &str) -> &Self {
        self.put(name, RData::CNAME(CNAME(read(to))))
    }

    /// The name of an IPv4 address.
    pub fn ptr(&self, ip: &str, name: &str) -> &Self {
        let [a, b, c, d] = ip.parse::<Ipv4Addr>().unwrap().octets();
        self.put(&format!("{d}.{c}.{b}.{a}.in-addr.arpa"), RData::PTR(PTR(read(name))))
    }

    /// Removes whatever stands at a name.
    pub fn clear(&self, name: &str) -> &Self {
        self.zone.lock().unwrap().records.remove(name);
        self
    }

    /// A resolver still says this text.
    pub fn stale(&self, name: &str, text: &str) -> &Self {
        let data = RData::TXT(TXT::new(vec![text.to_owned()]));
        self.zone.lock().unwrap().stale.insert(name.to_owned(), vec![data]);
        self
    }

    /// Questions about a name are answered with a code.
    pub fn error(&self, name: &str, code: ResponseCode) -> &Self {
        self.zone.lock().unwrap().errors.insert(name.to_owned(), code);
        self
    }

    pub fn silent(&self, is_silent: bool) {
        self.zone.lock().unwrap().is_silent = is_silent;
    }

    /// Only questions for a resolver are answered: name servers elsewhere are blocked.
    pub fn blocked(&self) {
        self.zone.lock().unwrap().authority_is_silent = true;
    }

    /// Datagrams have no room for any answer.
    pub fn only_tcp(&self) {
        self.zone.lock().unwrap().has_no_room = true;
    }

    /// What was asked so far: `udp example.org TXT` or `tcp …`, with `+` in front of what wants recursion.
    pub fn asked(&self) -> Vec<String> {
        self.zone.lock().unwrap().asked.clone()
    }
}

fn read(name: &str) -> Name {
    let mut name = Name::from_ascii(name).unwrap();
    name.set_fqdn(true);
    name
}

async fn datagrams(socket: UdpSocket, zone: Arc<Mutex<Zone>>) {
    let mut room = vec![0; 65_535];
    while let Ok((length, from)) = socket.recv_from(&mut room).await {
        let Ok(question) = Message::from_vec(&room[..length]) else { continue };
        if let Some(answer) = answer(&question, &zone, false) {
            socket.send_to(&answer.to_vec().unwrap(), from).await.ok();
        }
    }
}

async fn streams(listener: TcpListener, zone: Arc<Mutex<Zone>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(stream_of(stream, zone.clone()));
    }
}

async fn stream_of(mut stream: TcpStream, zone: Arc<Mutex<Zone>>) -> Option<()> {
    loop {
        let mut room = vec![0; usize::from(stream.read_u16().await.ok()?)];
        stream.read_exact(&mut room).await.ok()?;
        let bytes = answer(&Message::from_vec(&room).ok()?, &zone, true)?.to_vec().unwrap();
        stream.write_all(&[&(bytes.len() as u16).to_be_bytes()[..], &bytes[..]].concat()).await.ok()?;
    }
}

/// The answer, if there is one.
fn answer(question: &Message, zone: &Mutex<Zone>, over_tcp: bool) -> Option<Message> {
    let mut zone = zone.lock().unwrap();
    let query = question.queries.first()?;
    let recursive = question.metadata.recursion_desired;
    let name = query.name.to_ascii().trim_end_matches('.').to_ascii_lowercase();
    let way = format!(
        "{}{} {name} {}",
        if recursive { "+" } else { "" },
        if over_tcp { "tcp" } else { "udp" },
        query.query_type
    );
    zone.asked.push(way);
    if zone.is_silent || (zone.authority_is_silent && !recursive) {
        return None;
    }
    let mut answer = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
    answer.metadata.recursion_desired = recursive;
    answer.metadata.recursion_available = recursive;
    answer.metadata.authoritative = !recursive;
    answer.add_query(query.clone());
    if zone.has_no_room && !over_tcp {
        answer.metadata.truncation = true;
        return Some(answer);
    }
    if let Some(code) = zone.errors.get(&name) {
        answer.metadata.response_code = *code;
        return Some(answer);
    }
    if !zone.fill(&mut answer, &name, query.query_type, recursive) {
        answer.metadata.response_code = ResponseCode::NXDomain;
    }
    Some(answer)
}

impl Zone {
    /// Adds what stands at a name, and behind it for a resolver; false when no such name is there.
    fn fill(&self, answer: &mut Message, name: &str, kind: RecordType, recursive: bool) -> bool {
        let found = self.stale.get(name).filter(|_| recursive).or_else(|| self.at(name));
        let Some(found) = found else { return false };
        for data in found.iter().filter(|data| data.record_type() == kind || data.record_type() == RecordType::CNAME) {
            answer.add_answer(Record::from_rdata(read(name), 60, data.clone()));
            if let (RData::CNAME(to), true) = (data, recursive) {
                let to = to.0.to_ascii().trim_end_matches('.').to_owned();
                return self.fill(answer, &to, kind, recursive);
            }
        }
        true
    }

    /// What stands at a name, or at a wildcard above it; a name above others is there without records.
    fn at(&self, name: &str) -> Option<&Vec<RData>> {
        static NOTHING: Vec<RData> = Vec::new();
        let wildcard = || {
            let mut above = name;
            while let Some((_, rest)) = above.split_once('.') {
                if let Some(found) = self.records.get(&format!("*.{rest}")) {
                    return Some(found);
                }
                above = rest;
            }
            None
        };
        let is_above = || self.records.keys().any(|key| key.ends_with(&format!(".{name}")));
        self.records.get(name).or_else(wildcard).or_else(|| is_above().then_some(&NOTHING))
    }
}
