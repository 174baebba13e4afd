//! The team of one newsletter, kept by its own owners: who is there, who is added, what a role there reaches and what it does not.

use facteur::people::role::Role;

use crate::harness::console::Console;
use crate::harness::mail::path_of;
use crate::harness::{Answer, TestApp};

const TEAM: &str = "/console/n/carnet/team";
const PASSWORD: &str = "la brume sur l'estuaire";

/// Somebody's id for addresses.
async fn public_id(app: &TestApp, person: i64) -> String {
    app.texts(&format!("SELECT public_id FROM person WHERE id = {person}")).await.remove(0)
}

async fn email(app: &TestApp, person: i64) -> String {
    app.texts(&format!("SELECT email FROM person WHERE id = {person}")).await.remove(0)
}

/// Every role there is: address, newsletter, role, whether it sends.
async fn roles(app: &TestApp) -> Vec<String> {
    app.texts(
        "SELECT p.email || ' ' || COALESCE(n.slug, 'all') || ' ' || r.role || CASE WHEN r.may_send THEN ' sends' ELSE '' END
         FROM person_role r JOIN person p ON p.id = r.person_id LEFT JOIN newsletter n ON n.id = r.newsletter_id
         ORDER BY p.email, r.newsletter_id",
    )
    .await
}

async fn news(app: &TestApp) -> Vec<String> {
    let sql = "SELECT n.slug || ' ' || e.code || ' ' || e.actor || ' ' || e.parameters
               FROM event e JOIN newsletter n ON n.id = e.newsletter_id WHERE e.code LIKE 'team.%' ORDER BY e.id";
    app.texts(sql).await
}

async fn add(owner: &Console<'_>, email: &str, role: &str, more: &[(&str, &str)]) -> Answer {
    let fields: Vec<(&str, &str)> = [("email", email), ("role", role)].iter().chain(more).copied().collect();
    owner.post(TEAM, &fields).await
}

/// The link that a page hands over.
fn link(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{}", page.body);
    let rest = page.body.split("aria-describedby=\"link-help\">").nth(1).expect("a link is shown");
    path_of(rest.split('<').next().unwrap()).to_owned()
}

/// Two newsletters; who owns all, who owns `carnet` alone, and an editor of `autre` who has come in before.
async fn world(app: &TestApp) -> (Console<'_>, Console<'_>, Console<'_>) {
    app.newsletter("carnet").await;
    app.newsletter("autre").await;
    let boss = app.console(Role::Owner, None).await;
    let owner = app.console(Role::Owner, Some("carnet")).await;
    let other = app.console(Role::Editor, Some("autre")).await;
    app.execute("UPDATE person SET password = 'chosen'").await;
    (boss, owner, other)
}

