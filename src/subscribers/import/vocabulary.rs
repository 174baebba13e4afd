//! The words of consent, state and columns that other tools write, in German, English, Spanish, French and Italian.
//!
//! Bars separate words; all are in the form that [`super::words::plain`] gives. Lists named `…_WITHIN` hold parts that may be
//! anywhere in a text; other lists hold beginnings of words where their comment says so or where the entries are cut short.

/// Cells that say nothing.
pub const BLANK: &str = "null|nil|nan|na n|na|n a|n d|nd|undefined|unset|empty|leer|vide|vacio|vuoto|k a|s o|not set|not specified|\
    unspecified|non renseigne|non specifie|keine angabe|sin datos|sin especificar|non specificato|no value|no data|no answer";

/// Whole cells that say yes.
pub const YES: &str =
    "yes|y|true|t|on|x|checked|ok|oui|o|vrai|v|coche|cochee|ja|j|wahr|w|an|si|s|verdadero|verdad|vero|1 yes";

/// Whole cells that say no.
pub const NO: &str = "no|n|false|f|off|unchecked|none|never|non|faux|jamais|aucun|aucune|non coche|nein|falsch|aus|nie|niemals|\
    kein|keine|keiner|falso|nunca|jamas|ninguno|ninguna|mai|nessuno|nessuna|0 no";

/// Words within a phrase that say yes besides [`CONSENT`].
pub const PLAIN_YES: &str = "yes|true|oui|ja|si|vrai|wahr|vero|verdadero|ok|okay";

/// Words that say that somebody is subscribed, confirmed or willing.
pub const CONSENT: &str = "active|activated|subscribed|subscriber|subscribe|subscribes|confirmed|enabled|valid|validated|verified|\
    accepted|accepts|accept|agreed|agrees|agree|granted|given|consented|consents|consent|allowed|allow|allows|approved|\
    optin|registered|regular|current|double|doubleoptin|\
    actif|active|actifs|actives|activee|inscrit|inscrite|inscrits|inscrites|abonne|abonnee|abonnes|abonnees|confirme|\
    confirmee|confirmes|valide|validee|verifie|verifiee|accepte|acceptee|accorde|accordee|consenti|consentie|consens|\
    consentement|autorise|autorisee|accord|donne|acquis|\
    aktiv|aktive|aktiver|aktiviert|abonniert|abonnent|abonnentin|angemeldet|eingetragen|bestatigt|verifiziert|gultig|\
    zugestimmt|zustimmung|eingewilligt|einwilligung|einverstanden|erteilt|akzeptiert|erlaubt|genehmigt|freigeschaltet|\
    freigegeben|registriert|\
    activo|activa|activado|activada|suscrito|suscrita|suscritos|suscriptor|suscriptora|subscrito|subscrita|confirmado|\
    confirmada|aceptado|aceptada|acepta|acepto|concedido|concedida|consentimiento|consiente|autorizado|autorizada|\
    habilitado|habilitada|valido|valida|verificado|verificada|otorgado|otorgada|inscrito|inscrita|alta|permitido|\
    attivo|attiva|attivato|attivata|iscritto|iscritta|iscritti|iscritte|abbonato|abbonata|confermato|confermata|accettato|\
    accettata|accetta|accetto|accordo|acconsente|acconsento|acconsentito|consenso|concesso|concessa|autorizzato|autorizzata|\
    abilitato|abilitata|verificato|convalidato|dato|prestato|permesso";

