//! Configuration and `facteur serve` as an operator meets them: what is wrong is said, health, the orderly stop.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use facteur::serve::Roles;

use crate::harness::{TestApp, on_sqlite};

/// A started `facteur serve`, ended at the latest with the test.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub base: String,
}

impl Server {
    /// Starts it and waits for the line that names its address.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn().expect("the binary is built");
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = lines
            .by_ref()
            .map(|line| line.unwrap())
            .find(|line| line.contains("listens on http://"))
            .expect("serve says where it listens");
        std::thread::spawn(move || lines.for_each(drop));
        let base = line.split("listens on ").nth(1).unwrap().split(';').next().unwrap().to_owned();
        Self { child, base }
    }

    /// Sends a signal by its name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end; gives the exit code.
    pub fn ended(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[tokio::test]
async fn healthz_and_readyz_answer() {
    let app = TestApp::spawn().await;
    let health = app.get("/healthz").await;
    assert_eq!((health.status, health.json()["status"].as_str()), (200, Some("ok")));
    let ready = app.get("/readyz").await;
    assert_eq!(ready.status, 200, "{}", ready.body);
    let ready = ready.json();
    assert_eq!((&ready["database"], &ready["schema"]), (&"ok".into(), &"ok".into()));
    assert_eq!(ready["schedule"], "elsewhere", "the harness does not run the schedule by itself");
}

#[tokio::test]
async fn readyz_says_what_a_power_cut_may_cost() {
    let app = TestApp::spawn().await;
    assert_eq!(app.get("/readyz").await.json()["power_loss"], "strict");
    if on_sqlite() {
        let app = TestApp::builder().set("database.power_loss", "5ms").spawn().await;
        let ready = app.get("/readyz").await;
        assert_eq!((ready.status, &ready.json()["power_loss"]), (200, &"5ms".into()), "{}", ready.body);
    }
}

#[tokio::test]
async fn readyz_says_what_is_missing() {
    // Doors only: delivery without a database ends the process, in order.
    let app = TestApp::builder().roles(Roles { web: true, ..Roles::NONE }).spawn().await;
    app.app.db.close().await;
    let ready = app.get("/readyz").await;
    assert_eq!(ready.status, 503, "{}", ready.body);
    assert_eq!(ready.json()["database"], "failed");
    assert_eq!(app.get("/healthz").await.status, 200, "the process itself is alive");
}

#[tokio::test]
async fn serve_stops_in_order_at_sigterm() {
    let app = TestApp::builder().stopped().spawn().await;
    let server = Server::start(app.command(&["serve", "--listen", "127.0.0.1:0"]));
    let ready = reqwest::get(format!("{}/readyz", server.base)).await.unwrap();
    assert_eq!(ready.status().as_u16(), 200);
    let ready: serde_json::Value = serde_json::from_str(&ready.text().await.unwrap()).unwrap();
    assert_eq!(ready["schedule"], "ok", "this process has the role");
    server.signal("TERM");
    assert_eq!(server.ended(), Some(0));
}

#[tokio::test]
async fn serve_says_when_the_port_is_taken() {
    let app = TestApp::builder().stopped().spawn().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = app.cli(&["serve", "--listen", &address]).await;
    let said = output.fails(1);
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
}

#[tokio::test]
async fn serve_says_when_the_database_is_not_there() {
    let app = TestApp::builder().stopped().spawn().await;
    let mut command = app.command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env("FACTEUR_DATABASE__URL", "sqlite:///dev/null/facteur.db");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("/dev/null"), "{said}");
}

#[tokio::test]
async fn a_fault_in_the_configuration_stops_every_command() {
    let app = TestApp::builder().stopped().spawn().await;
    let file = app.folder().join("wrong.toml");
    std::fs::write(&file, "base_ulr = \"https://a.example\"\n\n[smtp]\nport = 70000\n").unwrap();
    let mut command = app.command(&["config", "check"]);
    command.env("FACTEUR_CONFIG", "/nowhere");
    let good = command.output().unwrap();
    assert_eq!(good.status.code(), Some(0), "--config wins over FACTEUR_CONFIG: {good:?}");

    for (arguments, code) in [(["config", "check"], 3), (["newsletter", "list"], 3), (["config", "show"], 3)] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_facteur"));
        command.env("LC_ALL", "C");
        let output = command.args(arguments).env("FACTEUR_CONFIG", &file).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(said.contains("wrong.toml:1: unknown key `base_ulr`; did you mean `base_url`"), "{said}");
        assert!(said.contains("wrong.toml:4: smtp.port is 70000; it must be 1 to 65535"), "{said}");
    }
}

