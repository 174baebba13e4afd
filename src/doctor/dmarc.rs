//! DMARC of the domain of From, found by walking up the tree (RFC 9989 section 4.10, which replaces the list of public suffixes of
//! RFC 7489).
//!
//! In: a domain, and the address at which reports are taken. Out: lines and the [`Found`] policy; and for any domain its organisational domain ([`organisation`]).

use super::records::dmarc::{self, Policy};
use super::{Check, Finding, Line, Verdict, Wanted};
use crate::net::dns::inquiry::Inquiry;
use crate::net::dns::{Answer, DnsError, Kind};

/// Labels of a long name that are walked besides itself.
const LABELS: usize = 7;

/// A policy and where it stands.
#[derive(Clone, Debug)]
pub struct Found {
    /// The domain below whose `_dmarc` it stands.
    pub domain: String,
    /// What it asks for.
    pub policy: Policy,
}

/// What was met at one name.
struct Step {
    domain: String,
    answer: Answer,
    texts: Vec<String>,
}

/// The names of a walk: the domain, then each above it; of a long one the last seven labels next (section 4.10).
fn names(domain: &str) -> Vec<String> {
    let labels: Vec<&str> = domain.split('.').filter(|label| !label.is_empty()).collect();
    let above = |from: usize| (from..labels.len()).map(|at| labels[at..].join("."));
    match labels.len() {
        0 => Vec::new(),
        short if short <= LABELS => above(0).collect(),
        long => std::iter::once(domain.to_owned()).chain(above(long - LABELS)).collect(),
    }
}

async fn step(inquiry: &Inquiry, domain: String) -> Result<Step, DnsError> {
    let answer = inquiry.ask(&format!("_dmarc.{domain}"), Kind::Txt).await?;
    let texts = answer.texts().into_iter().filter(|text| dmarc::is_meant(text)).collect();
    Ok(Step { domain, answer, texts })
}

impl Step {
    /// The policy: of several records none counts, nor does one that is broken.
    fn policy(&self) -> Option<Policy> {
        match self.texts.as_slice() {
            [text] => Policy::parse(text).ok(),
            _ => None,
        }
    }
}

/// All policies on the way up, from the domain itself on.
async fn walk(inquiry: &Inquiry, domain: &str) -> Result<Vec<Found>, DnsError> {
    let mut found = Vec::new();
    for name in names(domain) {
        let step = step(inquiry, name).await?;
        let Some(policy) = step.policy() else { continue };
        let ends = policy.suffix != 'u';
        found.push(Found { domain: step.domain, policy });
        if ends {
            break;
        }
    }
    Ok(found)
}

/// The domain that stands for everybody of an organisation (section 4.10.2): the highest with a record; below one where other
/// people's domains begin; itself where there is none.
///
/// # Errors
/// When no name server answers.
pub async fn organisation(inquiry: &Inquiry, domain: &str) -> Result<String, DnsError> {
    Ok(highest(domain, &walk(inquiry, domain).await?))
}

fn highest(domain: &str, found: &[Found]) -> String {
    let Some(last) = found.last() else { return domain.to_owned() };
    if last.policy.suffix == 'y' && last.domain != domain {
        let rest = domain.strip_suffix(&last.domain).and_then(|rest| rest.strip_suffix('.')).unwrap_or_default();
        let below = rest.rsplit('.').next().unwrap_or_default();
        return format!("{below}.{}", last.domain);
    }
    last.domain.clone()
}

/// Looks; with the policy that counts for the domain. `reports`: where aggregate reports are taken.
pub async fn check(inquiry: &Inquiry, domain: &str, reports: Option<&str>) -> (Vec<Line>, Option<Found>) {
    let (own, found) = match (step(inquiry, domain.to_owned()).await, walk(inquiry, domain).await) {
        (Ok(own), Ok(found)) => (own, found),
        (Err(error), _) | (_, Err(error)) => {
            return (vec![Line::unanswered(Check::Dmarc, &format!("_dmarc.{domain}"), &error)], None);
        }
    };
    let about = format!("_dmarc.{domain}");
    let fault = |finding| {
        let line = Line::new(Check::Dmarc, Verdict::Fault, about.as_str(), finding);
        let reports = reports.map(|address| format!("; rua=mailto:{address}")).unwrap_or_default();
        let wanted = Wanted::text(about.as_str(), format!("v=DMARC1; p=none{reports}"));
        line.seen(&own.answer, own.texts.clone()).wants(wanted)
    };
    match own.texts.as_slice() {
        [_, _, ..] => return (vec![fault(Finding::DmarcSeveral { count: own.texts.len() as i64 })], None),
        [text] => {
            if let Err(term) = Policy::parse(text) {
                return (vec![fault(Finding::DmarcBroken { term })], None);
            }
        }
        [] => {}
    }
    // Its own record, else that of the organisation (section 4.10.1).
    let organisation = highest(domain, &found);
    let policy = found.into_iter().find(|found| found.domain == domain || found.domain == organisation);
    let Some(policy) = policy else { return (vec![fault(Finding::DmarcMissing)], None) };
    let lines = well(inquiry, domain, &policy, reports).await;
    (lines, Some(policy))
}

