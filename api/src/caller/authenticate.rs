use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use commands::ports::tokens::AuthError;
use commands::{Actor, Commands};

use crate::failure::{ApiError, Failure};

/// Marks a request that came through the operator's own socket: it acts as the system.
///
/// Only the server that listens on that socket may insert it, as an extension of the request; no header does.
#[derive(Debug, Clone, Copy)]
pub struct LocalOperator;

/// What a request's credentials amount to. A request with bad ones is refused by every endpoint that asks who calls,
/// open ones included, so that a client notices that it is not signed in.
#[derive(Debug, Clone)]
pub(crate) struct Identity(pub(crate) Result<Actor, ApiError>);

/// Finds out who calls, before anything else is done for the request.
pub(crate) async fn authenticate(State(commands): State<Commands>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    identify(&commands, &mut parts).await;
    parts.extensions.insert(commands);
    next.run(Request::from_parts(parts, body)).await
}

/// Finds out once more who calls, by an answer that is less than a second old: while a request waited, for its body or for
/// the views, its session may have ended.
pub(crate) async fn authenticate_again(parts: &mut Parts) {
    if let Some(commands) = parts.extensions.get::<Commands>().cloned() {
        identify(&commands, parts).await;
    }
}

async fn identify(commands: &Commands, parts: &mut Parts) {
    let identity = match parts.extensions.get::<LocalOperator>() {
        Some(LocalOperator) => Ok(Actor::System),
        None => of_headers(commands, &parts.headers).await,
    };
    parts.extensions.insert(Identity(identity));
}

async fn of_headers(commands: &Commands, headers: &HeaderMap) -> Result<Actor, ApiError> {
    let Some(credentials) = headers.get(AUTHORIZATION) else { return Ok(Actor::Anonymous) };
    let token = credentials.to_str().ok().and_then(bearer).ok_or(Failure::Unauthenticated)?;
    let ports = commands.ports();
    ports.tokens.authenticate(token, commands.now()).await.map_err(|error| match error {
        AuthError::Expired => Failure::TokenExpired.into(),
        AuthError::Invalid => Failure::Unauthenticated.into(),
        AuthError::Unavailable(_) => ApiError::caused_by(Failure::Unavailable, error),
    })
}

/// The token of `Bearer <token>`; the scheme's case does not matter (RFC 9110, 11.1).
fn bearer(credentials: &str) -> Option<&str> {
    let (scheme, token) = credentials.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn only_bearer_credentials_are_read() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc"), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("Bearer"), None);
    }
}
