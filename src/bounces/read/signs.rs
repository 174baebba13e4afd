//! What tells a daemon, an absence, a challenge, a person: the head of a mail and its words, in the languages that we know.
//!
//! In: a mail. Out: [`Signs`]. Where nothing marks a mail as automatic a person wrote it, whatever it says: Debian's `vacation` marks
//! nothing, and whoever quotes a report writes its words.

use super::address;
use super::mime::Mail;
use super::returned::{Kind, Returned, Sign};
use super::text::{Phrases, clipped, plain};

/// Bytes of a text that are searched for known words.
const MAX_WORDS: usize = 8 << 10;

/// What the head says.
#[derive(Debug, Default)]
pub(super) struct Signs {
    /// The address in `From`.
    pub(super) from: Option<String>,
    /// `Subject`, decoded.
    pub(super) subject: String,
    /// A mail server wrote it.
    pub(super) daemon: bool,
    /// It says of itself that it is automatic.
    automatic: bool,
    /// It answers something, and a person's program says so.
    answers: bool,
    /// Its subject, plain.
    plain_subject: String,
}

/// Local parts of mail servers.
const DAEMONS: &[&str] = &[
    "mailer-daemon", "mailerdaemon", "mailer_daemon", "mail-daemon", "maildaemon", "postmaster", "post_master", "post-master", "mdaemon", "mail.delivery.system",
    "maildelivery", "mail-delivery", "delivery", "ndr", "bounce", "bounces", "daemon", "mailadm", "mail-error",
];

/// Names of mail servers.
static DAEMON_NAMES: Phrases = Phrases::of(&[
    "mail delivery", "mail deliver", "delivery subsystem", "delivery system", "mailer-daemon", "mailer daemon", "system administrator", "administrateur systeme",
    "systemadministrator", "postmaster", "mail system", "mailadministrator", "mail administrator", "maildienst",
]);

/// Subjects of reports.
static REPORTS: Phrases = Phrases::of(&[
    "undeliver", "delivery fail", "failure notice", "failed delivery", "failure delivery", "returned mail", "returned to sender", "returning message",
    "delivery status", "delivery problem", "delivery warning", "delivery report", "delivery notif", "delivery error", "mail deliver", "message deliver",
    "could not be delivered", "couldn't be delivered", "cannot be delivered", "not delivered", "delayed", "delivery delay", "mail delay", "could not send message",
    "mail fail", "mail system error", "mail error", "error sending", "user unknown", "unknown user", "host unknown", "permanent fail", "permanent delivery",
    "loop alert", "nondeliverable", "non-delivery", "message not deliver", "message status", "rejected mail", "warning: message", "status notification",
    "non remis", "non distribu", "non delivre", "echec de", "echec d'", "retour a l'expediteur", "retourne a l'expediteur", "avis de non", "impossible de remettre",
    "notification d'etat", "erreur de remise", "mail non", "rapport de non",
    "unzustellbar", "nicht zustellbar", "nicht zugestellt", "zustellung", "unzustellbarkeit", "fehlgeschlagen", "ubermittlung",
    "no entregado", "devuelto", "no se puede entregar", "error de entrega", "mancata consegna", "non recapitabile", "nao entregue", "falha na entrega",
    "エラー", "配信", "не доставлен", "недоставлен", "сообщение не", "письмо не",
]);

