//! Letters counted in PostgreSQL.

use async_trait::async_trait;
use commands::ports::PortError;
use commands::ports::mail_quota::{LETTERS_A_DAY, MailQuota, Posting};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::{PgConnection, PgPool};

/// The letters of a day, without their text and addresses.
#[derive(Clone)]
pub struct PgMailQuota {
    pool: PgPool,
}

impl PgMailQuota {
    /// Counts in one database.
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Forgets at most `limit` letters of more than a day before `now`, and says how many: they count no longer.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sweep_old(connection: &mut PgConnection, now: Timestamp, limit: u32) -> Result<u64, sqlx::Error> {
        let swept = sqlx::query(
            "delete from letters where id in (select id from letters where asked_at <= $1 - interval '1 day' \
             order by asked_at limit $2 for update skip locked)",
        )
        .bind(now.to_sqlx())
        .bind(i64::from(limit))
        .execute(connection)
        .await?;
        Ok(swept.rows_affected())
    }

    async fn count(&self, posting: Posting<'_>) -> Result<bool, sqlx::Error> {
        let Posting { id, address_mark, kind, asked_at, apart } = posting;
        let mut transaction = self.pool.begin().await?;
        // Two letters to one address at once: the second sees the first.
        sqlx::query("select pg_advisory_xact_lock(hashtextextended('letters:' || $1, 0))")
            .bind(address_mark)
            .execute(&mut *transaction)
            .await?;
        let counted = sqlx::query(
            "with others as (select asked_at from letters where address_mark = $2 and kind = $3 and id <> $1 \
                             and asked_at > $4 - interval '1 day') \
             insert into letters (id, address_mark, kind, asked_at) select $1, $2, $3, $4 \
             where exists (select from letters where id = $1) \
                or (select count(*) < $6 and count(*) filter (where asked_at > $4 - $5 and asked_at < $4 + $5) = 0 \
                    from others) \
             on conflict (id) do update set asked_at = excluded.asked_at",
        )
        .bind(id)
        .bind(address_mark)
        .bind(kind)
        .bind(asked_at.to_sqlx())
        .bind(std::time::Duration::try_from(apart).unwrap_or_default())
        .bind(i64::from(LETTERS_A_DAY))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(counted.rows_affected() == 1)
    }
}

#[async_trait]
impl MailQuota for PgMailQuota {
    async fn admits(&self, posting: Posting<'_>) -> Result<bool, PortError> {
        self.count(posting).await.map_err(PortError::new)
    }
}

#[cfg(test)]
mod tests {
    use commands::ports::mail_quota::BETWEEN_LETTERS;
    use jiff::SignedDuration;

    use super::*;
    use crate::test_database::with_database;

    /// In seconds.
    const A_DAY: i64 = 86_400;

    fn later(seconds: i64) -> Timestamp {
        "2026-11-14T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
    }

    fn notice<'a>(id: &'a str, address_mark: &'a str, seconds: i64) -> Posting<'a> {
        Posting { id, address_mark, kind: "notice", asked_at: later(seconds), apart: SignedDuration::ZERO }
    }

    #[tokio::test]
    async fn a_day_has_ten_letters_of_a_kind_for_one_address_however_often_each_is_tried() {
        with_database("letters_a_day", async |database| {
            let quota = PgMailQuota::new(database.pool().clone());
            for letter in 0..10 {
                for _ in 0..3 {
                    assert!(quota.admits(notice(&letter.to_string(), "ada", letter)).await.unwrap(), "{letter}");
                }
            }

            assert!(!quota.admits(notice("10", "ada", 60)).await.unwrap());
            assert!(quota.admits(notice("9", "ada", 9)).await.unwrap(), "it is tried again");
            assert!(quota.admits(notice("to another", "lise", 60)).await.unwrap());
            let other = Posting { kind: "welcome", ..notice("of another kind", "ada", 60) };
            assert!(quota.admits(other).await.unwrap());
            assert!(!quota.admits(notice("11", "ada", A_DAY - 1)).await.unwrap());
            assert!(quota.admits(notice("11", "ada", A_DAY)).await.unwrap(), "the first is of the day before");
        })
        .await;
    }

    #[tokio::test]
    async fn letters_that_somebody_asks_for_are_a_minute_apart_whatever_the_clock_s_minute() {
        with_database("letters_apart", async |database| {
            let quota = PgMailQuota::new(database.pool().clone());
            let asked = |id, seconds| quota.admits(Posting { apart: BETWEEN_LETTERS, ..notice(id, "ada", seconds) });
            assert!(asked("first", 59).await.unwrap());
            assert!(!asked("second", 61).await.unwrap());
            assert!(!asked("second", 118).await.unwrap());
            assert!(asked("third", 119).await.unwrap());
            assert!(asked("first", 59).await.unwrap(), "it is tried again, after the third");
        })
        .await;
    }

    #[tokio::test]
    async fn of_letters_that_are_sent_at_once_no_more_than_the_day_allows_go_out() {
        with_database("letters_at_once", async |database| {
            let quota = PgMailQuota::new(database.pool().clone());
            let ids: Vec<_> = (0..24).map(|id| format!("letter {id}")).collect();

            let sent = futures::future::try_join_all(ids.iter().map(|id| quota.admits(notice(id, "ada", 0))));

            assert_eq!(sent.await.unwrap().into_iter().filter(|admitted| *admitted).count(), 10);
        })
        .await;
    }

    #[tokio::test]
    async fn letters_of_a_day_ago_are_forgotten() {
        with_database("letters_swept", async |database| {
            let quota = PgMailQuota::new(database.pool().clone());
            quota.admits(notice("old", "ada", 0)).await.unwrap();
            quota.admits(notice("newer", "ada", 1)).await.unwrap();
            let mut connection = database.pool().acquire().await.unwrap();

            assert_eq!(PgMailQuota::sweep_old(&mut connection, later(A_DAY - 1), 10).await.unwrap(), 0);
            assert_eq!(PgMailQuota::sweep_old(&mut connection, later(A_DAY), 10).await.unwrap(), 1);
        })
        .await;
    }
}
