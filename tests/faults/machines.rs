//! Workers on machines of their own (R15): what happens when the network dies and not the process. Nothing is closed then: both
//! sides only hear nothing more.

use std::time::{Duration, Instant};

use super::workers::{CONNECTIONS, finished, released_in, slow, until_live, until_taken_over};
use crate::harness::cluster::Cluster;
use crate::harness::network::Network;
use crate::harness::server::Server;
use crate::harness::smtp::Settings;
use crate::harness::{PATIENCE, TestApp, on_postgres};

const MACHINES: u8 = 4;

/// Which of them is cut off.
const CUT_OFF: usize = 0;

/// The server gives a silent client up after 11 s; a lease, renewed every 10 s, would last 20 s more at least.
const SOON: Duration = Duration::from_secs(19);

/// Waits until the worker there says that it lives and has mails in hand; gives the name under which it leases.
async fn at_work(app: &TestApp, address: &str) -> String {
    let begin = Instant::now();
    let at_work = format!(
        "SELECT w.owner FROM worker w JOIN pg_stat_activity a ON a.pid = w.session WHERE host(a.client_addr) = '{address}'
         AND EXISTS (SELECT 1 FROM delivery_batch b WHERE b.owner = w.owner AND b.leased_until > 1)"
    );
    loop {
        if let Some(owner) = app.texts(&at_work).await.pop() {
            return owner;
        }
        assert!(begin.elapsed() < PATIENCE, "the worker at {address} has nothing in hand");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until the server has forgotten every session of the machine there.
async fn until_forgotten(app: &TestApp, address: &str) {
    let begin = Instant::now();
    let left = format!("SELECT COUNT(*) FROM pg_stat_activity WHERE host(client_addr) = '{address}'");
    while app.number(&left).await > 0 {
        assert!(begin.elapsed() < SOON, "{} sessions of {address} are left", app.number(&left).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn r15_of_four_workers_on_machines_of_their_own_one_loses_its_network_and_nobody_is_lost() {
    if on_postgres().is_none() {
        return;
    }
    let Some(network) = Network::of(MACHINES) else { return };
    let here = network.here();
    let Some(cluster) = Cluster::start_at(&here.to_string()) else { return };
    let database = cluster.url.replace("127.0.0.1", &here.to_string());
    let builder = TestApp::builder().database(&database).set("smtp.host", here.to_string()).set("smtp.stop_s", 30);
    let (app, readers) = released_in(builder.sink(Settings { at: here, ..slow() }), 10_000).await;
    let mut workers: Vec<Server> = (0..usize::from(MACHINES))
        .map(|machine| app.server_under(&network.on(machine), &["--roles", "delivery"]))
        .collect();
    until_live(&app, workers.len()).await;
    app.wait_for_mails(400).await;

    let address = network.address(CUT_OFF).to_string();
    let cut_off = at_work(&app, &address).await;
    // Somebody there is in the middle of a claim too: it has the digest's row, for which every other claim waits.
    let claim = network.in_the_middle_of(CUT_OFF, &database, "UPDATE digest SET claimed_upto = claimed_upto");
    network.cut(CUT_OFF);
    let cut = Instant::now();
    until_forgotten(&app, &address).await;
    let others: Vec<&Server> = workers.iter().skip(CUT_OFF + 1).collect();
    until_taken_over(&app, &cut_off, others[0], SOON.saturating_sub(cut.elapsed())).await;
    finished(&app, 2 * PATIENCE, &others).await;
    assert!(app.sink.per_recipient().len() >= readers.len(), "all of it without the one that is cut off");

    network.mend(CUT_OFF);
    drop(claim);
    // It comes back by itself, and says once more that it lives.
    until_live(&app, workers.len()).await;
    for (machine, worker) in workers.iter_mut().enumerate() {
        let (status, _) = worker.terminate().await;
        // What the one had sent into the void may still be waiting for the network.
        assert!(status.success() || machine == CUT_OFF, "{machine}: {}", worker.said());
    }
    app.assert_nothing_lost(&readers, CONNECTIONS).await;
}
