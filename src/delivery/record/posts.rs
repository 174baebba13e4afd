//! The way of the recorder's answers back to connections on other threads: all that one commit answers there travels at once, because each
//! wake of another thread is a system call, and a commit answers some dozens.
//!
//! In: answers, each with the thread of its connection. Out: to each thread one parcel, which [`hand_over`] takes apart there; answers to
//! connections on the recorder's own thread go straight to them.

use tokio::sync::{mpsc, oneshot};

use crate::delivery::wire::contract::RecordError;

/// What a connection is told: whether the mail that it is about to start may leave.
pub type Verdict = Result<(), RecordError>;

/// A connection that waits for a commit.
#[derive(Debug)]
pub struct Waiting {
    /// Number of its thread; 0 is the recorder's own.
    pub thread: usize,
    /// Where it waits.
    pub answer: oneshot::Sender<Verdict>,
}

#[cfg(test)]
impl Waiting {
    /// On the recorder's own thread.
    pub fn here(answer: oneshot::Sender<Verdict>) -> Self {
        Self { thread: 0, answer }
    }
}

/// Answers to connections of one thread.
pub type Parcel = Vec<(oneshot::Sender<Verdict>, Verdict)>;

/// A way to each thread but the recorder's own.
#[derive(Clone, Debug, Default)]
pub struct Posts(Vec<mpsc::UnboundedSender<Parcel>>);

impl Posts {
    /// One thread more; gives what it reads.
    pub fn add(&mut self) -> mpsc::UnboundedReceiver<Parcel> {
        let (post, parcels) = mpsc::unbounded_channel();
        self.0.push(post);
        parcels
    }

    /// Answers all of these. A connection that is gone ignores the answer; its row says what to do. One whose thread is gone hears
    /// that nothing was written, as one whose recorder is gone.
    pub fn answer(&self, all: impl Iterator<Item = (Waiting, Verdict)>) {
        let mut parcels: Vec<Parcel> = Vec::new();
        parcels.resize_with(self.0.len(), Vec::new);
        for (Waiting { thread, answer }, verdict) in all {
            if let Some(parcel) = thread.checked_sub(1).and_then(|other| parcels.get_mut(other)) {
                parcel.push((answer, verdict));
            } else {
                let _ = answer.send(verdict);
            }
        }
        for (post, parcel) in self.0.iter().zip(parcels).filter(|(_, parcel)| !parcel.is_empty()) {
            let _ = post.send(parcel);
        }
    }
}

/// Runs on a thread of connections: takes parcels apart until the recorder and who started it are gone.
pub async fn hand_over(mut parcels: mpsc::UnboundedReceiver<Parcel>) {
    while let Some(parcel) = parcels.recv().await {
        for (answer, verdict) in parcel {
            let _ = answer.send(verdict);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_connection_hears_on_its_own_thread() {
        let mut posts = Posts::default();
        let (one, mut two) = (posts.add(), posts.add());
        let (mut waiting, mut heard) = (Vec::new(), Vec::new());
        for thread in [0, 1, 2, 1] {
            let (answer, answered) = oneshot::channel();
            waiting.push((Waiting { thread, answer }, Ok(())));
            heard.push(answered);
        }
        waiting[3].1 = Err(RecordError::Fenced);
        posts.answer(waiting.into_iter());
        assert_eq!(heard[0].try_recv(), Ok(Ok(())), "at once on the recorder's own");
        assert!(heard[1].try_recv().is_err());
        drop(posts);
        hand_over(one).await;
        assert_eq!([1, 3].map(|at| heard[at].try_recv()), [Ok(Ok(())), Ok(Err(RecordError::Fenced))]);
        assert_eq!(two.recv().await.map(|parcel| parcel.len()), Some(1));
        assert!(heard.remove(2).await.is_err(), "its thread is gone: nothing may leave");
    }
}
