//! `POST /api/v1/admin/imports/listings`: rows of an export, read and sent in batches by `hbnb import listings`.
//!
//! A batch is taken row by row: what is wrong with one row is told of that row alone, by its line, and a repeat of a
//! batch adds nothing.

use axum::extract::State;
use commands::Context;
use commands::place::{ImportListing, Imported};
use domain::text::Name;
use domain::{FieldError, Invalid};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::caller::Admin;
use crate::failure::{ApiError, Failure};
use crate::input::{Body, Fields, Json, Key, Noted, Whole};
use crate::openapi::Success;
use crate::places::{PlaceFields, decimal, read_draft};
use crate::request::Operation;
use crate::state::ApiState;

/// Rows in one request at the most: so many are done well before the deadline.
const MAX_ROWS: usize = 500;

/// A batch of listings.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what Batch reads")]
#[schema(as = ListingImport)]
pub(crate) struct ListingImportBody {
    /// The source's name; ids are unique within it.
    #[schema(max_length = 64, example = "airbnb")]
    source: String,
    #[schema(max_items = 500)]
    listings: Vec<ListingBody>,
}

/// One listing: the fields of a place, and where it comes from.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes what read_listing reads")]
#[schema(as = ImportedListing)]
pub(crate) struct ListingBody {
    /// Of the file: problems are told by it.
    #[schema(minimum = 1, example = 2)]
    line: u64,
    /// The listing's id at the source.
    #[schema(max_length = 64, example = "3075044")]
    listing_id: String,
    /// Its host's id at the source.
    #[schema(max_length = 64, example = "4883")]
    host_id: String,
    /// The host's name as shown there.
    #[schema(max_length = 100, example = "Ada")]
    host_name: Option<String>,
    #[serde(flatten)]
    place: PlaceFields,
    /// Any script.
    #[schema(min_length = 3, max_length = 255, example = "Loft under the roofs of Lyon")]
    title: String,
    /// Of one night: a decimal as a string or as a number.
    #[schema(schema_with = decimal)]
    price: String,
}

/// A batch whose rows wait to be looked at: a bad one is an answer, not a failure.
pub(crate) struct Batch(Vec<Result<Row, RejectedBody>>);

struct Row {
    line: u64,
    listing: ImportListing,
}

impl Body for Batch {
    /// The source and the record's id there guard each row.
    const HARMLESS_AGAIN: bool = true;

    fn read(fields: &mut Fields<'_>) -> Result<Self, Noted> {
        let source = fields.required::<Key<64>>("source");
        let rows = fields.required_items("listings", MAX_ROWS);
        let (Key(source), rows) = (source?, rows?);
        Ok(Self(rows.into_iter().map(|row| read_row(&source, row)).collect()))
    }
}

fn read_row(source: &str, row: Json<'_>) -> Result<Row, RejectedBody> {
    let mut fields = Fields::of(row).map_err(|problem| RejectedBody::of(0, vec![problem.at("listings")]))?;
    let line = fields.required::<Whole<0, { u64::MAX }>>("line");
    let known_line = line.map_or(0, Whole::get);
    let listing = fields.finish(|fields| {
        let (listing_id, host_id) = (fields.required("listing_id"), fields.required("host_id"));
        let host_name = fields.optional::<Name>("host_name");
        let place = read_draft(fields);
        let (Key(listing_id), Key(host_id)): (Key<64>, Key<64>) = (listing_id?, host_id?);
        line?;
        let source = source.to_owned();
        Ok(ImportListing { source, listing_id, host_id, host_name: host_name?, place: place? })
    });
    let listing = listing.map_err(|problems| RejectedBody::of(known_line, problems))?;
    Ok(Row { line: known_line, listing })
}

/// What became of a batch.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ListingImportOutcome)]
pub(crate) struct OutcomeBody {
    /// New places, listed.
    created: u64,
    /// Rows that an earlier import had brought.
    existing: u64,
    /// Rows that break a rule, by line.
    rejected: Vec<RejectedBody>,
}

/// A row that was not taken.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RejectedListing)]
pub(crate) struct RejectedBody {
    /// Its line; 0 where even that cannot be read.
    line: u64,
    /// Why.
    errors: Vec<ProblemBody>,
}

/// What is wrong with a field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RejectedField)]
pub(crate) struct ProblemBody {
    field: String,
    code: &'static str,
    message: String,
}

impl RejectedBody {
    fn of(line: u64, problems: Vec<FieldError>) -> Self {
        let problem = |FieldError { field, code, message }| ProblemBody { field, code, message };
        Self { line, errors: problems.into_iter().map(problem).collect() }
    }
}

/// Import listings
#[utoipa::path(
    post, path = "/admin/imports/listings", tag = "admin", security(("bearer" = [])),
    request_body = ListingImportBody,
    responses((status = 200, description = "What became of each row.", body = Success<OutcomeBody>))
)]
pub(crate) async fn import_listings(
    State(api): State<ApiState>,
    Operation(command): Operation<Admin, Batch>,
) -> Result<Answer, ApiError> {
    let Batch(rows) = command.body;
    let mut outcome = OutcomeBody::default();
    let mut last = None;
    for row in rows {
        match import(&api, &command.context, row).await? {
            Ok(Imported::Created(done)) => {
                outcome.created += 1;
                last = Some(done);
            }
            Ok(Imported::Exists { place_id: _ }) => outcome.existing += 1,
            Err(rejected) => outcome.rejected.push(rejected),
        }
    }
    let answer = Answer::ok(&outcome, "The listings were read.")?;
    Ok(match last {
        Some(done) => api.settle(done, command.settling).await.over(answer),
        None => answer,
    })
}

/// Takes one row. The inner error is the row's own fault; the outer one ends the batch, which may be sent again.
async fn import(
    api: &ApiState,
    context: &Context,
    row: Result<Row, RejectedBody>,
) -> Result<Result<Imported, RejectedBody>, ApiError> {
    let Row { line, listing } = match row {
        Ok(row) => row,
        Err(rejected) => return Ok(Err(rejected)),
    };
    match commands::place::import(&api.commands, context, listing).await.map_err(ApiError::from) {
        Ok(imported) => Ok(Ok(imported)),
        Err(error) => rejection(line, error).map(Err),
    }
}

fn rejection(line: u64, error: ApiError) -> Result<RejectedBody, ApiError> {
    match error.failure {
        Failure::ValidationFailed => Ok(RejectedBody::of(line, error.errors)),
        Failure::InvalidTransition => {
            let problem = Invalid::new("invalid_transition", error.failure.sentence()).at("listing_id");
            Ok(RejectedBody::of(line, vec![problem]))
        }
        _ => Err(error),
    }
}
