//! Which topics a post belongs to. Pure.
//!
//! In: a newsletter's topics with their feeds; of a post, its feed and the categories that the feed has it under. Out: a set of bits.
//! Met by whoever makes a digest, and by pages that show a post.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

use super::Topic;

/// The topics of a newsletter, ready to be asked.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    by_category: HashMap<String, i64>,
    by_feed: HashMap<i64, i64>,
    all: i64,
}

impl Matcher {
    /// `feeds`: topic and feed, as [`super::feeds`] reads them.
    pub fn new(topics: &[Topic], feeds: &[(i64, i64)]) -> Self {
        let mut matcher = Self::default();
        for topic in topics {
            matcher.all |= topic.set();
            for word in topic.words() {
                *matcher.by_category.entry(folded(word)).or_default() |= topic.set();
            }
        }
        for (topic_id, feed_id) in feeds {
            if let Some(topic) = topics.iter().find(|topic| topic.id == *topic_id) {
                *matcher.by_feed.entry(*feed_id).or_default() |= topic.set();
            }
        }
        matcher
    }

    /// The topics that readers can choose among now.
    pub fn all(&self) -> i64 {
        self.all
    }

    /// The topics of a post; 0: none, it is for everybody. `categories`: a line each.
    pub fn of(&self, categories: &str, feed_id: Option<i64>) -> i64 {
        let by_feed = feed_id.and_then(|feed| self.by_feed.get(&feed)).copied().unwrap_or(0);
        let by_category = |line: &str| self.by_category.get(&folded(line)).copied().unwrap_or(0);
        categories.lines().map(by_category).fold(by_feed, |set, more| set | more)
    }
}

/// A name by which categories and topics are compared: case, accents' composition and the number of blanks do not count.
pub fn folded(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topic(id: i64, bit: i64, categories: &str) -> Topic {
        Topic {
            id,
            newsletter_id: 1,
            bit,
            name: format!("topic {id}"),
            description: String::new(),
            categories: categories.to_owned(),
        }
    }

    #[test]
    fn a_post_belongs_to_the_topics_of_its_categories_and_of_its_feed() {
        let topics = [topic(7, 0, "Jardin\nPotager"), topic(8, 2, "Cuisine"), topic(9, 5, "")];
        let matcher = Matcher::new(&topics, &[(9, 40), (8, 40), (99, 41)]);
        assert_eq!(matcher.all(), 0b10_0101);
        assert_eq!(matcher.of("", None), 0, "for everybody");
        assert_eq!(matcher.of("Divers", Some(41)), 0, "a topic that is gone takes nothing");
        assert_eq!(matcher.of("POTAGER", None), 0b1);
        assert_eq!(matcher.of(" jardin \nCuisine", None), 0b101);
        assert_eq!(matcher.of("Jardin", Some(40)), 0b10_0101);
    }

    #[test]
    fn case_blanks_and_composition_do_not_count_and_accents_do() {
        assert_eq!(folded("  E\u{301}TE\u{301}   en ville"), folded("été en Ville"));
        assert_ne!(folded("été"), folded("ete"));
    }
}
