use axum::extract::State;
use jiff::Timestamp;
use projections::user::{Described, described};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, Resource};
use crate::caller::Anyone;
use crate::failure::{ApiError, Failure};
use crate::input::At;
use crate::openapi::Success;
use crate::request::Read;
use crate::reviews::RatingBody;
use crate::state::ApiState;

/// A person as anybody sees them.
#[derive(Serialize, ToSchema)]
#[schema(as = Profile)]
pub(crate) struct ProfileBody {
    id: Uuid,
    #[schema(example = "Ada")]
    first_name: Option<String>,
    /// When the account was made.
    member_since: Timestamp,
    host: HostBody,
    /// What hosts said of them as a guest.
    rating: RatingBody,
    version: u64,
}

/// A person's figures as a host.
#[derive(Serialize, ToSchema)]
#[schema(as = HostFigures)]
pub(crate) struct HostBody {
    /// Places that can be booked now.
    #[schema(example = 2)]
    listed_places: u64,
    /// What guests said of all their places.
    rating: RatingBody,
}

impl ProfileBody {
    fn of(Described { row, as_guest, as_host }: &Described) -> Self {
        Self {
            id: row.user_id,
            first_name: row.first_name.clone(),
            member_since: row.member_since,
            host: HostBody { listed_places: row.listed_places, rating: as_host.into() },
            rating: as_guest.into(),
            version: row.version,
        }
    }
}

/// A person's public profile
#[utoipa::path(
    get, path = "/users/{id}", tag = "users", security((), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The user.")),
    responses(
        (status = 200, description = "The profile.", body = Success<ProfileBody>),
        (status = 304, description = "The client has it already, by its `If-None-Match`."),
    )
)]
pub(crate) async fn show(
    State(api): State<ApiState>,
    At(user_id): At<Uuid>,
    read: Read<Anyone>,
) -> Result<Answer, ApiError> {
    let user = described(&api.views, user_id).await?;
    let user = user.filter(|user| !user.row.closed && !user.row.suspended).ok_or(Failure::NotFound)?;
    let profile = Resource { version: user.row.version, data: ProfileBody::of(&user) };
    profile.answer(read.if_none_match.as_ref(), "This is the profile.")
}
