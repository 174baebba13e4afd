//! A world in which every page has something to show: long names, every state, a thing that went wrong in each room.

use std::time::Instant;

use facteur::digests::edit::{self, Edit};
use facteur::events::Actor;
use facteur::keys::{Claim, Purpose};
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use facteur::people::sessions::{self, Stage};

use super::atlas::Visitor;
use crate::harness::feeds::Page;
use crate::harness::mail::{Mail, path_of};
use crate::harness::provider::{CLIENT, Provider};
use crate::harness::smtp::faults::Stage as Step;
use crate::harness::{PATIENCE, TestApp, at_eight};
use crate::people::between;

/// Where the newsletter with everything is.
pub const HOME: &str = "/console/n/carnet";
/// What no line of a telephone has room for.
const LONG: &str = "une-adresse-particulierement-longue-qui-ne-veut-pas-finir@un.sous-domaine.de-lecteurs.example";
/// The owner's.
pub const PASSWORD: &str = "une brioche au levain";

/// Addresses that no page links to, and what forms need.
pub struct World {
    /// The session of an owner of everything.
    pub owner: String,
    /// That of somebody who still owes their second factor.
    pub half: String,
    /// Of whoever only looks on.
    pub viewer: String,
    /// For whoever is not signed in.
    pub open: Vec<String>,
    /// For the owner.
    pub seeds: Vec<String>,
    /// A link that lets somebody in.
    pub invitation: String,
    /// A reader's settings, behind a fresh link.
    pub settings: String,
    /// Pages of things, by name.
    pub waiting: String,
    pub paused: String,
    pub draft: String,
    pub letter: String,
    pub reader: i64,
    /// `/console/team/ID` of the owner, and an editor of the newsletter on its own page.
    pub own: String,
    pub member: String,
}

impl TestApp {
    /// An instance with nobody in it, as the browser tests want it: without a certificate, on one connection.
    pub async fn for_browser() -> Self {
        let provider = Provider::start().await;
        let builder = Self::builder().set("base_url", "http://localhost").set("smtp.connections", 1);
        let builder = builder.set("oidc.issuer", provider.issuer()).set("oidc.client_id", CLIENT);
        let builder = builder.set("oidc.name", "le compte unique de la communauté de communes");
        builder.set("smtp.on_uncertain", "hold").spawn().await
    }

    async fn public_person(&self, person: i64) -> String {
        self.texts(&format!("SELECT public_id FROM person WHERE id = {person}")).await.remove(0)
    }
}

/// Readers in every state, with names.
async fn readers(app: &TestApp, carnet: &Newsletter) -> i64 {
    app.readers(carnet, 60).await;
    let reader = app.reader(carnet, LONG).await;
    for sql in [
        "UPDATE subscriber SET name = 'Marie-Antoinette-Joséphine Delacroix-Beauregard de Saint-Exupéry ' || id",
        "UPDATE subscriber SET status = 'unsubscribed', ended_at = created_at WHERE email = 'p57@example.org'",
        "UPDATE subscriber SET status = 'complained', ended_at = created_at WHERE email = 'p58@example.org'",
        "UPDATE subscriber SET status = 'paused' WHERE email = 'p59@example.org'",
        "UPDATE subscriber SET status = 'pending', confirmed_at = NULL WHERE email = 'p60@example.org'",
    ] {
        app.execute(sql).await;
    }
    reader
}

/// Digests: sent, stopped by the mail server, waiting; a letter in doubt; slots without a mailing. The ids of the last two.
async fn digests(app: &TestApp, carnet: &Newsletter) -> (i64, i64) {
    app.post(carnet, "Le four est rallumé, et le pain de seigle revient sur les étals du marché couvert").await;
    app.send_now(carnet).await;
    app.idle().await;
    let first = app.id_of("p1@example.org").await;
    app.sink.on(Step::Dot).to("p1@example.org").first(1).drop_connection();
    app.letter_to(carnet, first).await;
    app.idle().await;
    app.post(carnet, "Les farines").await;
    app.sink.on(Step::Rcpt).reply("550 5.1.1 no such user");
    let paused = app.send_now(carnet).await;
    let begin = Instant::now();
    while app.digest_state(paused).await != "paused" {
        assert!(begin.elapsed() < PATIENCE, "never paused");
        tokio::task::yield_now().await;
    }
    app.sink.heal();
    for n in 0..40 {
        let id = carnet.id;
        app.execute(&format!(
            "INSERT INTO digest (public_id, newsletter_id, schedule_id, slot_at, state, reason, created_at)
             SELECT 'skipped{n:05}', {id}, MIN(id), {n}, 'skipped', '{{\"code\":\"no-new-post\"}}', {n}
             FROM schedule WHERE newsletter_id = {id}"
        ))
        .await;
    }
    app.cli(&["newsletter", "set", "carnet", "--approval", "hold"]).await.ok();
    app.post(carnet, "Les moulins").await;
    app.advance_to("2026-06-08T08:00[Europe/Paris]").await;
    app.post(carnet, "La croûte").await;
    let waiting = app.number("SELECT id FROM digest WHERE state = 'waiting'").await;
    (paused, waiting)
}

