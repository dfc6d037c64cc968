//! A command's access to the API, through the server that runs or without one.

use std::sync::Arc;

use axum::http::Method;
use serde_json::Value;

use super::error::CliError;
use crate::app::App;
use crate::auth::SystemClock;
use crate::config::Config;
use crate::operator::LocalApi;

/// The API, and the house behind it where no server runs.
pub(super) struct Session {
    pub(super) api: LocalApi,
    app: Option<App>,
}

impl Session {
    /// Goes through the server that has the embedded data open; where none does, or on a PostgreSQL server that several
    /// processes share, opens the house in this process.
    pub(super) async fn open(config: &Config) -> Result<Self, CliError> {
        if let Some(api) = running_server(config).await {
            return Ok(Self { api, app: None });
        }
        let app = App::open_for_command(config, Arc::new(SystemClock)).await?;
        Ok(Self { api: LocalApi::InProcess(app.operator_router.clone()), app: Some(app) })
    }

    /// Calls an endpoint; the `data` of its answer.
    pub(super) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, CliError> {
        let (status, mut answer) = self.api.call(method, path, body).await?;
        if status.is_success() { Ok(answer["data"].take()) } else { Err(CliError::Refused { status, answer }) }
    }

    /// Ends what was opened, whatever the command's outcome.
    pub(super) async fn close(self) {
        // The router holds parts of the house, which cannot end before it is gone.
        drop(self.api);
        if let Some(app) = self.app {
            // What the command wrote is seen by the next one at once.
            app.settle().await;
            app.close().await;
        }
    }
}

/// The API of the server that has the embedded data open, if there is one.
pub(super) async fn running_server(config: &Config) -> Option<LocalApi> {
    if config.database_url.is_some() {
        return None;
    }
    LocalApi::on_socket(&config.socket_path()).await
}
