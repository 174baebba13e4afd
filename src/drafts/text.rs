//! What a draft says: Markdown with pictures → the post that it becomes.
//!
//! In: title and Markdown. Out: a [`NewPost`]; its HTML is cleaned like that of any other post. Our own pictures get their width and
//! height: Outlook shows a picture without them as wide as its file is.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::app::App;
use crate::feeds::NewPost;
use crate::feeds::given::markdown;

use super::media;

/// The post that a draft becomes; the same for its preview.
///
/// # Errors
/// The database's.
pub async fn post_of(app: &App, newsletter_id: i64, title: &str, body: &str) -> sqlx::Result<NewPost> {
    let html = markdown(body);
    let folder = media::folder(app);
    let mut sizes = HashMap::new();
    for name in names(&html, &folder) {
        if let Some(size) = media::size(&app.db, newsletter_id, name).await? {
            sizes.insert(name.to_owned(), size);
        }
    }
    let html = sized(&html, &folder, &sizes);
    Ok(NewPost { title: title.to_owned(), html: Some(html), ..NewPost::default() })
}

/// The names of our pictures that some HTML shows, each once.
fn names<'a>(html: &'a str, folder: &str) -> Vec<&'a str> {
    let begin = format!("<img src=\"{folder}");
    let found = html.split(begin.as_str()).skip(1).filter_map(|rest| rest.split_once('"').map(|(name, _)| name));
    let mut names: Vec<&str> = found.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The HTML with the size of each of our pictures.
fn sized(html: &str, folder: &str, sizes: &HashMap<String, (i64, i64)>) -> String {
    let begin = format!("<img src=\"{folder}");
    let mut parts = html.split(begin.as_str());
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = part.split_once('"').map_or("", |(name, _)| name);
        out.push_str("<img");
        if let Some((width, height)) = sizes.get(name) {
            let _ = write!(out, " width=\"{width}\" height=\"{height}\"");
        }
        out.push_str(&begin["<img".len()..]);
        out.push_str(part);
    }
    out
}

/// A picture in Markdown.
pub fn picture(alt: &str, address: &str) -> String {
    let mut said = String::with_capacity(alt.len());
    for c in alt.trim().replace(char::is_control, " ").chars() {
        if matches!(c, '[' | ']' | '\\' | '*' | '_' | '`' | '<' | '&') {
            said.push('\\');
        }
        said.push(c);
    }
    format!("![{said}]({address})")
}

/// Puts a block into Markdown, as a paragraph of its own, after `at` UTF-16 code units (as a browser counts the place of the
/// cursor), at the end of their line; at the end without a place.
pub fn insert(body: &str, at: Option<usize>, block: &str) -> String {
    let mut units = 0;
    let place = at.and_then(|at| {
        body.char_indices().find_map(|(byte, c)| {
            let here = units >= at;
            units += c.len_utf16();
            here.then_some(byte)
        })
    });
    let place = place.unwrap_or(body.len());
    let line_end = body[place..].find('\n').map_or(body.len(), |end| place + end);
    let (before, after) = body.split_at(line_end);
    let parts = [before.trim_end(), block, after.trim_start_matches('\n')];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let mut out = parts.join("\n\n");
    if after.trim().is_empty() {
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_pictures_get_their_size_and_others_do_not() {
        let folder = "https://l.example/media/";
        let html = markdown(
            "![un](https://l.example/media/a.png)\n\n![x](https://b.example/a.png) ![un](https://l.example/media/a.png)",
        );
        assert_eq!(names(&html, folder), ["a.png"]);
        let out = sized(&html, folder, &HashMap::from([("a.png".to_owned(), (560, 20))]));
        assert_eq!(
            out.matches("<img width=\"560\" height=\"20\" src=\"https://l.example/media/a.png\"").count(),
            2,
            "{out}"
        );
        assert!(out.contains("<img src=\"https://b.example/a.png\""), "{out}");
        assert_eq!(sized(&html, folder, &HashMap::new()), html);
    }

    #[test]
    fn a_picture_says_what_was_typed_and_nothing_else() {
        let html = markdown(&picture("un [pont]\n<b>* & `x`", "https://l.example/media/a_b-c.png"));
        assert_eq!(
            html.trim(),
            "<p><img src=\"https://l.example/media/a_b-c.png\" alt=\"un [pont] &lt;b&gt;* &amp; `x`\" /></p>"
        );
        assert!(markdown(&picture("", "https://l.example/a")).contains("alt=\"\""));
    }

    #[test]
    fn a_picture_stands_after_the_line_of_the_cursor() {
        assert_eq!(insert("", None, "P"), "P\n");
        assert_eq!(insert("un", None, "P"), "un\n\nP\n");
        assert_eq!(insert("un deux\ntrois", Some(1), "P"), "un deux\n\nP\n\ntrois");
        assert_eq!(insert("😀a\n\nb", Some(3), "P"), "😀a\n\nP\n\nb");
        assert_eq!(insert("😀", Some(1), "P"), "😀\n\nP\n");
        assert_eq!(insert("é\n", Some(999), "P"), "é\n\nP\n");
    }
}
