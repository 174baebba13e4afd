//! The plots of the statistics in light, dark and forced colours: every kind of shape stands out from its ground, and each plot is kept as
//! a picture to be looked at.

use facteur::clock::DAY;
use facteur::newsletters::Newsletter;
use facteur::people::role::Role;
use facteur::stats::roll;
use serde_json::Value;

use super::chromium::{Chromium, Colours, Look};
use crate::harness::smtp::faults::Stage;
use crate::harness::{TestApp, on_sqlite};

/// WCAG 2.2, 1.4.11: what is needed to understand a drawing has this contrast with what is around it.
const CONTRAST: f64 = 3.0;

/// Gives `[class, contrast]` of every shape: of its fill or its stroke, whichever stands out more. Bars that lie are held against what they
/// lie on; a hatch, which fills a bar, against the ground between its strokes.
const SHAPES: &str = "\
    const rgb = text => { const parts = (text || '').match(/[0-9.]+/g); \
      return (text || '').startsWith('rgb') && parts[3] !== '0' ? parts.slice(0, 3).map(Number) : null; }; \
    const light = colour => { const [r, g, b] = colour.map(part => { const share = part / 255; \
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4; }); \
      return 0.2126 * r + 0.7152 * g + 0.0722 * b; }; \
    const contrast = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); \
      return (a + 0.05) / (b + 0.05); }; \
    const around = element => { for (let at = element; at; at = at.parentElement) { \
      const colour = rgb(getComputedStyle(at).backgroundColor); if (colour) return colour; } return [255, 255, 255]; }; \
    return [...document.querySelectorAll('svg.plot, svg.key, svg.patterns')].flatMap(svg => { \
      const under = svg.querySelector('.ground'); \
      const ground = under ? rgb(getComputedStyle(under).fill) : around(svg); \
      return [...svg.querySelectorAll('path, rect')].filter(shape => shape !== under).map(shape => { \
        const style = getComputedStyle(shape); \
        const paints = [rgb(style.fill), rgb(style.stroke)].filter(paint => paint); \
        return [shape.getAttribute('class'), Math.max(0, ...paints.map(paint => contrast(paint, ground)))]; }); });";

/// A newsletter with something in every plot: who joined by a form and otherwise, who left, a digest that was answered in every way.
async fn world() -> (TestApp, Newsletter, String) {
    let mut app = TestApp::for_browser().await;
    let carnet = app.newsletter("carnet").await;
    for address in ["a@gmail.com", "b@gmail.com", "c@orange.fr", "d@hotmail.fr", "e@example.org"] {
        let add = ["subscriber", "add", "carnet", address, "--confirmed-elsewhere", "sur papier"];
        app.cli(&add).await.ok();
    }
    assert_eq!(app.post_form("/n/carnet", &[("email", "f@example.org"), ("lang", "fr")]).await.status, 303);
    app.mail_to("f@example.org").await;
    app.sink.on(Stage::Rcpt).to("c@orange.fr").reply("550 5.7.1 not today");
    app.sink.on(Stage::Rcpt).to("d@hotmail.fr").first(1).reply("450 4.2.0 come back later");
    app.post(&carnet, "Un").await;
    let digest = app.send_now(&carnet).await;
    app.in_fast_time(app.wait_for_mails(5)).await;
    app.idle().await;
    let leave = app.mail_to("a@gmail.com").await.link("/unsubscribe/");
    assert_eq!(app.post_form(&leave, &[("List-Unsubscribe", "One-Click")]).await.status, 200);
    // What is summed is written.
    app.stop().await;
    app.start().await;
    app.clock.advance(2 * DAY);
    roll::due(&app.app).await.unwrap();
    let id = app.public_id(digest).await;
    (app, carnet, id)
}

#[tokio::test]
async fn plots_stand_out_in_light_dark_and_forced_colours() {
    if !on_sqlite() {
        return;
    }
    let Some(browser) = Chromium::start(true).await else { return };
    let (app, _, digest) = world().await;
    let owner = app.console(Role::Owner, None).await;
    browser.cookie(&app.local("/"), "facteur", &owner.cookie).await;
    let mut judged = 0;
    for (name, path, kinds) in [
        ("stats", "/console/n/carnet/stats?span=all".to_owned(), &["line", "mark", "base", "filled", "hatched"][..]),
        (
            "digest-stats",
            format!("/console/n/carnet/digests/{digest}/stats"),
            &["base", "filled", "hatched", "outlined"][..],
        ),
    ] {
        browser.goto(&app.local(&path)).await;
        for colours in [Colours::Light, Colours::Dark, Colours::Forced] {
            for width in [320, 1280] {
                browser.look(Look { width, colours }).await;
                let pictures = format!("plots-{name}-{width}-{}", colours.name());
                browser.pictures_of("figure.plots, ul.steps", &pictures).await;
                let shapes = browser.run(SHAPES).await;
                let shapes: Vec<(&str, f64)> = shapes.as_array().expect("a list").iter().map(shape).collect();
                for kind in kinds {
                    assert!(shapes.iter().any(|(class, _)| class == kind), "{pictures} has no {kind}: {shapes:?}");
                }
                let faint: Vec<_> = shapes.iter().filter(|(_, contrast)| *contrast < CONTRAST).collect();
                assert!(faint.is_empty(), "{pictures}: {faint:?}");
                judged += shapes.len();
            }
        }
    }
    eprintln!("{judged} shapes of plots stand out, in light, dark and forced colours");
    drop(browser);
}

/// Its class and its contrast.
fn shape(value: &Value) -> (&str, f64) {
    (value[0].as_str().unwrap_or_default(), value[1].as_f64().unwrap_or_default())
}
