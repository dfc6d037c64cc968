//! Who may be shown out when the house is full: whoever has a connection and keeps the house waiting.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use api::Client;
use tokio_util::sync::CancellationToken;

/// The connections whose clients are waited for, in the order in which that began.
///
/// Without it, a few thousand connections that never ask for anything, or never come to the end of it, would keep
/// everybody else out. Whoever has most of them leaves first: one client's flood takes places from nobody but itself.
#[derive(Debug, Clone)]
pub(super) struct Hall {
    guests: Arc<Mutex<Guests>>,
    welcome: Duration,
}

#[derive(Debug, Default)]
struct Guests {
    next: u64,
    waited_for: BTreeMap<u64, Guest>,
    /// How many connections each client has here, whatever they are at.
    of_client: HashMap<Client, usize>,
    /// How many have been asked to leave and are still here.
    leaving: usize,
}

#[derive(Debug)]
struct Guest {
    turn: Turn,
    client: Client,
    dismissed: CancellationToken,
    /// Until when it has only just come.
    new_until: Option<Instant>,
}

/// What a client is waited for. Whoever has no request has nothing to lose, and leaves before the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    /// To ask.
    Ask,
    /// To send the rest of its request, or to take the rest of its answer.
    Finish,
}

/// A connection's place in the hall.
#[derive(Debug)]
pub(super) struct Seat {
    hall: Hall,
    client: Client,
    /// Set while its client is waited for: what for, and a number that tells this turn from others.
    turn: Mutex<Option<(Turn, u64)>>,
    dismissed: CancellationToken,
}

impl Hall {
    /// An empty hall, in which whoever has just come stays for at least `welcome` while others can leave.
    pub(super) fn new(welcome: Duration) -> Self {
        Self { guests: Arc::default(), welcome }
    }

    /// Seats a client's new connection, which has not asked for anything yet.
    pub(super) fn seat(&self, client: Client) -> Seat {
        let (turn, dismissed) = (Mutex::default(), CancellationToken::new());
        let seat = Seat { hall: self.clone(), client, turn, dismissed };
        *self.lock().of_client.entry(client).or_default() += 1;
        seat.waits_until(Turn::Ask, Some(Instant::now() + self.welcome));
        seat
    }

