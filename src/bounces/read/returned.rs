//! What a mail that came back says.

use crate::refusal::{About, Enhanced};

/// What it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A mail of ours was not delivered to somebody, and will not be.
    Bounce,
    /// Somebody pressed the spam button, or had themselves taken off by their provider.
    Complaint,
    /// Not delivered yet; tried again.
    Delay,
    /// Delivered.
    Success,
    /// An automatic answer: an absence, a ticket.
    AutoReply,
    /// A mail was read, or deleted unread (RFC 8098).
    Receipt,
    /// A filter of somebody's own refused the mail (Sieve `reject`): their wish, not a bounce.
    Rejected,
    /// The recipient's filter wants the sender to prove that they are a person.
    Challenge,
    /// Somebody leaves by mail (`List-Unsubscribe: <mailto:…>`).
    Leave,
    /// A DMARC aggregate report: who sends as our domain.
    Dmarc,
    /// Feedback about which nobody is to be taken off: "not spam", a failed authentication.
    Feedback,
    /// A person writes.
    Human,
    /// Automatic, and not understood.
    Unknown,
}

impl Kind {
    /// As JSON and keys of texts write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Complaint => "complaint",
            Self::Delay => "delay",
            Self::Success => "success",
            Self::AutoReply => "auto-reply",
            Self::Receipt => "receipt",
            Self::Rejected => "rejected",
            Self::Challenge => "challenge",
            Self::Leave => "leave",
            Self::Dmarc => "dmarc",
            Self::Feedback => "feedback",
            Self::Human => "human",
            Self::Unknown => "unknown",
        }
    }

    /// The coarse type that programs sort by: `bounce` (delays too), `complaint` (whoever is to be taken off), `auto-reply`, `other`.
    pub const fn coarse(self) -> &'static str {
        match self {
            Self::Bounce | Self::Delay => "bounce",
            Self::Complaint | Self::Leave => "complaint",
            Self::AutoReply | Self::Receipt | Self::Rejected | Self::Challenge => "auto-reply",
            Self::Success | Self::Dmarc | Self::Feedback | Self::Human | Self::Unknown => "other",
        }
    }
}

/// What told the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// A part for programs: delivery status, feedback, disposition.
    Part,
    /// A field of its head that only such mails have.
    Field,
    /// Who wrote it, and its words.
    Words,
    /// Its subject.
    Subject,
    /// What is attached.
    Attachment,
    /// A provider's notice, as JSON in a mail.
    Notice,
    /// Nothing marks it as automatic.
    Nothing,
}

impl Sign {
    /// As JSON and keys of texts write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Field => "field",
            Self::Words => "words",
            Self::Subject => "subject",
            Self::Attachment => "attachment",
            Self::Notice => "notice",
            Self::Nothing => "nothing",
        }
    }
}

/// What the reporting server did (RFC 3464 section 2.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Gave up.
    Failed,
    /// Tries again.
    Delayed,
    /// Delivered.
    Delivered,
    /// Handed on to a server that reports no success.
    Relayed,
    /// Handed on to several.
    Expanded,
}

impl Action {
    /// As RFC 3464 writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

/// What it means for a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The address does not exist: no mail goes to it any more.
    Dead,
    /// The mailbox takes nothing now: counted by days.
    Full,
    /// Refused for what was sent, who sent it, or a rule: says nothing of the address.
    Refused,
    /// Tried until its time was up; says nothing for good.
    Expired,
    /// Not delivered, and why cannot be told.
    Unclear,
    /// Tried again.
    Delayed,
    /// Delivered.
    Delivered,
    /// Complained, or leaves.
    Leaves,
}

impl Outcome {
    /// As JSON and keys of texts write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Full => "full",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Unclear => "unclear",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Leaves => "leaves",
        }
    }
}

/// What was believed, in the order of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// `Status`, which says more than 5.0.0.
    Status,
    /// The code inside `Diagnostic-Code`.
    Diagnostic,
    /// The code in the text beside the address.
    Beside,
    /// Words alone.
    Words,
    /// `Action` alone.
    Action,
    /// Nothing.
    Nothing,
}

