//! Bookings: a request holds its nights until it is declined, cancelled or expired; its terms are frozen.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::{Effect, Happened, Lodging, Stage, World, check_version};
use crate::model::act::{Attempt, Made, Thing, Who};
use crate::model::answer::Refusal;
use crate::model::calendar::{date_at, instant, last_check_out, nights};

/// A request that nobody answers expires after a day.
const ANSWER_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// No stay or block is longer.
const LONGEST: usize = 730;

#[derive(Debug, Clone)]
pub(in crate::model) struct Stay {
    pub(in crate::model) place: Made,
    pub(in crate::model) guest: Made,
    pub(in crate::model) host: Made,
    pub(in crate::model) state: State,
    pub(in crate::model) check_in: Date,
    pub(in crate::model) check_out: Date,
    pub(in crate::model) guests: u32,
    /// Of one night, in euro cents.
    pub(in crate::model) cents: i64,
    pub(in crate::model) zone: &'static str,
    pub(in crate::model) check_in_at: Timestamp,
    pub(in crate::model) check_out_at: Timestamp,
    pub(in crate::model) expires_at: Timestamp,
    pub(in crate::model) instant: bool,
    /// Of the place, when it made these terms.
    pub(in crate::model) place_version: u64,
    pub(in crate::model) history: Vec<Happened>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum State {
    Pending,
    Confirmed,
    Declined,
    Cancelled,
    Expired,
    Completed,
}

impl State {
    pub(in crate::model) fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Completed => "completed",
        }
    }

    fn event(self) -> &'static str {
        match self {
            Self::Pending => "booking.requested",
            Self::Confirmed => "booking.confirmed",
            Self::Declined => "booking.declined",
            Self::Cancelled => "booking.cancelled",
            Self::Expired => "booking.expired",
            Self::Completed => "booking.completed",
        }
    }
}

impl Stay {
    pub(super) fn becomes(&mut self, state: State, at: Timestamp, by: &'static str) {
        self.state = state;
        self.history.push(Happened { what: state.event(), at, by: Some(by), note: None });
    }

    fn check_state(&self, wanted: State) -> Result<(), Refusal> {
        if self.state == wanted { Ok(()) } else { Err(Refusal::InvalidTransition(self.state.name())) }
    }

    /// A request is over at its deadline, whether or not its timer has run.
    fn check_answerable(&self, now: Timestamp) -> Result<(), Refusal> {
        self.check_state(State::Pending)?;
        if now < self.expires_at { Ok(()) } else { Err(Refusal::RequestExpired) }
    }
}

/// Two dates with a night between them, and not too many.
pub(super) fn check_range(from: Date, to: Date, last: &str) -> Result<(), Refusal> {
    let code = match nights(from, to).len() {
        0 => "not_after",
        1..=LONGEST => return Ok(()),
        _ => "too_many_nights",
    };
    Err(Refusal::Invalid(vec![(last.to_owned(), code)]))
}

impl World {
    pub(super) fn request(
        &mut self,
        attempt: &Attempt,
        place: Made,
        (check_in, check_out): (Date, Date),
        guests: u32,
    ) -> Result<Effect, Refusal> {
        let Who::Person(guest) = attempt.who else { return Err(Refusal::Unauthenticated) };
        if !self.is_active(guest) {
            return Err(Refusal::Forbidden);
        }
        let lodging = self.places.get(&place).ok_or(Refusal::NotFound)?;
        match lodging.stage {
            _ if lodging.owner == guest => return Err(Refusal::OwnPlace),
            _ if !lodging.was_listed => return Err(Refusal::NotFound),
            Stage::Draft | Stage::Unlisted | Stage::Archived => return Err(Refusal::NotBookable),
            Stage::Listed => {}
        }
        // A closed account's places are archived a moment later, a suspended one's stay: the account counts.
        if !self.is_active(lodging.owner) {
            return Err(Refusal::NotBookable);
        }
        let mut stay = offer(lodging, Wanted { place, guest, check_in, check_out, guests }, attempt.at)?;
        if stay.instant {
            stay.becomes(State::Confirmed, attempt.at, "system");
        }
        let version = stay.history.len();
        self.hold(place, check_in, check_out, Thing::Booking(attempt.number)).ok_or(Refusal::NightsUnavailable)?;
        self.bookings.insert(attempt.number, stay);
        Ok((Thing::Booking(attempt.number), version))
    }

    /// Not once the place was withdrawn: its requests are about to be declined.
    pub(super) fn confirm(&mut self, attempt: &Attempt, booking: Made) -> Result<Effect, Refusal> {
        let party = self.party(attempt, booking)?;
        if party != Some("host") {
            return Err(Refusal::Forbidden);
        }
        let stay = &self.bookings[&booking];
        if stay.state == State::Pending && self.doomed.contains(&booking) {
            return Err(Refusal::NotBookable);
        }
        let stay = self.versioned(attempt, booking)?;
        stay.check_answerable(attempt.at)?;
        stay.becomes(State::Confirmed, attempt.at, "host");
        Ok((Thing::Booking(booking), stay.history.len()))
    }

    pub(super) fn decline(&mut self, attempt: &Attempt, booking: Made) -> Result<Effect, Refusal> {
        let party = self.party(attempt, booking)?;
        if party != Some("host") {
            return Err(Refusal::Forbidden);
        }
        self.versioned(attempt, booking)?.check_answerable(attempt.at)?;
        Ok(self.free(booking, State::Declined, attempt.at, "host", Some(attempt.number)))
    }

