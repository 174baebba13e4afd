//! What is wrong with a setting or a rhythm as typed, and what would be right: codes, which a door says in the reader's
//! language.

use super::Every;
use crate::coded::codes;

codes! {
    /// What cannot stand.
    pub enum Wrong as "wrong-setting" {
        /// No slug.
        Slug {
            /// As typed.
            slug: String,
        } => "slug",
        /// A newsletter without a name.
        NoName => "no-name",
        /// A newsletter without a sender.
        NoSender => "no-sender",
        /// A newsletter without a language.
        NoLanguage {
            /// Those that have texts.
            known: String,
        } => "no-language",
        /// A language without texts.
        Language {
            /// As typed.
            tag: String,
            /// Those that have texts.
            known: String,
        } => "language",
        /// Several lines where one is wanted.
        Lines => "lines",
        /// Too long.
        Long {
            /// Characters that fit.
            most: usize,
        } => "long",
        /// A control character.
        Control => "control",
        /// No mailbox.
        Mailbox {
            /// As typed.
            typed: String,
        } => "mailbox",
        /// What looks like a mailbox and is no address.
        Address {
            /// As typed.
            typed: String,
        } => "address",
        /// An address whose domain has no dot.
        NoDot {
            /// As typed.
            typed: String,
        } => "no-dot",
        /// No domain.
        Domain {
            /// As typed.
            domain: String,
        } => "domain",
        /// No address of the web.
        WebAddress {
            /// As typed.
            typed: String,
        } => "web-address",
        /// No address that a mail may show a picture from.
        PictureAddress {
            /// As typed.
            typed: String,
        } => "picture-address",
        /// No colour.
        Colour {
            /// As typed.
            typed: String,
        } => "colour",
        /// No time zone.
        Zone {
            /// As typed.
            typed: String,
        } => "zone",
        /// No time of day.
        Time {
            /// As typed.
            typed: String,
        } => "time",
        /// An hour for a rhythm that has none.
        NoHour => "no-hour",
        /// An hour to stop a digest, for a rhythm that has no hour.
        NoVeto => "no-veto",
        /// Days for a rhythm that has none to choose.
        NoDays {
            /// Which.
            every: Every,
        } => "no-days",
        /// No day of a month.
        MonthDay {
            /// As typed.
            typed: String,
        } => "month-day",
        /// A week without a day.
        NoWeekday => "no-weekday",
        /// No weekday.
        Weekday {
            /// As typed.
            typed: String,
        } => "weekday",
        /// The slug of another newsletter.
        Taken {
            /// Which.
            slug: String,
        } => "taken",
        /// No schedule of this number.
        NoSchedule {
            /// What was asked for.
            number: usize,
            /// How many there are.
            count: usize,
        } => "no-schedule",
        /// Somebody is on the schedule that is to be removed.
        ScheduleInUse {
            /// How many.
            count: i64,
        } => "schedule-in-use",
        /// The only schedule of a newsletter.
        OnlySchedule => "only-schedule",
        /// People chose this rhythm, and would be written to more often.
        ChosenSchedule {
            /// How many.
            count: i64,
        } => "chosen-schedule",
        /// Everybody who is new is on it.
        DefaultSchedule => "default-schedule",
        /// It was removed meanwhile.
        ScheduleGone => "schedule-gone",
        /// A topic without a name.
        TopicName => "topic-name",
        /// The name of another topic.
        TopicTaken {
            /// Which.
            name: String,
        } => "topic-taken",
        /// No topic of this name.
        NoTopic {
            /// As typed.
            name: String,
        } => "no-topic",
        /// It was removed meanwhile.
        TopicGone => "topic-gone",
        /// A newsletter has as many topics as it may.
        TopicsFull {
            /// So many.
            most: usize,
        } => "topics-full",
        /// It has had as many as there is room for.
        TopicsUsedUp {
            /// So many.
            most: i64,
        } => "topics-used-up",
        /// More posts than a welcome leads to.
        WelcomePosts {
            /// So many fit.
            most: usize,
        } => "welcome-posts",
        /// Chosen posts are to be brought, and none is.
        WelcomeNoPost => "welcome-no-post",
        /// No post of the newsletter has this number.
        NoPost {
            /// As typed.
            id: String,
        } => "no-post",
        /// Readers cannot be asked after so many months.
        StayMonths {
            /// At least so many.
            least: i64,
            /// At most so many.
            most: i64,
        } => "stay-months",
        /// Readers cannot have so many days to answer.
        StayDays {
            /// At least so many.
            least: i64,
            /// At most so many.
            most: i64,
        } => "stay-days",
        /// Too many categories for one topic.
        Categories {
            /// So many fit.
            most: usize,
        } => "categories",
    }
}
