//! A draft that others read before it is sent: by a link, without an account, until it ends.

use facteur::clock::DAY;
use facteur::people::role::Role;
use facteur::serve::Roles;

use crate::harness::mail::path_of;
use crate::harness::{BASE_URL, TestApp};
use crate::people::between;

/// Web alone.
const WEB: Roles = Roles { web: true, ..Roles::NONE };

#[tokio::test]
async fn whoever_has_the_link_reads_the_draft_as_it_stands_and_can_do_nothing() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    app.newsletter("carnet").await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let fields = [("kind", "letter"), ("title", "À l’équipage"), ("body", "Le vent **tourne**.")];
    let draft = writer.post("/console/n/carnet/drafts", &fields).await.header("location").to_owned();
    let page = writer.get(&format!("{draft}/share")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(!page.body.contains("/shared/"), "there is none before somebody makes one");
    let share = format!("{draft}/share");
    let made = writer.post(&share, &[("days", "7")]).await;
    assert_eq!((made.status, made.header("location")), (303, share.as_str()), "{}", made.body);
    let page = writer.get(&share).await;
    let link = format!("{BASE_URL}/shared/{}", between(&page, "/shared/", "<"));

    let shown = app.get(path_of(&link)).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    let words = shown.words();
    assert!(words.contains("À l’équipage") && words.contains("Le carnet"), "{words}");
    assert_eq!(shown.header("x-robots-tag"), "noindex");
    assert_eq!((shown.header("cache-control"), shown.header("referrer-policy")), ("no-store", "no-referrer"));
    assert!(!shown.body.contains("<form") && !shown.body.contains("\"/console"), "nothing to press: {}", shown.body);
    assert!(!shown.body.contains("equipe.example"), "nobody is named");
    let mail = app.get(&format!("{}/mail", path_of(&link))).await;
    assert!(mail.status == 200 && mail.body.contains("<strong>tourne</strong>"), "{}", mail.body);
    assert!(mail.body.contains("/unsubscribe/preview\"") && !mail.body.contains("/…\""), "{}", mail.body);
    assert!(mail.header("content-security-policy").contains("sandbox"));
    assert_eq!(mail.header("x-robots-tag"), "noindex");

    // As it stands then, and only this draft.
    writer.post(&draft, &[("revision", "1"), ("title", "À l’équipage"), ("body", "Le vent est tombé.")]).await;
    assert!(app.get(&format!("{}/mail", path_of(&link))).await.body.contains("est tombé"));
    let token = link.rsplit('/').next().unwrap();
    let other = format!("{}{}", &token[..token.len() - 1], if token.ends_with('A') { 'B' } else { 'A' });
    for wrong in ["abc", "%00", &token[1..], other.as_str()] {
        assert_eq!(app.get(&format!("/shared/{wrong}")).await.status, 404, "{wrong}");
    }
    assert_eq!(app.post_form(path_of(&link), &[("title", "x")]).await.status, 405, "read only");
    assert_eq!(app.number("SELECT COUNT(*) FROM activity WHERE code = 'draft.shared'").await, 1);
    let rows = app.contents().await["activity"].join("\n");
    assert!(!rows.contains(token) && !rows.contains("équipage"), "{rows}");
}

#[tokio::test]
async fn a_link_ends_by_its_day_when_it_is_ended_and_when_the_draft_goes() {
    let app = TestApp::builder().roles(WEB).spawn().await;
    app.newsletter("carnet").await;
    let writer = app.console(Role::Writer, Some("carnet")).await;
    let fields = [("kind", "post"), ("title", "Un"), ("body", "Deux.")];
    let draft = writer.post("/console/n/carnet/drafts", &fields).await.header("location").to_owned();
    let id = draft.rsplit('/').next().unwrap();
    let made = async |days: &str| {
        let link = app.cli(&["draft", "share", "carnet", id, "--days", days]).await;
        path_of(link.ok().trim()).to_owned()
    };
    let status = async |path: &str| app.get(path).await.status;
    let (week, month) = (made("7").await, made("30").await);
    assert_eq!((status(&week).await, status(&month).await), (200, 200));
    app.clock.advance(8 * DAY);
    assert_eq!((status(&week).await, status(&month).await), (404, 200));

    let writer = app.signed_in(writer.person).await;
    let share = format!("{draft}/share");
    let page = writer.get(&share).await;
    let row = between(&page, "name=\"share\" value=\"", "\"").to_owned();
    let ended = writer.post(&format!("{share}/end"), &[("share", &row)]).await;
    assert_eq!((ended.status, ended.header("location")), (303, share.as_str()));
    assert_eq!(status(&month).await, 404);
    let (one, two) = (made("1").await, made("90").await);
    let ended = app.cli(&["draft", "unshare", "carnet", id, "--json"]).await.json();
    assert_eq!(ended["ended"], 2);
    assert_eq!((status(&one).await, status(&two).await), (404, 404));

    let last = made("7").await;
    writer.post(&format!("{draft}/delete"), &[]).await;
    assert_eq!(status(&last).await, 404, "thrown away");
    app.cli(&["draft", "share", "carnet", id]).await.fails(4);
    writer.post(&format!("{draft}/restore"), &[]).await;
    assert_eq!(status(&last).await, 200, "and back");
    for days in ["0", "91", "-1", "viele"] {
        assert_eq!(writer.post(&share, &[("days", days)]).await.status, 422, "{days}");
    }
    for _ in 0..19 {
        assert_eq!(writer.post(&share, &[("days", "7")]).await.status, 303);
    }
    assert_eq!(writer.post(&share, &[("days", "7")]).await.status, 422, "twenty are enough");
    // Another newsletter's editor finds nothing of it.
    app.newsletter("autre").await;
    let other = app.console(Role::Owner, Some("autre")).await;
    let foreign = share.replace("/n/carnet/", "/n/autre/");
    assert_eq!((other.get(&foreign).await.status, other.post(&foreign, &[("days", "7")]).await.status), (404, 404));
}
