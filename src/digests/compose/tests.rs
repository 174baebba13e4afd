//! The slot rules as a table: what stands on a schedule, and which record each slot that has come leaves.

use proptest::prelude::*;

use super::*;
use crate::clock::{Clock, HOUR, MINUTE};
use crate::coded::Stored as _;
use crate::config::Config;
use crate::db::{query, query_as, query_scalar};
use crate::feeds::{self, NewPost};
use crate::newsletters::settings::{Rhythm, Settings};
use crate::newsletters::{Approval, Every};
use crate::reason::Why;

/// 2026-06-01 05:00 UTC, an hour before the first daily slot (08:00 in Paris).
const BEGINNING: Millis = 1_780_290_000_000;
/// `[digests] catch_up_h`.
const CATCH_UP: u32 = 12;

/// What stands before the slots come.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is something that stands there or not")]
struct Given {
    approval: Option<Approval>,
    paused: bool,
    skip_next: bool,
    /// This database may be a copy: nothing leaves by itself.
    held: bool,
    nobody: bool,
    no_post: bool,
    /// The one post is not in its feed any more.
    vanished: bool,
    /// Which of the daily slots have come: so many, the last of them so long ago.
    slots: i64,
    hours_late: i64,
}

/// What a slot leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Left {
    /// A digest that leaves by itself.
    Sent,
    /// A digest that waits for an editor.
    Waiting,
    /// A digest that leaves by itself unless an editor stops it.
    Leaving,
    /// The same because nothing leaves by itself from this database.
    Held,
    Skipped(Reason),
}

use Left::{Held, Leaving, Sent, Skipped, Waiting};
use Reason::{
    CaughtUp, NoNewPost as NoPost, NobodySubscribed as Nobody, PostsVanished as Vanished, SchedulePaused as Paused,
    SkippedByEditor as Editor, TooLate as Late,
};

/// One slot, come an hour ago; a post and a reader wait for it.
const ONE: Given = Given {
    approval: None,
    paused: false,
    skip_next: false,
    held: false,
    nobody: false,
    no_post: false,
    vanished: false,
    slots: 1,
    hours_late: 1,
};
const THREE: Given = Given { slots: 3, ..ONE };
/// Editors may stop its digests; without a slot that has come, the first comes in half an hour.
const VETO: Given = Given { approval: Some(Approval::Veto), ..ONE };

const RULES: &[(Given, &[Left])] = &[
    (Given { slots: 0, ..ONE }, &[]),
    (ONE, &[Sent]),
    (Given { approval: Some(Approval::Hold), ..ONE }, &[Waiting]),
    (Given { held: true, ..ONE }, &[Held]),
    (Given { held: true, approval: Some(Approval::Hold), ..ONE }, &[Waiting]),
    // Nothing to send, or nobody to send it to.
    (Given { no_post: true, ..ONE }, &[Skipped(NoPost)]),
    (Given { vanished: true, ..ONE }, &[Skipped(Vanished)]),
    (Given { nobody: true, ..ONE }, &[Skipped(Nobody)]),
    (Given { no_post: true, nobody: true, ..ONE }, &[Skipped(NoPost)]),
    (Given { no_post: true, held: true, ..ONE }, &[Skipped(NoPost)]),
    // An editor's wish.
    (Given { paused: true, ..ONE }, &[Skipped(Paused)]),
    (Given { skip_next: true, ..ONE }, &[Skipped(Editor)]),
    (Given { paused: true, skip_next: true, ..ONE }, &[Skipped(Paused)]),
    (Given { skip_next: true, no_post: true, ..ONE }, &[Skipped(Editor)]),
    // Late, but within the limit; at it; beyond it.
    (Given { hours_late: 11, ..ONE }, &[Sent]),
    (Given { hours_late: 12, ..ONE }, &[Sent]),
    (Given { hours_late: 13, ..ONE }, &[Skipped(Late)]),
    (Given { hours_late: 13, paused: true, ..ONE }, &[Skipped(Paused)]),
    (Given { hours_late: 13, no_post: true, ..ONE }, &[Skipped(Late)]),
    // Several at once: the last has the posts of all.
    (THREE, &[Skipped(CaughtUp), Skipped(CaughtUp), Sent]),
    (Given { approval: Some(Approval::Hold), ..THREE }, &[Skipped(CaughtUp), Skipped(CaughtUp), Waiting]),
    (Given { no_post: true, ..THREE }, &[Skipped(CaughtUp), Skipped(CaughtUp), Skipped(NoPost)]),
    (Given { paused: true, ..THREE }, &[Skipped(Paused), Skipped(Paused), Skipped(Paused)]),
    (Given { skip_next: true, ..THREE }, &[Skipped(Editor), Skipped(CaughtUp), Sent]),
    (Given { hours_late: 13, ..THREE }, &[Skipped(Late), Skipped(Late), Skipped(Late)]),
    (Given { hours_late: 13, skip_next: true, ..THREE }, &[Skipped(Editor), Skipped(Late), Skipped(Late)]),
    // Editors are told an hour before; what an editor wants of the slot is recorded when it comes.
    (VETO, &[Leaving]),
    (Given { slots: 0, ..VETO }, &[Leaving]),
    (Given { slots: 0, held: true, ..VETO }, &[Held]),
    // Nothing is left out that could still be sent when the slot comes.
    (Given { slots: 0, no_post: true, ..VETO }, &[]),
    (Given { slots: 0, vanished: true, ..VETO }, &[]),
    (Given { slots: 0, nobody: true, ..VETO }, &[]),
    (Given { no_post: true, ..VETO }, &[Skipped(NoPost)]),
    (Given { nobody: true, ..VETO }, &[Skipped(Nobody)]),
    (Given { slots: 3, hours_late: 23, no_post: true, ..VETO }, &[Skipped(Late), Skipped(Late), Skipped(Late)]),
    (Given { slots: 0, paused: true, ..VETO }, &[]),
    (Given { slots: 0, skip_next: true, ..VETO }, &[]),
    (Given { paused: true, ..VETO }, &[Skipped(Paused)]),
    (Given { skip_next: true, ..VETO }, &[Skipped(Editor)]),
    (Given { hours_late: 13, ..VETO }, &[Skipped(Late)]),
    (Given { slots: 3, ..VETO }, &[Skipped(CaughtUp), Skipped(CaughtUp), Leaving]),
    (Given { slots: 3, hours_late: 23, ..VETO }, &[Skipped(CaughtUp), Skipped(CaughtUp), Skipped(CaughtUp), Leaving]),
];

