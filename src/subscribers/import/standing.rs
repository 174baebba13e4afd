//! The standing of a person in the tool that a list comes from.

/// The standing of a person; later variants are more restrictive, and of two the more restrictive counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Standing {
    /// Got mail, or the list has no column about it.
    Active = 0,
    /// The list has a column for it, but the cell is blank: the person gets a confirmation letter.
    #[serde(rename = "active")]
    Unsaid = 1,
    /// Never confirmed, or never said yes.
    Pending = 2,
    /// A word that is not understood.
    Unclear = 3,
    /// The address does not work.
    Bounced = 4,
    /// Left, was blocked, or said no.
    Unsubscribed = 5,
    /// Reported the mail as spam.
    Complained = 6,
}

impl Standing {
    /// Every standing, by its number.
    pub const ALL: [Self; 7] =
        [Self::Active, Self::Unsaid, Self::Pending, Self::Unclear, Self::Bounced, Self::Unsubscribed, Self::Complained];

    /// A word for it in a report.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "subscribed",
            Self::Unsaid => "not said",
            Self::Pending => "pending",
            Self::Unclear => "unclear",
            Self::Bounced => "bounced",
            Self::Unsubscribed => "unsubscribed",
            Self::Complained => "complained",
        }
    }
}
