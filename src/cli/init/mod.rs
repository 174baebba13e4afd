//! `facteur init`: the configuration of a new instance, from at most five answers.
//!
//! In: flags, and on a terminal the answers to what no flag says: public address, blog, sender, mail server, time zone. Out: a
//! commented file of mode 600, what `config check` says of it, whether the mail server answers, and the commands that come next: the
//! one for the newsletter holds what the blog says of itself. Where the blog or the mail server does not answer, its question is asked
//! again. Without a terminal nothing is asked.

mod asked;

use std::path::{Path, PathBuf};

use serde_json::json;
use url::Url;

use super::shell::{config_flag, quoted};
use super::{Context, Fault, config};
use crate::cause;
use crate::clock::Clock;
use crate::coded::Told as _;
use crate::config::Config;
use crate::config::draft::{self, Draft, Exists, Server};
use crate::config::load::{Layers, Report, SYSTEM_FILE};
use crate::delivery::preflight;
use crate::feeds::blog::{self, Blog};
use crate::i18n::Value;
use crate::ledger::alarm::Trouble;
use crate::net::fetch::Fetcher;
use crate::newsletters::Visibility;
use crate::newsletters::settings;
use asked::{Answers, Asked, Which};

/// How often a question is asked again at whose answer nobody responds.
const AGAIN: usize = 3;

/// Arguments of `facteur init`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The address under which readers reach Facteur, such as `https://news.example.org`.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// The blog's address: its feed, title, language, colour and a rhythm are read there. Empty for none yet.
    #[arg(long, value_name = "URL")]
    blog: Option<String>,
    /// Who the mails come from: an address, or `Name <address>`.
    #[arg(long)]
    sender: Option<String>,
    /// The mail server: HOST, HOST:PORT or USER@HOST:PORT.
    #[arg(long, value_name = "SERVER")]
    smtp: Option<String>,
    /// File that holds the password of the mail server's user; without it `smtp-password` beside the configuration.
    #[arg(long, value_name = "FILE")]
    smtp_password_file: Option<PathBuf>,
    /// Time zone of the newsletter, such as Europe/Paris; without it the machine's.
    #[arg(long)]
    zone: Option<String>,
    /// Who may read on the web what the newsletter sends: public, link (whoever has a page's address) or off; without it `newsletter add` asks.
    #[arg(long, value_name = "public|link|off")]
    archive: Option<String>,
    /// Where the database is to stand; without it /var/lib/facteur, or beside a configuration that stands elsewhere.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Replace a configuration that is there.
    #[arg(long)]
    force: bool,
    /// Do not connect to the mail server.
    #[arg(long)]
    offline: bool,
}

/// What the checks said.
struct Checked {
    faults: Vec<String>,
    warnings: Vec<String>,
    smtp: Option<Result<(), String>>,
    blog: Option<Result<Blog, String>>,
}

impl Checked {
    /// Whether an answer may have been wrong: the file has faults, or the mail server or the blog did not answer.
    fn is_unsure(&self) -> bool {
        !self.faults.is_empty() || matches!(self.smtp, Some(Err(_))) || matches!(self.blog, Some(Err(_)))
    }
}

/// Runs it.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    let path = context.config_path.clone().unwrap_or_else(|| SYSTEM_FILE.into());
    let mut asked = Asked::new(context.locale);
    may_write(&args, context, &asked, &path)?;
    let mut answers = asked.answers(&args)?;
    let mut draft = written(&args, context, &path, &answers, args.force)?;
    let mut checked = look(&args, context, &path, &answers, Which::BOTH).await;
    // What a flag says is nobody's slip at the keyboard.
    let mut open = Which { blog: args.blog.is_none(), smtp: args.smtp.is_none() };
    for _ in 0..AGAIN {
        let new = asked.again(&mut answers, &checked, &mut open)?;
        if new == Which::default() {
            break;
        }
        draft = written(&args, context, &path, &answers, true)?;
        let fresh = look(&args, context, &path, &answers, new).await;
        let blog = if new.blog { fresh.blog } else { checked.blog };
        checked = Checked { smtp: fresh.smtp.or(checked.smtp), blog, ..fresh };
    }
    show(context, &path, &draft, &answers, &checked)
}

