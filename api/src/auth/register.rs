use axum::extract::State;
use axum::http::StatusCode;
use commands::ports::password::Password;
use commands::user::Register;
use domain::Email;
use domain::text::{Name, Phone};
use domain::zone::Zone;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{Answer, Resource};
use crate::caller::Whoever;
use crate::failure::{ApiError, Failure};
use crate::input::{Body, Fields, Locale, Noted};
use crate::openapi::Success;
use crate::request::Command;
use crate::router::BASE;
use crate::state::ApiState;

/// Who makes an account.
#[derive(ToSchema)]
#[schema(as = Register)]
pub(crate) struct RegisterBody {
    /// Unique among open accounts, case ignored.
    #[schema(value_type = String, format = Email, max_length = 120, example = "ada@example.org")]
    email: Email,
    /// Not a common one, and not the own address or name.
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 128, example = "ten letters or more")]
    password: Password,
    /// Given name.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Ada")]
    first_name: Name,
    /// Family name.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Lovelace")]
    last_name: Name,
    /// The language of mails.
    #[schema(value_type = Option<String>, example = "fr")]
    locale: Option<Locale>,
    /// Where they are at home.
    #[schema(value_type = Option<String>, example = "Europe/Paris")]
    time_zone: Option<Zone>,
    /// In international form.
    #[schema(value_type = Option<String>, example = "+33612345678")]
    phone: Option<Phone>,
}

impl Body for RegisterBody {
    const SUCCESS: StatusCode = StatusCode::CREATED;

    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let (email, password) = (fields.required("email"), fields.required("password"));
        let (first_name, last_name) = (fields.required("first_name"), fields.required("last_name"));
        let (locale, time_zone, phone) =
            (fields.optional("locale"), fields.optional("time_zone"), fields.optional("phone"));
        let (email, password, first_name, last_name) = (email?, password?, first_name?, last_name?);
        check_personal(fields, &password, &email, [&first_name, &last_name])?;
        Ok(Self { email, password, first_name, last_name, locale: locale?, time_zone: time_zone?, phone: phone? })
    }
}

fn check_personal(fields: &mut Fields<'_>, password: &Password, email: &Email, names: [&Name; 2]) -> Result<(), Noted> {
    commands::passwords::check_personal(password.expose(), email.as_str(), names.map(Name::as_str))
        .map_err(|problem| fields.note("password", problem))
}

/// A new account.
#[derive(Serialize, ToSchema)]
#[schema(as = Registered)]
pub(crate) struct RegisteredBody {
    id: Uuid,
    #[schema(example = "ada@example.org")]
    email: Option<String>,
    #[schema(example = "Ada")]
    first_name: Option<String>,
    #[schema(example = "Lovelace")]
    last_name: Option<String>,
    created_at: Timestamp,
}

/// Make an account
#[utoipa::path(
    post, path = "/auth/register", tag = "auth", request_body = RegisterBody,
    responses(
        (status = 201, description = "The account was made.", body = Success<RegisteredBody>),
        (status = 409, description = "`email_taken`"),
    )
)]
pub(crate) async fn register(
    State(api): State<ApiState>,
    command: Command<Whoever, RegisterBody>,
) -> Result<Answer, ApiError> {
    register_user(&api, command).await
}

/// The same for whoever may make accounts for others.
pub(crate) async fn register_user<W>(api: &ApiState, command: Command<W, RegisterBody>) -> Result<Answer, ApiError> {
    let RegisterBody { email, password, first_name, last_name, locale, time_zone, phone } = command.body;
    let locale = locale.map(|Locale(tag)| tag);
    let wish = Register { email, password, first_name, last_name, phone, locale, time_zone };
    let done = commands::user::register(&api.commands, &command.context, wish).await?;
    let receipt = api.settle(done, command.settling).await.located(&format!("{BASE}/users"));
    receipt.show("The account was made.", |id| registered(api, id)).await
}

async fn registered(api: &ApiState, id: Uuid) -> Result<Resource<RegisteredBody>, ApiError> {
    let row = projections::user::find(&api.views, id).await?.ok_or(Failure::NotFound)?;
    let data = RegisteredBody {
        id,
        email: row.email,
        first_name: row.first_name,
        last_name: row.last_name,
        created_at: row.created_at,
    };
    Ok(Resource { version: row.version, data })
}
