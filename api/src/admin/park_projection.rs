use axum::extract::State;
use domain::text::Note;
use utoipa::ToSchema;

use super::projections::{ProjectionBody, projection};
use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::ApiError;
use crate::input::{At, Body, Fields, Noted, Whole};
use crate::openapi::Success;
use crate::request::Operation;
use crate::state::ApiState;

/// Which event is set aside, and why.
#[derive(ToSchema)]
#[schema(as = Park)]
pub(crate) struct ParkBody {
    /// The event's position: refused unless the projection fails there now.
    #[schema(value_type = u64, minimum = 1, example = 4711)]
    position: Whole<1, { u64::MAX }>,
    /// Kept with the event.
    #[schema(value_type = String, max_length = 2_000, example = "Made by a faulty release.")]
    reason: Note,
}

impl Body for ParkBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (position, reason) = (fields.required("position"), fields.required("reason"));
        Ok(Self { position: position?, reason: reason? })
    }
}

/// Set an event aside that a projection cannot apply
///
/// The projection goes on without it.
#[utoipa::path(
    post, path = "/admin/projections/{name}/park", tag = "admin", security(("bearer" = [])),
    params(("name" = String, Path, description = "The projection.")), request_body(content = ParkBody),
    responses(
        (status = 200, description = "The event is set aside.", body = Success<ProjectionBody>),
        (status = 409, description = "`invalid_transition`: the projection does not fail at this event."),
    )
)]
pub(crate) async fn park(
    State(api): State<ApiState>,
    At(name): At<String>,
    Operation(command): Operation<Admin, ParkBody>,
) -> Result<Answer, ApiError> {
    let ParkBody { position, reason } = command.body;
    api.views.park(&name, position.get(), reason.as_str()).await?;
    Answer::ok(&projection(&api, &name).await?, "The event is set aside.")
}
