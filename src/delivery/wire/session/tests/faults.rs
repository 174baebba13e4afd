//! Faults at each stage: what is recorded, what is given back, what is raised.

use super::server::{Act, At, Server};
use super::*;

/// What a fault at a stage leaves of the mail it strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// As due as before; sent on the next connection.
    Pending,
    /// As due as before, after a while.
    Later,
    /// Put off by the schedule.
    Counted,
    Uncertain,
}

fn kind(outcome: &Outcome, now: i64) -> Option<Left> {
    match outcome {
        Outcome::Uncertain => Some(Left::Uncertain),
        Outcome::Deferred { counted: false, next_at, .. } if *next_at <= now + 5_000 => Some(Left::Pending),
        Outcome::Deferred { counted: false, .. } => Some(Left::Later),
        Outcome::Deferred { counted: true, .. } => Some(Left::Counted),
        _ => None,
    }
}

#[tokio::test]
async fn a_fault_at_each_stage_leaves_the_mail_as_the_table_says() {
    let garbage = "hello, this is no SMTP";
    let cases = [
        (At::Mail, Act::Bye("421 closing"), Left::Pending),
        (At::Rcpt, Act::Bye("421 closing"), Left::Later),
        (At::Data, Act::Bye("421 closing"), Left::Later),
        (At::Mail, Act::Drop, Left::Pending),
        (At::Rcpt, Act::Drop, Left::Pending),
        (At::Data, Act::Drop, Left::Pending),
        (At::Mail, Act::Hang, Left::Later),
        (At::Rcpt, Act::Hang, Left::Later),
        (At::Data, Act::Hang, Left::Later),
        (At::Mail, Act::Say(garbage), Left::Later),
        (At::Rcpt, Act::Say(garbage), Left::Later),
        (At::Data, Act::Say(garbage), Left::Later),
        (At::Dot, Act::Drop, Left::Uncertain),
        (At::Dot, Act::Hang, Left::Uncertain),
        (At::Dot, Act::Say(garbage), Left::Uncertain),
        (At::Dot, Act::Bye("421 closing"), Left::Counted),
        (At::Dot, Act::Say("354 what"), Left::Uncertain),
    ];
    for pipelining in GEARS {
        for (at, act, left) in cases.clone() {
            let context = format!("{pipelining:?} {at:?} {act:?}");
            let hangs = matches!(act, Act::Hang);
            let server = Server::start(OFFERS, move |moment| {
                (moment.at == at && moment.connection == 0 && moment.taken == 2).then(|| act.clone())
            })
            .await;
            let (ledger, _, _) = send_all(&server, pipelining, (0..6).map(mail).collect()).await;
            assert_eq!(ledger.accepted(), [0, 1, 3, 4, 5], "{context}");
            let [(2, outcome)] = &ledger.others()[..] else { panic!("{context}: {:?}", ledger.others()) };
            // Behind an answered dot silence is the pipelining mode's, not the mail's.
            let ahead = pipelining == Pipelining::Full && at == At::Mail && hangs;
            let left = if ahead { Left::Pending } else { left };
            assert_eq!(kind(outcome, Clock::system().now()), Some(left), "{context}: {outcome:?}");
            assert_eq!(server.connections(), 2, "{context}");
            assert!(server.copies().values().all(|copies| *copies == 1), "{context}");
        }
    }
}

#[tokio::test]
async fn content_that_breaks_off_is_not_in_doubt_when_the_dot_has_not_left() {
    let mut big = mail(1);
    big.variant = Arc::new(Variant::new(vec![(b"x: y\r\n".repeat(4_000_000), None)]));
    let server = Server::start("PIPELINING", |moment| {
        (moment.at == At::Content && moment.connection == 0 && moment.taken == 1).then_some(Act::Drop)
    })
    .await;
    let (ledger, ..) = send_all(&server, Pipelining::Full, vec![mail(0), big, mail(2)]).await;
    assert_eq!(ledger.accepted(), [0, 2]);
    let [(1, outcome)] = &ledger.others()[..] else { panic!("{:?}", ledger.others()) };
    assert_eq!(kind(outcome, Clock::system().now()), Some(Left::Later), "{outcome:?}");
}

