//! Words of consent and state: yes, no, not understood, in five languages and any spelling. Tests of [`super`].

use proptest::prelude::*;

use super::*;

const ACTIVE: Reading = Reading::Is(Standing::Active);
const PENDING: Reading = Reading::Is(Standing::Pending);
const BOUNCED: Reading = Reading::Is(Standing::Bounced);
const LEFT: Reading = Reading::Is(Standing::Unsubscribed);
const COMPLAINED: Reading = Reading::Is(Standing::Complained);

fn each(words: &str) -> impl Iterator<Item = &str> {
    words.split('|').map(str::trim)
}

#[test]
fn who_is_subscribed_in_five_languages() {
    for word in each(
        "active|Subscribed|SUBSCRIBED|subscriber|confirmed|enabled|Opted-in|opted_in|optIn|Currently subscribed|granted|Agreed|
         Signed up|Marketing contact|Subscribed 2024-01-02|inscrit|Inscrite|Abonné|ABONNÉE|actif|Confirmée|Consentement donné|
         toujours inscrit|J’accepte de recevoir la lettre|Oui, j'accepte|accordé|aktiv|Abonniert|angemeldet|bestätigt|
         Einwilligung erteilt|zugestimmt|immer noch angemeldet|Ja, ich bin einverstanden|activo|Suscrito|suscrita|confirmado|
         dado de alta|Aceptado|Consentimiento otorgado|Iscritto|iscritta|attivo|Confermato|consenso prestato|Accetto|
         Accordo|Einwilligung liegt vor",
    ) {
        assert_eq!(read(word), ACTIVE, "{word}");
    }
}

#[test]
fn nobody_who_left_is_taken_for_a_subscriber() {
    for word in each(
        "unsubscribed|Un-subscribed|UNSUBSCRIBED|not subscribed|NOT_SUBSCRIBED|notSubscribed|Never subscribed|no longer subscribed|
         previously subscribed|former subscriber|ex-subscriber|opted out|Opt-Out|optedOut|inactive|in-active|disabled|deactivated|
         blocked|blocklisted|Blacklisted|removed|deleted|cancelled|canceled|withdrawn|revoked|refused|declined|rejected|denied|
         suppressed|archived|expired|do not mail|Do Not Allow|No consent|no thanks|don't want emails|Non-marketing contact|
         désinscrit|Désinscrite|DÉSINSCRIT|dés-inscrit|désabonné|Désabonnée|non inscrit|pas inscrit|plus inscrit|n'est plus abonné|
         jamais inscrit|ancien abonné|anciennement inscrit|ex-abonné|inactif|désactivé|bloqué|liste noire|refusé|retiré|résilié|
         supprimé|non merci|ne souhaite plus recevoir|ne veut pas recevoir la lettre|Non, je ne souhaite pas recevoir|ne plus écrire|
         ne pas contacter|opposition|exclu|abgemeldet|ABGEMELDET|ausgetragen|abbestellt|nicht angemeldet|nicht mehr abonniert|
         nie angemeldet|ehemaliger Abonnent|inaktiv|deaktiviert|gesperrt|gelöscht|gekündigt|abgelehnt|widerrufen|widersprochen|
         keine Einwilligung|kein Newsletter|nein danke|keine Werbung|nicht anschreiben|möchte nicht|ausgetreten|baja|Dado de baja|
         no suscrito|ya no suscrito|nunca suscrito|antiguo suscriptor|desuscrito|Desuscrita|inactivo|bloqueado|cancelado|eliminado|
         rechazado|revocado|denegado|retirado|no acepta|no desea recibir|sin consentimiento|no gracias|no contactar|disiscritto|
         Disiscritta|non iscritto|non più iscritto|mai iscritto|ex iscritto|inattivo|disattivato|bloccato|cancellato|annullato|
         rifiutato|revocato|negato|ritirato|senza consenso|non desidera ricevere|non contattare|no grazie|escluso",
    ) {
        assert_eq!(read(word), LEFT, "{word}");
    }
}

#[test]
fn who_never_confirmed_who_bounced_and_who_complained() {
    for word in each(
        "pending|Unconfirmed|not confirmed|not yet confirmed|unverified|awaiting confirmation|double opt-in pending|paused|invited|
         en attente|non confirmé|pas encore confirmé|pas encore inscrit|à confirmer|ausstehend|nicht bestätigt|unbestätigt|
         noch nicht bestätigt|noch nicht angemeldet|zu bestätigen|pendiente|no confirmado|aún no confirmado|sin confirmar|
         in attesa|non confermato|non ancora confermato|da confermare|To be confirmed",
    ) {
        assert_eq!(read(word), PENDING, "{word}");
    }
    for word in each(
        "bounced|Hard bounce|hardBounce|invalid|undeliverable|not deliverable|cleaned|NPAI|Adresse invalide|non distribué|unzustellbar|
         nicht zustellbar|ungültig|rebotado|no entregado|rimbalzato|non recapitato|user unknown|on hold",
    ) {
        assert_eq!(read(word), BOUNCED, "{word}");
    }
    for word in each(
        "complained|Spam complaint|reported spam|plainte|Beschwerde|queja|marked as spam|segnalato come spam|abuse",
    ) {
        assert_eq!(read(word), COMPLAINED, "{word}");
    }
}

