//! The slot rules as a table: what stands on a schedule, and which record each slot that has come leaves.

use super::*;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{execute, read};
use crate::feeds::{self, NewPost};
use crate::newsletters::Every;
use crate::newsletters::settings::{Rhythm, Settings};
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
    /// The same because nothing leaves by itself from this database.
    Held,
    Skipped(Reason),
}

use Left::{Held, Sent, Skipped, Waiting};
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
        execute!(&mut tx, |c| sqlx::query(
            "INSERT INTO subscriber (newsletter_id, email, email_key, language, status, schedule_id, created_at, confirmed_at)
             VALUES ($1, 'ana@example.org', 'ana@example.org', 'fr', 'confirmed', $2, $3, $3)"
        )
        .bind(newsletter_id)
        .bind(schedule_id)
        .bind(BEGINNING)
        .execute(c))
        .unwrap();
    }
    if given.vanished {
        execute!(&mut tx, |c| sqlx::query("UPDATE post SET state = 'gone', reason = 'vanished'").execute(c)).unwrap();
    }
    if given.held {
        let held = generation::Held { since: BEGINNING, why: "a copy".into() };
        assert!(generation::hold(&mut tx, &held).await.unwrap());
    }
    execute!(&mut tx, |c| sqlx::query("UPDATE schedule SET paused = $2, skip_next = $3 WHERE id = $1")
        .bind(schedule_id)
        .bind(given.paused)
        .bind(given.skip_next)
        .execute(c))
    .unwrap();
    tx.commit().await.unwrap();
}

/// What the slots of this schedule have left, the oldest first.
async fn left(app: &App) -> Vec<Left> {
    let rows: Vec<(String, Option<String>)> =
        read!(&app.db, |c| sqlx::query_as("SELECT state, reason FROM digest ORDER BY slot_at").fetch_all(c)).unwrap();
    let read = |(state, reason): (String, Option<String>)| match (state.as_str(), reason) {
        ("releasing", None) => Sent,
        ("waiting", None) => Waiting,
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
