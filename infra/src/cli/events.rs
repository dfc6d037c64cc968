//! `hbnb events`.

use std::time::Duration;

use axum::http::Method;
use serde_json::Value;

use super::args::{Events, Tail};
use super::error::CliError;
use super::session::Session;
use super::{Outcome, out};
use crate::operator::EVENTS;
use crate::serve::stop_signal;

/// How often new events are asked for.
const PAUSE: Duration = Duration::from_millis(500);
/// How many events are asked for at once.
const PAGE: u32 = 1_000;

/// Shows events.
pub(super) async fn run(session: &Session, command: &Events) -> Result<Outcome, CliError> {
    match command {
        Events::Tail(options) => tail(session, options).await?,
        Events::Show { position } => {
            let event = session.call(Method::GET, &format!("{EVENTS}/{position}"), None).await?;
            out::line(format_args!("{event:#}"))?;
        }
    }
    Ok(Outcome::Done)
}

async fn tail(session: &Session, options: &Tail) -> Result<(), CliError> {
    let newest = session.call(Method::GET, &format!("{EVENTS}?newest={}", options.lines), None).await?;
    let mut position = show(&newest, 0)?;
    if !options.follow {
        return Ok(());
    }
    let mut stop = Box::pin(stop_signal().map_err(CliError::io("the signal to stop cannot be heard"))?);
    // The operator ends it: following has no end of its own.
    while tokio::time::timeout(PAUSE, &mut stop).await.is_err() {
        let path = format!("{EVENTS}?after={position}&limit={PAGE}");
        position = show(&session.call(Method::GET, &path, None).await?, position)?;
    }
    Ok(())
}

/// Writes a line per event; the position of the last one.
fn show(events: &Value, after: u64) -> Result<u64, CliError> {
    let mut last = after;
    for event in events.as_array().into_iter().flatten() {
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        last = event["position"].as_u64().unwrap_or(last);
        let (at, kind, id) = (text("recorded_at"), text("event_type"), text("aggregate_id"));
        out::line(format_args!("{last:>10}  {at}  {kind:24} {id} #{}", event["sequence"]))?;
    }
    Ok(last)
}