/// Words of an editor's own for a digest, twice.
async fn edited(app: &TestApp, digest: i64, by: i64) {
    let digest = facteur::digests::sql::by_id(&app.app.db, digest).await.unwrap().unwrap();
    for text in ["Une première phrase", "Une **autre** phrase, avec [un lien](https://example.org/)"] {
        let now = edit::load(&app.app, &digest).await.unwrap();
        let mut wish = Edit { subject: "Ce que dit le vent".into(), intro: text.into(), ..now };
        wish.posts[0].summary = format!("{text}, en résumé");
        edit::save(&app.app, &digest, &wish, Actor::Person(by)).await.unwrap();
    }
}

/// Drafts: one saved twice, a letter, one thrown away, one published.
async fn drafts(owner: &Visitor<'_>) -> [String; 4] {
    let drafts = format!("{HOME}/drafts");
    let mut made = Vec::new();
    for (kind, title) in [("post", "Le levain"), ("letter", "À tous"), ("post", "À jeter"), ("post", "Publié")] {
        let fields =
            [("kind", kind), ("title", title), ("body", "## Un titre\n\nUn texte, [un lien](https://a.example/).")];
        made.push(owner.press(&drafts, &fields).await);
    }
    owner.press(&made[0], &[("revision", "1"), ("title", "Le levain, encore"), ("body", "Un autre texte.")]).await;
    owner.press(&format!("{}/delete", made[2]), &[]).await;
    owner.press(&format!("{}/publish", made[3]), &[("revision", "1")]).await;
    made.try_into().expect("four")
}

/// Keys of the owner: one in use, one of another host that may have been copied.
pub async fn passkeys(app: &TestApp, owner: i64) {
    for (party, name, used, doubted) in [
        ("localhost", "Le téléphone", "1", "NULL"),
        ("ancien.example.org", "Une-clé-au-nom-qui-ne-veut-pas-finir-sur-une-ligne", "NULL", "1"),
    ] {
        app.execute(&format!(
            "INSERT INTO passkey (person_id, party, credential, public_key, counter, synced, name, created_at, last_used_at, doubted_at)
             VALUES ({owner}, '{party}', '{party}', x'00', 0, TRUE, '{name}', 1, {used}, {doubted})"
        ))
        .await;
    }
}

/// People who edit: one invited, one who forgot the password. The link of each, and who the second is.
async fn people(app: &TestApp) -> (String, String, i64) {
    let add = ["user", "add", "invitee@equipe.example", "--role", "writer", "--newsletter", "carnet"];
    let invitation = path_of(app.cli(&add).await.ok().trim()).to_owned();
    let editor = app.console(Role::Editor, Some("carnet")).await.person;
    let address = app.texts(&format!("SELECT email FROM person WHERE id = {editor}")).await.remove(0);
    facteur::people::joining::forgot(&app.app, &address).await.unwrap();
    let reset = path_of(&app.mail_to(&address).await.link("/console/link/")).to_owned();
    (invitation, reset, editor)
}

/// The links of mails to readers: a confirmation, a new address, ways out.
async fn links(app: &TestApp, owner: &Visitor<'_>, reader: i64) -> Vec<String> {
    let people = format!("{HOME}/subscribers");
    owner.press(&format!("{people}/add"), &[("email", "nouvelle@lecteurs.example"), ("language", "fr")]).await;
    let letter = app.mail_to("nouvelle@lecteurs.example").await;
    let mut found = vec![letter.link("/confirm/"), letter.link("/not-me/")];
    owner.press(&format!("{people}/{reader}/address"), &[("email", "autre@lecteurs.example")]).await;
    found.push(app.mail_to("autre@lecteurs.example").await.link("/address/"));
    for address in ["p1@example.org", "p57@example.org"] {
        let mail = app.mails_to(address).into_iter().find(|mail| mail.text().contains("/unsubscribe/"));
        found.extend(mail.map(|mail| mail.link("/unsubscribe/")));
    }
    let mut found: Vec<String> = found.iter().map(|link| path_of(link).to_owned()).collect();
    let carnet = app.number("SELECT id FROM newsletter WHERE slug = 'carnet'").await;
    let month = Claim { subject: carnet, version: 0, issued_at: 0 };
    found.push(format!("/month/{}", app.app.keys.sign(Purpose::Month, month)));
    found.extend(["/confirm/preview", "/unsubscribe/preview", "/confirm/abc", "/nulle-part"].map(str::to_owned));
    found
}

