//! What the doctor can find: codes, stored with a look and said in the reader's language.

use serde::{Deserialize, Serialize};

use crate::coded::{Kept, codes};
use crate::db::text_enum;
use crate::ledger::alarm::Hurdle;

text_enum! {
    /// What is looked at. The order stays: what lasts of a check is known by its place ([`Check::number`]); new ones go last.
    pub enum Check {
        /// Who may send for the domain of the envelope.
        Spf => "spf",
        /// The keys that signatures are checked with.
        Dkim => "dkim",
        /// What receivers do with mail that is not ours.
        Dmarc => "dmarc",
        /// Whether SPF or DKIM speak for the domain of From.
        Alignment => "alignment",
        /// Where answers and bounces go.
        Mx => "mx",
        /// The names of the addresses that send.
        Reverse => "reverse",
        /// The mail server: reached, encrypted, logged in.
        Relay => "relay",
        /// What the mail server offers.
        Extensions => "extensions",
        /// The public address: certificate, answer.
        Https => "https",
        /// Unsubscribing in one click, from outside.
        OneClick => "one-click",
        /// The clock of this machine.
        Clock => "clock",
        /// The feeds.
        Feed => "feed",
        /// The disk of the database.
        Disk => "disk",
        /// The age of the last backup.
        Backup => "backup",
        /// The domain name system itself.
        Dns => "dns",
    }
}

impl Check {
    /// A number of its own, which stays.
    pub fn number(self) -> i64 {
        let at = Self::ALL.iter().position(|check| *check == self);
        at.and_then(|at| i64::try_from(at).ok()).map_or(0, |at| at + 1)
    }

    /// The check of a number.
    pub fn of_number(number: i64) -> Option<Self> {
        Self::ALL.iter().find(|check| check.number() == number).copied()
    }
}

text_enum! {
    /// How it is.
    pub enum Verdict {
        /// As it should be.
        Ok => "ok",
        /// It cannot be seen from here, and the words say why.
        Unknown => "unknown",
        /// Mail arrives; something should be mended.
        Warning => "warning",
        /// Mail is refused, or lands among spam.
        Fault => "fault",
    }
}

