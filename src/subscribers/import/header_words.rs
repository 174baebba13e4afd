//! The names of columns that other tools and spreadsheets write, in German, English, Spanish, French and Italian.
//!
//! Bars separate words; all are in the form that [`super::words::plain`] gives.

/// Odd spellings whose signs would get lost.
pub const SPELLINGS: [(&str, &str); 9] = [
    ("m@il", "mail"),
    ("M@il", "Mail"),
    ("M@IL", "MAIL"),
    ("n°", "number "),
    ("N°", "number "),
    ("nº", "number "),
    ("Nº", "number "),
    ("№", "number "),
    ("#", "number "),
];

/// Whole names of the column with the address, where [`EMAIL`] is not enough.
pub const EMAIL_NAMES: &str = "subscriber|mel|e mail 1 value|email 1 value|email value|e mail address|emailaddress|useremail|mailadresse|\
    emailadresse|email addresses|adresse de messagerie|messagerie|correoelectronico|adresse electronique|adresse courriel|\
    direccion electronica|indirizzo elettronico|posta elettronica|indirizzo di posta elettronica|indirizzo di posta|posta";
/// Words for an address.
pub const EMAIL: &str =
    "email|mail|emails|mails|courriel|courriels|correo|correos|emailadresse|mailadresse|emailaddress";
/// What may stand beside such a word in the name of the column with the address.
pub const BESIDE_EMAIL: &str = "e|address|adresse|addr|adress|direccion|indirizzo|electronique|electronico|elettronica|posta|value|wert|\
    valeur|valor|valore|your|votre|ihre|deine|tu|su|tua|user|subscriber|contact|customer|member|client|billing|primary|\
    principal|principale|main|personal|perso|personnel|personnelle|work|home|pro|private|privat|de|di|du|la|l|el|le|of|the|d|\
    abonne|kontakt|kunde|cliente|contacto|contatto|utente|usuario|utilisateur|lead|recipient|destinataire|my|mon|meine";

/// First name.
pub const FIRST: &str = "first name|firstname|first|prenom|given name|givenname|fname|votre prenom|forename|vorname|nombre|nombre de pila|\
    nome|ihr vorname|prenom du contact|contact first name|primer nombre";
/// Last name.
pub const LAST: &str = "last name|lastname|last|surname|nom|nom de famille|family name|familyname|lname|votre nom|nachname|familienname|\
    apellido|apellidos|cognome|ihr nachname|nom du contact|contact last name";
/// Whole name.
pub const NAME: &str = "name|full name|fullname|nom complet|display name|displayname|nom et prenom|prenom et nom|nom prenom|prenom nom|\
    votre prenom et votre nom|votre nom et prenom|votre nom complet|subscriber name|contact|contact name|vollstandiger name|\
    nombre completo|nombre y apellidos|nome completo|nome e cognome|vor und nachname|customer name";
/// Language tag.
pub const LANGUAGE: &str =
    "language|langue|locale|lang|sprache|idioma|lingua|langcode|preferred language|language code|tracking language";

/// Names of columns that are not about consent, whatever their words: known tools write them into every export.
pub const HARMLESS_NAMES: &str = "eintritt|eintrittsdatum|beitritt|adhesion|last active|soft bounces|soft bounce count|e mail 1 type|e mail 2 type|e mail 1 label|e mail 2 label|date|datum|fecha|cc|leid|euid|gmtoff|dstoff|notes|tags|member rating|subscribepage|subscribe page|htmlemail|html email|\
    rssfrequency|foreignkey|foreign key|bouncecount|bounces|feed by mail|follow up|prefer digests|complimentary plan|expiry|type e mail|\
    horodateur|zeitstempel|timestamp|marca temporal|informazioni cronologiche|uniqid|wp user id|tax exempt|tax exempted|attributes|\
    attribute|data|custom data|metadata|metadaten|member since|abonne depuis|kunde seit|mitglied seit|list membership|list memberships|email list|\
    mailing list|mailing lists|email lists|lists|list|liste|listes|listen|lista|liste de diffusion|extradata|extra data|\
    is anonymous|email type|default address company|birthday month|anrede|titel|salutation|mail domain|email domain|gdpr version";