async fn well(inquiry: &Inquiry, domain: &str, found: &Found, reports: Option<&str>) -> Vec<Line> {
    let Found { domain: place, policy } = found;
    let asked = if place == domain { &policy.own } else { &policy.below };
    let good = Finding::DmarcGood { policy: asked.clone(), domain: place.clone() };
    let about = format!("_dmarc.{place}");
    let Ok(step) = step(inquiry, place.clone()).await else { return Vec::new() };
    let line = |verdict, finding| {
        Line::new(Check::Dmarc, verdict, about.as_str(), finding).seen(&step.answer, step.texts.clone())
    };
    let unheard = reports.filter(|address| !policy.reports_to(address));
    let renewed = unheard.map_or_else(|| policy.renewed.clone(), |address| policy.with_reports_to(address));
    let wanted = || Wanted::text(about.as_str(), renewed.as_str());
    let mut lines = vec![line(Verdict::Ok, good)];
    if !policy.old.is_empty() {
        lines.push(line(Verdict::Warning, Finding::DmarcOld { tags: policy.old.join(", ") }).wants(wanted()));
    }
    match (unheard, reports) {
        (Some(address), _) => {
            lines.push(line(Verdict::Ok, Finding::DmarcUnheard { address: address.to_owned() }).wants(wanted()));
        }
        (None, Some(address)) => lines.extend(permission(inquiry, place, address).await),
        (None, None) => {}
    }
    lines
}

/// Reports to another organisation are sent where its domain says that it takes them (RFC 9990 section 4).
async fn permission(inquiry: &Inquiry, place: &str, address: &str) -> Option<Line> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    // Domains that do not answer are told of elsewhere.
    if organisation(inquiry, &domain).await.ok()? == organisation(inquiry, place).await.ok()? {
        return None;
    }
    let name = format!("{place}._report._dmarc.{domain}");
    let answer = inquiry.ask(&name, Kind::Txt).await.ok()?;
    if answer.texts().iter().any(|text| dmarc::is_meant(text)) {
        return None;
    }
    let finding = Finding::DmarcReportsUnwanted { address: address.to_owned() };
    let line = Line::new(Check::Dmarc, Verdict::Warning, name.as_str(), finding).seen(&answer, answer.texts());
    Some(line.wants(Wanted::text(name.as_str(), "v=DMARC1")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_walked_from_their_seventh_label_on() {
        assert_eq!(names("lettres.example.org"), ["lettres.example.org", "example.org", "org"]);
        let walked = names("a.b.c.d.e.f.g.h.i.example.org");
        assert_eq!(walked[..3], ["a.b.c.d.e.f.g.h.i.example.org", "e.f.g.h.i.example.org", "f.g.h.i.example.org"]);
        assert_eq!((walked.len(), walked.last().unwrap().as_str()), (8, "org"));
        assert!(names("").is_empty());
    }

    #[test]
    fn the_organisation_is_the_highest_with_a_record_or_below_a_public_suffix() {
        let found = |domain: &str, text: &str| Found { domain: domain.into(), policy: Policy::parse(text).unwrap() };
        let policy = "v=DMARC1; p=none";
        let both = [found("lettres.example.org", policy), found("example.org", policy)];
        assert_eq!(highest("lettres.example.org", &both), "example.org");
        assert_eq!(highest("lettres.example.org", &both[..1]), "lettres.example.org");
        let suffix = [found("gov.example", "v=DMARC1; p=none; psd=y")];
        assert_eq!(highest("a.tax.gov.example", &suffix), "tax.gov.example");
        assert_eq!(highest("a.example.net", &[]), "a.example.net");
    }
}
