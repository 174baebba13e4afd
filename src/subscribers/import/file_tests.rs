//! Reading files as people have them: encodings, separators, first lines, titles, names of files. Tests of [`super`].

use proptest::prelude::*;

use super::super::headers;
use super::*;

fn understood(bytes: &[u8]) -> Result<Vec<String>, FileError> {
    let mut rows = vec![];
    read::<FileError>(bytes, "list.csv", &Hints::default(), &mut |row| {
        rows.push(match row {
            Ok(row) => format!("{} {} {:?} [{}]", row.line, row.email, row.standing, row.whole_name()),
            Err(bad) => format!("{} {:?}", bad.line, bad.error),
        });
        Ok(())
    })?;
    Ok(rows)
}

#[test]
fn tables_of_several_kinds() {
    let cases: [(&[u8], &[&str]); 7] = [
        (b"email,name\nana@example.org,Ana\nx,Y\n", &["2 ana@example.org Active [Ana]", "3 NoAt"]),
        (
            "sep=;\r\nAdresse e-mail;Prénom;Nom;Statut\r\na@example.org;Zoé;Roux;Désinscrit\r\n".as_bytes(),
            &["3 a@example.org Unsubscribed [Zoé Roux]"],
        ),
        (b"Liste du club\n\nnom;e-mail\nAna;a@example.org\n", &["4 a@example.org Active [Ana]"]),
        (
            b"a@example.org,Ana\nb@example.org,\"'=Luc\"\n",
            &["1 a@example.org Active [Ana]", "2 b@example.org Active [=Luc]"],
        ),
        (b"email\na@example.org\n\nb@example\n", &["2 a@example.org Active []", "4 NoDot"]),
        (b"email,status\na@example.org,frozen\n", &["2 a@example.org Unclear []"]),
        (
            b"email,state\na@example.org,Ohio\nb@example.org,Texas\n",
            &["2 a@example.org Active []", "3 b@example.org Active []"],
        ),
    ];
    for (bytes, expected) in cases {
        assert_eq!(understood(bytes).unwrap(), expected);
    }
}

#[test]
fn pasted_addresses_with_names() {
    let text = "\"Durand, Ana\" <ana@example.org>, Luc <luc@example.org>;\nzoe@example.org\n<a@b.fr> ; <c@d.fr>\n";
    let expected = [
        "1 ana@example.org Active [Durand, Ana]",
        "1 luc@example.org Active [Luc]",
        "2 zoe@example.org Active []",
        "3 a@b.fr Active []",
        "3 c@d.fr Active []",
    ];
    assert_eq!(understood(text.as_bytes()).unwrap(), expected);
}

#[test]
fn what_is_no_list_is_refused() {
    for (bytes, word) in [
        (&b""[..], "empty"),
        (b" \r\n\n", "empty"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"<!DOCTYPE html><p>a@b.fr", "web page"),
        (b"[{\"email\": \"a@b.fr\"}]", "JSON"),
        (b"a\x00b\x01c", "binary"),
        (b"nom,ville\nAna,Dole\n", "no column"),
        (b"just some words\nand more\n", "no column"),
    ] {
        let error = understood(bytes).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    assert!(understood(b"email,name\n").unwrap().is_empty());
}

/// The standings of all rows, or why there are none.
fn standings(bytes: &[u8]) -> Result<Vec<Standing>, FileError> {
    let mut all = vec![];
    read::<FileError>(bytes, "list.csv", &Hints::default(), &mut |row| {
        all.extend(row.map(|row| row.standing));
        Ok(())
    })?;
    Ok(all)
}

#[test]
fn addresses_side_by_side_are_people_and_not_names() {
    let rows = understood(b"a@b.fr, c@d.fr,e@f.fr\ng@h.fr,i@j.fr\n").unwrap();
    assert_eq!(rows.len(), 5, "{rows:?}");
}

#[test]
fn a_first_line_that_is_not_understood_is_an_error_and_names_its_columns() {
    for text in ["Abonn\u{e9};Statut\na@b.fr;Inscrit\n", "Contact\na@b.fr\n", "Kunde\tStatus\na@b.fr\taktiv\n"] {
        let error = understood(text.as_bytes()).unwrap_err().to_string();
        let first = text.split([';', '\t', '\n']).next().unwrap();
        assert!(error.contains(&format!("`{first}`")), "{error}");
    }
}

proptest! {
    #[test]
    fn a_clean_value_needs_no_cleaning(value in "[a-zé'\\t\\u{0}\\u{85}\\u{a0} ]{0,12}") {
        let words: Vec<&str> = value.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
        prop_assert_eq!(is_clean(&value), words.join(" ") == value, "{:?}", value);
    }

    #[test]
    fn whoever_left_is_kept_out_whatever_the_column_is_called(
        header in "[a-zA-Z][a-zA-Z_ ]{0,14}",
        word in prop::sample::select(&["unsubscribed", "Désinscrit", "opted out", "abgemeldet", "disiscritto", "blacklisted"][..]),
    ) {
        let named = [Meaning::Email, Meaning::First, Meaning::Last, Meaning::Name, Meaning::Language];
        prop_assume!(!named.contains(&headers::meaning(&header)));
        let list = format!("email,{header}\na@b.fr,{word}\nc@d.fr,\n");
        prop_assert!(standings(list.as_bytes()).unwrap()[0] >= Standing::Unclear, "{list}");
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), head in "(email,status\n)?(a@b.fr,[a-z]{0,9}\n)?") {
        let _ = standings(&[head.as_bytes(), &bytes].concat());
    }
}
