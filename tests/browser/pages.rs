//! Every page in both languages, light and dark, on a telephone and on a screen: nothing in anybody's way.

use facteur::people::role::Role;
use facteur::web::console::guard::Rule;
use facteur::web::console::routes;
use reqwest::Method;

use super::chromium::{Chromium, Look};
use crate::harness::{TestApp, on_sqlite};

const LOOKS: [Look; 4] = [
    Look { width: 320, dark: false },
    Look { width: 320, dark: true },
    Look { width: 1280, dark: false },
    Look { width: 1280, dark: true },
];

/// Looks at these paths in every way, and gives what is wrong and how many times a page was judged.
pub async fn judge(app: &TestApp, browser: &Chromium, paths: &[String]) -> (Vec<String>, usize) {
    let (mut wrong, mut judged) = (Vec::new(), 0);
    for look in LOOKS {
        browser.look(look).await;
        for path in paths {
            for language in ["fr", "en"] {
                let joined = if path.contains('?') { '&' } else { '?' };
                browser.goto(&app.local(&format!("{path}{joined}lang={language}"))).await;
                judged += 1;
                let scheme = if look.dark { "dark" } else { "light" };
                let name = path.trim_matches('/').replace(['/', '?', '='], "-");
                browser.picture(&format!("{name}-{language}-{}-{scheme}", look.width)).await;
                for fault in browser.faults().await {
                    wrong.push(format!("{path} {language} {look:?}: {} at {}", fault.rule, fault.where_));
                }
            }
        }
    }
    (wrong, judged)
}

#[tokio::test]
async fn no_page_stands_in_anybodys_way() {
    if !on_sqlite() || !Chromium::has_axe() {
        return;
    }
    let Some(browser) = Chromium::start(true).await else { return };
    let app = TestApp::builder().set("base_url", "http://localhost").spawn().await;
    let newsletter = app.newsletter("carnet").await;
    app.reader(&newsletter, "lea@lecteurs.example").await;
    app.post(&newsletter, "Le four est rallumé").await;
    let public = ["/", "/n/carnet", "/n/carnet/thanks", "/nulle-part", "/confirm/preview", "/unsubscribe/preview"];
    let mut paths: Vec<String> = public.map(str::to_owned).to_vec();
    let (mut wrong, mut judged) = judge(&app, &browser, &paths).await;
    let owner = app.console(Role::Owner, None).await;
    browser.cookie(&app.local("/"), "facteur", &owner.cookie).await;
    paths = routes::table()
        .into_iter()
        .filter(|route| route.method == Method::GET && route.rule != Rule::Open)
        .map(|route| route.path.replace("{newsletter}", "carnet"))
        .filter(|path| !path.contains('{'))
        .collect();
    let (more, count) = judge(&app, &browser, &paths).await;
    wrong.extend(more);
    judged += count;
    eprintln!("axe-core judged {judged} pages: {} violations", wrong.len());
    drop(browser);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
