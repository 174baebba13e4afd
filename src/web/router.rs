//! Every route and layer on one screen.

use std::sync::Arc;

use axum::http::Uri;
use axum::middleware;
use axum::response::Redirect;
use axum::routing::MethodRouter;
use axum::{Extension, Router};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use crate::app::App;
use crate::bounces::hooks::receive::Certificates;
use crate::subscribers::queue::Queue;
use crate::web::api::{
    self, activity, archive as pages_api, choices, digests, doctor, events, newsletters, posts, reader_letters, stats,
    subscribers, texts, token, warmup,
};
use crate::web::console;
use crate::web::frame::routing::{any, get, post, put};
use crate::web::frame::{answer, assets, input};
use crate::web::health;
use crate::web::public::limits::Networks;
use crate::web::public::{
    address, archive, brand, confirm, home, hook, keep, leave, media, month, moved, not_me, own_data, own_link,
    preferences, robots, shared, stay, subscribe,
};

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(public(&app))
        .merge(hooks())
        .merge(watch())
        .merge(api(&app))
        .merge(console::routes::router(&app))
        // As one: a layer of its own is one more service that each request copies, with all that are inside it.
        .layer((
            CompressionLayer::new(),
            middleware::from_fn_with_state(app.clone(), answer::dress),
            CatchPanicLayer::custom(answer::panicked),
            middleware::from_fn_with_state(app.clone(), console::guard::own_language),
        ))
        .with_state(app)
}

/// What visitors and subscribers reach by a path that begins with a word, as axum writes it. A test looks at each that shows a page.
pub fn pages() -> Vec<(&'static str, MethodRouter<Arc<App>>)> {
    vec![
        ("/n/{newsletter}", get(subscribe::show).merge(post(subscribe::ask))),
        ("/n/{newsletter}/thanks", get(subscribe::thanks)),
        ("/n/{newsletter}/brand.css", get(brand::show)),
        ("/n/{newsletter}/archive", get(archive::list)),
        ("/n/{newsletter}/archive/latest", get(archive::latest)),
        ("/n/{newsletter}/archive/{page}", get(archive::page)),
        ("/n/{newsletter}/feed.xml", get(archive::feed)),
        ("/n/{newsletter}/sitemap.xml", get(archive::sitemap)),
        ("/confirm/{token}", get(confirm::show).merge(post(confirm::press))),
        ("/confirm/{token}/again", post(confirm::again)),
        ("/unsubscribe/{token}", get(leave::show).merge(post(leave::press))),
        ("/unsubscribe/{token}/undo", post(leave::undo)),
        ("/unsubscribe/{token}/reason", post(leave::reason)),
        ("/unsubscribe/{token}/rather", post(leave::rather)),
        ("/link", get(own_link::show).merge(post(own_link::ask))),
        ("/link/sent", get(own_link::sent)),
        ("/preferences/{token}", get(preferences::show).merge(post(preferences::press))),
        ("/data/{token}", get(own_data::show)),
        ("/data/{token}/data.json", get(own_data::file)),
        ("/erase/{token}", get(own_data::ask_erase).merge(post(own_data::forget))),
        ("/keep-address/{token}", get(keep::show).merge(post(keep::press))),
        ("/stay/{token}", get(stay::show).merge(post(stay::press))),
        ("/address/{token}", get(address::show).merge(post(address::press))),
        ("/not-me/{token}", get(not_me::show).merge(post(not_me::press))),
        ("/month/{token}", get(month::show).merge(post(month::press))),
        ("/shared/{token}", get(shared::show)),
        ("/shared/{token}/mail", get(shared::mail)),
    ]
}

