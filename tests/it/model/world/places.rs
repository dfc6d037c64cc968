//! Places: only their host changes them; an archived one stays as it is, but for blocks that are given back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Effect, Happened, State, World, check_version};
use crate::model::act::{Attempt, Change, Made, Terms, Thing, Who};
use crate::model::answer::Refusal;
use crate::model::calendar::{date_at, last_check_out, nights};

#[derive(Debug, Clone)]
pub(in crate::model) struct Lodging {
    pub(in crate::model) owner: Made,
    pub(in crate::model) stage: Stage,
    /// Whether anybody but its host has ever been able to know of it.
    pub(in crate::model) was_listed: bool,
    pub(in crate::model) terms: Terms,
    pub(in crate::model) blocks: BTreeMap<Made, (Date, Date)>,
    pub(in crate::model) history: Vec<Happened>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Stage {
    Draft,
    Listed,
    Unlisted,
    Archived,
}

impl Stage {
    pub(in crate::model) fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Listed => "listed",
            Self::Unlisted => "unlisted",
            Self::Archived => "archived",
        }
    }
}

impl Lodging {
    fn happened(&mut self, what: &'static str, at: Timestamp) {
        self.history.push(Happened { what, at, by: None, note: None });
    }
}

impl Terms {
    fn take(&mut self, change: Change) {
        match change {
            Change::Title(title) => self.title = title,
            Change::Description(description) => self.description = description,
            Change::Cents(cents) => self.cents = cents,
            Change::Zone(zone) => self.zone.zone = zone,
            Change::Capacity(capacity) => self.capacity = capacity,
            Change::MinNights(nights) => self.min_nights = nights,
            Change::MaxNights(nights) => self.max_nights = nights,
            Change::CheckInTime(time) => self.check_in_time = time,
            Change::CheckOutTime(time) => self.check_out_time = time,
            Change::Instant(instant) => self.instant = instant,
        }
    }
}

impl World {
    pub(super) fn create_place(&mut self, attempt: &Attempt, draft: bool, terms: &Terms) -> Result<Effect, Refusal> {
        match attempt.who {
            Who::Person(owner) if self.is_active(owner) => self.open_place(attempt, owner, draft, terms),
            Who::Person(_) => Err(Refusal::Forbidden),
            Who::Nobody | Who::System => Err(Refusal::Unauthenticated),
        }
    }

    pub(super) fn open_place(
        &mut self,
        attempt: &Attempt,
        owner: Made,
        draft: bool,
        terms: &Terms,
    ) -> Result<Effect, Refusal> {
        if terms.min_nights > terms.max_nights {
            return Err(Refusal::NightLimits);
        }
        let stage = if draft { Stage::Draft } else { Stage::Listed };
        let history = vec![Happened { what: "place.created", at: attempt.at, by: None, note: None }];
        let place =
            Lodging { owner, stage, was_listed: !draft, terms: terms.clone(), blocks: BTreeMap::new(), history };
        self.places.insert(attempt.number, place);
        Ok((Thing::Place(attempt.number), 1))
    }

    pub(super) fn change_place(
        &mut self,
        attempt: &Attempt,
        place: Made,
        changes: &[Change],
    ) -> Result<Effect, Refusal> {
        let lodging = self.own_living_place(attempt, place)?;
        let mut terms = lodging.terms.clone();
        changes.iter().for_each(|change| terms.take(*change));
        if terms != lodging.terms {
            if terms.min_nights > terms.max_nights {
                return Err(Refusal::NightLimits);
            }
            lodging.terms = terms;
            lodging.happened("place.changed", attempt.at);
        }
        Ok((Thing::Place(place), lodging.history.len()))
    }

    pub(super) fn publish(&mut self, attempt: &Attempt, place: Made) -> Result<Effect, Refusal> {
        let lodging = self.own_living_place(attempt, place)?;
        if lodging.stage != Stage::Listed {
            lodging.stage = Stage::Listed;
            lodging.was_listed = true;
            lodging.happened("place.published", attempt.at);
        }
        Ok((Thing::Place(place), lodging.history.len()))
    }

