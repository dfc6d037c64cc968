use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, VARY};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

/// What may be kept, by whom: an answer to somebody only by that somebody, a change or an error by nobody, and
/// anything else only to be asked for again with its tag.
pub(crate) async fn cache_headers(request: Request, next: Next) -> Response {
    let signed_in = request.headers().contains_key(AUTHORIZATION);
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    let kept = reads && !(response.status().is_client_error() || response.status().is_server_error());
    let policy = match (kept, signed_in) {
        (true, true) => "private, no-cache",
        (true, false) => "no-cache",
        (false, true) => "private, no-store",
        (false, false) => "no-store",
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Authorization"));
    headers.append(VARY, HeaderValue::from_static("Accept-Language"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(policy));
    response
}