/// The reader whose settings are looked at.
const READER: &str = "p2@example.org";

/// A letter to the reader with a link of this kind.
fn is_letter(mail: &Mail, door: &str) -> bool {
    mail.to == READER && mail.header("List-Id").is_empty() && mail.text().contains(door)
}

/// The link of such a letter, once it has come.
async fn of_letter(app: &TestApp, door: &str) -> String {
    let mails = app.wait_until("the letter", |mails| mails.iter().any(|mail| is_letter(mail, door))).await;
    let mail = mails.into_iter().find(|mail| is_letter(mail, door)).expect("it has come");
    path_of(&mail.link(door)).to_owned()
}

/// What a reader finds behind the foot of a mail: the settings behind the link that it has mailed, that page itself, the page that keeps
/// an address, and those that the settings lead to.
async fn settings(app: &TestApp) -> Vec<String> {
    let mail = app.mails_to(READER).into_iter().find(|mail| mail.text().contains("/preferences/")).expect("a digest");
    let foot = path_of(&mail.link("/preferences/")).to_owned();
    assert_eq!(app.post_form(&foot, &[]).await.status, 303);
    let fresh = of_letter(app, "/preferences/").await;
    assert_eq!(app.post_form(&fresh, &[("email", "ailleurs@lecteurs.example")]).await.status, 303);
    let keep = of_letter(app, "/keep-address/").await;
    let page = app.get(&fresh).await;
    let of_page = |door: &str| format!("{door}{}", between(&page, &format!("href=\"{door}"), "?"));
    vec![fresh, foot, keep, of_page("/data/"), of_page("/erase/")]
}

/// Where somebody who was asked whether they stay finds the question, and somebody else that they do.
async fn stay(app: &TestApp, carnet: &Newsletter) -> Vec<String> {
    let mut found = vec!["/stay/preview".to_owned()];
    for (reader, is_open) in [("p3@example.org", true), ("p4@example.org", false)] {
        let id = app.id_of(reader).await;
        if is_open {
            app.execute(&format!(
                "INSERT INTO stay_question (subscriber_id, newsletter_id, state, at, asked_at)
                 VALUES ({id}, {}, 'open', 9000000000000, 0)",
                carnet.id
            ))
            .await;
        }
        let claim = Claim { subject: id, version: 1, issued_at: app.clock.now() };
        found.push(format!("/stay/{}", app.app.keys.sign(Purpose::Stay, claim)));
    }
    found
}

