use axum::extract::State;
use domain::Patch;
use domain::text::{Name, Phone};
use domain::user::{Preferences, ProfileChanges};
use domain::zone::Zone;
use utoipa::ToSchema;

use super::me::{AccountBody, account};
use super::preferences;
use crate::answer::Answer;
use crate::caller::User;
use crate::failure::ApiError;
use crate::input::{Body, Fields, Locale, Noted};
use crate::openapi::Success;
use crate::request::Command;
use crate::state::ApiState;

/// New values of a profile: what is absent stays, null clears.
#[derive(ToSchema)]
#[schema(as = ProfileChanges)]
pub(crate) struct ProfileChangesBody {
    /// Given name; cannot be cleared.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100, example = "Ada")]
    first_name: Option<Name>,
    /// Family name; cannot be cleared.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100, example = "Lovelace")]
    last_name: Option<Name>,
    /// In international form.
    #[schema(value_type = Option<String>, example = "+33612345678")]
    phone: Patch<Phone>,
    /// The language of mails.
    #[schema(value_type = Option<String>, example = "fr")]
    locale: Patch<Locale>,
    /// Where they are at home.
    #[schema(value_type = Option<String>, example = "Europe/Paris")]
    time_zone: Patch<Zone>,
    #[schema(required = false, schema_with = preferences::schema)]
    preferences: Patch<Preferences>,
}

impl Body for ProfileChangesBody {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (first_name, last_name) = (fields.changed("first_name"), fields.changed("last_name"));
        let (phone, locale, time_zone) = (fields.patch("phone"), fields.patch("locale"), fields.patch("time_zone"));
        let preferences = preferences::read(fields);
        Ok(Self {
            first_name: first_name?,
            last_name: last_name?,
            phone: phone?,
            locale: locale?,
            time_zone: time_zone?,
            preferences: preferences?,
        })
    }
}

impl From<ProfileChangesBody> for ProfileChanges {
    fn from(body: ProfileChangesBody) -> Self {
        Self {
            first_name: body.first_name.into(),
            last_name: body.last_name.into(),
            phone: body.phone,
            locale: body.locale.map(|Locale(tag)| tag),
            time_zone: body.time_zone,
            preferences: body.preferences,
        }
    }
}

/// Change the own profile
#[utoipa::path(
    patch, path = "/users/me", tag = "users", security(("bearer" = [])), request_body = ProfileChangesBody,
    responses((status = 200, description = "The account as it now stands.", body = Success<AccountBody>))
)]
pub(crate) async fn change(
    State(api): State<ApiState>,
    command: Command<User, ProfileChangesBody>,
) -> Result<Answer, ApiError> {
    let done = commands::user::change_profile(&api.commands, &command.context, command.body.into()).await?;
    api.settle(done, command.settling).await.show("Your profile was changed.", |id| account(&api, id)).await
}
