//! Whether SPF or DKIM speak for the domain that readers see, and pass (RFC 9989 section 4.4): one of them must, or DMARC fails.
//!
//! In: the policy of From, the envelope's domain, the keys, and the lines of SPF and DKIM. Out: a line, which says through which of the
//! two a mail is aligned: what has the right domain and cannot pass aligns nothing.

use super::dmarc::{Found, organisation};
use super::{Check, Finding, Line, Subject, Verdict};
use crate::net::dns::DnsError;
use crate::net::dns::inquiry::Inquiry;

/// What a receiver would get of SPF, or of DKIM, for the domain of From.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stand {
    /// Nothing: it is about another domain, or there is none.
    Elsewhere,
    /// It is about that domain, and fails for sure.
    Fails,
    /// It is about that domain, and may fail: a receiver is asked to be lenient, or a mail server signs what we do not.
    MayFail,
    /// It is about that domain, and whether it passes was not found out.
    Open,
    /// It is about that domain, and passes.
    Passes,
}

/// Looks; `spf` and `dkim` are the lines of those checks.
pub async fn check(inquiry: &Inquiry, subject: &Subject, policy: Option<&Found>, spf: &[Line], dkim: &[Line]) -> Line {
    let strict_spf = policy.is_some_and(|found| found.policy.strict_spf);
    let strict_dkim = policy.is_some_and(|found| found.policy.strict_dkim);
    let of_spf = match is_aligned(inquiry, &subject.domain, &subject.envelope, strict_spf).await {
        Ok(true) => of_lines(spf),
        Ok(false) => Stand::Elsewhere,
        Err(error) => return Line::unanswered(Check::Alignment, &subject.domain, &error),
    };
    let mut of_dkim = Stand::Elsewhere;
    for key in &subject.keys {
        // A domain that does not answer was told of above.
        if is_aligned(inquiry, &subject.domain, &key.domain, strict_dkim).await.unwrap_or(false) {
            let name = key.name();
            let own: Vec<Line> = dkim.iter().filter(|line| line.about == name).cloned().collect();
            of_dkim = of_dkim.max(of_lines(&own));
        }
    }
    let (verdict, finding) = judge(of_spf, of_dkim, &subject.envelope);
    Line::new(Check::Alignment, verdict, subject.domain.as_str(), finding)
}

/// What is said of both together.
fn judge(spf: Stand, dkim: Stand, envelope: &str) -> (Verdict, Finding) {
    use Stand::{Elsewhere, Fails, MayFail, Open, Passes};
    let by = |stands: &dyn Fn(Stand) -> bool| match (stands(spf), stands(dkim)) {
        (true, true) => "SPF, DKIM".to_owned(),
        (true, false) => "SPF".to_owned(),
        (false, _) => "DKIM".to_owned(),
    };
    match (spf, dkim) {
        (Passes, Passes) => (Verdict::Ok, Finding::AlignedBoth),
        (Elsewhere, Passes) => (Verdict::Ok, Finding::AlignedDkim),
        (_, Passes) => (Verdict::Ok, Finding::AlignedDkimAlone),
        (Passes, Elsewhere) => (Verdict::Ok, Finding::AlignedSpf),
        (Passes, _) => (Verdict::Ok, Finding::AlignedSpfAlone),
        (Elsewhere, Elsewhere) => (Verdict::Fault, Finding::AlignedNone { envelope: envelope.to_owned() }),
        (Open, _) | (_, Open) => (Verdict::Unknown, Finding::AlignedOpen { by: by(&|stand| stand == Open) }),
        (MayFail, _) | (_, MayFail) => {
            (Verdict::Warning, Finding::AlignedFails { by: by(&|stand| matches!(stand, MayFail | Fails)) })
        }
        (Fails, _) | (_, Fails) => (Verdict::Fault, Finding::AlignedFails { by: by(&|stand| stand == Fails) }),
    }
}

/// How what these lines are about would fare with a receiver: as the worst of them.
fn of_lines(lines: &[Line]) -> Stand {
    let stands = lines.iter().map(|line| match (&line.finding, line.verdict) {
        // Who else may send is told by its own line; ours may.
        (Finding::SpfEverybody | Finding::SpfOpen | Finding::SpfPtr | Finding::DkimTrial, _) | (_, Verdict::Ok) => {
            Stand::Passes
        }
        (_, Verdict::Unknown) => Stand::Open,
        (_, Verdict::Warning) => Stand::MayFail,
        (_, Verdict::Fault) => Stand::Fails,
    });
    stands.min().unwrap_or(Stand::Open)
}

async fn is_aligned(inquiry: &Inquiry, from: &str, other: &str, strict: bool) -> Result<bool, DnsError> {
    if from.eq_ignore_ascii_case(other) {
        return Ok(true);
    }
    if strict {
        return Ok(false);
    }
    Ok(organisation(inquiry, from).await? == organisation(inquiry, &other.to_ascii_lowercase()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passes_aligns() {
        use Stand::{Elsewhere, Fails, MayFail, Open, Passes};
        let fails = |by: &str| Finding::AlignedFails { by: by.to_owned() };
        let open = |by: &str| Finding::AlignedOpen { by: by.to_owned() };
        for (spf, dkim, verdict, finding) in [
            (Passes, Passes, Verdict::Ok, Finding::AlignedBoth),
            (Passes, Elsewhere, Verdict::Ok, Finding::AlignedSpf),
            (Passes, Fails, Verdict::Ok, Finding::AlignedSpfAlone),
            (Elsewhere, Passes, Verdict::Ok, Finding::AlignedDkim),
            (Fails, Passes, Verdict::Ok, Finding::AlignedDkimAlone),
            (Open, Passes, Verdict::Ok, Finding::AlignedDkimAlone),
            (Fails, Elsewhere, Verdict::Fault, fails("SPF")),
            (Elsewhere, Fails, Verdict::Fault, fails("DKIM")),
            (Fails, Fails, Verdict::Fault, fails("SPF, DKIM")),
            (MayFail, Fails, Verdict::Warning, fails("SPF, DKIM")),
            (MayFail, Elsewhere, Verdict::Warning, fails("SPF")),
            (Open, Fails, Verdict::Unknown, open("SPF")),
            (Elsewhere, Open, Verdict::Unknown, open("DKIM")),
            (Elsewhere, Elsewhere, Verdict::Fault, Finding::AlignedNone { envelope: "a.example".into() }),
        ] {
            assert_eq!(judge(spf, dkim, "a.example"), (verdict, finding), "{spf:?} {dkim:?}");
        }
    }

    #[test]
    fn several_lines_stand_as_the_worst_of_them() {
        let line = |verdict, finding| Line::new(Check::Spf, verdict, "a.example", finding);
        let open = line(Verdict::Warning, Finding::SpfOpen);
        assert_eq!(of_lines(std::slice::from_ref(&open)), Stand::Passes, "who else may send is another matter");
        let several = line(Verdict::Fault, Finding::SpfSeveral { count: 2 });
        assert_eq!(of_lines(&[open, several]), Stand::Fails);
        assert_eq!(of_lines(&[]), Stand::Open);
    }
}
