use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Whoever;
use crate::failure::ApiError;
use crate::openapi::Success;
use crate::request::Read;

/// That the server runs.
#[derive(Serialize, ToSchema)]
#[schema(as = Live)]
pub(crate) struct LiveBody {
    #[schema(example = true)]
    live: bool,
}

/// Whether the process runs
#[utoipa::path(
    get, path = "/health/live", tag = "health",
    responses((status = 200, description = "It does.", body = Success<LiveBody>))
)]
pub(crate) async fn live(_: Read<Whoever>) -> Result<Answer, ApiError> {
    Answer::ok(&LiveBody { live: true }, "The server runs.")
}