impl Because {
    /// As JSON and keys of texts write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Diagnostic => "diagnostic",
            Self::Beside => "beside",
            Self::Words => "words",
            Self::Action => "action",
            Self::Nothing => "nothing",
        }
    }
}

/// One recipient, as the report names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The address that failed (`Final-Recipient`), as it was found.
    pub address: String,
    /// The address that we sent to, where the report says so (`Original-Recipient`): after a forward they differ.
    pub original: Option<String>,
    /// What the reporting server did, where it says so.
    pub action: Option<Action>,
    /// `Status` as the report gives it.
    pub status: Option<Enhanced>,
    /// The reply code that was believed.
    pub code: Option<u16>,
    /// The enhanced code that was believed.
    pub enhanced: Option<Enhanced>,
    /// What the refusing server said, at most [`MAX_DIAGNOSTIC`] bytes.
    pub diagnostic: String,
    /// The class that the table gave it.
    pub class: Option<String>,
    /// Whom the refusal concerns.
    pub about: Option<About>,
    /// The phrase of the table that decided.
    pub phrase: Option<String>,
    /// What was believed.
    pub because: Because,
    /// What it means.
    pub outcome: Outcome,
}

/// Bytes of a diagnostic that are kept.
pub const MAX_DIAGNOSTIC: usize = 2048;

impl Recipient {
    /// An address, and what it means; nothing else is known of it.
    pub(super) fn of(address: String, outcome: Outcome) -> Self {
        Self {
            address,
            original: None,
            action: None,
            status: None,
            code: None,
            enhanced: None,
            diagnostic: String::new(),
            class: None,
            about: None,
            phrase: None,
            because: Because::Nothing,
            outcome,
        }
    }

    /// Not delivered, now or for good.
    pub const fn failed(&self) -> bool {
        !matches!(self.outcome, Outcome::Delivered | Outcome::Leaves)
    }
}

/// How a mail that came back can be traced to a mail of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trail {
    /// The recipient of its envelope: its token is the surest trace.
    pub envelope_to: Option<String>,
    /// Our addresses in its head: `To`, `Delivered-To`, `X-Original-To`, `Envelope-To`.
    pub to: Vec<String>,
    /// Message-IDs without brackets: the enclosed original's first, then those that the report or its head names.
    pub message_ids: Vec<String>,
    /// Envelope sender of the enclosed original: a bounce address of ours.
    pub return_path: Option<String>,
    /// Recipients in the head of the enclosed original.
    pub original_to: Vec<String>,
    /// `List-Unsubscribe` of the enclosed original: addresses without brackets.
    pub leave: Vec<String>,
}

impl Trail {
    /// The tokens in the unsubscribe links of the enclosed original: what follows `/unsubscribe/`, or the `+` of a mailto.
    pub fn leave_tokens(&self) -> impl Iterator<Item = &str> {
        self.leave.iter().filter_map(|uri| {
            let rest = match uri.split_once("/unsubscribe/") {
                Some((_, rest)) => rest,
                None => uri.strip_prefix("mailto:")?.split_once('@')?.0.split_once('+')?.1,
            };
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').unwrap_or(rest.len());
            (end > 0).then(|| &rest[..end])
        })
    }
}

/// A mail that came back, understood as far as it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// What it is.
    pub kind: Kind,
    /// What told so.
    pub sign: Sign,
    /// Whom it concerns; empty where only the trail tells.
    pub recipients: Vec<Recipient>,
    /// How to find the mail of ours.
    pub trail: Trail,
    /// Its subject, decoded.
    pub subject: String,
    /// Who wrote it, as far as an address stands there.
    pub from: Option<String>,
}

impl Returned {
    /// A kind alone.
    pub(super) fn of(kind: Kind, sign: Sign) -> Self {
        Self { kind, sign, recipients: Vec::new(), trail: Trail::default(), subject: String::new(), from: None }
    }
}
