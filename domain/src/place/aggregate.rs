use std::collections::BTreeMap;

use cqrs_es::{Aggregate, event_sink::EventSink};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{NewPlace, PlaceChanges, PlaceCommand, PlaceDetails, PlaceError, PlaceEvent, PlaceStatus};
use crate::claim::{Claim, ClaimChange};
use crate::log::{Logged, PersonalData};
use crate::nights::Nights;
use crate::text::Note;

/// How far ahead a calendar reaches, in months.
pub const CALENDAR_MONTHS: i32 = 24;
/// More blocks than nights of the calendar cannot be, those of the past apart.
const MAX_BLOCKS: usize = 750;
/// What of a place's events its host wrote, and what an admin wrote about it.
const WRITTEN: &[&str] = &["title", "description", "address", "house_rules", "reason"];

/// A place as far as decisions need it: the default is one that was never made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Place(Option<Listing>);

/// A place that was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Listing {
    id: Uuid,
    owner_id: Uuid,
    status: PlaceStatus,
    details: PlaceDetails,
    blocks: BTreeMap<Uuid, Nights>,
    /// Whether an admin keeps it off the list.
    #[serde(default)]
    withheld: bool,
    /// Whether it ever was on the list.
    #[serde(default)]
    was_listed: bool,
    /// How many events it has.
    version: u64,
    /// Its version when it was last taken off the list; 0 for never.
    withdrawn: u64,
}

impl Place {
    /// Its host, if it was made.
    pub fn owner_id(&self) -> Option<Uuid> {
        self.0.as_ref().map(|listing| listing.owner_id)
    }

    /// Where it stands, if it was made.
    pub fn status(&self) -> Option<PlaceStatus> {
        self.0.as_ref().map(|listing| listing.status)
    }

    /// Whether strangers could ever see it: a draft is its host's secret, also once it is archived.
    pub fn was_listed(&self) -> bool {
        self.0.as_ref().is_some_and(|listing| listing.was_listed)
    }

    /// Whether it was taken off the list after it had a version: what was asked for then is not to be had any more, not
    /// even once it is listed again.
    pub fn was_withdrawn_since(&self, version: u64) -> bool {
        self.0.as_ref().is_some_and(|listing| listing.withdrawn > version)
    }

    /// What its host says of it, if it was made.
    pub fn details(&self) -> Option<&PlaceDetails> {
        self.0.as_ref().map(|listing| &listing.details)
    }

    /// The nights that its host keeps, by block.
    pub fn blocks(&self) -> impl Iterator<Item = (Uuid, Nights)> {
        self.0.iter().flat_map(|listing| listing.blocks.iter().map(|(id, nights)| (*id, *nights)))
    }

    /// The decision: pure, on this state and the command alone.
    ///
    /// # Errors
    /// See [`PlaceError`].
    pub fn decide(&self, command: PlaceCommand) -> Result<Vec<PlaceEvent>, PlaceError> {
        match (&self.0, command) {
            (Some(_), PlaceCommand::Create(_)) => Err(PlaceError::AlreadyExists),
            (None, PlaceCommand::Create(facts)) => create(facts),
            (None, _) => Err(PlaceError::NotFound),
            (Some(listing), command) => listing.decide(command),
        }
    }
}

fn create(facts: NewPlace) -> Result<Vec<PlaceEvent>, PlaceError> {
    let NewPlace { place_id, owner_id, draft, details, import, now } = facts;
    check_bounds(&details)?;
    let status = if draft { PlaceStatus::Draft } else { PlaceStatus::Listed };
    Ok(vec![PlaceEvent::Created { place_id, owner_id, status, details, import, at: now }])
}

fn check_bounds(details: &PlaceDetails) -> Result<(), PlaceError> {
    let broken = details.out_of_bounds();
    if !broken.is_empty() {
        return Err(PlaceError::OutOfBounds(broken));
    }
    if details.min_nights > details.max_nights { Err(PlaceError::NightLimits) } else { Ok(()) }
}

