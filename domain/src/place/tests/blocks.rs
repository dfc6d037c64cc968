//! Nights that a host keeps for itself.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::{given, history, now};
use crate::log::Logged;
use crate::nights::Nights;
use crate::place::{Place, PlaceCommand, PlaceDetails, PlaceError, PlaceEvent, PlaceStatus};
use crate::testing::{PLACE, at, claims_of, details, held, listed, nights, replay, text};

const FIRST: Uuid = Uuid::from_u128(11);
const SECOND: Uuid = Uuid::from_u128(12);

fn block(block_id: Uuid, nights: Nights) -> PlaceCommand {
    PlaceCommand::Block { block_id, nights, reason: None, now: now() }
}

fn blocked(block_id: Uuid, nights: Nights) -> PlaceEvent {
    PlaceEvent::NightsBlocked { block_id, nights, reason: None, at: now() }
}

fn listed_with(events: Vec<PlaceEvent>) -> Vec<PlaceEvent> {
    [history(PlaceStatus::Listed), events].concat()
}

#[test]
fn a_host_keeps_nights_and_may_say_why() {
    let (nights, reason) = (nights("2026-07-01", "2026-07-03"), Some(text("Painting.")));
    given(history(PlaceStatus::Listed))
        .when(PlaceCommand::Block { block_id: FIRST, nights, reason: reason.clone(), now: now() })
        .then_expect_events(vec![PlaceEvent::NightsBlocked { block_id: FIRST, nights, reason, at: now() }]);
}

#[test]
fn blocks_may_touch_but_not_overlap() {
    let first = listed_with(vec![blocked(FIRST, nights("2026-07-01", "2026-07-03"))]);
    let touching = nights("2026-07-03", "2026-07-05");
    given(first.clone()).when(block(SECOND, touching)).then_expect_events(vec![blocked(SECOND, touching)]);
    given(first).when(block(SECOND, nights("2026-07-02", "2026-07-05"))).then_expect_error(PlaceError::NightsTaken);
}

#[test]
fn a_removed_block_frees_its_nights() {
    let stay = nights("2026-07-01", "2026-07-03");
    let removed = PlaceEvent::BlockRemoved { block_id: FIRST, nights: stay, at: now() };
    given(listed_with(vec![blocked(FIRST, stay)]))
        .when(PlaceCommand::Unblock { block_id: FIRST, now: now() })
        .then_expect_events(vec![removed.clone()]);
    let after = listed_with(vec![blocked(FIRST, stay), removed]);
    assert_eq!(held::<Place>(&after), BTreeMap::new());
    given(after).when(block(SECOND, stay)).then_expect_events(vec![blocked(SECOND, stay)]);
}

#[test]
fn a_block_is_removed_once() {
    let stay = nights("2026-07-01", "2026-07-03");
    let removed = PlaceEvent::BlockRemoved { block_id: FIRST, nights: stay, at: now() };
    given(listed_with(vec![blocked(FIRST, stay), removed]))
        .when(PlaceCommand::Unblock { block_id: FIRST, now: now() })
        .then_expect_error(PlaceError::NoSuchBlock(FIRST));
}

#[test]
fn a_block_of_an_archived_place_can_still_be_removed() {
    let stay = nights("2026-07-01", "2026-07-03");
    given(listed_with(vec![blocked(FIRST, stay), PlaceEvent::Archived { at: now() }]))
        .when(PlaceCommand::Unblock { block_id: FIRST, now: now() })
        .then_expect_events(vec![PlaceEvent::BlockRemoved { block_id: FIRST, nights: stay, at: now() }]);
}

#[test]
fn an_id_names_one_block() {
    given(listed_with(vec![blocked(FIRST, nights("2026-07-01", "2026-07-03"))]))
        .when(block(FIRST, nights("2026-08-01", "2026-08-03")))
        .then_expect_error(PlaceError::AlreadyExists);
}

#[test]
fn a_block_lies_between_today_at_the_place_and_24_months_ahead() {
    let outside = |nights| {
        given(history(PlaceStatus::Listed)).when(block(FIRST, nights)).then_expect_error(PlaceError::OutsideCalendar);
    };
    outside(nights("2026-05-31", "2026-06-02"));
    outside(nights("2028-05-30", "2028-06-02"));
    let whole = nights("2026-06-02", "2028-06-01");
    given(history(PlaceStatus::Listed)).when(block(FIRST, whole)).then_expect_events(vec![blocked(FIRST, whole)]);
}

