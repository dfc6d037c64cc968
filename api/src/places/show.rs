use std::collections::BTreeMap;

use axum::extract::State;
use commands::Actor;
use domain::place::AmenityCode;
use jiff::Timestamp;
use jiff::civil::Time;
use projections::place::PlaceRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::visible::{Sight, visible};
use crate::answer::{Answer, Resource};
use crate::caller::Anyone;
use crate::failure::ApiError;
use crate::input::At;
use crate::openapi::{MoneyBody, Success};
use crate::request::Read;
use crate::state::ApiState;

/// A place as somebody sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Place)]
pub(crate) struct PlaceBody {
    id: Uuid,
    owner_id: Uuid,
    #[schema(example = "Loft under the roofs of Lyon")]
    title: Option<String>,
    description: Option<String>,
    /// Of one night.
    price: MoneyBody,
    /// Degrees north: exact for the host, admins and confirmed guests; for others as `location_precision` says.
    #[schema(example = 45.76)]
    latitude: Option<f64>,
    /// Degrees east, likewise.
    #[schema(example = 4.83)]
    longitude: Option<f64>,
    /// `approximate` (others see the location to 0.01°) or `exact`.
    #[schema(example = "approximate")]
    location_precision: &'static str,
    /// Absent but for the host, admins and confirmed guests.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "7 rue de la Loge")]
    address: Option<Option<String>>,
    #[schema(example = "Lyon")]
    city: Option<String>,
    #[schema(example = "France")]
    country: Option<String>,
    #[schema(example = "Europe/Paris")]
    time_zone: String,
    #[schema(example = 4)]
    capacity: u32,
    #[schema(example = 1)]
    min_nights: u32,
    #[schema(example = 365)]
    max_nights: u32,
    #[schema(example = "15:00")]
    check_in_time: String,
    #[schema(example = "11:00")]
    check_out_time: String,
    house_rules: Option<String>,
    /// Whether a booking is confirmed at once.
    instant_book: bool,
    /// `draft`, `listed`, `unlisted` or `archived`.
    #[schema(example = "listed")]
    status: &'static str,
    amenities: Vec<AmenityBody>,
    rating: RatingBody,
    version: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// An amenity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Amenity)]
pub(crate) struct AmenityBody {
    #[schema(example = "washing_machine")]
    code: String,
    #[schema(example = "Washing machine")]
    name: String,
}

/// What reviews say on average.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rating)]
pub(crate) struct RatingBody {
    /// From 1 to 5; null without reviews.
    average: Option<f64>,
    /// How many there are.
    count: u64,
    /// Averages by category.
    categories: BTreeMap<String, f64>,
}

impl RatingBody {
    /// No review has been written.
    pub(crate) fn none_yet() -> Self {
        Self { average: None, count: 0, categories: BTreeMap::new() }
    }
}

impl PlaceBody {
    /// As its host sees it.
    pub(crate) fn in_full(row: PlaceRow) -> Self {
        Self::seen_with(row, Sight::Host)
    }

    /// As somebody sees it.
    pub(crate) fn seen_with(row: PlaceRow, sight: Sight) -> Self {
        let exactly = sight >= Sight::ConfirmedGuest;
        let coordinates = if exactly { row.coordinates } else { row.shown_coordinates };
        Self {
            id: row.place_id,
            owner_id: row.owner_id,
            title: row.title,
            description: row.description,
            price: row.price.into(),
            latitude: coordinates.map(|at| at.latitude()),
            longitude: coordinates.map(|at| at.longitude()),
            location_precision: row.location_precision.name(),
            address: exactly.then_some(row.address),
            city: row.city,
            country: row.country,
            time_zone: row.time_zone.name().to_owned(),
            capacity: row.capacity,
            min_nights: row.min_nights,
            max_nights: row.max_nights,
            check_in_time: hours_and_minutes(row.check_in_time),
            check_out_time: hours_and_minutes(row.check_out_time),
            house_rules: row.house_rules,
            instant_book: row.instant_book,
            status: row.status.name(),
            amenities: row.amenities.iter().map(AmenityBody::from).collect(),
            rating: RatingBody::none_yet(),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn hours_and_minutes(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

impl From<&AmenityCode> for AmenityBody {
    fn from(code: &AmenityCode) -> Self {
        let code = code.as_str().to_owned();
        let words = code.replace('_', " ");
        let mut letters = words.chars();
        let name = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        Self { code, name }
    }
}

/// A place as the actor sees it.
pub(super) async fn place(api: &ApiState, actor: &Actor, place_id: Uuid) -> Result<Resource<PlaceBody>, ApiError> {
    let (row, sight) = visible(api, actor, place_id).await?;
    Ok(Resource { version: row.version, data: PlaceBody::seen_with(row, sight) })
}

/// A place
#[utoipa::path(
    get, path = "/places/{id}", tag = "places", security((), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place.")),
    responses((status = 200, description = "The place as the caller may see it.", body = Success<PlaceBody>))
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    read: Read<Anyone>,
) -> Result<Answer, ApiError> {
    place(&api, &read.actor, place_id).await?.answer(read.if_none_match.as_ref(), "This is the place.")
}
