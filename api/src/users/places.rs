use axum::extract::State;
use domain::place::PlaceStatus;
use utoipa::IntoParams;

use crate::answer::{Answer, List, Paging, PagingParams};
use crate::caller::User;
use crate::failure::ApiError;
use crate::input::{Noted, Params, Query};
use crate::openapi::Success;
use crate::places::{Beside, PlaceBody};
use crate::request::{LanguageHeader, Preferred, Read};
use crate::state::ApiState;

/// Which of the own places are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OwnPlaces {
    /// `draft`, `listed`, `unlisted` or `archived`; all without.
    #[param(value_type = Option<String>, pattern = "^(draft|listed|unlisted|archived)$")]
    status: Option<PlaceStatus>,
    #[param(ignore)]
    paging: Paging,
}

impl Query for OwnPlaces {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        let (status, paging) = (params.optional("status"), params.paging());
        Ok(Self { status: status?, paging: paging? })
    }
}

/// The own places
///
/// Drafts and archived ones too, newest first.
#[utoipa::path(
    get, path = "/users/me/places", tag = "users", security(("bearer" = [])), params(OwnPlaces, PagingParams, LanguageHeader),
    responses((status = 200, description = "Part of the list.", body = Success<List<PlaceBody>>))
)]
pub(crate) async fn places(
    State(api): State<ApiState>,
    Preferred(language): Preferred,
    read: Read<User, OwnPlaces>,
) -> Result<Answer, ApiError> {
    let (User(owner_id), OwnPlaces { status, paging }) = (read.who, read.query);
    let places = projections::place::of_owner(&api.views, owner_id, status, paging.slice).await?;
    let beside = Beside::of(&api, &places.items, language).await?;
    List::of(places.map(|row| PlaceBody::in_full(row, &beside)), &paging).answer("These are your places.")
}
