//! The questions of `facteur init`, and how their answers are read.
//!
//! In: flags, whoever sits at the terminal. Out: [`Answers`], or what is wrong with the flags. A wrong answer is asked for again at once;
//! one at which nobody responds, a few times more, with what was wrong ([`Asked::again`]).

use std::io::{BufRead, BufReader, IsTerminal as _, Write as _};

use jiff::tz::TimeZone;
use url::Url;

use super::{Args, Checked};
use crate::cli::Fault;
use crate::config::draft::Server;
use crate::i18n::{self, Locale, Value};
use crate::newsletters::Visibility;
use crate::newsletters::settings::{self, Rhythm, Settings};
use crate::newsletters::wrong::Wrong;

/// What was answered, judged.
pub(super) struct Answers {
    pub base_url: String,
    pub blog: Option<Url>,
    pub sender: String,
    pub smtp: Server,
    pub zone: String,
    pub archive: Option<Visibility>,
}

/// Two of the answers: those at which somebody should respond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Which {
    pub blog: bool,
    pub smtp: bool,
}

impl Which {
    /// Both.
    pub(super) const BOTH: Self = Self { blog: true, smtp: true };
}

/// Whoever answers.
pub(super) struct Asked {
    locale: &'static Locale,
    /// Whether there is somebody to ask.
    asks: bool,
    /// What they type.
    typed: Box<dyn BufRead + Send>,
}

impl Asked {
    /// Whoever sits at the terminal, if anybody does.
    pub(super) fn new(locale: &'static Locale) -> Self {
        let asks = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        Self { locale, asks, typed: Box::new(BufReader::new(std::io::stdin())) }
    }

    /// What is wrong with the flags: those that cannot stand, and, where nobody can be asked, those that are not there.
    pub(super) fn faults(&self, args: &Args) -> Vec<String> {
        let needed = [
            ("--base-url", &args.base_url),
            ("--blog", &args.blog),
            ("--sender", &args.sender),
            ("--smtp", &args.smtp),
        ];
        let missing = needed.into_iter().filter(|(_, given)| given.is_none()).map(|(flag, _)| flag).collect::<Vec<_>>();
        let missing = (!self.asks && !missing.is_empty())
            .then(|| said!(self.locale, "init-missing", missing = &missing.join(", ")));
        let wrong = [
            self.fault("base-url", args.base_url.as_deref(), base_url),
            self.fault("blog", args.blog.as_deref(), blog_address),
            self.fault("sender", args.sender.as_deref(), sender),
            self.fault("smtp", args.smtp.as_deref(), server),
            self.fault("zone", args.zone.as_deref(), zone),
            self.fault("archive", args.archive.as_deref(), archive),
        ];
        wrong.into_iter().chain([missing]).flatten().collect()
    }

    /// What is wrong with one flag.
    fn fault<T>(&self, name: &str, given: Option<&str>, read: impl Fn(&str) -> Result<T, String>) -> Option<String> {
        let given = given?;
        let key = read(given).err()?;
        Some(format!("--{name}: {}", self.wrong(given, &key)))
    }

    fn wrong(&self, typed: &str, key: &str) -> String {
        self.locale.format(key, &[("typed", Value::Text(typed))])
    }

    /// Every answer: from its flag, else from whoever is asked.
    pub(super) fn answers(&mut self, args: &Args) -> anyhow::Result<Answers> {
        let machine = TimeZone::system().iana_name().unwrap_or("UTC").to_owned();
        Ok(Answers {
            base_url: self.answer("base-url", args.base_url.as_deref(), None, base_url)?,
            blog: self.answer("blog", args.blog.as_deref(), None, blog_address)?,
            sender: self.answer("sender", args.sender.as_deref(), None, sender)?,
            smtp: self.answer("smtp", args.smtp.as_deref(), None, server)?,
            zone: self.answer("zone", args.zone.as_deref(), Some(&machine), zone)?,
            // Judged with the other flags, and not asked: `newsletter add` and the console ask.
            archive: args.archive.as_deref().and_then(|typed| archive(typed).ok()),
        })
    }

