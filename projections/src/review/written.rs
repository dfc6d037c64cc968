//! One row for each review: `reviews_v1`, and the sums over those that are published.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::review::{Categories, ReviewEvent, ReviewStage, Stars, Subject};
use domain::text::{Comment, Note};
use domain::{Event, RecordedEvent};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, PgConnection, Row};
use uuid::Uuid;

use super::rating::{Counting, Rated, count};
use crate::engine::{ApplyError, Projection};
use crate::{ReadError, Views, columns};

/// A review, whoever may see it. What people wrote is `None` after erasure.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// The review's id.
    pub review_id: Uuid,
    /// Of which stay.
    pub booking_id: Uuid,
    /// Where.
    pub place_id: Uuid,
    /// Who wrote it.
    pub author_id: Uuid,
    /// Who stayed.
    pub guest_id: Uuid,
    /// Whose place it is.
    pub host_id: Uuid,
    /// About whom or what.
    pub subject: Subject,
    /// Until it is published its author alone may know of it.
    pub stage: ReviewStage,
    /// Over all; `None` where its author was erased before it was published.
    pub rating: Option<Stars>,
    /// One by one.
    pub categories: Categories,
    /// In words.
    pub text: Option<String>,
    /// What the host answered, if it did.
    pub reply: Option<Reply>,
    /// Since when others can read it, or could.
    pub published_at: Option<Timestamp>,
    /// The stream's version.
    pub version: u64,
    /// When it was written.
    pub created_at: Timestamp,
}

/// A host's answer to a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// In words; `None` after erasure.
    pub text: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl FromRow<'_, PgRow> for ReviewRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let replied_at = columns::timestamp_or_null(row, "replied_at")?;
        let text: Option<String> = row.try_get("reply")?;
        Ok(Self {
            review_id: row.try_get("review_id")?,
            booking_id: row.try_get("booking_id")?,
            place_id: row.try_get("place_id")?,
            author_id: row.try_get("author_id")?,
            guest_id: row.try_get("guest_id")?,
            host_id: row.try_get("host_id")?,
            subject: columns::parsed(row, "subject")?,
            stage: columns::parsed(row, "stage")?,
            rating: stars(row)?,
            categories: row
                .try_get::<Option<Json<Categories>>, _>("categories")?
                .map(|json| json.0)
                .unwrap_or_default(),
            text: row.try_get("text")?,
            reply: replied_at.map(|at| Reply { text, at }),
            published_at: columns::timestamp_or_null(row, "published_at")?,
            version: columns::unsigned(row, "version")?,
            created_at: columns::timestamp(row, "created_at")?,
        })
    }
}

fn stars(row: &PgRow) -> sqlx::Result<Option<Stars>> {
    let Some(number) = row.try_get::<Option<i16>, _>("rating")? else { return Ok(None) };
    let stars = Stars::new(number.unsigned_abs().into()).map_err(|invalid| columns::corrupt("rating", invalid))?;
    Ok(Some(stars))
}

/// A review by its id, whatever its stage: whoever shows it must ask who may see it.
///
/// # Errors
/// [`ReadError`].
pub async fn find(views: &Views, review_id: Uuid) -> Result<Option<ReviewRow>, ReadError> {
    let sql = "select * from reviews_v1 where review_id = $1";
    Ok(sqlx::query_as(sql).bind(review_id).fetch_optional(&views.pool).await?)
}

/// Fills `reviews_v1` and `review_sums_v1`.
pub struct Reviews;

#[async_trait]
impl Projection for Reviews {
    fn name(&self) -> &'static str {
        "reviews"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["reviews_v1", "review_sums_v1"]
    }

    async fn apply(&self, conn: &mut PgConnection, recorded: &RecordedEvent) -> Result<(), ApplyError> {
        match &recorded.event {
            Event::Review(event) => Ok(apply(conn, recorded, event).await?),
            Event::User(_) | Event::Place(_) | Event::Booking(_) | Event::Amenity(_) => Ok(()),
        }
    }
}

async fn apply(conn: &mut PgConnection, recorded: &RecordedEvent, event: &ReviewEvent) -> sqlx::Result<()> {
    match event {
        ReviewEvent::Submitted {
            review_id,
            booking_id,
            place_id,
            guest_id,
            host_id,
            subject,
            rating,
            categories,
            text,
            window_end: _,
            at,
        } => {
            let ids = [review_id, booking_id, place_id, guest_id, host_id];
            let said = Said { rating: *rating, categories: categories.as_ref(), text: text.as_ref() };
            insert(conn, recorded, ids, *subject, said, *at).await
        }
        ReviewEvent::Published { rating, categories, at, .. } => {
            let rated = publish(conn, recorded, *rating, categories, *at).await?;
            count(conn, Counting::Begins, &rated, *rating, categories).await
        }
        ReviewEvent::Replied { text, at } => reply(conn, recorded, text.as_ref(), *at).await,
        ReviewEvent::Hidden { by: _, reason: _, at } => hide(conn, recorded, *at).await,
    }
}

