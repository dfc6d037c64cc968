//! `hbnb events`.

use std::time::Duration;

use axum::http::Method;
use serde_json::Value;

use super::args::{Events, Tail};
use super::error::CliError;
use super::projections::PATH as PROJECTIONS;
use super::session::Session;
use super::{Outcome, out};
use crate::serve::stop_signal;

/// Where the API keeps them.
const PATH: &str = "/api/v1/admin/events";
/// How often new events are asked for.
const PAUSE: Duration = Duration::from_millis(500);
/// How many events are asked for at once.
const PAGE: u32 = 1_000;

/// Shows events.
pub(super) async fn run(session: &Session, command: &Events) -> Result<Outcome, CliError> {
    match command {
        Events::Tail(options) => tail(session, options).await?,
        Events::Show { position } => {
            let event = session.call(Method::GET, &format!("{PATH}/{position}"), None).await?;
            out::line(format_args!("{event:#}"))?;
        }
    }
    Ok(Outcome::Done)
}

async fn tail(session: &Session, options: &Tail) -> Result<(), CliError> {
    let head = head(session).await?;
    let mut position = head.saturating_sub(u64::from(options.lines));
    let mut stop = Box::pin(stop_signal().map_err(CliError::io("the signal to stop cannot be heard"))?);
    loop {
        let path = format!("{PATH}?after={position}&limit={PAGE}");
        let part = session.call(Method::GET, &path, None).await?;
        position = show(&part["items"], position)?;
        if position >= head && !options.follow {
            return Ok(());
        }
        // Following has no end of its own: the operator gives it one.
        if tokio::time::timeout(PAUSE, &mut stop).await.is_ok() {
            return Ok(());
        }
    }
}

/// The position of the newest event: where any projection is, and what it lacks.
async fn head(session: &Session) -> Result<u64, CliError> {
    let data = session.call(Method::GET, PROJECTIONS, None).await?;
    let number = |projection: &Value, name: &str| projection[name].as_u64().unwrap_or_default();
    let heads = data["items"].as_array().into_iter().flatten();
    Ok(heads.map(|one| number(one, "position") + number(one, "lag")).max().unwrap_or_default())
}

/// Writes a line per event; the position of the last one.
fn show(events: &Value, after: u64) -> Result<u64, CliError> {
    let mut last = after;
    for event in events.as_array().into_iter().flatten() {
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        last = event["position"].as_u64().unwrap_or(last);
        let (at, kind, id) = (text("recorded_at"), text("type"), text("aggregate_id"));
        out::line(format_args!("{last:>10}  {at:27}  {kind:24}  {id} #{}", event["sequence"]))?;
    }
    Ok(last)
}
