use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BookingError, Price};
use crate::Money;
use crate::nights::Nights;
use crate::place::{Place, PlaceStatus};
use crate::zone::Zone;

/// A request nobody answers expires after this many hours, or at check-in time if that is earlier.
const REQUEST_HOURS: i64 = 24;

/// What a place offers for a stay at one moment: the terms that a booking freezes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The place.
    pub place_id: Uuid,
    /// Its host.
    pub host_id: Uuid,
    /// The stay.
    pub nights: Nights,
    /// How many people.
    pub guests: u32,
    /// Item by item.
    pub price: Price,
    /// The place's zone.
    pub time_zone: Zone,
    /// The instant from which the guest may arrive.
    pub check_in_at: Timestamp,
    /// The instant by which the guest has left.
    pub check_out_at: Timestamp,
    /// Until when the host may answer a request.
    pub expires_at: Timestamp,
    /// Whether the booking is confirmed at once.
    pub instant: bool,
}

impl Offer {
    /// What `place` offers for a stay.
    ///
    /// # Errors
    /// `NotBookable` where the place is not listed; `Unsuitable` names each rule of the place that the stay breaks.
    pub fn of(
        place_id: Uuid,
        place: &Place,
        nights: Nights,
        guests: u32,
        now: Timestamp,
    ) -> Result<Self, BookingError> {
        let (Some(host_id), Some(terms)) = (place.owner_id(), Terms::of(place)) else {
            return Err(BookingError::NotBookable);
        };
        let Stay { price, check_in_at, check_out_at } = terms.stay(nights, guests, now)?;
        let unanswered = now.saturating_add(REQUEST_HOURS.hours()).unwrap_or(check_in_at);
        Ok(Self {
            place_id,
            host_id,
            nights,
            guests,
            price,
            time_zone: terms.time_zone.clone(),
            check_in_at,
            check_out_at,
            expires_at: unanswered.min(check_in_at),
            instant: terms.instant_book,
        })
    }
}

/// What of a place a stay's price and rules depend on: its stream has it to decide by, its view to tell from.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'p> {
    /// Only what is listed can be booked.
    pub status: PlaceStatus,
    /// Of one night.
    pub price: Money,
    /// The zone of its calendar.
    pub time_zone: &'p Zone,
    /// How many guests at most.
    pub capacity: u32,
    /// The shortest stay.
    pub min_nights: u32,
    /// The longest stay.
    pub max_nights: u32,
    /// Local time of arrival.
    pub check_in_time: Time,
    /// Local time of departure.
    pub check_out_time: Time,
    /// Whether a booking is confirmed at once.
    pub instant_book: bool,
}

/// A stay that keeps to the terms.
struct Stay {
    price: Price,
    check_in_at: Timestamp,
    check_out_at: Timestamp,
}

impl Terms<'_> {
    /// What a stay costs now.
    ///
    /// # Errors
    /// As [`Offer::of`].
    pub fn price(&self, nights: Nights, guests: u32, now: Timestamp) -> Result<Price, BookingError> {
        Ok(self.stay(nights, guests, now)?.price)
    }

    fn stay(&self, nights: Nights, guests: u32, now: Timestamp) -> Result<Stay, BookingError> {
        if self.status != PlaceStatus::Listed {
            return Err(BookingError::NotBookable);
        }
        let broken = broken_rules(self, nights, guests, now);
        if !broken.is_empty() {
            return Err(BookingError::Unsuitable(broken));
        }
        let instant = |date, time, field| {
            self.time_zone.instant(date, time).map_err(|invalid| BookingError::Unsuitable(vec![invalid.at(field)]))
        };
        let check_in_at = instant(nights.check_in(), self.check_in_time, "check_in")?;
        let check_out_at = instant(nights.check_out(), self.check_out_time, "check_out")?;
        let price = Price::of(self.price, nights).ok_or(BookingError::NotBookable)?;
        Ok(Stay { price, check_in_at, check_out_at })
    }
}

impl<'p> Terms<'p> {
    /// Those of a place that was made.
    fn of(place: &'p Place) -> Option<Self> {
        let details = place.details()?;
        Some(Self {
            status: place.status()?,
            price: details.price,
            time_zone: &details.time_zone,
            capacity: details.capacity,
            min_nights: details.min_nights,
            max_nights: details.max_nights,
            check_in_time: details.check_in_time,
            check_out_time: details.check_out_time,
            instant_book: details.instant_book,
        })
    }
}

/// The first night that a place can still be booked for, by the rules of its own calendar.
///
/// Tonight, until midnight there; but from check-in time on tomorrow night where a host must answer first: a request for
/// tonight would have expired before anybody could.
pub fn first_bookable_night(zone: &Zone, check_in_time: Time, instant_book: bool, now: Timestamp) -> Date {
    let today = zone.date_at(now);
    let is_late = zone.instant(today, check_in_time).is_ok_and(|check_in| now >= check_in);
    if is_late && !instant_book { today.saturating_add(1.day()) } else { today }
}

fn broken_rules(terms: &Terms<'_>, nights: Nights, guests: u32, now: Timestamp) -> Vec<crate::FieldError> {
    let today = terms.time_zone.date_at(now);
    let first = first_bookable_night(terms.time_zone, terms.check_in_time, terms.instant_book, now);
    let last = today.saturating_add(crate::place::CALENDAR_MONTHS.months());
    let rules = [
        (nights.check_in() < first, "check_in", "past", "Can no longer be booked at the place.".to_owned()),
        (nights.check_out() > last, "check_out", "too_far", "Must be within the next 24 months.".to_owned()),
        (
            nights.count() < terms.min_nights,
            "check_out",
            "too_few_nights",
            format!("The place asks for at least {} nights.", terms.min_nights),
        ),
        (
            nights.count() > terms.max_nights,
            "check_out",
            "too_many_nights",
            format!("The place allows at most {} nights.", terms.max_nights),
        ),
        (guests < 1, "guests", "too_few", "Must be at least 1.".to_owned()),
        (
            guests > terms.capacity,
            "guests",
            "above_capacity",
            format!("The place is for at most {} guests.", terms.capacity),
        ),
    ];
    rules
        .into_iter()
        .filter(|(broken, ..)| *broken)
        .map(|(_, field, code, message)| crate::Invalid::new(code, message).at(field))
        .collect()
}
