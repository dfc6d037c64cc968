use std::collections::BTreeSet;

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use jiff::civil::Time;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Coordinates, LocationPrecision};
use crate::field::{FieldError, Invalid};
use crate::money::Money;
use crate::nights::Nights;
use crate::patch::Patch;
use crate::text::{Address, Note, Prose, Region, Title};
use crate::zone::Zone;

/// What happened to a place. What its host wrote (title, description, rules, address, reasons) is sealed in the log
/// under the host's key, and `None` after erasure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PlaceEvent {
    /// A host made a place.
    Created {
        /// The place's own id.
        place_id: Uuid,
        /// The host.
        owner_id: Uuid,
        /// `draft` or `listed`.
        status: PlaceStatus,
        /// Everything the host says of it.
        #[serde(flatten)]
        details: PlaceDetails,
        /// The source and the record's id there, of an imported place.
        import: Option<(String, String)>,
        /// When.
        at: Timestamp,
    },
    /// The host changed details: an absent field stays, `null` clears.
    Changed {
        /// New values.
        #[serde(flatten)]
        changes: PlaceChanges,
        /// When.
        at: Timestamp,
    },
    /// Guests see it and can book it from now on.
    Published {
        /// When.
        at: Timestamp,
    },
    /// Guests no longer see it; its pending requests will be declined.
    Unpublished {
        /// When.
        at: Timestamp,
    },
    /// It is gone for good, but for its history and its confirmed stays; its pending requests will be declined.
    Archived {
        /// When.
        at: Timestamp,
    },
    /// An admin took it off the list and keeps it off; its pending requests will be declined.
    Withheld {
        /// By whom; the nil id is the operator of the machine.
        by: Uuid,
        /// Why.
        reason: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// An admin lets its host list it again.
    Released {
        /// By whom; the nil id is the operator of the machine.
        by: Uuid,
        /// Why.
        reason: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// The host keeps nights for itself.
    NightsBlocked {
        /// The block's own id.
        block_id: Uuid,
        /// Which nights.
        #[serde(flatten)]
        nights: Nights,
        /// For the host alone.
        reason: Option<Note>,
        /// When.
        at: Timestamp,
    },
    /// The nights of a block are free again.
    BlockRemoved {
        /// Which block.
        block_id: Uuid,
        /// Its nights.
        #[serde(flatten)]
        nights: Nights,
        /// When.
        at: Timestamp,
    },
}

/// What a host says of a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceDetails {
    /// As shown in lists.
    pub title: Option<Title>,
    /// At length.
    pub description: Option<Prose>,
    /// Of one night.
    pub price: Money,
    /// Where it is.
    pub coordinates: Option<Coordinates>,
    /// How exactly strangers see that.
    pub location_precision: LocationPrecision,
    /// For confirmed guests.
    pub address: Option<Address>,
    /// The city.
    pub city: Option<Region>,
    /// The country.
    pub country: Option<Region>,
    /// The zone of its calendar.
    pub time_zone: Zone,
    /// How many guests at most; 1 to [`PlaceDetails::MAX_CAPACITY`].
    pub capacity: u32,
    /// The shortest stay; at least 1.
    pub min_nights: u32,
    /// The longest stay; at most [`Nights::MAX`].
    pub max_nights: u32,
    /// Local time of arrival.
    pub check_in_time: Time,
    /// Local time of departure.
    pub check_out_time: Time,
    /// For guests to know.
    pub house_rules: Option<Prose>,
    /// Whether a booking is confirmed at once.
    pub instant_book: bool,
    /// Codes of the catalogue, without repetition; at most [`PlaceDetails::MAX_AMENITIES`].
    pub amenities: Vec<AmenityCode>,
}

/// New values of a place's details. `title` cannot be cleared by a host, but reads as cleared after erasure.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the fields are those of PlaceDetails")]
pub struct PlaceChanges {
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub title: Patch<Title>,
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub description: Patch<Prose>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub coordinates: Patch<Coordinates>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_precision: Option<LocationPrecision>,
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub address: Patch<Address>,
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub city: Patch<Region>,
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub country: Patch<Region>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<Zone>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_nights: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_nights: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_in_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_out_time: Option<Time>,
    #[serde(skip_serializing_if = "Patch::is_keep")]
    pub house_rules: Patch<Prose>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instant_book: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amenities: Option<Vec<AmenityCode>>,
}

