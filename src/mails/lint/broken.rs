//! What may be wrong with a mail: codes, whose words stand in `locales/`; English for the log and programs.
//!
//! In: names, numbers and a few words of the mail, never the recipient's address. Out: [`Broken`]. Met by every file of the lint.

use crate::coded::codes;

codes! {
    /// What breaks a rule of mails.
    pub enum Broken as "lint" {
        /// No header could be read.
        NoMail => "no-mail",
        /// A header that every mail has once.
        NotOnce {
            /// Which header.
            name: String,
            /// How often it stands.
            count: usize,
        } => "not-once",
        /// A header that stands once at most.
        Repeated {
            /// Which header.
            name: String,
            /// How often it stands.
            count: usize,
        } => "repeated",
        /// A header that others write, or that tells of other recipients.
        Foreign {
            /// Which header.
            name: String,
        } => "foreign",
        /// A line of the header without a name.
        NamelessField => "nameless-field",
        /// A part that does not say what it is, or says it twice.
        PartFields {
            /// Which part, from 0.
            part: usize,
            /// How many Content-Type it has.
            types: usize,
            /// How many Content-Transfer-Encoding it has.
            encodings: usize,
        } => "part-fields",
        /// A date in another form.
        DateForm {
            /// What stands there.
            date: String,
        } => "date-form",
        /// An id that tells something, or of another domain.
        MessageId => "message-id",
        /// No sender, or several.
        Senders => "senders",
        /// A sender at a provider that forbids others to write in its name.
        FreeMail => "free-mail",
        /// No recipient, or several.
        Recipients => "recipients",
        /// An address that old servers do not know.
        AddressNotAscii {
            /// In which header.
            name: String,
        } => "address-not-ascii",
        /// An envelope sender that is none.
        EnvelopeSender => "envelope-sender",
        /// The envelope goes to somebody else.
        OtherRecipient => "other-recipient",
        /// A letter that does not say that a program wrote it.
        NotGenerated => "not-generated",
        /// A letter that claims to be of a list.
        Precedence => "precedence",
        /// A line break inside encoded words.
        Smuggled {
            /// In which header.
            name: String,
        } => "smuggled",
        /// No List-Unsubscribe, or one in another form.
        LeaveForm => "leave-form",
        /// More or fewer web addresses than one.
        LeaveCount {
            /// How many there are.
            count: usize,
        } => "leave-count",
        /// An address that does not say who leaves.
        LeaveWithoutToken => "leave-without-token",
        /// An address over http.
        LeaveNotHttps => "leave-not-https",
        /// No one-click unsubscription.
        NotOneClick => "not-one-click",
        /// No id of the list.
        ListId => "list-id",
        /// It does not say that nobody writes to the list.
        ListPost => "list-post",
        /// Nobody to ask.
        NoContact => "no-contact",
        /// Receivers cannot tell what they count.
        NoFeedbackId => "no-feedback-id",
        /// The same in another form.
        FeedbackIdForm => "feedback-id-form",
        /// Complaints go to another domain.
        ComplaintsElsewhere => "complaints-elsewhere",
        /// Nobody heeds where they go.
        ComplaintsUnsigned => "complaints-unsigned",
        /// No signature that counts.
        NoOwnSignature => "no-own-signature",
        /// One-click unsubscribing is not signed for.
        LeaveUnsigned => "leave-unsigned",
        /// A signature that leaves out what readers see.
        Uncovered {
            /// Which headers.
            names: String,
        } => "uncovered",
        /// A second sender could be added.
        FromOnce => "from-once",
        /// Something could be added to the mail.
        LengthTag => "length-tag",
        /// A signature that does not survive the way.
        NotRelaxed => "not-relaxed",
        /// A signature without its time.
        NoTime => "no-time",
        /// A key that is too short.
        ShortKey {
            /// Its length.
            bits: usize,
        } => "short-key",
        /// An algorithm that nobody takes.
        Algorithm {
            /// Which.
            name: String,
        } => "algorithm",
        /// No signature that everybody can check.
        NoRsa => "no-rsa",
        /// A confirmation that nobody can refuse.
        NoNotMe => "no-not-me",
        /// A confirmation with another link.
        LinksElsewhere {
            /// The words of the link.
            words: String,
        } => "links-elsewhere",
        /// More or fewer parts than a text and its HTML.
        Parts {
            /// How many there are.
            count: usize,
        } => "parts",
        /// Two parts of another kind or in another order.
        NotAlternative => "not-alternative",
        /// A part that is not in UTF-8.
        Charset {
            /// What it says.
            charset: String,
        } => "charset",
        /// A part without a word.
        PartEmpty => "part-empty",
        /// A link of the HTML part that readers of the text do not get.
        TextLacksLink {
            /// The words of the link.
            words: String,
        } => "text-lacks-link",
        /// Readers of the text cannot leave.
        TextLacksLeave => "text-lacks-leave",
        /// A line that servers break.
        LineLong {
            /// Which line, from 1.
            line: usize,
            /// How long it is.
            bytes: usize,
            /// How long it may be.
            most: usize,
        } => "line-long",
        /// A line of the header that could be folded.
        Unfolded {
            /// Which line, from 1.
            line: usize,
            /// How long it is.
            bytes: usize,
        } => "unfolded",
        /// An encoded word that is too long.
        EncodedWordLong {
            /// Which line, from 1.
            line: usize,
            /// How long it is.
            bytes: usize,
        } => "encoded-word-long",
        /// A quoted-printable line that is too long.
        QuotedLine {
            /// How long it is.
            bytes: usize,
        } => "quoted-line",
        /// The last line has no end.
        NoFinalBreak => "no-final-break",
        /// Half a line break.
        BareBreak {
            /// Which byte, from 0.
            at: usize,
        } => "bare-break",
        /// A byte that does not pass everywhere.
        NotAscii {
            /// Which byte, from 0.
            at: usize,
        } => "not-ascii",
        /// A line that would need stuffing.
        DotFirst {
            /// Which line, from 1.
            line: usize,
        } => "dot-first",
        /// A message that is too large.
        TooLarge {
            /// How large it is.
            bytes: usize,
            /// How large it may be.
            most: usize,
        } => "too-large",
        /// Something that is no text.
        Attachment => "attachment",
        /// HTML that Gmail clips, or soon does.
        Clipped {
            /// How large it is, encoded.
            bytes: usize,
        } => "clipped",
        /// A clipped mail cannot be left.
        LeavePlaces => "leave-places",
        /// Nothing for the list of mails.
        NoPreheader => "no-preheader",
        /// A preheader that is not shown well.
        PreheaderLength {
            /// How many characters it has.
            count: usize,
        } => "preheader-length",
        /// The same twice in the list of mails.
        PreheaderIsSubject => "preheader-is-subject",
        /// An element that no mail client shows.
        Forbidden {
            /// Its name.
            element: String,
        } => "forbidden",
        /// Something that runs or embeds.
        Active {
            /// Its name.
            element: String,
            /// Which attribute.
            attribute: String,
        } => "active",
        /// A style that loads something.
        StyleLoads {
            /// By what.
            what: String,
        } => "style-loads",
        /// A picture over http.
        PictureNotHttps {
            /// Where it lies.
            address: String,
        } => "picture-not-https",
        /// A link that leads nowhere.
        NoTarget {
            /// The words of the link.
            words: String,
        } => "no-target",
        /// A secret over http.
        TokenOverHttp => "token-over-http",
        /// A link over http.
        OverHttp {
            /// The words of the link.
            words: String,
        } => "over-http",
        /// A link to something else than the web.
        Scheme {
            /// The words of the link.
            words: String,
            /// What it begins with.
            scheme: String,
        } => "scheme",
        /// A link that hides where it goes.
        Shortened {
            /// The words of the link.
            words: String,
            /// The service.
            host: String,
        } => "shortened",
        /// A link that shows another host than its own.
        OtherTarget {
            /// What is shown.
            shown: String,
            /// Where it goes.
            host: String,
        } => "other-target",
        /// A picture that tells who reads.
        Beacon => "beacon",
        /// The recipient's address outside To.
        AddressInHeader => "address-in-header",
        /// The same in the text part.
        AddressInText => "address-in-text",
        /// The same in the HTML part.
        AddressInHtml => "address-in-html",
        /// Nobody says who writes.
        SenderUnnamed => "sender-unnamed",
        /// Nobody to write to.
        NoMailbox => "no-mailbox",
        /// It does not say why this reader gets it.
        NoSignUp => "no-sign-up",
        /// The same of the HTML part.
        SignUpInTextAlone => "sign-up-in-text-alone",
        /// A header that old servers do not know.
        HeaderNotAscii {
            /// Which byte, from 0.
            at: usize,
        } => "header-not-ascii",
        /// Half a line break in the header.
        BareBreakInHeader {
            /// Which byte, from 0.
            at: usize,
        } => "bare-break-in-header",
    }
}
