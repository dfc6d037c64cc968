//! `hbnb import`.

use super::args::{Import, ImportListings};
use super::error::CliError;
use super::session::Session;
use super::{Outcome, out};
use crate::import::upload;

/// Imports the file and reports what was not taken.
pub(super) async fn run(session: &Session, command: Import) -> Result<Outcome, CliError> {
    let Import::Listings(ImportListings { file, limit, currency }) = command;
    let bar = out::rows_done();
    let report = upload(&session.api, file, currency, limit, |rows| bar.set_position(rows)).await;
    bar.finish_and_clear();
    let report = report?;
    out::line(&report)?;
    Ok(if report.rejected.is_empty() { Outcome::Done } else { Outcome::Reported })
}
