//! Real mail servers as they were met, each as far as it differs from others: for `Settings { …, ..products::exim() }`.
//!
//! `make receivers` runs the same servers themselves. Times are theirs; tests set shorter ones.

use std::time::Duration;

use super::{BehindDot, Settings, Words};

/// Dovecot's submission service 2.3: takes the mail, then closes without an answer to its dot when MAIL stands behind it.
pub fn dovecot_submission() -> Settings {
    Settings { banner: "Dovecot (Debian) ready.", behind_dot: BehindDot::Closes, utf8: false, ..Settings::default() }
}

/// Courier 1.0: what stands behind a dot in its packet is lost; waits 10 minutes for more.
pub fn courier() -> Settings {
    let idle = Some(Duration::from_mins(10));
    Settings { banner: "ESMTP", behind_dot: BehindDot::Lost, idle, ..Settings::default() }
}

/// chasquid 1.11: as Courier, but closes a connection that says nothing for a minute.
pub fn chasquid() -> Settings {
    let idle = Some(Duration::from_mins(1));
    Settings { banner: "ESMTP chasquid", behind_dot: BehindDot::Lost, idle, ..Settings::default() }
}

/// Haraka 3: refuses each command behind a dot.
pub fn haraka() -> Settings {
    let refused = BehindDot::Refused("503 Bad sequence of commands - pipelined after end of DATA");
    Settings { banner: "ESMTP Haraka ready", behind_dot: refused, ..Settings::default() }
}

/// OpenSMTPD 6.8: no PIPELINING, 100 mails on a connection.
pub fn opensmtpd() -> Settings {
    Settings { banner: "ESMTP OpenSMTPD", pipelining: false, transactions: Some(100), ..Settings::default() }
}

/// Exim 4.96: only queues from the eleventh mail on a connection on.
pub fn exim() -> Settings {
    let banner = "ESMTP Exim 4.96 Sun, 29 Nov 2026 15:00:00 +0000";
    Settings { banner, deliver_at_once: Some(10), ..Settings::default() }
}

/// Debian's Sendmail 8.17 for a client that is not on its own machine: greets after 5 s, takes 10 connections at once and
/// 10 new ones in 10 minutes, and refuses one more at once.
pub fn sendmail() -> Settings {
    Settings {
        banner: "ESMTP Sendmail 8.17.1.9/8.17.1.9/Debian-2; Sun, 29 Nov 2026 15:00:00 GMT; (No UCE/UBE)",
        greet_after: Duration::from_secs(5),
        connections: Some(10),
        rate: Some((10, Duration::from_mins(10))),
        ..Settings::default()
    }
}

/// Postfix behind postscreen with its tests after the greeting: a stranger's first connection takes no mail.
pub fn postscreen() -> Settings {
    Settings { banner: "ESMTP Postfix (Debian/GNU)", screen: Some(20), ..Settings::default() }
}

/// Dovecot's LMTP service, given as the SMTP server by mistake.
pub fn lmtp() -> Settings {
    Settings { banner: "LMTP Dovecot (Debian) ready.", lmtp: true, ..Settings::default() }
}

/// A server whose replies read so.
pub fn saying(words: Words) -> Settings {
    Settings { words, ..Settings::default() }
}

/// Texts that real servers answer with: UTF-8, Latin-1, GBK, a NUL, a very long line, very many lines.
pub const SAYINGS: [Words; 6] = [
    Words::Bytes("Письмо принято, 已接收 ✓".as_bytes()),
    Words::Bytes(b"bo\xeete refus\xe9e, \xe0 bient\xf4t"),
    Words::Bytes(b"\xd3\xca\xbc\xfe\xd2\xd1\xbd\xd3\xca\xd5 \x81\x30\x84\x36"),
    Words::Bytes(b"queued\0 as \0\0 42"),
    Words::Long(20_000),
    Words::Lines(300),
];

/// A server that answers the dot so late, after it took the mail.
pub fn late_dot(by: Duration) -> Settings {
    Settings { dot_after: by, ..Settings::default() }
}