/// Writes the file; one that is there stays, unless `replaces`.
fn written(args: &Args, context: &Context, path: &Path, answers: &Answers, replaces: bool) -> anyhow::Result<Draft> {
    let draft = Draft {
        base_url: answers.base_url.clone(),
        database_url: database(args, path),
        smtp: with_password(answers.smtp.clone(), args, path),
        sender: answers.sender.clone(),
        zone: answers.zone.clone(),
    };
    if let Err(error) = draft::write(path, &draft.text(), replaces) {
        if error.is::<Exists>() {
            return Err(refused(context, path));
        }
        let where_to = said!(context.locale, "init-not-written", path = &path.display().to_string());
        return Err(error.context(where_to));
    }
    Ok(draft)
}

/// Whatever speaks against the flags, or the file, is told at once, before anything is asked.
fn may_write(args: &Args, context: &Context, asked: &Asked, path: &Path) -> anyhow::Result<()> {
    let exists = !args.force && path.exists();
    let mut faults = asked.faults(args);
    if !faults.is_empty() {
        faults.extend(exists.then(|| there_already(context, path)));
        return Err(Fault::usage(faults.join("\n")));
    }
    if exists { Err(refused(context, path)) } else { Ok(()) }
}

fn refused(context: &Context, path: &Path) -> anyhow::Error {
    Fault::refused(there_already(context, path))
}

fn there_already(context: &Context, path: &Path) -> String {
    said!(context.locale, "init-there", path = &path.display().to_string())
}

/// The usual place for a configuration in the usual place, else beside it.
fn database(args: &Args, path: &Path) -> String {
    let beside = || absolute(path).with_file_name("facteur.db");
    let usual = || PathBuf::from("/var/lib/facteur/facteur.db");
    let file = args.database.as_deref().map(absolute);
    let file = file.unwrap_or_else(|| if path == Path::new(SYSTEM_FILE) { usual() } else { beside() });
    format!("sqlite://{}", file.display())
}

