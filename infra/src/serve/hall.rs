//! Who may be shown out when the house is full: whoever has a connection and asks for nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// The connections that wait for a request, in the order in which they began to.
///
/// Without it, a few thousand connections that never ask for anything would keep everybody else out.
#[derive(Debug, Clone, Default)]
pub(super) struct Hall(Arc<Mutex<Waiting>>);

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    by_arrival: BTreeMap<u64, CancellationToken>,
    /// Somebody is to leave, and nobody was waiting: the next one who has been served.
    is_crowded: bool,
}

/// A connection's place in the hall.
#[derive(Debug)]
pub(super) struct Seat {
    hall: Hall,
    /// Set while it waits.
    number: Mutex<Option<u64>>,
    dismissed: CancellationToken,
}

impl Hall {
    /// Seats a new connection, which has not asked for anything yet.
    pub(super) fn seat(&self) -> Seat {
        let seat = Seat { hall: self.clone(), number: Mutex::default(), dismissed: CancellationToken::new() };
        seat.waits();
        seat
    }

    /// Asks whoever has waited longest to leave, or else the next one who begins to wait.
    pub(super) fn dismiss_one(&self) {
        let mut waiting = self.lock();
        match waiting.by_arrival.pop_first() {
            Some((_, dismissed)) => dismissed.cancel(),
            None => waiting.is_crowded = true,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        // Nothing panics halfway in here, so that a poisoned lock guards a sound list.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// Its request is being served.
    pub(super) fn asks(&self) {
        if let Some(number) = self.number().take() {
            self.hall.lock().by_arrival.remove(&number);
        }
    }

    /// It has been served, and waits for its next request.
    pub(super) fn waits(&self) {
        let mut waiting = self.hall.lock();
        if std::mem::take(&mut waiting.is_crowded) {
            self.dismissed.cancel();
            return;
        }
        let number = waiting.next;
        waiting.next += 1;
        waiting.by_arrival.insert(number, self.dismissed.clone());
        drop(waiting);
        *self.number() = Some(number);
    }

    /// Whether it has no request.
    pub(super) fn is_waiting(&self) -> bool {
        self.number().is_some()
    }

    /// Done when it is asked to leave.
    pub(super) async fn dismissed(&self) {
        self.dismissed.cancelled().await;
    }

    fn number(&self) -> std::sync::MutexGuard<'_, Option<u64>> {
        self.number.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.asks();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_dismissed(seat: &Seat) -> bool {
        seat.dismissed.is_cancelled()
    }

    #[test]
    fn whoever_has_waited_longest_leaves_first_and_nobody_who_is_served() {
        let hall = Hall::default();
        let [served, first, second] = [hall.seat(), hall.seat(), hall.seat()];
        served.asks();
        hall.dismiss_one();
        assert_eq!([&served, &first, &second].map(is_dismissed), [false, true, false]);
        hall.dismiss_one();
        assert!(is_dismissed(&second) && !is_dismissed(&served));
    }

    #[test]
    fn where_everybody_is_served_the_next_one_who_is_done_leaves() {
        let hall = Hall::default();
        let [quick, slow] = [hall.seat(), hall.seat()];
        quick.asks();
        slow.asks();
        hall.dismiss_one();
        quick.waits();
        slow.waits();
        assert_eq!([&quick, &slow].map(is_dismissed), [true, false]);
    }

    #[test]
    fn who_has_gone_is_not_waited_for() {
        let hall = Hall::default();
        drop(hall.seat());
        let there = hall.seat();
        hall.dismiss_one();
        assert!(is_dismissed(&there));
    }
}