impl Listing {
    fn decide(&self, command: PlaceCommand) -> Result<Vec<PlaceEvent>, PlaceError> {
        use PlaceStatus::{Archived, Draft, Listed, Unlisted};
        match (self.status, command) {
            (_, PlaceCommand::Create(_)) => Err(PlaceError::AlreadyExists),
            (_, PlaceCommand::Unblock { block_id, now }) => self.unblock(block_id, now),
            (Archived, PlaceCommand::Archive { .. }) => Ok(vec![]),
            (Archived, _) => Err(PlaceError::Archived),
            (_, PlaceCommand::Archive { now }) => Ok(vec![PlaceEvent::Archived { at: now }]),
            (_, PlaceCommand::Change { changes, now }) => self.change(changes, now),
            (_, PlaceCommand::Withhold { .. }) if self.withheld => Ok(vec![]),
            (_, PlaceCommand::Withhold { by, reason, now }) => {
                Ok(vec![PlaceEvent::Withheld { by, reason: Some(reason), at: now }])
            }
            (_, PlaceCommand::Release { .. }) if !self.withheld => Ok(vec![]),
            (_, PlaceCommand::Release { by, reason, now }) => {
                Ok(vec![PlaceEvent::Released { by, reason: Some(reason), at: now }])
            }
            (Draft | Unlisted, PlaceCommand::Publish { .. }) if self.withheld => Err(PlaceError::Withheld),
            (Draft | Unlisted, PlaceCommand::Publish { now }) => Ok(vec![PlaceEvent::Published { at: now }]),
            (Listed, PlaceCommand::Unpublish { now }) => Ok(vec![PlaceEvent::Unpublished { at: now }]),
            (Listed, PlaceCommand::Publish { .. }) | (Draft | Unlisted, PlaceCommand::Unpublish { .. }) => Ok(vec![]),
            (_, PlaceCommand::Block { block_id, nights, reason, now }) => self.block(block_id, nights, reason, now),
        }
    }

    fn change(&self, changes: PlaceChanges, now: Timestamp) -> Result<Vec<PlaceEvent>, PlaceError> {
        let changes = self.details.difference(changes);
        if changes.is_empty() {
            return Ok(vec![]);
        }
        let mut details = self.details.clone();
        details.apply(changes.clone());
        check_bounds(&details)?;
        Ok(vec![PlaceEvent::Changed { changes, at: now }])
    }

    fn block(
        &self,
        block_id: Uuid,
        nights: Nights,
        reason: Option<Note>,
        now: Timestamp,
    ) -> Result<Vec<PlaceEvent>, PlaceError> {
        let today = self.details.time_zone.date_at(now);
        let end = today.saturating_add(CALENDAR_MONTHS.months());
        if nights.check_in() < today || nights.check_out() > end {
            return Err(PlaceError::OutsideCalendar);
        }
        if self.blocks.contains_key(&block_id) {
            return Err(PlaceError::AlreadyExists);
        }
        if self.blocks.values().filter(|block| block.check_out() > today).count() >= MAX_BLOCKS {
            return Err(PlaceError::TooManyBlocks);
        }
        if self.blocks.values().any(|block| block.overlaps(nights)) {
            return Err(PlaceError::NightsTaken);
        }
        Ok(vec![PlaceEvent::NightsBlocked { block_id, nights, reason, at: now }])
    }

    fn unblock(&self, block_id: Uuid, now: Timestamp) -> Result<Vec<PlaceEvent>, PlaceError> {
        let nights = *self.blocks.get(&block_id).ok_or(PlaceError::NoSuchBlock(block_id))?;
        Ok(vec![PlaceEvent::BlockRemoved { block_id, nights, at: now }])
    }

    fn nights(&self, nights: Nights) -> impl Iterator<Item = Claim> {
        let place_id = self.id;
        nights.iter().map(move |night| Claim::Night { place_id, night })
    }

