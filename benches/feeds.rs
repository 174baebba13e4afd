//! Polling: a thousand feeds of twenty entries, served on loopback by this process and read by the real program, `facteur feed
//! poll`, in a process of its own; by an older program too, by turns, when there is one. What counts is the CPU of a poll.
//!
//! Each program makes its own database by the commands that an operator types. The newest post of each feed waits to be sent.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path as Segments, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use crate::Options;
use crate::base::{by_turns, noise, ratio, tell, version};
use crate::process::Measured;
use crate::table::{Bar, of, row, title};

const ENTRIES: usize = 20;

/// What the blogs have done since the reading that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scene {
    /// Nothing; the server sends the same bytes.
    Same,
    /// Nothing; the server knows it and says 304.
    NotModified,
    /// One new post each, and the oldest has left.
    OneNew,
    /// The post that waits was edited.
    OneChanged,
}

const SCENES: [(Scene, &str); 4] = [
    (Scene::Same, "unchanged, the same bytes"),
    (Scene::NotModified, "unchanged, 304"),
    (Scene::OneNew, "one new post each"),
    (Scene::OneChanged, "one changed post each"),
];

/// The bodies of each scene, and which scene it is.
#[derive(Debug)]
pub struct Blogs {
    before: Vec<Bytes>,
    one_new: Vec<Bytes>,
    one_changed: Vec<Bytes>,
    scene: AtomicUsize,
}

impl Blogs {
    /// So many, with nothing new.
    pub fn new(feeds: usize) -> Self {
        let bodies = |scene| (0..feeds).map(|feed| body(feed, scene).into()).collect();
        Self {
            before: bodies(Scene::Same),
            one_new: bodies(Scene::OneNew),
            one_changed: bodies(Scene::OneChanged),
            scene: AtomicUsize::new(0),
        }
    }