#[tokio::test]
async fn an_owner_of_one_newsletter_keeps_its_team_and_touches_nothing_else() {
    let app = TestApp::spawn().await;
    let (boss, owner, other) = world(&app).await;
    let (boss_id, other_id) = (public_id(&app, boss.person).await, public_id(&app, other.person).await);
    let (boss_email, other_email) = (email(&app, boss.person).await, email(&app, other.person).await);
    let page = owner.get(TEAM).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&boss_email) && !page.body.contains(&boss_id), "listed, and not to be changed");
    assert!(!page.body.contains(&other_email) && !page.body.contains("autre"), "nothing of other newsletters");
    assert!(!page.body.contains("name=\"newsletter\""), "there is no other place to choose: {}", page.body);
    assert!(owner.get("/console/n/carnet").await.body.contains(&format!("href=\"{TEAM}\"")), "a way leads there");
    assert_eq!(owner.get("/console/team").await.status, 403);

    // Who belongs to another newsletter is not there.
    for path in [other_id.as_str(), boss_id.as_str(), "nobody"] {
        assert_eq!(owner.get(&format!("{TEAM}/{path}")).await.status, 404, "{path}");
        let changed = owner.post(&format!("{TEAM}/{path}"), &[("role", "viewer")]).await;
        assert_eq!(changed.status, 404, "{path}");
        assert_eq!(owner.post(&format!("{TEAM}/{path}/invite"), &[("how", "link")]).await.status, 404, "{path}");
    }

    // They have an account: the role is theirs at once, beside the one elsewhere, and they sign in again.
    let done = add(&owner, &other_email, "writer", &[("may_send", "1"), ("newsletter", "0")]).await;
    assert_eq!((done.status, done.header("location")), (303, TEAM), "{}", done.body);
    let expected = [
        format!("{other_email} carnet writer sends"),
        format!("{other_email} autre editor sends"),
        format!("{boss_email} all owner sends"),
    ];
    let held = roles(&app).await;
    assert!(expected.iter().all(|role| held.contains(role)) && held.len() == 4, "{held:?}");
    assert_eq!(other.get("/console").await.status, 303, "what they had open has ended");
    let member = format!("{TEAM}/{other_id}");
    let shown = owner.get(&member).await;
    assert!(shown.status == 200 && !shown.body.contains("autre"), "{}", shown.body);
    let twice = add(&owner, &other_email, "editor", &[]).await;
    assert!(twice.status == 422 && twice.body.contains("have a role in this newsletter already"), "{}", twice.body);

    // Another role, the same once more, none.
    let back = app.signed_in(other.person).await;
    assert_eq!(owner.post(&member, &[("role", "viewer"), ("role-0", "owner")]).await.status, 303);
    assert_eq!(back.get("/console").await.status, 303, "signs in again");
    let before = news(&app).await.len();
    assert_eq!(owner.post(&member, &[("role", "viewer")]).await.status, 303);
    assert_eq!(news(&app).await.len(), before, "nothing changed, nothing is news");
    for fields in [&[][..], &[("role", "king")]] {
        let unclear = owner.post(&member, fields).await;
        assert!(unclear.status == 422 && unclear.body.contains("role=\"alert\""), "{}", unclear.body);
    }
    let gone = owner.post(&member, &[("role", "none")]).await;
    assert_eq!((gone.status, gone.header("location")), (303, TEAM));
    assert_eq!(owner.get(&member).await.status, 404, "no longer there");
    let held = roles(&app).await;
    assert!(held.contains(&expected[1]) && held.len() == 3, "the role elsewhere stays: {held:?}");
    let person = other.person;
    assert_eq!(
        news(&app).await,
        [
            format!("carnet team.given person {{\"person\":{person},\"role\":\"writer\",\"sends\":true}}"),
            format!("carnet team.given person {{\"person\":{person},\"role\":\"viewer\",\"sends\":false}}"),
            format!("carnet team.taken person {{\"person\":{person}}}"),
        ]
    );
}

#[tokio::test]
async fn nobody_raises_themself_and_the_owner_of_all_is_out_of_reach() {
    let app = TestApp::spawn().await;
    let (boss, owner, _) = world(&app).await;
    let before = roles(&app).await;
    let own = format!("{TEAM}/{}", public_id(&app, owner.person).await);
    let page = owner.get(&own).await;
    assert!(page.status == 200 && page.body.contains("This is you") && !page.body.contains("name=\"role\""));
    for role in ["viewer", "none"] {
        let refused = owner.post(&own, &[("role", role)]).await;
        assert!(refused.status == 422 && refused.body.contains("Nobody changes their own role"), "{}", refused.body);
    }
    let refused = add(&owner, &email(&app, boss.person).await, "viewer", &[]).await;
    assert!(refused.status == 422 && refused.body.contains("own the whole instance"), "{}", refused.body);
    assert_eq!(roles(&app).await, before);

    // Who may not have mails leave gives nobody the right to.
    app.execute(&format!("UPDATE person_role SET may_send = FALSE WHERE person_id = {}", owner.person)).await;
    assert!(!owner.get(TEAM).await.body.contains("name=\"may_send\""));
    let handed = add(&owner, "ana@example.org", "owner", &[("may_send", "1"), ("how", "link")]).await;
    link(&handed);
    assert!(roles(&app).await.contains(&"ana@example.org carnet owner".to_owned()), "{:?}", roles(&app).await);
    let ana = app.number("SELECT id FROM person WHERE email = 'ana@example.org'").await;
    let member = format!("{TEAM}/{}", public_id(&app, ana).await);
    assert_eq!(owner.post(&member, &[("role", "editor"), ("may_send", "1")]).await.status, 303);
    assert!(roles(&app).await.contains(&"ana@example.org carnet editor".to_owned()));
    // The right that somebody else gave is not lost with another role.
    app.execute(&format!("UPDATE person_role SET may_send = TRUE WHERE person_id = {ana}")).await;
    assert_eq!(owner.post(&member, &[("role", "writer"), ("may_send", "1")]).await.status, 303);
    assert!(roles(&app).await.contains(&"ana@example.org carnet writer sends".to_owned()));
}