/// A world on SQLite with one daily schedule; gives its id.
async fn world(folder: &std::path::Path, given: &Given) -> (Arc<App>, i64) {
    let mut config = Config::default();
    config.database.url = format!("sqlite://{}", folder.join("facteur.db").display());
    config.digests.settle_s = 0;
    config.digests.catch_up_h = CATCH_UP;
    let clock = Clock::system();
    clock.set(BEGINNING);
    let app = App::open(config, clock).await.unwrap();
    let settings = Settings {
        name: Some("Le carnet".into()),
        from: Some("Le carnet <carnet@example.org>".into()),
        language: Some("fr".into()),
        postal: Some("1 rue de la Poste, 75001 Paris".into()),
        ..Settings::default()
    };
    let rhythm = Rhythm {
        every: Some(Every::Day),
        at: Some("08:00".into()),
        zone: Some("Europe/Paris".into()),
        approval: given.approval,
        ..Rhythm::default()
    };
    let plan = newsletters::change::add(&app, "carnet", &settings, &rhythm, &[]).await.unwrap();
    let newsletter = plan.store(&app).await.unwrap();
    let schedule = newsletters::sql::schedules(&app.db, newsletter.id).await.unwrap().remove(0);
    if !given.no_post {
        let text = Some("<p>Un texte assez long pour dire quelque chose.</p>".into());
        let post =
            NewPost { title: "Un".into(), url: Some("https://example.org/1".into()), html: text, ..NewPost::default() };
        feeds::add(&app, newsletter.id, post).await.unwrap();
    }
    arrange(&app, given, newsletter.id, schedule.id).await;
    (app, schedule.id)
}

