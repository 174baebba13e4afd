//! Which product a server says that it is, where that changes how we treat it. Pure.
//!
//! In: its greeting and its answer to `EHLO`. Out: a [`Product`]. Met by [`open`](super::open) and `learned`.

/// A product that is met differently from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Product {
    /// Exim: after ten messages on a connection it only queues (`smtp_accept_queue_per_connection`).
    Exim,
    /// Dovecot submission: takes the mail and closes without an answer when an envelope stands behind the dot.
    Dovecot,
    /// Courier: drops what stands behind the dot, and waits.
    Courier,
    /// chasquid: as Courier.
    Chasquid,
    /// Haraka: answers 503 to what stands behind the dot.
    Haraka,
    /// Any other.
    #[default]
    Other,
}

impl Product {
    /// Reads the text of a greeting or of an answer to `EHLO`; its first word is the host's name.
    pub fn of(text: &str) -> Self {
        let text = text.split_once(' ').map_or("", |(_, rest)| rest).to_ascii_lowercase();
        let says = |name: &str| text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == name);
        let known = [
            ("exim", Self::Exim),
            ("dovecot", Self::Dovecot),
            ("courier", Self::Courier),
            ("chasquid", Self::Chasquid),
            ("haraka", Self::Haraka),
        ];
        known.into_iter().find(|(name, _)| says(name)).map_or(Self::Other, |(_, product)| product)
    }

    /// Whether it is not known to break on an envelope behind the dot.
    pub fn may_bear_more(self) -> bool {
        matches!(self, Self::Exim | Self::Other)
    }

    /// Messages on one connection that it hands on at once; `None`: any number.
    pub fn most_messages(self) -> Option<u32> {
        (self == Self::Exim).then_some(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_known_by_its_greeting() {
        assert_eq!(Product::of("mail.example.org ESMTP Exim 4.96 Sun, 29 Nov 2026 17:00:00 +0000"), Product::Exim);
        assert_eq!(Product::of("mx Dovecot (Debian) ready."), Product::Dovecot);
        assert_eq!(Product::of("mx ESMTP Haraka/3.3.4 ready (A1)"), Product::Haraka);
        assert_eq!(Product::of("mx ESMTP chasquid"), Product::Chasquid);
        assert_eq!(Product::of("mx ESMTP Postfix (Debian/GNU)"), Product::Other);
        assert_eq!(Product::of("exim.example.org ESMTP"), Product::Other);
        assert!(Product::Other.may_bear_more() && !Product::Courier.may_bear_more());
    }
}
