//! Finds the page that shows the content of a frame: addresses of players are made for frames, and many show nothing on their own.
//!
//! In: the address of a frame or a player, or an address alone on its line. Out: the page for a person to open, and its kind
//! ([`super::kinds`]); `None` for advertising and counters. No request is made.

use url::Url;

use super::kinds::{self, Kind};

/// Something embedded, as a person opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub kind: Kind,
    pub address: String,
}

/// The place of a frame's address.
pub fn of_frame(url: &Url) -> Option<Place> {
    if kinds::is_noise(url) {
        return None;
    }
    let page = page(url).unwrap_or_else(|| url.clone());
    Some(Place { kind: kinds::of(url).or_else(|| kinds::of(&page)).unwrap_or(Kind::Page), address: page.into() })
}

/// The place of an address that somebody wrote on a line of its own, for the blog to make a player of it: only where it is
/// surely one film, one sound.
pub fn of_line(url: &Url) -> Option<Place> {
    let path = segments(url);
    let numbered = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let one = match (kinds::host(url).as_str(), path.as_slice()) {
        ("youtube.com", ["watch" | "playlist"] | ["shorts" | "live" | "embed", _])
        | ("youtu.be" | "dai.ly", [_])
        | ("dailymotion.com" | "archive.org", [_, _])
        | ("soundcloud.com" | "mixcloud.com", [_, _, ..])
        | ("open.spotify.com", ["episode" | "track" | "show" | "album" | "playlist", _])
        | (_, ["videos", "watch", _]) => true,
        ("vimeo.com", [number, ..]) => numbered(number),
        _ => crate::markup::file_kind(url.as_str()).is_some_and(|kind| kind != Kind::Document.name()),
    };
    one.then(|| of_frame(url)).flatten()
}

fn segments(url: &Url) -> Vec<&str> {
    url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect()
}

/// A value of the query.
fn asked(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
}