/// Whoever holds the link of an invitation comes in as that person: it opens this newsletter, and never another.
#[tokio::test]
async fn a_link_that_a_newsletter_gives_opens_nothing_beside_it() {
    let app = TestApp::spawn().await;
    let (boss, owner, _) = world(&app).await;
    let first = link(&add(&owner, "ana@example.org", "editor", &[("how", "link")]).await);
    let ana = app.number("SELECT id FROM person WHERE email = 'ana@example.org'").await;
    let ana_id = public_id(&app, ana).await;
    let again = owner.post(&format!("{TEAM}/{ana_id}/invite"), &[("how", "link")]).await;
    let second = link(&again);
    let guest = app.browser("192.0.2.7");
    assert_eq!(guest.get(&first).await.status, 404, "the newer one took its place");
    assert_eq!(guest.get(&second).await.status, 200);

    // Another newsletter's owner cannot hang a role of theirs on an account that has a link out.
    let other = app.console(Role::Owner, Some("autre")).await;
    let hung = other.post("/console/n/autre/team", &[("email", "ana@example.org"), ("role", "owner")]).await;
    assert!(hung.status == 422 && hung.body.contains("not chosen a password yet"), "{}", hung.body);

    // The instance gives one: the link of before is void, and this newsletter gives no other.
    let autre = app.number("SELECT id FROM newsletter WHERE slug = 'autre'").await;
    let carnet = app.number("SELECT id FROM newsletter WHERE slug = 'carnet'").await;
    let (here, there) = (format!("role-{carnet}"), format!("role-{autre}"));
    let given = boss.post(&format!("/console/team/{ana_id}"), &[(&here, "editor"), (&there, "owner")]).await;
    assert_eq!(given.status, 303, "{}", given.body);
    assert_eq!(guest.get(&second).await.status, 410);
    let refused = owner.post(&format!("{TEAM}/{ana_id}/invite"), &[("how", "link")]).await;
    assert!(refused.status == 422 && refused.body.contains("have a role elsewhere"), "{}", refused.body);
    assert!(!owner.get(&format!("{TEAM}/{ana_id}")).await.body.contains("/invite\""), "nothing offers it");

    // By a letter, in the name of this newsletter.
    assert_eq!(add(&owner, "bea@example.org", "viewer", &[("how", "letter")]).await.status, 303);
    let mail = app.mail_to("bea@example.org").await;
    let path = path_of(&mail.link("/console/link/")).to_owned();
    let joined = guest.post(&path, &[("name", "Béa"), ("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!((joined.status, joined.header("location")), (303, "/console"), "{}", joined.body);
    assert_eq!(guest.get("/console/n/carnet").await.status, 200);
    assert_eq!((guest.get(TEAM).await.status, guest.get("/console/n/autre").await.status), (403, 404));
    let members = owner.get(TEAM).await;
    assert!(members.body.contains("Béa") && members.body.contains("Viewer"), "{}", members.body);
}
