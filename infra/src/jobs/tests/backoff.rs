use std::time::Duration;

use crate::jobs::Backoff;

const BACKOFF: Backoff = Backoff { first: Duration::from_secs(10), longest: Duration::from_secs(60) };

#[test]
fn delays_double_up_to_the_longest() {
    let delays: Vec<u64> = (1..=5).map(|attempt| BACKOFF.with_chance(attempt, 1.0).as_secs()).collect();
    assert_eq!(delays, [10, 20, 40, 60, 60]);
}

#[test]
fn half_of_each_delay_is_chance() {
    assert_eq!(BACKOFF.with_chance(2, 0.0), Duration::from_secs(10));
    assert_eq!(BACKOFF.with_chance(2, 0.5), Duration::from_secs(15));
    for _ in 0..100 {
        let delay = BACKOFF.after(2);
        assert!(delay >= Duration::from_secs(10) && delay <= Duration::from_secs(20), "{delay:?}");
    }
}

#[test]
fn no_number_of_attempts_is_too_high() {
    assert_eq!(BACKOFF.with_chance(u32::MAX, 1.0), Duration::from_secs(60));
    assert_eq!(Backoff { longest: Duration::MAX, ..BACKOFF }.with_chance(u32::MAX, 0.0), Duration::from_secs(5 << 31));
}
