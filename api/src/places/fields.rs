//! The writable fields of a place: read one way where it is made, another where it is changed, described once.

use commands::place::{ChangePlace, CreatePlace, PlaceDraft};
use domain::place::{Coordinates, LocationPrecision, PlaceChanges, PlaceDetails, PlaceStatus};
use domain::zone::Zone;
use domain::{Invalid, Nights, Patch};
use jiff::civil::{Time, time};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use crate::input::{Fields, Noted, Whole};

/// Codes of amenities that a place has at the most.
const MAX_AMENITIES: usize = 200;
const CHECK_IN: Time = time(15, 0, 0, 0);
const CHECK_OUT: Time = time(11, 0, 0, 0);
const MAX_NIGHTS: u32 = 365;

type StayNights = Whole<1, { Nights::MAX as u64 }>;
type Capacity = Whole<1, 1_000>;

/// What a host writes of a place.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what create and change read")]
pub(crate) struct PlaceFields {
    /// Any script.
    #[schema(required = false, min_length = 3, max_length = 255, example = "Loft under the roofs of Lyon")]
    title: String,
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// Of one night: a decimal as a string or as a number.
    #[schema(required = false, schema_with = decimal)]
    price: String,
    /// ISO 4217; EUR where nothing is said.
    #[schema(required = false, example = "EUR")]
    currency: String,
    /// Degrees north; with `longitude` or not at all.
    #[schema(minimum = -90, maximum = 90, example = 45.7578)]
    latitude: Option<f64>,
    /// Degrees east.
    #[schema(minimum = -180, maximum = 180, example = 4.8320)]
    longitude: Option<f64>,
    /// How exactly others see where it is: `approximate` where nothing is said, or `exact`.
    #[schema(required = false, pattern = "^(approximate|exact)$", example = "approximate")]
    location_precision: String,
    /// For confirmed guests.
    #[schema(max_length = 255, example = "7 rue de la Loge")]
    address: Option<String>,
    #[schema(max_length = 100, example = "Lyon")]
    city: Option<String>,
    #[schema(max_length = 100, example = "France")]
    country: Option<String>,
    /// IANA; that of the coordinates where nothing is said.
    #[schema(required = false, example = "Europe/Paris")]
    time_zone: String,
    /// How many guests; 1 where nothing is said.
    #[schema(required = false, minimum = 1, maximum = 1_000, example = 4)]
    capacity: u32,
    /// The shortest stay; 1 where nothing is said.
    #[schema(required = false, minimum = 1, maximum = 730, example = 2)]
    min_nights: u32,
    /// The longest stay; 365 where nothing is said.
    #[schema(required = false, minimum = 1, maximum = 730, example = 30)]
    max_nights: u32,
    /// 15:00 where nothing is said.
    #[schema(required = false, example = "15:00")]
    check_in_time: String,
    /// 11:00 where nothing is said.
    #[schema(required = false, example = "11:00")]
    check_out_time: String,
    #[schema(max_length = 10_000)]
    house_rules: Option<String>,
    /// Whether a booking is confirmed at once; not so where nothing is said.
    #[schema(required = false, example = false)]
    instant_book: bool,
    /// Codes.
    #[schema(required = false, max_items = 200, example = json!(["wifi", "washing_machine"]))]
    amenities: Vec<String>,
}

/// Digits in quotes or without.
pub(crate) fn decimal() -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Number]))
        .examples([serde_json::json!("120.00")])
        .build()
}

/// Reads a new place.
pub(crate) fn read_new(fields: &mut Fields<'_>) -> Result<CreatePlace, Noted> {
    let status = fields.optional::<PlaceStatus>("status");
    let place = read_draft(fields);
    let draft = match status? {
        None | Some(PlaceStatus::Listed) => false,
        Some(PlaceStatus::Draft) => true,
        Some(PlaceStatus::Unlisted | PlaceStatus::Archived) => {
            return Err(fields.note("status", Invalid::new("unknown_status", "Must be draft or listed.")));
        }
    };
    Ok(CreatePlace { draft, place: place? })
}

/// Reads the details of a new place.
pub(crate) fn read_draft(fields: &mut Fields<'_>) -> Result<PlaceDraft, Noted> {
    let (title, description, house_rules) =
        (fields.required("title"), fields.optional("description"), fields.optional("house_rules"));
    let price = fields.price();
    let (coordinates, location_precision) =
        (fields.coordinates(), fields.optional::<LocationPrecision>("location_precision"));
    let (address, city, country) = (fields.optional("address"), fields.optional("city"), fields.optional("country"));
    let time_zone = fields.optional::<Zone>("time_zone");
    let capacity = fields.optional::<Capacity>("capacity");
    let (min_nights, max_nights) =
        (fields.optional::<StayNights>("min_nights"), fields.optional::<StayNights>("max_nights"));
    let (check_in_time, check_out_time) = (fields.optional("check_in_time"), fields.optional("check_out_time"));
    let instant_book = fields.optional("instant_book");
    let amenities = fields.list("amenities", MAX_AMENITIES);
    let time_zone = time_zone?;
    Ok(PlaceDraft {
        zone_given: time_zone.is_some(),
        details: PlaceDetails {
            title: Some(title?),
            description: description?,
            price: price?,
            coordinates: set(coordinates?),
            location_precision: location_precision?.unwrap_or_default(),
            address: address?,
            city: city?,
            country: country?,
            time_zone: time_zone.unwrap_or(Zone::UTC),
            capacity: capacity?.map_or(1, Whole::count),
            min_nights: min_nights?.map_or(1, Whole::count),
            max_nights: max_nights?.map_or(MAX_NIGHTS, Whole::count),
            check_in_time: check_in_time?.unwrap_or(CHECK_IN),
            check_out_time: check_out_time?.unwrap_or(CHECK_OUT),
            house_rules: house_rules?,
            instant_book: instant_book?.unwrap_or(false),
            amenities: distinct(amenities?.unwrap_or_default()),
        },
    })
}

