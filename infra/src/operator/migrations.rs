//! The schema's versions, asked of the server that has the embedded database open.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::database::migrations::{self, SchemaError};

/// Lists migrations.
pub const MIGRATIONS: &str = "/operator/migrations";
/// Applies what is missing.
pub const MIGRATIONS_UP: &str = "/operator/migrations/up";

/// Going down is not among them: it would take tables away from under the server that answers.
pub(super) fn routes(pool: PgPool) -> Router {
    Router::new().route(MIGRATIONS, get(status)).route(MIGRATIONS_UP, post(up)).with_state(pool)
}

async fn status(State(pool): State<PgPool>) -> (StatusCode, Json<Value>) {
    answer(migrations::status(&pool).await.map(|steps| json!({ "data": steps })))
}

async fn up(State(pool): State<PgPool>) -> (StatusCode, Json<Value>) {
    answer(migrations::up(&pool).await.map(|applied| json!({ "data": { "applied": applied } })))
}

/// The operator may see causes.
fn answer(outcome: Result<Value, SchemaError>) -> (StatusCode, Json<Value>) {
    match outcome {
        Ok(data) => (StatusCode::OK, Json(data)),
        Err(error) => {
            let message = crate::cli::with_causes(&error);
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "message": message })))
        }
    }
}
