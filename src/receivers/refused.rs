//! Why a report is not stored: a word that rows count by.

use crate::db::text_enum;

text_enum! {
    /// Why.
    pub enum Refused {
        /// It is about a domain that no newsletter here sends from.
        Foreign => "foreign",
        /// It cannot be read, or says what cannot be.
        Broken => "broken",
        /// It is larger than any honest one.
        TooLarge => "too-large",
        /// More came about this domain and week than any honest receivers send.
        TooMany => "too-many",
    }
}
