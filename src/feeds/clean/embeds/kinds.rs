//! The kind of an embedded address, which decides the verb of its link: watch, listen, see a map, answer, read.
//!
//! In: an address. Out: a [`Kind`], by its host, its path, the ending of its file; `None` when these do not decide. A host that is
//! missing here costs only the verb: the link is made all the same.

use url::Url;

use crate::markup;

/// What one does there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Video,
    Audio,
    Map,
    /// Questions: polls and forms.
    Poll,
    /// A message on another site.
    Post,
    Document,
    /// Unknown.
    Page,
}

impl Kind {
    /// As [`markup::EMBED`] says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Map => "map",
            Self::Poll => "poll",
            Self::Post => "post",
            Self::Document => "document",
            Self::Page => "page",
        }
    }

    /// What the ending of a file says.
    pub fn of_file(address: &str) -> Option<Self> {
        let kind = markup::file_kind(address)?;
        [Self::Video, Self::Audio, Self::Document].into_iter().find(|known| known.name() == kind)
    }

    /// What a media type, or the `medium` of Media RSS, says.
    pub fn of_type(kind: &str) -> Option<Self> {
        let kind = kind.trim().to_ascii_lowercase();
        match kind.split(['/', ';']).next()? {
            "audio" => Some(Self::Audio),
            "video" => Some(Self::Video),
            "document" => Some(Self::Document),
            "application" if kind.contains("mpegurl") => Some(Self::Video),
            "application" if kind.contains("ogg") => Some(Self::Audio),
            "application"
                if ["pdf", "epub", "opendocument", "msword", "officedocument", "zip"]
                    .iter()
                    .any(|k| kind.contains(k)) =>
            {
                Some(Self::Document)
            }
            _ => None,
        }
    }
}

/// Domains, with all under them, and what one does there.
const DOMAINS: &[(Kind, &str)] = &[
    (
        Kind::Video,
        "youtube.com youtube-nocookie.com youtu.be vimeo.com dailymotion.com dai.ly twitch.tv tiktok.com \
         arte.tv ted.com ina.fr videopress.com video.wordpress.com wistia.com wistia.net loom.com \
         streamable.com rumble.com odysee.com bilibili.com kaltura.com brightcove.net jwplayer.com \
         jwplatform.com digiteka.com ultimedia.com canal-u.tv vidyard.com bunnycdn.com mediadelivery.net \
         podeduc.apps.education.fr invidious.io rutube.ru ok.ru",
    ),
    (
        Kind::Audio,
        "soundcloud.com spotify.com deezer.com bandcamp.com mixcloud.com podcasts.apple.com music.apple.com \
         anchor.fm acast.com ausha.co arteradio.com radiofrance.fr podcloud.fr simplecast.com libsyn.com \
         buzzsprout.com spreaker.com castbox.fm audiomeans.fr podbean.com transistor.fm megaphone.fm \
         captivate.fm audioboom.com redcircle.com rss.com tidal.com audiomack.com hearthis.at ivoox.com",
    ),
    (
        Kind::Map,
        "openstreetmap.org openstreetmap.fr openstreetmap.de umap-project.org framacarte.org mapbox.com \
         komoot.com komoot.de komoot.fr visugpx.com geoportail.gouv.fr ign.fr mappy.com maps.app.goo.gl \
         gogocarto.fr openrunner.com wikiloc.com calcmaps.com facilmap.org cartes.app",
    ),
    (
        Kind::Poll,
        "strawpoll.com strawpoll.me crowdsignal.com poll.fm polldaddy.com survey.fm doodle.com framadate.org \
         framaforms.org typeform.com surveymonkey.com tally.so jotform.com jotformeu.com forms.office.com \
         forms.gle survio.com sondageonline.fr dragnsurvey.com limesurvey.net opinionstage.com slido.com \
         mentimeter.com yesform.fr evalandgo.com grist.numerique.gouv.fr",
    ),
    (
        Kind::Post,
        "twitter.com x.com facebook.com instagram.com threads.net threads.com bsky.app linkedin.com \
         reddit.com redditmedia.com pinterest.com tumblr.com t.me flickr.com",
    ),
    (
        Kind::Document,
        "issuu.com calameo.com slideshare.net speakerdeck.com scribd.com docs.google.com drive.google.com \
         officeapps.live.com docdroid.net yumpu.com fliphtml5.com madmagz.com canva.com prezi.com \
         genially.com genial.ly",
    ),
];

/// Frames that show nothing to anybody, or an advertisement, or a button.
const NOISE: &str = "googletagmanager.com doubleclick.net googlesyndication.com google-analytics.com amazon-adsystem.com \
         taboola.com outbrain.com criteo.com disqus.com recaptcha.net addtoany.com addthis.com sharethis.com \
         ghbtns.com buttons.github.io adnxs.com hotjar.com scorecardresearch.com fls-eu.amazon.fr \
         ads.pubmatic.com quantserve.com likebtn.com cookiebot.com didomi.io consensu.org";

