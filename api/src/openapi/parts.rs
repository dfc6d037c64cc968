//! Parameters, headers and responses that the conventions give to endpoints.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{Content, Ref, Required, Response, ResponseBuilder};

use crate::failure::Failure;

/// The header of a request that changes what there is.
pub(super) const IF_MATCH: (&str, &str) =
    ("If-Match", "Only if the resource has the version of this entity tag; else 412.");
/// How a command is answered.
pub(super) const PREFER: (&str, &str) = ("Prefer", "`respond-async` answers without waiting for the views.");
/// The header of an import.
pub(super) const HARMLESS_KEY: (&str, &str) =
    ("Idempotency-Key", "Accepted, but not needed: a guard on (source, id) makes a repeat harmless.");
/// The header of a look at a place.
pub(super) const HARMLESS_LOOK: (&str, &str) =
    ("Idempotency-Key", "Accepted, but not needed: a repeat within the hour has no effect.");
/// The header of a POST outside `/auth`.
pub(super) const IDEMPOTENCY_KEY: (&str, &str) =
    ("Idempotency-Key", "1 to 255 visible ASCII characters: a repeat within 24 hours has no second effect.");
/// The header of a request that reads one resource.
pub(super) const IF_NONE_MATCH: (&str, &str) = ("If-None-Match", "304 where the client has this entity tag already.");
/// The header of a request that reads.
pub(super) const MIN_POSITION: (&str, &str) =
    ("X-Min-Position", "Waits up to 2 seconds until the views contain this position of the log; else 503.");
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

/// What a header must look like where that can be told.
const PATTERNS: [(&str, &str); 1] = [("Idempotency-Key", "^[!-~]{1,255}$")];

/// An optional request header.
pub(super) fn request_header((name, description): (&str, &str)) -> Parameter {
    let pattern = PATTERNS.iter().find(|(of, _)| *of == name).map(|(_, pattern)| *pattern);
    let schema = ObjectBuilder::new().schema_type(Type::String).pattern(pattern).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
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
