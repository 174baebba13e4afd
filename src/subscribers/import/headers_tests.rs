//! What the name of a column says, in five languages and in the tools that export it. Tests of [`super`].

use proptest::prelude::*;

use super::*;

const LEFT: Meaning = Meaning::Says(Standing::Unsubscribed);
const BOUNCED: Meaning = Meaning::Says(Standing::Bounced);
const CONSENT: Meaning = Meaning::Asserts(Standing::Unsubscribed);
const CONFIRMED: Meaning = Meaning::Asserts(Standing::Pending);

fn all(expected: Meaning, headers: &str) {
    for header in headers.split('|').map(str::trim) {
        assert_eq!(meaning(header), expected, "{header}");
    }
}

#[test]
fn columns_with_addresses_and_names() {
    all(
        Meaning::Email,
        "Email|EMAIL|e-mail|E-Mail-Adresse|Adresse e-mail|Adresse mail|M@il|Courriel|Adresse électronique|user_email|EmailAddress|
         Email Address|E-mail 1 - Value|Subscriber|Correo electrónico|Correo|Indirizzo e-mail|Indirizzo email|Votre adresse e-mail|
         Customer Email|Email 1|Primary Email|Ihre E-Mail-Adresse|mail|Dirección de correo electrónico",
    );
    all(Meaning::First, "First Name|Prénom|Vorname|Nombre|Nome|FNAME|firstName|PRENOM");
    all(Meaning::Last, "Last name|Nom|NACHNAME|Apellidos|Cognome|lastName");
    all(Meaning::Name, "Name|Full Name|Nom complet|Votre prénom et votre nom|Nombre completo|Nome e cognome");
    all(Meaning::Language, "Language|Langue|Sprache|Idioma|Lingua|langcode");
}

#[test]
fn columns_that_say_who_left() {
    all(
        LEFT,
        "unsubscribed|unsubscribed_at|UNSUB_TIME|UNSUB_REASON|Unsubscribed from all email|Email Opt Out|HasOptedOutOfEmail|
         Opted out of email: Marketing Information|EMAIL_BLOCKLISTED|EMAIL_BLACKLISTED|blacklisted|deleted_at|Do Not Email|
         do_not_contact|dnc|No Bulk Emails (User Opt Out)|IsExcludedFromCampaigns|Email Suppressions|Is Deceased|disabled|
         Email disabled|Date de désinscription|Désabonné|Ne pas contacter|Ne souhaite pas recevoir la lettre|Liste noire|inactif|
         Abgemeldet am|Abmeldedatum|Newsletter abbestellt|Kein Newsletter|gesperrt|Fecha de baja|Baja|Desuscrito|No contactar|
         Data disiscrizione|Disiscritto il|Cancellato|Non contattare|not subscribed|unsubscription_date|is_blacklisted",
    );
    all(
        BOUNCED,
        "bounced|Hard bounced|bounced_at|CLEAN_TIME|Email hard bounce reason|undeliverability_date|Bounced Date|On Hold",
    );
    all(Meaning::Says(Standing::Pending), "unconfirmed|IsOptInPending|not confirmed|nicht bestätigt|non confirmé");
    all(Meaning::Says(Standing::Complained), "complained_at|Spam complaints|IsSpamComplaining|Plainte");
}

#[test]
fn columns_that_say_who_may_be_written_to() {
    all(
        Meaning::Status,
        "Status|Mitgliedsstatus|STATUT|List status|Global status|Statut global|Email subscriber status|optin_email_status|Marketing contact status|
         email_marketing_status|Abo-Status|Estado de suscripción|Stato iscrizione|Email deliverability status|subscription_status",
    );
    all(
        CONSENT,
        "subscribed|subscribed_to_emails|subscribed_to_newsletter|Accepts Email Marketing|accepts_marketing|Email Marketing Consent|
         gdpr_consent|marketing_consent|Newsletter|newsletter_optin|opt_in|optedin|email_notifications|active|actif|aktiv|enabled|
         Abonné|Inscrit|J’accepte de recevoir la lettre (RGPD)|Souhaitez-vous recevoir la lettre ?|Consentement|Einwilligung|
         Zustimmung zum Newsletter|Newsletter erwünscht|Rundbrief|angemeldet|Acepta publicidad|Boletín|Suscrito|Consentimiento|
         Iscritto|Consenso marketing|Accetta la newsletter|Consent date|DSGVO|Newsletter (oui/non)|Newsletter ja/nein|Werbeeinwilligung",
    );
    all(
        CONFIRMED,
        "confirmed|confirmed_at|DOUBLE_OPT-IN|Double Opt-In bestätigt|Confirmé|Bestätigt am|confirmado|Confermato|CONFIRM_TIME|Verified",
    );
}

#[test]
fn columns_that_have_nothing_to_do_with_it() {
    all(
        Meaning::Harmless,
        "Subscribed at|OPTIN_TIME|OPTIN_IP|CONFIRM_IP|Date d'inscription|Subscription time|created_at|Anmeldedatum|Fecha de alta|
         Data di iscrizione|Subscription Date (Substack)|UNSUB_CAMPAIGN_ID|Lien de désinscription|unsubscribe_link|bouncecount|
         Accepts SMS Marketing|SMS_BLACKLISTED|SMS subscriber status|Do not phone|Total Orders|Total Spent|Tax Exempt|Gender|Sexe|
         Civilité|City|Ville|Postleitzahl Ort|Default Address Zip|Mailing City|Mailing State|Company|Phone Number|Notes|Tags|List 1|
         Profile 12|Feed by mail|htmlemail|complimentary_plan|stripe_customer_id|tiers|MEMBER_RATING|LEID|utm_campaign|
         Last Activity Date (UTC+0)|Lead Status|Marital status|ConsentToTrack|Subscription type|Free Tier|External ID|Customer ID|
         WP User ID|uuid|updated_at|Birthday|GMTOFF|N° abonné|№ contact|Last active|Active since|WhatsApp opt-in|soft_bounces|E-mail 1 - Type"
            .replace("Postleitzahl Ort|", "")
            .as_str(),
    );
    all(
        Meaning::Unknown,
        "Contact No|Objectif|Exclusivité|Retour|Segnalato da|Austragungsort|Ancien email du contact principal|Date de sortie|Opt-in / Opt-out|Inscrit ou désinscrit|Newsletter ou pas ?|J’accepte de ne pas recevoir|Formule|Kreis|not unsubscribed|Situación laboral|type|Member|xyz|Adhérent|Comment nous avez-vous connus ?",
    );
}

proptest! {
    #[test]
    fn a_denial_in_a_name_never_makes_a_yes_of_a_no(
        name in prop::sample::select(&["newsletter", "inscrit", "consent", "angemeldet", "suscrito", "iscritto", "marketing"][..]),
        denial in prop::sample::select(&["not", "no", "pas de", "kein", "nicht", "sin", "non", "jamais", "ex"][..]),
        before: bool, separator in prop::sample::select(&[" ", "_", "-"][..]),
    ) {
        let header = if before { format!("{denial} {name}") } else { format!("{name} {denial}") }.replace(' ', separator);
        let meaning = meaning(&header);
        prop_assert!(!matches!(meaning, Meaning::Asserts(_) | Meaning::Status | Meaning::Harmless), "{header}: {meaning:?}");
    }

    #[test]
    fn any_name_is_read(header in "\\PC{0,60}") {
        meaning(&header);
    }
}
