//! `facteur archive export`: archives as static files, for a web server that knows nothing of Facteur, or to keep.
//!
//! In: a folder and newsletters. Out: each page as the web role answers it at this moment, byte for byte, under the path of its address
//! (`index.html` in a folder for pages), with the style sheets and icons that they name: the folder is the root of a site. The form on the
//! pages leads to the running instance. Nothing is written over unless an earlier export is to be replaced.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use serde_json::json;
use tower::ServiceExt as _;

use crate::app::App;
use crate::cli::{Context, Fault};
use crate::digests::archive::{Standing, sql, standing};
use crate::markup::{self, Piece};
use crate::newsletters::{self, Newsletter, Visibility};
use crate::os_error;
use crate::serve;

/// What is asked for.
pub struct Wish {
    /// Where to.
    pub folder: PathBuf,
    /// Slugs; empty for all.
    pub newsletters: Vec<String>,
    /// Whether an earlier export goes first.
    pub replace: bool,
}

/// A file of the export.
struct File {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// Runs it.
pub async fn run(app: &Arc<App>, context: &Context, wish: &Wish) -> anyhow::Result<()> {
    let chosen = chosen(app, context, &wish.newsletters).await?;
    make_room(context, wish, &chosen)?;
    let router = serve::answers(app.clone());
    let (mut files, mut named) = (Vec::new(), BTreeSet::new());
    for newsletter in &chosen {
        for path in paths(app, newsletter).await? {
            let file = asked(&router, &path).await?;
            named.extend(names(&file));
            files.push(file);
        }
    }
    for path in &named {
        files.push(asked(&router, path).await?);
    }
    for file in &files {
        write(&wish.folder, file)?;
    }
    let folder = wish.folder.display().to_string();
    let slugs: Vec<&str> = chosen.iter().map(|newsletter| newsletter.slug.as_str()).collect();
    let shown = json!({ "folder": folder, "newsletters": slugs, "files": files.len() });
    context.show(&shown, || said!(context.locale, "cli-archive-exported", count = files.len(), folder = &folder))
}

/// The newsletters that were named, else all whose archive is open.
async fn chosen(app: &App, context: &Context, slugs: &[String]) -> anyhow::Result<Vec<Newsletter>> {
    let mut chosen = Vec::new();
    for slug in slugs {
        let found = context.newsletter(app, slug).await?;
        if found.archive == Visibility::Off {
            return Err(Fault::refused(said!(context.locale, "cli-archive-off", slug = slug)));
        }
        chosen.push(found);
    }
    if slugs.is_empty() {
        chosen = newsletters::sql::after_slug(&app.db, "", i64::MAX).await?;
        chosen.retain(|newsletter| newsletter.archive != Visibility::Off);
    }
    if chosen.is_empty() {
        return Err(Fault::refused(context.locale.text("cli-archive-none")));
    }
    Ok(chosen)
}

/// An empty folder; with `--replace` one whose pages of these newsletters are gone.
fn make_room(context: &Context, wish: &Wish, chosen: &[Newsletter]) -> anyhow::Result<()> {
    let folder = &wish.folder;
    let failed = |error: &std::io::Error| {
        let (folder, error) = (folder.display().to_string(), os_error::words(error, context.locale));
        Fault::failure(said!(context.locale, "cli-archive-cannot-write", folder = &folder, error = &error))
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    if wish.replace {
        for newsletter in chosen {
            match std::fs::remove_dir_all(folder.join("n").join(&newsletter.slug)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(&error)),
                _ => {}
            }
        }
        return Ok(());
    }
    let mut there = std::fs::read_dir(folder).map_err(|error| failed(&error))?;
    if there.next().is_some() {
        let folder = folder.display().to_string();
        return Err(Fault::refused(said!(context.locale, "cli-archive-not-empty", folder = &folder)));
    }
    Ok(())
}

/// Every address of a newsletter's archive that answers a page.
async fn paths(app: &App, newsletter: &Newsletter) -> anyhow::Result<Vec<String>> {
    let home = format!("/n/{}", newsletter.slug);
    let mut paths = Vec::new();
    let all = sql::all(&app.db, newsletter.id, i64::MAX, i64::MAX).await?;
    if newsletter.archive == Visibility::Public {
        paths.extend(["archive", "feed.xml", "sitemap.xml"].map(|name| format!("{home}/{name}")));
        let years = sql::years(&app.db, newsletter.id).await?;
        paths.extend(years.iter().map(|year| format!("{home}/archive/{year}")));
    }
    let open = all.iter().filter(|line| matches!(standing(newsletter, line), Standing::Public | Standing::Link));
    paths.extend(open.map(|line| format!("{home}/archive/{}", line.address)));
    Ok(paths)
}

/// What the web role answers to whoever asks for a path.
async fn asked(router: &Router, path: &str) -> anyhow::Result<File> {
    let request = Request::get(path).body(Body::empty())?;
    let response = router.clone().oneshot(request).await?;
    let status = response.status();
    anyhow::ensure!(status == StatusCode::OK, "{path} answers {status}; it was changed meanwhile: export once more");
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_page = kind.starts_with("text/html");
    let bytes = to_bytes(response.into_body(), usize::MAX).await?.to_vec();
    let place = path.split('?').next().unwrap_or(path).trim_start_matches('/');
    let path = if is_page { Path::new(place).join("index.html") } else { PathBuf::from(place) };
    Ok(File { path, bytes })
}

/// The style sheets and icons of this host that a page names.
fn names(file: &File) -> Vec<String> {
    if file.path.extension().is_none_or(|extension| extension != "html") {
        return Vec::new();
    }
    let html = String::from_utf8_lossy(&file.bytes);
    let linked = markup::pieces(&html).into_iter().filter_map(|piece| match piece {
        Piece::Open(element) if element.name == "link" => {
            let wanted = matches!(element.get("rel"), Some("stylesheet" | "icon"));
            element.get("href").filter(|href| wanted && href.starts_with('/')).map(str::to_owned)
        }
        _ => None,
    });
    linked.collect()
}

fn write(folder: &Path, file: &File) -> anyhow::Result<()> {
    let path = folder.join(&file.path);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    }
    std::fs::write(&path, &file.bytes).with_context(|| path.display().to_string())
}