/// Words that do not change the meaning of a phrase.
pub const FILLER: &str = "a|all|am|and|been|by|currently|email|emails|e|mail|mails|explicit|explicitly|express|for|form|from|has|\
    have|i|is|list|marketing|my|newsletter|newsletters|of|on|single|since|still|the|this|to|user|via|website|contact|\
    be|receive|receiving|news|subscription|inscription|abonnement|abo|anmeldung|suscripcion|iscrizione|abbonamento|\
    actuellement|ai|au|aux|avec|ce|cette|courriel|courriels|d|de|des|du|elle|en|encore|est|et|explicite|explicitement|formulaire|\
    il|j|je|l|la|le|les|lettre|infolettre|liste|ma|mes|par|pour|recevoir|site|souhaite|sur|toujours|veux|vos|votre|\
    aktuell|auf|bereits|dem|den|der|die|das|durch|er|erhalten|fur|hat|habe|ich|bin|ist|immer|liegt|vor|vorhanden|obtenu|obtenue|espresso|espressa|expreso|expresa|liste|mochte|noch|per|rundbrief|sie|\
    uber|und|von|zu|zum|zur|\
    actualmente|boletin|correo|correos|dado|dada|del|deseo|el|esta|explicito|lista|los|mi|por|quiero|recibir|todavia|una|y|\
    ancora|al|alla|attualmente|con|della|desidero|di|e|esplicito|ho|modulo|posta|ricevere|voglio|gdpr|rgpd|dsgvo|art|eu";

/// Words that negate the word beside them.
pub const NOT: &str = "not|no|never|non|without|neither|nor|don|dont|doesn|doesnt|didn|didnt|isn|isnt|wasn|wasnt|hasn|hasnt|won|wont|\
    cannot|cant|longer|ne|n|pas|plus|jamais|sans|aucun|aucune|ni|nicht|nie|niemals|ohne|nein|nunca|jamas|sin|\
    tampoco|mai|senza|piu|neanche|niente";

/// Words that say that something was true once.
pub const ONCE: &str = "former|formerly|previous|previously|ex|was|were|once|ceased|un|used|ancien|ancienne|anciens|anciennement|\
    autrefois|etait|fruher|fruhere|fruherer|einst|war|antes|antiguo|antigua|era|old";

/// Beginnings of such words.
pub const NOT_BEGINNINGS: &str = "kein|ehemal|vormal|anterior|precedent|exabonn|exsuscri|exiscri";

/// Words that make a denial a "not yet".
pub const YET: &str = "yet|encore|noch|todavia|aun|ancora|validated|valide|validee";

/// Beginnings of words for a confirmation.
pub const CONFIRMATION: &str = "confirm|conferm|bestatig|verifi|activat|aktiviert|activad|attivat|optin|double|doi";

/// Beginnings of words for an address that can be reached.
pub const DELIVERABLE: &str = "deliver|reach|zustellbar|erreichbar|zugestellt|distribu|joignable|remis|entreg|alcanzab|recapit|\
    raggiung|consegn|exist|gultig";

/// Beginnings of words for writing to somebody; with a negation they say that one must not write.
pub const WRITING: &str = "contact|mail|email|send|allow|permit|write|bulk|solicit|disturb|contat|ecri|envoy|sollicit|demarch|relanc|\
    anschreib|kontakt|schreib|senden|werbung|versend|escrib|envi|molest|publicid|scriver|invia|pubblicit|spedi";

/// Beginnings of words for wanting or getting mail.
pub const WANTING: &str = "receiv|want|wish|interest|thank|newsletter|souhait|veut|veux|desir|recev|recoi|merci|interes|lettre|\
    mocht|will|wunsch|erhalt|empfang|dank|rundbrief|desea|quier|recib|gracias|boletin|desider|vuol|vogli|ricev|grazie|\
    agree|accept|accepter|akzept|stimm|acept|accett|autoris|autoriz|allow|permis|subscri|abonn|inscri|suscri|iscri|abbon";

/// A report as spam.
pub const COMPLAINED: &str = "complain|spam|plainte|plaint|abus|junk|beschwer|queja|missbrauch|denunci";
/// The same, anywhere.
pub const COMPLAINED_WITHIN: &str = "reported spam|marked as spam|indesirable";