    fn apply(&mut self, event: PlaceEvent) {
        self.version += 1;
        match event {
            PlaceEvent::Created { .. } => {}
            PlaceEvent::Changed { changes, at: _ } => self.details.apply(changes),
            PlaceEvent::Published { at: _ } => {
                self.status = PlaceStatus::Listed;
                self.was_listed = true;
            }
            PlaceEvent::Unpublished { at: _ } => {
                self.status = PlaceStatus::Unlisted;
                self.withdrawn = self.version;
            }
            PlaceEvent::Archived { at: _ } => {
                self.status = PlaceStatus::Archived;
                self.withdrawn = self.version;
            }
            PlaceEvent::Withheld { .. } => {
                self.withheld = true;
                self.withdrawn = self.version;
                if self.status == PlaceStatus::Listed {
                    self.status = PlaceStatus::Unlisted;
                }
            }
            PlaceEvent::Released { .. } => self.withheld = false,
            PlaceEvent::NightsBlocked { block_id, nights, reason: _, at: _ } => {
                self.blocks.insert(block_id, nights);
            }
            PlaceEvent::BlockRemoved { block_id, nights: _, at: _ } => {
                self.blocks.remove(&block_id);
            }
        }
    }
}

impl Aggregate for Place {
    const TYPE: &'static str = "place";
    type Command = PlaceCommand;
    type Event = PlaceEvent;
    type Error = PlaceError;
    type Services = ();

    async fn handle(&mut self, command: PlaceCommand, (): &(), sink: &EventSink<Self>) -> Result<(), PlaceError> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: PlaceEvent) {
        match (&mut self.0, event) {
            (None, PlaceEvent::Created { place_id: id, owner_id, status, details, import: _, at: _ }) => {
                self.0 = Some(Listing {
                    id,
                    owner_id,
                    status,
                    details,
                    blocks: BTreeMap::new(),
                    withheld: false,
                    was_listed: status == PlaceStatus::Listed,
                    version: 1,
                    withdrawn: 0,
                });
            }
            (Some(listing), event) => listing.apply(event),
            // A stream begins with its creation: the appender lets nothing else be its first event.
            (None, _) => {}
        }
    }
}

impl Logged for Place {
    fn claims(&self, event: &PlaceEvent) -> Vec<ClaimChange> {
        match (event, &self.0) {
            (PlaceEvent::Created { place_id, import: Some((source, id)), .. }, _) => {
                let claim = Claim::Import { source: source.clone(), id: id.clone() };
                vec![ClaimChange::Take { claim, holder: *place_id }]
            }
            (PlaceEvent::NightsBlocked { block_id, nights, .. }, Some(listing)) => {
                listing.nights(*nights).map(|claim| ClaimChange::Take { claim, holder: *block_id }).collect()
            }
            (PlaceEvent::BlockRemoved { block_id, nights, .. }, Some(listing)) => {
                listing.nights(*nights).map(|claim| ClaimChange::Release { claim, holder: *block_id }).collect()
            }
            (
                PlaceEvent::Created { import: None, .. }
                | PlaceEvent::Changed { .. }
                | PlaceEvent::Published { .. }
                | PlaceEvent::Unpublished { .. }
                | PlaceEvent::Archived { .. }
                | PlaceEvent::Withheld { .. }
                | PlaceEvent::Released { .. }
                | PlaceEvent::NightsBlocked { .. }
                | PlaceEvent::BlockRemoved { .. },
                _,
            ) => vec![],
        }
    }

    fn personal_data(&self, event: &PlaceEvent) -> Option<PersonalData> {
        let subject = match event {
            PlaceEvent::Created { owner_id, .. } => Some(*owner_id),
            PlaceEvent::Changed { .. }
            | PlaceEvent::NightsBlocked { .. }
            | PlaceEvent::Withheld { .. }
            | PlaceEvent::Released { .. } => self.owner_id(),
            PlaceEvent::Published { .. }
            | PlaceEvent::Unpublished { .. }
            | PlaceEvent::Archived { .. }
            | PlaceEvent::BlockRemoved { .. } => None,
        };
        subject.map(|subject| PersonalData { subject, fields: WRITTEN })
    }

    fn claim_taken(claim: &Claim) -> PlaceError {
        match claim {
            Claim::Import { .. } => PlaceError::AlreadyImported,
            Claim::Night { .. } | Claim::Email(_) | Claim::Review { .. } | Claim::Amenity(_) => PlaceError::NightsTaken,
        }
    }
}