    /// The guest may until check-in time, the host until check-out time.
    pub(super) fn cancel(&mut self, attempt: &Attempt, booking: Made) -> Result<Effect, Refusal> {
        let party = self.party(attempt, booking)?;
        let Some(by @ ("guest" | "host")) = party else { return Err(Refusal::Forbidden) };
        let stay = self.versioned(attempt, booking)?;
        match stay.state {
            State::Pending => stay.check_answerable(attempt.at)?,
            State::Confirmed if by == "guest" && attempt.at >= stay.check_in_at => return Err(Refusal::StayStarted),
            State::Confirmed if attempt.at >= stay.check_out_at => {
                return Err(Refusal::InvalidTransition(State::Completed.name()));
            }
            State::Confirmed => {}
            over => return Err(Refusal::InvalidTransition(over.name())),
        }
        Ok(self.free(booking, State::Cancelled, attempt.at, by, Some(attempt.number)))
    }

    pub(super) fn complete(&mut self, attempt: &Attempt, booking: Made) -> Result<Effect, Refusal> {
        let party = self.party(attempt, booking)?;
        let Some(by @ ("host" | "system")) = party else { return Err(Refusal::Forbidden) };
        let stay = self.versioned(attempt, booking)?;
        stay.check_state(State::Confirmed)?;
        if attempt.at < stay.check_out_at {
            return Err(Refusal::StayNotOver);
        }
        stay.becomes(State::Completed, attempt.at, by);
        Ok((Thing::Booking(booking), stay.history.len()))
    }

    pub(super) fn expire(&mut self, attempt: &Attempt, booking: Made) -> Result<Effect, Refusal> {
        self.party(attempt, booking)?;
        let stay = self.versioned(attempt, booking)?;
        stay.check_state(State::Pending)?;
        if attempt.at < stay.expires_at {
            return Err(Refusal::NotExpired);
        }
        Ok(self.free(booking, State::Expired, attempt.at, "system", None))
    }

    /// Ends a booking whose nights are free from then on.
    pub(super) fn free(
        &mut self,
        booking: Made,
        end: State,
        at: Timestamp,
        by: &'static str,
        note: Option<Made>,
    ) -> Effect {
        let stay = self.bookings.get_mut(&booking).expect("a booking that was looked at before");
        stay.state = end;
        stay.history.push(Happened { what: end.event(), at, by: Some(by), note });
        let version = stay.history.len();
        self.release(Thing::Booking(booking));
        (Thing::Booking(booking), version)
    }

    /// What somebody is to a booking; it is not there for strangers, and admins are nobody in particular.
    fn party(&self, attempt: &Attempt, booking: Made) -> Result<Option<&'static str>, Refusal> {
        let stay = self.bookings.get(&booking).ok_or(Refusal::NotFound)?;
        match attempt.who {
            Who::Person(person) if person == stay.guest => Ok(Some("guest")),
            Who::Person(person) if person == stay.host => Ok(Some("host")),
            Who::System => Ok(Some("system")),
            who if self.is_admin(who) => Ok(None),
            Who::Person(_) | Who::Nobody => Err(Refusal::NotFound),
        }
    }

    fn versioned(&mut self, attempt: &Attempt, booking: Made) -> Result<&mut Stay, Refusal> {
        let stay = self.bookings.get_mut(&booking).ok_or(Refusal::NotFound)?;
        check_version(attempt, &stay.history)?;
        Ok(stay)
    }
}

/// Which nights of which place, for whom.
struct Wanted {
    place: Made,
    guest: Made,
    check_in: Date,
    check_out: Date,
    guests: u32,
}

/// The stay at the place's terms of this moment, if it keeps to the place's rules.
fn offer(lodging: &Lodging, wanted: Wanted, now: Timestamp) -> Result<Stay, Refusal> {
    let Wanted { place, guest, check_in, check_out, guests } = wanted;
    let terms = &lodging.terms;
    let (zone, today) = (terms.zone.zone, date_at(now, terms.zone.zone));
    let count = nights(check_in, check_out).len();
    let check_in_at = instant(check_in, terms.check_in_time, zone);
    // Whoever books at once may still arrive tonight; a request would be over before anybody could answer it.
    let is_late = now >= check_in_at && !terms.instant;
    let rules = [
        (check_in < today || is_late, "check_in", "past"),
        (check_out > last_check_out(today), "check_out", "too_far"),
        (count < terms.min_nights as usize, "check_out", "too_few_nights"),
        (count > terms.max_nights as usize, "check_out", "too_many_nights"),
        (guests == 0, "guests", "too_few"),
        (guests > terms.capacity, "guests", "above_capacity"),
    ];
    let broken: Vec<_> = rules.iter().filter(|(is, ..)| *is).map(|(_, at, code)| ((*at).to_owned(), *code)).collect();
    if !broken.is_empty() {
        return Err(Refusal::Invalid(broken));
    }
    Ok(Stay {
        place,
        guest,
        host: lodging.owner,
        state: State::Pending,
        check_in,
        check_out,
        guests,
        cents: terms.cents,
        zone,
        check_in_at,
        check_out_at: instant(check_out, terms.check_out_time, zone),
        expires_at: check_in_at.min(now + ANSWER_WITHIN),
        instant: terms.instant,
        place_version: lodging.history.len() as u64,
        history: vec![Happened { what: State::Pending.event(), at: now, by: Some("guest"), note: None }],
    })
}
