//! Sums over published reviews, by place, guest and host: `review_sums_v1`.

use std::collections::{BTreeMap, HashMap};

use domain::review::{Categories, Category, Stars};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::cache::Weighed;
use crate::{ReadError, Views, columns};

/// The category of the rating over all.
const OVERALL: &str = "overall";

/// What reviews are summed up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rated {
    /// A place, by its guests.
    Place,
    /// A guest, by its hosts.
    Guest,
    /// A host: all its places, by their guests.
    Host,
}

impl Rated {
    fn name(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Guest => "guest",
            Self::Host => "host",
        }
    }
}

/// What published reviews say together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rating {
    /// Over all.
    pub overall: Tally,
    /// By category; those that nobody rated are absent.
    pub categories: BTreeMap<Category, Tally>,
}

/// Ratings of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub count: u64,
    /// Their sum.
    pub stars: u64,
}

impl Tally {
    /// The average in hundredths of a star, halves rounded up; `None` of nothing.
    pub fn hundredths(self) -> Option<u64> {
        let Self { count, stars } = self;
        // Twice the numerator and half the divisor: rounding in whole numbers.
        (count > 0).then(|| (stars.saturating_mul(200) + count) / count.saturating_mul(2))
    }
}

impl Weighed for Rating {
    fn weight(&self) -> u64 {
        (self.categories.len() * size_of::<(Category, Tally)>()) as u64
    }
}

/// What is said of one of them; nothing where there is no published review.
///
/// # Errors
/// [`ReadError`].
pub async fn rating(views: &Views, rated: Rated, id: Uuid) -> Result<Rating, ReadError> {
    Ok(ratings(views, rated, &[id]).await?.remove(&id).unwrap_or_default())
}

/// What is said of each of several; whoever has no published review is absent.
///
/// # Errors
/// [`ReadError`].
pub async fn ratings(views: &Views, rated: Rated, ids: &[Uuid]) -> Result<HashMap<Uuid, Rating>, ReadError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let sql = "
        select subject_id, category, stars, count from review_sums_v1 where subject = $1 and subject_id = any($2)";
    let rows = sqlx::query(sql).bind(rated.name()).bind(ids).fetch_all(&views.pool).await?;
    let mut ratings: HashMap<Uuid, Rating> = HashMap::new();
    for row in rows {
        let rating = ratings.entry(row.try_get("subject_id")?).or_default();
        let tally = Tally { count: columns::unsigned(&row, "count")?, stars: columns::unsigned(&row, "stars")? };
        match category(&row)? {
            None => rating.overall = tally,
            Some(category) => {
                rating.categories.insert(category, tally);
            }
        }
    }
    Ok(ratings)
}

fn category(row: &PgRow) -> sqlx::Result<Option<Category>> {
    match row.try_get("category")? {
        OVERALL => Ok(None),
        _ => columns::parsed(row, "category").map(Some),
    }
}

/// Whether a review begins or ceases to count.
#[derive(Debug, Clone, Copy)]
pub(super) enum Counting {
    Begins,
    Ceases,
}

/// Counts one review for each of `rated`, or no longer.
pub(super) async fn count(
    conn: &mut PgConnection,
    counting: Counting,
    rated: &[(Rated, Uuid)],
    rating: Stars,
    categories: &Categories,
) -> sqlx::Result<()> {
    let sql = match counting {
        Counting::Begins => {
            "insert into review_sums_v1 (subject, subject_id, category, stars, count)
             select r.subject, r.subject_id, s.category, s.stars, 1
             from unnest($1::text[], $2::uuid[]) as r (subject, subject_id)
             cross join unnest($3::text[], $4::bigint[]) as s (category, stars)
             on conflict (subject, subject_id, category) do update
             set stars = review_sums_v1.stars + excluded.stars, count = review_sums_v1.count + 1"
        }
        Counting::Ceases => {
            "update review_sums_v1 t
             set stars = t.stars - s.stars, count = t.count - 1
             from unnest($1::text[], $2::uuid[]) as r (subject, subject_id)
             cross join unnest($3::text[], $4::bigint[]) as s (category, stars)
             where t.subject = r.subject and t.subject_id = r.subject_id and t.category = s.category"
        }
    };
    let mut names = vec![OVERALL];
    let mut stars = vec![i64::from(rating.get())];
    for (category, rating) in categories {
        names.push(category.name());
        stars.push(i64::from(rating.get()));
    }
    let subjects: Vec<&str> = rated.iter().map(|(rated, _)| rated.name()).collect();
    let ids: Vec<Uuid> = rated.iter().map(|(_, id)| *id).collect();
    sqlx::query(sql).bind(&subjects).bind(&ids).bind(names).bind(stars).execute(&mut *conn).await?;
    if matches!(counting, Counting::Ceases) {
        forget_empty(conn, &subjects, &ids).await?;
    }
    Ok(())
}

/// Of whom nothing is said any more there is no row, as if nothing had ever been said.
async fn forget_empty(conn: &mut PgConnection, subjects: &[&str], ids: &[Uuid]) -> sqlx::Result<()> {
    let sql = "
        delete from review_sums_v1 t using unnest($1::text[], $2::uuid[]) as r (subject, subject_id)
        where t.subject = r.subject and t.subject_id = r.subject_id and t.count = 0";
    sqlx::query(sql).bind(subjects).bind(ids).execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn an_average_has_two_decimals_halves_rounded_up() {
        let average = |count, stars| Tally { count, stars }.hundredths();
        assert_eq!(average(0, 0), None);
        assert_eq!((average(1, 5), average(2, 9), average(3, 14)), (Some(500), Some(450), Some(467)));
        // 4.125 and 4.375: exactly between two hundredths.
        assert_eq!((average(8, 33), average(8, 35)), (Some(413), Some(438)));
        assert_eq!(average(3, 13), Some(433));
    }
}
