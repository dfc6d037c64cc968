use axum::extract::State;
use domain::Nights;
use domain::booking::{Price, PriceLine, Terms};
use jiff::civil::Date;
use projections::place::PlaceRow;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::visible::visible;
use crate::answer::Answer;
use crate::caller::Anyone;
use crate::failure::ApiError;
use crate::input::{At, Noted, Params, Query, Whole};
use crate::openapi::{MoneyBody, Success};
use crate::request::Read;
use crate::state::ApiState;

/// For which stay.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes what Stay reads")]
pub(crate) struct StayParams {
    /// The date of arrival.
    #[param(example = "2027-05-31")]
    check_in: Date,
    /// The date of departure.
    #[param(example = "2027-06-07")]
    check_out: Date,
    /// How many people.
    #[param(minimum = 1, default = 1)]
    guests: u32,
}

/// A stay of so many people.
#[derive(Debug)]
pub(crate) struct Stay {
    nights: Nights,
    guests: u32,
}

impl Query for Stay {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        let (check_in, check_out) = (params.required("check_in"), params.required("check_out"));
        let guests = params.optional::<Whole<1, 10_000>>("guests");
        let nights = Nights::new(check_in?, check_out?).map_err(|problem| params.note("check_out", problem));
        Ok(Self { nights: nights?, guests: guests?.map_or(1, Whole::count) })
    }
}

/// What a stay costs, item by item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Price)]
pub(crate) struct PriceBody {
    lines: Vec<PriceLineBody>,
    /// The sum of the lines.
    total: MoneyBody,
}

/// One item of a price.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceLine)]
pub(crate) struct PriceLineBody {
    #[schema(example = "nights")]
    kind: &'static str,
    #[schema(example = 7)]
    quantity: u32,
    unit: MoneyBody,
    amount: MoneyBody,
}

impl From<&Price> for PriceBody {
    fn from(price: &Price) -> Self {
        let line = |line: &PriceLine| PriceLineBody {
            kind: line.kind.name(),
            quantity: line.quantity,
            unit: line.unit.into(),
            amount: line.amount.into(),
        };
        Self { lines: price.lines.iter().map(line).collect(), total: price.total.into() }
    }
}

/// What a booking would cost now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StayPrice)]
pub(crate) struct StayPriceBody {
    #[serde(flatten)]
    price: PriceBody,
    place_id: Uuid,
    check_in: Date,
    check_out: Date,
    nights: u32,
    guests: u32,
}

/// What a stay would cost
///
/// The price that a booking would get now. Whether the nights are free is another question.
#[utoipa::path(
    get, path = "/places/{id}/price", tag = "places", security((), ("bearer" = [])),
    params(("id" = Uuid, Path, description = "The place."), StayParams),
    responses(
        (status = 200, description = "Item by item.", body = Success<StayPriceBody>),
        (status = 409, description = "`not_bookable`"),
        (status = 422, description = "`validation_failed`: the stay breaks rules of the place."),
    )
)]
pub(crate) async fn price(
    State(api): State<ApiState>,
    At(place_id): At<Uuid>,
    read: Read<Anyone, Stay>,
) -> Result<Answer, ApiError> {
    // From the view, not from the place's stream: anybody may ask, as often as they like, and streams grow.
    let (place, _) = visible(&api, &read.actor, place_id).await?;
    let Stay { nights, guests } = read.query;
    let price = terms(&place).price(nights, guests, api.commands.now())?;
    let price = PriceBody::from(&price);
    let (check_in, check_out) = (nights.check_in(), nights.check_out());
    let body = StayPriceBody { price, place_id, check_in, check_out, nights: nights.count(), guests };
    Answer::ok(&body, "This is what the stay costs.")
}

fn terms(place: &PlaceRow) -> Terms<'_> {
    Terms {
        status: place.status,
        price: place.price,
        time_zone: &place.time_zone,
        capacity: place.capacity,
        min_nights: place.min_nights,
        max_nights: place.max_nights,
        check_in_time: place.check_in_time,
        check_out_time: place.check_out_time,
        instant_book: place.instant_book,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_that_are_no_stay_are_bad_parameters() {
        let read = |query: &str| Stay::of(&format!("/price?{query}").parse().unwrap());
        let backwards = read("check_in=2027-06-07&check_out=2027-06-07").unwrap_err();
        assert_eq!((backwards.failure.code(), backwards.errors[0].field.as_str()), ("invalid_parameter", "check_out"));
        assert_eq!(read("check_in=2027-06-07&check_out=2027-06-09").unwrap().nights.count(), 2);
    }
}
