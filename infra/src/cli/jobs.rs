//! `hbnb jobs`.

use axum::http::Method;
use serde_json::Value;

use super::args::{Job, Jobs};
use super::error::CliError;
use super::session::Session;
use super::{Outcome, out};

/// Where the API keeps them.
const PATH: &str = "/api/v1/admin/jobs";
/// How many are asked for at once.
const PAGE: usize = 1_000;

/// Lists jobs, or does something to one.
pub(super) async fn run(session: &Session, command: &Jobs) -> Result<Outcome, CliError> {
    match command {
        Jobs::List { state } => list(session, state).await?,
        Jobs::Retry(job) => act(session, job, "retry").await?,
        Jobs::Discard(job) => act(session, job, "discard").await?,
    }
    Ok(Outcome::Done)
}

async fn list(session: &Session, state: &str) -> Result<(), CliError> {
    out::line(format_args!("{:>10} {:20} {:28} {:>8} {:27} LAST ERROR", "ID", "KIND", "KEY", "ATTEMPTS", "DUE"))?;
    let mut after = 0;
    loop {
        let path = format!("{PATH}?state={state}&after={after}&limit={PAGE}");
        let part = session.call(Method::GET, &path, None).await?;
        let jobs = part["items"].as_array().map_or(&[][..], Vec::as_slice);
        for job in jobs {
            out::line(row(job))?;
        }
        if jobs.len() < PAGE {
            return Ok(());
        }
        after = part["next_after"].as_i64().unwrap_or(i64::MAX);
    }
}

fn row(job: &Value) -> String {
    let text = |name: &str| job[name].as_str().unwrap_or_default();
    let (id, kind, key, due, error) = (&job["id"], text("kind"), text("key"), text("run_at"), text("last_error"));
    let attempts = format!("{}/{}", job["attempts"], job["max_attempts"]);
    format!("{id:>10} {kind:20} {key:28} {attempts:>8} {due:27} {error}").trim_end().to_owned()
}

async fn act(session: &Session, Job { id }: &Job, verb: &str) -> Result<(), CliError> {
    session.call(Method::POST, &format!("{PATH}/{id}/{verb}"), None).await?;
    out::line(format_args!("{id}: {verb} done"))?;
    Ok(())
}
