//! A DKIM key record (RFC 6376 section 3.6.1, RFC 8463 for Ed25519).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::tags::Tags;

/// Records without the padding at the end are in use; receivers read them.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A public key with what its record says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// `rsa` or `ed25519` (`k=`).
    pub kind: String,
    /// The key's bytes (`p=`); `None`: revoked.
    pub key: Option<Vec<u8>>,
    /// The domain tries DKIM out (`t=y`): receivers may take the signature for none.
    pub is_trial: bool,
    /// Whether it may sign with SHA-256 (`h=`).
    pub allows_sha256: bool,
    /// Whether it is for mail (`s=`).
    pub is_for_mail: bool,
}

impl KeyRecord {
    /// Reads a record.
    ///
    /// # Errors
    /// What is wrong with it: a part of the list, another version, `p=` that is missing or no base64.
    pub fn parse(text: &str) -> Result<Self, String> {
        let tags = Tags::parse(text)?;
        // The version may be left out, but not stand elsewhere or be another.
        if let Some(version) =
            tags.get("v").filter(|version| *version != "DKIM1" || tags.first() != Some(("v", "DKIM1")))
        {
            return Err(format!("v={version}"));
        }
        let listed = |tag: &str, word: &str, usual: bool| {
            tags.get(tag).map_or(usual, |list| list.split(':').any(|one| one.trim().eq_ignore_ascii_case(word)))
        };
        let written = tags.get("p").ok_or("p=")?;
        let written: String = written.chars().filter(|char| !char.is_whitespace()).collect();
        let key = match written.as_str() {
            "" => None,
            _ => Some(LENIENT.decode(&written).map_err(|error| format!("p=: {error}"))?),
        };
        Ok(Self {
            kind: tags.get("k").unwrap_or("rsa").to_ascii_lowercase(),
            key,
            is_trial: listed("t", "y", false),
            allows_sha256: listed("h", "sha256", true),
            is_for_mail: listed("s", "*", true) || listed("s", "email", false),
        })
    }

    /// Whether a text looks like a key record, among other texts at the same name.
    pub fn is_meant(text: &str) -> bool {
        text.split(';').any(|part| {
            let name = part.split('=').next().unwrap_or_default().trim();
            name == "p" || (name == "v" && part.contains("DKIM"))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_record_is_read_however_it_is_written() {
        let plain = KeyRecord::parse("v=DKIM1; k=rsa; p=QUJD").unwrap();
        assert_eq!((plain.kind.as_str(), plain.key.as_deref()), ("rsa", Some(b"ABC".as_slice())));
        for same in ["p=QUJD", " v=DKIM1 ; n=a note;\tk=rsa;p=QU JD ;", "v=DKIM1;h=sha1:sha256;s=email;p=QUJD"] {
            assert_eq!(KeyRecord::parse(same), Ok(plain.clone()), "{same}");
        }
        assert_eq!(KeyRecord::parse("v=DKIM1; p=").unwrap().key, None);
        assert_eq!(KeyRecord::parse("v=DKIM1; k=ed25519; p=QQ").unwrap().key.as_deref(), Some(b"A".as_slice()));
        let odd = KeyRecord::parse("v=DKIM1; t=s:y; h=sha1; s=tlsrpt; p=QUJD").unwrap();
        assert!(odd.is_trial && !odd.allows_sha256 && !odd.is_for_mail);
        for wrong in ["v=DKIM2; p=QUJD", "p=QUJD; v=DKIM1", "v=DKIM1", "v=DKIM1; p=***", "v=DKIM1 p=QUJD", ""] {
            assert!(KeyRecord::parse(wrong).is_err(), "{wrong}");
        }
        assert!(KeyRecord::is_meant("v=DKIM1;") && KeyRecord::is_meant("k=rsa; p=") && !KeyRecord::is_meant("hello"));
    }

    proptest! {
        #[test]
        fn any_text_is_a_record_or_none(text in "\\PC{0,80}", likely in "[vpkhst=;: DKIM1sha256/+]{0,60}") {
            for text in [text, likely] {
                let _ = (KeyRecord::parse(&text), KeyRecord::is_meant(&text));
            }
        }
    }
}