/// Last words of columns that describe an act and not its result.
pub const DETAILS: &str = "link|lien|enlace|token|hash|ip|campaign|kampagne|campagne|campana|campagna|title|id|uuid|text|texte|texto|testo|\
    version|source|quelle|fuente|fonte|count|url|method|methode|metodo|formular|formulaire|formulario|modulo|page|agent|browser|\
    key|other|counter|zahler|anzahl";
/// Words that make a column such a detail wherever they appear.
pub const DETAILS_ANYWHERE: &str =
    "link|lien|url|token|hash|utm|ip|number|nombre|nb|total|totals|anzahl|percent|rate|score|referrer|referer";

/// Beginnings of words for other ways than mail.
pub const OTHER_CHANNEL: &str = "sms|phone|telephon|telefon|tel|mobile|mobil|whatsapp|whats|push|fax|call|viber|telegram|handy|cellular|movil|movile|\
    portable|postal|brief|carta|text message|rcs|voice";
/// Words for all ways at once.
pub const STATUS_OF_ALL: &str = "all|any|every|tous|toutes|alle|todos|tutti";

/// Beginnings of words for the measuring of readers, which is another consent.
pub const TRACKING: &str = "track|suivi|pixel|cookie|analytic|statistic|tracciament|seguimient";

/// Beginnings of words that make a state one of something else than the subscription.
pub const OTHER_STATES: &str = "marital|payment|paiement|zahlung|pago|pagament|order|commande|bestell|pedido|ordine|financial|fulfil|shipping|\
    livraison|liefer|invoice|facture|rechnung|lead|deal|employ|civil|familien|matrimon|stripe|invit|tax|cart|sender|lifecycl";

/// Words beside the `state` of a postal address.
pub const OF_ADDRESS: &str = "mailing|billing|shipping|address|home|work|default|company|province|region|city";

/// Beginnings of words for a subscription.
pub const SUBSCRIPTION: &str = "subscription|subscri|abonnement|abo|suscripcion|abbonamento|iscrizione|membership";
/// Words that make a subscription a plan or a number.
pub const PLAN: &str = "type|plan|tier|level|price|period|interval|preis|prix|typ|formule|tarif|tarifa|piano|livello|amount|currency|\
    frequency|frequence|duration|renewal|source|form|count";

/// A state.
pub const STATUS: &str = "status|statut|etat|state|zustand|estado|stato|stand|abostatus|emailstatus|mailstatus|newsletterstatus|\
    anmeldestatus|kontaktstatus|empfangerstatus|substatus|situation|etats|statuts";

/// Beginnings of words for a confirmation.
pub const CONFIRMING: &str = "confirm|conferm|bestatig|verifi|double|doi|doubleoptin|doppel|doppio|doble";

/// Beginnings of words for an address that can be reached.
pub const REACHABLE: &str = "valid|deliverable|gultig|zustellbar|reachable|joignable|entregable|recapitabile";

/// Words for a time.
pub const DATED: &str = "at|time|date|on|le|am|datum|fecha|data|timestamp|zeit|il|since|seit|depuis|desde|dal|utc|ts|when|day|jour|tag|\
    zeitpunkt|heure|hora|ora|horodatage|time utc|quand";

/// Beginnings of words for signing up, whose date is no consent by itself.
pub const SIGN_UP: &str = "subscri|optin|signup|sign|up|signed|inscri|abonn|abo|anmeld|registr|alta|suscri|iscri|join|added|add|creat|eintrag|\
    regist|adhes|import|beitritt|eintritt|ingres|ades|enrol|opt|in|substack|becam|activ|aktiv|actif|attiv|ajout|aufnahme|start|debut";

/// Beginnings of words for consent, for newsletters, and for getting mail.
pub const CONSENT: &str = "consent|einwillig|zustimm|einverstand|erlaub|gdpr|rgpd|dsgvo|rodo|optin|optedin|newsletter|newsl|infolettre|lettre|\
    rundbrief|rundmail|boletin|bollettin|marketing|permission|permis|autoris|autoriz|accept|akzept|accett|acept|agree|accord|\
    subscri|abonn|abbonat|inscri|suscri|iscri|anmeld|emailing|mailing|werbung|publicidad|pubblicit|contactable|kontaktierbar|\
    receiv|recev|recoi|recib|ricev|erhalt|empfang|souhait|mochte|desea|desider|notific|notifich|\
    benachrichtig|contacter|volont|infomail|infobrief|digest|infos|news|privacy|datenschutz|mailable|sottoscri|acuerdo|assenso";

