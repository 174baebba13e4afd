//! Readers choose their rhythm, pause and resume; nobody gets a post twice, and nobody who stays misses one.

use std::collections::BTreeSet;
use std::time::Duration;

use facteur::clock::{DAY, HOUR, MINUTE, Millis};
use facteur::digests::MEANING;
use facteur::events::Actor;
use facteur::feeds::{self, NewPost};
use facteur::keys::{Claim, Purpose};
use facteur::ledger::pack;
use facteur::newsletters::topics::{self, Typed};
use facteur::newsletters::{self, Newsletter};
use facteur::people::role::Role;
use facteur::serve::Roles;
use facteur::subscribers::choices::{self, ChoiceError, Choices, Refused};
use facteur::subscribers::{self, leave};

use crate::harness::mail::path_of;
use crate::harness::{Chance, TestApp};

/// What somebody chooses, by their own hand.
async fn choose(app: &TestApp, id: i64, change: impl FnOnce(&mut Choices)) -> Result<Choices, ChoiceError> {
    choose_by(app, id, Actor::Visitor, None, change).await
}

async fn choose_by(
    app: &TestApp,
    id: i64,
    by: Actor,
    seen: Option<&str>,
    change: impl FnOnce(&mut Choices),
) -> Result<Choices, ChoiceError> {
    let person = subscribers::sql::by_id(&app.app.db, id).await.unwrap().unwrap();
    let mut wanted = choices::of(&app.app.db, id).await.unwrap().unwrap();
    change(&mut wanted);
    let mut tx = app.app.db.begin().await.unwrap();
    let saved = choices::save(&app.app, &mut tx, &person, &wanted, seen, by).await?;
    tx.commit().await.unwrap();
    Ok(saved)
}

fn refused(result: Result<Choices, ChoiceError>) -> Refused {
    match result {
        Err(ChoiceError::Refused(refused)) => refused,
        other => panic!("not refused: {other:?}"),
    }
}

/// A newsletter that sends on Mondays, every day and on the first of the month, at eight, each rhythm offered; with their ids in this
/// order.
async fn rhythms(app: &TestApp) -> (Newsletter, [i64; 3]) {
    let carnet = app.newsletter("carnet").await;
    app.cli(&["newsletter", "set", "carnet", "--schedule", "new", "--every", "day", "--at", "08:00"]).await.ok();
    let month = ["newsletter", "set", "carnet", "--schedule", "new", "--every", "month", "--on", "1", "--at", "08:00"];
    app.cli(&month).await.ok();
    for number in ["1", "2", "3"] {
        app.cli(&["newsletter", "rhythm", "carnet", number, "--offer"]).await.ok();
    }
    let schedules = newsletters::sql::schedules(&app.app.db, carnet.id).await.unwrap();
    let ids: Vec<i64> = schedules.iter().map(|schedule| schedule.id).collect();
    (carnet, ids.try_into().unwrap())
}

/// The titles that somebody got, mail by mail, of those that there are.
fn got(app: &TestApp, address: &str, titles: &[&str]) -> Vec<Vec<String>> {
    let in_one = |text: &str| titles.iter().filter(|title| text.contains(**title)).map(|t| (*t).to_owned()).collect();
    app.mails_to(address).iter().map(|mail| in_one(&mail.text())).collect()
}

async fn at(app: &TestApp, instant: &str) {
    app.advance_to(instant).await;
    app.idle().await;
}

const TUESDAY: &str = "2026-06-02T08:00[Europe/Paris]";
const WEDNESDAY: &str = "2026-06-03T08:00[Europe/Paris]";
const MONDAY: &str = "2026-06-08T08:00[Europe/Paris]";
const FIRST: &str = "2026-07-01T08:00[Europe/Paris]";

