//! The log as it is stored, for whoever operates it: personal data stays sealed.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use jiff_sqlx::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::types::Json as SqlJson;

/// Lists events; with a position behind it, shows one.
pub const EVENTS: &str = "/operator/events";

/// The most events in an answer.
const MAX_EVENTS: u32 = 1_000;

/// Which events: the newest ones, or those after a position. In the log's order either way.
#[derive(Debug, Deserialize)]
struct Wanted {
    newest: Option<u32>,
    #[serde(default)]
    after: i64,
    limit: Option<u32>,
}

/// A row of the log.
#[derive(Serialize, sqlx::FromRow)]
struct StoredEvent {
    position: i64,
    #[sqlx(try_from = "Timestamp")]
    recorded_at: RecordedAt,
    aggregate_type: String,
    aggregate_id: String,
    sequence: i64,
    event_type: String,
    event_version: String,
    payload: SqlJson<Box<RawValue>>,
    metadata: SqlJson<Box<RawValue>>,
}

/// In the form of answers: RFC 3339.
#[derive(Serialize)]
#[serde(transparent)]
struct RecordedAt(jiff::Timestamp);

impl From<Timestamp> for RecordedAt {
    fn from(at: Timestamp) -> Self {
        Self(at.to_jiff())
    }
}

const COLUMNS: &str = "position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version, \
                       payload, metadata";

pub(super) fn routes(pool: PgPool) -> Router {
    Router::new().route(EVENTS, get(list)).route("/operator/events/{position}", get(show)).with_state(pool)
}

async fn list(State(pool): State<PgPool>, Query(wanted): Query<Wanted>) -> (StatusCode, Json<Value>) {
    let (sql, from, limit) = match wanted.newest {
        Some(newest) => (
            format!(
                "select * from (select {COLUMNS} from events where position > $1 order by position desc limit $2) \
                     newest order by position"
            ),
            0,
            newest,
        ),
        None => (
            format!("select {COLUMNS} from events where position > $1 order by position limit $2"),
            wanted.after,
            wanted.limit.unwrap_or(MAX_EVENTS),
        ),
    };
    let query = sqlx::query_as::<_, StoredEvent>(&sql).bind(from).bind(i64::from(limit.min(MAX_EVENTS)));
    answer(query.fetch_all(&pool).await.map(Some))
}

async fn show(State(pool): State<PgPool>, Path(position): Path<i64>) -> (StatusCode, Json<Value>) {
    let sql = format!("select {COLUMNS} from events where position = $1");
    answer(sqlx::query_as::<_, StoredEvent>(&sql).bind(position).fetch_optional(&pool).await)
}

fn answer(found: Result<Option<impl Serialize>, sqlx::Error>) -> (StatusCode, Json<Value>) {
    match found {
        Ok(Some(data)) => (StatusCode::OK, Json(json!({ "data": data }))),
        Ok(None) => (StatusCode::NOT_FOUND, Json(json!({ "message": "The log has no such position." }))),
        Err(error) => {
            let message = crate::cli::with_causes(&error);
            (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "message": message })))
        }
    }
}
