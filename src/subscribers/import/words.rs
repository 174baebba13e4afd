//! What the columns and status words of other tools mean, in English and French.
//!
//! In: a header cell, a value. Out: a [`Meaning`], a [`Standing`]. Whatever may say "do not write to this person" is heard;
//! a word that is not understood never makes anybody active.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// How somebody stood in the tool that the list comes from; later is more restrictive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Standing {
    /// Was written to, or nothing is said.
    Active = 0,
    /// Never confirmed.
    Pending = 1,
    /// A word that is not understood.
    Unclear = 2,
    /// The address does not work.
    Bounced = 3,
    /// Left, was blocked, or did not consent.
    Unsubscribed = 4,
    /// Reported the mail as spam.
    Complained = 5,
}

impl Standing {
    /// Every standing, by its number.
    pub const ALL: [Self; 6] =
        [Self::Active, Self::Pending, Self::Unclear, Self::Bounced, Self::Unsubscribed, Self::Complained];
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The address.
    Email,
    /// First name.
    First,
    /// Last name.
    Last,
    /// A whole name.
    Name,
    /// A language tag.
    Language,
    /// A status word.
    Status,
    /// A status word for one list among several; a global status beside it counts more.
    ListStatus,
    /// Yes: consented. No or nothing: did not.
    Consent,
    /// Yes or a date: confirmed. No or nothing: pending.
    Confirmed,
    /// Yes, a date or a reason: gone.
    Gone,
    /// Yes or a date: the address does not work.
    Bounced,
    /// Yes or a date: complained.
    Complained,
    /// Something else.
    Other,
}

/// Lower case, without accents, punctuation as single blanks: `Adresse e-mail` → `adresse e mail`.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

const EMAIL: &str = "email|subscriber|email value|e mail|mail|courriel|mel|email address|e mail address|emailaddress|mail address|adresse e mail|\
    adresse email|adresse mail|adresse electronique|adresse courriel|adresse de courriel|\
    adresse de messagerie|user email|useremail|subscriber email|contact email|primary email|email 1|\
    e mail 1 value|votre email|votre e mail|votre adresse e mail|votre adresse email|votre courriel";
const FIRST: &str = "first name|firstname|first|prenom|given name|fname|votre prenom|forename";
const LAST: &str = "last name|lastname|last|surname|nom|nom de famille|family name|lname|votre nom";
const NAME: &str = "name|full name|fullname|nom complet|display name|nom et prenom|prenom et nom|nom prenom|prenom nom|\
    votre prenom et votre nom|votre nom et prenom|votre nom complet|subscriber name|contact";
const STATUS: &str = "status|statut|etat|state|global status|statut global|subscription status|subscriber status|email status|\
    statut d abonnement|statut de l abonnement|statut abonnement|marketing status|email subscription status|\
    statut de l inscription|member status|opt in status|optin status";
const CONSENT: &str = "subscribed|subscribed to emails|newsletter|opt in|optin|opted in|optedin|accepts marketing|email opt in|\
    abonne|inscrit|inscrite|accepte|accord|is subscribed|receives newsletter";
const CONFIRMED: &str = "confirmed|confirme|double opt in|double optin|verified|email verified|is confirmed|confirmed at|\
    confirmation date|date de confirmation|verified at|email confirmed";
/// Beginnings of words that say somebody is gone.
const GONE: &str = "blocked|banned|disabled|opted out|opt out|do not|ne pas|suppressed|suppression|deleted|supprime|archived|cancel|removed|email disabled|email blocklisted|\
    email blacklisted|is blocked|liste noire|exclu";
/// Parts of words that say so wherever they stand.
const GONE_ANYWHERE: &str = "unsub|blocklist|blacklist|optout|desinscri|desabon";
/// What stands at the end of columns that tell of an act and not of its result.
const DETAILS: &str = "link|lien|token|hash|ip|campaign|title|id|text|version|source|count|url";