/// The host without `www.` and `m.`; empty when there is none.
pub fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    host.strip_prefix("m.").unwrap_or(host).to_owned()
}

/// Whether a host is this domain or stands under it.
fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Whether a host is of this company, in whatever country: `google.fr`, `maps.google.co.uk`.
pub fn is_of(host: &str, company: &str) -> bool {
    host.split('.').rev().skip(1).take(2).any(|label| label == company)
}

/// Whether nobody would miss this frame.
pub fn is_noise(url: &Url) -> bool {
    let host = host(url);
    let path = url.path();
    NOISE.split_whitespace().any(|domain| is_under(&host, domain))
        || (is_of(&host, "google") && path.starts_with("/recaptcha"))
        || (host == "facebook.com"
            && path.starts_with("/plugins/")
            && !["video", "post"].iter().any(|k| path.contains(k)))
        || (host == "facebook.com" && path == "/tr")
        || (host == "platform.twitter.com" && path.starts_with("/widgets"))
}

/// What one does there.
pub fn of(url: &Url) -> Option<Kind> {
    let (host, path) = (host(url), url.path());
    if is_of(&host, "google") && (path.starts_with("/maps") || host.starts_with("maps.")) {
        return Some(Kind::Map);
    }
    if host == "bing.com" && path.starts_with("/maps") {
        return Some(Kind::Map);
    }
    if (host == "docs.google.com" && path.starts_with("/forms")) || (host == "linkedin.com" && path.contains("poll")) {
        return Some(Kind::Poll);
    }
    if host == "facebook.com" && path.contains("video") {
        return Some(Kind::Video);
    }
    let listed = DOMAINS.iter().find(|(_, domains)| domains.split_whitespace().any(|domain| is_under(&host, domain)));
    listed.map(|(kind, _)| *kind).or_else(|| Kind::of_file(url.as_str())).or_else(|| by_words(&host, path))
}

/// Programs that run on any host (PeerTube, Castopod, uMap, Mastodon, LimeSurvey) are recognised by their paths.
fn by_words(host: &str, path: &str) -> Option<Kind> {
    let has = |words: &[&str]| {
        path.split(['/', '.', '-', '_'])
            .chain(host.split(['.', '-']))
            .any(|word| words.contains(&word.to_ascii_lowercase().as_str()))
    };
    if path.starts_with("/@") && path.ends_with("/embed") {
        return Some(if path.contains("/episodes/") { Kind::Audio } else { Kind::Post });
    }
    [
        (Kind::Video, &["video", "videos", "film", "films", "tube", "peertube", "invidious"][..]),
        (Kind::Audio, &["audio", "podcast", "podcasts", "episode", "episodes", "radio", "funkwhale", "castopod"][..]),
        (Kind::Map, &["map", "maps", "carte", "cartes", "umap", "karte", "mapa", "mappa"][..]),
        (Kind::Poll, &["poll", "polls", "sondage", "survey", "umfrage", "encuesta", "form", "forms", "formulaire"][..]),
        (Kind::Document, &["pdf", "flipbook", "slides"][..]),
    ]
    .into_iter()
    .find(|(_, words)| has(words))
    .map(|(kind, _)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_does_there_is_told_by_host_path_or_file() {
        let kind = |address: &str| of(&Url::parse(address).unwrap());
        for (address, expected) in [
            ("https://www.youtube-nocookie.com/embed/a", Some(Kind::Video)),
            ("https://tube.asso.example/videos/embed/1", Some(Kind::Video)),
            ("https://blog.example/f.mp4", Some(Kind::Video)),
            ("https://ana.bandcamp.com/album/x", Some(Kind::Audio)),
            ("https://radio.example/@ana/episodes/1/embed", Some(Kind::Audio)),
            ("https://www.openstreetmap.org/export/embed.html?bbox=1,2,3,4", Some(Kind::Map)),
            ("https://www.google.fr/maps/embed?pb=1", Some(Kind::Map)),
            ("https://umap.asso.example/fr/map/fetes_12", Some(Kind::Map)),
            ("https://docs.google.com/forms/d/e/1/viewform", Some(Kind::Poll)),
            ("https://strawpoll.com/embed/x", Some(Kind::Poll)),
            ("https://toot.example/@ana/1/embed", Some(Kind::Post)),
            ("https://docs.google.com/document/d/1/pub", Some(Kind::Document)),
            ("https://blog.example/jeu", None),
            ("https://notyoutube.com/x", None),
        ] {
            assert_eq!(kind(address), expected, "{address}");
        }
    }

    #[test]
    fn media_types_tell() {
        assert_eq!(Kind::of_type("audio/mpeg"), Some(Kind::Audio));
        assert_eq!(Kind::of_type("video"), Some(Kind::Video));
        assert_eq!(Kind::of_type("application/pdf"), Some(Kind::Document));
        assert_eq!(Kind::of_type("application/x-shockwave-flash"), None);
        assert_eq!(Kind::of_type("image/png"), None);
    }
}
