//! From the file to the API: read on a thread of its own, sent in batches, a few in flight at once.

use std::path::PathBuf;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use domain::Currency;
use futures::StreamExt as _;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::batch::Batch;
use super::listing::{Listing, Note};
use super::reader::{ListingReader, ReadError, Rejected};
use super::report::Report;
use crate::operator::{CallError, LocalApi};

/// Where batches go.
const PATH: &str = "/api/v1/admin/imports/listings";
/// The source's name; a listing's id is unique within it.
const SOURCE: &str = "airbnb";
/// Batches under way at once: enough to keep the log's group commit busy.
const IN_FLIGHT: usize = 4;
/// Batches read ahead.
const READ_AHEAD: usize = 2;
/// How often a batch is sent before the import gives up; a repeat is harmless.
const ATTEMPTS: u32 = 5;

/// Why an import ended early. What was sent before is kept, and another run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The file.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The API did not answer.
    #[error("the import ended early; another run goes on from there")]
    Call(#[from] CallError),
    /// The API did not take a batch.
    #[error("the API refused a batch with {status}: {message}; another run goes on from there")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The answer's own sentence.
        message: String,
    },
    /// The API's answer is not what this program knows.
    #[error("the API's answer to a batch is not understood: is the server of another version?")]
    Answer(#[source] serde_json::Error),
    /// The thread that reads the file ended early.
    #[error("reading the file ended early")]
    Thread(#[from] tokio::task::JoinError),
}

/// What the reading thread tells.
enum Found {
    Batch(Vec<Listing>),
    Rejected(Rejected),
    Notes(Vec<Note>),
}

/// The data of an answer to a batch.
#[derive(Deserialize)]
struct Outcome {
    created: u64,
    existing: u64,
    rejected: Vec<RejectedListing>,
}

#[derive(Deserialize)]
struct RejectedListing {
    line: u64,
    errors: Vec<FieldError>,
}

#[derive(Deserialize)]
struct FieldError {
    field: String,
    message: String,
}

/// Imports a file. `limit` counts rows of the file; `progress` hears how many rows are done.
///
/// # Errors
/// See [`UploadError`].
pub async fn upload(
    api: &LocalApi,
    file: PathBuf,
    currency: Currency,
    limit: Option<usize>,
    progress: impl Fn(u64),
) -> Result<Report, UploadError> {
    let (sender, receiver) = mpsc::channel(READ_AHEAD);
    let reading = tokio::task::spawn_blocking(move || read(&file, currency, limit, &sender));
    let found = futures::stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
    let mut report = Report::default();
    let mut outcomes = std::pin::pin!(found.map(|found| handle(api, found)).buffer_unordered(IN_FLIGHT));
    while let Some(step) = outcomes.next().await {
        step?.add_to(&mut report);
        progress(report.rows);
    }
    reading.await??;
    Ok(report)
}

/// Reads on until the file ends or nobody listens any more.
fn read(
    file: &std::path::Path,
    currency: Currency,
    limit: Option<usize>,
    found: &mpsc::Sender<Found>,
) -> Result<(), ReadError> {
    let mut batch = Batch::default();
    for row in ListingReader::open(file, currency)?.take(limit.unwrap_or(usize::MAX)) {
        let news = match row? {
            Ok((listing, notes)) => {
                let notes = Some(Found::Notes(notes)).filter(|notes| !matches!(notes, Found::Notes(n) if n.is_empty()));
                [notes, batch.push(listing).map(Found::Batch)]
            }
            Err(rejected) => [Some(Found::Rejected(rejected)), None],
        };
        for news in news.into_iter().flatten() {
            if found.blocking_send(news).is_err() {
                return Ok(());
            }
        }
    }
    if let Some(last) = batch.take() {
        // Nobody listening means that the import failed already, and says so itself.
        let _ = found.blocking_send(Found::Batch(last));
    }
    Ok(())
}

/// One step of the import, done.
enum Step {
    Sent(Outcome),
    Rejected(Rejected),
    Notes(Vec<Note>),
}

impl Step {
    fn add_to(self, report: &mut Report) {
        match self {
            Self::Sent(outcome) => {
                report.created += outcome.created;
                report.existing += outcome.existing;
                report.rows += outcome.created + outcome.existing + outcome.rejected.len() as u64;
                report.rejected.extend(outcome.rejected.into_iter().map(rejected));
            }
            Self::Rejected(rejected) => {
                report.rows += 1;
                report.rejected.push(rejected);
            }
            Self::Notes(notes) => report.note(&notes),
        }
    }
}

fn rejected(listing: RejectedListing) -> Rejected {
    let reasons: Vec<String> =
        listing.errors.into_iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
    Rejected { line: listing.line, reason: reasons.join(" ") }
}

async fn handle(api: &LocalApi, found: Found) -> Result<Step, UploadError> {
    match found {
        Found::Batch(listings) => Ok(Step::Sent(send(api, &listings).await?)),
        Found::Rejected(rejected) => Ok(Step::Rejected(rejected)),
        Found::Notes(notes) => Ok(Step::Notes(notes)),
    }
}

/// Sends a batch, again where the API is busy or the answer was lost.
async fn send(api: &LocalApi, listings: &[Listing]) -> Result<Outcome, UploadError> {
    let body = json!({ "source": SOURCE, "listings": listings });
    let mut attempt = 1;
    loop {
        let outcome = api.call(Method::POST, PATH, Some(&body)).await;
        let is_busy = match &outcome {
            Ok((status, _)) => matches!(*status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS),
            Err(error) => error.is_temporary(),
        };
        if !is_busy || attempt >= ATTEMPTS {
            let (status, answer) = outcome?;
            return understand(status, answer);
        }
        tokio::time::sleep(pause(attempt)).await;
        attempt += 1;
    }
}

/// Doubles from a quarter of a second. There is one import at a time, so that no jitter is needed.
fn pause(attempt: u32) -> Duration {
    Duration::from_millis(250) * 2_u32.saturating_pow(attempt - 1)
}

fn understand(status: StatusCode, mut answer: Value) -> Result<Outcome, UploadError> {
    if !status.is_success() {
        let message = answer["message"].as_str().unwrap_or_default().to_owned();
        return Err(UploadError::Refused { status, message });
    }
    serde_json::from_value(answer["data"].take()).map_err(UploadError::Answer)
}