async fn arrange(app: &App, given: &Given, newsletter_id: i64, schedule_id: i64) {
    let mut tx = app.db.begin().await.unwrap();
    if !given.nobody {
        query(
            "INSERT INTO subscriber (newsletter_id, email, email_key, language, status, schedule_id, created_at, confirmed_at)
             VALUES ($1, 'ana@example.org', 'ana@example.org', 'fr', 'confirmed', $2, $3, $3)"
        )
        .bind(newsletter_id)
        .bind(schedule_id)
        .bind(BEGINNING)
        .execute(tx.on()).await
        .unwrap();
    }
    if given.vanished {
        query("UPDATE post SET state = 'gone', reason = 'vanished'").execute(tx.on()).await.unwrap();
    }
    if given.held {
        let held = generation::Held { since: BEGINNING, why: "a copy".into() };
        assert!(generation::hold(&mut tx, &held).await.unwrap());
    }
    query("UPDATE schedule SET paused = $2, skip_next = $3 WHERE id = $1")
        .bind(schedule_id)
        .bind(given.paused)
        .bind(given.skip_next)
        .execute(tx.on())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// What the slots of this schedule have left, the oldest first.
async fn left(app: &App) -> Vec<Left> {
    let rows: Vec<(String, Option<String>)> =
        query_as("SELECT state, reason FROM digest ORDER BY slot_at").fetch_all(app.db.on()).await.unwrap();
    let read = |(state, reason): (String, Option<String>)| match (state.as_str(), reason) {
        ("releasing", None) => Sent,
        ("waiting", None) => Waiting,
        ("waiting", Some(reason)) if reason == Reason::UnlessStopped.stored() => Leaving,
        ("waiting", Some(_)) => Held,
        ("skipped", Some(reason)) => match Why::read(&reason) {
            Why::Known(reason) => Skipped(reason),
            Why::Words(words) => panic!("no code: {words}"),
        },
        other => panic!("{other:?}"),
    };
    rows.into_iter().map(read).collect()
}

#[tokio::test]
async fn each_slot_that_has_come_leaves_the_record_that_the_rules_say() {
    for (given, expected) in RULES {
        let folder = tempfile::tempdir().unwrap();
        let (app, schedule_id) = world(folder.path(), given).await;
        let passed = if given.slots == 0 { HOUR / 2 } else { HOUR + (given.slots - 1) * DAY + given.hours_late * HOUR };
        // A moment before the hour is full, so that twelve hours late is not more than twelve.
        app.clock.set(BEGINNING + passed - if given.hours_late == 12 { 30_000 } else { 0 });
        let schedule = newsletters::sql::schedule(&app.db, schedule_id).await.unwrap().unwrap();
        let released = due_slot(&app, &schedule).await.unwrap();
        assert_eq!(left(&app).await, *expected, "{given:?}");
        assert_eq!(released.is_some(), expected.contains(&Sent), "{given:?}");
        let after = newsletters::sql::schedule(&app.db, schedule_id).await.unwrap().unwrap();
        assert!(after.next_due_at.unwrap() > app.clock.now(), "{given:?}: it has moved on to a slot that is to come");
        let kept = given.skip_next && (given.paused || given.slots == 0);
        assert_eq!(
            after.skip_next, kept,
            "{given:?}: the wish to skip is kept while the schedule rests, and spent else"
        );
        // The slot that was seen has its record: whoever saw it too makes none.
        assert_eq!(due_slot(&app, &schedule).await.unwrap(), None, "{given:?}");
        assert_eq!(left(&app).await.len(), expected.len(), "{given:?}: one record a slot");
    }
}

/// What happens to a schedule in time.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// So many minutes pass, with ticks whenever something is due.
    Pass(i64),
    /// So many minutes pass while the machine is off, then a tick.
    Off(i64),
    Pause(bool),
    SkipNext(bool),
    Approval(Approval),
    /// Something new to send.
    Post,
    /// An editor stops what would leave.
    Stop,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (1..200_i64).prop_map(Step::Pass),
        4 => (200..2_200_i64).prop_map(Step::Pass),
        3 => (1..2_200_i64).prop_map(Step::Off),
        1 => any::<bool>().prop_map(Step::Pause),
        1 => any::<bool>().prop_map(Step::SkipNext),
        2 => prop::sample::select(Approval::ALL).prop_map(Step::Approval),
        6 => Just(Step::Post),
        1 => Just(Step::Stop),
    ]
}

/// A daily rhythm at this minute of this zone, which asks first or not.
async fn rhythm(app: &App, schedule_id: i64, at_minute: i64, zone: &str, approval: Approval) -> Schedule {
    let before = newsletters::sql::schedule(&app.db, schedule_id).await.unwrap().unwrap();
    let now = Schedule { at_minute, zone: zone.to_owned(), approval, ..before };
    let now = Schedule { next_due_at: next_after(&now, app.clock.now()), ..now };
    let mut tx = app.db.begin().await.unwrap();
    newsletters::sql::update_schedule(&mut tx, &now).await.unwrap();
    tx.commit().await.unwrap();
    now
}