fn with_password(smtp: Server, args: &Args, path: &Path) -> Server {
    if smtp.username.is_empty() {
        return smtp;
    }
    let file = args.smtp_password_file.as_deref().map(absolute);
    let file = file.unwrap_or_else(|| absolute(path).with_file_name("smtp-password"));
    Server { password_file: file.display().to_string(), ..smtp }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// What `config check` says of the file, and what the mail server and the blog say, as far as they are `asked`.
async fn look(args: &Args, context: &Context, path: &Path, answers: &Answers, asked: Which) -> Checked {
    let environment = Layers::of_this_process(None).environment;
    let report = Report::read(&Layers { files: vec![path.to_owned()], environment });
    let (mut faults, warnings) = config::findings(&report, context.print_locale());
    let Ok(config) = report.config() else { return Checked { faults, warnings, smtp: None, blog: None } };
    // The password comes next: that it is not there yet is no fault of the file.
    let password = &config.smtp.password_file;
    if !password.is_empty() && !Path::new(password).exists() {
        faults.retain(|fault| !fault.contains(password.as_str()));
    }
    let reached = async || {
        preflight::reach(&config.smtp, &config.base_url).await.map_err(|error| unreached(&error, &config, context))
    };
    let smtp = if args.offline || !asked.smtp { None } else { Some(reached().await) };
    let blog = match answers.blog.as_ref().filter(|_| asked.blog) {
        Some(url) => Some(read(url, &config, &answers.zone, context).await),
        None => None,
    };
    Checked { faults, warnings, smtp, blog }
}

/// Why a mail server was not reached, in the language of what is printed.
fn unreached(error: &anyhow::Error, config: &Config, context: &Context) -> String {
    let locale = context.print_locale();
    let server = format!("{}:{}", config.smtp.host, config.smtp.port);
    match preflight::hurdle(error) {
        Some(why) => Trouble::Connection { server, why }.words(locale),
        None => cause::told(error, locale),
    }
}

async fn read(url: &Url, config: &Config, zone: &str, context: &Context) -> Result<Blog, String> {
    let fetcher = Fetcher::new(&config.feeds, &config.base_url);
    let read = blog::read(&fetcher, url, config.feeds.max_bytes, Clock::system().now(), zone).await;
    read.map_err(|error| error.words(context.locale))
}

fn show(context: &Context, path: &Path, draft: &Draft, answers: &Answers, checked: &Checked) -> anyhow::Result<()> {
    let next = next(path, draft, answers, checked);
    let commands: Vec<&str> = next.iter().map(|step| step.command.as_str()).collect();
    let smtp = checked.smtp.as_ref().map(|smtp| smtp.as_ref().err().map_or("reached", String::as_str));
    let found = checked.blog.as_ref().and_then(|blog| blog.as_ref().ok());
    let shown = json!({
        "path": path, "faults": checked.faults, "warnings": checked.warnings, "smtp": smtp, "next": commands,
        "console": format!("{}/console", draft.base_url),
        "blog": found.map(|blog| json!({
            "feed": blog.feed, "title": blog.title, "language": blog.language, "colour": blog.colour, "posts": blog.posts,
        })),
    });
    context.show(&shown, || in_words(context, path, draft, checked, &next))?;
    if checked.faults.is_empty() { Ok(()) } else { Err(Fault::problems(context.locale.text("init-has-faults"))) }
}

fn in_words(context: &Context, path: &Path, draft: &Draft, checked: &Checked, next: &[Step]) -> String {
    let say = |key: &str, value: &str| context.locale.format(key, &[("value", Value::Text(value))]);
    let mut lines = vec![say("init-written", &path.display().to_string())];
    lines.extend(config::lines(&checked.faults, &checked.warnings, context.locale));
    match &checked.smtp {
        Some(Ok(())) => lines.push(say("init-smtp-reached", "")),
        Some(Err(words)) => lines.push(say("init-smtp-unreached", words)),
        None => {}
    }
    match &checked.blog {
        Some(Ok(blog)) => lines.push(say("init-blog-read", &format!("{} ({})", blog.title, blog.feed))),
        Some(Err(words)) => lines.push(say("init-blog-unread", words)),
        None => {}
    }
    if checked.is_unsure() {
        let (shown, config) = (path.display().to_string(), config_flag(Some(path)));
        lines.push(said!(context.locale, "init-again", path = &shown, config = &config));
    }
    lines.push(say("init-next", ""));
    let console = format!("{}/console", draft.base_url);
    for Step { why, command } in next {
        lines.push(format!("  # {}", say(&format!("init-step-{why}"), &console)));
        lines.push(format!("  {command}"));
    }
    lines.join("\n")
}

/// A command that comes next, and what for: `init-step-WHY`.
struct Step {
    why: &'static str,
    command: String,
}

/// The commands that come next, in their order.
fn next(path: &Path, draft: &Draft, answers: &Answers, checked: &Checked) -> Vec<Step> {
    let config = config_flag(Some(path));
    let mut next = Vec::new();
    let mut say = |why, command| next.push(Step { why, command });
    let password = &draft.smtp.password_file;
    if !password.is_empty() && !Path::new(password).exists() {
        say("password", format!("install -m 600 /dev/stdin {}", quoted(password)));
        say("check", format!("facteur config check{config}"));
    }
    let blog = checked.blog.as_ref().and_then(|blog| blog.as_ref().ok());
    say("serve", format!("facteur serve{config}"));
    say("account", format!("facteur user setup-link{config}"));
    say("newsletter", format!("facteur newsletter add{config} {}", newsletter(answers, blog)));
    next
}

/// The newsletter's arguments, from what the blog says; capitals for what it does not.
fn newsletter(answers: &Answers, blog: Option<&Blog>) -> String {
    let title = blog.map(|blog| blog.title.as_str()).filter(|title| !title.is_empty());
    let slug = settings::slug_of(title.unwrap_or_default());
    let mut words = vec![slug, "--name".into(), title.map_or_else(|| "NAME".into(), quoted)];
    let mut say = |flag: &str, value: Option<&str>| {
        if let Some(value) = value {
            words.extend([flag.to_owned(), quoted(value)]);
        }
    };
    let rhythm = blog.map(|blog| &blog.rhythm);
    let every = rhythm.and_then(|rhythm| rhythm.every).map(|every| every.to_string());
    say("--from", Some(&answers.sender));
    say("--language", Some(blog.and_then(|blog| blog.language.as_deref()).unwrap_or("LANGUAGE")));
    say("--site", blog.and_then(|blog| blog.site.as_deref()).or(answers.blog.as_ref().map(Url::as_str)));
    say("--feed", blog.map(|blog| blog.feed.as_str()));
    say("--colour", blog.and_then(|blog| blog.colour.as_deref()));
    say("--every", every.as_deref());
    say("--on", rhythm.and_then(|rhythm| rhythm.on.as_deref()));
    say("--at", rhythm.and_then(|rhythm| rhythm.at.as_deref()));
    say("--zone", Some(&answers.zone));
    say("--archive", answers.archive.map(Visibility::as_str));
    words.join(" ")
}
