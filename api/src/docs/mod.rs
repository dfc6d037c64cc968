//! Documentation that the server carries with itself: Swagger UI, the OpenAPI document, the table of errors.

use axum::Router;
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::failure::errors_page;
use crate::openapi::complete;

/// `/docs` (assets bundled, nothing is loaded from elsewhere), `/docs/errors` and `/openapi.json`.
pub(crate) fn router(mut document: OpenApi) -> Router {
    complete(&mut document);
    Router::new()
        .route("/docs/errors", get(errors_page))
        .merge(SwaggerUi::new("/docs").url("/openapi.json", document).config(offline()))
}

/// Nothing is asked of anybody else's server, such as a badge of validity.
fn offline() -> Config<'static> {
    Config::default().validator_url("none").persist_authorization(true)
}
