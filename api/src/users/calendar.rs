use axum::extract::State;
use domain::Invalid;
use jiff::civil::Date;
use projections::availability::CalendarNight;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::Answer;
use crate::caller::User;
use crate::failure::{ApiError, Failure};
use crate::openapi::Success;
use crate::places::DateRange;
use crate::request::Read;
use crate::state::ApiState;

/// The most nights of one answer: all nights of 50 places that are full for 400 days, or of 650 for a month.
const MAX_NIGHTS: u32 = 20_000;

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
///
/// At most 400 days at once, and at most 20,000 nights that are not free: a host of so many asks for a shorter time.
#[utoipa::path(
    get, path = "/users/me/calendar", tag = "users", security(("bearer" = [])), params(DateRange),
    responses((status = 200, description = "What is not free.", body = Success<CalendarBody>))
)]
pub(crate) async fn calendar(State(api): State<ApiState>, read: Read<User, DateRange>) -> Result<Answer, ApiError> {
    let (User(owner_id), DateRange { from, to }) = (read.who, read.query);
    let nights = projections::availability::calendar(&api.views, owner_id, from, to, MAX_NIGHTS + 1).await?;
    if nights.len() > MAX_NIGHTS as usize {
        let too_many = Invalid::new("too_many_nights", format!("More than {MAX_NIGHTS} nights: ask for fewer days."));
        return Err(ApiError::with_errors(Failure::InvalidParameter, vec![too_many.at("to")]));
    }
    let calendar = CalendarBody { from, to, nights: nights.into_iter().map(Into::into).collect() };
    Answer::ok(&calendar, "This is your calendar.")
}
