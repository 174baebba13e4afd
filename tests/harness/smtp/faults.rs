//! What the SMTP sink does instead of answering as usual: per stage, message, connection and recipient.
//!
//! In: `sink.on(Stage::Rcpt).to("ana@example.org").nth(3).reply("451 4.7.1 later")`, or `.whom(Whom::EveryTenth)`. Out: one
//! [`Rule`] that the session asks at each stage. The first rule that fires decides; a delay goes on to the usual answer.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Where in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    Banner,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    /// The answer to `DATA` itself.
    Data,
    /// The answer to the final dot.
    Dot,
}

/// What happens instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// These lines (`\n` between them), in whatever encoding; a code of 4xx or 5xx refuses.
    Reply(Vec<u8>),
    /// Only later; then as usual.
    Delay(Duration),
    /// As usual, but one byte at a time with this pause between two.
    Trickle(Duration),
    /// The connection is closed without an answer.
    Drop,
    /// We stop writing, but go on reading until the client goes.
    HalfClose,
    /// No answer ever; the connection stays.
    Hang,
    /// These bytes, whatever they are; then the connection stays.
    Bytes(Vec<u8>),
}

/// Which recipients meet a rule. Each keeps its lot however often it is tried: they are numbered from 1 as they first
/// come to the rule's stage. Before a recipient is named (up to MAIL), it is the events that are numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The seventh, in the middle of all others.
    One,
    First,
    /// The tenth, the twentieth, …
    EveryTenth,
    All,
}

impl Whom {
    pub const EACH: [Self; 4] = [Self::One, Self::First, Self::EveryTenth, Self::All];

    fn meets(self, number: u64) -> bool {
        match self {
            Self::One => number == 7,
            Self::First => number == 1,
            Self::EveryTenth => number.is_multiple_of(10),
            Self::All => true,
        }
    }
}

/// What the session has come to when it asks.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    pub stage: Stage,
    /// From 1 over the life of the sink.
    pub connection: u64,
    /// The envelope's sender; empty until MAIL.
    pub from: &'a str,
    /// Empty until RCPT.
    pub to: &'a str,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    stage: Stage,
    /// `ana@example.org`, or `@example.net` for a whole domain.
    recipient: Option<String>,
    /// Likewise.
    sender: Option<String>,
    connections: Option<RangeInclusive<u64>>,
    whom: Whom,
    /// The number of each recipient that has come by.
    known: HashMap<String, u64>,
    /// Which of the matching events, from 1.
    events: RangeInclusive<u64>,
    seen: u64,
    /// At [`Stage::Dot`]: the mail counts as taken although the answer is not a 250.
    stored: bool,
    act: Act,
}

impl Rule {
    /// Whether this event is one of the rule's; counts it.
    pub fn fires(&mut self, event: Event<'_>) -> Option<(Act, bool)> {
        let elsewhere = event.stage != self.stage
            || self.connections.as_ref().is_some_and(|range| !range.contains(&event.connection))
            || self.recipient.as_ref().is_some_and(|wanted| !is(wanted, event.to))
            || self.sender.as_ref().is_some_and(|wanted| !is(wanted, event.from));
        if elsewhere || !self.whom.meets(self.number(event.to)) {
            return None;
        }
        self.seen += 1;
        self.events.contains(&self.seen).then(|| (self.act.clone(), self.stored))
    }

    /// The recipient's number; without one, the event's.
    fn number(&mut self, recipient: &str) -> u64 {
        let next = self.known.len() as u64 + 1;
        let key = if recipient.is_empty() { format!("event {next}") } else { recipient.to_owned() };
        *self.known.entry(key).or_insert(next)
    }
}

/// Whether it is this address, or one of this `@domain`.
fn is(wanted: &str, address: &str) -> bool {
    if wanted.starts_with('@') { address.ends_with(wanted) } else { address == wanted }
}

/// A rule in the making; the last call says what happens and puts it in force.
#[must_use = "end with reply, drop, delay, …"]
pub struct RuleBuilder<'a> {
    rules: &'a std::sync::Mutex<Vec<Rule>>,
    rule: Rule,
}

impl<'a> RuleBuilder<'a> {
    pub fn new(rules: &'a std::sync::Mutex<Vec<Rule>>, stage: Stage) -> Self {
        let rule = Rule {
            stage,
            recipient: None,
            sender: None,
            connections: None,
            whom: Whom::All,
            known: HashMap::new(),
            events: 1..=u64::MAX,
            seen: 0,
            stored: false,
            act: Act::Drop,
        };
        Self { rules, rule }
    }

    /// Only for this recipient, or `@domain`. Makes sense from [`Stage::Rcpt`] on.
    pub fn to(mut self, recipient: &str) -> Self {
        self.rule.recipient = Some(recipient.to_owned());
        self
    }

    /// Only for mails of this envelope sender, or `@domain`. Makes sense from [`Stage::Mail`] on.
    pub fn from(mut self, sender: &str) -> Self {
        self.rule.sender = Some(sender.to_owned());
        self
    }

    /// Only for these recipients.
    pub fn whom(mut self, whom: Whom) -> Self {
        self.rule.whom = whom;
        self
    }

    /// Only on these connections, counted from 1 over the life of the sink.
    pub fn connections(mut self, range: RangeInclusive<u64>) -> Self {
        self.rule.connections = Some(range);
        self
    }

    /// Only the n-th time, from 1.
    pub fn nth(mut self, n: u64) -> Self {
        self.rule.events = n..=n;
        self
    }

    /// Only the first n times.
    pub fn first(mut self, n: u64) -> Self {
        self.rule.events = 1..=n;
        self
    }

    /// From the n-th time on.
    pub fn starting_at(mut self, n: u64) -> Self {
        self.rule.events = n..=u64::MAX;
        self
    }

    /// At [`Stage::Dot`]: the server has taken the mail, the client just does not learn it.
    pub fn stored(mut self) -> Self {
        self.rule.stored = true;
        self
    }

    /// Answers these lines; `\n` between them, each is ended with CRLF. Text or bytes.
    pub fn reply(self, lines: impl AsRef<[u8]>) {
        self.act(Act::Reply(lines.as_ref().to_vec()));
    }

    /// Answers later, then as usual.
    pub fn delay(self, by: Duration) {
        self.act(Act::Delay(by));
    }

    /// Answers as usual, a byte at a time.
    pub fn trickle(self, pause: Duration) {
        self.act(Act::Trickle(pause));
    }

    /// Closes the connection.
    pub fn drop_connection(self) {
        self.act(Act::Drop);
    }

    /// Closes our half of the connection.
    pub fn half_close(self) {
        self.act(Act::HalfClose);
    }

    /// Never answers.
    pub fn hang(self) {
        self.act(Act::Hang);
    }

    /// Answers something that is no SMTP reply.
    pub fn garbage(self) {
        self.act(Act::Bytes(b"\x16\x03\x01\xff\xfe no such protocol\0\r\n".to_vec()));
    }

    /// Answers one line of 64 KiB.
    pub fn long_line(self, code: u16) {
        self.act(Act::Bytes(format!("{code} {}\r\n", "x".repeat(65_536)).into_bytes()));
    }

    /// Answers as many lines with one code.
    pub fn many_lines(self, code: u16, lines: usize) {
        let bytes = format!("{}{code} the end\r\n", format!("{code}-one of many lines\r\n").repeat(lines - 1));
        self.act(Act::Bytes(bytes.into_bytes()));
    }

    /// Does this.
    pub fn act(mut self, act: Act) {
        self.rule.act = act;
        self.rules.lock().unwrap().push(self.rule);
    }
}
