//! The sink speaks as each real server that tests choose, and its rules meet whom they should.

use std::time::{Duration, Instant};

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use super::{Client, MAIL, envelope};
use crate::harness::smtp::faults::{Stage, Whom};
use crate::harness::smtp::{Settings, Sink, Words, products};

/// A client that was greeted, with the answer to its EHLO.
async fn greeted(sink: &Sink) -> (Client<TcpStream>, String) {
    let mut client = Client::connect(sink).await;
    assert!(client.say("", 1).await.starts_with("220"));
    let hello = client.say("EHLO me\r\n", 1).await;
    (client, hello)
}

/// One mail and the next envelope in one write; gives the `replies` that come, fewer if the connection ends.
async fn ahead(sink: &Sink, replies: usize) -> (Client<TcpStream>, String) {
    let (mut client, hello) = greeted(sink).await;
    assert!(hello.contains("250-PIPELINING\r\n"), "{hello}");
    client.say(&envelope("a@example.org"), 3).await;
    let got = client.say(&format!("{MAIL}{}", envelope("b@example.org")), replies).await;
    (client, got)
}

/// One step after the other, each in a packet of its own.
async fn singly(client: &mut Client<TcpStream>, to: &str) -> String {
    let mut last = String::new();
    for line in envelope(to).split_inclusive("\r\n").chain([MAIL]) {
        last = client.say(line, 1).await;
    }
    last
}

#[tokio::test]
async fn as_dovecot_submission_it_takes_the_mail_and_closes_without_an_answer() {
    let sink = Sink::start_with(products::dovecot_submission(), None);
    let (_, got) = ahead(&sink, 4).await;
    assert_eq!((got.as_str(), sink.taken()), ("", 1));
    let (mut client, _) = greeted(&sink).await;
    assert!(client.say(&envelope("a@example.org"), 3).await.ends_with("354 end with a dot\r\n"));
    let got = client.say(&format!("{MAIL}NOOP\r\n"), 2).await;
    assert!(got.starts_with("250 2.0.0 taken") && got.ends_with("250 2.0.0 ok\r\n"), "it bears a NOOP: {got}");
    assert!(singly(&mut client, "b@example.org").await.starts_with("250 "));
}

#[tokio::test]
async fn as_courier_and_chasquid_it_loses_what_stands_behind_the_dot_and_waits() {
    for settings in [products::courier(), products::chasquid()] {
        let sink = Sink::start_with(Settings { idle: None, ..settings }, None);
        let (mut client, got) = ahead(&sink, 1).await;
        assert!(got.starts_with("250 2.0.0 taken") && sink.taken() == 1, "{got}");
        let got = client.say("NOOP\r\n", 1).await;
        assert_eq!(got, "250 2.0.0 ok\r\n", "nothing is left of the envelope");
        assert!(singly(&mut client, "b@example.org").await.starts_with("250 "));
    }
    let sink = Sink::start_with(Settings { idle: Some(Duration::from_millis(100)), ..products::chasquid() }, None);
    let (_, got) = ahead(&sink, 4).await;
    assert_eq!(got.lines().count(), 1, "then it closes: {got}");
}

#[tokio::test]
async fn as_haraka_it_refuses_each_command_behind_the_dot() {
    let sink = Sink::start_with(products::haraka(), None);
    let (mut client, got) = ahead(&sink, 4).await;
    let codes: Vec<&str> = got.lines().map(|line| &line[..3]).collect();
    assert_eq!((codes, sink.taken()), (vec!["250", "503", "503", "503"], 1), "{got}");
    assert!(singly(&mut client, "b@example.org").await.starts_with("250 "), "the connection goes on");
}

#[tokio::test]
async fn as_opensmtpd_it_offers_no_pipelining_and_takes_a_hundred_mails_on_a_connection() {
    let sink = Sink::start_with(products::opensmtpd(), None);
    let (mut client, hello) = greeted(&sink).await;
    assert!(!hello.contains("PIPELINING"), "{hello}");
    for n in 0..100 {
        assert!(singly(&mut client, &format!("a{n}@example.org")).await.starts_with("250 "));
    }
    assert!(client.say("MAIL FROM:<a@b>\r\n", 1).await.starts_with("452 4.5.3 "));
    assert_eq!((sink.taken(), sink.violations()), (100, 0));
}

