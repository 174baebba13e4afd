//! `facteur demo`: the whole loop, without any configuration.

use std::path::PathBuf;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{Context, Fault, serve};
use crate::config::Log;
use crate::demo::{self, Options};
use crate::i18n::{Locale, Value};
use crate::os_error;
use crate::telemetry;

/// Arguments of `facteur demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Language of the guide and of the newsletter; without it, the language of LANG.
    #[arg(long, value_name = "fr|en")]
    lang: Option<String>,
    /// Port on 127.0.0.1; without it 8080, or any free port when 8080 is taken. 0: any free port.
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Keep everything in this folder, and continue from it the next time.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Open the guide in the browser.
    #[arg(long)]
    open: bool,
    /// How much to log: error, warn, info, debug, or a filter.
    #[arg(long, value_name = "LEVEL", default_value = "warn")]
    log: String,
}

/// Runs it until Ctrl-C.
pub async fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    telemetry::start(&Log { level: args.log.clone(), format: "text".into() }).map_err(|error| {
        let (name, said) = (format!("--log {}", args.log), error.to_string());
        Fault::usage(said!(context.locale, "cli-about", name = &name, said = &said))
    })?;
    let language = args.lang.as_deref().map_or(Ok(context.locale), |tag| context.known(tag))?;
    let running = demo::start(Options { language, port: args.port, keep: args.keep }).await?;
    let guide = format!("{}/demo", running.base_url);
    let stop = CancellationToken::new();
    serve::stop_on_signal(stop.clone())?;
    if context.json {
        println!("{}", addresses(&running.base_url));
    } else {
        println!("{}", welcome(language, &running.base_url));
    }
    if args.open {
        open(language, &guide);
    }
    running.until(stop).await?;
    eprintln!("{}", language.text("demo-goodbye"));
    Ok(())
}

fn addresses(base_url: &str) -> serde_json::Value {
    json!({
        "base_url": base_url,
        "guide": format!("{base_url}/demo"),
        "newsletter": format!("{base_url}/n/carnet"),
        "blog": format!("{base_url}/demo/blog"),
        "mailbox": format!("{base_url}/demo/mail"),
    })
}

fn welcome(language: &Locale, base_url: &str) -> String {
    language.format("demo-welcome", &[("url", Value::Text(base_url))])
}

/// Asks the desktop to open a page; without a desktop the address is on the terminal anyway.
fn open(locale: &Locale, url: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    if let Err(error) = std::process::Command::new(program).arg(url).spawn() {
        let error = os_error::words(&error, locale);
        eprintln!("facteur: {}", said!(locale, "cli-demo-no-browser", program = program, error = &error, url = url));
    }
}
