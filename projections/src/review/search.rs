//! Reviews of a place, of a guest, by an author.

use domain::review::{ReviewStage, Subject};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::ReviewRow;
use crate::page::{Order, Rank};
use crate::{Key, Listed, ReadError, Slice, Views, columns};

/// Which reviews are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewsOf {
    /// What guests said of a place: published ones.
    Place(Uuid),
    /// What hosts said of a guest: published ones.
    Guest(Uuid),
    /// What somebody wrote, published or not: for that somebody alone.
    Author(Uuid),
}

/// Reviews that match, newest first: by when they were published, an author's own by when they were written.
///
/// # Errors
/// [`ReadError`].
pub async fn list(views: &Views, of: ReviewsOf, slice: Slice) -> Result<Listed<ReviewRow>, ReadError> {
    slice.check()?;
    let mut query = matching("select *", of);
    let rank = match of {
        ReviewsOf::Place(_) | ReviewsOf::Guest(_) => "published_at",
        ReviewsOf::Author(_) => "created_at",
    };
    Order { rank: Rank::Instant(rank), id: "review_id", descending: true }.push(&mut query, slice);
    let rows: Vec<ReviewRow> = query.build_query_as().fetch_all(&views.pool).await?;
    let total = match slice.counts() {
        true => Some(count(views, of).await?),
        false => None,
    };
    let rank = |row: &ReviewRow| match of {
        ReviewsOf::Place(_) | ReviewsOf::Guest(_) => row.published_at.unwrap_or(row.created_at),
        ReviewsOf::Author(_) => row.created_at,
    };
    let keyed = |row: ReviewRow| (Key { rank: rank(&row).as_microsecond(), id: row.review_id }, row);
    Ok(Listed::of(rows.into_iter().map(keyed).collect(), slice, total))
}

async fn count(views: &Views, of: ReviewsOf) -> Result<u64, ReadError> {
    let row = matching("select count(*) as total", of).build().fetch_one(&views.pool).await?;
    Ok(columns::unsigned(&row, "total")?)
}

/// Constants stand in the text: an index of published ones serves only a query that says so.
fn matching<'q>(select: &str, of: ReviewsOf) -> QueryBuilder<'q, Postgres> {
    let mut query = QueryBuilder::new(select);
    query.push(" from reviews_v1 where ");
    let published =
        |subject: Subject| format!("subject = '{}' and stage = '{}'", subject.name(), ReviewStage::Published.name());
    match of {
        ReviewsOf::Place(id) => {
            query.push(published(Subject::Place)).push(" and place_id = ").push_bind(id);
        }
        ReviewsOf::Guest(id) => {
            query.push(published(Subject::Guest)).push(" and guest_id = ").push_bind(id);
        }
        ReviewsOf::Author(id) => {
            query.push("author_id = ").push_bind(id);
        }
    }
    query
}
