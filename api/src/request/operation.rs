use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use domain::Invalid;

use super::Command;
use super::headers::invalid;
use super::idempotency::IDEMPOTENCY_KEY;
use crate::caller::Who;
use crate::failure::ApiError;
use crate::input::{Body, NoBody};

/// A command to the house itself rather than to a resource: there is no version to compare, and no event to keep a key
/// with. Headers that ask for either are refused, not ignored.
#[derive(Debug)]
pub(crate) struct Operation<W, B = NoBody>(pub(crate) Command<W, B>);

impl<S, W, B> FromRequest<S> for Operation<W, B>
where
    S: Send + Sync,
    W: Who + Send,
    B: Body + Send,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        W::of(request.extensions())?;
        refuse::<B>(request.headers())?;
        Command::from_request(request, state).await.map(Self)
    }
}

fn refuse<B: Body>(headers: &HeaderMap) -> Result<(), ApiError> {
    let kept = [(IF_MATCH, false), (IDEMPOTENCY_KEY, B::HARMLESS_AGAIN)];
    match kept.into_iter().find(|(name, accepted)| !accepted && headers.contains_key(name)) {
        Some((name, _)) => Err(invalid(&name, Invalid::new("not_supported", "Has no meaning here."))),
        None => Ok(()),
    }
}
