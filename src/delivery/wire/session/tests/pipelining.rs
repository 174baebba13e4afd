//! Round trips, order, the gate, refused recipients, what is learned.

use super::server::{Act, Ahead, At, Moment, Server};
use super::*;
use crate::delivery::wire::learned::PipelineMode;
use crate::delivery::wire::smtp::product::Product;

#[tokio::test]
async fn each_gear_makes_its_round_trips_and_sends_each_mail_once() {
    for (pipelining, trips) in [(Pipelining::Full, 1.0), (Pipelining::Envelope, 2.0), (Pipelining::Off, 4.0)] {
        let server = Server::start(OFFERS, |_| None).await;
        let (ledger, lane, alarms) = send_all(&server, pipelining, (0..200).map(mail).collect()).await;
        assert_eq!(ledger.accepted(), (0..200).collect::<Vec<_>>(), "{pipelining:?}");
        assert!(lane.given_back.lock().unwrap().is_empty() && alarms.is_empty());
        let seen = server.seen.lock().unwrap();
        assert_eq!((seen.connections, seen.quits), (1, 1));
        for (n, (to, content)) in seen.taken.iter().enumerate() {
            assert_eq!(*to, format!("r{n}@example.org"));
            assert_eq!(*content, format!("To: <{to}>\r\nMessage-ID: <m{n}@news.test>\r\n\r\nhello\r\n"));
        }
        // Greeting, EHLO, QUIT; and the first envelope where the next ones travel with the content.
        let writes = seen.writes as f64 - 3.0 - if pipelining == Pipelining::Full { 1.0 } else { 0.0 };
        assert!((writes / 200.0 - trips).abs() < 0.001, "{pipelining:?}: {writes} for 200");
        assert!(*ledger.commits.lock().unwrap() <= 201, "one commit a message");
    }
}

#[tokio::test]
async fn a_server_without_pipelining_is_never_pipelined() {
    let server = Server::start("SIZE", |_| None).await;
    let (ledger, ..) = send_all(&server, Pipelining::Full, (0..20).map(mail).collect()).await;
    assert_eq!(ledger.accepted().len(), 20);
    assert_eq!(server.seen.lock().unwrap().too_early, 0);
}

#[tokio::test]
async fn no_content_leaves_before_its_commit_has_returned() {
    for pipelining in GEARS {
        let ledger = Arc::new(Ledger { slow: Some(Duration::from_millis(10)), ..Ledger::default() });
        let (asked, early) = (ledger.clone(), Arc::new(Mutex::new(Vec::new())));
        let found = early.clone();
        let gate = move |to: &str| {
            if !asked.started.lock().unwrap().contains(to) {
                found.lock().unwrap().push(to.to_owned());
            }
        };
        let server = Server::with(OFFERS, None, false, |_| None, gate).await;
        let (relay, _raised) = relay(&Smtp { pipelining, ..settings(server.port) });
        send(&relay, &Lane::of((0..20).map(mail)), &ledger).await;
        assert_eq!(ledger.accepted().len(), 20);
        assert!(early.lock().unwrap().is_empty(), "{pipelining:?}: {early:?}");
    }
}

#[tokio::test]
async fn a_refused_recipient_costs_no_reconnect_and_touches_no_other() {
    // The server answers DATA after a refused recipient by 554, or by 354 and wants a lone dot.
    for pipelining in GEARS {
        for waits in [false, true] {
            let server = Server::start(OFFERS, move |moment| match moment.at {
                At::Rcpt if moment.line.contains("3@") => Some(Act::Say("550 5.1.1 no such user")),
                At::Data if waits => Some(Act::Say("354 go anyway")),
                _ => None,
            })
            .await;
            let (ledger, _, alarms) = send_all(&server, pipelining, (0..30).map(mail).collect()).await;
            let refused =
                |n| (n, Outcome::Refused { code: 550, reason: "unknown", words: "5.1.1 no such user".into() });
            assert_eq!(ledger.others(), [3, 13, 23].map(refused), "{pipelining:?} {waits}");
            let rest: Vec<i64> = (0..30).filter(|n| n % 10 != 3).collect();
            assert_eq!(ledger.accepted(), rest);
            assert_eq!(server.copies(), rest.iter().map(|n| (format!("r{n}@example.org"), 1)).collect());
            assert_eq!((server.connections(), alarms.len()), (1, 0), "{pipelining:?} {waits}");
        }
    }
}

