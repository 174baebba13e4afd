//! How a mail of ours arrived, that went round: what its receiver found of SPF, each signature and DMARC, and what is to be done.
//!
//! In: the results in its head ([`Found`]). Out: a [`Look`] of lines. Pure. Where DMARC passes, what fails beside it is a warning: the
//! mail arrives, but only one leg holds it.

use super::{Check, Finding, Line, Look, Verdict};
use crate::clock::Millis;
use crate::receivers::results::{Found, MethodResult, Signature};

/// What a result says, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Passes,
    /// The receiver could not ask somebody: it may be otherwise tomorrow.
    Later,
    Fails,
}

fn outcome(result: &MethodResult) -> Outcome {
    match result.result.as_str() {
        "pass" => Outcome::Passes,
        "temperror" => Outcome::Later,
        _ => Outcome::Fails,
    }
}

/// Judges it.
pub fn judge(found: &Found, at: Millis) -> Look {
    let from = found.from.clone();
    let mut lines = if found.server.is_empty() {
        vec![Line::new(Check::Dmarc, Verdict::Warning, from.as_str(), Finding::LoopNoResults)]
    } else {
        let passes = found.of("dmarc").any(|result| outcome(result) == Outcome::Passes);
        let bad = if passes { Verdict::Warning } else { Verdict::Fault };
        [vec![spf(found, bad)], dkim(found, &from, bad), vec![dmarc(found, &from)]].concat()
    };
    for line in &mut lines {
        found.server.clone_into(&mut line.by);
    }
    Look { domain: from, at, lines }
}

/// A line about a result.
fn line(check: Check, verdict: Verdict, about: &str, finding: Finding, result: &MethodResult) -> Line {
    Line { found: vec![result.text()], ..Line::new(check, verdict, about, finding) }
}

fn spf(found: &Found, bad: Verdict) -> Line {
    // Some servers also judge the name of the greeting.
    let of_envelope = found.of("spf").find(|result| result.get("smtp.mailfrom").is_some());
    let Some(result) = of_envelope.or_else(|| found.of("spf").next()) else {
        return Line::new(Check::Spf, Verdict::Unknown, "", Finding::LoopNotJudged);
    };
    let about = result.get("smtp.mailfrom").or_else(|| result.get("smtp.helo")).unwrap_or_default();
    let said = result.result.clone();
    let (verdict, finding) = match outcome(result) {
        Outcome::Passes => (Verdict::Ok, Finding::LoopSpfGood),
        Outcome::Later => (Verdict::Unknown, Finding::LoopLater { result: said }),
        Outcome::Fails => (bad, Finding::LoopSpfBad { result: said }),
    };
    line(Check::Spf, verdict, about.trim_start_matches('@'), finding, result)
}

/// A line a signature; results about signatures that are not in the head say nothing.
fn dkim(found: &Found, from: &str, bad: Verdict) -> Vec<Line> {
    if found.signatures.is_empty() {
        return vec![Line::new(Check::Dkim, bad, from, Finding::LoopDkimNone)];
    }
    found.signatures.iter().map(|signature| of_signature(found, signature, bad)).collect()
}

fn of_signature(found: &Found, signature: &Signature, bad: Verdict) -> Line {
    let about = format!("{}._domainkey.{}", signature.selector, signature.domain);
    let Some(result) = found.about(signature) else {
        return Line::new(Check::Dkim, Verdict::Unknown, about, Finding::LoopNotJudged);
    };
    let said = result.result.clone();
    let (verdict, finding) = match outcome(result) {
        Outcome::Passes => (Verdict::Ok, Finding::LoopDkimGood),
        Outcome::Later => (Verdict::Unknown, Finding::LoopLater { result: said }),
        Outcome::Fails => (bad, Finding::LoopDkimBad { result: said }),
    };
    line(Check::Dkim, verdict, &about, finding, result)
}

