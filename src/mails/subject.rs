//! The subject of a digest: the title of one post, those of two, the first of many and how many others.
//!
//! In: titles. Out: a line. Lists of mails show some 78 characters; a title alone keeps its length.

use super::frame::Words;
use super::plain;

/// Most characters of a subject made of more than one title (10 to 78 are good).
const LONGEST: usize = 78;
/// Separates titles where `and` reads badly.
const DOT: &str = " · ";

/// The subject of `lead` and as many `others`; `second` is the title of the one other post, where it may be named.
pub fn of(t: Words, lead: &str, second: Option<&str>, others: usize) -> String {
    if others == 0 {
        return lead.to_owned();
    }
    if let Some(second) = second.filter(|second| *second != lead) {
        let both = two(t, lead, second);
        if both.chars().count() <= LONGEST {
            return both;
        }
    }
    let rest = t.others("mail-digest-subject", "", others).chars().count();
    let lead = plain::cut(lead, LONGEST.saturating_sub(rest));
    t.others("mail-digest-subject", without_stop(&lead), others)
}

/// `A et B`; a dot between them where a title ends with a mark of its own or says `et` itself.
fn two(t: Words, lead: &str, second: &str) -> String {
    let joined = |lead: &str, second: &str| t.pair("mail-digest-subject-two", lead, second);
    let and = joined("", "");
    let and = format!(" {} ", and.trim());
    let marked = lead.ends_with(['!', '?', '…', ':', '»', '”', ')']);
    if marked || lead.contains(&and) || second.contains(&and) {
        return format!("{lead}{DOT}{second}");
    }
    joined(without_stop(lead), second)
}

/// The title without its full stop, which would look like the end of the subject.
fn without_stop(title: &str) -> &str {
    title.strip_suffix('.').filter(|title| !title.ends_with('.')).unwrap_or(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_two_and_many() {
        let (fr, en) = (Words::of("fr"), Words::of("en"));
        assert_eq!(of(fr, "Le bac.", None, 0), "Le bac.");
        assert_eq!(of(fr, "Le bac", Some("Marées"), 1), "Le bac et Marées");
        assert_eq!(of(en, "The ferry.", Some("Tides"), 1), "The ferry and Tides");
        assert_eq!(of(fr, "Que faire ?", Some("Marées"), 1), "Que faire ? · Marées");
        assert_eq!(of(fr, "Sel et vent", Some("Marées"), 1), "Sel et vent · Marées");
        assert_eq!(of(fr, "Marées", Some("Marées"), 1), "Marées et un autre billet");
        assert_eq!(of(fr, "Marées", None, 1), "Marées et un autre billet");
        assert_eq!(of(en, "Tides", None, 1), "Tides and one more post");
        assert_eq!(of(fr, "Marées.", None, 4), "Marées et 4 autres billets");
        assert_eq!(of(en, "Tides", None, 4), "Tides and 4 more posts");
    }

    #[test]
    fn a_long_title_leaves_room_for_the_others() {
        let long = "Un titre ".repeat(12);
        assert_eq!(of(Words::of("fr"), long.trim(), None, 0), long.trim());
        for (second, others) in [(Some("Marées"), 1), (None, 12)] {
            let subject = of(Words::of("fr"), long.trim(), second, others);
            assert!(subject.chars().count() <= LONGEST && subject.contains("… et "), "{subject}");
        }
    }
}