#[tokio::test]
async fn who_changes_to_fewer_mails_gets_no_post_twice() {
    let app = TestApp::spawn().await;
    let (carnet, [week, day, month]) = rhythms(&app).await;
    let ana = app.reader(&carnet, "ana@example.org").await;
    app.reader(&carnet, "bea@example.org").await;
    choose(&app, ana, |choices| choices.rhythm = day).await.unwrap();
    app.post(&carnet, "Alpha").await;
    at(&app, TUESDAY).await;
    assert_eq!(got(&app, "ana@example.org", &["Alpha"]), [["Alpha"]]);
    choose(&app, ana, |choices| choices.rhythm = week).await.unwrap();
    app.post(&carnet, "Beta").await;
    at(&app, MONDAY).await;
    let titles = ["Alpha", "Beta"];
    assert_eq!(got(&app, "ana@example.org", &titles), [vec!["Alpha"], vec!["Beta"]], "one of the two she had");
    assert_eq!(got(&app, "bea@example.org", &titles), [vec!["Alpha", "Beta"]]);
    // Who had everything gets no mail, and the ledger says why.
    choose(&app, ana, |choices| choices.rhythm = month).await.unwrap();
    at(&app, FIRST).await;
    assert_eq!(app.mails_to("ana@example.org").len(), 2);
    let whole = app.cli(&["subscriber", "show", "carnet", "ana@example.org", "--json"]).await.json();
    assert_eq!((&whole["digests"][0]["state"], &whole["digests"][0]["reason"]), (&"skipped".into(), &"had".into()));
    let digest = app.number(&format!("SELECT MAX(id) FROM digest WHERE schedule_id = {month}")).await;
    assert_eq!(app.counts(digest).await.skipped, 1);
    pack::digest(&app.app, MEANING, digest).await.unwrap();
    let whole = app.cli(&["subscriber", "show", "carnet", "ana@example.org", "--json"]).await.json();
    assert_eq!(whole["digests"][0]["reason"], "had", "packed, too");
}

#[tokio::test]
async fn who_changes_to_more_mails_misses_none() {
    let app = TestApp::spawn().await;
    let (carnet, [_, day, _]) = rhythms(&app).await;
    let ana = app.reader(&carnet, "ana@example.org").await;
    let bob = app.reader(&carnet, "bob@example.org").await;
    choose(&app, bob, |choices| choices.rhythm = day).await.unwrap();
    app.post(&carnet, "Alpha").await;
    at(&app, TUESDAY).await;
    assert_eq!((app.mails_to("bob@example.org").len(), app.mails_to("ana@example.org").len()), (1, 0));
    choose(&app, ana, |choices| choices.rhythm = day).await.unwrap();
    app.post(&carnet, "Beta").await;
    at(&app, WEDNESDAY).await;
    let titles = ["Alpha", "Beta"];
    assert_eq!(got(&app, "ana@example.org", &titles), [["Beta"]]);
    // Nobody is on Mondays any more; it goes all the same, to her alone, with what it owed her.
    at(&app, MONDAY).await;
    assert_eq!(got(&app, "ana@example.org", &titles), [["Beta"], ["Alpha"]]);
    assert_eq!(app.mails_to("bob@example.org").len(), 2);
    app.advance(7 * DAY).await;
    app.idle().await;
    assert_eq!(app.mails().len(), 4);
}