/// Reads changes of a place; the price is apart, since it depends on the currency that stays.
pub(crate) fn read_changes(fields: &mut Fields<'_>) -> Result<ChangePlace, Noted> {
    let (title, description, house_rules) =
        (fields.changed("title"), fields.patch("description"), fields.patch("house_rules"));
    let price = fields.price_change();
    let (coordinates, location_precision) = (fields.coordinates(), fields.changed("location_precision"));
    let (address, city, country) = (fields.patch("address"), fields.patch("city"), fields.patch("country"));
    let time_zone = fields.changed("time_zone");
    let capacity = fields.changed::<Capacity>("capacity");
    let (min_nights, max_nights) =
        (fields.changed::<StayNights>("min_nights"), fields.changed::<StayNights>("max_nights"));
    let (check_in_time, check_out_time) = (fields.changed("check_in_time"), fields.changed("check_out_time"));
    let instant_book = fields.changed("instant_book");
    let amenities = fields.changed_list("amenities", MAX_AMENITIES);
    let details = PlaceChanges {
        title: title?.into(),
        description: description?,
        price: None,
        coordinates: coordinates?,
        location_precision: location_precision?,
        address: address?,
        city: city?,
        country: country?,
        time_zone: time_zone?,
        capacity: capacity?.map(Whole::count),
        min_nights: min_nights?.map(Whole::count),
        max_nights: max_nights?.map(Whole::count),
        check_in_time: check_in_time?,
        check_out_time: check_out_time?,
        house_rules: house_rules?,
        instant_book: instant_book?,
        amenities: amenities?.map(distinct),
    };
    Ok(ChangePlace { details, price: price? })
}

fn set(coordinates: Patch<Coordinates>) -> Option<Coordinates> {
    match coordinates {
        Patch::Set(coordinates) => Some(coordinates),
        Patch::Keep | Patch::Clear => None,
    }
}

/// The first of each, in order.
fn distinct<T: Ord + Clone>(values: Vec<T>) -> Vec<T> {
    let mut seen = std::collections::BTreeSet::new();
    values.into_iter().filter(|value| seen.insert(value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use commands::place::PriceChange;
    use domain::FieldError;
    use serde_json::{Value, json};
    use utoipa::PartialSchema;

    use super::*;
    use crate::input::Json;

    fn read<T>(body: &Value, read: impl FnOnce(&mut Fields<'_>) -> Result<T, Noted>) -> Result<T, Vec<FieldError>> {
        let text = body.to_string();
        Fields::of(Json::parse(text.as_bytes()).unwrap()).unwrap().finish(read)
    }

    fn problems<T>(outcome: Result<T, Vec<FieldError>>) -> Vec<(String, &'static str)> {
        outcome.err().unwrap().into_iter().map(|problem| (problem.field, problem.code)).collect()
    }

    #[test]
    fn what_a_host_does_not_say_has_a_default() {
        let place = read(&json!({"title": "Loft", "price": 120}), read_new).unwrap();
        let details = place.place.details;
        assert!(!place.draft && !place.place.zone_given);
        assert_eq!(details.price.amount(), "120.00");
        assert_eq!((details.capacity, details.min_nights, details.max_nights), (1, 1, 365));
        assert_eq!((details.check_in_time, details.check_out_time), (CHECK_IN, CHECK_OUT));
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let body = json!({"title": "x", "currency": "EUR", "latitude": 91, "capacity": "4", "wings": 2,
                          "amenities": ["wifi", "No Good"]});
        let told = problems(read(&body, read_new));
        for expected in [
            ("title", "too_short"),
            ("price", "required"),
            ("latitude", "out_of_range"),
            ("capacity", "wrong_type"),
            ("amenities[1]", "invalid_code"),
            ("wings", "unknown_field"),
        ] {
            assert!(told.contains(&(expected.0.to_owned(), expected.1)), "{expected:?} in {told:?}");
        }
    }

    #[test]
    fn a_change_keeps_what_is_absent_and_clears_what_is_null() {
        let change = read(&json!({"description": null, "capacity": 3, "price": "9.5"}), read_changes).unwrap();
        let changes = change.details;
        assert_eq!(changes.description, Patch::Clear);
        assert_eq!(changes.city, Patch::Keep);
        assert_eq!(changes.capacity, Some(3));
        assert_eq!(change.price, Some(PriceChange { amount: "9.5".to_owned(), currency: None }));
        let told = problems(read(&json!({"title": null, "price": null, "amenities": null}), read_changes));
        assert_eq!(told, ["title", "price", "amenities"].map(|field| (field.to_owned(), "not_nullable")));
    }

    #[test]
    fn a_currency_alone_changes_no_price() {
        let told = problems(read(&json!({"currency": "JPY"}), read_changes));
        assert_eq!(told, [("price".to_owned(), "required")]);
    }

    #[test]
    fn the_document_describes_exactly_the_fields_that_are_read() {
        let schema = serde_json::to_value(PlaceFields::schema()).unwrap();
        let described: Vec<_> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        let all = |value: Value| Value::Object(described.iter().map(|name| (name.clone(), value.clone())).collect());
        let told = problems(read(&all(json!({})), read_changes));
        assert_eq!(told.len(), described.len(), "each field is read, and refuses an object: {told:?}");
        assert!(told.iter().all(|(_, code)| *code != "unknown_field"), "{told:?}");
    }
}
