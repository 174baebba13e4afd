//! Rules on links and on visible and hidden parts of the HTML: D16, D22, D26 to D29.

use super::broken::Broken;
use super::markup::{self, Element, Piece};
use super::parts::shorten;
use super::{Findings, Mail, is_loopback};

/// Services that hide where a link goes; filters hold it against the sender.
const SHORTENERS: &[&str] = &[
    "bit.ly",
    "t.co",
    "tinyurl.com",
    "goo.gl",
    "ow.ly",
    "is.gd",
    "buff.ly",
    "rebrand.ly",
    "cutt.ly",
    "tiny.cc",
    "urlr.me",
];
/// Elements that no mail client shows, or that filters refuse.
const FORBIDDEN: &[&str] = &[
    "script", "form", "iframe", "object", "embed", "applet", "input", "button", "select", "textarea", "link", "base",
    "frame", "frameset", "video", "audio", "canvas", "svg", "math", "portal",
];

pub(super) fn check(mail: &Mail<'_>, findings: &mut Findings) {
    if let Some(html) = &mail.html {
        active_content(html, findings);
        beacons(mail, html, findings);
    }
    for link in &mail.links {
        destination(mail, &link.href, &link.shown, findings);
    }
    if mail.is_bulk() {
        leave_links(mail, findings);
    }
    confirmation(mail, findings);
    address(mail, findings);
}

fn active_content(html: &[Piece], findings: &mut Findings) {
    let mut in_style = false;
    for piece in html {
        match piece {
            Piece::Open(element) => {
                in_style = element.name == "style";
                element_is_quiet(element, findings);
            }
            Piece::Text(text) if in_style => style_is_quiet(text, findings),
            Piece::Close(_) => in_style = false,
            _ => {}
        }
    }
}

