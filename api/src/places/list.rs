use axum::extract::State;
use domain::Invalid;
use projections::search::{PlaceFilter, PlaceSort};
use utoipa::IntoParams;

use super::show::{Beside, PlaceBody};
use super::visible::Sight;
use crate::answer::{Answer, List, Paging, PagingParams};
use crate::caller::Anyone;
use crate::failure::ApiError;
use crate::input::{Noted, Params, Query, Value};
use crate::openapi::Success;
use crate::request::{LanguageHeader, Preferred, Read};
use crate::search::{FilterParams, bookable, needs_centre, read_filter};
use crate::state::ApiState;

/// In which order places are listed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes what Listing reads")]
pub(crate) struct SortParams {
    /// `newest`, `price_asc`, `price_desc`, or `distance` (nearest first, with `lat,lon`).
    #[param(default = "newest")]
    sort: Option<String>,
}

/// What the query asks for.
pub(crate) struct Listing {
    filter: PlaceFilter,
    sort: PlaceSort,
    paging: Paging,
}

impl Query for Listing {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        let (filter, sort, paging) = (read_filter(params), params.optional::<Sort>("sort"), params.paging());
        let (filter, sort) = (filter?, sort?.map_or_else(PlaceSort::default, |Sort(sort)| sort));
        if sort == PlaceSort::Nearest {
            needs_centre(params, &filter)?;
        }
        Ok(Self { filter, sort, paging: paging? })
    }
}

struct Sort(PlaceSort);

impl Value for Sort {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        match text {
            "newest" => Ok(Self(PlaceSort::Newest)),
            "price_asc" => Ok(Self(PlaceSort::Cheapest)),
            "price_desc" => Ok(Self(PlaceSort::Dearest)),
            "distance" => Ok(Self(PlaceSort::Nearest)),
            _ => Err(Invalid::new("unknown_sort", "Must be newest, price_asc, price_desc or distance.")),
        }
    }
}

/// List places
///
/// Listed ones that match every parameter, newest first unless `sort` says otherwise. To find places by words, with
/// counts of what they have, see `GET /search/places`.
#[utoipa::path(
    get, path = "/places", tag = "places", security((), ("bearer" = [])),
    params(FilterParams, SortParams, PagingParams, LanguageHeader),
    responses((status = 200, description = "Part of the list.", body = Success<List<PlaceBody>>))
)]
pub(crate) async fn list(
    State(api): State<ApiState>,
    Preferred(language): Preferred,
    read: Read<Anyone, Listing>,
) -> Result<Answer, ApiError> {
    let Listing { filter, sort, paging } = read.query;
    filter.stay.map_or(Ok(()), |stay| bookable(stay, api.commands.now()))?;
    let places = projections::search::list(&api.views, &filter, sort, paging.slice).await?;
    let beside = Beside::of(&api, &places.items, language).await?;
    let places = places.map(|row| PlaceBody::seen_with(row, Sight::Stranger, &beside));
    List::of(places, &paging).answer("These places match.")
}
