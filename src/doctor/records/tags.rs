//! `tag=value; tag=value` (RFC 6376 section 3.2), as DKIM and DMARC write it.

/// A list in its order, each tag once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(Vec<(String, String)>);

impl Tags {
    /// Reads a list: blanks around tags and values do not count, nor does a semicolon at the end.
    ///
    /// # Errors
    /// The part that is none: without `=`, with a name that is none, or given twice.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut tags: Vec<(String, String)> = Vec::new();
        let last = text.split(';').count().saturating_sub(1);
        for (index, part) in text.split(';').enumerate() {
            if part.trim().is_empty() && index == last && index > 0 {
                continue;
            }
            let (name, value) = part.split_once('=').ok_or_else(|| part.trim().to_owned())?;
            let (name, value) = (name.trim(), value.trim());
            let fits = name.starts_with(|first: char| first.is_ascii_alphabetic())
                && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
            if !fits || tags.iter().any(|(known, _)| known == name) {
                return Err(part.trim().to_owned());
            }
            tags.push((name.to_owned(), value.to_owned()));
        }
        Ok(Self(tags))
    }

    /// The value of a tag.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first tag.
    pub fn first(&self) -> Option<(&str, &str)> {
        self.0.first().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The list with this value for a tag, where it stands or at the end.
    #[must_use]
    pub fn with(mut self, name: &str, value: String) -> Self {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
        self
    }

    /// The list without these tags, as it is written to a record.
    pub fn without(&self, names: &[&str]) -> String {
        let kept = self.0.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        kept.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_list_is_read_with_blanks_and_a_semicolon_at_its_end() {
        let tags = Tags::parse(" v = DMARC1 ;p=none;\trua=mailto:a@example.org ; ").unwrap();
        assert_eq!((tags.first(), tags.get("p")), (Some(("v", "DMARC1")), Some("none")));
        assert_eq!(tags.without(&["rua"]), "v=DMARC1; p=none");
        assert_eq!(
            tags.clone().with("p", "reject".into()).with("sp", "none".into()).without(&["rua"]),
            "v=DMARC1; p=reject; sp=none"
        );
        assert_eq!(Tags::parse("v=1; p"), Err("p".to_owned()));
        assert_eq!(Tags::parse("p=1;;q=2"), Err(String::new()));
        assert_eq!(Tags::parse("p=1; p=2"), Err("p=2".to_owned()));
        assert_eq!(Tags::parse("1=2"), Err("1=2".to_owned()));
    }

    proptest! {
        #[test]
        fn any_text_is_a_list_or_none(text in "\\PC{0,80}", likely in "[vpk=; a1\\t\"]{0,40}") {
            for text in [text, likely] {
                if let Ok(tags) = Tags::parse(&text) {
                    let again = Tags::parse(&tags.without(&[]));
                    prop_assert_eq!(again, Ok(tags));
                }
            }
        }
    }
}
