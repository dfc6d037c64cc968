use std::io;

use axum::http::StatusCode;
use serde_json::Value;

use crate::app::AppError;
use crate::config::ConfigError;
use crate::database::DatabaseError;
use crate::database::migrations::SchemaError;
use crate::import::UploadError;
use crate::operator::{CallError, SocketError};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Socket(#[from] SocketError),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Import(#[from] UploadError),
    #[error("{what}")]
    Io { what: String, source: io::Error },
    /// The API said no.
    #[error("{}", told(.status, .answer))]
    Refused { status: StatusCode, answer: Value },
    /// What was asked for does not exist or cannot be done.
    #[error("{0}")]
    Impossible(String),
}

impl CliError {
    /// With words for what was tried.
    pub(super) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

impl From<io::Error> for CliError {
    fn from(source: io::Error) -> Self {
        Self::Io { what: "the result cannot be written".to_owned(), source }
    }
}

/// The API's own sentence, with a line per field.
fn told(status: &StatusCode, answer: &Value) -> String {
    let message = answer["message"].as_str().unwrap_or("the server gave no reason");
    let mut text = format!("{message} ({status})");
    for error in answer["errors"].as_array().into_iter().flatten() {
        let part = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
        text.push_str(&format!("\n  {}: {}", part("field"), part("message")));
    }
    text
}
