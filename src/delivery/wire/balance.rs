//! Which relay's connections may take mail now: shares by weight, and the stand-by when the others fail.
//!
//! In: the relays' weights, connections and health. Out: a [`Turn`] for each connection. All relays take from one queue, so
//! nothing waits for a relay that fails: its share moves to the others within a moment, and back when it takes mail again.

use std::sync::Arc;

use tokio::sync::Notify;

use super::health::Health;

/// All relays.
#[derive(Debug)]
pub struct Balancer {
    members: Vec<Member>,
    changed: Arc<Notify>,
}

/// One relay's part.
#[derive(Debug)]
pub struct Member {
    /// How it is doing.
    pub health: Arc<Health>,
    /// Its share; 0: only while no other relay takes mail.
    pub weight: u32,
    /// Its connections for digests, when it has the largest share.
    pub connections: usize,
}

impl Balancer {
    /// `changed` is woken by the health of every member.
    pub fn new(members: Vec<Member>, changed: Arc<Notify>) -> Arc<Self> {
        Arc::new(Self { members, changed })
    }

    /// The turn of connection number `slot` (from 0) of relay number `relay`.
    pub fn turn(self: &Arc<Self>, relay: usize, slot: usize) -> Turn {
        Turn { balancer: self.clone(), relay, slot }
    }

    /// How many connections of this relay may take mail now.
    fn share(&self, relay: usize) -> usize {
        let member = &self.members[relay];
        if self.members.len() == 1 {
            return member.connections;
        }
        let well = self.members.iter().filter(|other| !other.health.is_ailing());
        let most = well.map(|other| other.weight).max();
        match (most, member.health.is_ailing()) {
            // One of its connections asks now and then whether it is well again.
            (_, true) => usize::from(member.weight > 0 || most.is_none_or(|most| most == 0)),
            (None | Some(0), false) => member.connections,
            (Some(_), false) if member.weight == 0 => 0,
            (Some(most), false) => {
                let share = (member.connections * member.weight as usize).div_ceil(most as usize);
                share.clamp(1, member.connections)
            }
        }
    }
}

/// Whether one connection may take mail.
#[derive(Clone, Debug)]
pub struct Turn {
    balancer: Arc<Balancer>,
    relay: usize,
    slot: usize,
}

impl Turn {
    /// Whether it may now.
    pub fn is_now(&self) -> bool {
        self.slot < self.balancer.share(self.relay)
    }

    /// Waits until it may.
    pub async fn come(&self) {
        loop {
            let changed = self.balancer.changed.notified();
            if self.is_now() {
                return;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::delivery::wire::health::Fault;
    use crate::ledger::Lane;

    const DOWN: Fault = Fault::Away;

    /// Relays of ten connections with these weights.
    fn balancer(weights: &[u32]) -> Arc<Balancer> {
        let (alarms, _) = tokio::sync::mpsc::unbounded_channel();
        let changed = Arc::<Notify>::default();
        let member = |weight: &u32| Member {
            health: Health::new(
                Lane::Digests,
                alarms.clone(),
                Duration::ZERO,
                changed.clone(),
                crate::clock::Clock::system(),
            ),
            weight: *weight,
            connections: 10,
        };
        Balancer::new(weights.iter().map(member).collect(), changed.clone())
    }

    fn shares(balancer: &Balancer) -> Vec<usize> {
        (0..balancer.members.len()).map(|relay| balancer.share(relay)).collect()
    }

    #[test]
    fn shares_follow_the_weights() {
        assert_eq!(shares(&balancer(&[1])), [10]);
        assert_eq!(shares(&balancer(&[0])), [10], "alone it is no stand-by");
        assert_eq!(shares(&balancer(&[1, 1])), [10, 10]);
        assert_eq!(shares(&balancer(&[9, 1, 0])), [10, 2, 0]);
        assert_eq!(shares(&balancer(&[100, 1])), [10, 1], "never nothing");
        assert_eq!(shares(&balancer(&[0, 0])), [10, 10]);
    }

    #[test]
    fn the_share_of_one_that_fails_moves_to_the_others_and_back() {
        let balancer = balancer(&[9, 1, 0]);
        balancer.members[0].health.fault(DOWN, "down");
        assert_eq!(shares(&balancer), [1, 10, 0]);
        balancer.members[1].health.fault(DOWN, "down");
        assert_eq!(shares(&balancer), [1, 1, 10]);
        balancer.members[2].health.fault(DOWN, "down");
        assert_eq!(shares(&balancer), [1, 1, 1], "each is tried");
        balancer.members[0].health.well();
        assert_eq!(shares(&balancer), [10, 1, 0]);
    }

    #[tokio::test]
    async fn a_connection_waits_for_its_turn() {
        let balancer = balancer(&[1, 0]);
        let turn = balancer.turn(1, 3);
        assert!(!turn.is_now());
        let waiting = tokio::spawn(async move { turn.come().await });
        tokio::task::yield_now().await;
        balancer.members[0].health.fault(DOWN, "down");
        tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("it is woken").unwrap();
    }
}