#[tokio::test]
async fn recipients_put_off_are_deferred_by_the_schedule() {
    for pipelining in GEARS {
        let server = Server::start(OFFERS, |moment| match moment.at {
            At::Rcpt if moment.line.contains("r1@") => Some(Act::Say("450 4.2.0 greylisted")),
            At::Dot if moment.line.contains("r2@") => Some(Act::Say("451 4.3.0 later")),
            At::Data if moment.taken == 1 => Some(Act::Say("451 later")),
            _ => None,
        })
        .await;
        let now = Clock::system().now();
        let (ledger, ..) = send_all(&server, pipelining, (0..5).map(mail).collect()).await;
        let deferred = ledger.others();
        assert!(deferred.len() >= 3, "{deferred:?}");
        for (n, outcome) in deferred {
            let Outcome::Deferred { next_at, counted: true, .. } = outcome else { panic!("{n}: {outcome:?}") };
            assert!((270_000..400_000).contains(&(next_at - now)), "{}", next_at - now);
        }
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn a_message_refused_for_its_content_is_recorded_as_such() {
    let server = Server::start(OFFERS, |moment| match moment.at {
        At::Dot if moment.line.contains("r1@") => Some(Act::Say("554 5.7.1 looks like spam")),
        _ => None,
    })
    .await;
    let (ledger, ..) = send_all(&server, Pipelining::Full, (0..3).map(mail).collect()).await;
    let words = "5.7.1 looks like spam".to_owned();
    assert_eq!(ledger.others(), [(1, Outcome::Refused { code: 554, reason: "content", words })]);
    assert_eq!(ledger.accepted(), [0, 2]);
}

#[tokio::test]
async fn the_parameters_of_mail_are_used_only_where_they_are_offered() {
    let unicode = || vec![mail(0), Mail { address: "r\u{e9}@example.org".into(), ..mail(1) }];
    let server = Server::start(OFFERS, |_| None).await;
    let (ledger, ..) = send_all(&server, Pipelining::Full, unicode()).await;
    assert_eq!(ledger.accepted(), [0, 1]);
    let lines = server.seen.lock().unwrap().lines.join("\n");
    assert!(lines.contains("MAIL FROM:<news@news.test> SIZE=") && lines.contains(" BODY=8BITMIME SMTPUTF8"), "{lines}");

    let server = Server::start("PIPELINING", |_| None).await;
    let (ledger, ..) = send_all(&server, Pipelining::Full, unicode()).await;
    assert_eq!(ledger.accepted(), [0]);
    let [(1, Outcome::Refused { reason: "smtputf8", code: 0, .. })] = &ledger.others()[..] else {
        panic!("{:?}", ledger.others())
    };
    assert!(server.seen.lock().unwrap().lines.contains(&"clear MAIL FROM:<news@news.test>".to_owned()));
}

#[tokio::test]
async fn what_cannot_stand_in_a_command_is_refused_before_it_reaches_the_wire() {
    let server = Server::start(OFFERS, |_| None).await;
    let injected = [
        Mail { address: "a@b.org>\r\nRCPT TO:<evil@example.net".into(), ..mail(1) },
        Mail { envelope_from: "x> SIZE=1\r\nRSET".into(), ..mail(2) },
        Mail { leave: "a\r\n.\r\nMAIL FROM:<x>".into(), ..mail(3) },
    ];
    let (ledger, ..) =
        send_all(&server, Pipelining::Full, [vec![mail(0)], injected.to_vec(), vec![mail(4)]].concat()).await;
    assert_eq!(ledger.accepted(), [0, 4]);
    assert!(ledger.others().iter().all(|(_, outcome)| matches!(outcome, Outcome::Refused { reason: "render", .. })));
    let lines = server.seen.lock().unwrap().lines.join("\n");
    assert!(!lines.contains("evil") && !lines.contains("<x"), "{lines}");
}

#[tokio::test]
async fn a_message_larger_than_the_server_takes_pauses_its_digest_or_refuses_its_letter() {
    let server = Server::start("PIPELINING\nSIZE 60", |_| None).await;
    let (relay, mut raised) = relay(&settings(server.port));
    let (lane, ledger) = (Lane::open(), Arc::new(Ledger::default()));
    lane.withdraw(1, Withdrawn::Return); // as the ledger does once the digest is paused
    lane.withdrawn.lock().unwrap().clear();
    lane.push(letter(2));
    let work = tokio::spawn(crate::delivery::wire::session::work(
        relay,
        lane.clone(),
        ledger.clone(),
        CancellationToken::new(),
    ));
    while ledger.rows.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    let [(2, Outcome::Refused { reason: "content", .. })] = &ledger.outcomes()[..] else { panic!() };
    lane.push(mail(1));
    let Some(Alarm::PausePolicy { digest_id: 1, words }) = raised.recv().await else { panic!() };
    assert!(words.contains("takes 60 at most"), "{words}");
    lane.withdraw(1, Withdrawn::Return);
    lane.end();
    tokio::time::timeout(Duration::from_secs(5), work).await.unwrap().unwrap();
    assert_eq!(ledger.outcomes().len(), 1, "the digest's row was not touched");
    assert!(server.seen.lock().unwrap().lines.iter().all(|line| !line.contains("MAIL")));
}

#[tokio::test]
async fn a_server_that_closes_after_n_messages_is_met_with_one_less() {
    for (how, n) in [(Act::Bye("421 4.7.0 too many messages"), 20), (Act::Drop, 20), (Act::Bye("421 enough"), 1)] {
        for pipelining in GEARS {
            let act = how.clone();
            let server =
                Server::start(OFFERS, move |moment| (moment.at == At::Mail && moment.taken == n).then(|| act.clone()))
                    .await;
            let (relay, _raised) = relay(&Smtp { pipelining, ..settings(server.port) });
            let lane = Lane::of((0..200).map(mail));
            let ledger = Arc::new(Ledger { requeue: Some(lane.clone()), ..Ledger::default() });
            send(&relay, &lane, &ledger).await;
            let mut accepted = ledger.accepted();
            accepted.sort_unstable();
            assert_eq!(accepted, (0..200).collect::<Vec<_>>(), "{how:?} {n} {pipelining:?}");
            assert!(server.copies().values().all(|copies| *copies == 1), "nothing twice");
            assert!(
                ledger.others().iter().all(|(_, outcome)| matches!(outcome, Outcome::Deferred { counted: false, .. }))
            );
            assert_eq!(relay.learned.cap(), if n == 1 { 1 } else { 19 });
            assert!(ledger.others().len() <= 6, "it is learned soon: {}", ledger.others().len());
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_bear_the_highest_gear_is_met_with_a_lower_one() {
    // It throws away what stands behind the final dot.
    let server = Server::start(OFFERS, |moment| (moment.at == At::Mail && moment.taken > 0).then_some(Act::Hang)).await;
    let (relay, _raised) = relay(&settings(server.port));
    let lane = Lane::of((0..2).map(mail));
    let ledger = Arc::new(Ledger::default());
    let began = std::time::Instant::now();
    send(&relay, &lane, &ledger).await;
    assert!(began.elapsed() < QUICK.mail, "an answered dot and silence do not cost the patience of a first MAIL");
    assert_eq!(ledger.accepted(), [0]);
    assert_eq!(relay.learned.pipelining(Pipelining::Full, true, Product::Other), PipelineMode::Envelope);
}

/// A server some way off: it answers `EHLO` late.
fn far(moment: &Moment) -> Option<Act> {
    (moment.at == At::Ehlo).then_some(Act::Late(80))
}

#[tokio::test]
async fn a_server_earns_the_highest_gear_with_one_mail_and_only_where_it_is_far() {
    for (is_far, pipelining, trips) in [(true, PipelineMode::Full, 1.1), (false, PipelineMode::Envelope, 2.0)] {
        let server = Server::start(OFFERS, move |moment| if is_far { far(moment) } else { None }).await;
        let (relay, _raised) = relay(&Smtp { pipelining: Pipelining::Auto, ..settings(server.port) });
        let (lane, ledger) = (Lane::of((0..100).map(mail)), Arc::new(Ledger::default()));
        send(&relay, &lane, &ledger).await;
        assert_eq!(ledger.accepted(), (0..100).collect::<Vec<_>>());
        assert_eq!(relay.learned.pipelining(Pipelining::Auto, true, Product::Other), pipelining, "far: {is_far}");
        let writes = server.seen.lock().unwrap().writes as f64 / 100.0;
        assert!(writes <= trips + 0.05 && writes >= trips - 0.1, "far: {is_far}: {writes} round trips a message");
    }
}

#[tokio::test]
async fn what_a_server_does_not_bear_is_tried_with_one_mail_on_one_connection_and_never_again() {
    // Behind the first dot with an envelope after it: silence, 503, or the connection closed without an answer.
    for how in [Ahead::Silence, Ahead::Refuses, Ahead::Closes] {
        let server = Server::strict(OFFERS, how, far).await;
        let (relay, _raised) = relay(&Smtp { pipelining: Pipelining::Auto, ..settings(server.port) });
        let lane = Lane::of((0..200).map(mail));
        let ledger = Arc::new(Ledger { requeue: Some(lane.clone()), ..Ledger::default() });
        let began = std::time::Instant::now();
        let work = (0..4).map(|_| send(&relay, &lane, &ledger));
        futures_util::future::join_all(work).await;
        assert!(began.elapsed() < Duration::from_secs(2), "{how:?}: {:?}", began.elapsed());
        let doubts = ledger.others().iter().filter(|(_, outcome)| *outcome == Outcome::Uncertain).count();
        assert_eq!(doubts, usize::from(how == Ahead::Closes), "{how:?}");
        let mut accepted = ledger.accepted();
        accepted.sort_unstable();
        accepted.dedup();
        assert_eq!(accepted.len() + doubts, 200, "{how:?}: nobody is lost");
        assert!(server.copies().values().all(|copies| *copies == 1), "{how:?}: nobody twice");
        assert_eq!(relay.learned.pipelining(Pipelining::Auto, true, Product::Other), PipelineMode::Envelope, "{how:?}");
        let struck = server.seen.lock().unwrap().struck;
        assert_eq!(struck, 1, "{how:?}: one trial");
    }
}

#[tokio::test]
async fn a_product_that_is_known_not_to_bear_it_is_never_tried() {
    for (banner, ahead) in [
        ("220 mx Dovecot (Debian) ready.", Ahead::Closes),
        ("220 mx ESMTP Haraka/3.3.4 ready", Ahead::Refuses),
        ("220 mx ESMTP chasquid", Ahead::Silence),
    ] {
        let script = move |moment: &Moment| match moment.at {
            At::Banner => Some(Act::Say(banner)),
            _ => far(moment),
        };
        let server = Server::strict(OFFERS, ahead, script).await;
        let (ledger, ..) = send_all(&server, Pipelining::Auto, (0..50).map(mail).collect()).await;
        assert_eq!(ledger.accepted().len(), 50);
        assert_eq!(server.seen.lock().unwrap().struck, 0, "{banner}");
    }
}

#[tokio::test]
async fn exim_gets_ten_messages_a_connection_unless_a_number_is_set() {
    for (set, connections) in [(0, 3), (15, 2), (30, 1)] {
        let server = Server::start(OFFERS, |moment| {
            (moment.at == At::Banner).then_some(Act::Say("220 mx ESMTP Exim 4.96 Sun, 29 Nov 2026"))
        })
        .await;
        let smtp = Smtp { messages_per_connection: set, ..settings(server.port) };
        let (relay, _raised) = relay(&smtp);
        let (lane, ledger) = (Lane::of((0..30).map(mail)), Arc::new(Ledger::default()));
        send(&relay, &lane, &ledger).await;
        assert_eq!((ledger.accepted().len(), server.connections()), (30, connections), "set to {set}");
    }
}
