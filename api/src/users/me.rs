use axum::extract::State;
use domain::user::{Preferences, Role};
use jiff::Timestamp;
use projections::user::UserRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::preferences;
use crate::answer::{Answer, Resource};
use crate::caller::User;
use crate::failure::{ApiError, Failure};
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// An account as its owner and admins see it.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountBody {
    id: Uuid,
    /// Null for the host of imported places.
    #[schema(example = "ada@example.org")]
    email: Option<String>,
    #[schema(example = "Ada")]
    first_name: Option<String>,
    #[schema(example = "Lovelace")]
    last_name: Option<String>,
    #[schema(example = "+33612345678")]
    phone: Option<String>,
    #[schema(example = "fr")]
    locale: Option<String>,
    #[schema(example = "Europe/Paris")]
    time_zone: Option<String>,
    #[schema(schema_with = preferences::schema)]
    preferences: Option<Preferences>,
    /// Rights beyond a user's: `auditor`, `admin`.
    #[schema(value_type = Vec<String>, example = json!([]))]
    roles: Vec<&'static str>,
    /// Whether mail to the address is known to reach its owner.
    email_verified: bool,
    /// Whether an admin has shut the account.
    suspended: bool,
    /// Whether the account was closed.
    closed: bool,
    version: u64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<UserRow> for AccountBody {
    fn from(row: UserRow) -> Self {
        Self {
            id: row.user_id,
            email: row.email,
            first_name: row.first_name,
            last_name: row.last_name,
            phone: row.phone,
            locale: row.locale,
            time_zone: row.time_zone.map(|zone| zone.name().to_owned()),
            preferences: row.preferences,
            roles: row.roles.into_iter().map(Role::name).collect(),
            email_verified: row.email_verified,
            suspended: row.suspended,
            closed: row.closed,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// An account, for those who may see all of it.
pub(crate) async fn account(api: &ApiState, user_id: Uuid) -> Result<Resource<AccountBody>, ApiError> {
    let row = projections::user::find(&api.views, user_id).await?.ok_or(Failure::NotFound)?;
    Ok(Resource { version: row.version, data: row.into() })
}

/// The own account
#[utoipa::path(
    get, path = "/users/me", tag = "users", security(("bearer" = [])),
    responses(
        (status = 200, description = "The account.", body = Success<AccountBody>),
        (status = 304, description = "The client has it already, by its `If-None-Match`."),
    )
)]
pub(crate) async fn me(State(api): State<ApiState>, read: Read<User>) -> Result<Answer, ApiError> {
    let User(user_id) = read.who;
    account(&api, user_id).await?.answer(read.if_none_match.as_ref(), "This is your account.")
}
