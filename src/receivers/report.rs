//! A DMARC aggregate report (RFC 7489 appendix C, RFC 9990) → who sent as a domain, how often, and what receivers made of it.
//!
//! In: XML in any bytes. Out: a [`Report`], or why not. Entities of a document type are never expanded: a document that has one is
//! refused. Everything is bounded: levels, names, texts, rows. What a report says of single signatures is not kept.

use std::collections::BTreeMap;
use std::net::IpAddr;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::refused::Refused;

/// Levels of elements in elements.
const MAX_DEPTH: usize = 12;
/// Bytes of the name of an element.
const MAX_NAME: usize = 64;
/// Bytes of a text.
const MAX_TEXT: usize = 512;
/// Rows of a report.
const MAX_ROWS: usize = 20_000;
/// Mails of one row.
const MAX_MAILS: i64 = 1_000_000_000;
/// Characters that are kept of who reports, and of what they call their report.
const MAX_WORDS: usize = 120;
/// Sources that are kept of one report, those with the most mails; all others count as one.
pub const MAX_SOURCES: usize = 100;

/// What a receiver did because of the policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Disposition {
    /// Nothing.
    #[default]
    None,
    /// Spam.
    Quarantine,
    /// Refused.
    Reject,
}

/// Mails, by what receivers found about them. DMARC passes where SPF or DKIM speak for the domain of From.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mails {
    /// All.
    pub all: i64,
    /// With a DKIM signature that speaks for From.
    pub dkim: i64,
    /// With an envelope that speaks for From.
    pub spf: i64,
    /// With one or both.
    pub passed: i64,
    /// Put among spam by the policy.
    pub quarantined: i64,
    /// Refused by the policy.
    pub rejected: i64,
}

impl Mails {
    /// And these.
    pub fn add(&mut self, more: &Self) {
        self.all += more.all;
        self.dkim += more.dkim;
        self.spf += more.spf;
        self.passed += more.passed;
        self.quarantined += more.quarantined;
        self.rejected += more.rejected;
    }
}

/// A report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Who reports, in their own words.
    pub org: String,
    /// What they call it: theirs alone.
    pub id: String,
    /// Where the policy stands.
    pub domain: String,
    /// First second that it is about, since 1970 UTC.
    pub begins: i64,
    /// Last second.
    pub ends: i64,
    /// By domain of From and source: an IPv4 address, or a network of IPv6.
    sources: BTreeMap<(String, String), Mails>,
}

impl Report {
    /// Mails by source, of those whose From is of `domain`: the [`MAX_SOURCES`] with the most; the last, without a name, is all others.
    pub fn sources(&self, domain: &str) -> Vec<(String, Mails)> {
        let of = self.sources.iter().filter(|((from, _), _)| from == domain);
        let mut all: Vec<(String, Mails)> = of.map(|((_, source), mails)| (source.clone(), *mails)).collect();
        all.sort_by(|one, other| other.1.all.cmp(&one.1.all).then_with(|| one.0.cmp(&other.0)));
        if all.len() > MAX_SOURCES {
            let mut others = Mails::default();
            all.drain(MAX_SOURCES..).for_each(|(_, mails)| others.add(&mails));
            all.push((String::new(), others));
        }
        all
    }
}