#[tokio::test]
async fn a_mail_that_breaks_connections_until_its_time_is_up_expires() {
    let server = Server::start(OFFERS, |moment| (moment.line.contains("r1@")).then_some(Act::Drop)).await;
    let old = Mail { since: 0, ..mail(1) };
    let (ledger, ..) = send_all(&server, Pipelining::Envelope, vec![mail(0), old, mail(2)]).await;
    let [(1, Outcome::Refused { reason: "expired", .. })] = &ledger.others()[..] else {
        panic!("{:?}", ledger.others())
    };
    assert_eq!(ledger.accepted(), [0, 2]);
}

#[tokio::test]
async fn a_sender_refused_for_two_mails_pauses_the_digest_and_changes_no_row() {
    for pipelining in GEARS {
        let server = Server::start(OFFERS, |moment| {
            (moment.at == At::Mail && moment.taken == 2).then_some(Act::Say("550 5.7.515 not aligned"))
        })
        .await;
        let (relay, mut raised) = relay(&Smtp { pipelining, ..settings(server.port) });
        let (lane, ledger) = (Lane::of((0..10).map(mail)), Arc::new(Ledger::default()));
        let stop = lane.stop.clone();
        let work = tokio::spawn({
            let (lane, ledger) = (lane.clone(), ledger.clone());
            async move { send_with(&relay, &lane, &ledger, lane.stop.clone()).await }
        });
        let words = "550 5.7.515 not aligned".to_owned();
        assert_eq!(raised.recv().await, Some(Alarm::PauseSender { digest_id: 1, words }), "{pipelining:?}");
        stop.cancel();
        work.await.unwrap();
        for (n, outcome) in ledger.others() {
            assert_eq!(kind(&outcome, Clock::system().now()), Some(Left::Pending), "{pipelining:?} {n} {outcome:?}");
        }
        assert!(ledger.others().len() >= 2, "{pipelining:?}: one alone decides nothing");
    }
}

#[tokio::test]
async fn a_letter_whose_sender_is_refused_lets_others_pass() {
    let server = Server::start(OFFERS, |moment| {
        (moment.at == At::Mail && moment.line.contains("bad@")).then_some(Act::Say("553 sender not owned"))
    })
    .await;
    let bad = |n| Mail { envelope_from: "bad@news.test".into(), newsletter_id: 2, ..letter(n) };
    let mails = vec![bad(1), bad(2), letter(3), bad(4), letter(5)];
    let (ledger, _, alarms) = send_all(&server, Pipelining::Full, mails).await;
    assert_eq!(ledger.accepted(), [3, 5]);
    let now = Clock::system().now();
    let left: Vec<_> = ledger.others().iter().map(|(n, outcome)| (*n, kind(outcome, now))).collect();
    assert_eq!(left, [(1, Some(Left::Pending)), (2, Some(Left::Later)), (4, Some(Left::Later))]);
    assert!(alarms.is_empty(), "{alarms:?}");
    let tried = server.seen.lock().unwrap().lines.iter().filter(|line| line.contains("bad@")).count();
    assert!(tried <= 3, "the sender's letters wait without being tried: {tried}");
}

#[tokio::test]
async fn letters_that_are_refused_one_after_the_other_are_not_given_up() {
    let server =
        Server::start(OFFERS, |moment| (moment.at == At::Rcpt).then_some(Act::Say("554 5.7.1 Relay access denied")))
            .await;
    let (relay, mut raised) = relay(&settings(server.port));
    let (lane, ledger) = (Lane::of((0..12).map(letter)), Arc::new(Ledger::default()));
    send(&relay, &lane, &ledger).await;
    let refused = |outcome: &Outcome| matches!(outcome, Outcome::Refused { .. });
    assert_eq!(ledger.others().iter().filter(|(_, outcome)| refused(outcome)).count(), 9);
    assert_eq!(ledger.others().len(), 12, "and the rest is tried again later");
    assert!(raised.try_recv().is_err(), "the owner is told when it lasts");
}

