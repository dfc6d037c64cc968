//! `hbnb projections`.

use axum::http::Method;
use serde_json::{Value, json};

use super::args::{Park, Projection, Projections};
use super::error::CliError;
use super::session::Session;
use super::{Outcome, out};

/// Where the API keeps them.
pub(super) const PATH: &str = "/api/v1/admin/projections";

/// Lists projections, or does something to one.
pub(super) async fn run(session: &Session, command: &Projections) -> Result<Outcome, CliError> {
    match command {
        Projections::List => list(session).await?,
        Projections::Rebuild(projection) => act(session, projection, "rebuild", None).await?,
        Projections::Resume(projection) => act(session, projection, "resume", None).await?,
        Projections::Park(Park { projection, position, reason }) => {
            let body = json!({ "position": position, "reason": reason });
            act(session, projection, "park", Some(&body)).await?;
        }
    }
    Ok(Outcome::Done)
}

async fn list(session: &Session) -> Result<(), CliError> {
    let data = session.call(Method::GET, PATH, None).await?;
    out::line(format_args!(
        "{:24} {:>7} {:>10} {:>8} {:>7}  {:8} LAST ERROR",
        "NAME", "VERSION", "POSITION", "LAG", "PARKED", "STATE"
    ))?;
    for projection in data["items"].as_array().into_iter().flatten() {
        out::line(row(projection))?;
    }
    Ok(())
}

fn row(projection: &Value) -> String {
    let text = |name: &str| projection[name].as_str().unwrap_or_default();
    let number = |name: &str| projection[name].as_u64().unwrap_or_default();
    let failing = projection["failing_position"].as_u64().map(|position| format!("position {position}: "));
    let error = failing.unwrap_or_default() + text("last_error");
    let (name, version) = (text("name"), number("version"));
    let (position, lag, parked) = (number("position"), number("lag"), number("parked"));
    let row = format!("{name:24} {version:>7} {position:>10} {lag:>8} {parked:>7}  {:8} {error}", text("state"));
    row.trim_end().to_owned()
}

async fn act(
    session: &Session,
    Projection { name }: &Projection,
    verb: &str,
    body: Option<&Value>,
) -> Result<(), CliError> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(CliError::Impossible(format!(
            "`{name}` is no projection's name: `hbnb projections list` shows them"
        )));
    }
    session.call(Method::POST, &format!("{PATH}/{name}/{verb}"), body).await?;
    out::line(format_args!("{name}: {verb} done"))?;
    Ok(())
}
