//! Machines of their own for some processes of a test: network name spaces, each with one link to this machine, which can be cut.
//!
//! In: how many. Out: what runs a program on one of them, and an address of this machine that all of them reach. Linux, the program
//! `ip` and the right to make networks are needed. Gone when dropped, whatever the test did; what a killed one left goes with the next.
//! Nothing else on the machine changes.

use std::fs::File;
use std::net::Ipv4Addr;
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use facteur::db::{self, Db};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use sqlx::AssertSqlSafe;

use super::skip;

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// Where `ip` keeps name spaces.
const PLACE: &str = "/run/netns";

/// A link address that nobody has: what is sent there is lost without a word.
const NOBODY: &str = "02:00:00:00:00:01";

/// See the file.
pub struct Network {
    machines: Vec<Machine>,
    here: Ipv4Addr,
}

/// One of the machines.
struct Machine {
    /// Of the name space, and of the link's end in it.
    name: String,
    /// The link's end on this side.
    link: String,
    address: Ipv4Addr,
}

impl Network {
    /// So many machines, 250 at most; where they cannot be had, the calling test says that it is skipped.
    #[track_caller]
    pub fn of(machines: u8) -> Option<Self> {
        sweep();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let id = std::process::id();
        // 198.18.0.0/15 is for tests of networks (RFC 2544): nobody else's.
        let [.., third] = (id + number).to_be_bytes();
        let address = |last| Ipv4Addr::new(198, 18, third, last);
        let mut network = Self { machines: Vec::new(), here: address(254) };
        for n in 1..=machines {
            let (name, link) = (format!("fm{id}.{number}.{n}"), format!("fl{id}.{number}.{n}"));
            let machine = Machine { name, link, address: address(n) };
            let made = machine.set_up(network.here);
            network.machines.push(machine);
            if let Err(why) = made {
                skip("", &format!("it wants networks of its own: Linux, root, and `ip` (tests/peers.sh): {why}"));
                return None;
            }
        }
        Some(network)
    }

    /// This machine, as the others reach it.
    pub fn here(&self) -> Ipv4Addr {
        self.here
    }

    /// What a machine is known by.
    pub fn address(&self, machine: usize) -> Ipv4Addr {
        self.machines[machine].address
    }

    /// What makes a command run there: it is put before it.
    pub fn on(&self, machine: usize) -> [&str; 4] {
        ["ip", "netns", "exec", &self.machines[machine].name]
    }

    /// From now on everything between that machine and this one is lost, and neither is told.
    pub fn cut(&self, machine: usize) {
        let Machine { name, link, address } = &self.machines[machine];
        let here = self.here.to_string();
        ip(&["neigh", "replace", &address.to_string(), "lladdr", NOBODY, "dev", link, "nud", "permanent"]).unwrap();
        ip(&["-n", name, "neigh", "replace", &here, "lladdr", NOBODY, "dev", name, "nud", "permanent"]).unwrap();
    }

    /// It is reached again.
    pub fn mend(&self, machine: usize) {
        let Machine { name, link, address } = &self.machines[machine];
        ip(&["neigh", "del", &address.to_string(), "dev", link]).unwrap();
        ip(&["-n", name, "neigh", "del", &self.here.to_string(), "dev", name]).unwrap();
    }

    /// Runs a statement there in a transaction that stays open until what this gives is dropped: a process that was in the middle
    /// of something.
    pub fn in_the_middle_of(&self, machine: usize, url: &str, sql: &str) -> Open {
        let place = File::open(Path::new(PLACE).join(&self.machines[machine].name)).unwrap();
        let (url, sql) = (url.to_owned(), sql.to_owned());
        let (done, wait) = mpsc::channel();
        let (tell, told) = mpsc::channel::<()>();
        // A thread moves to another network by itself, and takes nobody with it.
        let body = move || {
            move_into_link_name_space(place.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let open = runtime.block_on(async {
                let Db::Postgres(pg) = db::connect(&url, 1).await.unwrap() else { panic!("it is PostgreSQL") };
                let mut tx = pg.begin().await.unwrap();
                sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await.unwrap();
                tx
            });
            done.send(()).unwrap();
            // Nobody sends anything: it ends when the other end is dropped.
            told.recv().ok();
            let _inside = runtime.enter();
            drop(open);
        };
        let thread = std::thread::spawn(body);
        wait.recv().expect("the statement goes through");
        Open { tell: Some(tell), thread: Some(thread) }
    }
}

/// See [`Network::in_the_middle_of`].
pub struct Open {
    tell: Option<mpsc::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Open {
    fn drop(&mut self) {
        drop(self.tell.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl Machine {
    fn set_up(&self, here: Ipv4Addr) -> Result<(), String> {
        let Self { name, link, address } = self;
        let (here, there) = (here.to_string(), address.to_string());
        let (here_alone, there_alone) = (format!("{here}/32"), format!("{there}/32"));
        ip(&["netns", "add", name])?;
        ip(&["link", "add", link, "type", "veth", "peer", "name", name, "netns", name])?;
        // The address of this machine is the same on every link; each leads to one machine alone.
        ip(&["addr", "add", &here, "peer", &there_alone, "dev", link])?;
        ip(&["link", "set", link, "up"])?;
        ip(&["-n", name, "addr", "add", &there, "peer", &here_alone, "dev", name])?;
        ip(&["-n", name, "link", "set", name, "up"])?;
        ip(&["-n", name, "link", "set", "lo", "up"])
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // With one end of a link goes the other, also when a process still holds the name space.
        ip(&["link", "del", &self.link]).ok();
        ip(&["netns", "del", &self.name]).ok();
    }
}

/// Takes away what a test left that was killed.
fn sweep() {
    let names = std::fs::read_dir(PLACE).into_iter().flatten().flatten();
    for name in names.map(|entry| entry.file_name().to_string_lossy().into_owned()) {
        let Some(rest) = name.strip_prefix("fm") else { continue };
        let is_gone = |id: &str| id.parse::<u32>().is_ok() && !Path::new("/proc").join(id).exists();
        if rest.split('.').next().is_some_and(is_gone) {
            let link = format!("fl{rest}");
            drop(Machine { name, link, address: Ipv4Addr::UNSPECIFIED });
        }
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    let done = Command::new("ip").args(arguments).output().map_err(|error| format!("ip: {error}"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    if done.status.success() { Ok(()) } else { Err(format!("ip {}: {}", arguments.join(" "), said.trim())) }
}
