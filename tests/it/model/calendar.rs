//! Local dates and times from nothing but a zone's offset at an instant: a second opinion on `domain::zone`.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone of the bundled database")
}

/// What a clock on the wall shows there.
fn wall(at: Timestamp, zone: &TimeZone) -> DateTime {
    zone.to_offset(at).to_datetime(at)
}

/// The date there.
pub(super) fn date_at(at: Timestamp, name: &str) -> Date {
    wall(at, &zone(name)).date()
}

/// The first instant at which a clock there shows this time; for a time that is skipped, the instant at which it
/// would have come had the clock not been moved.
pub(super) fn instant(date: Date, time: Time, name: &str) -> Timestamp {
    let (zone, shown) = (zone(name), date.to_datetime(time));
    let as_if_utc = TimeZone::UTC.to_timestamp(shown).expect("a date of this era");
    // Within two days of a time there is at most one change of the clock: the offsets before and after are all there are.
    let offset = |days: i64| zone.to_offset(as_if_utc + SignedDuration::from_hours(24 * days)).seconds();
    let (before, after) = (offset(-1), offset(1));
    let candidate = |offset: i32| as_if_utc - SignedDuration::from_secs(offset.into());
    let shows_it = |at: &Timestamp| wall(*at, &zone) == shown;
    let mut shown_at: Vec<Timestamp> = [before, after].map(candidate).into_iter().filter(shows_it).collect();
    shown_at.sort();
    shown_at.first().copied().unwrap_or_else(|| candidate(before))
}

/// The nights of a half-open stay.
pub(super) fn nights(check_in: Date, check_out: Date) -> Vec<Date> {
    let mut nights = Vec::new();
    let mut night = check_in;
    while night < check_out {
        nights.push(night);
        night = night.tomorrow().expect("a date of this era");
    }
    nights
}

/// The last check-out that a calendar of two years allows.
pub(super) fn last_check_out(today: Date) -> Date {
    today + 24.months()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn a_time_that_comes_twice_is_the_earlier_one_and_a_skipped_one_moves_forward() {
        let instant = |on, at, zone| instant(on, at, zone).to_string();
        assert_eq!(instant(date(2027, 10, 31), time(2, 30, 0, 0), "Europe/Paris"), "2027-10-31T00:30:00Z");
        assert_eq!(instant(date(2027, 3, 28), time(2, 30, 0, 0), "Europe/Paris"), "2027-03-28T01:30:00Z");
        assert_eq!(instant(date(2027, 3, 28), time(15, 0, 0, 0), "Europe/Paris"), "2027-03-28T13:00:00Z");
        assert_eq!(instant(date(2027, 7, 1), time(0, 0, 0, 0), "Pacific/Kiritimati"), "2027-06-30T10:00:00Z");
    }

    #[test]
    fn nights_are_half_open() {
        assert_eq!(nights(date(2028, 2, 28), date(2028, 3, 1)), [date(2028, 2, 28), date(2028, 2, 29)]);
        assert_eq!(last_check_out(date(2026, 2, 28)), date(2028, 2, 28));
        assert_eq!(last_check_out(date(2028, 2, 29)), date(2030, 2, 28));
    }
}