    /// Asks somebody to leave: of the clients that have most connections, whoever has kept the house waiting longest.
    ///
    /// While others are on their way out, nobody leaves in their stead who has fewer connections, or whose first request
    /// may still be on its way: else those who never come to the end of theirs would keep them out.
    pub(super) fn dismiss_one(&self) {
        let now = Instant::now();
        let mut guests = self.lock();
        let is_anybody_leaving = guests.leaving > 0;
        let connections = |guest: &Guest| guests.of_client.get(&guest.client).copied();
        let most = if is_anybody_leaving {
            guests.of_client.values().copied().max()
        } else {
            guests.waited_for.values().filter_map(connections).max()
        };
        let is_new = |guest: &Guest| guest.new_until > Some(now);
        let asked = guests
            .waited_for
            .iter()
            .filter(|(_, guest)| connections(guest) == most && !(is_anybody_leaving && is_new(guest)));
        let first = asked.min_by_key(|(number, guest)| (is_new(guest), guest.turn, **number));
        let first = first.map(|(number, _)| *number);
        if let Some(guest) = first.and_then(|number| guests.waited_for.remove(&number)) {
            guests.leaving += 1;
            guest.dismissed.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Guests> {
        // Nothing panics halfway in here, so that a poisoned lock guards a sound list.
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat {
    /// The house is at work for it.
    pub(super) fn is_served(&self) {
        if let Some((_, number)) = self.current().take() {
            self.hall.lock().waited_for.remove(&number);
        }
    }

    /// Its client is waited for from now on; the number of this turn.
    pub(super) fn waits_for(&self, turn: Turn) -> u64 {
        self.waits_until(turn, None)
    }

    fn waits_until(&self, turn: Turn, new_until: Option<Instant>) -> u64 {
        self.is_served();
        let mut guests = self.hall.lock();
        let number = guests.next;
        guests.next += 1;
        // Who was asked to leave is not asked again.
        if !self.dismissed.is_cancelled() {
            let (client, dismissed) = (self.client, self.dismissed.clone());
            guests.waited_for.insert(number, Guest { turn, client, dismissed, new_until });
        }
        drop(guests);
        *self.current() = Some((turn, number));
        number
    }

    /// Whether it is still the turn of that number.
    pub(super) fn is_at(&self, number: u64) -> bool {
        self.current().is_some_and(|(_, current)| current == number)
    }

    /// What its client is waited for, if it is.
    pub(super) fn turn(&self) -> Option<Turn> {
        self.current().map(|(turn, _)| turn)
    }

    /// Done when it is asked to leave.
    pub(super) async fn dismissed(&self) {
        self.dismissed.cancelled().await;
    }

    fn current(&self) -> MutexGuard<'_, Option<(Turn, u64)>> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.is_served();
        let mut guests = self.hall.lock();
        if self.dismissed.is_cancelled() {
            guests.leaving -= 1;
        }
        if let Entry::Occupied(mut count) = guests.of_client.entry(self.client) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    fn client(last: u8) -> Client {
        Client::at(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)))
    }

    fn is_dismissed(seat: &Seat) -> bool {
        seat.dismissed.is_cancelled()
    }

    #[test]
    fn whoever_has_waited_longest_leaves_first_and_nobody_who_is_served() {
        let hall = Hall::new(Duration::ZERO);
        let [served, first, second] = [1, 2, 3].map(|last| hall.seat(client(last)));
        served.is_served();
        hall.dismiss_one();
        assert_eq!([&served, &first, &second].map(is_dismissed), [false, true, false]);
        hall.dismiss_one();
        hall.dismiss_one();
        assert!(is_dismissed(&second) && !is_dismissed(&served));
    }

    #[test]
    fn who_is_in_the_middle_of_something_leaves_after_those_who_ask_for_nothing() {
        let hall = Hall::new(Duration::ZERO);
        let [sends, takes, idle] = [1, 2, 3].map(|last| hall.seat(client(last)));
        for busy in [&sends, &takes] {
            busy.is_served();
            busy.waits_for(Turn::Finish);
        }
        let mut left = Vec::new();
        for _ in 0..3 {
            hall.dismiss_one();
            left.push([&sends, &takes, &idle].map(is_dismissed));
        }
        assert_eq!(left, [[false, false, true], [true, false, true], [true, true, true]]);
    }

    #[test]
    fn whoever_has_just_come_leaves_after_those_who_do_not_come_to_an_end() {
        let hall = Hall::new(Duration::from_secs(3_600));
        let [slow, new, newer] = [1, 2, 3].map(|last| hall.seat(client(last)));
        slow.waits_for(Turn::Finish);
        for _ in 0..3 {
            hall.dismiss_one();
        }
        assert_eq!([&slow, &new, &newer].map(is_dismissed), [true, false, false], "a place will be free without them");
        drop(slow);
        hall.dismiss_one();
        assert_eq!([&new, &newer].map(is_dismissed), [true, false], "there is nobody else");
    }

    #[test]
    fn whoever_has_most_connections_loses_its_own_alone() {
        let hall = Hall::new(Duration::ZERO);
        let honest = hall.seat(client(1));
        let flood: Vec<_> = (0..5).map(|_| hall.seat(client(2))).collect();
        for seat in &flood[..4] {
            seat.waits_for(Turn::Finish);
        }
        flood[4].is_served();
        for left in [1, 2, 3, 4, 4] {
            hall.dismiss_one();
            assert_eq!(flood.iter().filter(|seat| is_dismissed(seat)).count(), left);
        }
        assert!(!is_dismissed(&honest), "the flood is leaving");
        drop(flood);
        hall.dismiss_one();
        assert!(is_dismissed(&honest), "there is nobody else");
    }

    #[test]
    fn where_the_most_are_all_served_somebody_else_leaves() {
        let hall = Hall::new(Duration::ZERO);
        let waited_for = hall.seat(client(1));
        let served: Vec<_> = (0..5).map(|_| hall.seat(client(2))).collect();
        served.iter().for_each(Seat::is_served);
        hall.dismiss_one();
        assert!(is_dismissed(&waited_for));
    }

    #[test]
    fn a_turn_that_is_over_is_told_from_the_next_one() {
        let seat = Hall::new(Duration::ZERO).seat(client(1));
        let before = seat.waits_for(Turn::Finish);
        assert!(seat.is_at(before));
        let after = seat.waits_for(Turn::Ask);
        assert!(!seat.is_at(before) && seat.is_at(after));
        seat.is_served();
        assert_eq!((seat.is_at(after), seat.turn()), (false, None));
    }

    #[test]
    fn who_has_gone_is_not_waited_for() {
        let hall = Hall::new(Duration::ZERO);
        drop(hall.seat(client(1)));
        let there = hall.seat(client(1));
        hall.dismiss_one();
        assert!(is_dismissed(&there));
        drop(there);
        let guests = hall.lock();
        assert!(guests.of_client.is_empty() && guests.waited_for.is_empty() && guests.leaving == 0);
    }
}
