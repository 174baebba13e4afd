//! The first line of a mail, which a list of mails shows after the subject, and what programs make of the HTML around it.

use crate::letters::all;

/// Letters whose first line is what a list of mails shows: they hide nothing.
const BARE: [&str; 9] =
    ["confirm", "already", "link", "moving", "change", "invitation", "password_reset", "new_passkey", "new_provider"];

/// What a list of mails shows: the first words of the body, hidden or not, without the blanks behind them.
fn first_words(html: &str) -> String {
    let body = &html[html.find("<body").unwrap()..];
    let words = body.split(['<', '>']).skip(2).step_by(2).map(str::trim).find(|text| !text.is_empty()).unwrap();
    words.split("&#8199;").next().unwrap().replace("&#39;", "'")
}

/// Programs without CSS show the preheader and its blanks: they must stay on its line, so that none is empty.
#[test]
fn the_blanks_behind_a_preheader_hold_together() {
    for (name, composed) in all("fr") {
        if !composed.html.contains("display:none") {
            continue;
        }
        let (_, tail) = composed.html.split_once("&#8199;").expect("blanks behind a hidden line");
        let tail = tail.split('<').next().unwrap();
        assert!(!tail.contains(char::is_whitespace), "{name}: {tail:?}");
        assert!(tail.matches("&#8199;").count() < 20, "{name}: they alone would fill a line");
        assert!(!composed.html.contains("display:none;max-height:0;overflow:hidden;mso-hide:all;"), "{name}");
    }
}

/// Roundcube binds our rules to a class that it sets on the body, unless the body has one of its own
/// (findings/roundcube-a-class-on-body-loses-the-styles.sh).
#[test]
fn the_body_has_no_class() {
    for (name, composed) in all("fr") {
        let body = composed.html.split("<body").nth(1).unwrap().split('>').next().unwrap();
        assert!(!body.contains("class") && !body.contains(" id="), "{name}: {body}");
        assert!(composed.html.contains("body, .page { background-color"), "{name}: the body stays light in the dark");
    }
}

#[test]
fn preheaders_have_a_length_and_are_not_the_subject() {
    for language in ["fr", "en"] {
        for (name, composed) in all(language) {
            let shown = first_words(&composed.html);
            assert!((40..=110).contains(&shown.chars().count()), "{name} in {language}: {shown:?}");
            assert_ne!(shown, composed.subject);
            let hidden = composed.html.contains("display:none");
            assert_eq!(hidden, !BARE.contains(&name), "{name} in {language}");
        }
    }
}
