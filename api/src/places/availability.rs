use std::collections::BTreeMap;

use axum::extract::State;
use domain::booking::first_bookable_night;
use domain::place::{CALENDAR_MONTHS, PlaceStatus};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use projections::availability::NightRow;
use projections::place::PlaceRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::dates::DateRange;
use super::visible::{Sight, visible};
use crate::answer::Answer;
use crate::caller::Anyone;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// Which nights of a place are free.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Availability)]
pub(crate) struct AvailabilityBody {
    place_id: Uuid,
    from: Date,
    /// The first date that is not looked at.
    to: Date,
    /// Whether every night is.
    available: bool,
    nights: Vec<NightBody>,
}

/// One night.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Night)]
pub(crate) struct NightBody {
    /// The date on which it begins, in the place's own zone.
    date: Date,
    available: bool,
    /// Null where it is free; else `past`, `too_far`, `not_listed`, `taken`. The host sees `booked`, `pending` or
    /// `blocked` instead of `taken`.
    #[schema(value_type = Option<String>, example = "taken")]
    reason: Option<&'static str>,
    /// The booking or the block that has it; null where nothing has. Absent but for the host and admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Uuid>)]
    holder_id: Option<Option<Uuid>>,
}

/// Which nights of a place are free
#[utoipa::path(
    get, path = "/places/{id}/availability", tag = "places", security((), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), DateRange),
    responses((status = 200, description = "Night by night.", body = Success<AvailabilityBody>))
)]
pub(crate) async fn availability(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    read: Read<Anyone, DateRange>,
) -> Result<Answer, ApiError> {
    let (place, sight) = visible(&api, &read.actor, place_id).await?;
    let range = read.query;
    let taken = projections::availability::nights(&api.views, place_id, range.from, range.to).await?;
    let taken = taken.into_iter().map(|night| (night.night, night)).collect();
    let calendar = Calendar::of(&place, sight, taken, api.commands.now());
    let nights: Vec<_> = range.dates().map(|date| calendar.night(date)).collect();
    let available = nights.iter().all(|night| night.available);
    let body = AvailabilityBody { place_id, from: range.from, to: range.to, available, nights };
    Answer::ok(&body, "These nights are free or not.")
}

/// What decides whether a night of a place is free.
struct Calendar {
    listed: bool,
    /// The first night that can still be booked.
    first: Date,
    /// The end of the calendar: the last date of departure.
    end: Date,
    sight: Sight,
    taken: BTreeMap<Date, NightRow>,
}

impl Calendar {
    fn of(place: &PlaceRow, sight: Sight, taken: BTreeMap<Date, NightRow>, now: Timestamp) -> Self {
        let today = place.time_zone.date_at(now);
        Self {
            listed: place.status == PlaceStatus::Listed,
            first: first_bookable_night(&place.time_zone, place.check_in_time, place.instant_book, now),
            end: today.saturating_add(CALENDAR_MONTHS.months()),
            sight,
            taken,
        }
    }

    fn night(&self, date: Date) -> NightBody {
        let row = self.taken.get(&date);
        let holder_id = (self.sight == Sight::Host).then(|| row.map(|night| night.holder));
        let reason = match row {
            Some(night) if self.sight == Sight::Host => Some(night.kind.name()),
            _ if date < self.first => Some("past"),
            _ if date >= self.end => Some("too_far"),
            _ if !self.listed => Some("not_listed"),
            Some(_) => Some("taken"),
            None => None,
        };
        NightBody { date, available: reason.is_none(), reason, holder_id }
    }
}

#[cfg(test)]
mod tests {
    use domain::place::LocationPrecision;
    use domain::zone::Zone;
    use domain::{Currency, Money};
    use jiff::civil::{date, time};
    use projections::availability::NightKind;

    use super::*;

    fn calendar(sight: Sight) -> Calendar {
        let holder = Uuid::from_u128(7);
        let row = |day| NightRow { night: date(2027, 1, day), kind: NightKind::Pending, holder };
        let taken = [1, 12].map(|day| (date(2027, 1, day), row(day))).into();
        Calendar { listed: true, first: date(2027, 1, 10), end: date(2029, 1, 10), sight, taken }
    }

    fn place() -> PlaceRow {
        let at = Timestamp::UNIX_EPOCH;
        PlaceRow {
            place_id: Uuid::from_u128(1),
            owner_id: Uuid::from_u128(2),
            status: PlaceStatus::Listed,
            hidden: false,
            title: None,
            description: None,
            price: Money::price("120", Currency::EUR).unwrap(),
            coordinates: None,
            shown_coordinates: None,
            location_precision: LocationPrecision::default(),
            address: None,
            city: None,
            country: None,
            time_zone: Zone::UTC,
            capacity: 1,
            min_nights: 1,
            max_nights: 365,
            check_in_time: time(15, 0, 0, 0),
            check_out_time: time(11, 0, 0, 0),
            house_rules: None,
            instant_book: false,
            amenities: Vec::new(),
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn a_stranger_sees_that_a_night_is_taken_but_not_by_what() {
        let night = calendar(Sight::Stranger).night(date(2027, 1, 12));
        assert_eq!((night.available, night.reason, night.holder_id), (false, Some("taken"), None));
        assert_eq!(calendar(Sight::Stranger).night(date(2027, 1, 1)).reason, Some("past"));
    }

    #[test]
    fn the_host_sees_what_has_a_night() {
        let night = calendar(Sight::Host).night(date(2027, 1, 12));
        assert_eq!((night.reason, night.holder_id), (Some("pending"), Some(Some(Uuid::from_u128(7)))));
        let free = calendar(Sight::Host).night(date(2027, 1, 13));
        assert_eq!((free.available, free.holder_id), (true, Some(None)));
    }

    #[test]
    fn tonight_is_free_exactly_as_long_as_it_is_offered() {
        let tonight = |instant_book, now: &str| {
            let place = PlaceRow { instant_book, ..place() };
            let calendar = Calendar::of(&place, Sight::Stranger, BTreeMap::new(), now.parse().unwrap());
            calendar.night(date(2027, 1, 10)).reason
        };
        assert_eq!(
            (tonight(false, "2027-01-10T14:59:59Z"), tonight(false, "2027-01-10T15:00:00Z")),
            (None, Some("past"))
        );
        assert_eq!(
            (tonight(true, "2027-01-10T23:59:59Z"), tonight(true, "2027-01-11T00:00:00Z")),
            (None, Some("past"))
        );
    }

    #[test]
    fn nights_outside_the_calendar_are_not_free() {
        assert_eq!(calendar(Sight::Stranger).night(date(2027, 1, 9)).reason, Some("past"));
        assert_eq!(calendar(Sight::Stranger).night(date(2029, 1, 10)).reason, Some("too_far"));
        assert_eq!(calendar(Sight::Stranger).night(date(2029, 1, 9)).reason, None);
    }
}