    pub(super) fn unpublish(&mut self, attempt: &Attempt, place: Made) -> Result<Effect, Refusal> {
        let lodging = self.own_living_place(attempt, place)?;
        let was_listed = lodging.stage == Stage::Listed;
        if was_listed {
            lodging.stage = Stage::Unlisted;
            lodging.happened("place.unpublished", attempt.at);
        }
        let version = lodging.history.len();
        if was_listed {
            self.doom_requests(place);
        }
        Ok((Thing::Place(place), version))
    }

    pub(super) fn archive(&mut self, attempt: &Attempt, place: Made) -> Result<Effect, Refusal> {
        self.own_place(attempt, place)?;
        self.archive_at(place, attempt.at);
        Ok((Thing::Place(place), self.places[&place].history.len()))
    }

    /// Archives a place, unless it is archived.
    pub(super) fn archive_at(&mut self, place: Made, at: Timestamp) {
        if let Some(lodging) = self.places.get_mut(&place).filter(|lodging| lodging.stage != Stage::Archived) {
            lodging.stage = Stage::Archived;
            lodging.happened("place.archived", at);
            self.doom_requests(place);
        }
    }

    /// The place is withdrawn: who has asked for it until now is declined once timers run, whatever comes after.
    fn doom_requests(&mut self, place: Made) {
        let requests = self.numbers(|stay| stay.place == place && stay.state == State::Pending);
        self.doomed.extend(requests);
    }

    pub(super) fn block(&mut self, attempt: &Attempt, place: Made, from: Date, to: Date) -> Result<Effect, Refusal> {
        let lodging = self.own_living_place(attempt, place)?;
        let today = date_at(attempt.at, lodging.terms.zone.zone);
        if from < today || to > last_check_out(today) {
            return Err(Refusal::OutsideCalendar);
        }
        let version = lodging.history.len() + 1;
        self.hold(place, from, to, Thing::Block(attempt.number)).ok_or(Refusal::NightsBlocked)?;
        if let Some(lodging) = self.places.get_mut(&place) {
            lodging.blocks.insert(attempt.number, (from, to));
            let what = "place.nights_blocked";
            lodging.history.push(Happened { what, at: attempt.at, by: None, note: Some(attempt.number) });
        }
        Ok((Thing::Block(attempt.number), version))
    }

    pub(super) fn unblock(&mut self, attempt: &Attempt, place: Made, block: Made) -> Result<Effect, Refusal> {
        let lodging = self.own_place(attempt, place)?;
        lodging.blocks.remove(&block).ok_or(Refusal::NotFound)?;
        lodging.happened("place.block_removed", attempt.at);
        let version = lodging.history.len();
        self.release(Thing::Block(block));
        Ok((Thing::Place(place), version))
    }

    /// Gives all these nights to one holder; nothing where one of them is another's.
    pub(super) fn hold(&mut self, place: Made, from: Date, to: Date, holder: Thing) -> Option<()> {
        let wanted = nights(from, to);
        if wanted.iter().any(|night| self.nights.contains_key(&(place, *night))) {
            return None;
        }
        self.nights.extend(wanted.into_iter().map(|night| ((place, night), holder)));
        Some(())
    }

    pub(super) fn release(&mut self, holder: Thing) {
        self.nights.retain(|_, held_by| *held_by != holder);
    }

    /// A place for its host; to others it is forbidden while everybody can see it (or they may see everything), and
    /// otherwise not there: not listed, or its host suspended.
    fn own_place(&mut self, attempt: &Attempt, place: Made) -> Result<&mut Lodging, Refusal> {
        let sees_all = self.is_admin(attempt.who);
        let owner = self.places.get(&place).ok_or(Refusal::NotFound)?.owner;
        let is_hosted = self.is_active(owner);
        let lodging = self.places.get_mut(&place).ok_or(Refusal::NotFound)?;
        if attempt.who != Who::Person(owner) {
            let seen = sees_all || (lodging.stage == Stage::Listed && is_hosted);
            return Err(if seen { Refusal::Forbidden } else { Refusal::NotFound });
        }
        check_version(attempt, &lodging.history)?;
        Ok(lodging)
    }

    fn own_living_place(&mut self, attempt: &Attempt, place: Made) -> Result<&mut Lodging, Refusal> {
        let lodging = self.own_place(attempt, place)?;
        if lodging.stage == Stage::Archived { Err(Refusal::PlaceArchived) } else { Ok(lodging) }
    }
}