#[tokio::test]
async fn what_is_cancelled_and_sent_once_more_still_leaves_out_what_was_had() {
    // Nothing is sent: what was released stays queued.
    let app = TestApp::builder().roles(Roles { web: true, ..Roles::NONE }).spawn().await;
    let (carnet, [week, day, _]) = rhythms(&app).await;
    let ana = app.reader(&carnet, "ana@example.org").await;
    app.reader(&carnet, "bea@example.org").await;
    choose(&app, ana, |choices| choices.rhythm = day).await.unwrap();
    app.post(&carnet, "Alpha").await;
    app.advance_to(TUESDAY).await;
    choose(&app, ana, |choices| choices.rhythm = week).await.unwrap();
    app.post(&carnet, "Beta").await;
    app.advance_to(MONDAY).await;
    let part = async |digest: i64| {
        app.texts(&format!(
            "SELECT p.posts FROM digest_part p JOIN digest_reader r ON r.digest_id = p.digest_id AND r.number = p.number
             WHERE p.digest_id = {digest} AND r.subscriber_id = {ana}"
        ))
        .await
    };
    let digest = app.number("SELECT MAX(id) FROM digest WHERE state = 'sending'").await;
    let beta = app.number("SELECT id FROM post WHERE title = 'Beta'").await;
    assert_eq!(part(digest).await, [format!("[{beta}]")]);
    let id = app.public_id(digest).await;
    app.cli(&["digest", "cancel", "carnet", &id, "--yes"]).await.ok();
    // As delivery would.
    app.execute(&format!("UPDATE delivery SET state = 5 WHERE digest_id = {digest}")).await;
    let now = app.clock.now();
    app.execute(&format!("UPDATE digest SET finished_at = {now} WHERE id = {digest}")).await;
    app.cli(&["digest", "duplicate", "carnet", &id]).await.ok();
    let again = app.number("SELECT MAX(id) FROM digest").await;
    app.cli(&["digest", "approve", "carnet", &app.public_id(again).await]).await.ok();
    assert_eq!(part(again).await, [format!("[{beta}]")]);
}

#[tokio::test]
async fn a_change_of_mind_costs_nothing() {
    let app = TestApp::spawn().await;
    let (carnet, [week, day, month]) = rhythms(&app).await;
    let ana = app.reader(&carnet, "ana@example.org").await;
    let bob = app.reader(&carnet, "bob@example.org").await;
    choose(&app, bob, |choices| choices.rhythm = day).await.unwrap();
    app.post(&carnet, "Alpha").await;
    at(&app, TUESDAY).await;
    for rhythm in [day, month, day, week, month, week, day] {
        choose(&app, ana, |choices| choices.rhythm = rhythm).await.unwrap();
    }
    app.post(&carnet, "Beta").await;
    at(&app, WEDNESDAY).await;
    choose(&app, ana, |choices| choices.rhythm = month).await.unwrap();
    choose(&app, ana, |choices| choices.rhythm = week).await.unwrap();
    at(&app, MONDAY).await;
    at(&app, FIRST).await;
    let titles = ["Alpha", "Beta"];
    for address in ["ana@example.org", "bob@example.org"] {
        assert_eq!(got(&app, address, &titles).concat().len(), 2, "{address}: {:?}", got(&app, address, &titles));
    }
}

#[tokio::test]
async fn a_default_raises_nobody_and_touches_nobody_who_chose() {
    let app = TestApp::spawn().await;
    let (carnet, [week, day, month]) = rhythms(&app).await;
    let (ana, bea) = (app.reader(&carnet, "ana@example.org").await, app.reader(&carnet, "bea@example.org").await);
    choose(&app, ana, |choices| choices.rhythm = day).await.unwrap();
    let on = async |id: i64| app.number(&format!("SELECT schedule_id FROM subscriber WHERE id = {id}")).await;
    // Every day for whoever is new: those who are there stay as they are.
    let raised = app.cli(&["newsletter", "rhythm", "carnet", "2", "--default", "--lower", "--json"]).await.json();
    assert_eq!((&raised["moved"], on(bea).await), (&0.into(), week));
    app.cli(&["subscriber", "add", "carnet", "new@example.org", "--confirmed-elsewhere", "sur papier"]).await.ok();
    assert_eq!(on(app.id_of("new@example.org").await).await, day);
    // Once a month for whoever did not choose.
    let lowered = app.cli(&["newsletter", "rhythm", "carnet", "3", "--default", "--lower", "--json"]).await.json();
    assert_eq!(lowered["moved"], 2);
    assert_eq!((on(ana).await, on(bea).await), (day, month));
    // Nor by another door.
    choose(&app, ana, |choices| choices.rhythm = month).await.unwrap();
    let by_editor = choose_by(&app, ana, Actor::Command, None, |choices| choices.rhythm = day).await;
    assert_eq!(refused(by_editor), Refused::RhythmChosen);
    app.cli(&["newsletter", "schedule", "carnet", "3", "--move-readers-to", "2"]).await.ok();
    assert_eq!((on(ana).await, on(bea).await), (month, day));
    let refused = app.cli(&["newsletter", "set", "carnet", "--schedule", "3", "--every", "day"]).await;
    assert!(refused.fails(4).contains("one person chose this rhythm"), "{refused:?}");
    let refused = app.cli(&["newsletter", "schedule", "carnet", "3", "--remove"]).await;
    assert!(refused.fails(4).contains("default"), "{refused:?}");
}