fn element_is_quiet(element: &Element, findings: &mut Findings) {
    let name = element.name.as_str();
    let refresh =
        name == "meta" && element.get("http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("refresh"));
    if FORBIDDEN.contains(&name) || refresh {
        findings.error("D26", Broken::Forbidden { element: name.to_owned() });
    }
    for (attribute, value) in &element.attributes {
        let squeezed: String = value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let scheme = squeezed.split(':').next().unwrap_or_default().to_ascii_lowercase();
        let address =
            matches!(attribute.as_str(), "href" | "src" | "action" | "background" | "srcset" | "poster" | "cite");
        if attribute.starts_with("on") || (address && matches!(scheme.as_str(), "javascript" | "data" | "vbscript")) {
            findings.error("D26", Broken::Active { element: name.to_owned(), attribute: attribute.clone() });
        }
        if attribute == "style" {
            style_is_quiet(value, findings);
        }
    }
}

fn style_is_quiet(style: &str, findings: &mut Findings) {
    let style = style.to_ascii_lowercase();
    for loaded in ["@import", "@font-face", "url(", "expression(", "behavior:", "-moz-binding"] {
        if style.contains(loaded) {
            findings.error("D26", Broken::StyleLoads { what: loaded.to_owned() });
        }
    }
}

fn beacons(mail: &Mail<'_>, html: &[Piece], findings: &mut Findings) {
    let id = mail.value("Message-ID").and_then(|id| id.trim_start_matches('<').split('@').next()).unwrap_or_default();
    let token = mail.leave_link().and_then(|link| link.rsplit('/').next()).unwrap_or_default();
    for piece in html {
        let Piece::Open(element) = piece else { continue };
        if element.name != "img" {
            continue;
        }
        let style: String = element.get("style").unwrap_or_default().to_ascii_lowercase().split_whitespace().collect();
        let tiny = ["width", "height"]
            .iter()
            .filter_map(|side| element.get(side)?.trim_end_matches("px").parse::<u32>().ok())
            .any(|pixels| pixels < 3);
        let hidden =
            style.contains("display:none") || style.contains("visibility:hidden") || style.contains("opacity:0;");
        let source = element.get("src").unwrap_or_default();
        let personal = [id, token].iter().any(|own| own.len() >= 16 && source.contains(own));
        if tiny || hidden || personal {
            findings.error("D28", Broken::Beacon);
        }
        let plain =
            url::Url::parse(source).is_ok_and(|url| matches!(url.scheme(), "https" | "cid") || is_loopback(&url));
        if !plain {
            findings.warn("D27", Broken::PictureNotHttps { address: shorten(source) });
        }
    }
}

fn destination(mail: &Mail<'_>, href: &str, shown: &str, findings: &mut Findings) {
    let words = shorten(shown);
    let Ok(url) = url::Url::parse(href) else {
        findings.error("D27", Broken::NoTarget { words });
        return;
    };
    match url.scheme() {
        "https" | "mailto" | "tel" => {}
        "http" if is_loopback(&url) => {}
        "http" if mail.leave_link() == Some(href) || href.contains("/confirm/") || href.contains("/not-me/") => {
            findings.error("D27", Broken::TokenOverHttp);
        }
        "http" => findings.warn("D27", Broken::OverHttp { words: words.clone() }),
        scheme => findings.error("D27", Broken::Scheme { words: words.clone(), scheme: scheme.to_owned() }),
    }
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
    if is_shortener(host) {
        findings.warn("D27", Broken::Shortened { words, host: host.to_owned() });
    }
    if let Some(claimed) = shown_host(shown)
        && !host.is_empty()
        && claimed.trim_start_matches("www.") != host
    {
        findings.warn("D27", Broken::OtherTarget { shown: claimed, host: host.to_owned() });
    }
}

/// Whether a host hides where its links go.
pub fn is_shortener(host: &str) -> bool {
    SHORTENERS.contains(&host.trim_start_matches("www."))
}

/// The host that a link's text shows, when it looks like an address.
fn shown_host(shown: &str) -> Option<String> {
    let shown = shown.trim();
    if shown.contains(char::is_whitespace) || !(shown.starts_with("http") || shown.starts_with("www.")) {
        return None;
    }
    let address = if shown.starts_with("www.") { format!("https://{shown}") } else { shown.to_owned() };
    url::Url::parse(&address).ok()?.host_str().map(str::to_owned)
}

/// D22. When a mail program clips the end of a mail, the link at the top is left.
fn leave_links(mail: &Mail<'_>, findings: &mut Findings) {
    let (Some(leave), Some(html)) = (mail.leave_link(), &mail.html) else { return };
    let at: Vec<usize> = mail.links.iter().filter(|link| link.href == leave).map(|link| link.at).collect();
    let heading = html.iter().position(|piece| matches!(piece, Piece::Open(element) if element.name == "h1"));
    let top = at.first().is_some_and(|first| heading.is_none_or(|heading| *first < heading));
    let bottom = at.last().is_some_and(|last| heading.is_none_or(|heading| *last > heading));
    if !top || !bottom || at.len() < 2 {
        findings.error("D22", Broken::LeavePlaces);
    }
    if mail.text.as_ref().is_some_and(|text| !text.contains(leave)) {
        findings.error("D17", Broken::TextLacksLeave);
    }
}

fn confirmation(mail: &Mail<'_>, findings: &mut Findings) {
    let link = |part: &str| mail.links.iter().find(|link| link.href.contains(part));
    let Some(confirm) = link("/confirm/").filter(|_| !mail.is_bulk()) else { return };
    if link("/not-me/").is_none() {
        findings.error("D16", Broken::NoNotMe);
    }
    let origin = |href: &str| url::Url::parse(href).ok().map(|url| url.origin());
    for other in &mail.links {
        if !other.href.starts_with("mailto:") && origin(&other.href) != origin(&confirm.href) {
            findings.error("D16", Broken::LinksElsewhere { words: shorten(&other.shown) });
        }
    }
}

fn address(mail: &Mail<'_>, findings: &mut Findings) {
    let Some(to) = mail.to().map(str::to_ascii_lowercase) else { return };
    let senders = [mail.parsed.from(), mail.parsed.reply_to()];
    let own = senders.iter().flatten().flat_map(|list| list.iter()).filter_map(mail_parser::Addr::address);
    if to.len() < 6 || own.map(str::to_ascii_lowercase).any(|address| address == to) {
        return;
    }
    let escaped = to.replace('@', "%40");
    let seen = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains(&to) || text.contains(&escaped)
    };
    let headers = mail.fields.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("To")).any(|(_, value)| seen(value));
    let text = mail.text.as_deref().is_some_and(seen);
    let html = mail.html.as_deref().is_some_and(|html| seen(&markup::html(html)));
    let places = [(Broken::AddressInHeader, headers), (Broken::AddressInText, text), (Broken::AddressInHtml, html)];
    for (broken, _) in places.into_iter().filter(|(_, there)| *there) {
        findings.error("D29", broken);
    }
}