/// The session of somebody who still owes their second factor.
async fn half_signed_in(app: &TestApp, person: i64) -> String {
    let mut tx = app.app.db.begin().await.unwrap();
    let half = sessions::open(&mut tx, person, Stage::Half, "test", app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    half
}

/// The pages of these digests, and of all.
fn of_digests(waiting: &str, paused: &str) -> Vec<String> {
    let mut seeds = vec![waiting.to_owned(), paused.to_owned(), format!("{HOME}/digests/skipped00001")];
    let ways = ["approve", "stop", "skip", "check", "preview", "edit", "revisions/1"];
    seeds.extend(ways.map(|way| format!("{waiting}/{way}")));
    seeds.extend(["dead", "cancel", "approve", "edit"].map(|way| format!("{paused}/{way}")));
    seeds.extend([format!("{HOME}/digests?state=sent"), format!("{HOME}/digests/send?unsettled=1")]);
    seeds
}

/// What is open to whoever has its address: the links of mails, pages of the archive, a draft to be read; the settings first.
async fn open_to_all(app: &TestApp, carnet: &Newsletter, draft: &str) -> Vec<String> {
    let mut open = settings(app).await;
    open.extend(stay(app, carnet).await);
    open.extend(["/link", "/link/sent", "/preferences/preview", "/preferences/abc"].map(str::to_owned));
    let shared = app.cli(&["draft", "share", "carnet", draft.rsplit('/').next().unwrap()]).await;
    open.push(path_of(shared.ok().trim()).to_owned());
    open.extend(["/", "/console/link/abc", "/n/carnet", "/n/carnet/thanks"].map(str::to_owned));
    open.extend(
        ["", "?q=four", "?q=rien+de+tel", "?q=", "/2026", "/nulle-part"].map(|rest| format!("/n/carnet/archive{rest}")),
    );
    let page = app.texts("SELECT address FROM archive_page ORDER BY digest_id").await.remove(0);
    open.push(format!("/n/carnet/archive/{page}"));
    open.extend(["not-linked", "unreachable"].map(|why| format!("/console/oidc/stopped?why={why}")));
    open
}

/// Many at once: an act, and a file of readers; where their reports are.
async fn in_bulk(app: &TestApp, owner: &Visitor<'_>) -> [String; 2] {
    let id = app.id_of("p50@example.org").await.to_string();
    let act = [("act", "unsubscribe"), ("id", id.as_str()), ("count", "1"), ("typed", "1")];
    let acted = owner.press(&format!("{HOME}/subscribers/act/do"), &act).await;
    let pasted = "Email;Nom;Statut\nbob@example.org;Hélène;abonné\nnein;X;\n";
    let import = [("confirmed", "formulaire de l’ancien site"), ("pasted", pasted)];
    [acted, owner.press(&format!("{HOME}/subscribers/import"), &import).await]
}

/// Mails that come back: one that nobody can be found for, and a report of a receiver.
async fn come_back(app: &TestApp) {
    let strange = "From: bureau@example.net\nAuto-Submitted: auto-generated\nSubject: Avis\n\nVotre message du 3 a bien tourné.\n";
    app.cli_with_input(&["bounce"], strange).await.ok();
    let plain = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/dmarc/plain.xml")).unwrap();
    let report = "From: rapports@grande-boite.example\nSubject: Report domain: example.org\nContent-Type: text/xml; charset=utf-8\n\n";
    app.cli_with_input(&["bounce"], &format!("{report}{plain}")).await.ok();
}

/// A long name, a colour, and an archive for everybody.
async fn named(app: &TestApp) {
    let name = "Le carnet de la boulangerie coopérative de Saint-Barthélemy-d’Anjou-sur-Loire";
    let more = ["--colour", "#f2c14e", "--footer", "Écrit au fournil, avant l’aube.", "--archive", "public"];
    app.cli(&[&["newsletter", "set", "carnet", "--name", name][..], &more[..]].concat()).await.ok();
}

/// A text of the owner's own, changed once.
async fn reworded(app: &TestApp) {
    for words in ["Encore un pas vers « {newsletter} »", "Plus qu’un pas, et {newsletter} arrive"] {
        app.cli(&["newsletter", "text", "set", "carnet", "fr", "confirm.subject", words]).await.ok();
    }
}

/// Fills an instance that has an owner.
pub async fn fill(app: &TestApp, owner: i64) -> World {
    let feed = app.feeds.put("/flux", Page::status(500));
    let carnet = app.newsletter_with("carnet", at_eight(), &[&feed]).await;
    named(app).await;
    let reader = readers(app, &carnet).await;
    let (paused, waiting) = digests(app, &carnet).await;
    edited(app, waiting, owner).await;
    let email = app.texts(&format!("SELECT email FROM person WHERE id = {owner}")).await.remove(0);
    app.cli_with_input(&["user", "passwd", &email], &format!("{PASSWORD}\n")).await.ok();
    let session = app.signed_in(owner).await.cookie;
    let visitor = Visitor::new(app, &session);
    let [draft, letter, thrown, published] = drafts(&visitor).await;
    let (invitation, reset, editor) = people(app).await;
    let mut open = links(app, &visitor, reader).await;
    let found = open_to_all(app, &carnet, &draft).await;
    let settings = found[0].clone();
    open.extend(found);
    reworded(app).await;
    app.cli(&["token", "create", "blog-au-nom-qui-ne-veut-pas-finir", "--may", "write", "--newsletter", "carnet"])
        .await
        .ok();
    open.extend([invitation.clone(), reset]);
    let reports = in_bulk(app, &visitor).await;
    come_back(app).await;
    let digest = async |id: i64| format!("{HOME}/digests/{}", app.public_id(id).await);
    let (paused, waiting) = (digest(paused).await, digest(waiting).await);
    let (own, member) = (app.public_person(owner).await, app.public_person(editor).await);
    let member = format!("{HOME}/team/{member}");
    let mut seeds = of_digests(&waiting, &paused);
    seeds.extend([&draft, &letter, &thrown, &published].map(Clone::clone));
    seeds.extend([&draft, &letter].map(|draft| format!("{draft}/ready")));
    seeds.extend(["revisions", "revisions/1", "revisions/2", "share"].map(|way| format!("{draft}/{way}")));
    seeds.extend(["", "/subject-1", "/subject-2"].map(|way| format!("{HOME}/texts/fr/confirm/revisions{way}")));
    seeds.extend([format!("{HOME}/drafts/new?kind=letter"), format!("{HOME}/schedule/1/preview")]);
    seeds.extend(["", "/erase"].map(|way| format!("{HOME}/subscribers/{reader}{way}")));
    seeds.extend(reports);
    seeds.extend([format!("/console/team/{own}"), member.clone(), format!("{HOME}/subscribers/returned/1")]);
    let half = half_signed_in(app, editor).await;
    let viewer = app.console(Role::Viewer, Some("carnet")).await.cookie;
    let own = format!("/console/team/{own}");
    World {
        owner: session,
        half,
        viewer,
        open,
        seeds,
        invitation,
        settings,
        waiting,
        paused,
        draft,
        letter,
        reader,
        own,
        member,
    }
}