/// Words of reports.
static FAILS: Phrases = Phrases::of(&[
    "not be delivered", "n't be delivered", "not delivered", "unable to deliver", "able to deliver", "not deliver", "deliver your message", "deliver the message",
    "delivery to the following", "delivery of this message", "delivery of email", "delivery has failed", "delivery failed", "delivery failure", "deliver mail",
    "did not reach", "could not be reached", "failed to deliver", "failed permanently", "error delivering", "delivery error", "delivery problem",
    "permanent error", "permanent fatal error", "fatal error", "transcript of session", "undeliverable", "undelivered", "not yet been delivered",
    "has been postponed", "has been delayed", "is delayed", "message delayed", "no such user", "user unknown", "unknown user", "mailbox is full", "over quota",
    "invalid user", "invalid recipient", "invalid final delivery", "mailbox exceeds", "not listed in", "failure reasons", "failed addresses", "recipients failed",
    "recipient failed", "following recipient", "remote host said", "smtp error", "rejected by", "was rejected", "been rejected", "returned the following error",
    "returned an error", "had trouble delivering", "can not send", "cannot send message", "deferred:", "duplicated message-id", "error occurred",
    "not a valid user", "rcpt to:", "host unknown", "did not receive a copy", "following address", "does not exist", "we were unable",
    "pas pu etre remis", "pas pu etre distribu", "pas pu etre delivre", "n'a pu etre", "echec de la remise", "remise a echoue", "pas ete remis", "pas ete distribue",
    "impossible de remettre", "impossible de distribuer", "n'a pas abouti", "boite aux lettres", "adresse inconnue", "destinataire inconnu", "est introuvable",
    "nicht zugestellt", "nicht ubermittelt", "konnte nicht", "unzustellbar", "empfanger", "fehler bei der zustellung",
    "no pudo ser entregado", "no se pudo entregar", "no se ha podido", "nao pode ser", "non e stato possibile", "não foi possivel",
    "送信できません", "配信できません", "失敗しました", "不明", "доставлен", "не существует", "ошибка",
]);

/// Subjects of warnings, and words of servers that try on.
static DELAYS: Phrases = Phrases::of(&[
    "delayed", "(delay)", "delivery delay", "delivery warning", "could not send message for past", "warning: could not send", "warning: message", "remise retardee",
    "remise differee", "en retard", "verzogert", "verzogerung", "still being retried",
]);
static TRIES_ON: Phrases = Phrases::of(&[
    "not yet been delivered", "warning message only", "this is a warning", "temporary failure report", "will be retried", "has been delayed", "is delayed",
    "has been postponed", "still trying", "attempts will continue", "will continue to try", "keep trying", "n'a pas encore ete", "noch nicht zugestellt",
]);

/// Subjects of automatic answers.
static ANSWERS: Phrases = Phrases::of(&[
    "automatic reply", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "auto:", "automatic response", "automated reply",
    "automated response", "out of office", "out-of-office", "out of the office", "vacation", "on vacation", "away from", "i am away", "on leave", "on holiday",
    "reponse automatique", "message automatique", "absence du bureau", "absence", "absent", "en conges", "en vacances", "conges",
    "automatische antwort", "abwesenheit", "abwesend", "automatische abwesenheit", "ausser haus", "außer haus", "urlaub",
    "respuesta automatica", "fuera de la oficina", "risposta automatica", "fuori sede", "resposta automatica", "ausencia", "automatisch antwoord", "afwezig",
    "autosvar", "自動応答", "автоответ",
]);

/// Words of filters that want a proof.
static CHALLENGES: Phrases = Phrases::of(&[
    "pas un robot", "not a robot", "are not a robot", "you are human", "are a human", "que vous etes humain", "prouver que", "prove that you", "confirm that you are",
    "confirm your message", "confirm you sent", "authentifier", "authenticate yourself", "verify your email to", "sender verification", "verify that you",
    "challenge", "mis en attente", "mise en attente", "held until", "held for", "being held", "awaiting your", "whitelist", "white list", "liste blanche",
    "approved sender", "allowed senders", "boxtrapper", "spamarrest", "mailinblack", "tmda", "antispam", "anti-spam", "kein roboter", "bestatigen sie",
]);

impl Signs {
    /// Reads the head.
    pub(super) fn of(mail: &Mail<'_>) -> Self {
        let head = &mail.head;
        let subject = head.decoded("subject").unwrap_or_default();
        let written = head.decoded("from").unwrap_or_default();
        let from = address::spots(&written).last().map(|spot| spot.address);
        let plain_subject = plain(clipped(subject.trim(), 400));
        let said = |name: &str| head.get(name).map(|value| value.to_ascii_lowercase()).unwrap_or_default();
        let submitted = said("auto-submitted");
        let marks = ["x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-vacation", "x-mail-autoreply"];
        let automatic = submitted.starts_with("auto") || marks.iter().any(|name| head.has(name)) || said("precedence").starts_with("auto");
        let answers = head.has("in-reply-to") || ["re:", "aw:", "rep:", "tr:", "fwd:", "fw:", "wg:"].iter().any(|start| plain_subject.starts_with(start));
        let daemon = is_daemon(&written, from.as_deref());
        Self { from, subject, daemon, automatic, answers, plain_subject }
    }