#[tokio::test]
async fn config_show_masks_passwords_and_names_origins() {
    let app = TestApp::builder().stopped().spawn().await;
    let mut command = app.command(&["config", "show", "--json"]);
    command.env("FACTEUR_DATABASE__URL", "postgres://ana:sesame@db.example/facteur");
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("sesame"), "{text}");
    let rows: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let origin = |key: &str| rows.iter().find(|row| row["key"] == key).unwrap()["origin"].as_str().unwrap().to_owned();
    assert_eq!(origin("database.url"), "FACTEUR_DATABASE__URL");
    assert!(origin("smtp.port").contains("facteur.toml:"), "{}", origin("smtp.port"));
    assert_eq!(origin("log.format"), "built in");
}

#[tokio::test]
async fn config_example_is_a_file_to_start_from() {
    let app = TestApp::builder().stopped().spawn().await;
    let example = app.cli(&["config", "example"]).await.ok().to_owned();
    let file = app.folder().join("example.toml");
    std::fs::write(&file, example).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_facteur"))
        .env("LC_ALL", "C")
        .args(["config", "check", "--config"])
        .arg(&file)
        .output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "its password file is not there yet: {said}");
    assert!(
        said.contains("/etc/facteur/smtp-password") && said.lines().filter(|l| l.starts_with("fault")).count() == 1,
        "{said}"
    );
}

#[tokio::test]
async fn a_variable_with_the_wrong_signs_is_a_fault_that_names_the_right_one() {
    let app = TestApp::builder().stopped().spawn().await;
    for (wrong, value, right) in [
        ("FACTEUR_SMTP_HOST", "mail.lecarnet.fr", "FACTEUR_SMTP__HOST"),
        ("FACTEUR_LOG_LEVEL", "debug", "FACTEUR_LOG__LEVEL"),
        ("FACTEUR_DATABASE_URL", "sqlite://x.db", "FACTEUR_DATABASE__URL"),
        ("FACTEUR_BASE__URL", "https://lettres.lecarnet.fr", "FACTEUR_BASE_URL"),
        ("FACTEUR_RELAY_BACKUP_HOST", "mail.lecarnet.fr", "FACTEUR_RELAY__BACKUP__HOST"),
    ] {
        for arguments in [&["config", "check"][..], &["newsletter", "list"], &["serve", "--listen", "127.0.0.1:0"]] {
            let mut command = app.command(arguments);
            command.env(wrong, value);
            let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
            let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(3), "{arguments:?} {wrong}: {said}");
            assert!(said.contains(&format!("{wrong} is not read: write {right}")), "{said}");
        }
    }
    let mut command = app.command(&["config", "check"]);
    command.env("FACTEUR_SMTP_PASSWORD", "x").env("FACTEUR_SERVICE_PORT", "80").env("FACTEUR_TEST_X", "y");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("FACTEUR_SMTP_PASSWORD is not read; did you mean FACTEUR_SMTP__PASSWORD_FILE?"), "{said}");
    assert!(!said.contains("FACTEUR_SERVICE_PORT") && !said.contains("FACTEUR_TEST_X"), "{said}");
}

#[tokio::test]
async fn what_was_left_as_in_the_example_is_warned_of() {
    let app = TestApp::builder().stopped().spawn().await;
    let password = app.folder().join("password");
    std::fs::write(&password, "secret\n").unwrap();
    let example = app.cli(&["config", "example"]).await.ok().to_owned();
    let example = example.replace("/etc/facteur/smtp-password", password.to_str().unwrap());
    let file = app.folder().join("example.toml");
    std::fs::write(&file, example).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_facteur"))
        .env("LC_ALL", "C")
        .args(["config", "check", "--config"])
        .arg(&file)
        .output();
    let said = String::from_utf8(output.unwrap().stdout).unwrap();
    for key in ["base_url", "smtp.host", "smtp.username"] {
        assert!(said.contains(&format!("warning  {key} still has the value from the example")), "{key}: {said}");
    }
}
