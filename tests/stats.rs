//! Statistics: each number against a slow recount of the rows, after a random history with kills and restarts; what pages, programs and
//! files show; what is known of a digest; the monthly letter.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use facteur::clock::{DAY, HOUR, MINUTE};
use facteur::digests::MEANING;
use facteur::fault::SUMMED;
use facteur::keys::{Claim, Purpose};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use facteur::stats::{self, day_of, roll, span};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::mail::path_of;
use crate::harness::smtp::faults::Stage;
use crate::harness::{Answer, Chance, TestApp};

/// The steps of a form: asked, letter accepted, page opened, confirmed.
type Steps = [i64; 4];

/// What happened, as it is seen from outside: rows before and after each act.
#[derive(Default)]
struct Recount {
    /// Status and origin by id.
    people: BTreeMap<i64, (String, String)>,
    /// Joined and gone by day.
    days: BTreeMap<i64, (i64, i64)>,
    /// Readers when a day ended.
    ends: BTreeMap<i64, i64>,
    forms: BTreeMap<String, Steps>,
    opened: BTreeSet<i64>,
    /// Digest and person: whoever leaves twice after the same one counts once.
    left: BTreeSet<(i64, i64)>,
}

fn is_reader(status: &str) -> bool {
    ["confirmed", "paused"].contains(&status)
}

impl Recount {
    /// Looks at every row after an act.
    async fn look(&mut self, app: &TestApp) {
        let rows = app
            .texts(
                "SELECT CAST(id AS TEXT) || ' ' || status || ' ' || COALESCE(origin, '') FROM subscriber ORDER BY id",
            )
            .await;
        let mut now = BTreeMap::new();
        for row in rows {
            let mut parts = row.splitn(3, ' ').map(str::to_owned);
            let id: i64 = parts.next().unwrap().parse().unwrap();
            now.insert(id, (parts.next().unwrap(), parts.next().unwrap()));
        }
        let day = self.days.entry(day_of(app.clock.now())).or_default();
        let ids: BTreeSet<i64> = now.keys().chain(self.people.keys()).copied().collect();
        for id in ids {
            let status =
                |people: &BTreeMap<i64, (String, String)>| people.get(&id).map_or(String::new(), |p| p.0.clone());
            let (before, after) = (status(&self.people), status(&now));
            match (is_reader(&before), is_reader(&after)) {
                (false, true) => day.0 += 1,
                (true, false) => day.1 += 1,
                _ => {}
            }
            let Some((_, origin)) = now.get(&id) else { continue };
            let steps = self.forms.entry(origin.clone()).or_default();
            steps[0] += i64::from(before.is_empty() && after == "pending");
            // Each letter is accepted before the next act.
            steps[1] += i64::from(before.is_empty() && after == "pending");
            steps[3] += i64::from(before == "pending" && after == "confirmed");
        }
        self.forms.retain(|_, steps| *steps != [0; 4]);
        self.people = now;
    }

    /// Notes how many readers there are when a day ends.
    fn day_ends(&mut self, day: i64) {
        self.ends.insert(day, self.people.values().filter(|(status, _)| is_reader(status)).count() as i64);
    }
}

fn token(app: &TestApp, purpose: Purpose, subject: i64) -> String {
    let issued_at = if purpose == Purpose::Confirm { app.clock.now() } else { 0 };
    app.app.keys.sign(purpose, Claim { subject, version: 1, issued_at })
}

/// Somebody in this state, by chance.
fn somebody(recount: &Recount, chance: &mut Chance, wanted: &str) -> Option<i64> {
    let ids: Vec<i64> = recount.people.iter().filter(|(_, of)| of.0 == wanted).map(|(id, _)| *id).collect();
    let place = chance.below(ids.len().max(1) as u64) as usize;
    ids.get(place).copied()
}

async fn address_of(app: &TestApp, id: i64) -> String {
    app.texts(&format!("SELECT email FROM subscriber WHERE id = {id}")).await.remove(0)
}

