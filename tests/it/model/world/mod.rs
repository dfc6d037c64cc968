//! The rules of the house, said a second time and as simply as possible: plain maps, no events, no streams, no code of
//! the program's own decisions. Slow and single-threaded on purpose.

mod accounts;
mod bookings;
mod places;
mod timers;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

pub(super) use accounts::{Account, FIRST_NAME};
pub(super) use bookings::{State, Stay};
pub(super) use places::{Lodging, Stage};

use super::act::{Act, Attempt, Made, Thing, Who};
use super::answer::{Answer, Refusal};

/// Everything there is, by the number of the attempt that made it.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) accounts: BTreeMap<Made, Account>,
    pub(super) places: BTreeMap<Made, Lodging>,
    pub(super) bookings: BTreeMap<Made, Stay>,
    /// Who holds a night of a place: no two ever do.
    pub(super) nights: BTreeMap<(Made, Date), Thing>,
    /// Whose a mailbox is.
    pub(super) mailboxes: BTreeMap<u8, Made>,
    /// The host of a record's, and its place.
    pub(super) imported_hosts: BTreeMap<u8, Made>,
    pub(super) imported_places: BTreeMap<u8, Made>,
    keys: BTreeMap<(Option<Made>, String, Made), Remembered>,
    /// Bookings that were pending when their place was withdrawn, since timers last ran.
    doomed: Vec<Made>,
    /// Accounts that were closed since.
    closed: Vec<Made>,
}

/// One event of a stream, as far as the rules name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Happened {
    pub(super) what: &'static str,
    pub(super) at: Timestamp,
    /// `guest`, `host` or `system`, where somebody did it to a booking.
    pub(super) by: Option<&'static str>,
    /// The attempt whose note came with it.
    pub(super) note: Option<Made>,
}

#[derive(Debug, Clone)]
struct Remembered {
    another_body: bool,
    about: Thing,
    status: u16,
}

/// What an attempt that is not refused is about, and the version of its stream afterwards.
type Effect = (Thing, usize);

impl World {
    /// Lets somebody attempt something, and says how that ends.
    pub(super) fn attempt(&mut self, attempt: &Attempt) -> Answer {
        match self.judge(attempt) {
            Ok(answer) => answer,
            Err(refusal) => Answer::Refused(refusal),
        }
    }

    /// How many events all the streams hold.
    pub(super) fn events(&self) -> u64 {
        self.histories().map(|(_, history)| history.len() as u64).sum()
    }

    /// Every stream's events.
    pub(super) fn histories(&self) -> impl Iterator<Item = (Thing, &[Happened])> {
        let accounts = self.accounts.iter().map(|(number, it)| (Thing::Person(*number), it.history.as_slice()));
        let places = self.places.iter().map(|(number, it)| (Thing::Place(*number), it.history.as_slice()));
        let bookings = self.bookings.iter().map(|(number, it)| (Thing::Booking(*number), it.history.as_slice()));
        accounts.chain(places).chain(bookings)
    }

    fn judge(&mut self, attempt: &Attempt) -> Result<Answer, Refusal> {
        check_values(&attempt.act)?;
        self.check_standing(attempt)?;
        if let Some(answer) = self.repeated(attempt)? {
            return Ok(answer);
        }
        if let Act::ImportPlace { listing, .. } = &attempt.act
            && let Some(place) = self.imported_places.get(listing)
        {
            return Ok(Answer::Again { about: Thing::Place(*place), status: None });
        }
        let (about, version) = self.perform(attempt)?;
        self.remember(attempt, about);
        Ok(Answer::Done { about, version: version as u64 })
    }

    /// What is refused whatever it is about: some acts are for people who are signed in, some for admins.
    fn check_standing(&self, attempt: &Attempt) -> Result<(), Refusal> {
        let for_people = matches!(
            attempt.act,
            Act::ChangeProfile { .. } | Act::CloseAccount | Act::CreatePlace { .. } | Act::Request { .. }
        );
        let for_admins = matches!(
            attempt.act,
            Act::MakeAdmin { .. } | Act::Suspend { .. } | Act::Restore { .. } | Act::ImportPlace { .. }
        );
        if for_people && !matches!(attempt.who, Who::Person(_)) {
            return Err(Refusal::Unauthenticated);
        }
        if for_admins && !self.is_admin(attempt.who) { Err(Refusal::Forbidden) } else { Ok(()) }
    }

