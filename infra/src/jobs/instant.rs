//! PostgreSQL keeps microseconds, the clock nanoseconds: rounded so that nothing ever runs early.

use std::time::Duration;

use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};
use jiff_sqlx::ToSqlx;

/// A time that something waits for: rounded up.
pub(super) fn not_before(time: Timestamp) -> jiff_sqlx::Timestamp {
    rounded(time, RoundMode::Ceil)
}

/// The present: rounded down.
pub(super) fn present(time: Timestamp) -> jiff_sqlx::Timestamp {
    rounded(time, RoundMode::Floor)
}

/// `time` plus `duration`, held at the end of time itself.
pub(super) fn later(time: Timestamp, duration: Duration) -> Timestamp {
    SignedDuration::try_from(duration)
        .map_or(Timestamp::MAX, |duration| time.saturating_add(duration).unwrap_or(Timestamp::MAX))
}

/// From `now` to `time`; zero when that has passed.
pub(super) fn until(time: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(time.duration_since(now)).unwrap_or_default()
}

fn rounded(time: Timestamp, mode: RoundMode) -> jiff_sqlx::Timestamp {
    // Rounding fails only past the last representable microsecond, where the time itself serves.
    time.round(TimestampRound::new().smallest(Unit::Microsecond).mode(mode)).unwrap_or(time).to_sqlx()
}
