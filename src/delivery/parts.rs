//! The parts of delivery and what they share.
//!
//! In: an [`App`]. Out: [`Parts`], each kept running by itself: a panic of one is said and ends nothing but itself. [`super::run()`]
//! starts and stops them in order.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::sync::{Mutex, Notify, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::alarms;
use super::disk::halt;
use super::disk::reserve::Reserve;
use super::limits::Limits;
use super::record::lines::Entry;
use super::record::recorder::Recorder;
use super::rewind::detect::Witness;
use super::rewind::memory::Memory;
use super::supply::alive::Alive;
use super::supply::claim::Claims;
use super::supply::in_hand::InHand;
use super::supply::letters::{Letters, Many};
use super::supply::ready::ReadyQueue;
use super::supply::source::LedgerSource;
use super::supply::watch::Watch;
use super::supply::{Around, rescue};
use super::threads::Threads;
use super::wire::balance::{Balancer, Member};
use super::wire::contract::{Alarm, Alarms};
use super::wire::health::Health;
use super::wire::relay::Relay;
use super::wire::smtp::Timeouts;
use super::wire::{lessons, session};
use crate::app::App;
use crate::db;
use crate::keys::random_text;
use crate::ledger::{Lane, Meaning, pack};

/// Before a part that ended is started again.
pub const PAUSE: Duration = Duration::from_secs(1);

/// What the parts share.
pub struct Parts {
    pub app: Arc<App>,
    pub meaning: Meaning,
    pub owner: String,
    pub in_hand: Arc<InHand>,
    ready_digests: Arc<ReadyQueue>,
    ready_letters: Arc<ReadyQueue>,
    pub recorder: Recorder,
    pub reserve: Arc<Reserve>,
    pub memory: Arc<Memory>,
    pub witness: Witness,
    pub relays: Vec<Lanes>,
    /// Of the relay with the same number.
    limits: Vec<Arc<Limits>>,
    balancer: Arc<Balancer>,
    alarms: Mutex<mpsc::UnboundedReceiver<Alarm>>,
    claims: Mutex<Claims>,
    letters: Letters,
    watch: Mutex<Watch>,
    alive: Mutex<Alive>,
}

/// One relay as the two lanes meet it.
#[derive(Debug)]
pub struct Lanes {
    pub digests: Arc<Relay>,
    letters: Arc<Relay>,
}

/// Every relay of the configuration, and who of them may take mail when.
fn relays(app: &App, raised: &Alarms) -> anyhow::Result<(Vec<Lanes>, Arc<Balancer>)> {
    let changed = Arc::<Notify>::default();
    let (mut relays, mut members) = (Vec::new(), Vec::new());
    for (name, smtp) in app.config.relays() {
        let timeouts = Timeouts::of(smtp);
        let health = |lane, changed| Health::new(lane, raised.clone(), timeouts.back_off, changed, app.clock.clone());
        let letters = health(Lane::Letters, Arc::default());
        let health = health(Lane::Digests, changed.clone());
        members.push(Member { health: health.clone(), weight: smtp.weight, connections: smtp.connections });
        let (base_url, rules) = (&app.config.base_url, app.rules.clone());
        let relay = Relay::with(smtp, base_url, app.clock.clone(), health, timeouts, rules);
        let digests = relay.with_context(|| format!("the mail server of [{name}] cannot be used"))?;
        relays.push(Lanes { letters: digests.for_letters(letters), digests });
    }
    Ok((relays, Balancer::new(members, changed)))
}

impl Parts {
    /// Makes them.
    ///
    /// # Errors
    /// When the settings of a mail server cannot be used.
    pub fn gather(app: Arc<App>, meaning: Meaning) -> anyhow::Result<(Arc<Self>, mpsc::Receiver<Entry>)> {
        let (raised, alarms) = mpsc::unbounded_channel();
        let (recorder, entries) = Recorder::new();
        let (relays, balancer) = relays(&app, &raised)?;
        let many = Many::of(app.config.relays().map(|(_, smtp)| smtp.connections).sum());
        let ready_digests = Arc::<ReadyQueue>::default();
        let ready_letters = Arc::new(ReadyQueue::asking_below(many.low));
        let (owner, letters_asked) = (random_text(12), Arc::new(Notify::new()));
        let (in_hand, memory) = (Arc::<InHand>::default(), Arc::<Memory>::default());
        let senders = relays.iter().map(|lanes| lanes.digests.senders.clone()).collect();
        let around = Around {
            app: app.clone(),
            meaning,
            owner: owner.clone(),
            in_hand: in_hand.clone(),
            recorder: recorder.clone(),
            memory: memory.clone(),
        };
        let claims = Claims::new(around.clone(), ready_digests.clone(), senders);
        let letters = Letters::new(around, ready_letters.clone(), letters_asked.clone(), many.claim);
        let witness = Witness::new(app.clone(), meaning, in_hand.clone(), memory.clone());
        let alive = Alive::new(app.clone(), in_hand.clone(), owner.clone(), letters_asked.clone());
        let watch = Watch::new(app.clone(), meaning, in_hand.clone(), letters_asked);
        let parts = Self {
            owner,
            ready_digests,
            ready_letters,
            recorder,
            limits: app.config.relays().map(|(_, smtp)| Limits::new(smtp)).collect(),
            reserve: Arc::new(Reserve::of(db::sqlite_path(&app.config.database.url))),
            memory,
            witness,
            relays,
            balancer,
            alarms: Mutex::new(alarms),
            claims: Mutex::new(claims),
            letters,
            watch: Mutex::new(watch),
            alive: Mutex::new(alive),
            in_hand,
            meaning,
            app,
        };
        Ok((Arc::new(parts), entries))
    }