/// When something is due next.
async fn next_event(app: &App) -> Option<Millis> {
    let now = app.clock.now();
    let leaves = sql::leaving_after(&app.db, now).await.unwrap().into_iter().filter_map(|digest| digest.leaves_at);
    let schedules: Vec<Schedule> = query_as("SELECT * FROM schedule").fetch_all(app.db.on()).await.unwrap();
    // A digest that can be stopped is composed before its slot, or at it when nothing was there to compose.
    let due = schedules.iter().flat_map(|schedule| {
        let slot = schedule.next_due_at;
        [slot.map(|slot| slot - leave::lead(schedule)), slot].into_iter().flatten()
    });
    leaves.chain(due).map(|at| at + 1).filter(|at| *at > now).min()
}

async fn do_step(app: &Arc<App>, schedule_id: i64, at_minute: i64, zone: &str, number: usize, step: Step) {
    let schedule = newsletters::sql::schedule(&app.db, schedule_id).await.unwrap().unwrap();
    match step {
        Step::Pass(minutes) => {
            let end = app.clock.now() + minutes * MINUTE;
            while let Some(at) = next_event(app).await.filter(|at| *at < end) {
                app.clock.set(at);
                super::super::schedule::tick(app).await.unwrap();
            }
            app.clock.set(end);
            super::super::schedule::tick(app).await.unwrap();
        }
        Step::Off(minutes) => {
            app.clock.advance(minutes * MINUTE);
            super::super::schedule::tick(app).await.unwrap();
        }
        Step::Pause(paused) => super::super::steer::pause_schedule(app, &schedule, paused).await.unwrap(),
        Step::SkipNext(skip) => super::super::steer::skip_next(app, &schedule, skip).await.unwrap(),
        Step::Approval(approval) => drop(rhythm(app, schedule_id, at_minute, zone, approval).await),
        Step::Post => {
            let (title, url) = (format!("Post {number}"), Some(format!("https://example.org/{number}")));
            let html = Some("<p>Un texte assez long pour dire quelque chose.</p>".into());
            feeds::add(app, schedule.newsletter_id, NewPost { title, url, html, ..NewPost::default() }).await.unwrap();
        }
        Step::Stop => {
            if let Some(digest) = leave::coming(app, &schedule).await.unwrap() {
                super::super::departure::take_back(app, &digest, Actor::Command).await.unwrap();
            }
        }
    }
}

/// Each slot that has passed has its one record, and no digest that editors could stop left before its slot, or less than an hour
/// after they were told.
async fn keeps_the_rules(app: &App, schedule: &Schedule, since: Millis) {
    let slots = slots_between(schedule, since, app.clock.now(), usize::MAX);
    let recorded: Vec<Millis> =
        query_scalar("SELECT slot_at FROM digest ORDER BY slot_at").fetch_all(app.db.on()).await.unwrap();
    let passed: Vec<Millis> = recorded.iter().copied().filter(|slot| *slot <= app.clock.now()).collect();
    assert_eq!(passed, slots, "one record a slot");
    assert!(recorded.len() <= slots.len() + 1, "and at most one that is to come");
    let left: Vec<(Millis, Millis, Millis)> = query_as(
        "SELECT d.slot_at, MAX(told.at), MIN(went.at) FROM digest d
         JOIN event told ON told.code = 'digest.leaving' AND told.about_id = d.id
         JOIN event went ON went.code = 'digest.released' AND went.about_id = d.id GROUP BY d.id",
    )
    .fetch_all(app.db.on())
    .await
    .unwrap();
    for (slot, told, went) in left {
        assert!(went >= slot && went - told >= leave::NOTICE - MINUTE, "slot {slot}, told {told}, went {went}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever editors do, over changes of the clocks and machines that were off.
    #[test]
    fn each_slot_has_one_record_and_editors_have_their_hour(
        at_minute in 0..1440_i64,
        zone in prop::sample::select(vec!["Europe/Paris", "UTC", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Chatham"]),
        begin in prop::sample::select(vec![BEGINNING, 1_774_600_000_000, 1_792_700_000_000, 1_775_100_000_000]),
        approval in prop::sample::select(Approval::ALL),
        steps in prop::collection::vec(any_step(), 30..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let (app, schedule_id) = world(folder.path(), &ONE).await;
            app.clock.set(begin);
            let first = rhythm(&app, schedule_id, at_minute, zone, approval).await;
            let since = first.next_due_at.unwrap() - 1;
            for (number, step) in (2..).zip(steps) {
                do_step(&app, schedule_id, at_minute, zone, number, step).await;
            }
            super::super::schedule::tick(&app).await.unwrap();
            keeps_the_rules(&app, &first, since).await;
        });
    }
}
