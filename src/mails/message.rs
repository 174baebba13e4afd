//! A whole message: header fields in their order, a text part, an HTML part; encoded once.
//!
//! In: words with holes ([`Draft`]). Out: [`Composed`], or of a letter [`Undated`], which many letters of the same words are made from. The
//! rules that each line obeys are those of `lint`.

use std::fmt::Write as _;

use anyhow::{Context as _, ensure};
use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::encode::{Encoder, is_mark, named_field, text_field};
use super::frame::{Frame, mailbox};
use super::signup::SignUp;
use super::trial::{self, Trial};
use super::variant::{Hole, Variant};
use super::{Composed, Sender, Weight, brand, plain};
use crate::clock::{self, Millis};

/// Longest subject; a longer one is cut.
const SUBJECT: usize = 250;

/// Longest line of base64 (RFC 2045 section 6.8).
const BASE64_LINE: usize = 76;

/// The unsubscribe link of a mail to many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// A single letter: there is nothing to unsubscribe from.
    None,
    /// By the reader's own token.
    Own,
}

impl Leave {
    /// The link, as the mail shows it.
    pub fn link(self, base_url: &str) -> Option<String> {
        match self {
            Self::None => None,
            Self::Own => Some(format!("{base_url}/unsubscribe/{}", Hole::Leave.mark())),
        }
    }
}

/// A mail in words.
#[derive(Debug)]
pub struct Draft<'a> {
    /// Who.
    pub sender: &'a Sender,
    /// In which frame.
    pub frame: &'a Frame,
    /// Decoded.
    pub subject: String,
    /// Text part, with holes.
    pub text: String,
    /// HTML part, with holes.
    pub html: String,
    /// `Date:`
    pub date: Millis,
    /// Zone of `Date:`, IANA; empty for UTC.
    pub zone: &'a str,
    /// Letter or mail to many.
    pub leave: Leave,
    /// The text shown in place of each reader's line about the sign-up.
    pub sign_up: SignUp,
    /// What a test copy says about itself; `None` for the mail.
    pub trial: Option<Trial>,
    /// Pictures that travel in it, as PNG; the HTML names them by [`picture_id`].
    pub pictures: Vec<Vec<u8>>,
}

/// The Content-ID of a picture inside a mail (RFC 2392), without `cid:` and brackets.
pub fn picture_id(number: usize) -> String {
    format!("picture-{number}@facteur.invalid")
}

