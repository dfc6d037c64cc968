use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::schemas::{Failed, FailedField};

/// The frame of the document; endpoints are added by the routers that serve them.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "HBNB",
        description = "Vacation rentals on an event log. Conventions that hold for every endpoint (envelope, codes, \
                       versions, idempotency, own writes) are described with the parameters and answers they concern; \
                       all codes are listed at `/docs/errors`.",
    ),
    components(schemas(Failed, FailedField)),
    tags(
        (name = "auth", description = "Accounts and sessions"),
        (name = "users", description = "People"),
        (name = "places", description = "Places that hosts let"),
        (name = "search", description = "Finding places by words and by what they are"),
        (name = "discovery", description = "Places that nobody asked for by name"),
        (name = "blocks", description = "Nights that hosts keep"),
        (name = "bookings", description = "From a request to the end of the stay"),
        (name = "reviews", description = "What guests and hosts say of each other"),
        (name = "amenities", description = "The catalogue that places refer to"),
        (name = "admin", description = "For admins, auditors and the operator"),
        (name = "health", description = "For whoever runs the server"),
    )
)]
struct Frame;

/// The document without endpoints.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    let mut document = Frame::openapi();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = document.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    document
}