codes! {
    /// What was found.
    #[derive(Serialize, Deserialize)]
    #[serde(tag = "code", rename_all = "kebab-case")]
    pub enum Finding as "finding" {
        /// Nobody is to be asked.
        DnsOff => "dns-off",
        /// Servers of domains cannot be reached; a resolver was asked.
        DnsBlocked => "dns-blocked",
        /// No answer about a name.
        NotAnswered {
            /// Which.
            name: String,
            /// What the system says, in English.
            words: String,
        } => "not-answered",
        /// The check took too long.
        TookTooLong => "took-too-long",

        /// The record lets our server send.
        SpfGood {
            /// Look-ups that a receiver makes, of ten.
            count: i64,
        } => "spf-good",
        /// No record.
        SpfMissing => "spf-missing",
        /// More than one.
        SpfSeveral {
            /// How many.
            count: i64,
        } => "spf-several",
        /// A term that is none.
        SpfBroken {
            /// Which.
            term: String,
            /// In whose record.
            domain: String,
        } => "spf-broken",
        /// Another domain's record is asked, and there is none.
        SpfNowhere {
            /// Whose.
            domain: String,
        } => "spf-nowhere",
        /// More than ten look-ups.
        SpfLookups {
            /// How many.
            count: i64,
        } => "spf-lookups",
        /// Look-ups of names that are not there.
        SpfVoid {
            /// How many.
            count: i64,
        } => "spf-void",
        /// It lets everybody send.
        SpfEverybody => "spf-everybody",
        /// Nothing is said of those who may not.
        SpfOpen => "spf-open",
        /// It asks for the name of an address.
        SpfPtr => "spf-ptr",
        /// It does not let our server send.
        SpfUncovered {
            /// Which.
            host: String,
            /// One of its addresses.
            address: String,
        } => "spf-uncovered",
        /// Our server's addresses are not known.
        SpfUnknown {
            /// Which.
            host: String,
        } => "spf-unknown",
        /// A macro decides.
        SpfMacro => "spf-macro",

        /// Facteur signs nothing for this domain.
        DkimNone => "dkim-none",
        /// The record holds our key.
        DkimGood => "dkim-good",
        /// No record.
        DkimMissing => "dkim-missing",
        /// More than one.
        DkimSeveral {
            /// How many.
            count: i64,
        } => "dkim-several",
        /// It cannot be read.
        DkimBroken {
            /// What is wrong.
            term: String,
        } => "dkim-broken",
        /// The key is taken back.
        DkimRevoked => "dkim-revoked",
        /// Another key.
        DkimOther => "dkim-other",
        /// For another kind of key.
        DkimKind {
            /// Which kind.
            kind: String,
        } => "dkim-kind",
        /// Not for SHA-256, or not for mail.
        DkimUnfit => "dkim-unfit",
        /// The domain says that it tries DKIM out.
        DkimTrial => "dkim-trial",
        /// Every name answers.
        DkimWildcard => "dkim-wildcard",

        /// There is a policy.
        DmarcGood {
            /// Which.
            policy: String,
            /// Where it stands.
            domain: String,
        } => "dmarc-good",
        /// None.
        DmarcMissing => "dmarc-missing",
        /// More than one.
        DmarcSeveral {
            /// How many.
            count: i64,
        } => "dmarc-several",
        /// It cannot be read.
        DmarcBroken {
            /// What is wrong.
            term: String,
        } => "dmarc-broken",
        /// It has tags that nobody reads any more.
        DmarcOld {
            /// Which.
            tags: String,
        } => "dmarc-old",

        /// Nobody here hears who sends as the domain.
        DmarcUnheard {
            /// Where reports would be read.
            address: String,
        } => "dmarc-unheard",
        /// Reports are asked for, to a domain that does not say that it takes them.
        DmarcReportsUnwanted {
            /// Where they should go.
            address: String,
        } => "dmarc-reports-unwanted",

        /// SPF and DKIM speak for From.
        AlignedBoth => "aligned-both",
        /// DKIM does; SPF is about another domain.
        AlignedDkim => "aligned-dkim",
        /// DKIM does; SPF is about that domain, and may fail.
        AlignedDkimAlone => "aligned-dkim-alone",
        /// SPF does; no key of ours is for that domain.
        AlignedSpf => "aligned-spf",
        /// SPF does; our keys are for that domain, and may fail.
        AlignedSpfAlone => "aligned-spf-alone",
        /// What is about that domain fails.
        AlignedFails {
            /// `SPF`, `DKIM`, or both.
            by: String,
        } => "aligned-fails",
        /// Whether what is about that domain passes was not found out.
        AlignedOpen {
            /// `SPF`, `DKIM`, or both.
            by: String,
        } => "aligned-open",
        /// Neither does.
        AlignedNone {
            /// The envelope's domain.
            envelope: String,
        } => "aligned-none",

        /// It takes mail.
        MxGood => "mx-good",
        /// No domain for bounces is set.
        MxNoBounces => "mx-no-bounces",
        /// It takes no mail.
        MxMissing => "mx-missing",
        /// It says that it takes none.
        MxNull => "mx-null",
        /// A mail server that is none.
        MxNowhere {
            /// Its name.
            host: String,
        } => "mx-nowhere",

        /// The address has a name, and the name that address.
        ReverseGood {
            /// Which name.
            name: String,
        } => "reverse-good",
        /// It has none.
        ReverseMissing => "reverse-missing",
        /// The name has another address.
        ReverseOther {
            /// Which name.
            name: String,
        } => "reverse-other",
        /// Its addresses are not known.
        ReverseUnknown => "reverse-unknown",

        /// It is reached, and encrypts.
        RelayGood {
            /// `TLSv1.3`.
            tls: String,
        } => "relay-good",
        /// It is reached, on this machine.
        RelayNear => "relay-near",
        /// It is reached, in clear.
        RelayClear => "relay-clear",
        /// It is not reached, or TLS fails.
        RelayFailed {
            /// What stands in the way.
            words: Kept<Hurdle>,
        } => "relay-failed",
        /// A user name is set, and no log-in is offered.
        RelayNoAuth => "relay-no-auth",
        /// What it offers.
        RelayOffers {
            /// How many.
            count: i64,
        } => "relay-offers",

        /// It answers, with a certificate that holds.
        HttpsGood => "https-good",
        /// Not encrypted.
        HttpsClear => "https-clear",
        /// It does not answer.
        HttpsFailed {
            /// What the system says, in English.
            words: String,
        } => "https-failed",
        /// It is not to be reached from here.
        HttpsUnknown {
            /// Why, in English.
            words: String,
        } => "https-unknown",
        /// 200 without a redirect.
        OneClickGood => "one-click-good",
        /// A redirect.
        OneClickRedirect {
            /// The status.
            status: String,
            /// Where to.
            to: String,
        } => "one-click-redirect",
        /// Another status.
        OneClickStatus {
            /// Which.
            status: String,
        } => "one-click-status",

        /// Right to some seconds.
        ClockGood => "clock-good",
        /// Wrong.
        ClockOff {
            /// By how many seconds.
            seconds: i64,
        } => "clock-off",
        /// Nobody to compare it with.
        ClockUnknown => "clock-unknown",
        /// All can be read.
        FeedGood {
            /// How many.
            count: i64,
        } => "feed-good",
        /// None.
        FeedNone => "feed-none",
        /// One cannot.
        FeedFailing => "feed-failing",
        /// Room.
        DiskGood {
            /// Free, MiB.
            free: i64,
        } => "disk-good",
        /// Little of it.
        DiskLow {
            /// Free, MiB.
            free: i64,
        } => "disk-low",
        /// It is another machine's.
        DiskUnknown => "disk-unknown",
        /// Nothing of a backup is known here.
        BackupUnknown => "backup-unknown",

        /// A mail that went round: SPF passes.
        LoopSpfGood => "loop-spf-good",
        /// SPF does not.
        LoopSpfBad {
            /// `fail`, `softfail`, …
            result: String,
        } => "loop-spf-bad",
        /// The signature holds.
        LoopDkimGood => "loop-dkim-good",
        /// It does not.
        LoopDkimBad {
            /// `fail`, `neutral`, …
            result: String,
        } => "loop-dkim-bad",
        /// Nothing is signed.
        LoopDkimNone => "loop-dkim-none",
        /// DMARC passes.
        LoopDmarcGood => "loop-dmarc-good",
        /// It does not.
        LoopDmarcBad {
            /// `fail`, `permerror`.
            result: String,
        } => "loop-dmarc-bad",
        /// The receiver found no policy.
        LoopDmarcNone => "loop-dmarc-none",
        /// The receiver says nothing of it.
        LoopNotJudged => "loop-not-judged",
        /// The receiver could not tell at that moment.
        LoopLater {
            /// `temperror`.
            result: String,
        } => "loop-later",
        /// The receiver writes no results at all.
        LoopNoResults => "loop-no-results",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_read_as_it_was_stored() {
        let found = Finding::SpfBroken { term: "ip4:x".into(), domain: "example.org".into() };
        let stored = serde_json::to_string(&found).unwrap();
        assert_eq!(stored, r#"{"code":"spf-broken","term":"ip4:x","domain":"example.org"}"#);
        assert_eq!(serde_json::from_str::<Finding>(&stored).unwrap(), found);
        assert_eq!(serde_json::from_str::<Finding>(r#"{"code":"dkim-good"}"#).unwrap(), Finding::DkimGood);
    }

    #[test]
    fn a_check_is_known_by_its_number() {
        for check in Check::ALL {
            assert_eq!(Check::of_number(check.number()), Some(*check));
        }
        assert_eq!((Check::Spf.number(), Check::Dns.number(), Check::of_number(0)), (1, 15, None));
    }
}