/// The address that a value of the query holds.
fn inner(url: &Url, name: &str) -> Option<Url> {
    Url::parse(&asked(url, name)?).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The same address with this path and without query.
fn at(url: &Url, path: &str) -> Url {
    let mut page = url.clone();
    page.set_path(path);
    page.set_query(None);
    page.set_fragment(None);
    page
}

fn web(address: &str) -> Option<Url> {
    Url::parse(address).ok()
}

/// The page behind the player of a service whose players are of no use outside a frame.
fn page(url: &Url) -> Option<Url> {
    let host = kinds::host(url);
    if kinds::is_of(&host, "google") {
        return google(url, &host);
    }
    video(url, &host).or_else(|| sound(url, &host)).or_else(|| other(url, &host))
}

fn video(url: &Url, host: &str) -> Option<Url> {
    match (host, segments(url).as_slice()) {
        ("youtube.com" | "youtube-nocookie.com", ["embed" | "v" | "e" | "shorts" | "live", id, ..]) => youtube(url, id),
        ("youtube-nocookie.com", ["watch"]) => youtube(url, &asked(url, "v")?),
        ("youtube.com" | "youtube-nocookie.com", ["embed"]) => youtube(url, "videoseries"),
        ("player.vimeo.com", ["video", id, ..]) => {
            web(&format!("https://vimeo.com/{id}{}", asked(url, "h").map(|h| format!("/{h}")).unwrap_or_default()))
        }
        ("dailymotion.com", ["embed", "video", id, ..]) => web(&format!("https://www.dailymotion.com/video/{id}")),
        ("geo.dailymotion.com", _) => web(&format!("https://www.dailymotion.com/video/{}", asked(url, "video")?)),
        ("player.twitch.tv", _) => match asked(url, "video") {
            Some(id) => web(&format!("https://www.twitch.tv/videos/{}", id.trim_start_matches('v'))),
            None => web(&format!("https://www.twitch.tv/{}", asked(url, "channel")?)),
        },
        ("embed.ted.com", path) => web(&format!("https://www.ted.com/{}", path.join("/"))),
        ("archive.org", ["embed", id, ..]) => web(&format!("https://archive.org/details/{id}")),
        // PeerTube, at any host.
        (_, ["videos", "embed", id]) => Some(at(url, &format!("/videos/watch/{id}"))),
        (_, ["video-playlists", "embed", id]) => Some(at(url, &format!("/w/p/{id}"))),
        _ => None,
    }
}

/// A film, or a list of films, from where the frame would begin.
fn youtube(url: &Url, id: &str) -> Option<Url> {
    let list = asked(url, "list");
    if id == "videoseries" || id == "live_stream" {
        return match list {
            Some(list) => Url::parse_with_params("https://www.youtube.com/playlist", [("list", list)]).ok(),
            None => web(&format!("https://www.youtube.com/channel/{}", asked(url, "channel")?)),
        };
    }
    // Old players were `/v/ID&hl=fr`.
    let id = id.split('&').next().unwrap_or(id);
    let start = asked(url, "start").or_else(|| asked(url, "t")).map(|start| ("t", start));
    let more = list.map(|list| ("list", list)).into_iter().chain(start);
    Url::parse_with_params("https://www.youtube.com/watch", std::iter::once(("v", id.to_owned())).chain(more)).ok()
}

fn sound(url: &Url, host: &str) -> Option<Url> {
    match (host, segments(url).as_slice()) {
        ("w.soundcloud.com", _) => inner(url, "url").filter(|track| kinds::host(track) == "soundcloud.com"),
        ("open.spotify.com", ["embed" | "embed-podcast", rest @ ..]) => Some(at(url, &rest.join("/"))),
        ("embed.podcasts.apple.com" | "embed.music.apple.com", _) => {
            let mut page = url.clone();
            page.set_host(Some(host.trim_start_matches("embed."))).ok()?;
            Some(page)
        }
        ("widget.deezer.com", ["widget", _, what, id]) => web(&format!("https://www.deezer.com/{what}/{id}")),
        _ => None,
    }
}

fn other(url: &Url, host: &str) -> Option<Url> {
    match (host, segments(url).as_slice()) {
        ("facebook.com", ["plugins", ..]) => inner(url, "href"),
        ("platform.twitter.com", _) => web(&format!("https://twitter.com/i/status/{}", asked(url, "id")?)),
        ("view.officeapps.live.com", _) => inner(url, "src"),
        // Services that embed for others show content of other sites.
        ("cdn.embedly.com" | "cdn.iframe.ly" | "iframe.ly", _) => inner(url, "url"),
        ("helloasso.com", [rest @ .., "widget" | "widget-bouton" | "widget-vignette"])
        | ("instagram.com", [rest @ .., "embed"] | [rest @ .., "embed", "captioned"]) => Some(at(url, &rest.join("/"))),
        ("codepen.io", [user, "embed", rest @ ..]) => {
            web(&format!("https://codepen.io/{user}/pen/{}", rest.iter().rfind(|part| **part != "preview")?))
        }
        // Mastodon and what speaks like it, at any host; a post of another WordPress.
        (_, [rest @ .., "embed"]) if rest.first().is_some_and(|user| user.starts_with('@')) || says_wordpress(url) => {
            Some(at(url, &format!("{}{}", rest.join("/"), if says_wordpress(url) { "/" } else { "" })))
        }
        _ => None,
    }
}

/// WordPress writes a secret behind the address of a post in a frame.
pub fn says_wordpress(url: &Url) -> bool {
    url.fragment().is_some_and(|fragment| fragment.starts_with("?secret="))
}

fn google(url: &Url, host: &str) -> Option<Url> {
    let look_for = |query: String| {
        Url::parse_with_params("https://www.google.com/maps/search/", [("api", "1".to_owned()), ("query", query)]).ok()
    };
    let without = |name: &str| {
        let kept = url.query_pairs().filter(|(key, _)| key != name);
        let mut page = url.clone();
        page.query_pairs_mut().clear().extend_pairs(kept);
        if page.query() == Some("") {
            page.set_query(None);
        }
        Some(page)
    };
    match (host, segments(url).as_slice()) {
        ("docs.google.com", ["forms", ..]) => without("embedded"),
        ("docs.google.com", ["presentation", middle @ .., "embed"]) => {
            Some(at(url, &format!("/presentation/{}/pub", middle.join("/"))))
        }
        ("docs.google.com" | "drive.google.com", ["viewer" | "gview" | "viewerng", ..]) => inner(url, "url"),
        ("drive.google.com", [file @ .., "preview"]) => Some(at(url, &format!("/{}/view", file.join("/")))),
        (_, ["maps", "embed", "v1", ..]) => {
            look_for(["q", "center", "destination"].iter().find_map(|k| asked(url, k))?)
        }
        (_, ["maps", "embed"]) => look_for(middle(&asked(url, "pb")?)?),
        (_, ["maps", "d", .., "embed"]) => {
            Url::parse_with_params("https://www.google.com/maps/d/viewer", [("mid", asked(url, "mid")?)]).ok()
        }
        (_, ["maps", ..]) => without("output"),
        _ => None,
    }
}

/// The middle of a map in Google's way of packing it: `…!2dLONGITUDE!3dLATITUDE…`.
fn middle(packed: &str) -> Option<String> {
    let number = |mark: &str| {
        let (_, rest) = packed.split_once(mark)?;
        let number = rest.split('!').next()?;
        number.parse::<f64>().ok().map(|_| number)
    };
    Some(format!("{},{}", number("!3d")?, number("!2d")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(frame: &str) -> String {
        of_frame(&Url::parse(frame).unwrap()).map_or_else(String::new, |place| place.address)
    }

    #[test]
    fn players_become_pages() {
        for (frame, page) in [
            ("https://www.youtube-nocookie.com/embed/aB-1?start=90&rel=0", "https://www.youtube.com/watch?v=aB-1&t=90"),
            ("https://www.youtube.com/embed/videoseries?list=PL1", "https://www.youtube.com/playlist?list=PL1"),
            ("http://www.youtube.com/v/aB1&hl=fr", "https://www.youtube.com/watch?v=aB1"),
            ("https://player.vimeo.com/video/12?h=ab&dnt=1", "https://vimeo.com/12/ab"),
            ("https://geo.dailymotion.com/player.html?video=x1", "https://www.dailymotion.com/video/x1"),
            ("https://tube.example/videos/embed/u-1?warningTitle=0", "https://tube.example/videos/watch/u-1"),
            (
                "https://w.soundcloud.com/player/?url=https%3A//soundcloud.com/ana/son&color=red",
                "https://soundcloud.com/ana/son",
            ),
            ("https://open.spotify.com/embed/episode/4a?utm_source=x", "https://open.spotify.com/episode/4a"),
            ("https://toot.example/@ana/12/embed", "https://toot.example/@ana/12"),
            ("https://autre.example/billet/embed/#?secret=x1", "https://autre.example/billet/"),
            (
                "https://www.google.com/maps/embed?pb=!1m18!1m12!1m3!1d2!2d-1.55!3d47.21!2m3!1f0",
                "https://www.google.com/maps/search/?api=1&query=47.21%2C-1.55",
            ),
            ("https://maps.google.com/maps?q=Nantes&output=embed", "https://maps.google.com/maps?q=Nantes"),
            (
                "https://docs.google.com/forms/d/e/1F/viewform?embedded=true",
                "https://docs.google.com/forms/d/e/1F/viewform",
            ),
            (
                "https://www.helloasso.com/associations/a/adhesions/b/widget",
                "https://www.helloasso.com/associations/a/adhesions/b",
            ),
            (
                "https://www.facebook.com/plugins/video.php?href=https%3A%2F%2Fwww.facebook.com%2Fa%2Fvideos%2F1%2F",
                "https://www.facebook.com/a/videos/1/",
            ),
            (
                "https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fa.example&url=https%3A%2F%2Fvimeo.com%2F12",
                "https://vimeo.com/12",
            ),
            ("https://inconnu.example/jeu", "https://inconnu.example/jeu"),
        ] {
            assert_eq!(address(frame), page, "{frame}");
        }
    }

    #[test]
    fn what_counts_readers_is_no_place() {
        for frame in [
            "https://www.googletagmanager.com/ns.html?id=GTM-1",
            "https://googleads.g.doubleclick.net/pagead/ads?x",
            "https://www.facebook.com/plugins/like.php?href=https%3A%2F%2Fblog.example",
        ] {
            assert_eq!(address(frame), "", "{frame}");
        }
    }

    #[test]
    fn an_address_is_made_only_of_addresses() {
        for frame in [
            "https://www.facebook.com/plugins/post.php?href=javascript%3Aalert(1)",
            "https://docs.google.com/viewer?url=data%3Atext%2Fhtml%2Cx",
            "https://w.soundcloud.com/player/?url=javascript:x",
            "https://player.twitch.tv/?channel=..%2F..%2Fx%22%3E",
        ] {
            assert!(address(frame).starts_with("https://"), "{frame}");
        }
    }

    #[test]
    fn only_one_film_or_sound_is_a_place_on_a_line() {
        let known = |address: &str| of_line(&Url::parse(address).unwrap()).map(|place| place.kind);
        assert_eq!(known("https://vimeo.com/1084537"), Some(Kind::Video));
        assert_eq!(known("https://youtu.be/abc"), Some(Kind::Video));
        assert_eq!(known("https://blog.example/son.mp3"), Some(Kind::Audio));
        assert_eq!(known("https://vimeo.com/ana"), None);
        assert_eq!(known("https://www.youtube.com/@ana"), None);
        assert_eq!(known("https://blog.example/notice.pdf"), None);
    }
}
