use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::Nights;
use crate::testing::nights;

fn any_nights() -> impl Strategy<Value = Nights> {
    (-4_000_i32..4_000, 1_i32..=730).prop_map(|(start, count)| {
        let check_in = date(2026, 1, 1) + start.days();
        Nights::new(check_in, check_in + count.days()).unwrap()
    })
}

/// Ranges close enough to meet often.
fn near_nights() -> impl Strategy<Value = Nights> {
    (0_i32..40, 1_i32..20).prop_map(|(start, count)| {
        let check_in = date(2026, 2, 20) + start.days();
        Nights::new(check_in, check_in + count.days()).unwrap()
    })
}

#[test]
fn the_night_of_departure_is_not_part_of_the_stay() {
    let stay = nights("2026-06-10", "2026-06-12");
    assert_eq!(stay.iter().collect::<Vec<_>>(), [date(2026, 6, 10), date(2026, 6, 11)]);
}

#[test]
fn one_stay_may_begin_on_the_day_another_ends() {
    assert!(!nights("2026-06-10", "2026-06-12").overlaps(nights("2026-06-12", "2026-06-14")));
}

#[test]
fn a_stay_has_at_least_one_night() {
    for check_out in [date(2026, 6, 10), date(2026, 6, 9)] {
        assert_eq!(Nights::new(date(2026, 6, 10), check_out).unwrap_err().code, "not_after");
    }
}

#[test]
fn a_stay_has_at_most_730_nights() {
    assert_eq!(nights("2026-01-01", "2028-01-01").count(), Nights::MAX);
    assert_eq!(Nights::new(date(2026, 1, 1), date(2028, 1, 2)).unwrap_err().code, "too_many_nights");
}

#[test]
fn a_leap_day_is_a_night() {
    assert_eq!(nights("2028-02-28", "2028-03-01").count(), 2);
}

#[test]
fn the_calendar_may_end() {
    let last = Nights::new(date(9999, 12, 30), Date::MAX).unwrap();
    assert_eq!(last.iter().collect::<Vec<_>>(), [date(9999, 12, 30)]);
    assert_eq!(Nights::new(Date::MIN, Date::MAX).unwrap_err().code, "too_many_nights");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_count_is_the_number_of_dates(stay in any_nights()) {
        prop_assert_eq!(stay.count() as usize, stay.iter().count());
    }

    #[test]
    fn dates_follow_each_other_from_check_in_to_the_one_before_check_out(stay in any_nights()) {
        let dates: Vec<Date> = stay.iter().collect();
        prop_assert_eq!(dates.first(), Some(&stay.check_in()));
        prop_assert_eq!(dates.last().unwrap().tomorrow().unwrap(), stay.check_out());
        prop_assert!(dates.windows(2).all(|pair| pair[0].tomorrow().unwrap() == pair[1]));
    }

    #[test]
    fn stays_overlap_exactly_where_they_share_a_night(one in near_nights(), other in near_nights()) {
        let nights_of_one: BTreeSet<Date> = one.iter().collect();
        let share = other.iter().any(|night| nights_of_one.contains(&night));
        prop_assert_eq!(one.overlaps(other), share);
        prop_assert_eq!(other.overlaps(one), share);
    }

    #[test]
    fn nights_survive_json(stay in any_nights()) {
        let json = serde_json::to_string(&stay).unwrap();
        prop_assert_eq!(serde_json::from_str::<Nights>(&json).unwrap(), stay);
    }
}
