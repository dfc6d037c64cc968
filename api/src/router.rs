//! The routes, and the layers around them.

use std::sync::Arc;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use commands::ports::clock::Clock;
use ipnet::IpNet;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

use crate::caller::authenticate;
use crate::layers::{
    Bucket, Panics, RateLimiter, RateLimiting, cache_headers, cors, deadline, drain, envelope, finished, limited,
    security_headers, unambiguous,
};
use crate::metrics::Traffic;
use crate::state::{ApiState, Settings};
use crate::{
    admin, amenities, auth, blocks, bookings, discovery, docs, health, metrics, openapi, places, reviews, search, users,
};

/// The base path of all endpoints but those for machines and readers of documentation.
pub(crate) const BASE: &str = "/api/v1";

/// The whole HTTP API.
///
/// The caller serves it with `into_make_service_with_connect_info::<SocketAddr>()`, so that clients have an address,
/// and inserts [`crate::LocalOperator`] into the requests of the operator's socket alone.
pub fn router(state: ApiState) -> Router {
    let limits = Limits::new(state.limiter.clone(), &state.settings.trusted_proxies);
    let (routes, document) = endpoints(&limits).split_for_parts();
    let clock = state.commands.ports().clock.clone();
    let routes = routes
        .merge(metrics::routes())
        .with_state(state.clone())
        .merge(docs::router(document))
        .layer(Extension(state.views.clone()))
        .layer(from_fn_with_state(state.commands.clone(), authenticate));
    around(routes, &state.settings, clock, state.panics, state.traffic)
}

/// Every endpoint with its description.
pub(crate) fn endpoints(limits: &Limits) -> OpenApiRouter<ApiState> {
    let based = OpenApiRouter::new()
        .merge(auth::routes(limits))
        .merge(users::routes())
        .merge(places::routes(limits))
        .merge(search::routes(limits))
        .merge(discovery::routes(limits))
        .merge(blocks::routes())
        .merge(bookings::routes(limits))
        .merge(reviews::routes())
        .merge(amenities::routes())
        .merge(admin::routes());
    OpenApiRouter::with_openapi(openapi::document()).nest(BASE, based).merge(health::routes())
}

/// The layers that need neither side of the house, innermost first: each wraps what stands above it.
pub(crate) fn around(
    routes: Router,
    settings: &Settings,
    clock: Arc<dyn Clock>,
    panics: Panics,
    traffic: Traffic,
) -> Router {
    let origins: Arc<[String]> = settings.cors_origins.clone().into();
    routes
        .layer(from_fn(cache_headers))
        .layer(from_fn_with_state(origins, cors))
        .layer(from_fn_with_state(settings.deadline, deadline))
        .layer(from_fn(drain))
        .layer(CatchPanicLayer::custom(move |panic: Box<dyn std::any::Any + Send>| panics.answer(panic.as_ref())))
        .layer(from_fn(unambiguous))
        .layer(from_fn(security_headers))
        .layer(from_fn_with_state(clock, envelope))
        .layer(from_fn_with_state(traffic, finished))
}

/// Limits the endpoints of a bucket.
#[derive(Clone)]
pub(crate) struct Limits {
    limiter: Option<Arc<dyn RateLimiter>>,
    trusted_proxies: Arc<[IpNet]>,
}

impl Limits {
    /// Limits by `limiter`, if there is one.
    pub(crate) fn new(limiter: Option<Arc<dyn RateLimiter>>, trusted_proxies: &[IpNet]) -> Self {
        Self { limiter, trusted_proxies: trusted_proxies.into() }
    }

    /// The same endpoints, each call counted, and the refusal documented.
    pub(crate) fn on<S>(&self, bucket: Bucket, endpoints: UtoipaMethodRouter<S>) -> UtoipaMethodRouter<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let Self { limiter, trusted_proxies } = self.clone();
        let limiting = RateLimiting { limiter, trusted_proxies, bucket };
        let (schemas, mut paths, handlers) = endpoints.layer(from_fn_with_state(limiting, limited));
        openapi::document_limit(&mut paths, bucket);
        (schemas, paths, handlers)
    }
}
