use axum::extract::{FromRequest, OriginalUri, Request};

use axum::http::request::Parts;
use commands::Context;

use super::headers::{if_match, prefers_async};
use super::idempotency::Key;
use crate::answer::Settling;
use crate::caller::{Who, authenticate_again};
use crate::failure::ApiError;
use crate::input::{Body, NoBody, NoQuery, Query, read_body};
use crate::layers::RequestId;

/// A request to change something, checked in this order: the caller, the query (there is none), the headers, the body,
/// and the caller again, who may have been signed out while the body was on its way.
#[derive(Debug)]
pub(crate) struct Command<W, B = NoBody> {
    /// Who asks.
    pub(crate) who: W,
    /// For what.
    pub(crate) body: B,
    /// In which surroundings.
    pub(crate) context: Context,
    /// How the answer is made once the command is done.
    pub(crate) settling: Settling,
}

impl<S, W, B> FromRequest<S> for Command<W, B>
where
    S: Send + Sync,
    W: Who + Send,
    B: Body + Send,
{
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (mut parts, stream) = request.into_parts();
        let path = path(&parts);
        W::of(&parts.extensions)?;
        NoQuery::of(&parts.uri)?;
        let key = Key::of(&parts, &path)?;
        let if_match = if_match(&parts.headers)?;
        let bytes = read_body(stream, parts.extensions.get().copied()).await?;
        authenticate_again(&mut parts).await;
        let (who, actor) = W::of(&parts.extensions)?;
        let body = B::of(&parts.headers, &bytes)?;
        let idempotency = key.wish(&parts, &path, &bytes, B::SUCCESS);
        let context = Context { actor, request_id: RequestId::of(&parts.extensions), if_match, idempotency };
        let settling = Settling { success: B::SUCCESS, waits: !prefers_async(&parts.headers) };
        Ok(Self { who, body, context, settling })
    }
}

/// The path as the client sent it: a nested router sees only its own part.
fn path(parts: &Parts) -> String {
    let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
    uri.path().to_owned()
}