impl PlaceChanges {
    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl PlaceDetails {
    /// More guests than any home takes.
    pub const MAX_CAPACITY: u32 = 1_000;
    /// More amenities than any catalogue has.
    pub const MAX_AMENITIES: usize = 200;

    /// Each value that is not within its bounds, on its own: nothing of how they fit together.
    pub fn out_of_bounds(&self) -> Vec<FieldError> {
        let within = |value: u32, most: u32| (1..=most).contains(&value);
        let bounds = [
            (within(self.capacity, Self::MAX_CAPACITY), "capacity", Self::MAX_CAPACITY),
            (within(self.min_nights, Nights::MAX), "min_nights", Nights::MAX),
            (within(self.max_nights, Nights::MAX), "max_nights", Nights::MAX),
        ];
        let numbers = bounds
            .into_iter()
            .filter(|(within, ..)| !within)
            .map(|(_, field, most)| Invalid::new("out_of_range", format!("Must be between 1 and {most}.")).at(field));
        let amenities = if self.amenities.len() > Self::MAX_AMENITIES {
            Some(Invalid::new("too_many", format!("Must be at most {}.", Self::MAX_AMENITIES)))
        } else if self.amenities.iter().collect::<BTreeSet<_>>().len() < self.amenities.len() {
            Some(Invalid::new("repeated", "Must not name an amenity twice."))
        } else {
            None
        };
        numbers.chain(amenities.map(|invalid| invalid.at("amenities"))).collect()
    }

    /// Takes over what `changes` sets or clears.
    pub fn apply(&mut self, changes: PlaceChanges) {
        changes.title.apply(&mut self.title);
        changes.description.apply(&mut self.description);
        changes.coordinates.apply(&mut self.coordinates);
        changes.address.apply(&mut self.address);
        changes.city.apply(&mut self.city);
        changes.country.apply(&mut self.country);
        changes.house_rules.apply(&mut self.house_rules);
        set(&mut self.price, changes.price);
        set(&mut self.location_precision, changes.location_precision);
        set(&mut self.time_zone, changes.time_zone);
        set(&mut self.capacity, changes.capacity);
        set(&mut self.min_nights, changes.min_nights);
        set(&mut self.max_nights, changes.max_nights);
        set(&mut self.check_in_time, changes.check_in_time);
        set(&mut self.check_out_time, changes.check_out_time);
        set(&mut self.instant_book, changes.instant_book);
        set(&mut self.amenities, changes.amenities);
    }

    /// What of `changes` is new.
    pub fn difference(&self, changes: PlaceChanges) -> PlaceChanges {
        PlaceChanges {
            title: changes.title.against(self.title.as_ref()),
            description: changes.description.against(self.description.as_ref()),
            price: changes.price.filter(|new| *new != self.price),
            coordinates: changes.coordinates.against(self.coordinates.as_ref()),
            location_precision: changes.location_precision.filter(|new| *new != self.location_precision),
            address: changes.address.against(self.address.as_ref()),
            city: changes.city.against(self.city.as_ref()),
            country: changes.country.against(self.country.as_ref()),
            time_zone: changes.time_zone.filter(|new| *new != self.time_zone),
            capacity: changes.capacity.filter(|new| *new != self.capacity),
            min_nights: changes.min_nights.filter(|new| *new != self.min_nights),
            max_nights: changes.max_nights.filter(|new| *new != self.max_nights),
            check_in_time: changes.check_in_time.filter(|new| *new != self.check_in_time),
            check_out_time: changes.check_out_time.filter(|new| *new != self.check_out_time),
            house_rules: changes.house_rules.against(self.house_rules.as_ref()),
            instant_book: changes.instant_book.filter(|new| *new != self.instant_book),
            amenities: changes.amenities.filter(|new| *new != self.amenities),
        }
    }
}

fn set<T>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

/// Where a place stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceStatus {
    /// Only its host sees it.
    Draft,
    /// Anyone sees it and may book it.
    Listed,
    /// It was listed; its host and its guests still see it.
    Unlisted,
    /// It is gone, but for its history and its confirmed stays.
    Archived,
}

impl PlaceStatus {
    /// The name in answers and requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Listed => "listed",
            Self::Unlisted => "unlisted",
            Self::Archived => "archived",
        }
    }
}

impl std::str::FromStr for PlaceStatus {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "draft" => Ok(Self::Draft),
            "listed" => Ok(Self::Listed),
            "unlisted" => Ok(Self::Unlisted),
            "archived" => Ok(Self::Archived),
            _ => Err(Invalid::new("unknown_status", "Must be draft, listed, unlisted or archived.")),
        }
    }
}

/// The code of an amenity, such as `wifi`: lower-case letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AmenityCode(String);

impl AmenityCode {
    /// Takes a code.
    ///
    /// # Errors
    /// `invalid_code`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let well_formed = (1..=64).contains(&raw.len())
            && raw.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if well_formed {
            Ok(Self(raw.to_owned()))
        } else {
            Err(Invalid::new("invalid_code", "Must be 1 to 64 lower-case letters, digits and underscores."))
        }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DomainEvent for PlaceEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "place.created",
            Self::Changed { .. } => "place.changed",
            Self::Published { .. } => "place.published",
            Self::Unpublished { .. } => "place.unpublished",
            Self::Archived { .. } => "place.archived",
            Self::Withheld { .. } => "place.withheld",
            Self::Released { .. } => "place.released",
            Self::NightsBlocked { .. } => "place.nights_blocked",
            Self::BlockRemoved { .. } => "place.block_removed",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
