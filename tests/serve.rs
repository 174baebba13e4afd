//! Configuration and `facteur serve` as an operator meets them: what is wrong is said, health, the orderly stop.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use facteur::app::Roles;

use crate::harness::TestApp;

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
async fn readyz_says_what_is_missing() {
    // Doors only: delivery without a database ends the process, in order.
    let app = TestApp::builder().roles(Roles { web: true, schedule: false, delivery: false }).spawn().await;
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
    let output = Command::new(env!("CARGO_BIN_EXE_facteur")).args(["config", "check", "--config"]).arg(&file).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "its password file is not there yet: {said}");
    assert!(
        said.contains("/etc/facteur/smtp-password") && said.lines().filter(|l| l.starts_with("fault")).count() == 1,
        "{said}"
    );
}
