//! Which texts an owner may say in their own words, one line each.
//!
//! What the law or a reader's safety asks for is not among them: links, "why you get this", "this was not me", who writes and where,
//! what a button agrees to.

use crate::db::text_enum;

text_enum! {
    /// A letter or a page with texts of an owner's own.
    pub enum Place {
        /// The letter "please confirm".
        Confirm => "confirm",
        /// The letter "you are already in".
        Already => "already",
        /// The letter that has a new address confirmed.
        Change => "change",
        /// The letter with the link to one's settings.
        Link => "link",
        /// The letter that tells the present address of a new one.
        Moving => "moving",
        /// The page with the form.
        Form => "form",
        /// The page "look into your mailbox".
        Thanks => "thanks",
        /// The page behind the link of the confirmation letter.
        LastStep => "last-step",
        /// The page after its button.
        Confirmed => "confirmed",
        /// The same link once more.
        ConfirmedBefore => "confirmed-before",
        /// The same link too late.
        Expired => "expired",
        /// The same link after somebody left.
        Ended => "ended",
        /// The page behind the link to unsubscribe.
        Leave => "leave",
        /// The page after its button.
        Left => "left",
        /// The page after "undo".
        Returned => "returned",
        /// The page that says that a new address is used.
        NewAddress => "new-address",
    }
}

impl Place {
    /// Whether it is a letter, as opposed to a page.
    pub const fn is_letter(self) -> bool {
        matches!(self, Self::Confirm | Self::Already | Self::Change | Self::Link | Self::Moving)
    }
}

text_enum! {
    /// What a text is in its letter or page.
    pub enum Part {
        /// What the letter is about; its heading, too.
        Subject => "subject",
        /// What lists of mails show after the subject.
        FirstLine => "first-line",
        /// Before the explanation; ours has none.
        Opening => "opening",
        /// What it is about, in a few sentences.
        Explanation => "explanation",
        /// A page's title.
        Heading => "heading",
        /// What stands below it.
        Paragraph => "paragraph",
        /// What else there is to know.
        Advice => "advice",
        /// What is pressed.
        Button => "button",
        /// At the end; ours has none.
        Closing => "closing",
    }
}

impl Part {
    /// Whether it may have several lines.
    pub const fn has_lines(self) -> bool {
        matches!(self, Self::Opening | Self::Explanation | Self::Paragraph | Self::Closing)
    }

    /// Whether it may be empty.
    pub const fn may_be_empty(self) -> bool {
        matches!(self, Self::Opening | Self::Closing)
    }

    /// Most characters.
    pub const fn most(self) -> usize {
        match self {
            Self::Button => 40,
            Self::Subject | Self::Heading => 120,
            Self::FirstLine => 150,
            Self::Advice => 300,
            Self::Opening | Self::Explanation | Self::Paragraph | Self::Closing => 600,
        }
    }
}

/// What is put into a text when it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hole {
    /// The newsletter's name.
    Newsletter,
    /// How many days a link works.
    Days,
    /// How often mails come: "every Monday at about 8:00".
    Rhythm,
}

impl Hole {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Newsletter, Self::Days, Self::Rhythm];

    /// As an owner types it.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Newsletter => "{newsletter}",
            Self::Days => "{days}",
            Self::Rhythm => "{rhythm}",
        }
    }

    /// The variables of `locales/` that stand for it.
    pub(super) const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::Newsletter => &["name", "newsletter"],
            Self::Days => &["count", "number", "days"],
            Self::Rhythm => &["rhythm"],
        }
    }
}

/// Declares the texts: `Name => "key": Place, Part, "key of locales/", holes that it must have, holes that it may have`. A text without
/// a key of `locales/` is one that ours does not have.
macro_rules! texts {
    ($($name:ident => $key:literal: $place:ident, $part:ident, $message:literal, [$($must:ident)*], [$($may:ident)*];)+) => {
        text_enum! {
            /// A text that an owner may say in their own words. Its key stays as it is.
            pub enum Text {
                $(#[doc = $key] $name => $key),+
            }
        }

        impl Text {
            /// Where it stands.
            pub const fn place(self) -> Place {
                match self { $(Self::$name => Place::$place),+ }
            }

            /// What it is there.
            pub const fn part(self) -> Part {
                match self { $(Self::$name => Part::$part),+ }
            }

            /// Ours, in `locales/`; empty where we say nothing.
            pub(super) const fn message(self) -> &'static str {
                match self { $(Self::$name => $message),+ }
            }

            /// The holes that it must have.
            pub const fn must(self) -> &'static [Hole] {
                match self { $(Self::$name => &[$(Hole::$must),*]),+ }
            }

            /// The holes that it may have besides.
            pub const fn may(self) -> &'static [Hole] {
                match self { $(Self::$name => &[$(Hole::$may),*]),+ }
            }
        }
    };
}