/// A form of somebody new.
async fn asks(app: &TestApp, number: usize, chance: &mut Chance) {
    let pages = ["https://www.blog.example.org/a?b=c", "https://autre.example.org/", ""];
    let (email, page) = (format!("n{number}@example.org"), pages[chance.below(3) as usize]);
    app.post_json("/n/carnet", &json!({ "email": email, "page": page, "lang": "fr" })).await;
    app.idle().await;
}

/// `facteur stats rebuild`, ended at a fault point when one is named.
async fn rebuild(app: &TestApp, fault: &str) -> bool {
    let mut command = app.command(&["stats", "rebuild", "carnet"]);
    if !fault.is_empty() {
        command.env("FACTEUR_FAULT", fault);
    }
    command.stdout(Stdio::null()).stderr(Stdio::null());
    tokio::task::spawn_blocking(move || command.status().unwrap().success()).await.unwrap()
}

/// Who acts on somebody, and how.
async fn acts(app: &TestApp, recount: &mut Recount, chance: &mut Chance, step: usize, digest: i64) {
    match chance.below(12) {
        0..=2 => asks(app, step, chance).await,
        3 => {
            let Some(id) = somebody(recount, chance, "pending") else { return };
            app.get(&format!("/confirm/{}", token(app, Purpose::Confirm, id))).await;
            if recount.opened.insert(id) {
                let origin = recount.people[&id].1.clone();
                recount.forms.entry(origin).or_default()[2] += 1;
            }
        }
        4 | 5 => {
            let Some(id) = somebody(recount, chance, "pending") else { return };
            app.post_form(&format!("/confirm/{}", token(app, Purpose::Confirm, id)), &[]).await;
            if recount.opened.insert(id) {
                let origin = recount.people[&id].1.clone();
                recount.forms.entry(origin).or_default()[2] += 1;
            }
        }
        6 => {
            let Some(id) = somebody(recount, chance, "confirmed") else { return };
            app.post_form(&format!("/unsubscribe/{}", token(app, Purpose::Leave, id)), &[]).await;
            recount.left.insert((digest, id));
        }
        7 => {
            let Some(id) = somebody(recount, chance, "unsubscribed") else { return };
            app.post_form(&format!("/unsubscribe/{}/undo", token(app, Purpose::Leave, id)), &[]).await;
        }
        8 => {
            let email = format!("a{step}@example.org");
            let add = ["subscriber", "add", "carnet", &email, "--confirmed-elsewhere", "sur papier"];
            app.cli(&add).await.ok();
        }
        9 => {
            let file = format!("email\ni{step}@example.org\nj{step}@example.org\n");
            app.cli_with_input(&["import", "carnet", "-", "--confirmed-elsewhere", "ancien site", "--json"], &file)
                .await
                .json();
        }
        10 => {
            let Some(id) = somebody(recount, chance, "confirmed") else { return };
            let mut tx = app.app.db.begin().await.unwrap();
            MEANING.people.gone(&app.app, &mut tx, &[id]).await.unwrap();
            tx.commit().await.unwrap();
        }
        _ => {
            let status = if chance.below(2) == 0 { "confirmed" } else { "pending" };
            let Some(id) = somebody(recount, chance, status) else { return };
            let email = address_of(app, id).await;
            // Whoever is erased in the seconds before they are counted is not.
            app.counts_who_opened().await;
            app.cli(&["subscriber", "erase", "carnet", &email, "--yes"]).await.ok();
        }
    }
}

/// The world of a history: no limit stands in its way.
async fn world() -> (TestApp, Newsletter) {
    let builder = TestApp::builder().set("signup.requests_per_hour_network_embedded", 0);
    let app = builder.set("warmup.first_day", 0).spawn().await;
    let carnet = app.newsletter("carnet").await;
    (app, carnet)
}

/// What `stats show --span all` says.
async fn shown(app: &TestApp) -> Value {
    app.cli(&["stats", "show", "carnet", "--span", "all", "--json"]).await.json()
}

