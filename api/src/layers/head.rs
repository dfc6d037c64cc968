//! What a request's head must be before anything else believes it.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use axum::http::header::{AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::Invalid;

use crate::failure::{ApiError, Failure};

/// Refuses a request that a proxy before this server may have read in another way than this server would: then the two
/// disagree about whose it is, or where it ends. The connection ends with the refusal.
///
/// What did not come over a network (a test, the operator's socket) has passed no proxy.
pub(crate) async fn unambiguous(request: Request, next: Next) -> Response {
    let from_network = request.extensions().get::<ConnectInfo<SocketAddr>>().is_some();
    match ambiguity(request.version(), request.headers()).filter(|_| from_network) {
        None => next.run(request).await,
        Some((name, problem)) => {
            let errors = vec![problem.at(name.as_str())];
            let mut response = ApiError::with_errors(Failure::InvalidParameter, errors).into_response();
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            response
        }
    }
}

/// The first header that can be read in two ways. What no HTTP implementation may accept (lengths that differ, folded
/// lines, names with spaces) has not come this far.
fn ambiguity(version: Version, headers: &HeaderMap) -> Option<(HeaderName, Invalid)> {
    let lines = |name: &HeaderName| headers.get_all(name).iter().count();
    let repeated = || Invalid::new("repeated", "Must be given once.");
    let malformed = |message: &str| Invalid::new("malformed", message);
    // RFC 9112, section 3.2.
    match lines(&HOST) {
        0 if version == Version::HTTP_11 => return Some((HOST, Invalid::new("required", "Must be given."))),
        0 => {}
        1 if headers.get(HOST).is_some_and(is_host) => {}
        1 => return Some((HOST, malformed("Must be a host, with or without a port."))),
        _ => return Some((HOST, repeated())),
    }
    // RFC 9112, sections 6.1 and 6.3.
    if let Some(coding) = headers.get(TRANSFER_ENCODING) {
        let chunked = coding.as_bytes().eq_ignore_ascii_case(b"chunked") && lines(&TRANSFER_ENCODING) == 1;
        if !chunked || headers.contains_key(CONTENT_LENGTH) {
            return Some((TRANSFER_ENCODING, malformed("Must be chunked alone, without a Content-Length.")));
        }
    }
    (lines(&AUTHORIZATION) > 1).then(|| (AUTHORIZATION, repeated()))
}

fn is_host(value: &HeaderValue) -> bool {
    let authority = value.to_str().ok().and_then(|host| host.parse::<Authority>().ok());
    authority.is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(lines: &[(HeaderName, &str)]) -> Option<String> {
        let headers = lines.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        ambiguity(Version::HTTP_11, &headers).map(|(name, problem)| format!("{name}: {}", problem.code))
    }

    #[test]
    fn a_request_is_for_one_host() {
        for host in ["localhost", "rent.example:8080", "[::1]:8080", "203.0.113.7"] {
            assert_eq!(problem(&[(HOST, host)]), None, "{host}");
        }
        assert_eq!(problem(&[]).as_deref(), Some("host: required"));
        assert_eq!(problem(&[(HOST, "a"), (HOST, "a")]).as_deref(), Some("host: repeated"));
        for host in ["", "a b", "a/b", "me@a"] {
            assert_eq!(problem(&[(HOST, host)]).as_deref(), Some("host: malformed"), "{host}");
        }
        assert!(ambiguity(Version::HTTP_10, &HeaderMap::new()).is_none(), "which had no hosts yet");
    }

    #[test]
    fn a_body_ends_in_one_place() {
        let refused = Some("transfer-encoding: malformed".to_owned());
        let host = (HOST, "a");
        assert_eq!(problem(&[host.clone(), (TRANSFER_ENCODING, "Chunked")]), None);
        assert_eq!(problem(&[host.clone(), (TRANSFER_ENCODING, "gzip, chunked")]), refused);
        assert_eq!(problem(&[host.clone(), (TRANSFER_ENCODING, "chunked"), (TRANSFER_ENCODING, "chunked")]), refused);
        assert_eq!(problem(&[host, (TRANSFER_ENCODING, "chunked"), (CONTENT_LENGTH, "4")]), refused);
    }

    #[test]
    fn somebody_calls_with_one_set_of_credentials() {
        let twice = [(HOST, "a"), (AUTHORIZATION, "Bearer a"), (AUTHORIZATION, "Bearer b")];
        assert_eq!(problem(&twice).as_deref(), Some("authorization: repeated"));
    }
}