/// Parts of compounds that mean consent.
pub const CONSENT_WITHIN: &str = "newsletter|einwilligung|zustimmung|abonn|rundbrief|mailing|consent";

/// Whole words for subscribed people; together with "out" they name a column that says either.
pub const EITHER: &str = "subscribed|subscribe|optin|inscrit|inscrite|inscription|abonne|abonnee|abonnement|angemeldet|anmeldung|abonniert|suscrito|\
    suscripcion|alta|iscritto|iscrizione|active|actif|aktiv|activo|attivo";

/// Possible answers that follow the name of a column.
pub const CHOICE: &str =
    "oui non|yes no|ja nein|si no|si non|o n|y n|j n|s n|non oui|no yes|nein ja|true false|1 0|0 1|x";

/// Words that may stand beside harmless ones.
pub const BESIDE: &str = "name|nom|the|of|de|du|des|la|le|les|l|d|di|del|della|der|die|das|el|los|e|email|mail|contact|customer|client|member|subscriber|\
    default|primary|main|user|is|your|votre|ihre|und|and|et|y|kontakt|kunde|cliente|contacto|type|typ|other|additional|work|home|\
    new|first|last|latest|derniere|dernier|letzte|ultima|ultimo|recent|my|wp|field|value|current|utc|for|from|by|a|in|to|\
    associated|record|b|c|substack|free|bronze|silver|gold|original|recipient|abonne|personal|business|secondary|billing|shipping|mailing";

/// Words that have nothing to do with consent.
pub const HARMLESS: &str = "id|uuid|guid|uid|cid|key|ip|gender|sex|sexe|geschlecht|genero|sesso|genere|civilite|anrede|title|titre|titel|titulo|\
    titolo|country|pays|land|pais|paese|nation|city|ville|stadt|ort|ciudad|citta|town|localite|commune|region|province|provincia|\
    bundesland|departement|county|zip|zipcode|postcode|postal|plz|cp|cap|street|rue|strasse|calle|via|address|adresse|anschrift|\
    direccion|indirizzo|phone|telephone|telefon|telefono|tel|mobile|handy|portable|company|societe|firma|empresa|azienda|\
    organisation|organization|organizacion|organizzazione|entreprise|job|position|poste|fonction|role|rolle|beruf|cargo|profession|\
    birthday|birth|anniversaire|naissance|geburtstag|geburtsdatum|nacimiento|nascita|age|alter|note|notes|comment|comments|\
    commentaire|commentaires|remarque|remarques|bemerkung|bemerkungen|comentario|nota|notas|description|beschreibung|tag|tags|label|\
    labels|group|groups|groupe|groupes|gruppe|gruppen|segment|segments|list|lists|liste|listes|category|categorie|kategorie|\
    categories|source|quelle|origin|origine|herkunft|campaign|landing|url|website|web|site|link|form|page|latitude|longitude|geo|timezone|\
    zone|rating|score|points|rank|count|nb|total|opens|clicks|sent|opened|clicked|orders|spent|amount|revenue|ltv|price|currency|html|\
    format|plan|tier|level|tiers|photo|avatar|image|login|username|pseudo|created|updated|modified|changed|added|entered|creation|\
    modification|activity|seen|login|open|click|purchase|order|visit|engagement|created|erstellt|erstellungsdatum|angelegt|geandert|\
    geaendert|creado|creato|modificato|joined|registered|import|imported|profile|custom|browser|device|os|facebook|twitter|linkedin|\
    instagram|middle|suffix|prefix|nickname|initials|salutation|department|industry|secteur|branche|owner|stripe|channel|interest|\
    interests|topics|topic|themes|locale|language|langue|sprache|password|extra|stage|relationship|household|street1|street2|number|numero|code|civility|\
    attribs|attributs|exported|cart|product|products|sku|tax|vat|iban|currency|shop|store|store|points|fax|skype|room|floor|building";
/// Beginnings of such words.
pub const HARMLESS_BEGINNINGS: &str = "utm|birth|geburt|creat|modif|updat|lastchang|erstell|street|phone|telef|addr|adress|geograph|latit|longit|\
    customfield|profil|avatar|timezone";