fn equals(recount: &Recount, shown: &Value, readers: i64) {
    assert_eq!(shown["readers"], readers);
    let mut rows: BTreeMap<i64, (i64, i64, i64)> = BTreeMap::new();
    for row in shown["growth"].as_array().unwrap() {
        let day = span::number(row["day"].as_str().unwrap().parse().unwrap());
        let number = |name: &str| row[name].as_i64().unwrap();
        let gone = ["unsubscribed", "bounced", "complained", "erased"].iter().map(|name| number(name)).sum();
        rows.insert(day, (number("joined"), gone, number("readers")));
    }
    let (first, last) = (*rows.keys().next().unwrap(), *rows.keys().last().unwrap());
    assert_eq!(rows.len() as i64, last - first + 1, "each day has its row");
    for (day, (joined, gone)) in &recount.days {
        let found = rows.get(day).copied().unwrap_or_default();
        assert_eq!((found.0, found.1), (*joined, *gone), "{}", span::date(*day));
    }
    for (day, readers) in recount.ends.iter().filter(|(day, _)| **day >= first) {
        assert_eq!(rows[day].2, *readers, "readers at the end of {}", span::date(*day));
    }
    let mut forms: BTreeMap<String, Steps> = BTreeMap::new();
    for row in shown["forms"].as_array().unwrap() {
        let steps = ["asked", "accepted", "opened", "confirmed"].map(|step| row[step].as_i64().unwrap());
        forms.insert(row["form"].as_str().unwrap().to_owned(), steps);
    }
    assert_eq!(forms, recount.forms);
    let left = |row: &Value| row["left"].as_i64().unwrap();
    let found: i64 = shown["digests"].as_array().unwrap().iter().map(left).sum();
    assert_eq!(found, recount.left.len() as i64, "who left, by digest");
}

#[tokio::test]
async fn each_number_is_that_of_a_slow_recount_after_a_random_history_with_kills() {
    for seed in [1, 7, 23] {
        let (mut app, carnet) = world().await;
        let (mut recount, mut chance) = (Recount::default(), Chance::new(seed));
        app.cli(&["subscriber", "add", "carnet", "z@example.org", "--confirmed-elsewhere", "sur papier"]).await.ok();
        recount.look(&app).await;
        app.post(&carnet, "Un").await;
        let digest = app.send_now(&carnet).await;
        app.idle().await;
        for step in 0..70 {
            acts(&app, &mut recount, &mut chance, step, digest).await;
            recount.look(&app).await;
            match chance.below(14) {
                0 | 1 => {
                    // Into the next day, so that the rows of now are those of the day's end.
                    let today = day_of(app.clock.now());
                    app.counts_who_opened().await;
                    recount.day_ends(today);
                    app.clock.advance((today + 1) * DAY - app.clock.now() + 2 * HOUR);
                }
                2 => roll::due(&app.app).await.unwrap(),
                3 => {
                    let fault = SUMMED[chance.below(SUMMED.len() as u64) as usize];
                    let was_killed = !rebuild(&app, fault).await;
                    assert!(was_killed || app.number("SELECT COUNT(*) FROM stat_day").await == 0, "{fault}");
                }
                4 => {
                    app.stop().await;
                    app.start().await;
                }
                _ => app.clock.advance(7 * MINUTE),
            }
        }
        app.counts_who_opened().await;
        roll::due(&app.app).await.unwrap();
        let readers = app.with_status("confirmed").await;
        equals(&recount, &shown(&app).await, readers);
        let before = summed(&app).await;
        assert!(rebuild(&app, "").await, "seed {seed}");
        assert_eq!(summed(&app).await, before, "summed again, it is the same");
        equals(&recount, &shown(&app).await, readers);
    }
}

/// Every sum that is stored.
async fn summed(app: &TestApp) -> [Vec<String>; 3] {
    let day = "SELECT CAST(day AS TEXT) || ' ' || CAST(readers AS TEXT) || ' ' || CAST(joined AS TEXT) || ' ' ||
               CAST(unsubscribed AS TEXT) || ' ' || CAST(bounced AS TEXT) || ' ' || CAST(complained AS TEXT) || ' ' ||
               CAST(erased AS TEXT) FROM stat_day ORDER BY day";
    let form = "SELECT CAST(day AS TEXT) || ' ' || form || ' ' || CAST(asked AS TEXT) || ' ' || CAST(confirmed AS TEXT)
                FROM stat_form ORDER BY day, form";
    let left = "SELECT CAST(day AS TEXT) || ' ' || CAST(people AS TEXT) FROM stat_left ORDER BY day, digest_id";
    [app.texts(day).await, app.texts(form).await, app.texts(left).await]
}

