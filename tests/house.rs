//! What holds for the sources themselves, and no compiler says.

use std::path::Path;

/// Every file of `src`, with its text.
pub fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Words that change a table, and the files that may hold them.
const WRITERS: &[(&str, &str)] = &[
    ("INTO subscriber ", "src/subscribers/status/"),
    ("COPY subscriber ", "src/subscribers/status/"),
    ("DELETE FROM subscriber ", "src/subscribers/status/"),
    ("UPDATE subscriber SET status", "src/subscribers/status/"),
    ("UPDATE subscriber s SET status", "src/subscribers/status/"),
    ("INTO suppression ", "src/subscribers/suppression.rs"),
    ("DELETE FROM suppression ", "src/subscribers/suppression.rs"),
    ("UPDATE suppression ", "src/subscribers/suppression.rs"),
    ("INTO digest ", "src/digests/transition.rs"),
    ("UPDATE digest SET state", "src/digests/transition.rs"),
    ("INTO event ", "src/events/"),
    ("UPDATE event ", "src/events/"),
    ("DELETE FROM event ", "src/events/"),
    ("INTO activity ", "src/events/activity/sql.rs"),
    ("INTO api_token ", "src/people/tokens.rs"),
    ("INTO passkey ", "src/people/passkeys/sql.rs"),
    ("UPDATE passkey ", "src/people/passkeys/sql.rs"),
    ("DELETE FROM passkey ", "src/people/passkeys/sql.rs"),
    ("INTO person_identity ", "src/people/oidc/identity.rs"),
    ("UPDATE person_identity ", "src/people/oidc/identity.rs"),
    ("DELETE FROM person_identity ", "src/people/oidc/identity.rs"),
    ("INTO oidc_return ", "src/people/oidc/visit.rs"),
    ("INTO draft_share ", "src/drafts/share.rs"),
    ("INTO newsletter_text_revision ", "src/newsletters/text_history.rs"),
    ("INTO archive_page ", "src/digests/archive/sql.rs"),
    ("INTO archive_choice ", "src/digests/archive/sql.rs"),
    ("INTO newsletter_slug ", "src/newsletters/rename.rs"),
    ("INTO dkim_key ", "src/dkim/sql.rs"),
    ("UPDATE dkim_key ", "src/dkim/sql.rs"),
    ("INTO worker ", "src/ledger/sql/worker.rs"),
    ("DELETE FROM worker ", "src/ledger/sql/worker.rs"),
    ("INTO returned ", "src/bounces/sql.rs"),
    ("UPDATE returned ", "src/bounces/sql.rs"),
    ("DELETE FROM returned ", "src/bounces/sql.rs"),
    ("INTO returned_count ", "src/bounces/sql.rs"),
    ("UPDATE returned_count ", "src/bounces/sql.rs"),
    ("INTO dmarc_report ", "src/receivers/sql.rs"),
    ("INTO dmarc_source ", "src/receivers/sql.rs"),
    ("INTO dmarc_refused ", "src/receivers/sql.rs"),
    ("INTO loop_mail ", "src/receivers/sql.rs"),
    ("UPDATE loop_mail ", "src/receivers/sql.rs"),
    ("INTO hook ", "src/bounces/hooks/light.rs"),
    ("INTO suppression_lifted ", "src/subscribers/suppression.rs"),
    ("INTO departure ", "src/subscribers/departures.rs"),
    ("UPDATE departure ", "src/subscribers/departures.rs"),
    ("INTO departure_of ", "src/subscribers/departures.rs"),
    ("DELETE FROM departure_of ", "src/subscribers/departures.rs"),
    ("INTO soft_bounce ", "src/subscribers/full.rs"),
    ("INTO reader_post ", "src/subscribers/rhythm/"),
    ("DELETE FROM reader_post ", "src/subscribers/rhythm/"),
    ("UPDATE subscriber SET next_schedule_id", "src/subscribers/rhythm/"),
    ("INTO digest_part ", "src/digests/sql/parts.rs"),
    ("INTO digest_reader ", "src/digests/sql/parts.rs"),
    ("INTO topic ", "src/newsletters/topics/"),
    ("INTO welcome ", "src/newsletters/welcome.rs"),
    ("INTO welcome_post ", "src/newsletters/welcome.rs"),
    ("INTO staying ", "src/newsletters/staying.rs"),
    ("INTO stay_question ", "src/subscribers/staying/sql.rs"),
    ("UPDATE stay_question ", "src/subscribers/staying/sql.rs"),
    ("DELETE FROM stay_question", "src/subscribers/"),
    ("DELETE FROM soft_bounce ", "src/subscribers/full.rs"),
    ("INTO sender_domain ", "src/digests/warmup/sql.rs"),
    ("UPDATE sender_domain ", "src/digests/warmup/sql.rs"),
    ("INTO warmup_digest ", "src/digests/warmup/sql.rs"),
    ("UPDATE warmup_digest ", "src/digests/warmup/sql.rs"),
    ("INTO warmup_slice ", "src/digests/warmup/sql.rs"),
    ("INTO stat_day ", "src/stats/sql/"),
    ("INTO stat_form ", "src/stats/sql/"),
    ("INTO stat_left ", "src/stats/sql/"),
    ("INTO stat_share ", "src/stats/sql/"),
    ("INTO stat_mark ", "src/stats/sql/"),
    ("INTO stat_letter ", "src/stats/sql/"),
    ("INTO form_letter ", "src/ledger/sql/letter.rs"),
    ("INTO form_page ", "src/subscribers/opened.rs"),
    ("INTO form_opened ", "src/subscribers/opened.rs"),
    ("INTO digest_minute ", "src/ledger/answers.rs"),
    ("INTO digest_provider ", "src/ledger/answers.rs"),
];

#[test]
fn what_tells_how_somebody_stands_has_one_writer() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    for (words, writer) in WRITERS {
        let others = found
            .iter()
            .filter(|(file, text)| !file.contains(writer) && !file.ends_with("/tests.rs") && text.contains(words));
        let others: Vec<_> = others.map(|(file, _)| file).collect();
        assert!(others.is_empty(), "`{words}` belongs into {writer}, and stands in {others:?}");
        assert!(
            found.iter().any(|(file, text)| file.contains(writer) && text.contains(words))
                || words.starts_with("UPDATE")
        );
    }
}

/// What people did is only ever added to.
#[test]
fn nothing_changes_or_removes_a_row_of_the_activity() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    for (file, text) in found {
        for words in ["UPDATE activity", "DELETE FROM activity", "REPLACE INTO activity"] {
            assert!(!text.contains(words), "{file}: {words}");
        }
    }
}

/// The program's `regex` has no Unicode tables; those that tests link come with a library of theirs. A pattern that asks for
/// them passes every test and panics in the program.
#[test]
fn patterns_ask_for_no_unicode_tables() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 100, "the sources are there");
    for (file, text) in found {
        for (at, _) in text.match_indices("Regex::new(") {
            let pattern: String = text[at..].chars().take(200).collect();
            let asks = ["\\w", "\\d", "\\s", "\\b", "\\p"].iter().any(|class| pattern.contains(class));
            assert!(!asks || pattern.contains("-u"), "{file}: {pattern}");
        }
    }
}
