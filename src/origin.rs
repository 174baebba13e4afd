//! The origin of a subscription: a site's form, a file, an owner. It appears in the footer of mails and nowhere else.
//!
//! In: the address of a page, as the visitor's browser sends it. Out: the value of `subscriber.origin`: only the host name of that
//! address, `imported`, `added`, or nothing. Met by everything that writes a subscriber, and by `letters`.

/// Where somebody's subscription came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// A form on this host, A-labels in lower case (RFC 5890 section 2.3.2.1), without `www.`.
    Site(&'a str),
    /// A file that an owner brought.
    Imported,
    /// An owner, by hand.
    Added,
    /// Unknown, or the stored value cannot be shown.
    Unknown,
}

impl<'a> Origin<'a> {
    /// Reads `subscriber.origin`. Checks the value once more, because it came from a request and appears in mails.
    pub fn read(stored: Option<&'a str>) -> Self {
        match stored {
            Some("imported") => Self::Imported,
            Some("added") => Self::Added,
            Some(host) if is_host(host) => Self::Site(host),
            _ => Self::Unknown,
        }
    }
}

/// The value to store for a form on this page: its host, if that is a name that people can read.
pub fn of_page(page: &str) -> Option<String> {
    let page = url::Url::parse(page).ok().filter(|page| matches!(page.scheme(), "http" | "https"))?;
    let host = page.domain()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    is_host(host).then(|| host.to_owned())
}

/// Whether this is a host name of two labels or more (RFC 1123 section 2.1), not an address in numbers.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        let hyphen = label.starts_with('-') || label.ends_with('-');
        (1..=63).contains(&label.len())
            && !hyphen
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253
        && text.contains('.')
        && text.split('.').all(label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_page_only_its_host_is_kept() {
        let kept = |page| of_page(page).unwrap_or_default();
        assert_eq!(kept("https://www.Blog.example.org:8443/a?name=ana#b"), "blog.example.org");
        assert_eq!(kept("https://médiathèque.example/"), "xn--mdiathque-53af.example");
        for page in ["", "blog.example.org", "ftp://blog.example.org/", "https://127.0.0.1/", "https://[::1]/"] {
            assert_eq!(kept(page), "", "{page}");
        }
        for page in ["http://localhost:8080/", "https://a_b.example/", "https://a..example/", "https://-a.example/"] {
            assert_eq!(kept(page), "", "{page}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_unknown() {
        assert_eq!(Origin::read(Some("imported")), Origin::Imported);
        assert_eq!(Origin::read(Some("added")), Origin::Added);
        assert_eq!(Origin::read(Some("blog.example.org")), Origin::Site("blog.example.org"));
        let long = format!("{}.example", "a".repeat(64));
        for stored in ["", "localhost", "a b.example", "<b>.example", "é.example", "10.0.0.1", ".example", "a.", &long]
        {
            assert_eq!(Origin::read(Some(stored)), Origin::Unknown, "{stored:?}");
        }
        assert_eq!(Origin::read(None), Origin::Unknown);
    }
}