/// Somebody who left, was put out, or said no.
pub const GONE: &str = "inacti|inaktiv|deactiv|inattiv|desactiv|disattiv|deaktiv|bloq|blocc|blok|gesperr|sperr|remov|delet|supprim|\
    suppres|eliminad|eliminat|gelosch|losch|cancel|cancell|kundig|gekundig|storn|abgemeld|abmeld|ausgetrag|\
    abbestell|abgelehnt|ablehn|verweiger|widerruf|widersproch|widerspruch|zuruckgez|archiv|expir|abgelaufen|refus|\
    rechaz|rifiut|reject|rejet|declin|denied|deny|denegad|denega|negad|negat|withdr|revok|revoc|ritir|oppos|\
    opposit|ausgeschl|radie|demission|ausgetret|austritt|anulad|annul|disdett|disdic|terminat|churn|deceas|decede|\
    verstorb|fallecid|decedut|unwanted|unerwunscht|forbid|interdit|verbot|prohib|vietat|lapsed|anonymi|erased|\
    unenroll|discontin|darse|nomail|dnc|stopped|removal|invalidated|ineligib|ignor|unerlaubt|unallow|disallow|\
    disagre|desaccord|nonmarketing|noncontact|undesired|trashed|borrad|disabl|blocke|blockie|blockl|blocki|\
    entfernt|austragungsdat|austragedat|objected|objection|exclud|exclusion|excluid|escluso|esclusa|esclusi|\
    resilie|resiliat|retire|retira";
/// The same as whole words.
pub const GONE_WORDS: &str = "left|gone|out|outs|quit|stop|dead|baja|bajas|banned|mort|opposed|denies|ferme|fermee|beendet|inactive|block|\
    exclu|exclue|exclus|banni|bannie|baneado|baneada|quitte|austragung|austrag|retrait|endet";
/// The same, anywhere.
pub const GONE_WITHIN: &str = "unsub|desinscri|desabon|desuscri|dessuscri|desubscri|disiscri|disabbon|optout|optedout|blacklist|\
    blocklist|denylist|graylist|greylist|suppressionlist|liste noire|lista negra|lista nera|schwarze liste|sperrliste|do not|donot|\
    unregister|cease";

/// An address that does not work.
pub const BOUNCED: &str = "bounc|invalid|npai|unreach|undeliver|cleaned|nettoy|unzustell|ungult|unerreich|rebot|rebote|devuelt|rimbal|\
    respint|injoignab|erron|erreur|failed|failing|dropped|quarantin|hardbounce|softbounce|unmailable";
/// The same, anywhere.
pub const BOUNCED_WITHIN: &str = "inconnu a cette adresse|utilisateur inconnu|adresse inconnue|user unknown|unknown user|\
    mailbox full|on hold|does not exist|n existe pas";

/// Somebody who was asked and has not answered.
pub const PENDING: &str = "pending|attente|attesa|pendient|unconfirm|unverif|unvalid|unactivat|unbestat|unverifiz|await|wait|wartend|\
    wartet|ausstehend|ausstand|paus|nonconfirm|nonverif|inconfirm|sinconfirm|snooz|suspend|sospes|ausgesetzt|invited|eingelad|\
    invite|invitad|invitat";
/// The same, anywhere.
pub const PENDING_WITHIN: &str =
    "a confirmer|a valider|zu bestatigen|por confirmar|da confermare|to confirm|to be confirmed";

/// Prefixes that a hyphen cuts off a word (`dés-inscrit`, `in-active`); only at the beginning of a cell, for `liste des
/// abonnés` says something else.
pub const CUT: &str =
    "des inscri|des abon|in acti|in aktiv|in attiv|de subscri|dis iscri|dis abled|ab gemeldet|ab bestellt";

/// Pairs of words that are read as one word.
pub const JOINED: [(&str, &str); 8] = [
    ("opted in", "optin"),
    ("opt in", "optin"),
    ("opted out", "optout"),
    ("opt out", "optout"),
    ("signed up", "subscribed"),
    ("marketing contact", "subscribed"),
    ("dado de alta", "alta"),
    ("dada de alta", "alta"),
];
