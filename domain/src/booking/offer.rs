use jiff::civil::{Date, Time};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BookingError, Price};
use crate::nights::Nights;
use crate::place::{Place, PlaceDetails, PlaceStatus};
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
        let (Some(host_id), Some(details), Some(PlaceStatus::Listed)) =
            (place.owner_id(), place.details(), place.status())
        else {
            return Err(BookingError::NotBookable);
        };
        let zone = &details.time_zone;
        let broken = broken_rules(details, nights, guests, now);
        if !broken.is_empty() {
            return Err(BookingError::Unsuitable(broken));
        }
        let instant = |date, time, field| {
            zone.instant(date, time).map_err(|invalid| BookingError::Unsuitable(vec![invalid.at(field)]))
        };
        let check_in_at = instant(nights.check_in(), details.check_in_time, "check_in")?;
        let check_out_at = instant(nights.check_out(), details.check_out_time, "check_out")?;
        let price = Price::of(details.price, nights).ok_or(BookingError::NotBookable)?;
        let unanswered = now.saturating_add(REQUEST_HOURS.hours()).unwrap_or(check_in_at);
        Ok(Self {
            place_id,
            host_id,
            nights,
            guests,
            price,
            time_zone: zone.clone(),
            check_in_at,
            check_out_at,
            expires_at: unanswered.min(check_in_at),
            instant: details.instant_book,
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

fn broken_rules(details: &PlaceDetails, nights: Nights, guests: u32, now: Timestamp) -> Vec<crate::FieldError> {
    let today = details.time_zone.date_at(now);
    let first = first_bookable_night(&details.time_zone, details.check_in_time, details.instant_book, now);
    let last = today.saturating_add(crate::place::CALENDAR_MONTHS.months());
    let rules = [
        (nights.check_in() < first, "check_in", "past", "Can no longer be booked at the place.".to_owned()),
        (nights.check_out() > last, "check_out", "too_far", "Must be within the next 24 months.".to_owned()),
        (
            nights.count() < details.min_nights,
            "check_out",
            "too_few_nights",
            format!("The place asks for at least {} nights.", details.min_nights),
        ),
        (
            nights.count() > details.max_nights,
            "check_out",
            "too_many_nights",
            format!("The place allows at most {} nights.", details.max_nights),
        ),
        (guests < 1, "guests", "too_few", "Must be at least 1.".to_owned()),
        (
            guests > details.capacity,
            "guests",
            "above_capacity",
            format!("The place is for at most {} guests.", details.capacity),
        ),
    ];
    rules
        .into_iter()
        .filter(|(broken, ..)| *broken)
        .map(|(_, field, code, message)| crate::Invalid::new(code, message).at(field))
        .collect()
}
