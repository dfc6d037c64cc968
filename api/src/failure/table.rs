//! The closed list of failures: code, status and sentence of each, in one table.

use axum::http::StatusCode;

macro_rules! failures {
    ($($(#[doc = $doc:literal])+ $name:ident: $status:ident $code:literal $sentence:literal,)+) => {
        /// Every way in which a request can fail.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Failure { $($(#[doc = $doc])+ $name),+ }

        impl Failure {
            /// All of them, in the order of `/docs/errors`.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The HTTP status.
            pub(crate) const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status),+ }
            }

            /// The word for programs.
            pub(crate) const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// The sentence for people: one and the same for every such failure.
            pub(crate) const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence),+ }
            }
        }
    };
}

failures! {
    /// The body cannot be parsed, or is no object.
    MalformedJson: BAD_REQUEST "malformed_json" "The request body is not a valid JSON object.",
    /// A parameter or header has a value that it cannot have.
    InvalidParameter: BAD_REQUEST "invalid_parameter" "A parameter or header of the request is not valid.",
    /// The query has a parameter that the endpoint does not know.
    UnknownParameter: BAD_REQUEST "unknown_parameter" "The request has a query parameter that is not known here.",
    /// Paging by number ends where it would become slow.
    UseCursor: BAD_REQUEST "use_cursor" "Pages end at 10,000 rows; follow next_cursor to read on.",
    /// No credentials, or ones that are not (or no longer) good.
    Unauthenticated: UNAUTHORIZED "unauthenticated" "Sign in to do this.",
    /// The access token was good once.
    TokenExpired: UNAUTHORIZED "token_expired" "The access token has expired; refresh it.",
    /// Seen, but not allowed.
    Forbidden: FORBIDDEN "forbidden" "You may not do this.",
    /// Absent, or not visible to the caller.
    NotFound: NOT_FOUND "not_found" "There is no such resource, or you may not see it.",
    /// The path exists, with other methods: the `Allow` header names them.
    MethodNotAllowed: METHOD_NOT_ALLOWED "method_not_allowed" "The resource does not offer this method.",
    /// The body did not come in time.
    RequestTimeout: REQUEST_TIMEOUT "request_timeout" "The request body did not arrive in time.",
    /// A night belongs to another booking or block.
    NightsUnavailable: CONFLICT "nights_unavailable" "Some of these nights are not available.",
    /// The state does not allow it.
    InvalidTransition: CONFLICT "invalid_transition" "The resource is in a state that does not allow this.",
    /// The guest cancels too late.
    StayStarted: CONFLICT "stay_started" "The stay has started and can no longer be cancelled.",
    /// Another open account has the address.
    EmailTaken: CONFLICT "email_taken" "An account with this e-mail address exists already.",
    /// The place is not listed.
    NotBookable: CONFLICT "not_bookable" "The place cannot be booked.",
    /// The host asks for its own place.
    OwnPlace: CONFLICT "own_place" "A host cannot book its own place.",
    /// One review per booking and author.
    AlreadyReviewed: CONFLICT "already_reviewed" "You have reviewed this stay already.",
    /// Three attempts met changes by others.
    ConcurrentChange: CONFLICT "concurrent_change" "Others changed the same resource at the same time; try again.",
    /// `If-Match` names another version.
    VersionMismatch: PRECONDITION_FAILED "version_mismatch" "The resource has changed since the version you named.",
    /// The body is too long.
    PayloadTooLarge: PAYLOAD_TOO_LARGE "payload_too_large" "The request body is too large.",
    /// The body is not JSON.
    UnsupportedMediaType: UNSUPPORTED_MEDIA_TYPE "unsupported_media_type" "The request body must be application/json.",
    /// The body has fields that are not known, and no other problem.
    UnknownField: UNPROCESSABLE_ENTITY "unknown_field" "The request body has fields that are not known here.",
    /// Values are missing or not valid: `errors` names each.
    ValidationFailed: UNPROCESSABLE_ENTITY "validation_failed" "Some values are missing or not valid.",
    /// The key belongs to another body.
    IdempotencyKeyReused: UNPROCESSABLE_ENTITY "idempotency_key_reused"
        "This Idempotency-Key was used with another request body.",
    /// Too many calls in a window.
    RateLimited: TOO_MANY_REQUESTS "rate_limited" "Too many requests; wait before the next one.",
    /// A fault of ours.
    Internal: INTERNAL_SERVER_ERROR "internal" "Something went wrong on our side.",
    /// The views have not reached `X-Min-Position`.
    ViewBehind: SERVICE_UNAVAILABLE "view_behind" "The data has not reached the position you named; try again.",
    /// A dependency cannot answer now, or the deadline is over.
    Unavailable: SERVICE_UNAVAILABLE "unavailable" "The service cannot answer now; try again.",
}

impl Failure {
    /// The failure that stands for a bare status, as the framework's own rejections have it.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::Unauthenticated,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => Self::RequestTimeout,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            status if status.is_client_error() => Self::InvalidParameter,
            _ => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Failure;

    #[test]
    fn code_and_sentence_name_one_failure_each() {
        let codes: BTreeSet<_> = Failure::ALL.iter().map(|failure| failure.code()).collect();
        let sentences: BTreeSet<_> = Failure::ALL.iter().map(|failure| failure.sentence()).collect();
        assert_eq!((codes.len(), sentences.len()), (Failure::ALL.len(), Failure::ALL.len()));
    }
}