#[tokio::test]
async fn a_run_of_policy_refusals_pauses_the_digest_after_ten() {
    let server = Server::start(OFFERS, |moment| {
        (moment.at == At::Rcpt && moment.taken >= 5).then_some(Act::Say("550 5.7.1 we do not like you"))
    })
    .await;
    let (relay, mut raised) = relay(&settings(server.port));
    let (lane, ledger) = (Lane::of((0..100).map(mail)), Arc::new(Ledger::default()));
    let pauser = tokio::spawn({
        let lane = lane.clone();
        async move {
            let alarm = raised.recv().await;
            (0..100).for_each(|n| lane.withdraw(n, Withdrawn::Return));
            alarm
        }
    });
    send(&relay, &lane, &ledger).await;
    let words = "550 5.7.1 we do not like you".to_owned();
    assert_eq!(pauser.await.unwrap(), Some(Alarm::PausePolicy { digest_id: 1, words }));
    let refused = ledger
        .outcomes()
        .into_iter()
        .filter(|(_, outcome)| matches!(outcome, Outcome::Refused { reason: "policy", .. }));
    assert_eq!(refused.count(), 10);
    assert_eq!(server.connections(), 1, "refusals cost no reconnect");
}

#[tokio::test]
async fn a_server_that_is_closed_touches_no_row_and_is_tried_again() {
    let cases = [
        (At::Banner, Act::Say("421 4.3.2 too busy")),
        (At::Banner, Act::Say("554 no service")),
        (At::Banner, Act::Drop),
        (At::Banner, Act::Hang),
        (At::Banner, Act::Say("garbage")),
        (At::Ehlo, Act::Say("451 later")),
    ];
    for (at, act) in cases {
        let context = format!("{at:?} {act:?}");
        let server =
            Server::start(OFFERS, move |moment| (moment.at == at && moment.connection < 5).then(|| act.clone())).await;
        let (relay, mut raised) = relay(&settings(server.port));
        let lane = Lane::of((0..3).map(mail));
        let ledger = Arc::new(Ledger { requeue: Some(lane.clone()), ..Ledger::default() });
        let began = std::time::Instant::now();
        send(&relay, &lane, &ledger).await;
        assert!(began.elapsed() >= QUICK.back_off * (1 + 2 + 4 + 8 + 16), "{context}: it waits longer each time");
        let mut accepted = ledger.accepted();
        accepted.sort_unstable();
        assert_eq!(accepted, [0, 1, 2], "{context}");
        for (n, outcome) in ledger.others() {
            assert_eq!(kind(&outcome, Clock::system().now()), Some(Left::Pending), "{context} {n} {outcome:?}");
        }
        assert_eq!(server.connections(), 6, "{context}: no attempt more than the waits allow");
        assert!(matches!(raised.try_recv(), Ok(Alarm::Trouble { .. })), "{context}");
        assert!(matches!(raised.try_recv(), Ok(Alarm::Recovered { .. })), "{context}");
        assert!(server.copies().values().all(|copies| *copies == 1), "{context}");
    }
}