texts! {
    ConfirmSubject => "confirm.subject": Confirm, Subject, "mail-confirm-subject", [Newsletter], [];
    ConfirmFirstLine => "confirm.first-line": Confirm, FirstLine, "mail-confirm-preheader", [], [Newsletter Days];
    ConfirmOpening => "confirm.opening": Confirm, Opening, "", [], [Newsletter];
    ConfirmExplanation => "confirm.explanation": Confirm, Explanation, "mail-confirm-asked", [Newsletter], [Days];
    ConfirmButton => "confirm.button": Confirm, Button, "mail-confirm-button", [], [];
    ConfirmClosing => "confirm.closing": Confirm, Closing, "", [], [Newsletter];
    AlreadySubject => "already.subject": Already, Subject, "mail-already-subject", [Newsletter], [];
    AlreadyFirstLine => "already.first-line": Already, FirstLine, "mail-already-preheader", [], [Newsletter];
    AlreadyOpening => "already.opening": Already, Opening, "", [], [Newsletter];
    AlreadyExplanation => "already.explanation": Already, Explanation, "mail-already-asked", [Newsletter], [];
    AlreadyClosing => "already.closing": Already, Closing, "", [], [Newsletter];
    ChangeSubject => "change.subject": Change, Subject, "mail-change-subject", [Newsletter], [];
    ChangeFirstLine => "change.first-line": Change, FirstLine, "mail-confirm-preheader", [], [Newsletter Days];
    ChangeOpening => "change.opening": Change, Opening, "", [], [Newsletter];
    ChangeExplanation => "change.explanation": Change, Explanation, "mail-change-asked", [Newsletter], [Days];
    ChangeButton => "change.button": Change, Button, "mail-change-button", [], [];
    ChangeClosing => "change.closing": Change, Closing, "", [], [Newsletter];
    LinkSubject => "link.subject": Link, Subject, "mail-link-subject", [Newsletter], [];
    LinkFirstLine => "link.first-line": Link, FirstLine, "mail-link-preheader", [], [Newsletter];
    LinkOpening => "link.opening": Link, Opening, "", [], [Newsletter];
    LinkExplanation => "link.explanation": Link, Explanation, "mail-link-asked", [Newsletter], [];
    LinkButton => "link.button": Link, Button, "mail-link-preferences", [], [];
    LinkClosing => "link.closing": Link, Closing, "", [], [Newsletter];
    MovingSubject => "moving.subject": Moving, Subject, "mail-moving-subject", [Newsletter], [];
    MovingFirstLine => "moving.first-line": Moving, FirstLine, "mail-moving-preheader", [], [Newsletter];
    MovingOpening => "moving.opening": Moving, Opening, "", [], [Newsletter];
    MovingExplanation => "moving.explanation": Moving, Explanation, "mail-moving-asked", [Newsletter], [];
    MovingButton => "moving.button": Moving, Button, "mail-moving-button", [], [];
    MovingClosing => "moving.closing": Moving, Closing, "", [], [Newsletter];
    FormHeading => "form.heading": Form, Heading, "subscribe-title", [Newsletter], [];
    FormParagraph => "form.paragraph": Form, Paragraph, "subscribe-lead", [], [Newsletter Rhythm];
    FormButton => "form.button": Form, Button, "subscribe-button", [], [];
    ThanksHeading => "thanks.heading": Thanks, Heading, "thanks-title", [], [Newsletter];
    ThanksParagraph => "thanks.paragraph": Thanks, Paragraph, "thanks-lead", [], [Newsletter];
    ThanksAdvice => "thanks.advice": Thanks, Advice, "thanks-more", [], [Newsletter];
    LastStepHeading => "last-step.heading": LastStep, Heading, "confirm-title", [], [Newsletter];
    LastStepButton => "last-step.button": LastStep, Button, "confirm-button", [], [];
    ConfirmedHeading => "confirmed.heading": Confirmed, Heading, "confirmed-title", [], [Newsletter];
    ConfirmedParagraph => "confirmed.paragraph": Confirmed, Paragraph, "confirmed-lead", [], [Newsletter];
    ConfirmedAdvice => "confirmed.advice": Confirmed, Advice, "confirmed-more", [], [Newsletter];
    ConfirmedBeforeHeading => "confirmed-before.heading": ConfirmedBefore, Heading, "confirm-already-title", [], [Newsletter];
    ConfirmedBeforeParagraph => "confirmed-before.paragraph": ConfirmedBefore, Paragraph, "confirm-already-lead", [], [Newsletter];
    ExpiredHeading => "expired.heading": Expired, Heading, "confirm-expired-title", [], [Newsletter];
    ExpiredParagraph => "expired.paragraph": Expired, Paragraph, "confirm-expired-lead", [], [Newsletter Days];
    ExpiredButton => "expired.button": Expired, Button, "confirm-again-button", [], [];
    EndedHeading => "ended.heading": Ended, Heading, "confirm-ended-title", [], [Newsletter];
    EndedParagraph => "ended.paragraph": Ended, Paragraph, "confirm-ended-lead", [], [Newsletter];
    LeaveHeading => "leave.heading": Leave, Heading, "leave-title", [Newsletter], [];
    LeaveParagraph => "leave.paragraph": Leave, Paragraph, "leave-lead", [], [Newsletter];
    LeftHeading => "left.heading": Left, Heading, "left-title", [], [Newsletter];
    LeftParagraph => "left.paragraph": Left, Paragraph, "left-newsletter-lead", [], [Newsletter];
    ReturnedHeading => "returned.heading": Returned, Heading, "undone-title", [], [Newsletter];
    ReturnedParagraph => "returned.paragraph": Returned, Paragraph, "undone-lead", [], [Newsletter];
    NewAddressHeading => "new-address.heading": NewAddress, Heading, "address-changed-title", [], [Newsletter];
    NewAddressParagraph => "new-address.paragraph": NewAddress, Paragraph, "address-changed-lead", [], [Newsletter];
}

impl Text {
    /// The texts of a place, in the order in which they stand there.
    pub fn of(place: Place) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |text| text.place() == place)
    }

    /// A part of a place, where the place has it.
    pub fn at(place: Place, part: Part) -> Option<Self> {
        Self::of(place).find(|text| text.part() == part)
    }

    /// Every hole that it may have.
    pub fn holes(self) -> impl Iterator<Item = Hole> {
        self.must().iter().chain(self.may()).copied()
    }
}
