//! The routes, and the layers around them.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use commands::ports::clock::Clock;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

use crate::caller::authenticate;
use crate::layers::{
    Bucket, RateLimiting, cache_headers, cors, deadline, envelope, limited, min_position, security_headers,
};
use crate::state::ApiState;
use crate::{admin, auth, blocks, bookings, docs, health, openapi, places, users};

/// The base path of all endpoints but those for machines and readers of documentation.
pub(crate) const BASE: &str = "/api/v1";

/// The whole HTTP API.
///
/// The caller serves it with `into_make_service_with_connect_info::<SocketAddr>()`, so that clients have an address,
/// and inserts [`crate::LocalOperator`] into the requests of the operator's socket alone.
pub fn router(state: ApiState) -> Router {
    let (routes, document) = routes(&state).split_for_parts();
    let routes = routes.with_state(state.clone()).merge(docs::router(document));
    around(routes, &state)
}

/// The OpenAPI document of the endpoints.
pub(crate) fn routes(state: &ApiState) -> OpenApiRouter<ApiState> {
    let limits = Limits(state);
    let endpoints = OpenApiRouter::new()
        .merge(auth::routes(limits))
        .merge(users::routes())
        .merge(places::routes(limits))
        .merge(blocks::routes())
        .merge(bookings::routes(limits))
        .merge(admin::routes());
    OpenApiRouter::with_openapi(openapi::document()).nest(BASE, endpoints).merge(health::routes())
}

/// Limits the endpoints of a bucket.
#[derive(Clone, Copy)]
pub(crate) struct Limits<'a>(&'a ApiState);

impl Limits<'_> {
    /// The same endpoints, each call counted, and the refusal documented.
    pub(crate) fn on(self, bucket: Bucket, endpoints: UtoipaMethodRouter<ApiState>) -> UtoipaMethodRouter<ApiState> {
        let limiting = RateLimiting {
            limiter: self.0.limiter.clone(),
            trusted_proxies: self.0.settings.trusted_proxies.clone().into(),
            bucket,
        };
        let (schemas, mut paths, handlers) = endpoints.layer(from_fn_with_state(limiting, limited));
        openapi::document_limit(&mut paths, bucket);
        (schemas, paths, handlers)
    }
}

/// The layers, innermost first: each wraps what stands above it.
fn around(routes: Router, state: &ApiState) -> Router {
    let settings = &state.settings;
    let origins: Arc<[String]> = settings.cors_origins.clone().into();
    let clock: Arc<dyn Clock> = state.commands.ports().clock.clone();
    let panics = state.panics.clone();
    routes
        .layer(from_fn_with_state(state.views.clone(), min_position))
        .layer(from_fn_with_state(state.commands.clone(), authenticate))
        .layer(from_fn(cache_headers))
        .layer(from_fn_with_state(origins, cors))
        .layer(from_fn_with_state(settings.deadline, deadline))
        .layer(CatchPanicLayer::custom(move |panic: Box<dyn std::any::Any + Send>| panics.answer(panic.as_ref())))
        .layer(from_fn(security_headers))
        .layer(from_fn_with_state(clock, envelope))
}
