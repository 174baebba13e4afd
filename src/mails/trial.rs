//! A test copy: the mail itself, byte for byte, with a few words of its own where the mail has nothing, and links that do nothing.
//!
//! In: the mail as it is composed for readers, with its holes. Out: the same with the holes of a test copy filled: `[Test]` before
//! the subject, a line above the words, an imaginary reader's sign-up, and links to leave and to settings that lead to a page that shows what they would do.

use super::encode;
use super::frame::Words;
use super::markup::{self, Piece};
use super::plain;
use super::signup::SignUp;
use super::variant::{Hole, Variant};

/// What stands before the subject.
const MARK: &str = "[Test]";
/// In place of a reader's token: the page of this name does nothing.
const TOKEN: &str = "preview";

/// Why a mail goes to an editor and not to readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A test copy.
    Copy,
    /// What a newsletter in test mode sends instead of a mailing to so many readers.
    TestMode {
        /// Who would have got it.
        readers: i64,
    },
}

/// What a test copy says about itself.
#[derive(Clone, Debug)]
pub struct Trial {
    text: String,
    html: String,
}

impl Trial {
    /// In the language of the mail.
    pub fn new(words: Words, occasion: Occasion) -> Self {
        let banner = match occasion {
            Occasion::Copy => words.say("mail-test-banner"),
            Occasion::TestMode { readers } => words.count("mail-test-mode-banner", readers.max(0) as usize),
        };
        let mut html = "<p class=\"note\" style=\"margin:0 0 24px;padding:10px 14px;background-color:#fdf3d6;\
                        color:#22262b;font-size:15px;line-height:23px\">"
            .to_owned();
        markup::write_piece(&Piece::Text(banner.clone()), &mut html);
        html.push_str("</p>\n");
        Self { text: format!("*** {} ***\n\n", plain::wrap(&banner)), html }
    }

    /// The subject as it is shown.
    pub fn subject(subject: &str) -> String {
        format!("{MARK} {subject}")
    }

    /// The copy; each value ends the line that it begins.
    pub fn fill(&self, mail: &Variant, sign_up: &SignUp) -> Variant {
        mail.filled(|hole| match hole {
            Hole::TrialSubject => Some(format!(" {MARK}\r\n").into_bytes()),
            Hole::TrialText => Some(encode::value(&self.text)),
            Hole::TrialHtml => Some(encode::value(&self.html)),
            Hole::SignUpText => Some(encode::value(&sign_up.text)),
            Hole::SignUpHtml => Some(encode::value(&sign_up.html)),
            Hole::Leave | Hole::Action => Some(TOKEN.into()),
            _ => None,
        })
    }
}

/// The mail for readers, in which nothing is said of a test.
pub fn none(mail: &Variant) -> Variant {
    mail.filled(|hole| hole.is_trial().then(Vec::new))
}

/// The words of a part as they are shown.
pub fn said(trial: Option<&Trial>, body: &str) -> String {
    let Some(trial) = trial else {
        return body.replace([Hole::TrialText.mark(), Hole::TrialHtml.mark()], "");
    };
    let body = body.replace(Hole::TrialText.mark(), &trial.text).replace(Hole::TrialHtml.mark(), &trial.html);
    body.replace([Hole::Leave.mark(), Hole::Action.mark()], TOKEN)
}
