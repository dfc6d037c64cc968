//! How the SDK's requests travel: with a deadline each, the key in a header, and nothing logged on the way.

use std::time::Duration;

use async_trait::async_trait;
use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderValue, Request, StatusCode};
use futures::AsyncReadExt as _;
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use meilisearch_sdk::errors::{Error, MeilisearchError};
use meilisearch_sdk::request::{HttpClient, Method};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::error::SetupError;
use crate::config::Secret;

/// For the connection alone.
const CONNECT_DEADLINE: Duration = Duration::from_millis(500);

/// An HTTP client whose every request ends within a deadline. Cheap to clone.
#[derive(Clone)]
pub(super) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    key: Option<HeaderValue>,
    deadline: Duration,
}

/// Why there is no answer, or none that the SDK has a type for.
#[derive(Debug, thiserror::Error)]
enum HttpError {
    #[error("parameters behind a path are not sent from here")]
    Parameters,
    #[error("no answer within {0:?}")]
    Late(Duration),
    #[error("it answers {0}, which Meilisearch does not")]
    Strange(StatusCode),
    #[error("the request cannot be sent")]
    Send(#[from] hyper_util::client::legacy::Error),
    #[error("the answer breaks off")]
    Read(#[from] hyper::Error),
    #[error("the request cannot be made")]
    Make(#[from] axum::http::Error),
}

impl Http {
    /// A client that shows `key` with every request.
    pub(super) fn new(key: Option<&Secret>, deadline: Duration) -> Result<Self, SetupError> {
        let mut bearer = key.map(|key| HeaderValue::from_str(&format!("Bearer {}", key.expose()))).transpose()?;
        bearer.iter_mut().for_each(|bearer| bearer.set_sensitive(true));
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_DEADLINE));
        // The cryptography that the database's connections use, too.
        let provider = rustls::crypto::ring::default_provider();
        let tls = HttpsConnectorBuilder::new().with_provider_and_webpki_roots(provider);
        let connector = tls?.https_or_http().enable_http1().wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
        Ok(Self { client, key: bearer, deadline })
    }

    /// The same connections with another deadline.
    pub(super) fn within(&self, deadline: Duration) -> Self {
        Self { deadline, ..self.clone() }
    }

    async fn send<Output: DeserializeOwned>(
        &self,
        verb: axum::http::Method,
        url: &str,
        (content_type, body): (&str, Bytes),
        expected: u16,
    ) -> Result<Output, Error> {
        let mut request = Request::builder().method(verb).uri(url).header(CONTENT_TYPE, content_type);
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, key);
        }
        let request = request.body(Full::new(body)).map_err(HttpError::from).map_err(other)?;
        let exchange = async {
            let (head, body) = self.client.request(request).await?.into_parts();
            Ok::<_, HttpError>((head.status, body.collect().await?.to_bytes()))
        };
        let answer = timeout(self.deadline, exchange).await.map_err(|_| other(HttpError::Late(self.deadline)))?;
        let (status, body) = answer.map_err(other)?;
        read(status, &body, expected)
    }
}

#[async_trait]
impl HttpClient for Http {
    async fn request<Query, Body, Output>(
        &self,
        url: &str,
        method: Method<Query, Body>,
        expected_status_code: u16,
    ) -> Result<Output, Error>
    where
        Query: Serialize + Send + Sync,
        Body: Serialize + Send + Sync,
        Output: DeserializeOwned + 'static + Send,
    {
        check_parameters(method.query())?;
        let body = method.body().map(serde_json::to_vec).transpose()?.unwrap_or_default();
        self.send(verb(&method), url, ("application/json", body.into()), expected_status_code).await
    }

    async fn stream_request<
        Query: Serialize + Send + Sync,
        Body: futures::AsyncRead + Send + Sync + 'static,
        Output: DeserializeOwned + 'static,
    >(
        &self,
        url: &str,
        method: Method<Query, Body>,
        content_type: &str,
        expected_status_code: u16,
    ) -> Result<Output, Error> {
        check_parameters(method.query())?;
        let (verb, mut bytes) = (verb(&method), Vec::new());
        if let Some(body) = method.into_body() {
            Box::pin(body).read_to_end(&mut bytes).await.map_err(other)?;
        }
        self.send(verb, url, (content_type, bytes.into()), expected_status_code).await
    }

    fn is_tokio(&self) -> bool {
        true
    }
}

/// Nothing that is called here has any, and what is not sent must not seem to be.
fn check_parameters(query: &impl Serialize) -> Result<(), Error> {
    if serde_json::to_value(query)?.is_null() { Ok(()) } else { Err(other(HttpError::Parameters)) }
}

fn verb<Query, Body>(method: &Method<Query, Body>) -> axum::http::Method {
    match method {
        Method::Get { .. } => axum::http::Method::GET,
        Method::Post { .. } => axum::http::Method::POST,
        Method::Patch { .. } => axum::http::Method::PATCH,
        Method::Put { .. } => axum::http::Method::PUT,
        Method::Delete { .. } => axum::http::Method::DELETE,
    }
}

fn read<Output: DeserializeOwned>(status: StatusCode, body: &[u8], expected: u16) -> Result<Output, Error> {
    if status.as_u16() == expected {
        return Ok(serde_json::from_slice(if body.is_empty() { b"null" } else { body })?);
    }
    match serde_json::from_slice::<MeilisearchError>(body) {
        Ok(told) => Err(Error::Meilisearch(told)),
        Err(_) => Err(other(HttpError::Strange(status))),
    }
}

/// Whether nothing of a request can have come to where it was sent.
pub(super) fn was_not_sent(error: &Error) -> bool {
    let Error::Other(error) = error else { return false };
    match error.downcast_ref() {
        Some(HttpError::Send(error)) => error.is_connect(),
        Some(HttpError::Parameters | HttpError::Make(_)) => true,
        Some(HttpError::Late(_) | HttpError::Strange(_) | HttpError::Read(_)) | None => false,
    }
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Other(Box::new(error))
}