fn dmarc(found: &Found, from: &str) -> Line {
    let Some(result) = found.of("dmarc").next() else {
        return Line::new(Check::Dmarc, Verdict::Unknown, from, Finding::LoopNotJudged);
    };
    let said = result.result.clone();
    let (verdict, finding) = match (outcome(result), result.result.as_str()) {
        (Outcome::Passes, _) => (Verdict::Ok, Finding::LoopDmarcGood),
        (Outcome::Later, _) => (Verdict::Unknown, Finding::LoopLater { result: said }),
        // `bestguesspass` of Microsoft: there is no policy.
        (Outcome::Fails, "none" | "bestguesspass") => (Verdict::Warning, Finding::LoopDmarcNone),
        (Outcome::Fails, _) => (Verdict::Fault, Finding::LoopDmarcBad { result: said }),
    };
    line(Check::Dmarc, verdict, from, finding, result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coded::Coded as _;
    use crate::receivers::results;

    fn judged(results: &str) -> Vec<(Check, Verdict, &'static str)> {
        let head = format!(
            "Authentication-Results: mx.example; {results}\nDKIM-Signature: d=example.org; s=f1; b=abc\n\
             DKIM-Signature: d=example.org; s=f1-ed; b=xyz\nFrom: a@example.org\n\n"
        );
        let look = judge(&results::read(head.as_bytes(), None), 0);
        look.lines.iter().map(|line| (line.check, line.verdict, line.finding.code())).collect()
    }

    #[test]
    fn what_fails_beside_a_pass_is_a_warning_and_alone_a_fault() {
        use Verdict::{Fault, Ok, Unknown, Warning};
        for (results, spf, [first, second], dmarc) in [
            (
                "spf=pass smtp.mailfrom=example.org; dkim=pass header.d=example.org header.s=f1; dkim=pass header.d=example.org \
                 header.s=f1-ed; dmarc=pass header.from=example.org",
                (Ok, "loop-spf-good"),
                [(Ok, "loop-dkim-good"); 2],
                (Ok, "loop-dmarc-good"),
            ),
            (
                "spf=softfail smtp.mailfrom=example.org; dkim=pass header.d=example.org header.b=abc; dkim=neutral \
                 header.d=example.org header.b=xyz; dmarc=pass",
                (Warning, "loop-spf-bad"),
                [(Ok, "loop-dkim-good"), (Warning, "loop-dkim-bad")],
                (Ok, "loop-dmarc-good"),
            ),
            (
                "spf=fail; dkim=fail header.d=example.org header.s=f1; dmarc=fail",
                (Fault, "loop-spf-bad"),
                [(Fault, "loop-dkim-bad"), (Unknown, "loop-not-judged")],
                (Fault, "loop-dmarc-bad"),
            ),
            (
                "spf=temperror; dkim=temperror header.d=example.org header.s=f1; dmarc=none",
                (Unknown, "loop-later"),
                [(Unknown, "loop-later"), (Unknown, "loop-not-judged")],
                (Warning, "loop-dmarc-none"),
            ),
            ("none", (Unknown, "loop-not-judged"), [(Unknown, "loop-not-judged"); 2], (Unknown, "loop-not-judged")),
        ] {
            let of = |check, (verdict, code)| (check, verdict, code);
            let expected =
                [of(Check::Spf, spf), of(Check::Dkim, first), of(Check::Dkim, second), of(Check::Dmarc, dmarc)];
            assert_eq!(judged(results), expected, "{results}");
        }
    }

    #[test]
    fn a_mail_without_results_or_signatures_says_so() {
        let look = judge(&results::read(b"From: A <a@Example.org>\n\n", None), 7);
        assert_eq!((look.domain.as_str(), look.at, look.worst()), ("example.org", 7, Verdict::Warning));
        assert_eq!(look.lines[0].finding, Finding::LoopNoResults);
        let look = judge(&results::read(b"Authentication-Results: mx.example; dmarc=fail\n\n", None), 0);
        assert_eq!((look.lines[1].finding.code(), look.lines[1].by.as_str()), ("loop-dkim-none", "mx.example"));
    }
}
