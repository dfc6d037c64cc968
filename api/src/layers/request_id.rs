use axum::http::{Extensions, HeaderMap, HeaderName};
use uuid::Uuid;

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over from a client, in bytes.
const MAX_BYTES: usize = 128;

/// The id of a request: in its answer, in the logs, and in the metadata of the events it causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    /// The client's own id if it is sane (letters, digits, `.`, `_`, `-`), else a new one.
    pub(crate) fn of_headers(headers: &HeaderMap) -> Self {
        let sane = |id: &&str| {
            (1..=MAX_BYTES).contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        let given = headers.get(X_REQUEST_ID).and_then(|id| id.to_str().ok()).filter(sane);
        Self(given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned))
    }

    /// The id that the outermost layer gave a request.
    pub(crate) fn of(extensions: &Extensions) -> String {
        extensions.get::<Self>().map(|id| id.0.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_id_is_kept_and_any_other_replaced() {
        let id_for = |given: &str| {
            let headers = HeaderMap::from_iter([(X_REQUEST_ID, given.parse().unwrap())]);
            RequestId::of_headers(&headers).0
        };
        assert_eq!(id_for("order-42_a.b"), "order-42_a.b");
        assert_ne!(id_for("with space"), "with space");
        assert_ne!(id_for(&"x".repeat(129)), "x".repeat(129));
    }
}
