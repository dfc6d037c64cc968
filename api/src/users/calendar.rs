use axum::extract::State;
use jiff::civil::Date;
use projections::availability::CalendarNight;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::Answer;
use crate::caller::User;
use crate::failure::ApiError;
use crate::openapi::Success;
use crate::places::DateRange;
use crate::request::Read;
use crate::state::ApiState;

/// What is not free at a host's places.
#[derive(Serialize, ToSchema)]
#[schema(as = Calendar)]
pub(crate) struct CalendarBody {
    from: Date,
    /// The first date that is not looked at.
    to: Date,
    /// Nights that are not free, by place and date; a night without an entry is free.
    nights: Vec<CalendarNightBody>,
}

/// A night that is not free.
#[derive(Serialize, ToSchema)]
#[schema(as = CalendarNight)]
pub(crate) struct CalendarNightBody {
    place_id: Uuid,
    /// The date on which the night begins, in the place's own zone.
    date: Date,
    /// `booked`, `pending` or `blocked`.
    #[schema(example = "booked")]
    reason: &'static str,
    /// The booking, or the block.
    holder_id: Uuid,
}

impl From<CalendarNight> for CalendarNightBody {
    fn from(CalendarNight { place_id, night }: CalendarNight) -> Self {
        Self { place_id, date: night.night, reason: night.kind.name(), holder_id: night.holder }
    }
}

/// The nights of all own places
#[utoipa::path(
    get, path = "/users/me/calendar", tag = "users", security(("bearer" = [])), params(DateRange),
    responses((status = 200, description = "What is not free.", body = Success<CalendarBody>))
)]
pub(crate) async fn calendar(State(api): State<ApiState>, read: Read<User, DateRange>) -> Result<Answer, ApiError> {
    let (User(owner_id), DateRange { from, to }) = (read.who, read.query);
    let nights = projections::availability::calendar(&api.views, owner_id, from, to).await?;
    let calendar = CalendarBody { from, to, nights: nights.into_iter().map(Into::into).collect() };
    Answer::ok(&calendar, "This is your calendar.")
}
