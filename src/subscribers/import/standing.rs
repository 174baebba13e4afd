//! How somebody stood in the tool that a list comes from.

/// How somebody stood; later is more restrictive, and the more restrictive of two holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Standing {
    /// Was written to, or the list has no column that says anything.
    Active = 0,
    /// There is a column for it, and it is blank: whoever is meant is asked by letter.
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
