//! The model itself, by hand-written histories: it must say what `api.md` says before the program is held to it.

use jiff::civil::{Date, date, time};
use jiff::{SignedDuration, Timestamp};

use super::act::{Act, Attempt, Home, Key, Made, Terms, Thing, Who};
use super::answer::{Answer, Refusal};
use super::world::{State, World};

const HOST: Made = 1;
const GUEST: Made = 2;
const PLACE: Made = 3;

struct Story {
    world: World,
    now: Timestamp,
    number: Made,
}

/// A host with a listed place in Paris, and a guest.
fn story() -> Story {
    let now = "2027-03-20T12:00:00Z".parse().expect("a time");
    let mut story = Story { world: World::default(), now, number: 0 };
    story.tries(Who::Nobody, Act::Register { mailbox: 0, shouted: false });
    story.tries(Who::Nobody, Act::Register { mailbox: 1, shouted: false });
    story.tries(Who::Person(HOST), Act::CreatePlace { draft: false, terms: terms() });
    story
}

fn terms() -> Terms {
    Terms {
        title: "Old mill",
        description: None,
        cents: 10_000,
        zone: Home { zone: "Europe/Paris", coordinates_in: None },
        capacity: 4,
        min_nights: 1,
        max_nights: 14,
        check_in_time: time(15, 0, 0, 0),
        check_out_time: time(11, 0, 0, 0),
        instant: false,
    }
}

fn march(day: i8) -> Date {
    date(2027, 3, day)
}

fn refused(refusal: Refusal) -> Answer {
    Answer::Refused(refusal)
}

impl Story {
    fn tries(&mut self, who: Who, act: Act) -> Answer {
        self.tries_with(who, act, None, None)
    }

    fn tries_with(&mut self, who: Who, act: Act, if_match: Option<u64>, key: Option<Key>) -> Answer {
        self.number += 1;
        self.now += SignedDuration::from_millis(1);
        self.world.attempt(&Attempt { number: self.number, at: self.now, who, act, if_match, key })
    }

    /// The guest asks for nights of March; the number of the booking where that succeeds.
    fn asks(&mut self, from: i8, to: i8) -> (Made, Answer) {
        let answer = self.tries(Who::Person(GUEST), wish(from, to));
        (self.number, answer)
    }

    fn passes(&mut self, hours: i64) {
        self.now += SignedDuration::from_hours(hours);
    }

    fn state(&self, booking: Made) -> State {
        self.world.bookings[&booking].state
    }
}

fn wish(from: i8, to: i8) -> Act {
    Act::Request { place: PLACE, check_in: march(from), check_out: march(to), guests: 2 }
}

#[test]
fn a_night_is_taken_once_and_free_again_after_a_cancellation() {
    let mut story = story();
    let (first, answer) = story.asks(22, 25);
    assert_eq!(answer, Answer::Done { about: Thing::Booking(first), version: 1 });
    assert_eq!(story.asks(24, 26).1, refused(Refusal::NightsUnavailable));
    let (next_door, _) = story.asks(25, 26);
    assert_eq!(story.state(next_door), State::Pending);
    story.tries(Who::Person(GUEST), Act::Cancel { booking: first });
    let (second, _) = story.asks(24, 25);
    assert_eq!(story.state(second), State::Pending);
}

#[test]
fn a_request_is_over_at_its_deadline_even_before_its_timer_has_run() {
    let mut story = story();
    let (booking, _) = story.asks(22, 25);
    story.passes(24);
    let late = story.tries(Who::Person(HOST), Act::Confirm { booking });
    assert_eq!(late, refused(Refusal::RequestExpired));
    assert_eq!(story.asks(22, 25).1, refused(Refusal::NightsUnavailable));
    story.world.let_timers_run(story.now);
    assert_eq!(story.state(booking), State::Expired);
    assert_eq!(story.world.nights.len(), 0);
}

#[test]
fn a_confirmed_stay_completes_by_itself_and_its_guest_cannot_cancel_once_it_has_begun() {
    let mut story = story();
    let (booking, _) = story.asks(22, 25);
    story.tries(Who::Person(HOST), Act::Confirm { booking });
    story.now = "2027-03-22T14:00:00Z".parse().expect("a time");
    assert_eq!(story.tries(Who::Person(GUEST), Act::Cancel { booking }), refused(Refusal::StayStarted));
    assert_eq!(story.tries(Who::Person(HOST), Act::Complete { booking }), refused(Refusal::StayNotOver));
    story.world.let_timers_run("2027-03-25T09:59:59Z".parse().expect("a time"));
    assert_eq!(story.state(booking), State::Confirmed);
    story.world.let_timers_run("2027-03-25T10:00:00Z".parse().expect("a time"));
    assert_eq!(story.state(booking), State::Completed);
    assert_eq!(story.world.nights.len(), 3);
}

