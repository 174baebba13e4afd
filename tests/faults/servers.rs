//! A PostgreSQL server that is administrated while Facteur runs: passwords, limits, locks, fail-over; and answers that are lost.

use std::process::Output;
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use super::storage::sign_up;
use super::{Mailing, connections, latency};
use crate::harness::cluster::Cluster;
use crate::harness::proxy::Proxy;
use crate::harness::{PATIENCE, TestApp, on_postgres};

/// One statement, as whoever administrates the server.
async fn administrate(url: &str, sql: &str) {
    let mut connection = PgConnection::connect_with(&url.parse::<PgConnectOptions>().unwrap()).await.unwrap();
    connection
        .execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned())))
        .await
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
    connection.close().await.unwrap();
}

async fn ask(url: &str, sql: &str) -> String {
    let mut connection = PgConnection::connect_with(&url.parse::<PgConnectOptions>().unwrap()).await.unwrap();
    let answer = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    answer
}

/// The URL of a cluster for the user `app`, who is no superuser; `host` stands for host and port.
fn of_app(cluster: &Cluster, host: &str) -> String {
    format!("postgres://app@{host}/{}", cluster.url.rsplit('/').next().unwrap())
}

fn host(cluster: &Cluster) -> String {
    cluster.url.split('@').nth(1).unwrap().split('/').next().unwrap().to_owned()
}

fn port(cluster: &Cluster) -> u16 {
    host(cluster).rsplit(':').next().unwrap().parse().unwrap()
}

/// A server where `app` may do what it wants in its database, and whoever administrates is `facteur`.
async fn cluster() -> Option<Cluster> {
    let cluster = Cluster::start()?;
    administrate(&cluster.url, "CREATE ROLE app LOGIN PASSWORD 'one'; GRANT ALL ON SCHEMA public TO app").await;
    Some(cluster)
}

const CUT: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'";

