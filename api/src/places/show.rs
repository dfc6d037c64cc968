use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::extract::State;
use commands::Actor;
use commands::place::{Shown, note_view};
use domain::amenity::Language;
use domain::place::AmenityCode;
use jiff::Timestamp;
use jiff::civil::Time;
use projections::place::{Described, PlaceRow, describe, described};
use projections::review::{Rated, Rating};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::visible::{Sight, seen};
use crate::amenities::AmenityBody;
use crate::answer::{Answer, Resource};
use crate::caller::Anyone;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::openapi::{MoneyBody, Success};
use crate::request::{LanguageHeader, Preferred, Read};
use crate::reviews::RatingBody;
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

/// What a place's answer tells beside the place itself, for several at once.
pub(crate) struct Beside {
    names: BTreeMap<AmenityCode, String>,
    ratings: HashMap<Uuid, Rating>,
}

impl Beside {
    /// Looks up the names of the amenities in a language, and what guests said.
    pub(crate) async fn of<'p>(
        api: &ApiState,
        places: impl IntoIterator<Item = &'p PlaceRow>,
        language: Language,
    ) -> Result<Self, ApiError> {
        let places: Vec<&PlaceRow> = places.into_iter().collect();
        let codes = places.iter().flat_map(|place| &place.amenities);
        let names = projections::amenity::named(&api.views, codes, language).await?;
        let ids: Vec<Uuid> = places.iter().map(|place| place.place_id).collect();
        let ratings = projections::review::ratings(&api.views, Rated::Place, &ids).await?;
        Ok(Self { names, ratings })
    }

    /// The same of one place, whose description has it all.
    fn of_one(place: &Described, language: Language) -> Self {
        let names = projections::amenity::names(&place.row.amenities, &place.added_amenities, language);
        Self { names, ratings: HashMap::from([(place.row.place_id, place.rating.clone())]) }
    }

    fn amenity(&self, code: &AmenityCode) -> AmenityBody {
        let code_alone = || code.as_str().to_owned();
        AmenityBody { code: code_alone(), name: self.names.get(code).cloned().unwrap_or_else(code_alone) }
    }

    fn rating(&self, place_id: Uuid) -> RatingBody {
        self.ratings.get(&place_id).map_or_else(|| (&Rating::default()).into(), RatingBody::from)
    }
}

impl PlaceBody {
    /// As its host sees it.
    pub(crate) fn in_full(row: PlaceRow, beside: &Beside) -> Self {
        Self::seen_with(row, Sight::Host, beside)
    }

    /// As somebody sees it.
    pub(crate) fn seen_with(row: PlaceRow, sight: Sight, beside: &Beside) -> Self {
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
            amenities: row.amenities.iter().map(|code| beside.amenity(code)).collect(),
            rating: beside.rating(row.place_id),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn hours_and_minutes(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// A place as the actor sees it who has just changed it.
pub(crate) async fn place(
    api: &ApiState,
    actor: &Actor,
    language: Language,
    place_id: Uuid,
) -> Result<Resource<PlaceBody>, ApiError> {
    as_seen(api, actor, language, describe(&api.views, place_id).await?).await
}

async fn as_seen(
    api: &ApiState,
    actor: &Actor,
    language: Language,
    place: Option<Arc<Described>>,
) -> Result<Resource<PlaceBody>, ApiError> {
    let place = place.ok_or(Failure::NotFound)?;
    let (row, sight) = seen(api, actor, place.row.clone()).await?;
    let beside = Beside::of_one(&place, language);
    Ok(Resource { version: row.version, data: PlaceBody::seen_with(row, sight, &beside) })
}

/// A place
///
/// Reading it says that the caller, if signed in, looked at it: see `POST /places/{id}/views`.
#[utoipa::path(
    get, path = "/places/{id}", tag = "places", security((), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), LanguageHeader),
    responses(
        (status = 200, description = "The place as the caller may see it.", body = Success<PlaceBody>),
        (status = 304, description = "The client has it already, by its `If-None-Match`."),
    )
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    Preferred(language): Preferred,
    read: Read<Anyone>,
) -> Result<Answer, ApiError> {
    let place = described(&api.views, place_id).await?;
    let shown = as_seen(&api, &read.actor, language, place).await?;
    note_view(&api.commands, &read.actor, Shown { place_id, host_id: shown.data.owner_id });
    shown.answer(read.if_none_match.as_ref(), "This is the place.")
}