    /// The answer to one question; a wrong flag ends the command, a wrong answer is asked for again.
    fn answer<T>(
        &mut self,
        name: &str,
        flag: Option<&str>,
        usual: Option<&str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> anyhow::Result<T> {
        if let Some(given) = flag.or(usual.filter(|_| !self.asks)) {
            return read(given).map_err(|key| Fault::usage(format!("--{name}: {}", self.wrong(given, &key))));
        }
        let question = self.locale.text(&format!("init-ask-{name}"));
        let question = format!("{question}{}", usual.map(|usual| format!(" [{usual}]")).unwrap_or_default());
        loop {
            let Some(typed) = self.line(&question)? else {
                return Err(Fault::usage(self.locale.text("init-not-answered")));
            };
            let typed = Some(typed.as_str()).filter(|typed| !typed.is_empty()).or(usual).unwrap_or_default();
            match read(typed) {
                Ok(answer) => return Ok(answer),
                Err(key) => eprintln!("  {}", self.wrong(typed, &key)),
            }
        }
    }

    /// Asks once more for each answer at which nobody responds, among those that are `open` to it; gives which are new. An answer that is
    /// kept is not open any more. Where nobody can be asked, none is new.
    pub(super) fn again(
        &mut self,
        answers: &mut Answers,
        checked: &Checked,
        open: &mut Which,
    ) -> anyhow::Result<Which> {
        let mut new = Which::default();
        if let (true, Some(Err(words))) = (open.blog, &checked.blog) {
            let kept = answers.blog.as_ref().map(Url::to_string).unwrap_or_default();
            let told = ["init-blog-unread", "init-ask-blog-again"];
            match self.once_more(told, words, &kept, blog_address)? {
                Some(blog) => (answers.blog, new.blog) = (blog, true),
                None => open.blog = false,
            }
        }
        if let (true, Some(Err(words))) = (open.smtp, &checked.smtp) {
            let told = ["init-smtp-unreached", "init-ask-smtp-again"];
            match self.once_more(told, words, &address(&answers.smtp), server)? {
                Some(smtp) => (answers.smtp, new.smtp) = (smtp, true),
                None => open.smtp = false,
            }
        }
        Ok(new)
    }

    /// Says what was wrong and asks; `None`: the answer of before is kept, or there is nobody any more.
    fn once_more<T>(
        &mut self,
        [wrong, question]: [&str; 2],
        words: &str,
        kept: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> anyhow::Result<Option<T>> {
        if !self.asks {
            return Ok(None);
        }
        eprintln!("  {}", said!(self.locale, wrong, value = words));
        let question = said!(self.locale, question, kept = kept);
        loop {
            let Some(typed) = self.line(&question)?.filter(|typed| !typed.is_empty()) else { return Ok(None) };
            match read(&typed) {
                Ok(answer) => return Ok(Some(answer)),
                Err(key) => eprintln!("  {}", self.wrong(&typed, &key)),
            }
        }
    }

    /// What is typed after a question, without blanks around it; `None` when nothing more comes.
    fn line(&mut self, question: &str) -> anyhow::Result<Option<String>> {
        eprint!("{question} ");
        std::io::stderr().flush()?;
        let mut typed = String::new();
        let read = self.typed.read_line(&mut typed)?;
        Ok((read > 0).then(|| typed.trim().to_owned()))
    }
}

/// A mail server as it is typed.
fn address(smtp: &Server) -> String {
    let user = if smtp.username.is_empty() { String::new() } else { format!("{}@", smtp.username) };
    format!("{user}{}:{}", smtp.host, smtp.port)
}

/// With https; http only for this machine. A host alone is taken for https.
fn base_url(typed: &str) -> Result<String, String> {
    let written = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::parse(written.trim()).ok().filter(|url| url.has_host() && url.query().is_none());
    let here = |url: &Url| matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url.filter(|url| url.scheme() == "https" || (url.scheme() == "http" && here(url))) {
        Some(url) => Ok(url.as_str().trim_end_matches('/').to_owned()),
        None => Err("init-no-base-url".to_owned()),
    }
}

fn server(typed: &str) -> Result<Server, String> {
    let blank = typed.trim().contains(char::is_whitespace);
    let key = if blank { "init-server-blank" } else { "init-no-server" };
    Server::read(typed).ok_or_else(|| key.to_owned())
}

fn blog_address(typed: &str) -> Result<Option<Url>, String> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let written = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::parse(written.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.map(Some).ok_or_else(|| "init-no-blog".to_owned())
}

/// As a newsletter's settings read it.
fn sender(typed: &str) -> Result<String, String> {
    let bare = settings::blank("x", 0).map_err(|_| "init-no-sender".to_owned())?;
    let given = Settings { name: Some("x".into()), from: Some(typed.into()), ..Settings::default() };
    let given = Settings { language: Some(i18n::FALLBACK.into()), ..given };
    settings::apply(bare, &given).map(|_| typed.trim().to_owned()).map_err(|invalid| {
        let key = if matches!(invalid.wrong, Wrong::NoDot { .. }) { "init-sender-no-dot" } else { "init-no-sender" };
        key.to_owned()
    })
}

fn zone(typed: &str) -> Result<String, String> {
    let rhythm = Rhythm { zone: Some(typed.to_owned()), ..Rhythm::default() };
    let schedule = settings::apply_rhythm(settings::usual_rhythm(0, 0), &rhythm, 0);
    schedule.map(|schedule| schedule.zone).map_err(|_| "init-no-zone".to_owned())
}

fn archive(typed: &str) -> Result<Visibility, String> {
    typed.trim().parse().map_err(|_| "init-no-archive".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses() {
        assert_eq!(base_url("news.lecarnet.fr/").as_deref(), Ok("https://news.lecarnet.fr"));
        assert_eq!(base_url("http://localhost:8080").as_deref(), Ok("http://localhost:8080"));
        for wrong in ["", "http://news.lecarnet.fr", "ftp://x", "https://", "https://x/?a=b"] {
            assert!(base_url(wrong).is_err(), "{wrong}");
        }
    }

    /// Somebody who types this, and the answers of before: a blog that cannot be read, a mail server that is not there.
    fn typing(text: &'static str) -> (Asked, Answers, Checked) {
        let asked = Asked { locale: i18n::locale("en"), asks: true, typed: Box::new(text.as_bytes()) };
        let answers = Answers {
            base_url: "https://news.example.org".into(),
            blog: blog_address("blog.example.org").unwrap(),
            sender: "a@example.org".into(),
            smtp: server("smtp.example.org").unwrap(),
            zone: "UTC".into(),
            archive: None,
        };
        let (smtp, blog) = (Some(Err("connection refused".into())), Some(Err("there is nothing".into())));
        (asked, answers, Checked { faults: vec![], warnings: vec![], smtp, blog })
    }

    #[test]
    fn what_nobody_responds_at_is_asked_for_once_more() {
        let (mut asked, mut answers, checked) = typing("ftp://x\nother.example.org\n\n");
        let mut open = Which::BOTH;
        let new = asked.again(&mut answers, &checked, &mut open).unwrap();
        assert_eq!((new, open), (Which { blog: true, smtp: false }, Which { blog: true, smtp: false }));
        assert_eq!(answers.blog.as_ref().map(Url::as_str), Some("https://other.example.org/"));
        assert_eq!(address(&answers.smtp), "smtp.example.org:587", "an empty answer keeps it");
        let new = asked.again(&mut answers, &checked, &mut open).unwrap();
        assert_eq!((new, open), (Which::default(), Which::default()), "nobody answers any more: all is kept");
    }

    #[test]
    fn nobody_is_asked_about_a_flag_or_without_a_terminal() {
        let (mut asked, mut answers, checked) = typing("other.example.org\n");
        let mut open = Which { blog: false, smtp: true };
        let new = asked.again(&mut answers, &checked, &mut open).unwrap();
        assert_eq!((new.blog, new.smtp, address(&answers.smtp).as_str()), (false, true, "other.example.org:587"));
        let (mut asked, mut answers, checked) = typing("other.example.org\n");
        let mut open = Which::BOTH;
        asked.asks = false;
        assert_eq!(asked.again(&mut answers, &checked, &mut open).unwrap(), Which::default());
    }
}
