//! The name servers of this machine, as `/etc/resolv.conf` names them (resolv.conf(5)).

use std::net::{IpAddr, SocketAddr};

/// Where they stand.
const FILE: &str = "/etc/resolv.conf";
/// What answers name questions.
pub const PORT: u16 = 53;
/// Servers that are read; the C library takes as many.
const MOST: usize = 3;

/// The servers of now: a file that changed is read anew at the next question.
pub fn servers() -> Vec<SocketAddr> {
    named(&std::fs::read_to_string(FILE).unwrap_or_default())
}

fn named(text: &str) -> Vec<SocketAddr> {
    let server = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next() == Some("nameserver")).then(|| words.next()?.parse::<IpAddr>().ok()).flatten()
    };
    text.lines().filter_map(server).map(|ip| SocketAddr::new(ip, PORT)).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read_as_the_system_reads_it() {
        let text = "# by hand\nsearch example.org\nnameserver 192.0.2.1\n  nameserver\t2001:db8::1 # two\n;nameserver 9.9.9.9\n\
                    nameserver fe80::1%eth0\nnameserver nowhere\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n";
        let found: Vec<String> = named(text).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.2:53"]);
        assert!(named("").is_empty());
    }
}
