//! What holds for every mail, whatever its bytes.

use proptest::prelude::{Strategy, any, prop, prop_oneof};
use proptest::{prop_assert, proptest};

use super::*;
use crate::refusal::Rules;

/// Pieces of reports, put together in any order.
const PIECES: &[&str] = &[
    "From: MAILER-DAEMON@mx.example\n",
    "From: Paul <paul@b.example>\n",
    "Subject: Undelivered Mail\n",
    "Subject: Re: =?utf-8?Q?=C3=A9t=C3=A9?=\n",
    "Content-Type: multipart/report; boundary=b\n",
    "Content-Type: message/delivery-status\n",
    "Content-Type: message/feedback-report\n",
    "Content-Type: message/disposition-notification\n",
    "Content-Type: message/rfc822\n",
    "Content-Type: text/html; charset=utf-8\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "X-Failed-Recipients: a@b.example, c@d.example\n",
    "\n",
    "\r\n",
    "--b\n",
    "--b--\n",
    "Final-Recipient: rfc822; a@b.example\n",
    "Final-Recipient: utf-8; \\x{E9}@b.example\n",
    "Action: failed\n",
    "Action: delayed\n",
    "Status: 5.1.1\n",
    "Status: 4.4.7\n",
    "Diagnostic-Code: smtp; 550-5.1.1 no\n 550 5.1.1 bo\\303\\256te\n",
    "Feedback-Type: abuse\n",
    "Original-Rcpt-To: a@b.example\n",
    "Disposition: automatic-action/x; deleted\n",
    "<a@b.example>: 550 no such user\n",
    "\"x@",
    "@@",
    "=?x?b?",
    "----- Original message -----\n",
    "Message-ID: <m@x>\n",
    "List-Unsubscribe: <https://x/unsubscribe/T>, <mailto:l+T@x>\n",
    "{\"notificationType\":\"Bounce\",\"bounce\":{\"bouncedRecipients\":[{\"emailAddress\":\"a@b\"}]}}\n",
    "é\u{1f600}\u{a0}",
    "could not be delivered\n",
];

fn mail() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn holds(bytes: &[u8]) -> Returned {
    let returned = read(bytes, None, &Rules::default());
    assert!(returned.recipients.len() <= 200, "{}", returned.recipients.len());
    for recipient in &returned.recipients {
        assert!(recipient.diagnostic.len() <= 2048 && recipient.address.len() <= 512, "{recipient:?}");
    }
    let trail = &returned.trail;
    assert!(trail.to.len() <= 50 && trail.original_to.len() <= 50 && trail.leave.len() <= 50);
    returned
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        holds(&bytes);
    }

    #[test]
    fn any_pieces_of_reports_are_read(bytes in mail()) {
        holds(&bytes);
    }

    #[test]
    fn a_person_is_never_a_bounce_whatever_they_quote(bytes in mail()) {
        let quoted: String = format!("> {}", String::from_utf8_lossy(&bytes).replace('\n', "\n> "));
        let head = "From: Paul <paul@b.example>\nIn-Reply-To: <m@x>\nSubject: Re: Undelivered Mail\n\nBonjour\n";
        let returned = holds(format!("{head}{quoted}").as_bytes());
        prop_assert!(!matches!(returned.kind.coarse(), "bounce" | "complaint"), "{:?}", returned);
    }
}

/// What takes long when a reader looks at everything again for everything: none of it does here.
#[test]
fn a_mail_made_to_take_long_does_not() {
    let head =
        "From: MAILER-DAEMON@x.example\nSubject: Undelivered\nContent-Type: multipart/report; boundary=b\n\n--b\n";
    for piece in [
        "--b\n",
        "--b\n\n",
        "@",
        "a@",
        "\"@",
        "<a@b.example>",
        "<a@b.example>:\n",
        "x",
        "\n",
        " ",
        ">",
        "Received: from a by b\n",
        "550 ",
        "5.1.1 ",
        "\\303",
        "Final-Recipient: rfc822; a@b.example\n\n",
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n",
        "(",
        "{",
        "[",
        "=?utf-8?Q?a?= ",
        "=",
        "\\x{",
    ] {
        let mut mail = head.to_owned();
        for inner in ["Content-Type: message/delivery-status\n\n", "\n"] {
            mail.push_str(inner);
            mail.push_str(&piece.repeat((MAX_BYTES / 2) / piece.len()));
            mail.push_str("\n--b\n");
        }
        holds(mail.as_bytes());
    }
    let folded = format!("From: MAILER-DAEMON@x.example\nSubject: {}\n\nx", "a\n ".repeat(MAX_BYTES / 4));
    holds(folded.as_bytes());
}