impl Draft<'_> {
    /// Encodes it.
    ///
    /// # Errors
    /// When an address cannot stand in a header, or the date is beyond the calendar.
    pub fn compose(self) -> anyhow::Result<Composed> {
        let [subject, text, html] = self.words();
        let boundary = boundary(self.content(&subject, &text), self.date);
        let variant = self.encode([&subject, &text, &html], &boundary, &rfc5322(self.date, self.zone)?)?;
        let SignUp { text: line, html: html_line } = &self.sign_up;
        let shown = |body: &str| {
            let signed = body.replace(Hole::SignUpText.mark(), line).replace(Hole::SignUpHtml.mark(), html_line);
            let signed = trial::said(self.trial.as_ref(), &signed);
            signed.replace(is_mark, "…")
        };
        let (text, html) = (shown(&text), shown(&html));
        let (subject, variant) = match &self.trial {
            Some(trial) => (Trial::subject(&subject), trial.fill(&variant, &self.sign_up)),
            None => (subject, trial::none(&variant)),
        };
        let (preheader, weight) = (String::new(), Weight::default());
        Ok(Composed { subject, text, html, variant, sign_up: self.sign_up, preheader, weight })
    }

    /// Encodes a letter for every date at once.
    ///
    /// # Errors
    /// As [`Draft::compose`]; also of a mail to many, and of one with pictures.
    pub fn undated(self) -> anyhow::Result<Undated> {
        ensure!(
            self.leave == Leave::None && self.trial.is_none() && self.zone.is_empty(),
            "only a letter has any date"
        );
        ensure!(self.pictures.is_empty(), "a letter with pictures is made for one date");
        let [subject, text, html] = self.words();
        let (date, boundary) = (Hole::Date.mark().to_string(), Hole::Boundary.mark().to_string());
        let variant = self.encode([&subject, &text, &html], &boundary, &date)?;
        Ok(Undated { variant: trial::none(&variant), content: self.content(&subject, &text) })
    }

    /// Subject, text and HTML as they are encoded.
    fn words(&self) -> [String; 3] {
        let html = brand::coloured(&self.html, self.sender.brand.colour.as_deref()).into_owned();
        [plain::cut(&plain::line(&self.subject), SUBJECT), plain::tidy(&self.text), html]
    }

    fn encode(&self, [subject, text, html]: [&str; 3], boundary: &str, date: &str) -> anyhow::Result<Variant> {
        let mut encoder = Encoder::default();
        self.head(&mut encoder, subject, boundary, date)?;
        part(&mut encoder, boundary, "text/plain", text);
        if self.pictures.is_empty() {
            part(&mut encoder, boundary, "text/html", html);
        } else {
            self.related(&mut encoder, boundary, html);
        }
        encoder.raw(&format!("\r\n--{boundary}--\r\n"));
        Ok(encoder.finish())
    }

    /// The HTML with its pictures (RFC 2387).
    fn related(&self, encoder: &mut Encoder, boundary: &str, html: &str) {
        // Neither begins like the other, so that no reader takes one for the other.
        let inner = format!("=_p{}", &boundary[2..]);
        encoder.raw(&format!(
            "\r\n--{boundary}\r\nContent-Type: multipart/related; type=\"text/html\";\r\n boundary=\"{inner}\"\r\n"
        ));
        part(encoder, &inner, "text/html", html);
        for (number, picture) in self.pictures.iter().enumerate() {
            encoder.raw(&format!(
                "\r\n--{inner}\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{}>\r\n\
                 Content-Disposition: inline; filename=\"{number}.png\"\r\n\r\n",
                picture_id(number)
            ));
            let text = STANDARD.encode(picture);
            for line in text.as_bytes().chunks(BASE64_LINE) {
                encoder.raw(&format!("{}\r\n", String::from_utf8_lossy(line)));
            }
        }
        encoder.raw(&format!("\r\n--{inner}--\r\n"));
    }

    fn head(&self, encoder: &mut Encoder, subject: &str, boundary: &str, date: &str) -> anyhow::Result<()> {
        let from = mailbox("the sender's address", &self.sender.from_address)?;
        let domain = from.rsplit_once('@').map_or("", |(_, domain)| domain);
        encoder.raw(&named_field("From", &self.frame.from_name, &from));
        // Without angle brackets: a server that takes them off would break a signature (Courier).
        encoder.raw(&format!("To: {}\r\n", Hole::Address.mark()));
        if let Some(reply_to) = self.sender.reply_to.as_deref().filter(|address| !address.is_empty()) {
            encoder.raw(&format!("Reply-To: <{}>\r\n", mailbox("the address for answers", reply_to)?));
        }
        let field = text_field("Subject", subject);
        match (self.leave, field.split_once(':')) {
            (Leave::Own, Some((name, value))) => encoder.raw(&format!("{name}:{}{value}", Hole::TrialSubject.mark())),
            _ => encoder.raw(&field),
        }
        encoder.raw(&format!("Date: {date}\r\n"));
        encoder.raw(&format!("Message-ID: <{}@{domain}>\r\n", Hole::MessageId.mark()));
        match self.leave {
            // RFC 3834 section 5; the second keeps Exchange from answering with an absence notice.
            Leave::None => {
                encoder.raw("Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: OOF, AutoReply\r\n");
            }
            Leave::Own => self.list(encoder, domain, boundary)?,
        }
        encoder.raw(&format!("Content-Language: {}\r\nMIME-Version: 1.0\r\n", self.frame.lang));
        encoder.raw(&format!("Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n"));
        Ok(())
    }

    /// RFC 2919, RFC 2369, RFC 8058; `Precedence` keeps absence notices from answering.
    fn list(&self, encoder: &mut Encoder, domain: &str, boundary: &str) -> anyhow::Result<()> {
        let slug = label(&self.sender.slug);
        encoder.raw(&named_field("List-Id", &self.frame.newsletter, &format!("{slug}.{domain}")));
        let link = self.leave.link(&self.frame.base_url).unwrap_or_default();
        let mut leave = format!("List-Unsubscribe: <{link}>");
        if !self.sender.leave_mailbox.is_empty() {
            let address = mailbox("smtp.leave_mailbox", &self.sender.leave_mailbox)?;
            let (local, at) = address.split_once('@').unwrap_or_default();
            let _ = write!(leave, ",\r\n <mailto:{local}+{}@{at}?subject=unsubscribe>", Hole::Leave.mark());
        }
        encoder.raw(&format!("{leave}\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
        let contact = &self.frame.contact;
        encoder.raw(&format!("List-Post: NO\r\nList-Help: <mailto:{contact}>\r\nList-Owner: <mailto:{contact}>\r\n"));
        encoder.raw(&format!("Feedback-ID: {}:{slug}:digest:facteur\r\nPrecedence: bulk\r\n", label(&boundary[2..10])));
        Ok(())
    }

    /// What the boundary is made of, but for the date.
    fn content(&self, subject: &str, text: &str) -> Context {
        let mut content = Context::new(&SHA256);
        for part in [&self.sender.slug, subject, text, &self.html] {
            content.update(part.as_bytes());
            content.update(&[0]);
        }
        content
    }
}

/// A letter without its date, and without the boundary that follows from it: the same for all who are told the same.
pub struct Undated {
    /// With holes for both.
    variant: Variant,
    /// What the boundary is made of, but for the date.
    content: Context,
}

impl std::fmt::Debug for Undated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Undated").field("variant", &self.variant).finish_non_exhaustive()
    }
}

