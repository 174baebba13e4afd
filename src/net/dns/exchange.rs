//! One question to one name server, and its answer.
//!
//! In: a server's address, a name, a kind of record. Out: the message that came back, or why none did. Over UDP from a port that
//! the system chooses anew each time, with a random id, asked once more when nothing comes; over TCP when the answer has no room
//! (RFC 1035 section 4.2, RFC 7766); without EDNS where a server does not know it (RFC 6891 section 7). What does not answer the
//! question is not read. Met by [`super`] alone.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use hickory_proto::op::{Edns, Message, MessageType, Query, ResponseCode};
use hickory_proto::rr::{Name, RecordType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};

use super::DnsError;

/// Bytes that a datagram may bring: what passes every network in one piece (RFC 9715).
const DATAGRAM: u16 = 1232;
/// How often one question is sent over UDP within its limit of time.
const TRIES: u32 = 3;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    /// Of which name.
    pub name: &'a Name,
    /// Which records.
    pub kind: RecordType,
    /// Whether the server is to find the answer elsewhere: for resolvers.
    pub recursive: bool,
}

impl Question<'_> {
    fn message(self, edns: bool) -> Message {
        let mut message = Message::query();
        message.metadata.recursion_desired = self.recursive;
        message.add_query(Query::query(self.name.clone(), self.kind));
        if edns {
            let mut room = Edns::new();
            room.set_max_payload(DATAGRAM);
            message.set_edns(room);
        }
        message
    }
}

/// Asks. All of it takes `limit` at most.
pub(super) async fn ask(server: SocketAddr, question: Question<'_>, limit: Duration) -> Result<Message, DnsError> {
    let asked = tokio::time::timeout(limit, once(server, question, limit / TRIES)).await;
    asked.unwrap_or(Err(DnsError::Silent))
}

async fn once(server: SocketAddr, question: Question<'_>, again: Duration) -> Result<Message, DnsError> {
    let mut answer = over_udp(server, &question.message(true), again).await?;
    if matches!(answer.metadata.response_code, ResponseCode::FormErr | ResponseCode::NotImp) {
        answer = over_udp(server, &question.message(false), again).await?;
    }
    if answer.metadata.truncation {
        answer = over_tcp(server, &question.message(true)).await?;
    }
    Ok(answer)
}

/// Sends the question every `again` until an answer to it comes; whoever calls sets the end.
async fn over_udp(server: SocketAddr, question: &Message, again: Duration) -> Result<Message, DnsError> {
    let here: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let bytes = bytes_of(question)?;
    let socket = UdpSocket::bind(here).await.map_err(|error| DnsError::Broken(error.to_string()))?;
    // From now on only this server's datagrams arrive.
    socket.connect(server).await.map_err(|error| DnsError::Broken(error.to_string()))?;
    let mut room = vec![0; usize::from(u16::MAX)];
    loop {
        socket.send(&bytes).await.map_err(|error| DnsError::Broken(error.to_string()))?;
        let answer = async {
            loop {
                let length = socket.recv(&mut room).await.map_err(|_| DnsError::Silent)?;
                match Message::from_vec(&room[..length]) {
                    Ok(answer) if answers(&answer, question) => return Ok(answer),
                    Err(error) if begins_as(&room[..length], question) => {
                        return Err(DnsError::Broken(error.to_string()));
                    }
                    // None of ours, or late.
                    Ok(_) | Err(_) => {}
                }
            }
        };
        match tokio::time::timeout(again, answer).await {
            Ok(Err(DnsError::Silent)) => tokio::time::sleep(again).await,
            Ok(done) => return done,
            Err(_) => {}
        }
    }
}

async fn over_tcp(server: SocketAddr, question: &Message) -> Result<Message, DnsError> {
    let failed = |error: std::io::Error| DnsError::Broken(error.to_string());
    let bytes = bytes_of(question)?;
    let length = u16::try_from(bytes.len()).map_err(|error| DnsError::Broken(error.to_string()))?;
    let mut stream = TcpStream::connect(server).await.map_err(failed)?;
    stream.write_all(&[&length.to_be_bytes()[..], &bytes[..]].concat()).await.map_err(failed)?;
    let mut room = vec![0; usize::from(stream.read_u16().await.map_err(failed)?)];
    stream.read_exact(&mut room).await.map_err(failed)?;
    let answer = Message::from_vec(&room).map_err(|error| DnsError::Broken(error.to_string()))?;
    if answers(&answer, question) { Ok(answer) } else { Err(DnsError::Broken("another question is answered".into())) }
}

fn bytes_of(message: &Message) -> Result<Vec<u8>, DnsError> {
    message.to_vec().map_err(|error| DnsError::Broken(error.to_string()))
}

/// Whether a message is the answer to this question. A server that could not read the question need not repeat it.
fn answers(answer: &Message, question: &Message) -> bool {
    let (said, asked) = (answer.queries.first(), question.queries.first());
    let same = match (said, asked) {
        (Some(said), Some(asked)) => {
            said.query_type == asked.query_type && said.name.to_lowercase().eq_ignore_root(&asked.name.to_lowercase())
        }
        (None, _) => answer.metadata.response_code != ResponseCode::NoError,
        _ => false,
    };
    answer.metadata.message_type == MessageType::Response && answer.metadata.id == question.metadata.id && same
}

/// Whether bytes that are no message bear the id of this question.
fn begins_as(bytes: &[u8], question: &Message) -> bool {
    bytes.get(..2) == Some(&question.metadata.id.to_be_bytes()[..])
}
