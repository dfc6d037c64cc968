//! The envelope around every answer. Handlers say what goes in; one layer writes it (see [`crate::layers::envelope`]).

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::failure::{ApiError, Failure};

/// What a response carries until the outermost layer writes its body.
#[derive(Debug, Clone)]
pub(crate) enum Envelope {
    /// The request did what it was meant to.
    Success {
        /// JSON, written once: entity tags are digests of these very bytes.
        data: Box<RawValue>,
        /// One sentence.
        message: &'static str,
    },
    /// It did not.
    Failure(ApiError),
}

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    content: Option<(Box<RawValue>, &'static str)>,
}

impl Answer {
    /// 200 with data.
    ///
    /// # Errors
    /// [`Failure::Internal`] for data that JSON cannot express.
    pub(crate) fn ok(data: &impl Serialize, message: &'static str) -> Result<Self, ApiError> {
        let data = to_raw(data)?;
        Ok(Self { status: StatusCode::OK, headers: Vec::new(), content: Some((data, message)) })
    }

    /// An answer without content: 204, 304.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), content: None }
    }

    /// The same with another status.
    #[must_use]
    pub(crate) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same with one more header; a value that no header can have is left out.
    #[must_use]
    pub(crate) fn header(mut self, name: HeaderName, value: impl TryInto<HeaderValue>) -> Self {
        if let Ok(value) = value.try_into() {
            self.headers.push((name, value));
        }
        self
    }

    /// The same with one more header of a fixed value.
    #[must_use]
    pub(crate) fn header_static(self, name: HeaderName, value: &'static str) -> Self {
        self.header(name, HeaderValue::from_static(value))
    }

    /// The data, to be digested.
    pub(crate) fn data(&self) -> Option<&RawValue> {
        self.content.as_ref().map(|(data, _)| data.as_ref())
    }
}

/// JSON text.
pub(crate) fn to_raw(data: &impl Serialize) -> Result<Box<RawValue>, ApiError> {
    serde_json::value::to_raw_value(data).map_err(|error| ApiError::caused_by(Failure::Internal, error))
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.headers_mut().extend(self.headers);
        if let Some((data, message)) = self.content {
            response.extensions_mut().insert(Envelope::Success { data, message });
        }
        response
    }
}

/// A success as it is written.
#[derive(Serialize)]
pub(crate) struct SuccessBody<'a> {
    status: &'static str,
    data: &'a RawValue,
    message: &'static str,
    timestamp: Timestamp,
}

/// A failure as it is written.
#[derive(Serialize)]
pub(crate) struct FailureBody<'a> {
    status: &'static str,
    code: &'static str,
    message: &'static str,
    errors: Vec<FieldErrorBody<'a>>,
    request_id: &'a str,
    timestamp: Timestamp,
}

/// What is wrong with one field or parameter.
#[derive(Serialize)]
struct FieldErrorBody<'a> {
    field: &'a str,
    code: &'a str,
    message: &'a str,
}

impl Envelope {
    /// The body.
    pub(crate) fn write(&self, request_id: &str, timestamp: Timestamp) -> serde_json::Result<Vec<u8>> {
        match self {
            Self::Success { data, message } => {
                serde_json::to_vec(&SuccessBody { status: "success", data, message, timestamp })
            }
            Self::Failure(error) => serde_json::to_vec(&FailureBody {
                status: "error",
                code: error.failure.code(),
                message: error.failure.sentence(),
                errors: error
                    .errors
                    .iter()
                    .map(|error| FieldErrorBody { field: &error.field, code: error.code, message: &error.message })
                    .collect(),
                request_id,
                timestamp,
            }),
        }
    }
}
