//! `facteur init`: the file it writes, what it says, and that it asks nobody where nobody is.

use std::process::Command;

use facteur::clock::Clock;

use crate::feeds::{items, put};
use crate::harness::TestApp;
use crate::harness::cli::Output;
use crate::harness::feeds::Page;

/// Runs the command on a file of its own, with this environment.
async fn init(app: &TestApp, file: &str, arguments: &[&str]) -> Output {
    let path = app.folder().join(file);
    let mut command = Command::new(env!("CARGO_BIN_EXE_facteur"));
    command.arg("init").args(arguments).arg("--config").arg(path);
    let offset = app.clock.now() - Clock::system().now();
    command.env("LC_ALL", "C").env("FACTEUR_FEEDS__ALLOW_HOSTS", "127.0.0.1");
    command.env("FACTEUR_CLOCK_OFFSET_MS", offset.to_string());
    tokio::task::spawn_blocking(move || {
        let done = command.stdin(std::process::Stdio::null()).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Output { code: done.status.code().unwrap_or(-1), stdout: text(&done.stdout), stderr: text(&done.stderr) }
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn without_a_terminal_it_says_which_flags_are_missing() {
    let app = TestApp::spawn().await;
    let said = init(&app, "new.toml", &["--base-url", "https://lettres.lecarnet.fr"]).await;
    let words = said.fails(2);
    assert!(words.contains("--blog, --sender, --smtp") && !words.contains("--base-url"), "{words}");
    assert!(!app.folder().join("new.toml").exists());
}

#[tokio::test]
async fn it_writes_a_private_file_that_passes_the_check_and_says_what_comes_next() {
    let app = TestApp::spawn().await;
    put(&app, &items(&app, &["Un", "Deux"]));
    let feed = app.feeds.url("/feed");
    let home = format!(
        "<html><head><meta name=\"theme-color\" content=\"#1d4e89\"><link rel=\"alternate\" type=\"application/rss+xml\" href=\"{feed}\"></head></html>"
    );
    let blog = app.feeds.put("/", Page::new("text/html", home));
    let smtp = format!("127.0.0.1:{}", app.sink.port());
    let given = [
        "--base-url",
        "https://lettres.lecarnet.fr/",
        "--blog",
        &blog,
        "--sender",
        "Élise <elise@lecarnet.fr>",
        "--smtp",
        &smtp,
        "--zone",
        "Europe/Paris",
    ];
    let said = init(&app, "new.toml", &given).await;
    let words = said.ok();
    assert!(words.contains("The mail server answers.") && words.contains("Blog: Le blog"), "{words}");
    let path = app.folder().join("new.toml");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("base_url = \"https://lettres.lecarnet.fr\"") && text.matches('#').count() > 5, "{text}");
    assert!(
        text.contains("sender = \"Élise <elise@lecarnet.fr>\"") && text.contains("zone = \"Europe/Paris\""),
        "{text}"
    );
    for step in ["facteur serve --config", "facteur user setup-link --config", "https://lettres.lecarnet.fr/console"] {
        assert!(words.contains(step), "{step}: {words}");
    }

    // The command that it names makes the newsletter.
    let line = words.lines().find(|line| line.contains("facteur newsletter add")).unwrap().trim().to_owned();
    assert!(line.contains("--colour '#1d4e89'") && line.contains("--every week"), "{line}");
    let shell = line.replacen("facteur", env!("CARGO_BIN_EXE_facteur"), 1);
    // The feed gives no language: the owner fills it in.
    let shell = shell.replace("--language LANGUAGE", "--language fr");
    let mut command = Command::new("sh");
    command.args(["-c", &shell]).env("LC_ALL", "C").env("FACTEUR_FEEDS__ALLOW_HOSTS", "127.0.0.1");
    let made = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(made.status.success(), "{shell}\n{}", String::from_utf8_lossy(&made.stderr));
    assert!(app.folder().join("facteur.db").exists(), "the database stands beside its configuration");

    let refused = init(&app, "new.toml", &given).await;
    assert!(refused.fails(4).contains("--force"), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    let mut other = given;
    other[1] = "https://autre.lecarnet.fr";
    init(&app, "new.toml", &[&other[..], &["--force"]].concat()).await.ok();
    assert!(std::fs::read_to_string(&path).unwrap().contains("autre.lecarnet.fr"));
}

#[tokio::test]
async fn what_does_not_answer_is_said_and_the_file_is_there() {
    let app = TestApp::spawn().await;
    let nowhere = app.feeds.url("/nowhere");
    let given = ["--base-url", "lettres.lecarnet.fr", "--blog", "", "--sender", "elise@lecarnet.fr"];
    let said = init(&app, "new.toml", &[&given[..], &["--smtp", "elise@127.0.0.1:1"]].concat()).await;
    let words = said.ok();
    assert!(words.contains("The mail server does not answer as it should"), "{words}");
    assert!(words.contains("install -m 600 /dev/stdin"), "the password comes next: {words}");
    let again = format!("facteur init --force --config {}", app.folder().join("new.toml").display());
    assert!(words.contains(&again), "how it is done again: {words}");
    let quiet = init(&app, "two.toml", &[&given[..], &["--smtp", "127.0.0.1:1", "--offline"]].concat()).await;
    assert!(!quiet.ok().contains("mail server does") && !quiet.ok().contains("init --force"), "{quiet:?}");
    let mut given = given;
    given[3] = &nowhere;
    let blog = init(&app, "three.toml", &[&given[..], &["--smtp", "127.0.0.1:1", "--offline"]].concat()).await;
    let words = blog.ok();
    assert!(words.contains("Nothing could be read at the blog's address") && words.contains("init --force"), "{words}");
}

#[tokio::test]
async fn a_wrong_flag_is_named_and_nothing_is_written() {
    let app = TestApp::spawn().await;
    let right = [
        ("--base-url", "https://lettres.lecarnet.fr"),
        ("--blog", ""),
        ("--sender", "elise@lecarnet.fr"),
        ("--smtp", "smtp.lecarnet.fr"),
        ("--zone", "Europe/Paris"),
    ];
    for (flag, wrong) in [
        ("--base-url", "http://lettres.lecarnet.fr"),
        ("--blog", "javascript:alert(1)"),
        ("--sender", "elise"),
        ("--sender", "elise@lecarnet"),
        ("--smtp", "http://smtp.lecarnet.fr"),
        ("--zone", "Lyon"),
    ] {
        let given: Vec<&str> =
            right.iter().flat_map(|(name, value)| [*name, if *name == flag { wrong } else { value }]).collect();
        let said = init(&app, "new.toml", &[&given[..], &["--offline"]].concat()).await;
        assert!(said.fails(2).contains(flag), "{said:?}");
        assert!(!app.folder().join("new.toml").exists());
    }
}

#[tokio::test]
async fn a_sender_in_the_place_of_the_mail_server_is_said_to_hold_a_blank() {
    let app = TestApp::spawn().await;
    for (wrong, words) in [
        ("Le Fournil bonjour@fournil.example", "holds a blank"),
        ("bonjour@smtp fournil.example", "holds a blank"),
        ("http://smtp.lecarnet.fr", "names no mail server"),
    ] {
        let said = init(&app, "new.toml", &["--blog", "", "--smtp", wrong]).await;
        assert!(said.fails(2).contains(&format!("--smtp: `{wrong}` {words}")), "{said:?}");
        assert!(!app.folder().join("new.toml").exists());
    }
}

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once() {
    let app = TestApp::spawn().await;
    let said =
        init(&app, "new.toml", &["--base-url", "ftp://x", "--sender", "elise", "--zone", "Lyon", "--blog", ""]).await;
    let words = said.fails(2);
    for part in ["--base-url: `ftp://x`", "--sender: `elise`", "--zone: `Lyon`", "still needed: --smtp"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    std::fs::write(app.folder().join("there.toml"), "").unwrap();
    let said = init(&app, "there.toml", &["--base-url", "ftp://x", "--sender", "elise"]).await;
    assert!(said.fails(2).contains("--sender") && said.stderr.contains("is there already"), "{said:?}");
}
