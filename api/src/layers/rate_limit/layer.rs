use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;

use super::bucket::{Bucket, Quota, RateLimiter};
use crate::caller::LocalOperator;
use crate::failure::{ApiError, Failure};
use crate::layers::client::Client;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// What the endpoints of one bucket are limited by.
#[derive(Clone)]
pub(crate) struct RateLimiting {
    /// None switches limits off.
    pub(crate) limiter: Option<Arc<dyn RateLimiter>>,
    /// Whose word on a client's address is believed.
    pub(crate) trusted_proxies: Arc<[IpNet]>,
    /// Which bucket the endpoints count in.
    pub(crate) bucket: Bucket,
}

/// Counts a call and refuses it above the limit. The operator's own calls are not counted.
pub(crate) async fn limited(State(limiting): State<RateLimiting>, request: Request, next: Next) -> Response {
    let limiter = limiting.limiter.filter(|_| request.extensions().get::<LocalOperator>().is_none());
    let Some(limiter) = limiter else { return next.run(request).await };
    let client = Client::of(&request, &limiting.trusted_proxies);
    match limiter.count(limiting.bucket, client).await {
        Ok(quota) if quota.allowed => with_quota(next.run(request).await, limiting.bucket, quota),
        Ok(quota) => {
            let refused = ApiError::from(Failure::RateLimited).retry_after(quota.reset);
            with_quota(refused.into_response(), limiting.bucket, quota)
        }
        Err(error) => {
            tracing::warn!(%error, source = ?std::error::Error::source(&error), "a call was not counted");
            next.run(request).await
        }
    }
}

fn with_quota(mut response: Response, bucket: Bucket, quota: Quota) -> Response {
    let seconds = quota.reset.as_secs() + u64::from(quota.reset.subsec_nanos() > 0);
    let headers = response.headers_mut();
    headers.insert(LIMIT, HeaderValue::from(bucket.limit()));
    headers.insert(REMAINING, HeaderValue::from(quota.remaining));
    headers.insert(RESET, HeaderValue::from(seconds));
    response
}