impl Undated {
    /// The letter of this date, byte for byte as [`Draft::compose`] makes it. Costs a copy of it, some µs.
    ///
    /// # Errors
    /// When the date is beyond the calendar.
    pub fn at(&self, date: Millis) -> anyhow::Result<Variant> {
        let (written, boundary) = (rfc5322(date, "")?, boundary(self.content.clone(), date));
        Ok(self.variant.filled(|hole| match hole {
            Hole::Date => Some(written.clone().into_bytes()),
            Hole::Boundary => Some(boundary.clone().into_bytes()),
            _ => None,
        }))
    }

    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        self.variant.len()
    }
}

/// RFC 5322 section 3.3, in the zone of the schedule.
fn rfc5322(date: Millis, zone: &str) -> anyhow::Result<String> {
    let at = clock::timestamp(date).to_zoned(clock::zone(zone));
    jiff::fmt::rfc2822::to_string(&at).context("this date cannot stand in a mail")
}

/// The same for the same content and date. `=_` cannot occur in quoted-printable (RFC 2045 section 6.7).
fn boundary(mut content: Context, date: Millis) -> String {
    content.update(date.to_string().as_bytes());
    content.update(&[0]);
    format!("=_{}", URL_SAFE_NO_PAD.encode(&content.finish().as_ref()[..18]))
}

/// A part of text.
fn part(encoder: &mut Encoder, boundary: &str, kind: &str, body: &str) {
    encoder.raw(&format!(
        "\r\n--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    ));
    encoder.quoted(body);
}

/// Letters, digits and hyphens only (RFC 2919 section 3).
fn label(text: &str) -> String {
    let label: String = text.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '-' }).collect();
    if label.is_empty() { "list".to_owned() } else { label }
}
