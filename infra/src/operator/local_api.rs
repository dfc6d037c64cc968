//! One way to call the API, wherever it runs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;
use tower::ServiceExt as _;

/// How long a call may take: a rebuild of every view of a long log does.
const DEADLINE: Duration = Duration::from_secs(60 * 60);
/// How long connecting to the socket may take: the server is on the same machine.
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

/// The API of this house, as its operator calls it.
pub enum LocalApi {
    /// Of the server that has the data open.
    Socket(PathBuf),
    /// In this process; a router made by [`super::router`].
    InProcess(Router),
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// Nobody listens, or not any more.
    #[error("the server at {} does not answer", .path.display())]
    Connect {
        /// The socket.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The connection broke.
    #[error("the connection to the server broke")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It took too long.
    #[error("no answer within {DEADLINE:?}")]
    Late,
    /// The request could not be made, or the answer is not JSON.
    #[error("the call cannot be expressed or its answer not be read")]
    Form(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl CallError {
    /// Whether the same call may succeed a moment later.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Connect { .. } | Self::Broken(_) | Self::Late => true,
            Self::Form(_) => false,
        }
    }
}

impl LocalApi {
    /// The API of the server that listens on a socket, if one does.
    pub async fn on_socket(path: &Path) -> Option<Self> {
        let connected = tokio::time::timeout(CONNECT_DEADLINE, UnixStream::connect(path)).await;
        matches!(connected, Ok(Ok(_))).then(|| Self::Socket(path.to_owned()))
    }

    /// Calls an endpoint: its status and its body, which is null where it is empty.
    ///
    /// # Errors
    /// See [`CallError`]; a failure that the API tells is no error here.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(StatusCode, Value), CallError> {
        let exchange = async {
            match self {
                Self::Socket(socket) => read(send(socket, request(method, path, body)?).await?).await,
                Self::InProcess(router) => {
                    let request = request(method, path, body)?.map(Body::new);
                    match router.clone().oneshot(request).await {
                        Ok(response) => read(response).await,
                        Err(never) => match never {},
                    }
                }
            }
        };
        tokio::time::timeout(DEADLINE, exchange).await.map_err(|_| CallError::Late)?
    }
}

fn request(method: Method, path: &str, body: Option<&Value>) -> Result<Request<Full<Bytes>>, CallError> {
    let text = body.map(|body| serde_json::to_vec(body).map_err(|error| CallError::Form(error.into()))).transpose()?;
    let mut request = Request::builder().method(method).uri(path).header(HOST, "localhost");
    if text.is_some() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    request.body(Full::from(text.unwrap_or_default())).map_err(|error| CallError::Form(error.into()))
}

/// One connection for one call: on the same machine that costs next to nothing.
async fn send(socket: &Path, request: Request<Full<Bytes>>) -> Result<Response<hyper::body::Incoming>, CallError> {
    let stream =
        UnixStream::connect(socket).await.map_err(|source| CallError::Connect { path: socket.to_owned(), source })?;
    let broken = |error: hyper::Error| CallError::Broken(error.into());
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    // Ends with the connection; its error is that of the answer.
    tokio::spawn(connection);
    sender.send_request(request).await.map_err(broken)
}

async fn read<B>(response: Response<B>) -> Result<(StatusCode, Value), CallError>
where
    B: axum::body::HttpBody,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let status = response.status();
    let body = response.into_body().collect().await.map_err(|error| CallError::Broken(error.into()))?.to_bytes();
    if body.is_empty() {
        return Ok((status, Value::Null));
    }
    let value = serde_json::from_slice(&body).map_err(|error| CallError::Form(error.into()))?;
    Ok((status, value))
}
