//! `hbnb projections`.

use axum::http::Method;
use serde_json::Value;

use super::args::{Projection, Projections};
use super::error::CliError;
use super::session::Session;
use super::{Outcome, out};

/// Where the API keeps them.
const PATH: &str = "/api/v1/admin/projections";

/// Lists projections, or does something to one.
pub(super) async fn run(session: &Session, command: &Projections) -> Result<Outcome, CliError> {
    match command {
        Projections::List => list(session).await?,
        Projections::Rebuild(projection) => act(session, projection, "rebuild").await?,
        Projections::Resume(projection) => act(session, projection, "resume").await?,
        Projections::Park(projection) => act(session, projection, "park").await?,
    }
    Ok(Outcome::Done)
}

async fn list(session: &Session) -> Result<(), CliError> {
    let data = session.call(Method::GET, PATH, None).await?;
    let projections = data["items"].as_array().or_else(|| data.as_array());
    out::line(format_args!("{:24} {:>12} {:>8}  {:10} LAST ERROR", "NAME", "POSITION", "LAG", "STATE"))?;
    for projection in projections.into_iter().flatten() {
        out::line(row(projection))?;
    }
    Ok(())
}

fn row(projection: &Value) -> String {
    let text = |name: &str| projection[name].as_str().unwrap_or_default();
    let number = |name: &str| projection[name].as_u64().unwrap_or_default();
    let (name, state, error) = (text("name"), text("state"), text("last_error"));
    let row = format!("{name:24} {:>12} {:>8}  {state:10} {error}", number("position"), number("lag"));
    row.trim_end().to_owned()
}

async fn act(session: &Session, Projection { name }: &Projection, verb: &str) -> Result<(), CliError> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() || !name.chars().all(is_name) {
        return Err(CliError::Impossible(format!(
            "`{name}` is no projection's name: `hbnb projections list` shows them"
        )));
    }
    session.call(Method::POST, &format!("{PATH}/{name}/{verb}"), None).await?;
    out::line(format_args!("{name}: {verb} done"))?;
    Ok(())
}
