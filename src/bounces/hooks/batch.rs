//! The events of one post, as the pieces that [`intake`](crate::bounces::intake) takes. Pure.
//!
//! In: a [`Batch`] that is proven. Out: a [`Piece`] for each event that says something of its recipient. A provider vouches for what it
//! posts, so the address alone is proof enough; the code in our envelope sender, where the provider tells it, says which digest it was.

use serde_json::json;

use super::Provider;
use crate::bounces::event::{Event, Kind, fingerprint};
use crate::bounces::intake::{Piece, Source};
use crate::bounces::matter::{self, Matter};
use crate::clock::{DAY, Millis, rfc3339};
use crate::ledger::mask::masked;

/// Older events are not handed in: what was told then may be forgotten, and has long had its consequence.
pub const KNOWN: Millis = 30 * DAY;

/// Longest text of a server that is kept, in characters.
const LONGEST: usize = 500;

/// What one post brought.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Who posted it.
    pub provider: Provider,
    /// What names the whole post: a second one of this name is not taken.
    pub replay: Option<String>,
    /// Each about one recipient.
    pub events: Vec<Event>,
}

impl Batch {
    /// What is handed in of it.
    pub fn pieces(&self, now: Millis) -> Vec<Piece> {
        let recent = |event: &Event| event.at.is_none_or(|at| at > now - KNOWN);
        let piece = |(at, event): (usize, &Event)| {
            let matter = matter(event).filter(|_| recent(event))?;
            let mail = self.told(event).into_bytes().into();
            Some(Piece { fingerprint: self.name_of(at, event), source: Source::Hook, matter, mail })
        };
        self.events.iter().enumerate().filter_map(piece).collect()
    }

    /// What the event is known by: its place in a post that counts once, its id, or what stands in it.
    fn name_of(&self, at: usize, event: &Event) -> String {
        let name = match &self.replay {
            Some(replay) => format!("{replay}.{at}"),
            None => name_of(event),
        };
        format!("{}:{name}", self.provider)
    }

    /// The event for whoever has to look at it: a provider posts no mail.
    fn told(&self, event: &Event) -> String {
        let Event { recipient, message_id, status, text, at, .. } = event;
        let told = json!({
            "provider": self.provider, "event": event.kind.as_str(), "class": event.kind.class(), "recipient": recipient,
            "message_id": message_id, "status": status, "text": text, "at": at.map(rfc3339),
        });
        format!("{told:#}\n")
    }
}

fn name_of(event: &Event) -> String {
    let Event { id, recipient, text, at, .. } = event;
    if id.is_empty() {
        let at = at.unwrap_or_default().to_string();
        return fingerprint(&[event.kind.as_str(), recipient, text.as_deref().unwrap_or_default(), &at]);
    }
    // Whatever a provider calls it, it is as long as a name, and holds no address.
    if id.len() > 100 || id.contains('@') || id.contains('\0') { fingerprint(&[id]) } else { id.clone() }
}

/// What it is about; `None` for what says nothing of its recipient: refused because of us or by the provider, or not over yet.
fn matter(event: &Event) -> Option<Matter> {
    let kind = match event.kind {
        Kind::Hard => matter::Kind::Hard,
        Kind::Soft => matter::Kind::Soft,
        Kind::Complaint => matter::Kind::Complaint,
        Kind::Leave => matter::Kind::Leave,
        Kind::Block | Kind::Withheld | Kind::Deferred | Kind::Other => return None,
    };
    let words = masked(event.text.as_deref().unwrap_or_default());
    Some(Matter {
        recipients: event.token.iter().cloned().collect(),
        message_ids: event.message_id.iter().cloned().collect(),
        addresses: vec![event.recipient.clone()],
        vouched: true,
        sender: event.sender.clone(),
        status: event.status.clone().unwrap_or_default(),
        // PostgreSQL stores no NUL.
        words: words.chars().filter(|c| !c.is_control()).take(LONGEST).collect(),
        ..Matter::new(kind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 100 * DAY;

    fn batch(replay: Option<&str>, events: Vec<Event>) -> Batch {
        Batch { provider: Provider::Mailgun, replay: replay.map(str::to_owned), events }
    }

    fn names(batch: &Batch) -> Vec<String> {
        batch.pieces(NOW).into_iter().map(|piece| piece.fingerprint).collect()
    }

    #[test]
    fn only_what_says_something_of_its_recipient_is_handed_in() {
        let all = [
            (Kind::Hard, Some(matter::Kind::Hard)),
            (Kind::Soft, Some(matter::Kind::Soft)),
            (Kind::Complaint, Some(matter::Kind::Complaint)),
            (Kind::Leave, Some(matter::Kind::Leave)),
            (Kind::Block, None),
            (Kind::Withheld, None),
            (Kind::Deferred, None),
            (Kind::Other, None),
        ];
        for (kind, expected) in all {
            let mut event = Event::new("1", kind, "luc@example.org").about(Some("<a@b.example>".into()));
            event.text = Some("550 <luc@example.org>: no\0".into());
            let pieces = batch(None, vec![event]).pieces(NOW);
            assert_eq!(pieces.first().map(|piece| piece.matter.kind), expected, "{kind:?}");
            for Piece { matter, .. } in pieces {
                assert!(
                    matter.vouched && matter.message_ids == ["a@b.example"] && matter.addresses == ["luc@example.org"]
                );
                assert_eq!(matter.words, "550 <…>: no");
            }
        }
    }

    #[test]
    fn an_event_is_known_by_its_id_its_content_or_its_place_in_a_post_that_counts_once() {
        let event = |id: &str, recipient: &str| Event::new(id, Kind::Hard, recipient);
        assert_eq!(names(&batch(None, vec![event("7", "a@b.example")])), ["mailgun:7"]);
        let other = names(&batch(None, vec![event("", "a@b.example"), event("", "b@b.example"), event("x@y", "")]));
        assert!(other[0] != other[1] && other.iter().all(|name| name.len() == 32 && !name.contains('@')), "{other:?}");
        assert_eq!(names(&batch(Some("T"), vec![event("7", "a@b.example")])), ["mailgun:T.0"]);
        assert_eq!(
            names(&batch(Some("T"), vec![event("8", "b@b.example")])),
            ["mailgun:T.0"],
            "another body under its token"
        );
    }

    #[test]
    fn what_is_a_month_old_is_not_handed_in() {
        let event = |at| Event::new("7", Kind::Hard, "a@b.example").at(Some(at));
        assert_eq!(batch(None, vec![event(NOW - KNOWN), event(NOW - KNOWN + 1)]).pieces(NOW).len(), 1);
    }
}