#[tokio::test]
async fn a_pause_ends_by_itself_and_floods_nobody() {
    let app = TestApp::spawn().await;
    let (carnet, [week, ..]) = rhythms(&app).await;
    let ana = app.reader(&carnet, "ana@example.org").await;
    app.reader(&carnet, "bea@example.org").await;
    let until = choices::in_months(app.clock.now(), "Europe/Paris", 1).unwrap();
    let paused = choose(&app, ana, |choices| choices.paused_until = Some(until)).await.unwrap();
    assert_eq!(paused.paused_until, Some(until));
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("paused"));
    for n in 0..4 {
        app.post(&carnet, &format!("Semaine {n}")).await;
        app.advance(7 * DAY).await;
        app.idle().await;
    }
    assert_eq!((app.mails_to("ana@example.org").len(), app.mails_to("bea@example.org").len()), (0, 4));
    at(&app, FIRST).await;
    assert_eq!(app.status_of("ana@example.org").await.as_deref(), Some("confirmed"));
    app.post(&carnet, "Retour").await;
    at(&app, "2026-07-06T08:00[Europe/Paris]").await;
    let text = app.mail_to("ana@example.org").await.text();
    assert!(text.contains("Retour") && !text.contains("Semaine"), "{text}");
    assert_eq!(app.mails_to("ana@example.org").len(), 1);
    let told = format!("SELECT code FROM event WHERE about = 'subscriber' AND about_id = {ana} ORDER BY id");
    assert_eq!(app.texts(&told).await, ["subscriber.paused", "subscriber.resumed"]);
    // Bad input: an end that has been, or is too far.
    let now = app.clock.now();
    for (until, why) in [(now, Refused::PauseEnded), (now + 400 * DAY, Refused::PauseTooLong)] {
        assert_eq!(refused(choose(&app, ana, |choices| choices.paused_until = Some(until)).await), why);
    }
    // Who pauses may leave, and is paused again when they take it back.
    choose(&app, ana, |choices| choices.paused_until = Some(now + 30 * DAY)).await.unwrap();
    let token = app.app.keys.sign(Purpose::Leave, Claim { subject: ana, version: 1, issued_at: 0 });
    leave::leave(&app.app, &token, None).await.unwrap();
    assert_eq!(choose(&app, ana, |choices| choices.rhythm = week).await.map_err(code), Err("not-subscribed"));
    leave::undo(&app.app, &token, None).await.unwrap();
    assert_eq!(choices::of(&app.app.db, ana).await.unwrap().unwrap().paused_until, Some(now + 30 * DAY));
}

