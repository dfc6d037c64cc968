//! Bookings, from the request to the end of the stay.

mod cancel;
mod complete;
mod confirm;
mod decline;
mod list;
mod request;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::layers::Bucket;
use crate::router::Limits;
use crate::state::ApiState;

pub(crate) fn routes(limits: &Limits) -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(limits.on(Bucket::Booking, routes!(request::request)))
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(confirm::confirm))
        .routes(routes!(decline::decline))
        .routes(routes!(cancel::cancel))
        .routes(routes!(complete::complete))
}
