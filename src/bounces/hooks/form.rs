//! Fields of a form as providers post them: URL-encoded (RFC 1866 section 8.2.1), or multipart (RFC 7578). Pure.
//!
//! In: a body and its content type. Out: [`Fields`], in the order of the body. Without a content type the first bytes say which.

use std::convert::Infallible;

use futures_util::{FutureExt as _, stream};

use super::request::Refused;

/// Names and values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// The fields of a body.
    ///
    /// # Errors
    /// When it is multipart and broken.
    pub fn read(content_type: &str, body: &[u8]) -> Result<Self, Refused> {
        let boundary = multer::parse_boundary(content_type).ok().or_else(|| first_boundary(body));
        match boundary {
            Some(boundary) => multipart(body, boundary),
            None => Ok(Self(url::form_urlencoded::parse(body).into_owned().collect())),
        }
    }

    /// The first value of this name, without blanks around; `None` when it is missing or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }

    /// The same as a text of its own.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }
}

/// The boundary in the first line of a multipart body.
fn first_boundary(body: &[u8]) -> Option<String> {
    let line = body.strip_prefix(b"--")?.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let line = std::str::from_utf8(line).ok()?;
    // RFC 2046 section 5.1.1.
    (1..=70).contains(&line.len()).then(|| line.to_owned())
}

fn multipart(body: &[u8], boundary: String) -> Result<Fields, Refused> {
    let whole = stream::iter([Ok::<_, Infallible>(body.to_vec())]);
    let mut parts = multer::Multipart::new(whole, boundary);
    let fields = async {
        let mut fields = Vec::new();
        while let Some(field) = parts.next_field().await? {
            let name = field.name().unwrap_or_default().to_owned();
            fields.push((name, field.text().await?));
        }
        Ok::<_, multer::Error>(Fields(fields))
    };
    // The whole body is there, so nothing is waited for.
    fields.now_or_never().and_then(Result::ok).ok_or(Refused::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTS: &str = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\n\
                         Content-Disposition: form-data; name=\"b\"\r\n\r\ndeux é\r\n--x--\r\n";

    #[test]
    fn both_forms_are_read_with_and_without_a_type() {
        for (kind, body) in [
            ("multipart/form-data; boundary=x", PARTS),
            ("", PARTS),
            ("application/x-www-form-urlencoded", "a=1&b=deux+%C3%A9"),
            ("", "a=1&b=deux+%C3%A9"),
        ] {
            let fields = Fields::read(kind, body.as_bytes()).unwrap();
            assert_eq!(
                (fields.get("a"), fields.get("b"), fields.get("c")),
                (Some("1"), Some("deux é"), None),
                "{kind}"
            );
        }
    }

    #[test]
    fn broken_parts_are_refused() {
        assert_eq!(Fields::read("multipart/form-data; boundary=x", b"a=1"), Err(Refused::Unreadable));
        assert_eq!(Fields::read("", &PARTS.as_bytes()[..60]), Err(Refused::Unreadable));
    }
}