impl TestApp {
    /// Counts who opened a page now, not in some seconds.
    async fn counts_who_opened(&self) {
        facteur::subscribers::opened::count(&self.app).await.unwrap();
    }
}

#[tokio::test]
async fn reading_a_page_writes_nothing_and_is_counted_once_a_person() {
    let (app, _) = world().await;
    app.post_json(
        "/n/carnet",
        &json!({ "email": "ana@example.org", "page": "https://blog.example.org/", "lang": "fr" }),
    )
    .await;
    app.idle().await;
    // Another letter to the same person is no second one.
    app.clock.advance(6 * MINUTE);
    app.post_json(
        "/n/carnet",
        &json!({ "email": "ana@example.org", "page": "https://blog.example.org/", "lang": "fr" }),
    )
    .await;
    app.idle().await;
    let ana = app.id_of("ana@example.org").await;
    for _ in 0..3 {
        app.get(&format!("/confirm/{}", token(&app, Purpose::Confirm, ana))).await;
        app.counts_who_opened().await;
    }
    let forms = shown(&app).await["forms"].clone();
    assert_eq!(
        forms,
        json!([{ "form": "blog.example.org", "name": "blog.example.org", "asked": 1, "accepted": 1, "opened": 1, "confirmed": 0 }])
    );
    app.post_form(&format!("/confirm/{}", token(&app, Purpose::Confirm, ana)), &[]).await;
    app.clock.advance(2 * DAY);
    roll::due(&app.app).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM form_opened").await, 0, "who confirmed is not named any more");
    assert_eq!(shown(&app).await["forms"][0]["opened"], 1);
    assert_eq!(shown(&app).await["forms"][0]["confirmed"], 1);
}

/// A digest to readers of several providers, one of whom is refused and one put off.
async fn sent() -> (TestApp, Newsletter, String) {
    let (app, carnet) = world().await;
    for address in ["a@gmail.com", "b@gmail.com", "c@orange.fr", "d@hotmail.fr", "e@example.org"] {
        app.reader(&carnet, address).await;
    }
    app.sink.on(Stage::Rcpt).to("c@orange.fr").reply("550 5.7.1 not today");
    app.sink.on(Stage::Rcpt).to("d@hotmail.fr").first(1).reply("450 4.2.0 come back later");
    app.post(&carnet, "Un").await;
    let digest = app.send_now(&carnet).await;
    app.in_fast_time(app.wait_for_mails(4)).await;
    app.idle().await;
    let id = app.public_id(digest).await;
    (app, carnet, id)
}

#[tokio::test]
async fn what_servers_answered_is_told_by_provider_and_by_time_and_what_a_kill_took_is_admitted() {
    let (mut app, _, id) = sent().await;
    // An orderly stop writes what is summed.
    app.stop().await;
    app.start().await;
    let told = app.cli(&["stats", "digest", "carnet", &id, "--json"]).await.json();
    let providers: BTreeMap<String, [i64; 3]> = told["providers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let numbers = ["accepted", "refused", "deferred"].map(|name| row[name].as_i64().unwrap());
            (row["provider"].as_str().unwrap().to_owned(), numbers)
        })
        .collect();
    let wanted = [("gmail", [2, 0, 0]), ("orange", [0, 1, 0]), ("other", [1, 0, 0]), ("outlook", [1, 0, 1])];
    assert_eq!(providers, BTreeMap::from(wanted.map(|(name, numbers)| (name.to_owned(), numbers))));
    assert_eq!((&told["accepted"], &told["refused"], &told["unknown"]), (&json!(4), &json!(1), &json!(0)));
    let minutes: i64 = told["timeline"].as_array().unwrap().iter().map(|row| row["accepted"].as_i64().unwrap()).sum();
    assert_eq!(minutes, 4);
    let words = app.cli(&["stats", "digest", "carnet", &id]).await.ok().to_owned();
    assert!(
        words.contains("Gmail: 2 mails accepted.") && words.contains("Orange: 0 mails accepted, 1 refused."),
        "{words}"
    );
    let csv = app.cli(&["stats", "digest", "carnet", &id, "--csv", "providers"]).await.ok().to_owned();
    assert!(csv.starts_with("provider,accepted,refused,deferred\n") && csv.contains("\ngmail,2,0,0\n"), "{csv}");
    app.execute("DELETE FROM digest_provider WHERE provider = 'gmail'").await;
    let told = app.cli(&["stats", "digest", "carnet", &id, "--json"]).await.json();
    assert_eq!(told["unknown"], 2);
    assert!(told["words"].to_string().contains("Of 2 mails it is not known"), "{}", told["words"]);
}