#[tokio::test]
async fn as_exim_it_only_queues_from_the_eleventh_mail_on_a_connection_on() {
    let sink = Sink::start_with(products::exim(), None);
    for connection in 1..=2 {
        let (mut client, _) = greeted(&sink).await;
        for _ in 0..13 {
            assert!(singly(&mut client, "a@example.org").await.starts_with("250 "));
        }
        assert_eq!(sink.queued(), connection * 3);
    }
    assert!(Client::connect(&sink).await.say("", 1).await.contains("Exim"));
}

#[tokio::test]
async fn as_sendmail_it_greets_late_and_turns_one_connection_too_many_away_at_once() {
    let late = Duration::from_millis(300);
    let rate = Some((4, Duration::from_millis(900)));
    let sink =
        Sink::start_with(Settings { greet_after: late, connections: Some(2), rate, ..products::sendmail() }, None);
    let began = Instant::now();
    let (mut first, mut second) = (Client::connect(&sink).await, Client::connect(&sink).await);
    let refused = Client::connect(&sink).await.say("", 1).await;
    assert!(refused.starts_with("421 4.3.2 Too many open"), "{refused}");
    assert!(began.elapsed() < late, "before anybody is greeted");
    assert!(first.say("", 1).await.starts_with("220 ") && second.say("", 1).await.starts_with("220 "));
    assert!(began.elapsed() >= late);
    assert!(first.say("QUIT\r\n", 1).await.starts_with("221 "));
    assert!(Client::connect(&sink).await.say("", 1).await.starts_with("220 "), "the fourth within the window");
    let refused = Client::connect(&sink).await.say("", 1).await;
    assert!(refused.starts_with("421 4.3.2 Connection rate"), "{refused}");
    assert_eq!(sink.turned_away(), 2);
}

#[tokio::test]
async fn as_postscreen_it_takes_nothing_from_a_stranger_and_everything_afterwards() {
    let sink = Sink::start_with(products::postscreen(), None);
    let (mut stranger, hello) = greeted(&sink).await;
    assert!(!hello.contains("PIPELINING"), "{hello}");
    let mut replies = Vec::new();
    for n in 0..7 {
        for line in [format!("MAIL FROM:<a@b{n}>\r\n"), "RCPT TO:<c@d>\r\n".into(), "RSET\r\n".into()] {
            replies.push(stranger.say(&line, 1).await);
        }
    }
    assert_eq!(replies.iter().filter(|reply| reply.starts_with("450 4.3.2 ")).count(), 6, "{replies:?}");
    assert!(replies[19].starts_with("421 ") && replies[20].is_empty(), "{replies:?}");
    sink.wait("the stranger is still there", || sink.open_connections().0 == 0).await;
    let (mut known, hello) = greeted(&sink).await;
    assert!(hello.contains("PIPELINING") && singly(&mut known, "a@example.org").await.starts_with("250 "));
}

#[tokio::test]
async fn as_an_lmtp_server_it_knows_no_ehlo() {
    let sink = Sink::start_with(products::lmtp(), None);
    let mut client = Client::connect(&sink).await;
    assert!(client.say("", 1).await.contains("LMTP"));
    for hello in ["EHLO me\r\n", "HELO me\r\n"] {
        assert_eq!(client.say(hello, 1).await, "500 5.5.1 Unknown command\r\n");
    }
    assert!(client.say("LHLO me\r\n", 1).await.starts_with("250-"));
    assert!(singly(&mut client, "a@example.org").await.starts_with("250 "));
}

#[tokio::test]
async fn replies_are_made_of_whatever_bytes_and_lines_but_keep_their_codes() {
    for words in products::SAYINGS {
        let sink = Sink::start_with(products::saying(words), None);
        let (mut client, hello) = greeted(&sink).await;
        assert!(hello.contains("250-PIPELINING\r\n"), "{hello}");
        assert!(singly(&mut client, "a@example.org").await.contains("250 2.0.0 taken as"));
        let greeting = Client::connect(&sink).await.bytes_of_reply().await;
        let found = |bytes: &[u8]| greeting.windows(bytes.len()).any(|window| window == bytes);
        match words {
            Words::Bytes(bytes) => assert!(found(bytes)),
            Words::Long(bytes) => assert!(greeting.len() > bytes),
            Words::Lines(lines) => assert_eq!(memchr::memchr_iter(b'\n', &greeting).count(), lines),
            Words::Plain => unreachable!("not among them"),
        }
    }
}

