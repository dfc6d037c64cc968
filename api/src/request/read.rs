use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use commands::Actor;

use super::headers::if_none_match;
use super::min_position::reach;
use crate::answer::Condition;
use crate::caller::{Who, authenticate_again};
use crate::failure::ApiError;
use crate::input::{NoQuery, Query};

/// A request that changes nothing, checked in this order: the caller, the query, the headers, and the caller again where
/// the views had to be waited for.
#[derive(Debug)]
pub(crate) struct Read<W, Q = NoQuery> {
    /// Who asks.
    pub(crate) who: W,
    /// As whom: what is shown depends on it.
    pub(crate) actor: Actor,
    /// For what.
    pub(crate) query: Q,
    /// What the client has already.
    pub(crate) if_none_match: Option<Condition>,
    /// What the answer must contain; the views do.
    pub(crate) min_position: Option<u64>,
}

impl<S, W, Q> FromRequestParts<S> for Read<W, Q>
where
    S: Send + Sync,
    W: Who + Send,
    Q: Query + Send,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        W::of(&parts.extensions)?;
        let query = Q::of(&parts.uri)?;
        let if_none_match = if_none_match(&parts.headers)?;
        let min_position = reach(parts).await?;
        if min_position.is_some() {
            authenticate_again(parts).await;
        }
        let (who, actor) = W::of(&parts.extensions)?;
        Ok(Self { who, actor, query, if_none_match, min_position })
    }
}
