//! Parameters, headers and responses that the conventions give to endpoints.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{Content, Ref, Required, Response, ResponseBuilder};

use crate::failure::Failure;

/// Headers of requests that change something.
pub(super) const COMMAND_HEADERS: [(&str, &str); 2] =
    [("If-Match", "Only if the resource has the version of this entity tag; else 412."), PREFER];
/// How a command is answered.
pub(super) const PREFER: (&str, &str) = ("Prefer", "`respond-async` answers without waiting for the views.");
/// The header of an import.
pub(super) const HARMLESS_KEY: (&str, &str) =
    ("Idempotency-Key", "Accepted, but not needed: a guard on (source, id) makes a repeat harmless.");
/// The header of a POST outside `/auth`.
pub(super) const IDEMPOTENCY_KEY: (&str, &str) =
    ("Idempotency-Key", "1 to 255 visible ASCII characters: a repeat within 24 hours has no second effect.");
/// Headers of requests that read.
pub(super) const READ_HEADERS: [(&str, &str); 2] = [
    ("If-None-Match", "304 where the client has this entity tag already."),
    ("X-Min-Position", "Waits up to 2 seconds until the views contain this position of the log; else 503."),
];
/// The header of every request.
pub(super) const REQUEST_ID: (&str, &str) = ("X-Request-Id", "Letters, digits, `.`, `_` and `-`; made if absent.");

/// Headers of answers to commands.
pub(super) const RECEIPT_HEADERS: [(&str, &str); 3] = [
    ("X-Event-Position", "The position of the command's last event in the log."),
    ("X-Read-Model", "`behind` where the views do not show the effect yet; `data` then holds id and version alone."),
    ("Idempotency-Replayed", "`true` on the answer to a repeat under the same key."),
];
/// Headers of answers of limited endpoints.
pub(super) const LIMIT_HEADERS: [(&str, &str); 3] = [
    ("RateLimit-Limit", "Calls per window of 60 seconds."),
    ("RateLimit-Remaining", "Calls left in this window."),
    ("RateLimit-Reset", "Seconds until the window ends."),
];

/// An optional request header.
pub(super) fn request_header((name, description): (&str, &str)) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(text()))
        .build()
}

/// A response header.
pub(super) fn response_header(description: &str) -> Header {
    HeaderBuilder::new().schema(Some(text())).description(Some(description)).build()
}

/// The response for failures of one status, naming their codes.
pub(super) fn failed(status: u16) -> Response {
    let codes: Vec<_> =
        Failure::ALL.iter().filter(|failure| failure.status().as_u16() == status).map(|f| f.code()).collect();
    let description = format!("`{}`", codes.join("`, `"));
    ResponseBuilder::new().description(description).content("application/json", failed_content()).build()
}

/// The body of every failure.
pub(super) fn failed_content() -> Content {
    Content::new(Some(Ref::from_schema_name("Failure")))
}

fn text() -> Object {
    ObjectBuilder::new().schema_type(Type::String).build()
}