    fn perform(&mut self, attempt: &Attempt) -> Result<Effect, Refusal> {
        match &attempt.act {
            Act::Register { mailbox, shouted } => self.register(attempt, *mailbox, *shouted),
            Act::ChangeProfile { first_name, phone } => self.change_profile(attempt, first_name, *phone),
            Act::CloseAccount => self.close_account(attempt),
            Act::MakeAdmin { person } => self.make_admin(attempt, *person),
            Act::Suspend { person } => self.suspend(attempt, *person),
            Act::Restore { person } => self.restore(attempt, *person),
            Act::ImportPlace { listing, host, terms } => self.import_place(attempt, *listing, *host, terms),
            Act::CreatePlace { draft, terms } => self.create_place(attempt, *draft, terms),
            Act::ChangePlace { place, changes } => self.change_place(attempt, *place, changes),
            Act::Publish { place } => self.publish(attempt, *place),
            Act::Unpublish { place } => self.unpublish(attempt, *place),
            Act::Archive { place } => self.archive(attempt, *place),
            Act::Block { place, from, to } => self.block(attempt, *place, *from, *to),
            Act::Unblock { place, block } => self.unblock(attempt, *place, *block),
            Act::Request { place, check_in, check_out, guests } => {
                self.request(attempt, *place, (*check_in, *check_out), *guests)
            }
            Act::Confirm { booking } => self.confirm(attempt, *booking),
            Act::Decline { booking } => self.decline(attempt, *booking),
            Act::Cancel { booking } => self.cancel(attempt, *booking),
            Act::Complete { booking } => self.complete(attempt, *booking),
            Act::Expire { booking } => self.expire(attempt, *booking),
        }
    }

    /// A success under an idempotency key is answered again, to the same person at the same address with the same body.
    fn repeated(&self, attempt: &Attempt) -> Result<Option<Answer>, Refusal> {
        let Some(key) = attempt.key else { return Ok(None) };
        match self.keys.get(&remembered_under(attempt, key.first)) {
            None => Ok(None),
            Some(first) if first.another_body != key.another_body => Err(Refusal::KeyReused),
            Some(first) => Ok(Some(Answer::Again { about: first.about, status: Some(first.status) })),
        }
    }

    fn remember(&mut self, attempt: &Attempt, about: Thing) {
        if let Some(key) = attempt.key {
            let first = Remembered { another_body: key.another_body, about, status: attempt.act.status() };
            self.keys.insert(remembered_under(attempt, key.first), first);
        }
    }

    fn is_admin(&self, who: Who) -> bool {
        match who {
            Who::Nobody => false,
            Who::Person(person) => self.accounts.get(&person).is_some_and(|account| account.admin),
            Who::System => true,
        }
    }
}

/// Values that make no sense are refused before anybody asks who gives them.
fn check_values(act: &Act) -> Result<(), Refusal> {
    match act {
        Act::Request { check_in, check_out, .. } => bookings::check_range(*check_in, *check_out, "check_out"),
        Act::Block { from, to, .. } => bookings::check_range(*from, *to, "to"),
        _ => Ok(()),
    }
}

fn remembered_under(attempt: &Attempt, first: Made) -> (Option<Made>, String, Made) {
    let subject = match attempt.who {
        Who::Person(person) => Some(person),
        Who::Nobody | Who::System => None,
    };
    (subject, attempt.act.scope(), first)
}

/// `If-Match` is looked at before anything that the state forbids.
fn check_version(attempt: &Attempt, history: &[Happened]) -> Result<(), Refusal> {
    let version = history.len() as u64;
    match attempt.if_match {
        Some(wanted) if wanted != version => Err(Refusal::AnotherVersion(version)),
        Some(_) | None => Ok(()),
    }
}
