use axum::extract::State;
use domain::booking::{Offer, Price, PriceLine};
use domain::{Invalid, Nights};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::visible::visible;
use crate::answer::Answer;
use crate::caller::Anyone;
use crate::failure::{ApiError, Failure};
use crate::input::{At, Noted, Params, Query, Whole};
use crate::openapi::{MoneyBody, Success};
use crate::request::Read;
use crate::state::ApiState;

/// For which stay.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Stay {
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

impl Query for Stay {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        let (check_in, check_out) = (params.required("check_in"), params.required("check_out"));
        let guests = params.optional::<Whole<1, 10_000>>("guests");
        Ok(Self { check_in: check_in?, check_out: check_out?, guests: guests?.map_or(1, Whole::count) })
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
    params(("id" = Uuid, Path, description = "The place."), Stay),
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
    visible(&api, &read.actor, place_id).await?;
    let Stay { check_in, check_out, guests } = read.query;
    let nights = Nights::new(check_in, check_out).map_err(not_a_stay)?;
    let place = api.commands.ports().places.load(place_id).await.map_err(commands::CommandError::from)?;
    let offer = Offer::of(place_id, &place.aggregate, nights, guests, api.commands.now())?;
    let price = PriceBody::from(&offer.price);
    let body = StayPriceBody { price, place_id, check_in, check_out, nights: nights.count(), guests };
    Answer::ok(&body, "This is what the stay costs.")
}

fn not_a_stay(problem: Invalid) -> ApiError {
    ApiError::with_errors(Failure::ValidationFailed, vec![problem.at("check_out")])
}