/// Status words of people who may be written to.
const ACTIVE: &str = "active|subscribed|confirmed|enabled|inscrit|inscrite|abonne|abonnee|actif|valid|valide|c|1|yes|oui|\
    true|opted in|opt in|optin|subscriber|confirme|confirmee|ok|current";

/// Parts of words that say something else, the more restrictive first.
const STEMS: &[(Standing, &str)] = &[
    (Standing::Complained, "complain|spam|plainte|abuse|junk"),
    (
        Standing::Unsubscribed,
        "unsub|desinscri|desabon|inacti|disabled|desactiv|block|black|bloque|remov|deleted|supprime|\
     opted out|opt out|optout|cancel|archiv|not subscribed|expire|non abonne|non inscrit|refus|suppress|\
     exclu|left|parti|resili",
    ),
    (Standing::Bounced, "bounce|invalid|npai|unreachable|undeliver|clean|rejete|erreur|non distribu|inconnu"),
    (Standing::Pending, "pending|attente|unconfirm|not confirm|non confirm|a confirmer|waiting|unverified|paus"),
];

/// Whether `word` is one of `words`, which bars separate.
fn is_one(word: &str, words: &str) -> bool {
    words.split('|').any(|other| other == word)
}

/// What a header cell says of its column.
pub fn meaning(header: &str) -> Meaning {
    let header = plain(header);
    let is = |words: &str| is_one(&header, words);
    let detail = header.rsplit(' ').next().is_some_and(|last| is_one(last, DETAILS));
    let dated = header.rsplit(' ').next().is_some_and(|last| is_one(last, "at|time|date|on|le"));
    let has = |part: &str| header.contains(part);
    match () {
        () if is(EMAIL) => Meaning::Email,
        () if is(FIRST) => Meaning::First,
        () if is(LAST) => Meaning::Last,
        () if is(NAME) => Meaning::Name,
        () if is("language|langue|locale|lang") => Meaning::Language,
        () if is("list status|statut de la liste") => Meaning::ListStatus,
        () if is(STATUS) => Meaning::Status,
        () if is(CONFIRMED) => Meaning::Confirmed,
        () if detail => Meaning::Other,
        () if header.starts_with("bounced") || has("hard bounce") || header.starts_with("clean time") => {
            Meaning::Bounced
        }
        () if has("complain") || has("spam") || has("plainte") => Meaning::Complained,
        () if header.starts_with("lien") => Meaning::Other,
        () if GONE_ANYWHERE.split('|').any(has) => Meaning::Gone,
        () if GONE.split('|').any(|start| header.starts_with(start)) => Meaning::Gone,
        () if dated => Meaning::Other,
        () if is(CONSENT) || "rgpd|gdpr|consent|j accepte".split('|').any(has) => Meaning::Consent,
        () => Meaning::Other,
    }
}

/// What a value in a column of this meaning says of somebody; `None` for columns that say nothing of it.
pub fn standing(meaning: Meaning, value: &str) -> Option<Standing> {
    // XYZ Newsletter Manager's number for "not confirmed"; the sign would get lost below.
    if meaning == Meaning::Status && value.trim() == "-1" {
        return Some(Standing::Pending);
    }
    let value = plain(value);
    let yes = !value.is_empty() && !is_no(&value);
    Some(match meaning {
        Meaning::Status | Meaning::ListStatus => status(&value),
        Meaning::Consent | Meaning::Confirmed if yes => Standing::Active,
        Meaning::Confirmed => Standing::Pending,
        // No consent, or a word or date of leaving.
        meaning if meaning == Meaning::Consent || (meaning == Meaning::Gone && yes) => Standing::Unsubscribed,
        Meaning::Bounced if yes => Standing::Bounced,
        Meaning::Complained if yes => Standing::Complained,
        _ => return None,
    })
}

fn is_no(value: &str) -> bool {
    is_one(value, "no|n|false|0|non|faux|off|never|jamais|null|none|unchecked")
}

