//! What a guest asks for, as every list of places reads it.

use domain::place::{AmenityCode, CALENDAR_MONTHS, Coordinates};
use domain::text::Region;
use domain::zone::Zone;
use domain::{Currency, Invalid, Nights};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use projections::search::{Area, PlaceFilter, PriceRange};
use utoipa::IntoParams;

use crate::failure::{ApiError, Failure};
use crate::input::{Amount, Noted, Params, Value, Whole};

/// Kilometres around a point where nothing is said.
const DEFAULT_RADIUS_KM: f64 = 10.0;
/// Kilometres around a point at the most.
const MAX_RADIUS_KM: f64 = 500.0;

/// Which places are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes what read_filter reads")]
pub(crate) struct FilterParams {
    /// Of one night, at least.
    #[param(example = "50.00")]
    price_min: Option<String>,
    /// Of one night, at most.
    #[param(example = "150.00")]
    price_max: Option<String>,
    /// Of the prices, EUR where nothing is said; alone, only places priced in it.
    #[param(example = "EUR")]
    currency: Option<String>,
    /// `lat,lon`, or a city (accents, case and hyphens do not matter).
    #[param(example = "Lyon")]
    location: Option<String>,
    /// Kilometres around `lat,lon`.
    #[param(minimum = 0, maximum = 500, default = 10)]
    radius: Option<f64>,
    /// Codes, all of which must be there: repeated, with `[]`, or with commas.
    #[param(example = json!(["wifi"]))]
    amenities: Option<Vec<String>>,
    /// With `check_out`: every night must be free.
    check_in: Option<Date>,
    /// With `check_in`.
    check_out: Option<Date>,
    /// How many people must find room.
    #[param(minimum = 1)]
    guests: Option<u32>,
}

/// Reads the filters that every list of places has.
///
/// # Errors
/// Noted at each.
pub(crate) fn read_filter(params: &mut Params) -> Result<PlaceFilter, Noted> {
    let (price, area, stay) = (read_price(params), read_area(params), read_stay(params));
    let amenities = params.list::<AmenityCode>("amenities");
    let guests = params.optional::<Whole<1, 10_000>>("guests");
    let guests = guests?.map(Whole::count);
    let (price, area, stay, amenities) = (price?, area?, stay?, amenities?);
    Ok(PlaceFilter { price, area, amenities, stay, guests, ..PlaceFilter::default() })
}

/// Notes a wish to be listed by distance from nowhere.
pub(crate) fn needs_centre(params: &mut Params, filter: &PlaceFilter) -> Result<(), Noted> {
    match filter.centre() {
        Some(_) => Ok(()),
        None => Err(params.note("sort", Invalid::new("without_point", "distance goes with a location lat,lon."))),
    }
}

fn read_price(params: &mut Params) -> Result<Option<PriceRange>, Noted> {
    let currency = params.optional::<Currency>("currency");
    let (min, max) = (params.optional::<Amount>("price_min"), params.optional::<Amount>("price_max"));
    let (currency, min, max) = (currency?, min?, max?);
    if currency.is_none() && min.is_none() && max.is_none() {
        return Ok(None);
    }
    let currency = currency.unwrap_or(Currency::EUR);
    let mut minor = |name: &str, amount: Option<Amount>| {
        let bound = amount.map(|amount| amount.bound(currency)).transpose();
        bound.map_err(|problem| params.note(name, problem))
    };
    let (min_minor, max_minor) = (minor("price_min", min), minor("price_max", max));
    let range = PriceRange { currency, min_minor: min_minor?, max_minor: max_minor? };
    match (range.min_minor, range.max_minor) {
        (Some(min), Some(max)) if min > max => {
            Err(params.note("price_max", Invalid::new("below_price_min", "Must not be below price_min.")))
        }
        _ => Ok(Some(range)),
    }
}