/// Reads it.
///
/// # Errors
/// [`Refused::Broken`] when it is not well-formed, stops in the middle, has a document type, or lacks who reports what of whom;
/// [`Refused::TooLarge`] when it has more rows than any honest one.
pub fn read(xml: &[u8]) -> Result<Report, Refused> {
    let text = String::from_utf8_lossy(xml);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut reading = Reading::default();
    loop {
        match reader.read_event().map_err(|_| Refused::Broken)? {
            Event::Start(start) => reading.opens(start.local_name().as_ref())?,
            Event::End(_) => reading.closes()?,
            Event::Text(text) => reading.hears(&text),
            Event::CData(text) => reading.hears(&text),
            Event::GeneralRef(reference) => reading.refers(&reference)?,
            Event::DocType(_) => return Err(Refused::Broken),
            Event::Eof => return reading.done(),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// A row as far as it was read.
#[derive(Debug, Default)]
struct Row {
    source: String,
    from: String,
    count: Option<i64>,
    disposition: Disposition,
    dkim: bool,
    spf: bool,
}

#[derive(Debug, Default)]
struct Reading {
    /// The way from the root: `/feedback/record/row`.
    path: String,
    depth: usize,
    text: String,
    row: Row,
    rows: usize,
    email: String,
    report: Report,
}

impl Reading {
    fn opens(&mut self, name: &str) -> Result<(), Refused> {
        if self.depth >= MAX_DEPTH || name.len() > MAX_NAME {
            return Err(Refused::Broken);
        }
        self.depth += 1;
        self.path.push('/');
        self.path.push_str(&name.to_ascii_lowercase());
        self.text.clear();
        Ok(())
    }

    fn hears(&mut self, text: &str) {
        let room = MAX_TEXT.saturating_sub(self.text.len());
        let end = (0..=text.len().min(room)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        self.text.push_str(&text[..end]);
    }

    /// `&amp;` and the others that XML itself knows, and characters by number.
    fn refers(&mut self, reference: &BytesRef<'_>) -> Result<(), Refused> {
        let by_number = reference.resolve_char_ref().map_err(|_| Refused::Broken)?;
        let known = by_number.or_else(|| {
            let text = quick_xml::escape::resolve_xml_entity(reference)?;
            text.chars().next()
        });
        self.hears(known.ok_or(Refused::Broken)?.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn closes(&mut self) -> Result<(), Refused> {
        let text = std::mem::take(&mut self.text);
        self.takes(text.trim())?;
        let parent = self.path.rfind('/').unwrap_or_default();
        self.path.truncate(parent);
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// What an element says whose end has come.
    fn takes(&mut self, text: &str) -> Result<(), Refused> {
        let Some(place) = self.path.strip_prefix("/feedback/") else { return Ok(()) };
        let (report, row) = (&mut self.report, &mut self.row);
        match place {
            "report_metadata/org_name" => report.org = words(text),
            "report_metadata/email" => self.email = words(text),
            "report_metadata/report_id" => report.id = words(text),
            "report_metadata/date_range/begin" => report.begins = seconds(text)?,
            "report_metadata/date_range/end" => report.ends = seconds(text)?,
            "policy_published/domain" => report.domain = domain(text).ok_or(Refused::Broken)?,
            "record/row/source_ip" => row.source = source(text).unwrap_or_default(),
            "record/row/count" => row.count = Some(count(text)?),
            "record/row/policy_evaluated/disposition" => row.disposition = disposition(text),
            "record/row/policy_evaluated/dkim" => row.dkim = text.eq_ignore_ascii_case("pass"),
            "record/row/policy_evaluated/spf" => row.spf = text.eq_ignore_ascii_case("pass"),
            "record/identifiers/header_from" => row.from = domain(text).unwrap_or_default(),
            "record" => self.row_ends()?,
            _ => {}
        }
        Ok(())
    }

    /// A row without an address, a domain or a number is passed over.
    fn row_ends(&mut self) -> Result<(), Refused> {
        self.rows += 1;
        if self.rows > MAX_ROWS {
            return Err(Refused::TooLarge);
        }
        let row = std::mem::take(&mut self.row);
        let Some(count) = row.count.filter(|_| !row.source.is_empty() && !row.from.is_empty()) else { return Ok(()) };
        let counts = |is: bool| if is { count } else { 0 };
        let mails = Mails {
            all: count,
            dkim: counts(row.dkim),
            spf: counts(row.spf),
            passed: counts(row.dkim || row.spf),
            quarantined: counts(row.disposition == Disposition::Quarantine),
            rejected: counts(row.disposition == Disposition::Reject),
        };
        self.report.sources.entry((row.from, row.source)).or_default().add(&mails);
        Ok(())
    }

    fn done(mut self) -> Result<Report, Refused> {
        if self.report.org.is_empty() {
            self.report.org = self.email.rsplit_once('@').map_or(String::new(), |(_, domain)| domain.to_owned());
        }
        let report = self.report;
        let is_whole = self.depth == 0
            && ![&report.org, &report.id, &report.domain].into_iter().any(String::is_empty)
            && (1..=report.ends).contains(&report.begins);
        if is_whole { Ok(report) } else { Err(Refused::Broken) }
    }
}

/// On one line, without what is not shown.
fn words(text: &str) -> String {
    text.chars().filter(|char| !char.is_control()).take(MAX_WORDS).collect()
}

/// Seconds since 1970, up to the year 9999; some write a fraction.
fn seconds(text: &str) -> Result<i64, Refused> {
    let whole = text.split('.').next().unwrap_or_default();
    whole.parse().ok().filter(|at| (0..253_402_300_800).contains(at)).ok_or(Refused::Broken)
}

fn count(text: &str) -> Result<i64, Refused> {
    text.parse().ok().filter(|count| (0..=MAX_MAILS).contains(count)).ok_or(Refused::Broken)
}

fn disposition(text: &str) -> Disposition {
    match text.to_ascii_lowercase().as_str() {
        "quarantine" => Disposition::Quarantine,
        "reject" => Disposition::Reject,
        // `pass` of RFC 9990 too: nothing was done.
        _ => Disposition::None,
    }
}

/// An IPv4 address; of IPv6 the network of 64 bits, of which one sender has as many addresses as it likes.
fn source(text: &str) -> Option<String> {
    match text.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(ip) => Some(ip.to_string()),
        IpAddr::V6(ip) => Some(format!("{}/64", std::net::Ipv6Addr::from(u128::from(ip) >> 64 << 64))),
    }
}

/// A domain as name servers know it.
fn domain(text: &str) -> Option<String> {
    let name = idna::domain_to_ascii(text.trim_end_matches('.')).ok()?;
    let fits = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_');
    ((1..=253).contains(&name.len()) && name.chars().all(fits)).then_some(name)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn row(ip: &str, count: i64, from: &str, [disposition, dkim, spf]: [&str; 3]) -> String {
        format!(
            "<record><row><source_ip>{ip}</source_ip><count>{count}</count><policy_evaluated><disposition>{disposition}\
             </disposition><dkim>{dkim}</dkim><spf>{spf}</spf></policy_evaluated></row><identifiers><header_from>{from}\
             </header_from></identifiers><auth_results><dkim><domain>x</domain><result>pass</result></dkim></auth_results></record>"
        )
    }

    fn report(head: &str, rows: &str) -> String {
        format!(
            "<?xml version=\"1.0\"?>{head}<feedback><report_metadata><org_name>Grand &amp; Cie</org_name><report_id>r-1</report_id>\
             <date_range><begin>1780272000</begin><end>1780358399</end></date_range></report_metadata>\
             <policy_published><domain>Example.org.</domain><p>none</p></policy_published>{rows}</feedback>"
        )
    }

    #[test]
    fn rows_are_summed_by_source_and_what_is_inside_results_counts_for_nothing() {
        let rows = [
            row("192.0.2.1", 3, "example.org", ["none", "pass", "fail"]),
            row("::ffff:192.0.2.1", 2, "Example.ORG", ["none", "fail", "pass"]),
            row("2001:db8:1:2:3::4", 5, "example.org", ["quarantine", "fail", "fail"]),
            row("2001:db8:1:2::9", 1, "example.org", ["reject", "fail", "fail"]),
            row("192.0.2.1", 7, "autre.example.org", ["none", "pass", "pass"]),
            row("nowhere", 9, "example.org", ["none", "pass", "pass"]),
        ];
        let read = read(report("", &rows.concat()).as_bytes()).unwrap();
        assert_eq!((read.org.as_str(), read.id.as_str(), read.domain.as_str()), ("Grand & Cie", "r-1", "example.org"));
        assert_eq!((read.begins, read.ends), (1_780_272_000, 1_780_358_399));
        let good = Mails { all: 5, dkim: 3, spf: 2, passed: 5, ..Mails::default() };
        let bad = Mails { all: 6, quarantined: 5, rejected: 1, ..Mails::default() };
        let expected = [("2001:db8:1:2::/64".to_owned(), bad), ("192.0.2.1".to_owned(), good)];
        assert_eq!(read.sources("example.org"), expected);
        assert_eq!(read.sources("example.net"), []);
    }

    #[test]
    fn the_form_of_the_later_standard_is_read_too() {
        let text = report("", &row("192.0.2.7", 1, "example.org", ["pass", "pass", "pass"]));
        let text = text
            .replace("<feedback>", "<d:feedback xmlns:d=\"urn:ietf:params:xml:ns:dmarc-2.0\"><d:version>1</d:version>");
        let text = text.replace("</feedback>", "</d:feedback>").replace("1780272000", "1780272000.0");
        assert_eq!(read(text.as_bytes()).unwrap().sources("example.org")[0].1.passed, 1);
        let unnamed = report("", "").replace("<org_name>Grand &amp; Cie</org_name>", "<email>a@mx.example</email>");
        assert_eq!(read(unnamed.as_bytes()).unwrap().org, "mx.example");
    }

    #[test]
    fn entities_are_not_expanded_and_nonsense_is_refused() {
        let entity = "<!DOCTYPE feedback [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>";
        let whole = report("", "");
        for (what, broken) in [
            ("a document type", report(entity, "").replace("r-1", "&b;")),
            ("an unknown entity", whole.replace("r-1", "&b;")),
            ("no end", whole.replace("</feedback>", "")),
            ("wrong ends", whole.replace("</org_name>", "</org>")),
            ("no number", whole.replace("r-1", "")),
            ("no domain", whole.replace("Example.org.", "not a domain/")),
            ("ends before it begins", whole.replace("1780358399", "1780271999")),
            ("a day that is none", whole.replace("1780272000", "99999999999999999999")),
            (
                "as many mails as nobody sends",
                report("", &row("192.0.2.1", 2_000_000_000, "example.org", ["", "", ""])),
            ),
            ("fewer than none", report("", &row("192.0.2.1", -1, "example.org", ["", "", ""]))),
            ("deep", report("", &"<a>".repeat(50))),
            ("a long name", report("", &format!("<{0}></{0}>", "a".repeat(100)))),
            ("another document", "<html><body/></html>".to_owned()),
            ("nothing", String::new()),
        ] {
            assert_eq!(read(broken.as_bytes()), Err(Refused::Broken), "{what}");
        }
    }

    #[test]
    fn rows_and_sources_are_bounded() {
        let mut rows = String::new();
        for n in 0..300 {
            let _ = write!(
                rows,
                "{}",
                row(&format!("192.0.2.{}", n % 256), n + 1, "example.org", ["none", "pass", "fail"])
            );
        }
        let sources = read(report("", &rows).as_bytes()).unwrap().sources("example.org");
        assert_eq!((sources.len(), sources[MAX_SOURCES].0.as_str()), (MAX_SOURCES + 1, ""));
        assert_eq!(sources.iter().map(|(_, mails)| mails.all).sum::<i64>(), 300 * 301 / 2);
        let many = report("", &"<record></record>".repeat(MAX_ROWS + 1));
        assert_eq!(read(many.as_bytes()), Err(Refused::TooLarge));
        let long = report("", "").replace("r-1", &"x".repeat(100_000));
        assert_eq!(read(long.as_bytes()).unwrap().id.len(), MAX_WORDS);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_report_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn a_report_with_a_piece_of_it_changed_is_read_or_refused(at in 0..700_usize, piece in "[<>/&;#x0-9a-z\"!\\[\\]é]{0,8}") {
            let mut text = report("", &row("192.0.2.1", 3, "example.org", ["none", "pass", "fail"]));
            let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            text.insert_str(at, &piece);
            let _ = read(text.as_bytes());
            let _ = read(&text.as_bytes()[..at]);
        }
    }
}
