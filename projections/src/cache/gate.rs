//! Many callers, one check: whoever comes is let in by a check that began after it came.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, OwnedMutexGuard, watch};

/// Lets callers share checks as an appender lets commands share commits: those that come while one runs are all served
/// by the next. One that had begun before says nothing of what happened until the caller came.
#[derive(Default)]
pub(super) struct Gate {
    /// The number of the newest check; they count from 1.
    begun: AtomicU64,
    /// Held by the check that runs.
    turn: Arc<Mutex<()>>,
    ended: watch::Sender<Ended>,
}

/// The newest check that has ended.
#[derive(Debug, Clone, Copy, Default)]
struct Ended {
    number: u64,
    passed: bool,
}

impl Gate {
    /// Whether a check passed that began after this was called; `check` makes one.
    ///
    /// Waits for at most two checks, and queues nowhere: `check` must end by itself.
    pub(super) async fn pass<C: Future<Output = bool> + Send + 'static>(&self, check: impl Fn() -> C) -> bool {
        let mut ended = self.ended.subscribe();
        let needed = self.begun.load(Ordering::SeqCst) + 1;
        loop {
            let newest = *ended.borrow_and_update();
            if newest.number >= needed {
                return newest.passed;
            }
            if let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() {
                self.begin(turn, check());
            }
            // The sender lives as long as this gate.
            let _ = ended.changed().await;
        }
    }

    /// How many checks have begun.
    pub(super) fn checks(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// In a task of its own: a caller that goes away must not break off what others wait for.
    fn begin(&self, turn: OwnedMutexGuard<()>, check: impl Future<Output = bool> + Send + 'static) {
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let ending = Ending { number, passed: false, turn: Some(turn), ended: self.ended.clone() };
        tokio::spawn(async move { ending.with(check.await) });
    }
}

/// Tells how a check ended, also where it panicked or its runtime stopped.
struct Ending {
    number: u64,
    passed: bool,
    turn: Option<OwnedMutexGuard<()>>,
    ended: watch::Sender<Ended>,
}

impl Ending {
    fn with(mut self, passed: bool) {
        self.passed = passed;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        // Released before it is told: whoever is not served by this check begins the next one at once.
        self.turn = None;
        let Self { number, passed, .. } = *self;
        self.ended.send_if_modified(|ended| {
            let is_news = ended.number < number;
            if is_news {
                *ended = Ended { number, passed };
            }
            is_news
        });
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::{Pin, pin};
    use std::task::Poll;
    use std::time::Duration;

    use tokio::sync::{mpsc, oneshot};
    use tokio::time::timeout;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// A gate whose checks end as the test says; each is told of when it begins.
    struct Scene {
        gate: Gate,
        begin: mpsc::UnboundedSender<oneshot::Sender<bool>>,
        begun: mpsc::UnboundedReceiver<oneshot::Sender<bool>>,
    }

    impl Scene {
        fn set() -> Self {
            let (begin, begun) = mpsc::unbounded_channel();
            Self { gate: Gate::default(), begin, begun }
        }
    }

    /// Somebody who comes now.
    async fn comes(gate: &Gate, begin: mpsc::UnboundedSender<oneshot::Sender<bool>>) -> bool {
        let check = || {
            let begin = begin.clone();
            async move {
                let (end, told) = oneshot::channel();
                begin.send(end).unwrap();
                // A check that is never told is one that breaks off.
                told.await.expect("the test ends the check")
            }
        };
        timeout(PATIENCE, gate.pass(check)).await.expect("nobody waits for ever")
    }

    async fn next(begun: &mut mpsc::UnboundedReceiver<oneshot::Sender<bool>>) -> oneshot::Sender<bool> {
        timeout(PATIENCE, begun.recv()).await.expect("a check begins").unwrap()
    }

    async fn waits(caller: &mut Pin<&mut impl Future<Output = bool>>) -> bool {
        poll_fn(|cx| Poll::Ready(caller.as_mut().poll(cx).is_pending())).await
    }

    #[tokio::test]
    async fn a_check_that_had_begun_lets_nobody_in_who_came_later() {
        let Scene { gate, begin, mut begun } = Scene::set();
        let mut early = pin!(comes(&gate, begin.clone()));
        assert!(waits(&mut early).await);
        let first = next(&mut begun).await;
        let mut late = pin!(comes(&gate, begin.clone()));
        assert!(waits(&mut late).await);

        first.send(true).unwrap();
        assert!(early.await);
        assert!(waits(&mut late).await, "the first check says nothing to who came during it");
        next(&mut begun).await.send(false).unwrap();
        assert!(!late.await, "it hears of its own check");
        assert_eq!(gate.checks(), 2);
    }

    #[tokio::test]
    async fn all_who_come_during_a_check_share_the_next() {
        let Scene { gate, begin, mut begun } = Scene::set();
        let mut early = pin!(comes(&gate, begin.clone()));
        assert!(waits(&mut early).await);
        let first = next(&mut begun).await;
        let mut crowd: Vec<_> = (0..100).map(|_| Box::pin(comes(&gate, begin.clone()))).collect();
        for caller in &mut crowd {
            assert!(waits(&mut caller.as_mut()).await);
        }
        first.send(false).unwrap();
        assert!(!early.await);
        for caller in &mut crowd {
            assert!(waits(&mut caller.as_mut()).await);
        }
        next(&mut begun).await.send(true).unwrap();
        for caller in crowd {
            assert!(caller.await);
        }
        assert_eq!(gate.checks(), 2);
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_breaks_nothing_off() {
        let Scene { gate, begin, mut begun } = Scene::set();
        let mut early = Box::pin(comes(&gate, begin.clone()));
        assert!(waits(&mut early.as_mut()).await);
        let first = next(&mut begun).await;
        let mut late = pin!(comes(&gate, begin.clone()));
        assert!(waits(&mut late).await);
        drop(early);
        first.send(true).unwrap();
        let both = async { tokio::join!(late, async { next(&mut begun).await.send(true).unwrap() }) };
        assert!(both.await.0);
    }

    #[tokio::test]
    async fn a_check_that_breaks_off_lets_nobody_in_and_the_next_goes_on() {
        let Scene { gate, begin, mut begun } = Scene::set();
        let mut early = pin!(comes(&gate, begin.clone()));
        assert!(waits(&mut early).await);
        drop(next(&mut begun).await);
        assert!(!early.await, "it panicked");
        let both = async { tokio::join!(comes(&gate, begin), async { next(&mut begun).await.send(true).unwrap() }) };
        assert!(both.await.0);
    }
}
