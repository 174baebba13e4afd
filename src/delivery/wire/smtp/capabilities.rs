//! What a server said it can do, read from its answer to `EHLO` (RFC 5321 section 4.1.1.1). Pure.
//!
//! In: the text of the reply. Out: [`Capabilities`]. Met by [`open`](super::open) and `session`.

/// The extensions that we use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an extension that is offered or not")]
pub struct Capabilities {
    /// RFC 2920: commands may travel in groups.
    pub pipelining: bool,
    /// RFC 1870: `MAIL` may carry `SIZE=`.
    pub size: bool,
    /// Largest message in bytes; `None`: no limit was named.
    pub max_size: Option<u64>,
    /// RFC 6152.
    pub eight_bit: bool,
    /// RFC 6531.
    pub smtputf8: bool,
    /// RFC 3207.
    pub starttls: bool,
    /// RFC 4616.
    pub auth_plain: bool,
    /// An old but common mechanism.
    pub auth_login: bool,
}

impl Capabilities {
    /// Reads the text of a reply to `EHLO`, lines joined by `\n`; the first line is a greeting.
    pub fn parse(text: &str) -> Self {
        let mut all = Self::default();
        for line in text.split('\n').skip(1) {
            // Old servers wrote `AUTH=LOGIN`.
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            match words.next().unwrap_or_default().to_ascii_uppercase().as_str() {
                "PIPELINING" => all.pipelining = true,
                "SIZE" => {
                    all.size = true;
                    all.max_size = words.next().and_then(|number| number.parse().ok()).filter(|size| *size > 0);
                }
                "8BITMIME" => all.eight_bit = true,
                "SMTPUTF8" => all.smtputf8 = true,
                "STARTTLS" => all.starttls = true,
                "AUTH" => words.for_each(|mechanism| {
                    all.auth_plain |= mechanism.eq_ignore_ascii_case("PLAIN");
                    all.auth_login |= mechanism.eq_ignore_ascii_case("LOGIN");
                }),
                _ => {}
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_is_read_in_any_case_and_order() {
        let text = "mx PIPELINING\nsize 10240000\nVRFY\nETRN\nStartTLS\nAUTH PLAIN login\n8BITMIME\nSMTPUTF8\nPIPELINING\nCHUNKING";
        let all = Capabilities {
            pipelining: true,
            size: true,
            max_size: Some(10_240_000),
            eight_bit: true,
            smtputf8: true,
            starttls: true,
            auth_plain: true,
            auth_login: true,
        };
        assert_eq!(Capabilities::parse(text), all);
    }

    #[test]
    fn what_is_not_offered_is_not_used() {
        assert_eq!(Capabilities::parse("PIPELINING"), Capabilities::default(), "the first line is a greeting");
        assert_eq!(Capabilities::parse("mx\nX-PIPELINING\nPIPELININGS"), Capabilities::default());
        let size = Capabilities::parse("mx\nSIZE 0\nAUTH=LOGIN CRAM-MD5");
        assert!(size.size && size.max_size.is_none() && size.auth_login && !size.auth_plain);
        assert_eq!(Capabilities::parse("mx\nSIZE").max_size, None);
        assert_eq!(Capabilities::parse("mx\nSIZE 99999999999999999999999").max_size, None);
    }
}