#[tokio::test]
async fn pages_programs_and_files_say_the_same() {
    let (app, _, id) = sent().await;
    app.cli(&["subscriber", "add", "carnet", "z@example.org", "--confirmed-elsewhere", "sur papier"]).await.ok();
    app.clock.advance(2 * DAY);
    roll::due(&app.app).await.unwrap();
    let told = shown(&app).await;
    let token = app.cli(&["token", "create", "tests", "--json"]).await.json();
    let token = token["token"].as_str().unwrap();
    let ask = async |path: &str| -> Answer { app.send(app.request(Method::GET, path).bearer_auth(token)).await };
    let api = ask("/api/v1/newsletters/carnet/stats?span=all").await;
    assert_eq!((api.status, api.json()), (200, told.clone()));
    assert_eq!(ask("/api/v1/newsletters/carnet/stats?span=ever").await.status, 400);
    assert_eq!(ask("/api/v1/newsletters/carnet/stats/nothing.csv").await.status, 404);
    assert_eq!(ask("/api/v1/newsletters/rien/stats").await.status, 404);
    assert_eq!(ask("/api/v1/digests/rien/stats").await.status, 404);
    assert_eq!(ask(&format!("/api/v1/digests/{id}/stats")).await.json()["accepted"], 4);
    assert!(ask(&format!("/api/v1/digests/{id}/stats/timeline.csv")).await.body.starts_with("at,accepted,"));
    let viewer = app.console(Role::Viewer, Some("carnet")).await;
    for table in ["growth", "forms", "shares", "digests"] {
        let file = viewer.get(&format!("/console/n/carnet/stats/{table}.csv?span=all")).await;
        assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"), "{table}");
        let of_api = ask(&format!("/api/v1/newsletters/carnet/stats/{table}.csv?span=all")).await.body;
        assert_eq!(of_api.trim(), app.cli(&["stats", "csv", "carnet", table]).await.ok().trim(), "{table}");
        // Rhythms have names in the language of who reads.
        assert!(file.body == of_api || table == "shares", "{table}: {}", file.body);
    }
    let page = viewer.get("/console/n/carnet/stats?span=all").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.body.matches("role=\"img\"").count(), 3, "readers, moves, who left");
    assert_eq!(page.body.matches("<caption>").count(), page.body.matches("<details").count(), "a table behind each");
    assert!(!page.body.contains("style=\"") && !page.body.contains("<script"), "no inline style, no script");
    let words = page.words();
    assert!(words.contains(&format!("{} readers", told["readers"])), "{words}");
    // Days are in words on the page, and as programs read them in the rest.
    let until = told["until"].as_str().unwrap();
    assert!(page.body.contains(&format!("<time datetime=\"{until}\">Jun ")), "{}", page.body);
    assert!(words.contains("June 2026") && !words.contains(until), "{words}");
    let digest = viewer.get(&format!("/console/n/carnet/digests/{id}/stats")).await;
    assert!(digest.status == 200 && digest.words().contains("Gmail"), "{}", digest.words());
    assert!(digest.words().contains("Jun "), "{}", digest.words());
    assert!(viewer.get("/console/n/carnet").await.body.contains("/console/n/carnet/stats"));
}

