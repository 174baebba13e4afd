//! The names of the addresses that send: each has one, and that name has the address (forward-confirmed reverse DNS, RFC 8499).
//!
//! In: the servers that send. Out: lines. Of our own addresses a missing name is a fault, for large receivers refuse them; of a
//! provider's it is worth a word, because its mails may leave from others.

use std::net::IpAddr;

use super::subject::Sender;
use super::{Check, Finding, Line, Verdict};
use crate::net::dns::inquiry::Inquiry;
use crate::net::dns::{DnsError, Kind};

/// Looks.
pub async fn check(inquiry: &Inquiry, senders: &[Sender]) -> Vec<Line> {
    let mut lines = Vec::new();
    for sender in senders {
        let bad = if sender.is_ours { Verdict::Fault } else { Verdict::Warning };
        if sender.addresses.is_empty() {
            let host = sender.host.as_str();
            lines.push(Line::new(Check::Reverse, Verdict::Unknown, host, Finding::ReverseUnknown));
        }
        for ip in &sender.addresses {
            let line = of_address(inquiry, *ip, bad).await;
            lines.push(line.unwrap_or_else(|error| Line::unanswered(Check::Reverse, &ip.to_string(), &error)));
        }
    }
    lines
}

async fn of_address(inquiry: &Inquiry, ip: IpAddr, bad: Verdict) -> Result<Line, DnsError> {
    let answer = inquiry.ask(&name_of(ip), Kind::Ptr).await?;
    let names = answer.names();
    let line =
        |verdict, finding| Line::new(Check::Reverse, verdict, ip.to_string(), finding).seen(&answer, names.clone());
    let kind = if ip.is_ipv4() { Kind::A } else { Kind::Aaaa };
    for name in &names {
        if inquiry.ask(name, kind).await?.addresses().contains(&ip) {
            return Ok(line(Verdict::Ok, Finding::ReverseGood { name: name.clone() }));
        }
    }
    Ok(match names.first() {
        Some(name) => line(bad, Finding::ReverseOther { name: name.clone() }),
        None => line(bad, Finding::ReverseMissing),
    })
}

/// Where the name of an address stands (RFC 1035 section 3.5, RFC 3596 section 2.5).
fn name_of(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, d] = ip.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(ip) => {
            let nibbles = ip.octets().into_iter().flat_map(|octet| [octet >> 4, octet & 15]);
            let digits: Vec<String> = nibbles.rev().map(|nibble| format!("{nibble:x}")).collect();
            format!("{}.ip6.arpa", digits.join("."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_backwards() {
        assert_eq!(name_of("192.0.2.7".parse().unwrap()), "7.2.0.192.in-addr.arpa");
        let six = name_of("2001:db8::1".parse().unwrap());
        assert!(six.starts_with("1.0.0.0.") && six.ends_with(".8.b.d.0.1.0.0.2.ip6.arpa"), "{six}");
        assert_eq!(six.split('.').count(), 34);
    }
}
