//! Our own stylesheet and icons, compiled in and served under a name that changes with their content.
//!
//! In: a file of `assets/`. Out: `/assets/NAME.FINGERPRINT.EXT`, cached for a year. Nothing comes from elsewhere.

use std::fmt::Write as _;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// The path of a file of `assets/`, with its fingerprint (the first 8 bytes of its SHA-256).
pub fn path(name: &str) -> String {
    let Some(file) = Files::get(name) else {
        return format!("/assets/{name}");
    };
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("/assets/{stem}.{}.{extension}", fingerprint(&file))
}

/// `GET /assets/{file}`: any fingerprint is answered, so that a page of the last version keeps its looks.
pub async fn serve(Path(asked): Path<String>) -> Response {
    let mut parts = asked.rsplitn(3, '.');
    let (extension, print, stem) = (parts.next(), parts.next(), parts.next());
    let (Some(extension), Some(print), Some(stem)) = (extension, print, stem) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(file) = Files::get(&format!("{stem}.{extension}")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match extension {
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "js" => "text/javascript; charset=utf-8",
        _ => "application/octet-stream",
    };
    let cache = if print == fingerprint(&file) { "public, max-age=31536000, immutable" } else { "no-cache" };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)], file.data).into_response()
}

fn fingerprint(file: &EmbeddedFile) -> String {
    file.metadata.sha256_hash()[..8].iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_page_finds_its_stylesheet_under_the_path_it_names() {
        let path = path("facteur.css");
        let file = path.strip_prefix("/assets/").unwrap().to_owned();
        let found = serve(Path(file)).await;
        assert_eq!(found.status(), StatusCode::OK);
        assert!(found.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert_eq!(serve(Path("../Cargo.toml".into())).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(serve(Path("facteur.css".into())).await.status(), StatusCode::NOT_FOUND);
    }
}