fn code(error: ChoiceError) -> &'static str {
    use facteur::coded::Coded as _;
    match error {
        ChoiceError::Refused(refused) => refused.code(),
        ChoiceError::Database(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_page_that_is_old_or_foreign_saves_nothing() {
    let app = TestApp::spawn().await;
    let (carnet, [week, day, month]) = rhythms(&app).await;
    let other = app.newsletter("autre").await;
    let foreign = newsletters::sql::schedules(&app.app.db, other.id).await.unwrap()[0].id;
    let ana = app.reader(&carnet, "ana@example.org").await;
    let seen = choices::of(&app.app.db, ana).await.unwrap().unwrap().mark();
    app.clock.advance(7 * DAY);
    choose(&app, ana, |choices| choices.rhythm = day).await.unwrap();
    // A week old: it would undo what came between.
    let old = choose_by(&app, ana, Actor::Visitor, Some(seen.as_str()), |choices| choices.rhythm = month).await;
    assert_eq!(refused(old), Refused::ChangedMeanwhile);
    // The same again is no news.
    let again =
        choose_by(&app, ana, Actor::Visitor, Some(seen.as_str()), |choices| choices.rhythm = day).await.unwrap();
    assert_eq!(again.rhythm, day);
    assert_eq!(refused(choose(&app, ana, |choices| choices.rhythm = foreign).await), Refused::RhythmNotOffered);
    app.cli(&["newsletter", "rhythm", "carnet", "3", "--withhold"]).await.ok();
    assert_eq!(refused(choose(&app, ana, |choices| choices.rhythm = month).await), Refused::RhythmNotOffered);
    let offer = choices::offer_of(&app.app.db, carnet.id).await.unwrap();
    assert_eq!(offer.rhythms.iter().map(|schedule| schedule.id).collect::<Vec<_>>(), [day, week], "more often first");
    assert_eq!(app.number("SELECT COUNT(*) FROM event WHERE code = 'subscriber.moved'").await, 1);
}

#[tokio::test]
async fn who_chooses_while_a_digest_is_being_released_gets_it_when_that_is_over() {
    let app = TestApp::spawn().await;
    let (carnet, [week, day, _]) = rhythms(&app).await;
    let ana = app.reader(&carnet, "ana@example.org").await;
    app.post(&carnet, "Alpha").await;
    let digest = app.send_now(&carnet).await;
    app.idle().await;
    // As if the last rows of a large one were still to be written, by a process that was killed.
    let upto = i64::MAX - 1;
    let cut = format!(
        "UPDATE digest SET state = 'releasing', finished_at = NULL, released_upto = {upto} WHERE id = {digest}"
    );
    app.execute(&cut).await;
    let chosen = choose(&app, ana, |choices| choices.rhythm = day).await.unwrap();
    assert_eq!(chosen.rhythm, day, "it is hers already");
    let on = "SELECT schedule_id FROM subscriber";
    assert_eq!(app.number(on).await, week, "and not yet");
    app.tick().await;
    app.idle().await;
    app.tick().await;
    assert_eq!(app.number(on).await, day);
    app.post(&carnet, "Beta").await;
    at(&app, TUESDAY).await;
    at(&app, MONDAY).await;
    assert_eq!(got(&app, "ana@example.org", &["Alpha", "Beta"]), [["Alpha"], ["Beta"]]);
}

#[tokio::test]
async fn editors_offer_rhythms_in_the_console() {
    let app = TestApp::spawn().await;
    let (carnet, [week, day, _]) = rhythms(&app).await;
    app.readers(&carnet, 2).await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let page = owner.get("/console/n/carnet/schedule").await;
    assert!(page.status == 200 && page.body.contains("Readers may choose this rhythm"), "{}", page.body);
    let press = async |fields: &[(&str, &str)]| owner.post("/console/n/carnet/schedule", fields).await;
    assert_eq!(press(&[("act", "withhold"), ("number", "2")]).await.status, 303);
    assert_eq!(app.number("SELECT COUNT(*) FROM schedule WHERE offered").await, 2);
    assert_eq!(press(&[("act", "default"), ("number", "3"), ("lower", "1")]).await.status, 303);
    assert_eq!(app.number(&format!("SELECT COUNT(*) FROM subscriber WHERE schedule_id IN ({week}, {day})")).await, 0);
    assert_eq!(press(&[("act", "default"), ("number", "9")]).await.status, 404);
    let shown = app.cli(&["newsletter", "rhythm", "carnet", "--json"]).await.json();
    let default: Vec<bool> =
        shown["rhythms"].as_array().unwrap().iter().map(|rhythm| rhythm["default"] == true).collect();
    assert_eq!(default, [false, false, true]);
}

/// Sequences of acts, and acts in each.
const SEQUENCES: u64 = 10;
const ACTS: usize = 70;
/// Topics of the invented newsletter; a post has some of them, or none.
const TOPICS: [&str; 3] = ["Jardin", "Cuisine", "Village"];

/// A reader of a sequence, as the test knows them.
struct Reader {
    id: i64,
    address: String,
    /// Posts from this one on are theirs: they were there when it came.
    since: usize,
    /// The topics that are theirs now; `None`: everything.
    wanted: Option<BTreeSet<usize>>,
    /// Only changes rhythm.
    stays: bool,
}

/// A sequence: its newsletter, its readers, its posts.
struct Sequence<'a> {
    app: &'a TestApp,
    chance: Chance,
    newsletter: Newsletter,
    rhythms: Vec<i64>,
    topics: Vec<i64>,
    readers: Vec<Reader>,
    /// Titles, each with its topics.
    posts: Vec<(String, BTreeSet<usize>)>,
    /// Whether each reader was out, or wanted something else, at any time since a post came: reader, post.
    excused: BTreeSet<(usize, usize)>,
}

impl<'a> Sequence<'a> {
    async fn begin(app: &'a TestApp, seed: u64) -> Self {
        let (newsletter, ids) = rhythms(app).await;
        app.cli(&["newsletter", "set", "carnet", "--schedule", "new", "--every", "post"]).await.ok();
        app.cli(&["newsletter", "rhythm", "carnet", "4", "--offer"]).await.ok();
        let each = newsletters::sql::schedules(&app.app.db, newsletter.id).await.unwrap()[3].id;
        let mut topics = Vec::new();
        for name in TOPICS {
            let typed = Typed { name: Some(name.into()), categories: Some(name.into()), ..Typed::default() };
            topics.push(topics::add(&app.app, newsletter.id, &typed).await.unwrap().id);
        }
        let mut sequence = Self {
            app,
            chance: Chance::new(seed),
            newsletter,
            rhythms: ids.into_iter().chain([each]).collect(),
            topics,
            readers: Vec::new(),
            posts: Vec::new(),
            excused: BTreeSet::new(),
        };
        for _ in 0..5 {
            sequence.join().await;
        }
        sequence
    }

    async fn join(&mut self) {
        let address = format!("lecteur{}@example.org", self.readers.len());
        let id = self.app.reader(&self.newsletter, &address).await;
        let stays = self.readers.len().is_multiple_of(2);
        self.readers.push(Reader { id, address, since: self.posts.len(), wanted: None, stays });
    }

    /// Somebody signs up with the rhythm that they want, and confirms some time later, whatever is composed or leaves just then.
    async fn signs_up(&mut self) {
        let address = format!("lecteur{}@example.org", self.readers.len());
        let rhythm = self.rhythms[self.chance.below(self.rhythms.len() as u64) as usize].to_string();
        let fields = [("email", address.as_str()), ("lang", "fr"), ("rhythm", rhythm.as_str())];
        assert_eq!(self.app.post_form("/n/carnet", &fields).await.status, 303);
        let link = path_of(&self.app.mail_to(&address).await.link("/confirm/")).to_owned();
        match self.chance.below(3) {
            0 => self.time().await,
            1 => {
                let soon = Duration::from_micros(200 + self.chance.below(8_000));
                let _ = tokio::time::timeout(soon, facteur::digests::schedule::tick(&self.app.app)).await;
            }
            _ => {}
        }
        assert_eq!(self.app.post_form(&link, &[]).await.status, 200);
        self.app.tick().await;
        self.app.idle().await;
        let id = self.app.number(&format!("SELECT id FROM subscriber WHERE email = '{address}'")).await;
        let stays = self.readers.len().is_multiple_of(2);
        self.readers.push(Reader { id, address, since: self.posts.len(), wanted: None, stays });
    }

    /// From now on nothing is promised of the posts that there are.
    fn excuse(&mut self, reader: usize) {
        for post in self.readers[reader].since..self.posts.len() {
            self.excused.insert((reader, post));
        }
    }

    async fn post(&mut self) {
        let number = self.posts.len();
        let title = format!("Billet {number:03}");
        let own: BTreeSet<usize> = (0..TOPICS.len()).filter(|_| self.chance.below(3) == 0).collect();
        let post = NewPost {
            title: title.clone(),
            html: Some(format!("<p>Ce que dit le billet numéro {number} à qui veut bien le lire.</p>")),
            url: Some(format!("https://blog.example.org/{number}")),
            categories: own.iter().map(|topic| TOPICS[*topic].to_uppercase()).collect(),
            ..NewPost::default()
        };
        feeds::add(&self.app.app, self.newsletter.id, post).await.unwrap();
        for (place, reader) in self.readers.iter().enumerate() {
            let is_in = self.app.status_of(&reader.address).await.as_deref() == Some("confirmed");
            let wanted = own.is_empty() || reader.wanted.as_ref().is_none_or(|wanted| !wanted.is_disjoint(&own));
            if !is_in || !wanted {
                self.excused.insert((place, number));
            }
        }
        self.posts.push((title, own));
    }

    /// One act of one reader, or of the world.
    async fn act(&mut self) {
        let reader = self.chance.below(self.readers.len() as u64) as usize;
        let (id, stays) = (self.readers[reader].id, self.readers[reader].stays);
        match self.chance.below(12) {
            0 | 1 => self.post().await,
            2 | 3 => self.time().await,
            4 => self.killed().await,
            5 if self.readers.len() < 7 => self.join().await,
            5 if self.readers.len() < 10 => self.signs_up().await,
            6 => self.packed().await,
            7 if !stays => self.topics_chosen(reader, id).await,
            8 if !stays => self.paused(reader, id).await,
            9 if !stays => self.left(reader, id).await,
            _ => {
                let to = self.rhythms[self.chance.below(self.rhythms.len() as u64) as usize];
                match choose(self.app, id, |choices| choices.rhythm = to).await {
                    Ok(chosen) => assert_eq!(chosen.rhythm, to),
                    Err(error) => assert_eq!(code(error), "not-subscribed"),
                }
            }
        }
    }

    async fn topics_chosen(&mut self, reader: usize, id: i64) {
        let chosen: BTreeSet<usize> = (0..TOPICS.len()).filter(|_| self.chance.below(2) == 0).collect();
        let ids: Vec<i64> = chosen.iter().map(|topic| self.topics[*topic]).collect();
        let wanted = (!ids.is_empty()).then_some(ids);
        if choose(self.app, id, |choices| choices.topics = wanted).await.is_ok() {
            self.excuse(reader);
            self.readers[reader].wanted = Some(chosen).filter(|chosen| !chosen.is_empty());
        }
    }

    /// Pauses, or ends a pause.
    async fn paused(&mut self, reader: usize, id: i64) {
        let until = self.app.clock.now() + (1 + self.chance.below(20) as Millis) * DAY;
        let end = |choices: &mut Choices| {
            choices.paused_until = if choices.paused_until.is_some() { None } else { Some(until) };
        };
        if choose(self.app, id, end).await.is_ok() {
            self.excuse(reader);
        }
    }

    /// Leaves, or takes it back.
    async fn left(&mut self, reader: usize, id: i64) {
        self.excuse(reader);
        let token = self.app.app.keys.sign(Purpose::Leave, Claim { subject: id, version: 1, issued_at: 0 });
        if self.app.status_of(&self.readers[reader].address).await.as_deref() == Some("unsubscribed") {
            leave::undo(&self.app.app, &token, None).await.unwrap();
        } else {
            leave::leave(&self.app.app, &token, None).await.unwrap();
        }
    }

    /// Some hours go by; what is due leaves, and arrives.
    async fn time(&mut self) {
        let hours = 1 + self.chance.below(40) as Millis;
        self.app.advance(hours * HOUR).await;
        self.app.idle().await;
    }

    /// Some hours go by, and what composes and releases then is cut short wherever it stands.
    async fn killed(&mut self) {
        self.app.clock.advance((1 + self.chance.below(30) as Millis) * HOUR);
        for _ in 0..=self.chance.below(2) {
            let soon = Duration::from_micros(200 + self.chance.below(8_000));
            let _ = tokio::time::timeout(soon, facteur::digests::schedule::tick(&self.app.app)).await;
        }
        self.app.tick().await;
        self.app.idle().await;
    }

    /// What has ended is packed, as it is ten minutes later.
    async fn packed(&self) {
        for id in self.app.texts("SELECT CAST(id AS TEXT) FROM digest WHERE state = 'finished'").await {
            pack::digest(&self.app.app, MEANING, id.parse().unwrap()).await.unwrap();
        }
    }

    /// Everything that waits leaves; then each reader has each post once, or a reason. Gives how many had to have one.
    async fn judged(self) -> usize {
        for _ in 0..80 {
            self.app.advance(12 * HOUR).await;
            self.app.idle().await;
        }
        let mut promised = 0;
        for (place, reader) in self.readers.iter().enumerate() {
            let mails: Vec<String> = self.app.mails_to(&reader.address).iter().map(|mail| mail.text()).collect();
            for (number, (title, own)) in self.posts.iter().enumerate() {
                let count = mails.iter().filter(|text| text.contains(title)).count();
                assert!(count <= 1, "{} got {title} {count} times", reader.address);
                if number >= reader.since && !self.excused.contains(&(place, number)) {
                    promised += 1;
                    assert_eq!(
                        count,
                        1,
                        "{} did not get {title} of {own:?}\n{}",
                        reader.address,
                        self.told(reader).await
                    );
                }
            }
        }
        self.app.cli(&["fsck"]).await.ok();
        promised
    }

    /// What is known of somebody whom something befell.
    async fn told(&self, reader: &Reader) -> String {
        let digests =
            "SELECT CAST(g.id AS TEXT) || ' on ' || CAST(g.schedule_id AS TEXT) || ' ' || g.state || ': ' || g.subject
                       FROM digest g ORDER BY g.id";
        let posts = format!(
            "SELECT CAST(post_id AS TEXT) || ' ' || COALESCE(CAST(owed_by AS TEXT), 'had') FROM reader_post
             WHERE subscriber_id = {}",
            reader.id
        );
        let shown = self.app.cli(&["subscriber", "show", "carnet", &reader.address]).await;
        format!("{}\n{:#?}\n{:#?}", shown.stdout, self.app.texts(digests).await, self.app.texts(&posts).await)
    }
}

#[tokio::test]
async fn random_acts_repeat_no_post_and_lose_none() {
    let wanted = std::env::var("FACTEUR_SEQUENCES").ok().and_then(|count| count.parse().ok());
    let sequences: u64 = wanted.unwrap_or(SEQUENCES);
    let (mut promised, mut posts) = (0, 0);
    for seed in 0..sequences {
        let app = TestApp::builder().set("digests.settle_s", 0).set("digests.max_posts", 100);
        let app = app.set("signup.requests_per_hour_network_embedded", 0).spawn().await;
        let mut sequence = Sequence::begin(&app, seed).await;
        for _ in 0..ACTS {
            app.clock.advance(MINUTE);
            sequence.act().await;
        }
        posts += sequence.posts.len();
        promised += sequence.judged().await;
    }
    println!(
        "{sequences} sequences of {ACTS} acts, {posts} posts: {promised} times a reader had to have a post, and had it once"
    );
    assert!(promised > 100, "the sequences promise something");
}