    /// A part that is kept running until `stop`.
    fn spawn<F>(
        self: &Arc<Self>,
        set: &mut JoinSet<()>,
        name: &'static str,
        stop: &CancellationToken,
        part: impl Fn(Arc<Self>, CancellationToken) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let (parts, token) = (self.clone(), stop.clone());
        set.spawn(keep(name, stop.clone(), move || part(parts.clone(), token.clone())));
    }

    /// What makes mails ready, and packing.
    pub fn feeders(self: &Arc<Self>, threads: &Threads, stop: &CancellationToken) -> JoinSet<()> {
        let mut set = JoinSet::new();
        let (parts, token) = (self.clone(), stop.clone());
        let claims = move || {
            let (parts, stop) = (parts.clone(), token.clone());
            async move { parts.claims.lock().await.run(&stop).await }
        };
        set.spawn_on(keep("claims", stop.clone(), claims), threads.of_claims());
        self.spawn(&mut set, "letters", stop, |parts, stop| async move { parts.letters.run(&stop).await });
        self.spawn(&mut set, "packing", stop, |parts, stop| pack::run(parts.app.clone(), parts.meaning, stop));
        set
    }

    /// The connections of each server, spread over these threads.
    pub fn connections(self: &Arc<Self>, threads: &Threads, stop: &CancellationToken) -> JoinSet<()> {
        let mut set = JoinSet::new();
        for (number, (_, smtp)) in self.app.config.relays().enumerate() {
            // Of letters the first is their own; the others are lent to them.
            let of = |lane| (0..smtp.connections).map(move |slot| (lane, slot));
            for (lane, slot) in of(Lane::Digests).chain(of(Lane::Letters)) {
                let (thread, handle) = threads.of(slot);
                let (parts, token) = (self.clone(), stop.clone());
                let work = move || {
                    let source = Arc::new(parts.source(lane, (number, slot), thread));
                    session::work(parts.relay(lane, number).clone(), source.clone(), source, token.clone())
                };
                set.spawn_on(keep("a connection", stop.clone(), work), handle);
            }
        }
        set
    }

    fn relay(&self, lane: Lane, number: usize) -> &Arc<Relay> {
        let lanes = &self.relays[number];
        if lane == Lane::Letters { &lanes.letters } else { &lanes.digests }
    }

    /// The hand of this connection of this relay, which runs on this thread.
    fn source(&self, lane: Lane, (number, slot): (usize, usize), thread: usize) -> LedgerSource {
        let ready = if lane == Lane::Letters { &self.ready_letters } else { &self.ready_digests };
        let turn = self.balancer.turn(number, slot);
        let limits = self.limits[number].clone();
        let recorder = self.recorder.on(thread);
        let source = LedgerSource::new(lane, ready.clone(), self.in_hand.clone(), recorder, limits, turn);
        let source = source.of(self.relay(lane, number));
        if lane == Lane::Letters && slot > 0 { source.lent() } else { source }
    }

    /// What connections lean on to their end.
    pub fn helpers(self: &Arc<Self>, stop: &CancellationToken) -> JoinSet<()> {
        let mut set = JoinSet::new();
        self.spawn(&mut set, "watch", stop, |parts, stop| async move { parts.watch.lock().await.run(&stop).await });
        self.spawn(&mut set, "leases", stop, |parts, stop| {
            rescue::renew(parts.app.clone(), parts.in_hand.clone(), parts.owner.clone(), stop)
        });
        self.spawn(&mut set, "the lock", stop, |parts, stop| async move { parts.alive.lock().await.run(&stop).await });
        self.spawn(&mut set, "the counter", stop, |parts, stop| async move { parts.witness.run(&stop).await });
        for limits in &self.limits {
            let limits = limits.clone();
            self.spawn(&mut set, "limits", stop, move |parts, stop| {
                let limits = limits.clone();
                async move { limits.run(&parts.app, &stop).await }
            });
        }
        self.spawn(&mut set, "alarms", stop, |parts, stop| async move {
            alarms::follow(&parts.app, parts.meaning, &parts.limits, &parts.alarms, &stop).await;
        });
        self.spawn(&mut set, "lessons", stop, |parts, stop| async move {
            lessons::keep(&parts.app, parts.relays.iter().map(|lanes| &*lanes.digests), &stop).await;
        });
        self.spawn(&mut set, "space", stop, |parts, stop| async move {
            halt::watch(&parts.app, &parts.in_hand, &parts.reserve, &stop).await;
        });
        set
    }

    pub fn close_queues(&self) {
        for key in self.ready_digests.close().into_iter().chain(self.ready_letters.close()) {
            self.in_hand.unrecorded(&key);
        }
    }
}

/// Runs a part, and again whenever it ends before `stop`: a panic is told, never silent, and ends nothing but itself.
async fn keep<F>(name: &'static str, stop: CancellationToken, part: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        match AbortOnDropHandle::new(tokio::spawn(part())).await {
            Err(error) if error.is_panic() => {
                tracing::error!(part = name, "a part of delivery panicked; it is started again");
            }
            Ok(()) if !stop.is_cancelled() => tracing::debug!(part = name, "a part of delivery ended before its time"),
            _ => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
