//! Web hooks: what providers that send our mails post about them. One file a provider.
//!
//! In: a request. Out: its events, once it is known who wrote it. [`Provider::read`] understands a body and [`Provider::verify`]
//! judges its proof, both pure; of Amazon SES, whose proof needs a certificate from elsewhere, [`receive`] does. [`receive`] is what
//! the door in `web` calls; [`light`] keeps when each hook was last heard.

pub mod amazon_ses;
pub mod batch;
pub mod brevo;
pub mod form;
pub mod json;
pub mod light;
pub mod mailersend;
pub mod mailgun;
pub mod mailjet;
pub mod mailtrap;
pub mod mandrill;
pub mod postal;
pub mod postmark;
pub mod proof;
pub mod receive;
pub mod request;
pub mod resend;
pub mod sendgrid;
pub mod sns;
pub mod sparkpost;
pub mod unisender_go;

use crate::bounces::event::Event;
use crate::clock::Millis;
use crate::db::text_enum;

use request::{Headers, Refused, Request};

text_enum! {
    /// Who sends our mails, and posts.
    pub enum Provider {
        /// Amazon SES, by SNS.
        AmazonSes => "amazon_ses",
        /// Brevo.
        Brevo => "brevo",
        /// MailerSend.
        Mailersend => "mailersend",
        /// Mailgun.
        Mailgun => "mailgun",
        /// Mailjet.
        Mailjet => "mailjet",
        /// Mailtrap.
        Mailtrap => "mailtrap",
        /// Mandrill.
        Mandrill => "mandrill",
        /// Postal.
        Postal => "postal",
        /// Postmark.
        Postmark => "postmark",
        /// Resend.
        Resend => "resend",
        /// SendGrid.
        Sendgrid => "sendgrid",
        /// SparkPost.
        Sparkpost => "sparkpost",
        /// Unisender Go.
        UnisenderGo => "unisender_go",
    }
}

impl Provider {
    /// The events of a body, whoever wrote it.
    ///
    /// # Errors
    /// [`Refused::Unreadable`].
    pub fn read(self, headers: &Headers, body: &[u8]) -> Result<Vec<Event>, Refused> {
        match self {
            Self::AmazonSes => amazon_ses::read(body),
            Self::Brevo => brevo::read(body),
            Self::Mailersend => mailersend::read(body),
            Self::Mailgun => mailgun::read(headers.content_type(), body),
            Self::Mailjet => mailjet::read(body),
            Self::Mailtrap => mailtrap::read(body),
            Self::Mandrill => mandrill::read(headers.content_type(), body),
            Self::Postal => postal::read(body),
            Self::Postmark => postmark::read(body),
            Self::Resend => resend::read(headers.get("svix-id").or_else(|| headers.get("webhook-id")), body),
            Self::Sendgrid => sendgrid::read(body),
            Self::Sparkpost => sparkpost::read(body),
            Self::UnisenderGo => unisender_go::read(body),
        }
    }

    /// Whether the holder of `key` wrote it, not too long ago; gives what names this request alone, where something does. Of
    /// providers that sign nothing here, or by a certificate ([`sns`]), nothing is asked.
    ///
    /// # Errors
    /// Why it is not believed.
    pub fn verify(self, request: &Request<'_>, key: &str, now: Millis) -> Result<Option<String>, Refused> {
        let proven = match self {
            Self::Mailgun => return mailgun::verify(request, key, now),
            Self::Mailersend => mailersend::verify(request, key),
            Self::Mailtrap => mailtrap::verify(request, key),
            Self::Mandrill => mandrill::verify(request, key),
            Self::Postal => postal::verify(request, key),
            Self::Resend => resend::verify(request, key, now),
            Self::Sendgrid => sendgrid::verify(request, key, now),
            Self::UnisenderGo => unisender_go::verify(request, key),
            Self::AmazonSes | Self::Brevo | Self::Mailjet | Self::Postmark | Self::Sparkpost => Ok(()),
        };
        proven.map(|()| None)
    }
}

#[cfg(test)]
mod tests;