    /// Serves them; gives the port.
    pub async fn serve(self: &Arc<Self>) -> u16 {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new().route("/{kind}/{feed}", axum::routing::get(answer)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        port
    }
}

/// `/plain/7` says nothing that could be asked with the next time, `/tagged/7` does.
async fn answer(
    State(blogs): State<Arc<Blogs>>,
    Segments((kind, feed)): Segments<(String, usize)>,
    headers: HeaderMap,
) -> Response {
    let bodies = match SCENES[blogs.scene.load(Ordering::Relaxed)].0 {
        Scene::Same | Scene::NotModified => &blogs.before,
        Scene::OneNew => &blogs.one_new,
        Scene::OneChanged => &blogs.one_changed,
    };
    let mut response = Response::builder().header(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8");
    if kind == "tagged" {
        if headers.contains_key(header::IF_NONE_MATCH) {
            return response.status(StatusCode::NOT_MODIFIED).body(Body::empty()).unwrap();
        }
        response = response.header(header::ETAG, "\"1\"");
    }
    response.body(bodies[feed].clone().into()).unwrap()
}

/// A feed as a blog of some years has it: whole posts of 1.2 KB, the newest first.
fn body(feed: usize, scene: Scene) -> String {
    let first = usize::from(scene == Scene::OneNew);
    let items: String = (first..first + ENTRIES).rev().map(|post| item(feed, post, scene)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>Carnet {feed}</title><link>https://blog{feed}.example/</link>\
         <description>Un carnet</description><language>fr-FR</language>{items}</channel></rss>"
    )
}

fn item(feed: usize, post: usize, scene: Scene) -> String {
    let edit = if scene == Scene::OneChanged && post + 1 == ENTRIES { "<p>Corrigé depuis.</p>" } else { "" };
    let paragraph = format!(
        "<p>Le facteur {post} passe chaque matin chez {feed}, quel que soit le temps, et dépose dans la boîte ce que le \
         <a href=\"https://blog{feed}.example/village\">village</a> écrit&nbsp;: une lettre, une facture, parfois un colis.</p>\n"
    );
    // Every day one, until a day ago.
    let age = (ENTRIES + 1 - post) as i64;
    let now = facteur::clock::Clock::system().timestamp();
    let date = (now - jiff::SignedDuration::from_hours(24 * age)).strftime("%a, %d %b %Y 08:00:00 +0000");
    format!(
        "<item><title>Le jour {post} du carnet {feed}</title><link>https://blog{feed}.example/{post}</link><dc:creator>Ana</dc:creator>\
         <pubDate>{date}</pubDate><guid isPermaLink=\"false\">https://blog{feed}.example/?p={post}</guid>\
         <description><![CDATA[Le facteur {post} passe chaque matin.]]></description>\
         <content:encoded><![CDATA[{}{edit}]]></content:encoded></item>\n",
        paragraph.repeat(5)
    )
}

/// A program and a database of its own, in which each feed was read once.
struct Instance {
    program: PathBuf,
    folder: tempfile::TempDir,
    feeds: usize,
}

impl Instance {
    fn new(program: &Path, kind: &str, feeds: usize, port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let made = Self { program: program.to_owned(), folder, feeds };
        std::fs::create_dir(made.at("live")).unwrap();
        let text = format!(
            "base_url = \"https://news.example\"\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"sqlite://{}\"\n\
             [smtp]\nhost = \"127.0.0.1\"\nport = 9\ntls = \"none\"\n[feeds]\nallow_hosts = [\"127.0.0.1\"]\n[log]\nlevel = \"error\"\n",
            made.at("live/facteur.db").display()
        );
        std::fs::write(made.at("facteur.toml"), text).unwrap();
        let urls: Vec<String> = (0..feeds).map(|feed| format!("http://127.0.0.1:{port}/{kind}/{feed}")).collect();
        let mut add = vec!["newsletter", "add", "bench", "--name", "Carnet", "--from", "carnet@news.example"];
        add.extend(["--language", "fr", "--every", "week", "--zone", "UTC", "--take", "1"]);
        add.extend(urls.iter().flat_map(|url| ["--feed", url]));
        for step in [add.as_slice(), &["feed", "poll", "bench"]] {
            tell(program, &made.at("facteur.toml"), step)
                .unwrap_or_else(|said| panic!("{}: {said}", program.display()));
        }
        std::fs::rename(made.at("live"), made.at("read")).unwrap();
        made
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// CPU seconds of one poll of all its feeds, each in milliseconds.
    fn poll(&self) -> f64 {
        let (live, read) = (self.at("live"), self.at("read"));
        std::fs::remove_dir_all(&live).ok();
        std::fs::create_dir(&live).unwrap();
        for file in std::fs::read_dir(read).unwrap().map(Result::unwrap) {
            let copy = live.join(file.file_name());
            std::fs::copy(file.path(), &copy).unwrap();
            std::fs::File::open(&copy).unwrap().sync_all().unwrap();
        }
        let mut command = Command::new(&self.program);
        command.args(["feed", "poll", "bench", "--config"]).arg(self.at("facteur.toml"));
        let polling = Measured::start(command.stdout(Stdio::null()).stderr(Stdio::null()));
        polling.ended(Duration::from_mins(5)) * 1e3 / self.feeds as f64
    }
}

pub async fn run(options: &Options) {
    let feeds = if options.quick { 100 } else { 1_000 };
    let blogs = Arc::new(Blogs::new(feeds));
    let port = blogs.serve().await;
    let options = options.clone();
    tokio::task::spawn_blocking(move || measure(&options, &blogs, feeds, port)).await.unwrap();
}

fn measure(options: &Options, blogs: &Blogs, feeds: usize, port: u16) {
    let present = PathBuf::from(env!("CARGO_BIN_EXE_facteur"));
    let programs: Vec<PathBuf> = options.base.iter().cloned().chain([present]).collect();
    for program in &programs {
        println!("{} ({})", program.display(), version(program));
    }
    let made = |kind| programs.iter().map(|program| Instance::new(program, kind, feeds, port)).collect::<Vec<_>>();
    let (plain, tagged) = (made("plain"), made("tagged"));
    title(&format!(
        "CPU of a poll, {feeds} feeds of {ENTRIES} entries ({} bytes), SQLite FULL, `facteur feed poll`, {} rounds",
        blogs.before[0].len(),
        options.rounds
    ));
    for (at, (scene, name)) in SCENES.into_iter().enumerate() {
        blogs.scene.store(at, Ordering::Relaxed);
        let instances = if scene == Scene::NotModified { &tagged } else { &plain };
        match instances.as_slice() {
            [base, present] => {
                let [base, present] = by_turns(options.rounds, |which| [base, present][which].poll());
                let noise = noise(&base);
                let limit = if matches!(scene, Scene::Same | Scene::NotModified) { 1.0 } else { 1.1 };
                let bar = Bar::AtMost(((limit + noise) * 1e3).round() / 1e3);
                let note = format!(
                    "{:.3} and {:.3} ms; noise of the base's own rounds ± {:.1} %",
                    of(&present, |ms| *ms),
                    of(&base, |ms| *ms),
                    noise * 100.0
                );
                row(&format!("{name}: present ÷ base"), ratio(&base, &present, |ms| *ms), bar, &note);
            }
            alone => {
                let polls: Vec<f64> = (0..options.rounds).map(|_| alone[0].poll()).collect();
                row(&format!("{name}, ms"), of(&polls, |ms| *ms), Bar::Report, "");
            }
        }
    }
}