/// What visitors and subscribers reach, without an account. `GET` shows, `POST` acts.
fn public(app: &Arc<App>) -> Router<Arc<App>> {
    let (networks, queue) = (Arc::new(Networks::new(&app.config.signup)), Arc::new(Queue::open(app)));
    let router = Router::new()
        .route("/", get(home::show))
        .route("/preferences", get(own_link::without_token))
        .route("/robots.txt", get(robots::robots))
        .route("/sitemap.xml", get(robots::sitemap))
        .route("/assets/{file}", get(assets::serve))
        .route("/media/{name}", get(media::serve));
    let router = pages()
        .into_iter()
        .fold(router, |router, (path, page)| router.route(path, page).route(&format!("{path}/"), any(without_slash)));
    router.layer((
        Extension(Arc::<archive::Pages>::default()),
        Extension(queue),
        Extension(networks),
        middleware::from_fn_with_state(app.clone(), moved::lead_on),
        RequestBodyLimitLayer::new(input::BODY_LIMIT),
    ))
}

/// A page asked for with a slash at its end, as people paste addresses: 308 keeps the method and the form. Only routes whose
/// path begins with a word lead here, so what is answered is a path of this host.
async fn without_slash(uri: Uri) -> Redirect {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Redirect::permanent(&format!("{}{query}", uri.path().trim_end_matches('/')))
}

/// Where providers post what became of mails. The secret is judged before the body is read, whose size [`hook`] limits.
fn hooks() -> Router<Arc<App>> {
    Router::new()
        .route("/hooks/{provider}/{secret}", get(hook::look).merge(post(hook::receive)))
        .layer(Extension(Arc::<Certificates>::default()))
}

/// For monitoring: load balancers, container runtimes, people.
fn watch() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .layer(Extension(Arc::<health::Recent>::default()))
}

/// What programs reach, with a bearer token.
fn api(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/activity", get(activity::list))
        .route("/api/v1/newsletters", get(newsletters::list))
        .route("/api/v1/newsletters/{newsletter}/digests", get(digests::list).merge(post(digests::send)))
        .route("/api/v1/newsletters/{newsletter}/posts", post(posts::add))
        .route("/api/v1/newsletters/{newsletter}/subscribers/{act}", post(subscribers::act))
        .route("/api/v1/newsletters/{newsletter}/rhythms", get(choices::rhythms))
        .route("/api/v1/newsletters/{newsletter}/rhythms/{number}", post(choices::set_rhythm))
        .route("/api/v1/newsletters/{newsletter}/topics", get(choices::topics).merge(post(choices::set_topic)))
        .route(
            "/api/v1/newsletters/{newsletter}/reader-letters",
            get(reader_letters::show).merge(post(reader_letters::set)),
        )
        .route("/api/v1/newsletters/{newsletter}/texts/{language}", get(texts::list).merge(post(texts::set)))
        .route("/api/v1/newsletters/{newsletter}/texts/{language}/{key}/revisions", get(texts::revisions))
        .route("/api/v1/newsletters/{newsletter}/archive", get(pages_api::show).merge(put(pages_api::open)))
        .route("/api/v1/newsletters/{newsletter}/archive/pages", get(pages_api::pages))
        .route("/api/v1/newsletters/{newsletter}/slug", put(pages_api::name))
        .route("/api/v1/newsletters/{newsletter}/doctor", get(doctor::show))
        .route("/api/v1/newsletters/{newsletter}/doctor/waive", post(doctor::waive))
        .route("/api/v1/newsletters/{newsletter}/warmup", get(warmup::show))
        .route("/api/v1/newsletters/{newsletter}/warmup/end", post(warmup::end))
        .route("/api/v1/newsletters/{newsletter}/stats", get(stats::show))
        .route("/api/v1/newsletters/{newsletter}/stats/{table}", get(stats::file))
        .route("/api/v1/digests/{digest}", get(digests::show))
        .route("/api/v1/digests/{digest}/stats", get(stats::digest))
        .route("/api/v1/digests/{digest}/stats/{table}", get(stats::digest_file))
        .route("/api/v1/digests/{digest}/archive", get(pages_api::page).merge(put(pages_api::choose)))
        .route("/api/v1/digests/{digest}/events", get(events::watch))
        .route("/api/v1/digests/{digest}/{action}", post(digests::steer))
        .route_layer(middleware::from_fn_with_state(app.clone(), token::admit))
        .layer(RequestBodyLimitLayer::new(api::BODY_LIMIT))
}
