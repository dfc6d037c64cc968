use axum::extract::State;
use commands::Actor;
use domain::Invalid;
use domain::booking::BookingStatus;
use jiff::civil::Date;
use projections::booking::{BookingFilter, BookingsOf};
use utoipa::IntoParams;
use uuid::Uuid;

use super::show::BookingBody;
use crate::answer::{Answer, List, Paging, PagingParams};
use crate::caller::SignedIn;
use crate::failure::{ApiError, Failure};
use crate::input::{Noted, Params, Query, Value};
use crate::openapi::Success;
use crate::request::Read;
use crate::state::ApiState;

/// Which bookings are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `guest` (asked for by the caller) or `host` (of the caller's places); both without, an admin's everybody's.
    #[param(value_type = Option<String>, pattern = "^(guest|host)$", example = "guest")]
    role: Option<Role>,
    /// `pending`, `confirmed`, `declined`, `cancelled`, `expired` or `completed`.
    #[param(value_type = Option<String>, pattern = "^(pending|confirmed|declined|cancelled|expired|completed)$")]
    status: Option<BookingStatus>,
    /// Of one place.
    place_id: Option<Uuid>,
    /// With a night on this date or later.
    from: Option<Date>,
    /// With a night before this date.
    to: Option<Date>,
    #[param(ignore)]
    paging: Paging,
}

impl Query for Wanted {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        let (role, status) = (params.optional("role"), params.optional("status"));
        let place_id = params.optional("place_id");
        let (from, to) = (params.optional("from"), params.optional("to"));
        let paging = params.paging();
        Ok(Self { role: role?, status: status?, place_id: place_id?, from: from?, to: to?, paging: paging? })
    }
}

/// What the caller is to the bookings.
#[derive(Debug, Clone, Copy)]
enum Role {
    Guest,
    Host,
}

impl Value for Role {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        match text {
            "guest" => Ok(Self::Guest),
            "host" => Ok(Self::Host),
            _ => Err(Invalid::new("unknown_role", "Must be guest or host.")),
        }
    }
}

/// Whose bookings the caller gets to see.
fn of(actor: &Actor, role: Option<Role>) -> Result<BookingsOf, Failure> {
    match (role, actor.user_id()) {
        (Some(Role::Guest), Some(user_id)) => Ok(BookingsOf::Guest(user_id)),
        (Some(Role::Host), Some(user_id)) => Ok(BookingsOf::Host(user_id)),
        (None, _) if actor.is_admin() => Ok(BookingsOf::Anyone),
        (None, Some(user_id)) => Ok(BookingsOf::Either(user_id)),
        (_, None) => Err(Failure::Forbidden),
    }
}

/// The caller's bookings
///
/// As guest, as host, or both; newest first.
#[utoipa::path(
    get, path = "/bookings", tag = "bookings", security(("bearer" = [])), params(Wanted, PagingParams),
    responses((status = 200, description = "Part of the list.", body = Success<List<BookingBody>>))
)]
pub(crate) async fn list(State(api): State<ApiState>, read: Read<SignedIn, Wanted>) -> Result<Answer, ApiError> {
    let Wanted { role, status, place_id, from, to, paging } = read.query;
    let filter = BookingFilter { of: of(&read.actor, role)?, status, place_id, from, to };
    let bookings = projections::booking::list(&api.views, &filter, paging.slice).await?;
    List::of(bookings.map(BookingBody::from), &paging).answer("These are the bookings.")
}