#[tokio::test]
async fn a_rule_answers_in_whatever_bytes_and_a_250_of_them_takes_the_mail() {
    let sink = Sink::start();
    sink.on(Stage::Rcpt).nth(1).reply(b"550 5.1.1 bo\xeete inconnue");
    sink.on(Stage::Dot).reply("250 2.0.0 Принято");
    let (mut client, _) = greeted(&sink).await;
    client.say("MAIL FROM:<a@b>\r\n", 1).await;
    assert!(client.say("RCPT TO:<c@d>\r\n", 1).await.starts_with("550 5.1.1 bo\u{fffd}te"));
    assert_eq!(singly(&mut client, "a@example.org").await, "250 2.0.0 Принято\r\n");
    assert_eq!(sink.taken(), 1);
}

#[tokio::test]
async fn a_late_answer_to_the_dot_comes_after_the_mail_was_taken() {
    let late = Duration::from_millis(400);
    let sink = Sink::start_with(products::late_dot(late), None);
    let (mut client, _) = greeted(&sink).await;
    client.say(&envelope("a@example.org"), 3).await;
    let began = Instant::now();
    let taken = sink.wait("no mail was taken", || sink.taken() == 1);
    let (got, ()) = tokio::join!(client.say(MAIL, 1), async {
        taken.await;
        assert!(began.elapsed() < late);
    });
    assert!(got.starts_with("250 ") && began.elapsed() >= late, "{got}");
}

#[tokio::test]
async fn rules_meet_one_the_first_every_tenth_or_all_at_each_stage_and_the_same_again_later() {
    let met = |whom: Whom| -> Vec<usize> {
        match whom {
            Whom::One => vec![7],
            Whom::First => vec![1],
            Whom::EveryTenth => vec![10, 20],
            Whom::All => (1..=25).collect(),
        }
    };
    for stage in [Stage::Rcpt, Stage::Data, Stage::Dot] {
        for whom in Whom::EACH {
            let sink = Sink::start();
            sink.on(stage).whom(whom).reply("451 4.2.0 not you");
            let (mut client, _) = greeted(&sink).await;
            for time in ["first", "second"] {
                let before = sink.per_recipient();
                for n in 1..=25 {
                    let to = format!("p{n}@example.org");
                    client.say("RSET\r\nMAIL FROM:<a@b>\r\n", 2).await;
                    if client.say(&format!("RCPT TO:<{to}>\r\n"), 1).await.starts_with("250")
                        && client.say("DATA\r\n", 1).await.starts_with("354")
                    {
                        client.say(MAIL, 1).await;
                    }
                }
                let after = sink.per_recipient();
                let of = |count: &std::collections::HashMap<String, usize>, n: usize| {
                    count.get(&format!("p{n}@example.org")).copied().unwrap_or(0)
                };
                let missed: Vec<usize> = (1..=25).filter(|n| of(&after, *n) == of(&before, *n)).collect();
                assert_eq!(missed, met(whom), "{stage:?} {whom:?}, the {time} time");
            }
        }
    }
}

#[tokio::test]
async fn rules_meet_one_sender_and_count_what_has_no_recipient_yet() {
    let sink = Sink::start();
    sink.on(Stage::Mail).from("@bad.example").reply("550 5.7.1 not from you");
    sink.on(Stage::Mail).whom(Whom::EveryTenth).reply("451 4.3.0 later");
    let (mut client, _) = greeted(&sink).await;
    assert!(client.say("MAIL FROM:<a@bad.example>\r\n", 1).await.starts_with("550 "));
    let mut later = Vec::new();
    for n in 1..=20 {
        if client.say("MAIL FROM:<a@good.example>\r\n", 1).await.starts_with("451 ") {
            later.push(n);
        }
    }
    assert_eq!(later, [10, 20]);
}

impl Client<TcpStream> {
    /// Everything up to the end of the next reply.
    async fn bytes_of_reply(&mut self) -> Vec<u8> {
        let (mut got, mut line) = (Vec::new(), 0);
        loop {
            let byte = self.stream.read_u8().await.unwrap();
            got.push(byte);
            if byte == b'\n' {
                if got[line + 3] == b' ' {
                    return got;
                }
                line = got.len();
            }
        }
    }
}