#[test]
fn a_withdrawn_place_loses_its_requests_of_before_and_keeps_those_of_after_and_its_stays() {
    let mut story = story();
    let (before, _) = story.asks(22, 23);
    let (stay, _) = story.asks(23, 24);
    story.tries(Who::Person(HOST), Act::Confirm { booking: stay });
    story.tries(Who::Person(HOST), Act::Unpublish { place: PLACE });
    assert_eq!(story.asks(25, 26).1, refused(Refusal::NotBookable));
    let late = story.tries(Who::Person(HOST), Act::Confirm { booking: before });
    assert_eq!(late, refused(Refusal::NotBookable));
    story.tries(Who::Person(HOST), Act::Publish { place: PLACE });
    let (after, _) = story.asks(25, 26);
    story.world.let_timers_run(story.now);
    assert_eq!(
        [before, stay, after].map(|booking| story.state(booking)),
        [State::Declined, State::Confirmed, State::Pending]
    );
}

#[test]
fn a_closed_account_loses_its_places_and_frees_its_address() {
    let mut story = story();
    let taken = Act::Register { mailbox: 0, shouted: true };
    assert_eq!(story.tries(Who::Nobody, taken.clone()), refused(Refusal::EmailTaken));
    story.tries(Who::Person(HOST), Act::CloseAccount);
    assert_eq!(story.asks(22, 23).1, refused(Refusal::NotBookable));
    story.world.let_timers_run(story.now);
    assert_eq!(story.asks(22, 23).1, refused(Refusal::NotBookable));
    let again = story.tries(Who::Nobody, taken);
    assert_eq!(again, Answer::Done { about: Thing::Person(story.number), version: 1 });
    story.tries(Who::Person(GUEST), Act::CloseAccount);
    assert_eq!(story.asks(22, 23).1, refused(Refusal::Forbidden));
}

#[test]
fn a_repeat_under_a_key_has_no_second_effect_and_another_body_is_refused() {
    let mut story = story();
    let key = |another_body| Some(Key { first: 4, another_body });
    let booking = Answer::Done { about: Thing::Booking(4), version: 1 };
    assert_eq!(story.tries_with(Who::Person(GUEST), wish(22, 23), None, key(false)), booking);
    let again = Answer::Again { about: Thing::Booking(4), status: Some(201) };
    assert_eq!(story.tries_with(Who::Person(GUEST), wish(22, 23), None, key(false)), again);
    let other = story.tries_with(Who::Person(GUEST), wish(24, 25), None, key(true));
    assert_eq!(other, refused(Refusal::KeyReused));
}

#[test]
fn strangers_see_no_booking_and_guests_cannot_confirm_their_own() {
    let mut story = story();
    let (booking, _) = story.asks(22, 23);
    assert_eq!(story.tries(Who::Person(GUEST), Act::Confirm { booking }), refused(Refusal::Forbidden));
    assert_eq!(story.tries(Who::Nobody, Act::Confirm { booking }), refused(Refusal::NotFound));
    assert_eq!(story.tries(Who::Person(9), Act::Cancel { booking }), refused(Refusal::NotFound));
    let stale = story.tries_with(Who::Person(HOST), Act::Confirm { booking }, Some(2), None);
    assert_eq!(stale, refused(Refusal::AnotherVersion(1)));
    assert_eq!(story.tries(Who::Person(GUEST), Act::Publish { place: PLACE }), refused(Refusal::Forbidden));
    story.tries(Who::Person(HOST), Act::Unpublish { place: PLACE });
    assert_eq!(story.tries(Who::Person(GUEST), Act::Publish { place: PLACE }), refused(Refusal::NotFound));
}

#[test]
fn a_stay_that_breaks_rules_is_told_each_of_them() {
    let mut story = story();
    let long_ago = Act::Request { place: PLACE, check_in: march(1), check_out: march(19), guests: 5 };
    let broken = [("check_in", "past"), ("check_out", "too_many_nights"), ("guests", "above_capacity")];
    let broken = broken.map(|(field, code)| (field.to_owned(), code)).to_vec();
    assert_eq!(story.tries(Who::Person(GUEST), long_ago), refused(Refusal::Invalid(broken)));
    assert_eq!(story.tries(Who::Person(HOST), wish(22, 23)), refused(Refusal::OwnPlace));
}
