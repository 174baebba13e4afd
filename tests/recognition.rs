//! WHAT: a post is mailed once and none is missed, whatever becomes of its title, date, address, text, host or generator.
//!
//! In: feeds that real generators wrote, before and after one change (where the corpus stands), and invented blogs that are
//! changed at random. Out: how many known posts came as new, and how many new ones did not come.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use facteur::clock::{DAY, HOUR, MINUTE, Millis};
use facteur::feeds;
use facteur::newsletters::Newsletter;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::harness::feeds::{Item, Page};
use crate::harness::{TestApp, corpus};

async fn reader(app: &TestApp, slug: &str) -> Newsletter {
    let newsletter = app.newsletter(slug).await;
    let mut tx = app.app.db.begin().await.unwrap();
    let url = app.feeds.url(&format!("/{slug}"));
    facteur::newsletters::sql::insert_feed(&mut tx, newsletter.id, &url, 0, app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    newsletter
}

/// Polls a newsletter's feed with this body; gives how many posts are new or held.
async fn read(app: &TestApp, of: &Newsletter, content_type: &str, body: Vec<u8>) -> usize {
    app.feeds.put(&format!("/{}", of.slug), Page::new(content_type, body));
    let report = feeds::poll::newsletter(&app.app, of.id).await.unwrap();
    assert_eq!(report.errors, Vec::<String>::new());
    report.new + report.held
}

fn body(folder: &Path, file: &str) -> (&'static str, Vec<u8>) {
    let kind = if file.ends_with("json") { "application/feed+json" } else { "application/xml" };
    (kind, std::fs::read(folder.join(file)).unwrap())
}

/// The folder of the generators' feeds and what is expected of them; says so where it does not stand.
fn generators() -> Option<(PathBuf, Value)> {
    let folder = corpus()?.join("generators");
    let expected = std::fs::read_to_string(folder.join("expected.json")).ok()?;
    Some((folder, serde_json::from_str(&expected).unwrap()))
}

/// The instant at which these feeds were made.
fn their_day() -> Millis {
    "2026-11-29T12:00:00Z".parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

#[tokio::test]
async fn a_change_of_a_real_blog_repeats_no_post_and_hides_none() {
    let Some((folder, expected)) = generators() else { return };
    let app = TestApp::spawn().await;
    app.clock.set(their_day());
    let (mut doubles, mut missed, changes) = (Vec::new(), Vec::new(), expected["changes"].as_object().unwrap());
    for (n, (file, change)) in changes.iter().enumerate() {
        let of = reader(&app, &format!("n{n}")).await;
        let (kind, before) = body(&folder, change["after"].as_str().unwrap());
        read(&app, &of, kind, before).await;
        let (kind, after) = body(&folder, file);
        let found = read(&app, &of, kind, after.clone()).await + read(&app, &of, kind, after).await;
        let new = change["truly_new"]
            .as_array()
            .map_or_else(|| usize::try_from(change["truly_new"].as_u64().unwrap()).unwrap(), Vec::len);
        if found > new {
            doubles.push(format!("{file}: {found} for {new}"));
        }
        if found < new {
            missed.push(format!("{file}: {found} for {new}"));
        }
    }
    println!("{} changes: {} doubles, {} missed", changes.len(), doubles.len(), missed.len());
    assert_eq!((doubles, missed), (vec![], vec![]));
}

/// The posts that a feed shows.
fn keys<'e>(expected: &'e Value, file: &str) -> HashSet<&'e str> {
    let posts = expected["feeds"][file]["posts"].as_array().unwrap();
    posts.iter().map(|post| post["key"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_blog_that_changes_its_generator_repeats_no_post() {
    let Some((folder, expected)) = generators() else { return };
    let bases: Vec<&String> =
        expected["feeds"].as_object().unwrap().keys().filter(|file| file.contains("/base.")).collect();
    let app = TestApp::spawn().await;
    app.clock.set(their_day());
    let (mut doubles, mut pairs) = (Vec::new(), 0);
    for from in &bases {
        for to in bases.iter().filter(|to| to.split('/').next() != from.split('/').next()) {
            let of = reader(&app, &format!("n{pairs}")).await;
            let (kind, before) = body(&folder, from);
            read(&app, &of, kind, before).await;
            let (kind, after) = body(&folder, to);
            let found = read(&app, &of, kind, after).await;
            // One that shows posts which the other left out brings those, and no others.
            let more = keys(&expected, to).difference(&keys(&expected, from)).count();
            if found > more {
                doubles.push(format!("{from} -> {to}: {found} for {more}"));
            }
            pairs += 1;
        }
    }
    println!("{pairs} moves from one generator to another: {} with a double", doubles.len());
    assert_eq!(doubles, Vec::<String>::new());
}

/// What an owner does to a blog between two readings.
#[derive(Clone, Debug)]
enum Act {
    /// Publishes a post.
    Publish(u32),
    /// Corrects the title, the slug, both and with them the guid; by the post's place.
    Rename { place: usize, slug: bool, title: u32 },
    /// Dates a post anew, by hours back, and its address holds the day.
    Redate { place: usize, hours: u8 },
    /// Corrects one word of the text.
    Correct { place: usize, word: u32 },
    /// The whole blog moves: other host, other guids.
    Move(u32),
    /// Another machine builds it: every date is shifted by hours.
    Rezone(i8),
    /// Takes a post away.
    Delete(usize),
    /// Time goes by.
    Rest(u8),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => any::<u32>().prop_map(Act::Publish),
        3 => (any::<usize>(), any::<bool>(), any::<u32>()).prop_map(|(place, slug, title)| Act::Rename { place, slug, title }),
        2 => (any::<usize>(), 1..200_u8).prop_map(|(place, hours)| Act::Redate { place, hours }),
        2 => (any::<usize>(), any::<u32>()).prop_map(|(place, word)| Act::Correct { place, word }),
        1 => any::<u32>().prop_map(Act::Move),
        1 => (-12..=12_i8).prop_map(Act::Rezone),
        1 => any::<usize>().prop_map(Act::Delete),
        3 => (1..72_u8).prop_map(Act::Rest),
    ]
}

/// An invented post. Its text is made of its number, so that no two are alike.
#[derive(Clone, Debug)]
struct Written {
    number: u32,
    title: String,
    slug: String,
    at: Millis,
    words: Vec<String>,
    /// Words that were corrected: after too many it is another text.
    corrected: u8,
}

impl Written {
    fn new(number: u32, at: Millis) -> Self {
        let words = (0..40).map(|n| syllables(number.wrapping_mul(7919).wrapping_add(n * 104_729))).collect();
        let title = format!("{} {}", syllables(number), syllables(number ^ 0xffff));
        Self { number, slug: title.replace(' ', "-"), title, at, words, corrected: 0 }
    }

    fn item(&self, host: &str) -> Item {
        let mut item = Item::new(&self.slug, &self.title, self.at);
        let day = self.at.div_euclid(DAY);
        item.link = format!("https://{host}/{day}/{}", self.slug);
        item.guid.clone_from(&item.link);
        item.html = format!("<p>{}.</p>", self.words.join(" "));
        item
    }
}

/// A word of its own for each number.
fn syllables(mut number: u32) -> String {
    let mut word = String::new();
    number = number.wrapping_mul(2_654_435_761);
    for _ in 0..4 {
        word.push(char::from(b"bcdfglmnprstv"[(number % 13) as usize]));
        number /= 13;
        word.push(char::from(b"aeiou"[(number % 5) as usize]));
        number /= 5;
    }
    word
}

/// A blog of which the feed shows the last `shown` posts, the newest first.
struct Blog {
    posts: Vec<Written>,
    shown: usize,
    host: String,
    published: u32,
}

impl Blog {
    fn feed(&self) -> Vec<Item> {
        let mut posts: Vec<&Written> = self.posts.iter().collect();
        posts.sort_by_key(|post| std::cmp::Reverse(post.at));
        posts.into_iter().take(self.shown).map(|post| post.item(&self.host)).collect()
    }

    /// Does it; `true` when that published a post.
    fn act(&mut self, act: &Act, now: Millis) -> bool {
        let count = self.posts.len();
        match *act {
            Act::Publish(number) => {
                self.published += 1;
                self.posts.push(Written::new((number / 64 * 64).wrapping_add(self.published), now - MINUTE));
                return true;
            }
            Act::Move(host) => self.host = format!("{}.example.org", syllables(host)),
            Act::Rezone(hours) => self.posts.iter_mut().for_each(|post| {
                // None may come to lie in the future: it would be a planned one.
                post.at = (post.at + Millis::from(hours) * HOUR).min(now - MINUTE);
            }),
            Act::Rest(_) => {}
            _ if count == 0 => {}
            Act::Rename { place, slug, title } => {
                let post = &mut self.posts[place % count];
                post.title = format!("{} {}", syllables(title), post.title);
                if slug {
                    post.slug = post.title.replace(' ', "-");
                }
            }
            Act::Redate { place, hours } => {
                let post = &mut self.posts[place % count];
                post.at = (post.at - Millis::from(hours) * HOUR).max(now - 25 * DAY);
            }
            Act::Correct { place, word } => {
                let post = &mut self.posts[place % count];
                if post.corrected < 3 {
                    let at = word as usize % post.words.len();
                    post.words[at] = syllables(word);
                    post.corrected += 1;
                }
            }
            Act::Delete(place) => drop(self.posts.remove(place % count)),
        }
        false
    }
}

/// Blogs of a run, and steps of each; 900 readings.
const BLOGS: usize = 45;
const STEPS: usize = 20;

#[tokio::test]
async fn an_invented_blog_that_changes_at_random_repeats_no_post_and_hides_none() {
    let app = TestApp::spawn().await;
    let mut runner = TestRunner::deterministic();
    let (mut readings, mut published) = (0, 0);
    for n in 0..BLOGS {
        let steps = proptest::collection::vec(proptest::collection::vec(act(), 1..=2), STEPS);
        let steps = steps.new_tree(&mut runner).unwrap().current();
        let of = reader(&app, &format!("n{n}")).await;
        let start = app.clock.now();
        let posts = (0..n % 9).map(|p| Written::new((n * 1_000 + p) as u32, start - (p as Millis + 1) * 30 * HOUR));
        let mut blog = Blog { posts: posts.collect(), shown: 3 + n % 8, host: "blog.example.org".into(), published: 0 };
        blog.posts.truncate(blog.shown);
        let mut had: HashMap<u32, usize> = blog.posts.iter().map(|post| (post.number, 0)).collect();
        read(&app, &of, "application/rss+xml", Page::rss("Le blog", &blog.feed()).body).await;
        for (step, acts) in steps.iter().enumerate() {
            for act in acts {
                app.clock.advance(if let Act::Rest(hours) = act { Millis::from(*hours) * HOUR } else { 10 * MINUTE });
                published += usize::from(blog.act(act, app.clock.now()));
            }
            let shown = blog.feed();
            let unknown: Vec<u32> = {
                let mut posts: Vec<&Written> = blog.posts.iter().collect();
                posts.sort_by_key(|post| std::cmp::Reverse(post.at));
                posts.iter().take(blog.shown).map(|post| post.number).filter(|n| !had.contains_key(n)).collect()
            };
            let found = read(&app, &of, "application/rss+xml", Page::rss("Le blog", &shown).body).await;
            assert_eq!(found, unknown.len(), "blog {n}, step {step}, {acts:?}; before: {:#?}", &steps[..step]);
            had.extend(unknown.into_iter().map(|number| (number, step)));
            readings += 1;
        }
    }
    println!("{BLOGS} invented blogs, {readings} readings after changes, {published} posts published: each new once");
}