#[tokio::test]
async fn a_clock_that_was_ahead_leaves_no_days_of_the_future() {
    let (app, _) = world().await;
    app.cli(&["subscriber", "add", "carnet", "z@example.org", "--confirmed-elsewhere", "sur papier"]).await.ok();
    let now = app.clock.now();
    app.clock.advance(30 * DAY);
    roll::due(&app.app).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM stat_day").await, 30);
    app.clock.set(now + 2 * DAY);
    roll::due(&app.app).await.unwrap();
    assert_eq!(app.number("SELECT COUNT(*) FROM stat_day").await, 2);
    assert_eq!(app.number("SELECT MAX(readers) FROM stat_day").await, 1);
}

#[tokio::test]
async fn days_whose_events_are_forgotten_keep_their_sums() {
    let (app, _) = world().await;
    app.cli(&["subscriber", "add", "carnet", "z@example.org", "--confirmed-elsewhere", "sur papier"]).await.ok();
    app.clock.advance(3 * DAY);
    app.cli(&["subscriber", "add", "carnet", "y@example.org", "--confirmed-elsewhere", "sur papier"]).await.ok();
    app.clock.advance(3 * DAY);
    roll::due(&app.app).await.unwrap();
    let before = summed(&app).await;
    let second = app.clock.now() - 4 * DAY;
    assert!(app.execute(&format!("DELETE FROM event WHERE at < {second}")).await > 0);
    assert!(rebuild(&app, "").await);
    assert_eq!(summed(&app).await, before);
}

#[tokio::test]
async fn editors_get_a_letter_a_month_with_its_plots_in_it_until_they_end_it() {
    let (app, _) = world().await;
    app.cli(&["subscriber", "add", "carnet", "z@example.org", "--confirmed-elsewhere", "sur papier"]).await.ok();
    stats::tick(&app.app).await;
    app.idle().await;
    assert!(app.mails().is_empty(), "the first month is not over");
    for _ in 0..2 {
        // Into July; the second time nothing is told twice.
        if app.mails().is_empty() {
            app.clock.advance(30 * DAY);
        }
        stats::tick(&app.app).await;
        app.idle().await;
        assert_eq!(app.mails().len(), 1);
    }
    let letter = app.mails()[0].clone();
    assert_eq!(letter.to, "carnet@lettres.example.org");
    let raw = letter.source();
    assert!(raw.contains("multipart/related") && raw.matches("Content-Type: image/png").count() == 2, "{raw}");
    assert!(!raw.contains("src=3D\"http"), "no picture is fetched");
    assert!(
        letter.text().contains("juin 2026") && letter.text().contains("1 lecteur à la fin du mois"),
        "{}",
        letter.text()
    );
    // One press, without signing in; looking changes nothing.
    let end = path_of(&letter.link("/month/")).to_owned();
    let page = app.get(&end).await;
    assert!(page.status == 200 && page.forms().len() == 1, "{}", page.body);
    assert_eq!(app.number("SELECT COUNT(*) FROM stat_letter WHERE is_off").await, 0);
    assert_eq!(app.post_form(&end, &[]).await.status, 200);
    assert_eq!(app.get(&end).await.forms().len(), 0, "it has ended");
    assert_eq!(app.get("/month/abc").await.status, 404);
    app.clock.advance(31 * DAY);
    stats::tick(&app.app).await;
    app.idle().await;
    assert_eq!(app.mails().len(), 1, "ended");
    let owner = app.console(Role::Owner, None).await;
    assert_eq!(owner.post("/console/n/carnet/stats", &[("letter", "yes")]).await.status, 303);
    app.clock.advance(31 * DAY);
    stats::tick(&app.app).await;
    app.idle().await;
    assert_eq!(app.mails().len(), 2, "begun again");
    app.cli(&["stats", "letter", "carnet", "off"]).await.ok();
    assert_eq!(app.number("SELECT COUNT(*) FROM stat_letter WHERE is_off").await, 1);
}
