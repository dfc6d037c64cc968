use axum::extract::State;
use projections::search::{SuggestedPlace, Suggestions, TypedText};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::places::X_SEARCH_ENGINE;
use crate::answer::Answer;
use crate::caller::Anyone;
use crate::failure::ApiError;
use crate::input::{Noted, Params, Query};
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// Places, and cities, at the most.
const MOST: u32 = 5;

/// What has been typed so far.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes what Typed reads")]
pub(crate) struct TypedParams {
    /// What has been typed so far.
    #[param(max_length = 200, example = "har")]
    q: String,
}

pub(crate) struct Typed(TypedText);

impl Query for Typed {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        params.required("q").map(Self)
    }
}

/// What may be meant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suggestions)]
pub(crate) struct SuggestionsBody {
    /// Places by their titles, five at the most.
    places: Vec<SuggestedPlaceBody>,
    /// Cities with a listed place, five at the most.
    #[schema(example = json!(["Lyon"]))]
    cities: Vec<String>,
}

/// A place that may be meant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuggestedPlace)]
struct SuggestedPlaceBody {
    id: Uuid,
    #[schema(example = "Loft under the roofs of Lyon")]
    title: Option<String>,
    #[schema(example = "Lyon")]
    city: Option<String>,
}

impl From<SuggestedPlace> for SuggestedPlaceBody {
    fn from(SuggestedPlace { place_id, title, city }: SuggestedPlace) -> Self {
        Self { id: place_id, title, city }
    }
}

/// Complete what is typed
///
/// Places whose titles have the words, the last of which may be unfinished and any of which mistyped, in the order of
/// whoever found them; and cities that begin so, by name.
#[utoipa::path(
    get, path = "/search/suggest", tag = "search", security((), ("bearer" = [])), params(TypedParams),
    responses((
        status = 200, description = "What may be meant.", body = Success<SuggestionsBody>,
        headers(("X-Search-Engine" = String, description = "Who found the places: `postgres` or `meilisearch`.")),
    ))
)]
pub(crate) async fn suggest(State(api): State<ApiState>, read: Read<Anyone, Typed>) -> Result<Answer, ApiError> {
    let Typed(typed) = read.query;
    let Suggestions { engine, places, cities } = api.search.suggest(&typed, MOST, read.min_position).await?;
    let body = SuggestionsBody { places: places.into_iter().map(SuggestedPlaceBody::from).collect(), cities };
    Ok(Answer::ok(&body, "This may be meant.")?.header_static(X_SEARCH_ENGINE, engine.0))
}