fn read_area(params: &mut Params) -> Result<Option<Area>, Noted> {
    let location = params.optional::<Location>("location");
    let radius = params.optional::<f64>("radius");
    let (location, radius) = (location?, radius?);
    if radius.is_some_and(|radius| !(0.0..=MAX_RADIUS_KM).contains(&radius)) {
        let message = format!("Must be between 0 and {MAX_RADIUS_KM} kilometres.");
        return Err(params.note("radius", Invalid::new("out_of_range", message)));
    }
    match (location, radius) {
        (Some(Location::Point(centre)), radius) => {
            Ok(Some(Area::Around { centre, radius_km: radius.unwrap_or(DEFAULT_RADIUS_KM) }))
        }
        (Some(Location::City(city)), None) => Ok(Some(Area::City(city.into()))),
        (None, None) => Ok(None),
        (Some(Location::City(_)) | None, Some(_)) => {
            Err(params.note("radius", Invalid::new("without_point", "Goes with a location of the form lat,lon.")))
        }
    }
}

/// Where to look.
enum Location {
    Point(Coordinates),
    City(Region),
}

impl Value for Location {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        // Two numbers of any kind are meant as a point, and refused where they are none.
        let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
        match text.split_once(',').filter(|(lat, lon)| is_number(lat) && is_number(lon)) {
            Some((lat, lon)) => Coordinates::new(f64::from_text(lat)?, f64::from_text(lon)?).map(Self::Point),
            None => Region::from_text(text).map(Self::City),
        }
    }
}

fn read_stay(params: &mut Params) -> Result<Option<Nights>, Noted> {
    let (check_in, check_out) = (params.optional::<Date>("check_in"), params.optional::<Date>("check_out"));
    let together = || Invalid::new("incomplete", "check_in and check_out go together.");
    match (check_in?, check_out?) {
        (None, None) => Ok(None),
        (Some(check_in), Some(check_out)) => {
            Nights::new(check_in, check_out).map(Some).map_err(|problem| params.note("check_out", problem))
        }
        (Some(_), None) => Err(params.note("check_out", together())),
        (None, Some(_)) => Err(params.note("check_in", together())),
    }
}

/// Refuses dates that no place can be booked for, whatever its zone: today is yesterday's or tomorrow's date somewhere.
pub(crate) fn bookable(stay: Nights, now: Timestamp) -> Result<(), ApiError> {
    let today = Zone::UTC.date_at(now);
    let last = today.saturating_add(1.day()).saturating_add(CALENDAR_MONTHS.months());
    let problem = if stay.check_in() < today.saturating_sub(1.day()) {
        Invalid::new("past", "Must not be before today.").at("check_in")
    } else if stay.check_out() > last {
        Invalid::new("too_far", format!("Must be within the next {CALENDAR_MONTHS} months.")).at("check_out")
    } else {
        return Ok(());
    };
    Err(ApiError::with_errors(Failure::InvalidParameter, vec![problem]))
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;

    #[test]
    fn dates_that_nobody_can_book_are_refused() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let problem = |check_in: Date, check_out: Date| {
            let refused = bookable(Nights::new(check_in, check_out).unwrap(), now).err()?;
            assert_eq!(refused.failure, Failure::InvalidParameter);
            Some((refused.errors[0].field.clone(), refused.errors[0].code))
        };
        let (past, too_far) = (Some(("check_in".to_owned(), "past")), Some(("check_out".to_owned(), "too_far")));
        // Yesterday's date is still today's far west of Greenwich, and tomorrow's is today's far east of it.
        assert_eq!(problem(date(2026, 5, 30), date(2026, 6, 2)), past);
        assert_eq!(problem(date(2026, 5, 31), date(2026, 6, 2)), None);
        assert_eq!(problem(date(2028, 5, 30), date(2028, 6, 2)), None);
        assert_eq!(problem(date(2028, 5, 30), date(2028, 6, 3)), too_far);
    }
}