#[test]
fn what_is_not_understood_is_nothing_else() {
    for word in each(
        "frozen|quelque chose|irgendwas|algo|Ohio|subscribed?|¿suscrito?|inscrit peut-être|teilweise abonniert|unknown|inconnu|not blocked|
         nie gesperrt|never bounced|not spam|kein Widerspruch|?|subscribed until further|half subscribed",
    ) {
        assert_eq!(read(word), Reading::Unclear, "{word}");
    }
    for word in
        each("| |-|–|NULL|null|n/a|NaN|None given?|0000-00-00|0000-00-00 00:00:00|\\N|[]|keine Angabe|non renseigné")
    {
        let expected = if word == "None given?" { read(word) } else { Reading::Blank };
        assert_eq!(read(word), expected, "{word}");
    }
}

#[test]
fn yes_and_no_by_letter_number_and_tick() {
    for word in each("yes|Y|TRUE|t|on|1|1.0|1,0|x|X|✓|✔️|☑|oui|O|VRAI|ja|J|WAHR|an|sí|SI|S|VERDADERO|vero|sì|ok")
    {
        assert_eq!(read(word), Reading::Yes, "{word}");
    }
    for word in
        each("no|N|FALSE|f|off|0|0.0|00|✗|❌|☐|non|FAUX|nein|FALSCH|aus|never|nie|jamais|nunca|mai|none|aucun|falso")
    {
        assert_eq!(read(word), Reading::No, "{word}");
    }
    for word in each("2|-1|4|17|3.5") {
        assert_eq!(read(word), Reading::Number, "{word}");
    }
    for word in each("2024-01-02|02/01/2024 10:00|1710324000|2. Januar 2024") {
        assert_eq!(read(word), Reading::Date, "{word}");
    }
}

/// Words that say yes, and what turns each of them into something else.
const YES: [&str; 12] = [
    "subscribed",
    "confirmed",
    "active",
    "inscrit",
    "abonné",
    "angemeldet",
    "bestätigt",
    "suscrito",
    "confirmado",
    "iscritto",
    "confermato",
    "accepted",
];
const DENIALS: [&str; 16] = [
    "not",
    "never",
    "no longer",
    "formerly",
    "non",
    "pas",
    "n'est plus",
    "jamais",
    "ancien",
    "nicht",
    "nicht mehr",
    "ehemals",
    "nunca",
    "ya no",
    "non più",
    "mai",
];

fn dressed(words: &str, upper: bool, separator: &str) -> String {
    let words = words.replace(' ', separator);
    if upper { words.to_uppercase() } else { words }
}

proptest! {
    #[test]
    fn a_denied_yes_is_never_a_yes(
        yes in prop::sample::select(&YES[..]), denial in prop::sample::select(&DENIALS[..]), before: bool, upper: bool,
        separator in prop::sample::select(&[" ", "_", "-", ".", " / "][..]),
    ) {
        let words = if before { format!("{denial} {yes}") } else { format!("{yes} {denial}") };
        let reading = read(&dressed(&words, upper, separator));
        prop_assert!(!matches!(reading, ACTIVE | Reading::Yes | Reading::Blank), "{words}: {reading:?}");
    }

    #[test]
    fn a_word_that_nobody_knows_is_never_a_yes(yes in prop::sample::select(&YES[..]), word in "[b-z]{5,9}", before: bool) {
        prop_assume!(!is_one(&word, v::FILLER) && !is_one(&word, v::CONSENT) && !is_one(&word, v::PLAIN_YES));
        let words = if before { format!("{word} {yes}") } else { format!("{yes} {word}") };
        prop_assert_ne!(read(&words), ACTIVE, "{}", words);
    }

    #[test]
    fn case_and_accents_and_punctuation_change_nothing(text in "[a-zéèäöüñçì ]{0,20}", left in "[ .!-]{0,2}") {
        let other = format!("{left}{}", text.to_uppercase().nfd().collect::<String>());
        prop_assert_eq!(plain(&text), plain(&other));
    }

    #[test]
    fn any_cell_is_read(cell in "\\PC{0,60}") {
        read(&cell);
        prop_assert!(!plain(&cell).contains("  ") && plain(&cell).trim() == plain(&cell));
    }
}
