//! What columns are taken for: names in five languages, cells that contradict them, dates, doubts. Tests of [`super`].

use proptest::prelude::*;

use super::super::headers;
use super::*;

fn says(header: &str, cell: &str) -> Option<Standing> {
    Column::new(header.to_owned(), headers::meaning(header)).says(cell.as_bytes())
}

fn doubt(header: &str, cells: &[&str]) -> Option<Why> {
    let mut column = Column::new(header.to_owned(), headers::meaning(header));
    for cell in cells {
        column.says(cell.as_bytes());
    }
    column.doubt()
}

#[test]
fn a_word_says_the_same_in_every_column_of_consent() {
    for column in ["status", "newsletter", "gdpr_consent", "Abonné", "Einwilligung", "confirmed", "unsubscribed", "dnc"]
    {
        for word in
            ["unsubscribed", "Désinscrit", "refusé", "withdrawn", "abgemeldet", "baja", "disiscritto", "not subscribed"]
        {
            assert_eq!(says(column, word), Some(Standing::Unsubscribed), "{column}: {word}");
        }
        for word in ["frozen", "unknown", "quelque chose"] {
            let kept_out = says(column, word).is_some_and(|standing| standing >= Standing::Unclear);
            assert!(kept_out, "{column}: {word}");
        }
        assert!(says(column, "subscribed").is_none_or(|standing| standing == Standing::Active), "{column}");
    }
}

#[test]
fn a_blank_says_nothing_and_never_that_somebody_left() {
    for blank in ["", " ", "NULL", "-", "0000-00-00 00:00:00"] {
        assert_eq!(says("status", blank), Some(Standing::Unsaid), "{blank}");
        assert_eq!(says("newsletter", blank), Some(Standing::Pending), "{blank}");
        assert_eq!(says("subscribed_to_emails", blank), Some(Standing::Pending), "{blank}");
        assert_eq!(says("confirmed_at", blank), Some(Standing::Pending), "{blank}");
        assert_eq!(says("unsubscribed_at", blank), None, "{blank}");
    }
}

#[test]
fn dates_flags_and_letters() {
    assert_eq!(says("unsubscribed_at", "2024-03-13"), Some(Standing::Unsubscribed));
    assert_eq!(says("unsubscribed_at", "1970-01-01 00:00:00"), Some(Standing::Unsubscribed));
    assert_eq!(says("opt_in", "2024-03-13"), Some(Standing::Active));
    assert_eq!(says("opt_in", "1970-01-01 00:00:00"), Some(Standing::Unclear));
    assert_eq!(says("blacklisted", "FALSE"), None);
    assert_eq!(says("blacklisted", "no"), None);
    assert_eq!(says("dnc", "1"), Some(Standing::Unsubscribed));
    assert_eq!(
        says("UNSUB_REASON", "NORMAL (No reason given)"),
        Some(Standing::Unclear).max(Some(Standing::Unsubscribed))
    );
    assert_eq!(says("confirmed", "0"), Some(Standing::Pending));
    assert_eq!(says("status", "S"), Some(Standing::Pending));
    assert_eq!(says("newsletter", "S"), Some(Standing::Active));
    assert_eq!(says("newsletter", "N"), Some(Standing::Unsubscribed));
    assert_eq!(says("status", "-1"), Some(Standing::Pending));
    assert_eq!(says("status", "4"), Some(Standing::Unclear));
    assert_eq!(says("newsletter", "2"), Some(Standing::Unclear));
    assert_eq!(says("Do not allow Bulk Emails", "Allow"), None);
    assert_eq!(says("Do not allow Bulk Emails", "Do Not Allow"), Some(Standing::Unsubscribed));
    assert_eq!(says("suppressed", "bounced"), Some(Standing::Bounced));
    assert_eq!(says("blocked", "not blocked"), Some(Standing::Unclear));
}

#[test]
fn what_nobody_explained_is_named() {
    let two = |a: &str, b: &str| Some(Why::TwoValues(vec![a.into(), b.into()]));
    assert_eq!(doubt("xyz", &["1", "0", "1"]), two("1", "0"));
    assert_eq!(doubt("Formule", &["A", "B"]), two("A", "B"));
    assert_eq!(doubt("xyz", &["x", "", "x"]), Some(Why::TwoValues(vec!["x".into()])));
    assert_eq!(doubt("xyz", &["2024-01-01", "", "2024-02-01"]), Some(Why::Dates));
    assert_eq!(doubt("xyz", &["red", "blue", "active"]), Some(Why::Words(vec!["active".into()])));
    assert_eq!(
        doubt("Notes", &["ok", "a demandé à être désinscrit"]).map(|why| matches!(why, Why::Words(_))),
        Some(true)
    );
    assert_eq!(
        doubt("Newsletter", &["La Lettre", "Les échos"]).map(|why| matches!(why, Why::NotUnderstood(_))),
        Some(true)
    );
    assert_eq!(doubt("Newsletter", &["x", "oui"]).map(|why| matches!(why, Why::Words(_))), Some(true));

    assert_eq!(doubt("Newsletter", &["oui", "non", "peut-être"]), None, "a word alone keeps its person out");
    assert_eq!(doubt("Newsletter", &["x", "", "x"]), None);
    assert_eq!(doubt("xyz", &["1", "1"]), None);
    assert_eq!(doubt("xyz", &["red", "green", "blue"]), None);
    assert_eq!(doubt("xyz", &["12345", "23456"]), None);
    assert_eq!(doubt("xyz", &["10", "5"]), None);
    assert!(doubt("xyz", &["-1", "1"]).is_some());
    assert_eq!(doubt("Gender", &["m", "f"]), None);
    assert_eq!(doubt("type", &["paid", "free"]), None);
    assert_eq!(doubt("Lien", &["https://old.example/unsubscribe?x=1"]), None);
}

#[test]
fn a_note_that_somebody_left_keeps_them_out_whatever_its_column() {
    assert_eq!(says("Notes", "Unsubscribed by phone"), Some(Standing::Unclear));
    assert_eq!(says("Tags", "vip, opted-out"), Some(Standing::Unclear));
    assert_eq!(says("xyz", "d\u{e9}sabonn\u{e9}"), Some(Standing::Unclear));
    assert_eq!(says("Notes", "met at the fair"), None);
}

proptest! {
    #[test]
    fn the_thousandth_row_is_read_like_the_first(words in prop::collection::vec("[a-z]{1,12}", 1..60)) {
        let mut column = Column::new("status".into(), Meaning::Status);
        for word in &words {
            prop_assert_eq!(column.says(word.as_bytes()), says("status", word), "{}", word);
        }
    }

    #[test]
    fn a_leave_among_many_values_is_found(mut values in prop::collection::vec("[a-z0-9]{3,12}", 0..60), at in 0usize..60) {
        values.insert(at.min(values.len()), "unsubscribed".to_owned());
        let cells: Vec<&str> = values.iter().map(String::as_str).collect();
        prop_assert!(doubt("xyz", &cells).is_some());
    }
}