/// A status word. Single letters are The Newsletter Plugin's, numbers those of XYZ and Mailman-like tools.
fn status(value: &str) -> Standing {
    if value.is_empty() || is_one(value, ACTIVE) {
        return Standing::Active;
    }
    match value {
        "u" | "0" | "no" | "non" | "false" | "faux" => return Standing::Unsubscribed,
        "s" => return Standing::Pending,
        "b" => return Standing::Bounced,
        "p" => return Standing::Complained,
        _ => {}
    }
    let stem = STEMS.iter().find(|(_, stems)| stems.split('|').any(|stem| value.contains(stem)));
    stem.map_or(Standing::Unclear, |(standing, _)| *standing)
}

/// What the name of a file says of everybody in it, as exports with one file per status have it.
pub fn of_file_name(name: &str) -> Standing {
    let name = plain(name);
    let says = |parts: &str| parts.split('|').any(|part| name.contains(part));
    match () {
        () if says("complain|plainte|spam") => Standing::Complained,
        () if says("unsub|desinscri|desabon|blacklist|blocklist|optout|opt out") => Standing::Unsubscribed,
        () if says("bounce|cleaned|npai") => Standing::Bounced,
        () if says("unconfirmed|non confirm") => Standing::Pending,
        () => Standing::Active,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_in_two_languages() {
        let cases = [
            ("Adresse e-mail", Meaning::Email),
            ("EMAIL", Meaning::Email),
            ("Prénom", Meaning::First),
            ("Statut", Meaning::Status),
            ("Global status", Meaning::Status),
            ("List status", Meaning::ListStatus),
            ("EMAIL_BLOCKLISTED", Meaning::Gone),
            ("unsubscribed_at", Meaning::Gone),
            ("UNSUB_REASON", Meaning::Gone),
            ("UNSUB_CAMPAIGN_ID", Meaning::Other),
            ("deleted_at", Meaning::Gone),
            ("Date de désinscription", Meaning::Gone),
            ("Lien de désinscription", Meaning::Other),
            ("unsubscribe_link", Meaning::Other),
            ("DOUBLE_OPT-IN", Meaning::Confirmed),
            ("J’accepte de recevoir la lettre (RGPD)", Meaning::Consent),
            ("subscribed_to_emails", Meaning::Consent),
            ("Subscribed at", Meaning::Other),
            ("OPTIN_TIME", Meaning::Other),
            ("OPTIN_IP", Meaning::Other),
            ("bouncecount", Meaning::Other),
            ("Date d'inscription", Meaning::Other),
            ("Adresse", Meaning::Other),
        ];
        for (header, expected) in cases {
            assert_eq!(meaning(header), expected, "{header}");
        }
    }

    #[test]
    fn only_words_that_are_understood_make_somebody_active() {
        let cases = [
            ("Inscrit", Standing::Active),
            ("Désinscrit", Standing::Unsubscribed),
            ("inactive", Standing::Unsubscribed),
            ("En attente", Standing::Pending),
            ("unconfirmed", Standing::Pending),
            ("Adresse invalide", Standing::Bounced),
            ("U", Standing::Unsubscribed),
            ("-1", Standing::Pending),
            ("4", Standing::Unclear),
            ("quelque chose", Standing::Unclear),
            ("", Standing::Active),
        ];
        for (word, expected) in cases {
            assert_eq!(standing(Meaning::Status, word), Some(expected), "{word}");
        }
        assert_eq!(standing(Meaning::Consent, "Non"), Some(Standing::Unsubscribed));
        assert_eq!(standing(Meaning::Consent, ""), Some(Standing::Unsubscribed));
        assert_eq!(standing(Meaning::Confirmed, ""), Some(Standing::Pending));
        assert_eq!(standing(Meaning::Gone, "FALSE"), None);
        assert_eq!(standing(Meaning::Gone, "2024-03-13"), Some(Standing::Unsubscribed));
        assert_eq!(of_file_name("unsubscribed_members_export.csv"), Standing::Unsubscribed);
        assert_eq!(of_file_name("subscribed_members.csv"), Standing::Active);
    }
}