#[test]
fn tonight_can_be_blocked_until_midnight_at_the_place() {
    let tonight = nights("2026-06-01", "2026-06-02");
    let eastward = PlaceDetails { time_zone: "Pacific/Kiritimati".parse().unwrap(), ..details() };
    // Ten in the morning in UTC is midnight there: the second of June begins.
    for (time, allowed) in [("2026-06-01T09:59:59Z", true), ("2026-06-01T10:00:00Z", false)] {
        let command = PlaceCommand::Block { block_id: FIRST, nights: tonight, reason: None, now: at(time) };
        let result = given(vec![listed(eastward.clone())]).when(command).inspect_result();
        assert_eq!(result.is_ok(), allowed, "{time}");
    }
}

/// As many blocks of one night as there may be, from `start` on.
fn full_calendar(start: jiff::civil::Date) -> Vec<PlaceEvent> {
    (0..750_i32)
        .map(|n| {
            let night = start + n.days();
            blocked(Uuid::from_u128(1_000 + n.unsigned_abs() as u128), Nights::new(night, night + 1.day()).unwrap())
        })
        .collect()
}

#[test]
fn a_place_has_a_bound_of_blocks() {
    given(listed_with(full_calendar(date(2026, 6, 3))))
        .when(block(FIRST, nights("2026-06-01", "2026-06-02")))
        .then_expect_error(PlaceError::TooManyBlocks);
}

#[test]
fn blocks_of_the_past_do_not_count_towards_it() {
    let tonight = nights("2026-06-01", "2026-06-02");
    given(listed_with(full_calendar(date(2024, 1, 1))))
        .when(block(FIRST, tonight))
        .then_expect_events(vec![blocked(FIRST, tonight)]);
}

#[test]
fn a_block_takes_its_nights_in_its_own_name() {
    let place: Place = replay(&history(PlaceStatus::Listed));
    let stay = nights("2026-07-01", "2026-07-03");
    assert_eq!(place.claims(&blocked(FIRST, stay)).len(), 2);
    assert_eq!(held::<Place>(&listed_with(vec![blocked(FIRST, stay)])), claims_of(PLACE, stay, FIRST));
}

#[test]
fn archiving_a_place_keeps_its_blocks() {
    let stay = nights("2026-07-01", "2026-07-03");
    let archived = listed_with(vec![blocked(FIRST, stay), PlaceEvent::Archived { at: now() }]);
    assert_eq!(held::<Place>(&archived), claims_of(PLACE, stay, FIRST));
}

/// Blocks and unblocks a few ids over a few weeks.
fn any_command() -> impl Strategy<Value = PlaceCommand> {
    let id = (0_u128..6).prop_map(Uuid::from_u128);
    let nights = (0_i32..40, 1_i32..12).prop_map(|(start, count)| {
        let from = date(2026, 5, 28) + start.days();
        Nights::new(from, from + count.days()).unwrap()
    });
    prop_oneof![
        3 => (id.clone(), nights).prop_map(|(id, nights)| block(id, nights)),
        1 => id.prop_map(|block_id| PlaceCommand::Unblock { block_id, now: now() }),
        1 => Just(PlaceCommand::Unpublish { now: now() }),
    ]
}

proptest! {
    #[test]
    fn claims_and_blocks_say_the_same(commands in prop::collection::vec(any_command(), 0..30)) {
        let mut events = history(PlaceStatus::Listed);
        for command in commands {
            let place: Place = replay(&events);
            events.extend(place.decide(command).unwrap_or_default());
        }
        let place: Place = replay(&events);
        let blocks: Vec<_> = place.blocks().collect();
        let claims: BTreeMap<_, _> =
            blocks.iter().flat_map(|(id, nights)| claims_of(PLACE, *nights, *id)).collect();
        prop_assert_eq!(held::<Place>(&events), claims.clone());
        let nights: u32 = blocks.iter().map(|(_, nights)| nights.count()).sum();
        prop_assert_eq!(claims.len(), nights as usize, "no night is in two blocks");

        let json = serde_json::to_string(&events).unwrap();
        prop_assert_eq!(replay::<Place>(&serde_json::from_str::<Vec<PlaceEvent>>(&json).unwrap()), place.clone());
        let json = serde_json::to_string(&place).unwrap();
        prop_assert_eq!(serde_json::from_str::<Place>(&json).unwrap(), place);
    }
}