async fn until_ready(app: &TestApp, status: u16) -> serde_json::Value {
    let begin = Instant::now();
    loop {
        let ready = app.get("/readyz").await;
        if ready.status == status {
            return ready.json();
        }
        assert!(begin.elapsed() < PATIENCE, "{}", ready.body);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_new_database_password_loses_no_result_and_needs_no_restart() {
    let Some(cluster) = cluster().await else { return };
    let data = ask(&cluster.url, "SHOW data_directory").await;
    let rules = "host all facteur 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    std::fs::write(format!("{data}/pg_hba.conf"), rules).unwrap();
    administrate(&cluster.url, "SELECT pg_reload_conf()").await;
    let folder = crate::harness::folder();
    let password = folder.path().join("password");
    std::fs::write(&password, "one\n").unwrap();
    let builder = connections(3).sink(latency(3)).database(&of_app(&cluster, &host(&cluster)));
    let builder = builder.set("database.password_file", password.to_str().unwrap());
    // The reload takes effect within a moment.
    let mut mailing = Mailing::ready(builder, 800).await;
    mailing.send().await;
    for (n, new) in ["two", "p@ss:w/rd?#%é &"].iter().enumerate() {
        mailing.app.wait_for_mails(100 + n * 200).await;
        administrate(&cluster.url, &format!("ALTER ROLE app PASSWORD '{new}'; {CUT}")).await;
        // Between the two nobody can come in; results wait.
        let status = sign_up(&mailing.app, n * 10).await;
        assert!(matches!(status, 202 | 503), "{status}");
        std::fs::write(&password, format!("{new}\n")).unwrap();
        assert_eq!(sign_up(&mailing.app, n * 10 + 1).await, 202, "the next that comes finds the new one");
    }
    mailing.ends(0).await;
    let digests: Vec<_> = mailing.app.sink.journal().into_iter().filter(|e| !e.rcpt.starts_with("new")).collect();
    let tally = crate::harness::oracle::tally(&digests, &mailing.readers);
    assert!(tally.lost == 0 && tally.repeats == 0, "{tally:?}");
    assert_eq!(mailing.counts().await.accepted, 800);
    administrate(&cluster.url, &format!("ALTER ROLE app PASSWORD 'three'; {CUT}")).await;
    let said = until_ready(&mailing.app, 503).await;
    assert_eq!(said["database"], "failed: the user or password is refused");
}

#[tokio::test]
async fn too_few_connections_are_named_and_not_a_pool_that_timed_out() {
    let Some(cluster) = cluster().await else { return };
    let app = TestApp::builder().database(&of_app(&cluster, &host(&cluster))).spawn().await;
    app.newsletter("carnet").await;
    administrate(&cluster.url, &format!("ALTER ROLE app CONNECTION LIMIT 0; {CUT}")).await;
    let said = until_ready(&app, 503).await;
    assert_eq!(said["database"], "failed: too many connections", "{said}");
    assert_eq!(sign_up(&app, 1).await, 503);
    let said = app.cli(&["newsletter", "list"]).await;
    let words = said.fails(1);
    assert!(words.contains("[database] connections") && words.contains("too many connections for role"), "{words}");
    once_and_without_lines(words);
    administrate(&cluster.url, "ALTER ROLE app CONNECTION LIMIT -1").await;
    until_ready(&app, 200).await;
    assert_eq!(sign_up(&app, 2).await, 202);
}

/// No word of it stands there twice, and no line of PostgreSQL's source.
fn once_and_without_lines(words: &str) {
    let causes: Vec<_> = words.trim().split(": ").collect();
    let unique: std::collections::HashSet<_> = causes.iter().collect();
    assert!(unique.len() == causes.len() && !words.contains("at line"), "{words}");
}

#[tokio::test]
async fn a_start_says_when_its_connections_will_not_do() {
    let Some(cluster) = cluster().await else { return };
    let app = TestApp::builder().database(&of_app(&cluster, &host(&cluster))).stopped().spawn().await;
    app.newsletter("carnet").await;
    app.app.db.close().await;
    administrate(&cluster.url, "ALTER ROLE app CONNECTION LIMIT 9").await;
    let mut server = app.server(&[], &[]);
    server
        .until("it warns", |said| said.contains("may open 16 connections") && said.contains("the role allows 9"))
        .await;
    server.terminate().await;
}

#[tokio::test]
async fn what_passes_on_the_server_is_never_our_mistake_to_a_visitor() {
    let Some(cluster) = cluster().await else { return };
    let limits = "ALTER ROLE app SET lock_timeout = '100ms'; ALTER ROLE app SET statement_timeout = '5s'";
    administrate(&cluster.url, limits).await;
    let app = TestApp::builder().database(&of_app(&cluster, &host(&cluster))).spawn().await;
    app.newsletter("carnet").await;
    let mut locker = PgConnection::connect_with(&cluster.url.parse::<PgConnectOptions>().unwrap()).await.unwrap();
    locker.execute("BEGIN").await.unwrap();
    locker.execute("LOCK TABLE subscriber").await.unwrap();
    assert_eq!(sign_up(&app, 1).await, 503, "55P03");
    locker.execute("ROLLBACK").await.unwrap();
    assert_eq!(sign_up(&app, 2).await, 202);
    administrate(&cluster.url, "ALTER ROLE app SET default_transaction_read_only = on").await;
    administrate(&cluster.url, CUT).await;
    let begin = Instant::now();
    while sign_up(&app, 3).await != 503 {
        assert!(begin.elapsed() < PATIENCE, "25006");
    }
    assert_eq!(until_ready(&app, 503).await["database"], "failed: read-only");
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_never_told_as_nothing_stored() {
    let Some(cluster) = cluster().await else { return };
    let proxy = Proxy::before(port(&cluster)).await;
    let url = of_app(&cluster, &format!("127.0.0.1:{}", proxy.port));
    let app = TestApp::builder().database(&url).spawn().await;
    app.newsletter("carnet").await;
    for (n, (language, words)) in
        [("en", "may have been stored"), ("fr", "peut-être été enregistrée")].into_iter().enumerate()
    {
        proxy.swallow_commits(true);
        let form = format!("email=doubt{n}%40example.org");
        let request = app.request(reqwest::Method::POST, "/n/carnet").header("accept-language", language);
        let page = app.send(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await;
        assert_eq!((page.status, page.body.contains(words)), (503, true), "{}", page.body);
        assert!(!page.body.contains("Nothing was stored") && !page.body.contains("Rien n’a été"), "{}", page.body);
        assert!(!page.header("retry-after").is_empty());
        let request = app.request(reqwest::Method::POST, "/n/carnet").header("accept", "application/json");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let problem = app.send(request.body(format!("email=json{n}%40example.org"))).await;
        assert_eq!((problem.status, problem.json()["code"].as_str()), (503, Some("may-have-been-stored")));
        proxy.swallow_commits(false);
        for who in ["doubt", "json"] {
            let stored = format!("SELECT COUNT(*) FROM subscriber WHERE email = '{who}{n}@example.org'");
            assert_eq!(app.number(&stored).await, 1, "it was stored, as the page says it may");
        }
    }
    proxy.swallow_commits(true);
    let add = ["newsletter", "add", "second", "--name", "Second", "--from", "S <s@example.org>", "--language", "en"];
    let said = app.cli(&[&add[..], &["--zone", "Europe/Paris", "--postal", "1 rue"]].concat()).await;
    proxy.swallow_commits(false);
    let words = said.fails(1);
    assert!(words.contains("may or may not have been stored") && words.contains("before you repeat"), "{words}");
    assert_eq!(app.number("SELECT COUNT(*) FROM newsletter WHERE slug = 'second'").await, 1);
}

#[tokio::test]
async fn of_several_hosts_the_one_that_takes_writes_has_the_work_and_another_takes_over() {
    let Some(cluster) = cluster().await else { return };
    let Some(standby) = self::cluster().await else { return };
    administrate(&standby.url, "ALTER SYSTEM SET default_transaction_read_only = on").await;
    administrate(&standby.url, "SELECT pg_reload_conf()").await;
    let (first, second) = (Proxy::before(port(&cluster)).await, Proxy::before(port(&cluster)).await);
    let hosts = format!("127.0.0.1:{},127.0.0.1:{},127.0.0.1:{}", port(&standby), first.port, second.port);
    let url = format!("{}?target_session_attrs=read-write", of_app(&cluster, &hosts));
    let mut mailing = Mailing::ready(connections(3).sink(latency(3)).database(&url), 600).await;
    assert_eq!(mailing.app.cli(&["config", "check"]).await.code, 0);
    mailing.send().await;
    mailing.app.wait_for_mails(60).await;
    first.close();
    let said = mailing.app.wait_for_mails(300).await;
    assert!(said.len() >= 300, "it goes on by the other way");
    assert_eq!(sign_up(&mailing.app, 1).await, 202);
    second.close();
    first.open();
    mailing.app.wait_for_mails(450).await;
    mailing.ends(0).await;
    let digests: Vec<_> = mailing.app.sink.journal().into_iter().filter(|e| !e.rcpt.starts_with("new")).collect();
    let tally = crate::harness::oracle::tally(&digests, &mailing.readers);
    assert!(tally.lost == 0 && tally.repeats == 0, "{tally:?}");
    assert_eq!(
        ask(&standby.url, "SELECT CAST(COUNT(*) AS TEXT) FROM pg_tables WHERE tablename = 'subscriber'").await,
        "0"
    );
}

#[tokio::test]
async fn a_server_that_begins_to_forget_halts_sending_until_it_does_not() {
    let Some(cluster) = Cluster::start() else { return };
    let mut mailing = Mailing::ready(connections(1).sink(latency(20)).database(&cluster.url), 3_000).await;
    mailing.send().await;
    mailing.app.wait_for_mails(20).await;
    let set = async |value: &str| {
        administrate(&cluster.url, &format!("ALTER SYSTEM SET synchronous_commit = {value}")).await;
        administrate(&cluster.url, "SELECT pg_reload_conf()").await;
    };
    set("off").await;
    let begin = Instant::now();
    let delivery = async || mailing.app.get("/readyz").await.json()["delivery"].as_str().unwrap().to_owned();
    while delivery().await != "halted: the database may forget what was sent" {
        assert!(begin.elapsed() < PATIENCE, "it sends on");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let taken = mailing.app.sink.taken();
    mailing.app.sink.meanwhile(40).await;
    assert!(mailing.app.sink.taken() <= taken + 1, "it sends on");
    set("on").await;
    mailing.app.wait_for_mails(taken + 50).await;
    assert_eq!(delivery().await, "ok");
}

#[tokio::test]
async fn a_database_that_cannot_hold_every_name_is_refused() {
    let Some(server) = on_postgres() else { return };
    let name = format!("facteur_{}_latin1", std::process::id());
    let drop_it = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    administrate(&server, &drop_it).await;
    let create = format!("CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    administrate(&server, &create).await;
    let app = TestApp::builder().stopped().spawn().await;
    let mut url = url::Url::parse(&server).unwrap();
    url.set_path(&name);
    for arguments in [&["newsletter", "list"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let output = with_url(&app, arguments, url.as_str());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains("LATIN1") && said.contains("UTF8"), "{said}");
    }
    administrate(&server, &drop_it).await;
}

fn with_url(app: &TestApp, arguments: &[&str], url: &str) -> Output {
    app.command(arguments).env("FACTEUR_DATABASE__URL", url).output().unwrap()
}

#[tokio::test]
async fn what_serve_cannot_use_as_a_database_url_config_check_refuses_too() {
    let app = TestApp::builder().stopped().spawn().await;
    for bad in [
        "postgres://facteur:s3#cret@127.0.0.1:5432/x",
        "postgres://facteur:s3/cret@127.0.0.1:5432/x",
        "postgres://facteur:s3cret@127.0.0.1:99999/x",
        "postgres://facteur:s3cret@a:1,b:zwei/x",
        "postgres://facteur:s3cret@a/x?sslmode=maybe",
        "postgres://facteur:s3cret@a/x?sslmode=verify-full&sslrootcert=/nowhere/ca.pem",
        "postgres://facteur:s3cret@a/x?target_session_attrs=standby",
        "sqlite::memory:",
        "mysql://a/b",
    ] {
        let output = with_url(&app, &["config", "check"], bad);
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{bad}: {said}");
        assert!(!said.contains("cret"), "the password is told: {said}");
        assert!(!bad.contains("/nowhere") || said.contains("/nowhere/ca.pem"), "{said}");
    }
    let output = with_url(&app, &["config", "check"], "postgres://app@db.example,db2.example:5433/x?passwd=s3cret");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("in clear") && said.contains("`passwd`") && !said.contains("s3cret"), "{said}");
    for secret in ["postgres://db.example/x?user=app&password=s3cret", "postgres://app@db.example/x?passwd=s3cret"] {
        let shown = with_url(&app, &["config", "show"], secret);
        let shown = String::from_utf8_lossy(&shown.stdout);
        assert!(shown.contains("••••") && !shown.contains("s3cret"), "{shown}");
    }
}

#[tokio::test]
async fn strangers_who_ask_for_readiness_do_not_each_cause_a_write() {
    let app = TestApp::spawn().await;
    let written = async || app.texts("SELECT value FROM instance WHERE name = 'readyz'").await.pop().unwrap();
    let (mut seen, begin) = (std::collections::HashSet::new(), Instant::now());
    for _ in 0..40 {
        let asked = futures_util::future::join_all((0..5).map(|_| app.get("/readyz"))).await;
        assert!(asked.iter().all(|ready| ready.status == 200));
        seen.insert(written().await);
    }
    let most = begin.elapsed().as_secs() as usize + 1;
    assert!(seen.len() <= most, "{} writes for 200 questions within {:?}", seen.len(), begin.elapsed());
}

#[tokio::test]
async fn a_session_whose_machine_vanished_is_given_up_within_seconds() {
    if on_postgres().is_none() {
        return;
    }
    let app = TestApp::builder().stopped().spawn().await;
    let names = ["tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout"];
    let settings = names.map(|name| format!("SELECT current_setting('{name}')")).join(" UNION ALL ");
    assert_eq!(app.texts(&settings).await, ["5", "2", "3", "10000"]);
}
