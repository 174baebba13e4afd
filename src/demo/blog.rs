//! The sample blog: a village's bread oven, told by those who lit it again. Four posts stand there, three wait for a
//! button, and visitors may write their own.
//!
//! In: Markdown of `src/demo/articles`, forms. Out: [`Article`]s for pages and for the feed.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pulldown_cmark::{Event, Options, Parser, TagEnd, html};
use serde::{Deserialize, Serialize};

use crate::clock::{DAY, HOUR, Millis};

/// The blog's name, and the newsletter's.
pub const NAME: &str = "Le Carnet du four";

/// Who publishes it.
pub const POSTAL: &str = "Les Amis du four de Valmérande\n2, place du Four, Valmérande";

/// Longest title of a visitor's own post, in characters.
pub const TITLE_LIMIT: usize = 150;

/// Longest text of a visitor's own post, in characters.
pub const TEXT_LIMIT: usize = 10_000;

/// Posts that stand there at the start: how long ago they were published, and their text.
const PUBLISHED: [(Millis, &str); 4] = [
    (3 * DAY + 2 * HOUR, include_str!("articles/04-banc.md")),
    (9 * DAY + 5 * HOUR, include_str!("articles/03-croute.md")),
    (15 * DAY + HOUR, include_str!("articles/02-farines.md")),
    (22 * DAY + 4 * HOUR, include_str!("articles/01-rallume.md")),
];

/// Posts that wait for the button.
const DRAFTS: [&str; 3] =
    [include_str!("articles/d1-fete.md"), include_str!("articles/d2-levain.md"), include_str!("articles/d3-hier.md")];

/// A post of the blog.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Article {
    /// Last part of its address.
    pub slug: String,
    /// Plain text.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// One or two sentences, plain text.
    pub summary: String,
    /// File in `assets/demo`, empty for none.
    pub picture: String,
    /// What the picture shows.
    pub alt: String,
    /// The text.
    pub html: String,
    /// When.
    pub published_at: Millis,
}

/// All posts of the blog, newest first.
#[derive(Debug)]
pub struct Blog {
    articles: Mutex<Vec<Article>>,
}

impl Blog {
    /// The blog as it was kept, or as it stands at the first start.
    pub fn open(kept: Vec<Article>, now: Millis) -> Self {
        let first = || PUBLISHED.iter().map(|(age, text)| article(text, now - age)).collect();
        Self { articles: Mutex::new(if kept.is_empty() { first() } else { kept }) }
    }

    /// Every post, newest first.
    pub fn all(&self) -> Vec<Article> {
        self.lock().clone()
    }

    /// The post at this address.
    pub fn find(&self, slug: &str) -> Option<Article> {
        self.lock().iter().find(|article| article.slug == slug).cloned()
    }

    /// Prepared posts that are not published yet.
    pub fn drafts(&self) -> Vec<Article> {
        let articles = self.lock();
        let drafts = DRAFTS.iter().map(|text| article(text, 0));
        drafts.filter(|draft| articles.iter().all(|article| article.slug != draft.slug)).collect()
    }

    /// Publishes a prepared post; `None` when there is no such draft (any more).
    pub fn publish_draft(&self, slug: &str, now: Millis) -> Option<String> {
        let draft = self.drafts().into_iter().find(|draft| draft.slug == slug)?;
        self.lock().insert(0, Article { published_at: now, ..draft });
        Some(slug.to_owned())
    }

    /// Publishes what a visitor wrote (Markdown; HTML in it is shown as text). Gives its address.
    pub fn publish_own(&self, title: &str, text: &str, author: &str, now: Millis) -> String {
        let mut articles = self.lock();
        let number = articles.len() + 1;
        let slug = format!("{}-{number}", slug_of(title));
        let summary = first_words(text);
        let own = Article {
            slug: slug.clone(),
            title: title.to_owned(),
            author: author.to_owned(),
            summary,
            picture: String::new(),
            alt: String::new(),
            html: rendered(text),
            published_at: now,
        };
        articles.insert(0, own);
        slug
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Article>> {
        self.articles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lines of `name: value`, an empty line, Markdown.
fn article(text: &str, published_at: Millis) -> Article {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut fields: BTreeMap<&str, &str> = head.lines().filter_map(|line| line.split_once(": ")).collect();
    let mut field = |name| fields.remove(name).unwrap_or_default().to_owned();
    Article {
        slug: field("slug"),
        title: field("title"),
        author: field("author"),
        summary: field("summary"),
        picture: field("picture"),
        alt: field("alt"),
        html: rendered(body),
        published_at,
    }
}

fn rendered(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, Options::empty()).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        other => other,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

/// What the first paragraph says, without its Markdown, at most 200 characters.
fn first_words(markdown: &str) -> String {
    let events = Parser::new_ext(markdown, Options::empty());
    let paragraph = events.take_while(|event| !matches!(event, Event::End(TagEnd::Paragraph)));
    let words = paragraph.filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => Some(text.into_string()),
        Event::SoftBreak | Event::HardBreak => Some(" ".to_owned()),
        _ => None,
    });
    words.collect::<String>().chars().take(200).collect()
}

/// The words of a title in ASCII, joined by hyphens.
fn slug_of(title: &str) -> String {
    let mut plain = String::new();
    for letter in title.to_lowercase().chars() {
        plain.push_str(match letter {
            'à' | 'â' | 'ä' => "a",
            'ç' => "c",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'î' | 'ï' => "i",
            'ô' | 'ö' => "o",
            'ù' | 'û' | 'ü' => "u",
            'œ' => "oe",
            ascii if ascii.is_ascii_alphanumeric() => {
                plain.push(ascii);
                continue;
            }
            _ => " ",
        });
    }
    let words: Vec<&str> = plain.split_whitespace().take(8).collect();
    if words.is_empty() { "billet".to_owned() } else { words.join("-") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_whole_and_its_picture_there() {
        for text in PUBLISHED.iter().map(|(_, text)| *text).chain(DRAFTS) {
            let article = article(text, 0);
            for part in [&article.slug, &article.title, &article.author, &article.summary, &article.alt] {
                assert!(!part.is_empty(), "{}", article.slug);
            }
            assert!(article.html.contains("<p>"), "{}", article.slug);
            assert!(super::super::pages::picture(&article.picture).is_some(), "{}", article.picture);
        }
    }

    #[test]
    fn a_draft_is_published_once() {
        let blog = Blog::open(Vec::new(), 50 * DAY);
        assert_eq!((blog.all().len(), blog.drafts().len()), (4, 3));
        let slug = blog.drafts()[0].slug.clone();
        assert_eq!(blog.publish_draft(&slug, 51 * DAY), Some(slug.clone()));
        assert_eq!(blog.publish_draft(&slug, 51 * DAY), None);
        assert_eq!(blog.all()[0].slug, slug);
        assert_eq!(blog.drafts().len(), 2);
    }

    #[test]
    fn own_words_are_text_whatever_they_hold() {
        let blog = Blog::open(Vec::new(), 0);
        let slug = blog.publish_own("Été & <b>", "un <script>x</script> *mot*", "vous", 1);
        let own = blog.find(&slug).unwrap();
        assert!(own.html.contains("&lt;script&gt;") && own.html.contains("<em>mot</em>"), "{}", own.html);
        assert_eq!(own.summary, "un <script>x</script> mot");
        assert!(slug.starts_with("ete-b-"), "{slug}");
        assert!(blog.publish_own("日本", "x", "vous", 1).starts_with("billet-"));
    }
}
