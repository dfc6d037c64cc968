//! A place's own time: from its calendar to instants.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::field::Invalid;

/// An IANA time zone that is known to the bundled database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated Universal Time, where nothing better is known.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone's name, such as `Europe/Paris`.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The date there at an instant.
    pub fn date_at(&self, at: Timestamp) -> Date {
        at.to_zoned(self.0.clone()).date()
    }

    /// The instant of a local time. A time that occurs twice is the earlier one; one that is skipped moves forward.
    ///
    /// # Errors
    /// `out_of_range` where the instant cannot be represented.
    pub fn instant(&self, date: Date, time: Time) -> Result<Timestamp, Invalid> {
        self.0
            .to_ambiguous_timestamp(date.to_datetime(time))
            .compatible()
            .map_err(|_| Invalid::new("out_of_range", "Must be a date of this era."))
    }
}

impl FromStr for Zone {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        TimeZone::get(name)
            .ok()
            .filter(|zone| zone.iana_name().is_some())
            .map(Self)
            .ok_or_else(|| Invalid::new("unknown_time_zone", "Must be an IANA time zone, such as Europe/Paris."))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
