//! Values that are dear to reckon and may be some seconds old.
//!
//! In: a key, and how its value is reckoned. Out: the value. Once reckoned it is kept for twenty times as long as that took, two
//! seconds at least or as long as the caller knows it to be good, so that reckoning costs a twentieth of a core at most. Whoever asks afterwards gets the old value at once, and
//! the first of them starts a task that reckons anew. While there is no value yet one reckons and the others wait for it, unless the
//! value is known to be cheap. Knows nothing of what it keeps.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How much longer than its reckoning took a value is kept, and the least time.
const TIMES: u32 = 20;
const LEAST: Duration = Duration::from_secs(2);

/// See the module. Clones share what is kept.
pub struct Kept<K, V>(Arc<Mutex<State<K, V>>>);

struct State<K, V> {
    entries: HashMap<K, Entry<V>>,
    /// Whose value was not worth keeping when it was reckoned last.
    cheap: HashSet<K>,
    /// Held by who reckons a value of which there is none.
    turns: HashMap<K, Arc<tokio::sync::Mutex<()>>>,
}

struct Entry<V> {
    value: V,
    until: Instant,
    /// Somebody reckons it anew.
    busy: bool,
}

impl<K, V> Clone for Kept<K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        let state = State { entries: HashMap::new(), cheap: HashSet::new(), turns: HashMap::new() };
        Self(Arc::new(Mutex::new(state)))
    }
}

impl<K, V> fmt::Debug for Kept<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(..)")
    }
}

impl<K, V> Kept<K, V>
where
    K: Hash + Eq + Clone + Send + 'static,
    V: Clone + Send + 'static,
{
    /// The value, reckoned now, kept, or kept for too long and reckoned anew beside. `is_dear` says whether a value is worth
    /// keeping at all.
    ///
    /// # Errors
    /// Those of the reckoning, when there is no older value.
    pub async fn get<F, E>(&self, key: K, is_dear: fn(&V) -> bool, reckon: F) -> Result<V, E>
    where
        F: Future<Output = Result<V, E>> + Send + 'static,
        E: Send + 'static,
    {
        self.get_for(LEAST, key, is_dear, reckon).await
    }

    /// The same with a value that is good for so long at least.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn get_for<F, E>(&self, least: Duration, key: K, is_dear: fn(&V) -> bool, reckon: F) -> Result<V, E>
    where
        F: Future<Output = Result<V, E>> + Send + 'static,
        E: Send + 'static,
    {
        let Some((value, old)) = self.look(&key) else {
            let Some(turn) = self.turn(&key) else { return self.reckoned(least, key, is_dear, reckon).await };
            let _turn = turn.lock().await;
            // Whoever had the turn before may have left it.
            if let Some((value, _)) = self.look(&key) {
                return Ok(value);
            }
            return self.reckoned(least, key, is_dear, reckon).await;
        };
        if old {
            let kept = self.clone();
            tokio::spawn(async move {
                if kept.reckoned(least, key.clone(), is_dear, reckon).await.is_err() {
                    kept.forget(&key);
                }
            });
        }
        Ok(value)
    }

    /// Forgets a value: something that it depends on has changed here.
    pub fn forget(&self, key: &K) {
        self.state().entries.remove(key);
    }

    /// Forgets all values of such keys.
    pub fn forget_all(&self, is_such: impl Fn(&K) -> bool) {
        self.state().entries.retain(|key, _| !is_such(key));
    }

    /// What to hold while one reckons; `None` when that is so little work that nobody has to wait for another.
    fn turn(&self, key: &K) -> Option<Arc<tokio::sync::Mutex<()>>> {
        let mut state = self.state();
        (!state.cheap.contains(key)).then(|| state.turns.entry(key.clone()).or_default().clone())
    }

    /// What is kept, and whether the caller is to reckon it anew.
    fn look(&self, key: &K) -> Option<(V, bool)> {
        let mut state = self.state();
        let entry = state.entries.get_mut(key)?;
        let old = !entry.busy && entry.until <= Instant::now();
        entry.busy |= old;
        Some((entry.value.clone(), old))
    }

    async fn reckoned<E>(
        &self,
        least: Duration,
        key: K,
        is_dear: fn(&V) -> bool,
        reckon: impl Future<Output = Result<V, E>>,
    ) -> Result<V, E> {
        let begun = Instant::now();
        let value = reckon.await?;
        let mut state = self.state();
        state.turns.remove(&key);
        if is_dear(&value) {
            let until = Instant::now() + (begun.elapsed() * TIMES).max(least);
            state.cheap.remove(&key);
            state.entries.insert(key, Entry { value: value.clone(), until, busy: false });
        } else {
            state.entries.remove(&key);
            state.cheap.insert(key);
        }
        Ok(value)
    }

    fn state(&self) -> MutexGuard<'_, State<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(kept: &Kept<i64, i64>, value: i64) -> i64 {
        kept.get(1, |value| *value > 10, async move { Ok::<_, ()>(value) }).await.unwrap()
    }

    #[tokio::test]
    async fn only_what_is_dear_is_kept_until_it_is_forgotten() {
        let kept = Kept::default();
        assert_eq!((get(&kept, 3).await, get(&kept, 4).await), (3, 4));
        assert_eq!((get(&kept, 11).await, get(&kept, 12).await), (11, 11));
        kept.forget(&1);
        assert_eq!(get(&kept, 12).await, 12);
        let failed = Kept::<i64, i64>::default().get(1, |_| true, async { Err("no") }).await;
        assert_eq!(failed, Err("no"));
    }

    #[tokio::test]
    async fn one_reckons_while_the_others_wait() {
        let (kept, reckoned) = (Kept::<i64, i64>::default(), Arc::new(Mutex::new(0)));
        let ask = || {
            let (kept, reckoned) = (kept.clone(), reckoned.clone());
            async move {
                let reckon = async move {
                    *reckoned.lock().unwrap() += 1;
                    tokio::task::yield_now().await;
                    Ok::<_, ()>(11)
                };
                kept.get(1, |value| *value > 10, reckon).await
            }
        };
        let all = futures_util::future::join_all((0..20).map(|_| ask())).await;
        assert_eq!((all, *reckoned.lock().unwrap()), (vec![Ok(11); 20], 1));
    }

    #[tokio::test]
    async fn a_value_is_kept_for_as_long_as_it_is_good_and_forgotten_by_what_it_is_of() {
        let kept = Kept::default();
        for key in [(1, 0), (1, 7), (2, 0)] {
            let hour = Duration::from_hours(1);
            kept.get_for(hour, key, |_| true, async move { Ok::<_, ()>(key.1) }).await.unwrap();
            assert!(kept.state().entries[&key].until > Instant::now() + hour / 2);
        }
        kept.forget_all(|(of, _)| *of == 1);
        assert_eq!((kept.look(&(1, 0)), kept.look(&(1, 7)), kept.look(&(2, 0))), (None, None, Some((0, false))));
    }

    #[tokio::test]
    async fn an_old_value_is_given_while_one_reckons() {
        let kept = Kept::default();
        get(&kept, 11).await;
        kept.state().entries.get_mut(&1).unwrap().until = Instant::now();
        assert_eq!(kept.look(&1), Some((11, true)), "the first is to reckon");
        assert_eq!(kept.look(&1), Some((11, false)), "the others are not");
    }
}