    /// Whether its head and words are those of a report. Whoever is no mail server must say it in subject and text, and answer nobody.
    pub(super) fn reports(&self, text: &str) -> bool {
        let (subject, text) = (REPORTS.any_in(&self.plain_subject), FAILS.any_in(&plain(clipped(text, MAX_WORDS))));
        if self.daemon { subject || text } else { subject && text && !self.automatic && !self.answers }
    }

    /// Whether a report only says that something takes longer.
    pub(super) fn delays(&self, text: &str) -> bool {
        DELAYS.any_in(&self.plain_subject) || TRIES_ON.any_in(&plain(clipped(text, MAX_WORDS)))
    }

    /// A DMARC aggregate report (RFC 9990): by its subject, or by what is attached (`receiver!domain!begin!end.xml.gz`).
    pub(super) fn dmarc(&self, mail: &Mail<'_>) -> bool {
        let subject = self.plain_subject.starts_with("report domain:") || self.plain_subject.starts_with("report-domain:");
        let named = |name: &str, part: &super::mime::Part<'_>| part.fields.get(name).is_some_and(|value| value.matches('!').count() >= 3);
        subject || mail.parts.iter().any(|part| named("content-disposition", part) || named("content-type", part))
    }

    /// Somebody leaves by mail (RFC 2369 section 3.2): the subject that our `List-Unsubscribe` names, and nothing else.
    pub(super) fn leaves(&self) -> bool {
        let rest = self.plain_subject.strip_prefix("unsubscribe");
        !self.daemon && rest.is_some_and(|rest| rest.is_empty() || (rest.starts_with([' ', ':']) && rest.split_whitespace().count() <= 1))
    }

    /// What it is when it is no report of any kind.
    pub(super) fn remains(&self, mail: &Mail<'_>) -> Returned {
        let suppresses = mail.head.has("x-auto-response-suppress") || mail.head.has("x-ms-exchange-inbox-rules-loop");
        let answer = ANSWERS.any_begins(&self.plain_subject);
        let from = self.from.as_deref().unwrap_or_default().to_ascii_lowercase();
        let machine = self.automatic || suppresses || ["no-reply@", "noreply@", "antispam", "anti-spam"].iter().any(|word| from.contains(word));
        if (machine || answer) && self.challenges(mail) {
            return Returned::of(Kind::Challenge, Sign::Words);
        }
        if self.automatic || suppresses {
            return Returned::of(Kind::AutoReply, Sign::Field);
        }
        if answer {
            return Returned::of(Kind::AutoReply, Sign::Subject);
        }
        let bulk = mail.head.get("precedence").is_some_and(|value| ["bulk", "junk", "list"].contains(&value.to_ascii_lowercase().as_str()));
        if self.daemon || bulk || self.from.is_none() {
            return Returned::of(Kind::Unknown, Sign::Nothing);
        }
        Returned::of(Kind::Human, Sign::Nothing)
    }

    /// A proof is wanted: its words, and somewhere to give it.
    fn challenges(&self, mail: &Mail<'_>) -> bool {
        let text = plain(clipped(mail.text(), MAX_WORDS));
        let somewhere = text.contains("http") || text.contains("reply to this") || text.contains("repond");
        somewhere && (CHALLENGES.any_in(&self.plain_subject) || CHALLENGES.any_in(&text))
    }
}

fn is_daemon(written: &str, from: Option<&str>) -> bool {
    let local = from.and_then(|from| from.rsplit_once('@')).map_or(written, |(local, _)| local);
    let local = plain(local.trim().trim_matches(['<', '>', '"', ' ']));
    let name = plain(written);
    // Exchange: MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@…
    DAEMONS.contains(&local.as_str()) || local.starts_with("microsoftexchange") || local.starts_with("postmaster") || DAEMON_NAMES.any_in(&name)
}