#[tokio::test]
async fn one_connection_too_many_does_not_stop_the_others() {
    let server = Server::start(OFFERS, |moment| {
        (moment.at == At::Banner && moment.connection >= 2).then_some(Act::Bye("421 too many connections"))
    })
    .await;
    let (relay, mut raised) = relay(&settings(server.port));
    let lane = Lane::open();
    let ledger = Arc::new(Ledger { slow: Some(Duration::from_millis(1)), ..Ledger::default() });
    let stop = lane.stop.clone();
    let tasks: Vec<_> = (0..5)
        .map(|_| {
            tokio::spawn(crate::delivery::wire::session::work(
                relay.clone(),
                lane.clone(),
                ledger.clone(),
                stop.clone(),
            ))
        })
        .collect();
    for n in 0..300 {
        lane.push(mail(n));
        if n % 20 == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    while ledger.rows.lock().unwrap().len() < 300 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    stop.cancel();
    for task in tasks {
        tokio::time::timeout(Duration::from_secs(5), task).await.unwrap().unwrap();
    }
    assert_eq!(ledger.accepted().len(), 300);
    assert!(raised.try_recv().is_err() && !relay.health.is_ailing());
}

#[tokio::test]
async fn a_receiver_that_asks_to_slow_down_is_named_to_the_limits() {
    let server = Server::start(OFFERS, |moment| {
        (moment.at == At::Rcpt && moment.line.contains("r1@")).then_some(Act::Say("450 4.7.28 unusual rate"))
    })
    .await;
    let (_, _, alarms) = send_all(&server, Pipelining::Full, (0..3).map(mail).collect()).await;
    let words = "4.7.28 unusual rate".to_owned();
    assert_eq!(alarms, [Alarm::SlowDown { domain: "example.org".into(), words }]);
}

#[tokio::test]
async fn who_left_is_not_written_to() {
    for pipelining in GEARS {
        let server = Server::start(OFFERS, |_| None).await;
        let (relay, _raised) = relay(&Smtp { pipelining, ..settings(server.port) });
        let (lane, ledger) = (Lane::of((0..10).map(mail)), Arc::new(Ledger::default()));
        for n in [0, 4, 5, 9] {
            lane.withdraw(n, Withdrawn::Skip("left"));
        }
        lane.withdraw(7, Withdrawn::Return);
        send(&relay, &lane, &ledger).await;
        assert_eq!(ledger.accepted(), [1, 2, 3, 6, 8], "{pipelining:?}");
        let mut skipped = ledger.others();
        skipped.sort_by_key(|(n, _)| *n);
        assert_eq!(skipped, [0, 4, 5, 9].map(|n| (n, Outcome::Skipped { reason: "left" })));
        assert_eq!(*lane.given_back.lock().unwrap(), [key(7)]);
        let lines = server.seen.lock().unwrap().lines.join("\n");
        assert!(
            [0, 4, 5, 7, 9].iter().all(|n| !lines.contains(&format!("<r{n}@"))),
            "not even their envelope: {lines}"
        );
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn who_leaves_between_envelope_and_content_is_not_written_to_either() {
    for (how, expected) in [(Withdrawn::Skip("left"), true), (Withdrawn::Return, false)] {
        for pipelining in GEARS {
            let (lane, ledger) = (Lane::of((0..5).map(mail)), Arc::new(Ledger::default()));
            let leaving = lane.clone();
            let server = Server::start(OFFERS, move |moment| {
                if moment.at == At::Data && moment.taken == 2 && moment.connection == 0 {
                    leaving.withdraw(2, how);
                }
                None
            })
            .await;
            let (relay, _raised) = relay(&Smtp { pipelining, ..settings(server.port) });
            send(&relay, &lane, &ledger).await;
            assert_eq!(ledger.accepted(), [0, 1, 3, 4], "{pipelining:?}");
            let [(2, outcome)] = &ledger.others()[..] else { panic!("{:?}", ledger.others()) };
            let skipped = *outcome == Outcome::Skipped { reason: "left" };
            assert!(skipped == expected && (skipped || kind(outcome, Clock::system().now()) == Some(Left::Pending)));
            let seen = server.seen.lock().unwrap();
            assert!(!seen.content.contains(&"r2@example.org".to_owned()), "{pipelining:?}: no byte of it");
            assert!(seen.taken.iter().all(|(_, content)| content.contains("hello")), "and no empty mail");
        }
    }
}

#[tokio::test]
async fn a_fenced_mail_is_forgotten_and_its_content_does_not_leave() {
    for pipelining in GEARS {
        let server = Server::start(OFFERS, |_| None).await;
        let (relay, _raised) = relay(&Smtp { pipelining, ..settings(server.port) });
        let (lane, ledger) = (Lane::of((0..5).map(mail)), Arc::new(Ledger::default()));
        ledger.fenced.lock().unwrap().insert(key(2));
        send(&relay, &lane, &ledger).await;
        assert_eq!(ledger.accepted(), [0, 1, 3, 4], "{pipelining:?}");
        assert!(ledger.others().is_empty() && !lane.given_back.lock().unwrap().contains(&key(2)));
        assert!(!server.seen.lock().unwrap().content.contains(&"r2@example.org".to_owned()));
    }
}

#[tokio::test]
async fn without_a_ledger_nothing_is_sent() {
    let server = Server::start(OFFERS, |_| None).await;
    let (relay, _raised) = relay(&settings(server.port));
    let (lane, ledger) = (Lane::of((0..5).map(mail)), Arc::new(Ledger::default()));
    *ledger.lost.lock().unwrap() = true;
    send(&relay, &lane, &ledger).await;
    assert!(server.seen.lock().unwrap().content.is_empty());
}

#[tokio::test]
async fn a_stop_finishes_what_has_its_envelope_on_the_wire() {
    for pipelining in GEARS {
        let lane = Lane::of((0..50).map(mail));
        let stopping = lane.stop.clone();
        let server = Server::start(OFFERS, move |moment| {
            if moment.at == At::Dot && moment.taken == 3 {
                stopping.cancel();
            }
            None
        })
        .await;
        let (relay, _raised) = relay(&Smtp { pipelining, ..settings(server.port) });
        let ledger = Arc::new(Ledger::default());
        send_with(&relay, &lane, &ledger, lane.stop.clone()).await;
        let sent = ledger.accepted();
        assert!(sent.len() == 4 || sent.len() == 5, "{pipelining:?}: {sent:?}");
        assert_eq!(server.copies().len(), sent.len(), "all that was sent is recorded");
        assert!(ledger.others().is_empty(), "{:?}", ledger.others());
        assert_eq!(server.seen.lock().unwrap().quits, 1, "and it says QUIT");
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever_for_a_slow_server() {
    let lane = Lane::of((0..5).map(mail));
    let stopping = lane.stop.clone();
    let server = Server::start(OFFERS, move |moment| {
        (moment.at == At::Dot && moment.taken == 2).then(|| {
            stopping.cancel();
            Act::Hang
        })
    })
    .await;
    let (alarms, _raised) = unbounded_channel();
    let patient = Timeouts { dot: Duration::from_mins(10), drain: Duration::from_millis(100), ..QUICK };
    let smtp = settings(server.port);
    let relay = Relay::with(
        &smtp,
        "http://news.test",
        Clock::system(),
        Health::new(crate::ledger::Lane::Digests, alarms, QUICK.back_off, Arc::default(), Clock::system()),
        patient,
        Arc::default(),
    )
    .unwrap();
    let ledger = Arc::new(Ledger::default());
    let began = std::time::Instant::now();
    send_with(&relay, &lane, &ledger, lane.stop.clone()).await;
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(ledger.others(), [(2, Outcome::Uncertain)]);
    assert_eq!(lane.given_back.lock().unwrap().len(), 1, "the envelope ahead comes back");
}

#[tokio::test]
async fn an_idle_connection_says_quit_and_the_next_mail_opens_another() {
    let server = Server::start(OFFERS, |_| None).await;
    let (relay, _raised) = relay(&settings(server.port));
    let (lane, ledger) = (Lane::open(), Arc::new(Ledger::default()));
    let work = tokio::spawn({
        let (relay, lane, ledger) = (relay.clone(), lane.clone(), ledger.clone());
        async move { send(&relay, &lane, &ledger).await }
    });
    for n in 0..2 {
        lane.push(mail(n));
        while server.seen.lock().unwrap().quits <= n as usize {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(ledger.accepted().len() as i64, n + 1, "recorded although nothing follows");
    }
    lane.end();
    work.await.unwrap();
    assert_eq!(server.connections(), 2);
    assert!(!relay.health.is_ailing());
}

#[tokio::test]
async fn a_connection_that_the_server_closes_while_idle_loses_nothing() {
    let server = Server::start(OFFERS, |moment| {
        (moment.at == At::Dot && moment.connection == 0).then_some(Act::Bye("250 ok\r\n421 and good bye"))
    })
    .await;
    let (relay, _raised) = relay(&settings(server.port));
    let (lane, ledger) = (Lane::open(), Arc::new(Ledger::default()));
    let work = tokio::spawn({
        let (lane, ledger) = (lane.clone(), ledger.clone());
        async move { send(&relay, &lane, &ledger).await }
    });
    for n in 0..2 {
        lane.push(mail(n));
        while ledger.rows.lock().unwrap().len() as i64 <= n {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    lane.end();
    work.await.unwrap();
    assert_eq!(ledger.accepted(), [0, 1]);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_byte_now_and_then_does_not_hold_a_connection() {
    // The whole reply has one limit.
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = server.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut tcp, _) = server.accept().await.unwrap();
            tokio::spawn(async move {
                for byte in b"220 ".iter().cycle() {
                    if tokio::io::AsyncWriteExt::write_all(&mut tcp, &[*byte]).await.is_err() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            });
        }
    });
    let (relay, _raised) = relay(&settings(port));
    let began = std::time::Instant::now();
    let error = relay.open(CancellationToken::new()).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(2), "{error}");
    assert!(error.to_string().contains("did not answer"), "{error}");
}
