use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;

use super::bucket::{Bucket, LimiterError, Quota, RateLimiter, WINDOW};
use crate::layers::client::Client;

/// Windows that are remembered at the most: about 10 MB. Beyond them the oldest is forgotten, which ends first anyway.
const MAX_WINDOWS: usize = 100_000;

/// Counts the calls that this process serves.
#[derive(Debug, Default)]
pub struct InMemoryLimiter(Mutex<Windows>);

type Counted = (Bucket, Client);

/// All windows are equally long, so that the order in which they began is the order in which they end.
#[derive(Debug, Default)]
struct Windows {
    calls: HashMap<Counted, Window>,
    by_age: VecDeque<(Counted, Instant)>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Instant,
    calls: u32,
}

impl Windows {
    fn count(&mut self, counted: Counted, now: Instant) -> Quota {
        self.forget(|began| now.duration_since(began) >= WINDOW);
        if !self.calls.contains_key(&counted) {
            self.begin(counted, now);
        }
        let window = self.calls.entry(counted).or_insert(Window { began: now, calls: 0 });
        window.calls = window.calls.saturating_add(1);
        Quota::after(counted.0, window.calls, WINDOW.saturating_sub(now.duration_since(window.began)))
    }

    fn begin(&mut self, counted: Counted, now: Instant) {
        let mut room = MAX_WINDOWS.saturating_sub(self.by_age.len());
        self.forget(|_| {
            let full = room == 0;
            room += 1;
            full
        });
        self.by_age.push_back((counted, now));
    }

    /// Forgets windows from the oldest on, as long as `is_over` says so of when they began.
    fn forget(&mut self, mut is_over: impl FnMut(Instant) -> bool) {
        while let Some((counted, began)) = self.by_age.front().copied() {
            if !is_over(began) {
                break;
            }
            self.calls.remove(&counted);
            self.by_age.pop_front();
        }
    }
}

#[async_trait]
impl RateLimiter for InMemoryLimiter {
    async fn count(&self, bucket: Bucket, client: Client) -> Result<Quota, LimiterError> {
        // Counting cannot panic halfway, so that a poisoned lock guards sound windows.
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(windows.count((bucket, client), Instant::now()))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::Duration;

    use super::*;

    fn client(number: u32) -> Client {
        Client(IpAddr::V4(Ipv4Addr::from_bits(number)))
    }

    #[test]
    fn the_sixth_call_is_refused_until_the_window_ends() {
        let (mut windows, began) = (Windows::default(), Instant::now());
        let at = |seconds| began + Duration::from_secs(seconds);
        for call in 0..5 {
            let quota = windows.count((Bucket::Auth, client(1)), at(call));
            assert_eq!((quota.allowed, quota.remaining), (true, 4 - u32::try_from(call).unwrap()));
        }
        let refused = windows.count((Bucket::Auth, client(1)), at(59));
        assert_eq!(refused, Quota { allowed: false, remaining: 0, reset: Duration::from_secs(1) });
        assert!(windows.count((Bucket::Auth, client(1)), at(60)).allowed);
    }

    #[test]
    fn clients_and_buckets_do_not_share_windows() {
        let (mut windows, now) = (Windows::default(), Instant::now());
        for _ in 0..6 {
            windows.count((Bucket::Auth, client(1)), now);
        }
        assert!(!windows.count((Bucket::Auth, client(1)), now).allowed);
        assert!(windows.count((Bucket::Auth, client(2)), now).allowed);
        assert!(windows.count((Bucket::Search, client(1)), now).allowed);
    }

    #[test]
    fn memory_is_bounded_and_given_back() {
        let (mut windows, now) = (Windows::default(), Instant::now());
        for number in 0..u32::try_from(MAX_WINDOWS).unwrap() + 10 {
            windows.count((Bucket::Search, client(number)), now);
        }
        assert_eq!((windows.calls.len(), windows.by_age.len()), (MAX_WINDOWS, MAX_WINDOWS));
        windows.count((Bucket::Search, client(0)), now + WINDOW);
        assert_eq!((windows.calls.len(), windows.by_age.len()), (1, 1));
    }
}
