//! "Do you wish to stay?": to somebody who was silent for long, with a button to stay and a link to leave at once.
//!
//! In: how many days there are to answer. Out: subject, text and HTML. What follows from silence is ours to say, whatever the owner's
//! words are.

use askama::Template;
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::plain;
use super::super::said::Said;
use super::super::variant::Hole;
use super::leave;
use crate::texts::{Place, Texts};

/// The parameters of the question.
#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    /// Days to answer.
    #[serde(default = "month")]
    days: usize,
}

fn month() -> usize {
    30
}

/// `mail/stay`
struct Stay {
    f: Frame,
    said: Said,
    action: String,
    leave: String,
    days: usize,
}
templates!(Stay: StaySubject "mail/stay/subject.txt", StayText "mail/stay/body.txt", StayHtml "mail/stay/body.html");

pub(super) fn compose(mut f: Frame, own: &Texts, parameters: &Parameters) -> anyhow::Result<[String; 3]> {
    f.why = f.t.about("mail-why-stay", &f.newsletter);
    let view = Stay {
        said: Said::new(&f, own, Place::Stay, parameters.days),
        action: format!("{}/stay/{}", f.base_url, Hole::Action.mark()),
        leave: leave(&f),
        days: parameters.days,
        f,
    };
    view.render(&view.said.first_line)
}