/// Whose a review is and what it is about: review, booking, place, guest and host.
type Ids<'e> = [&'e Uuid; 5];

/// What its author said.
struct Said<'e> {
    rating: Option<Stars>,
    categories: Option<&'e Categories>,
    text: Option<&'e Comment>,
}

async fn insert(
    conn: &mut PgConnection,
    recorded: &RecordedEvent,
    [review_id, booking_id, place_id, guest_id, host_id]: Ids<'_>,
    subject: Subject,
    said: Said<'_>,
    at: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query(
        "insert into reviews_v1 (
             review_id, booking_id, place_id, author_id, guest_id, host_id, subject, stage, rating, categories, text,
             version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
    )
    .bind(review_id)
    .bind(booking_id)
    .bind(place_id)
    .bind(subject.author(*guest_id, *host_id))
    .bind(guest_id)
    .bind(host_id)
    .bind(subject.name())
    .bind(ReviewStage::Submitted.name())
    .bind(said.rating.map(|rating| i16::from(rating.get())))
    .bind(said.categories.map(Json))
    .bind(said.text.map(Comment::as_str))
    .bind(columns::signed(recorded.sequence))
    .bind(at.to_sqlx())
    .execute(conn)
    .await?;
    Ok(())
}

/// The ratings come from the event: they are public from now on, whatever becomes of their author's key.
async fn publish(
    conn: &mut PgConnection,
    recorded: &RecordedEvent,
    rating: Stars,
    categories: &Categories,
    at: Timestamp,
) -> sqlx::Result<Vec<(Rated, Uuid)>> {
    let row = sqlx::query(
        "update reviews_v1
         set stage = $2, rating = $3, categories = $4, published_at = $5, version = $6, updated_at = $5
         where review_id = $1
         returning subject, place_id, guest_id, host_id",
    )
    .bind(recorded.aggregate_id)
    .bind(ReviewStage::Published.name())
    .bind(i16::from(rating.get()))
    .bind(Json(categories))
    .bind(at.to_sqlx())
    .bind(columns::signed(recorded.sequence))
    .fetch_one(conn)
    .await?;
    rated(&row)
}

/// For whom reviews count, or would if they were published.
pub(crate) async fn rated_by(conn: &mut PgConnection, reviews: BTreeSet<Uuid>) -> sqlx::Result<Vec<(Rated, Uuid)>> {
    if reviews.is_empty() {
        return Ok(vec![]);
    }
    let sql = "select subject, place_id, guest_id, host_id from reviews_v1 where review_id = any($1)";
    let rows = sqlx::query(sql).bind(Vec::from_iter(reviews)).fetch_all(conn).await?;
    rows.iter().map(rated).try_fold(vec![], |mut all, rated| {
        all.extend(rated?);
        Ok(all)
    })
}

/// For whom a review counts.
fn rated(row: &PgRow) -> sqlx::Result<Vec<(Rated, Uuid)>> {
    Ok(match columns::parsed(row, "subject")? {
        Subject::Place => vec![(Rated::Place, row.try_get("place_id")?), (Rated::Host, row.try_get("host_id")?)],
        Subject::Guest => vec![(Rated::Guest, row.try_get("guest_id")?)],
    })
}

async fn reply(
    conn: &mut PgConnection,
    recorded: &RecordedEvent,
    text: Option<&Note>,
    at: Timestamp,
) -> sqlx::Result<()> {
    let sql = "
        update reviews_v1 set reply = $2, replied_at = $3, version = $4, updated_at = $3 where review_id = $1";
    sqlx::query(sql)
        .bind(recorded.aggregate_id)
        .bind(text.map(Note::as_str))
        .bind(at.to_sqlx())
        .bind(columns::signed(recorded.sequence))
        .execute(conn)
        .await?;
    Ok(())
}

async fn hide(conn: &mut PgConnection, recorded: &RecordedEvent, at: Timestamp) -> sqlx::Result<()> {
    let row = sqlx::query(
        "update reviews_v1 set stage = $2, version = $3, updated_at = $4
         where review_id = $1
         returning subject, place_id, guest_id, host_id, rating, categories",
    )
    .bind(recorded.aggregate_id)
    .bind(ReviewStage::Hidden.name())
    .bind(columns::signed(recorded.sequence))
    .bind(at.to_sqlx())
    .fetch_one(&mut *conn)
    .await?;
    let Some(rating) = stars(&row)? else { return Ok(()) };
    let categories: Categories = columns::json(&row, "categories")?;
    count(conn, Counting::Ceases, &rated(&row)?, rating, &categories).await
}
