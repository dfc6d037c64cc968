use axum::extract::State;
use uuid::Uuid;

use crate::answer::Answer;
use crate::caller::SignedIn;
use crate::failure::ApiError;
use crate::input::At;
use crate::request::Command;
use crate::state::ApiState;

/// Give blocked nights back
#[utoipa::path(
    delete, path = "/places/{id}/blocks/{block_id}", tag = "blocks", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), ("block_id" = Uuid, Path, description = "The block.")),
    responses((status = 204, description = "The nights are free again."))
)]
pub(crate) async fn remove(
    State(api): State<ApiState>,
    At((place_id, block_id)): At<(Uuid, Uuid)>,
    command: Command<SignedIn>,
) -> Result<Answer, ApiError> {
    let done = commands::place::unblock(&api.commands, &command.context, place_id, block_id).await?;
    Ok(api.settle(done, command.settling).await.empty())
}
