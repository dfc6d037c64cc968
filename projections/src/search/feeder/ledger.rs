//! The tables `search_feeders` and `search_indexes`: which indexes there are, how far they have come, who feeds them.

use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row};

use super::{Feeder, RoundError};
use crate::columns;
use crate::search::documents;
use crate::search::last_look::RECENT;

/// A feeder that is not heard of for so long has been killed or cut off.
const LEASE: &str = "30 seconds";
/// A question has been answered within this time of the look that named its index.
const ANSWERED: Duration = Duration::from_secs(30);
/// A write that was not answered is done by then, or never: so long after it began, or after the engine was silent last.
const SETTLED: &str = "2 minutes";
/// A version that has been behind for so long is of a program that nobody runs any more.
const ABANDONED: &str = "10 minutes";

/// What there may be to do.
#[derive(Debug, Default)]
pub(super) struct Situation {
    /// The views contain the log up to here, and so could the index.
    pub(super) views: u64,
    /// How often the views were rebuilt.
    pub(super) rebuilds: i64,
    /// Whether nobody feeds it now, and the pause after the last failure is over.
    pub(super) may_begin: bool,
    pub(super) live: Option<Held>,
    pub(super) filling: Option<Held>,
    /// Whether what was doubted can be written once more.
    pub(super) may_mend: bool,
    /// Retired ones that nobody asks or writes to any more, of other versions too.
    pub(super) rubbish: Vec<String>,
}

/// An index as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) uid: String,
    /// `None` until the engine has made it.
    pub(super) mark: Option<String>,
    pub(super) position: u64,
    /// How often the views had been rebuilt when it was begun.
    pub(super) rebuilds: i64,
    /// Whether a late write may yet put back what it holds.
    pub(super) is_doubted: bool,
}

/// A write that has begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begun {
    /// When, as the ledger has it.
    at: jiff_sqlx::Timestamp,
    /// What was doubted before, and so will be once it is known what has become of the write: from where, and since when.
    before: (Option<i64>, Option<jiff_sqlx::Timestamp>),
}

/// The right to write, as long as nobody has taken it over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lease {
    fence: i64,
    /// Failures in a row before it.
    pub(super) attempts: u32,
}

impl Situation {
    pub(super) fn in_use(&self) -> impl Iterator<Item = &Held> {
        self.live.iter().chain(&self.filling)
    }

    /// Whether there is anything to do.
    pub(super) fn wants_work(&self) -> bool {
        (self.live.is_none() && self.filling.is_none())
            || self.filling.as_ref().is_some_and(|filling| !filling.is_full_but_doubted(self.views))
            || !self.rubbish.is_empty()
            || self.in_use().any(|held| held.position < self.views)
            || self.may_mend
            || self.outdated().next().is_some()
    }

    /// Those that were begun before a view was rebuilt: rows may have changed, and not their positions.
    pub(super) fn outdated(&self) -> impl Iterator<Item = &Held> {
        self.in_use().filter(|held| held.rebuilds != self.rebuilds)
    }
}

impl Held {
    /// Whether all is in a new index that is not asked yet because most questions would be left to the database.
    pub(super) fn is_full_but_doubted(&self, views: u64) -> bool {
        self.is_doubted && self.mark.is_some() && self.position >= views
    }
}

const LOOK: &str = "
    with views as (
        select case count(*) when 2 then min(position) else 0 end as position,
               coalesce(sum(rebuilds), 0)::bigint as rebuilds
        from projection_checkpoints where (name, version) in (($3, $4), ($5, $6))
    ), feeder as (
        select coalesce(leased_until <= clock_timestamp(), true) and coalesce(retry_at <= clock_timestamp(), true)
               as may_begin
        from search_feeders where name = $1 and version = $2
    )
    select v.position as views, v.rebuilds as views_rebuilds,
           coalesce((select may_begin from feeder), true) as may_begin,
           i.uid, i.state, i.mark, i.position, i.rebuilds, i.doubted_from is not null as is_doubted,
           coalesce(i.state <> 'retired' and i.doubted_since + $8::interval <= clock_timestamp(), false) as may_mend
    from views v
    left join search_indexes i on i.name = $1 and case i.state
        when 'retired' then i.since + $7 * interval '1 second' <= clock_timestamp()
            and coalesce(i.doubted_since + $8::interval <= clock_timestamp(), true)
        else i.version = $2 end";

const TAKE: &str = "
    insert into search_feeders as f (name, version, fence, leased_until)
    values ($1, $2, 1, clock_timestamp() + $3::interval)
    on conflict (name, version) do update set
        fence = f.fence + 1, leased_until = excluded.leased_until, updated_at = clock_timestamp()
    where coalesce(f.leased_until <= clock_timestamp(), true) and coalesce(f.retry_at <= clock_timestamp(), true)
    returning fence, attempts";

/// Holds the lease for longer, if it still is one's own.
const RENEW: &str = "
    update search_feeders set leased_until = clock_timestamp() + $4::interval, updated_at = clock_timestamp()
    where name = $1 and version = $2 and fence = $3";

/// A uid that no other database and no other index has: an engine may be shared. Counted before a row of the views is
/// read, so that no rebuild is missed.
const BEGIN: &str = "
    insert into search_indexes (uid, name, version, state, rebuilds)
    select 'hbnb_' || regexp_replace(current_database(), '[^a-zA-Z0-9_-]', '_', 'g') || '_places_v' || $2::integer
               || '_' || replace(gen_random_uuid()::text, '-', ''),
           $1, $2, 'filling', coalesce(sum(rebuilds), 0)
    from projection_checkpoints where (name, version) in (($3, $4), ($5, $6))
    on conflict do nothing
    returning uid";

impl Feeder {
    pub(super) async fn look(&self) -> sqlx::Result<Situation> {
        let [places, calendars] = documents::SOURCES;
        let query = sqlx::query(LOOK).bind(self.name()).bind(columns::integer(self.version()));
        let query = query.bind(places.name()).bind(columns::integer(places.version()));
        let query = query.bind(calendars.name()).bind(columns::integer(calendars.version()));
        let retired = (RECENT + ANSWERED).as_secs_f64();
        let rows = query.bind(retired).bind(SETTLED).fetch_all(&self.pool).await?;
        let mut situation = Situation::default();
        for row in &rows {
            situation.views = columns::unsigned(row, "views")?;
            situation.rebuilds = row.try_get("views_rebuilds")?;
            situation.may_begin = row.try_get("may_begin")?;
            situation.may_mend |= row.try_get::<bool, _>("may_mend")?;
            match row.try_get::<Option<&str>, _>("state")? {
                Some("live") => situation.live = Some(Held::from_row(row)?),
                Some("filling") => situation.filling = Some(Held::from_row(row)?),
                // The one state that is left.
                Some(_) => situation.rubbish.push(row.try_get("uid")?),
                None => {}
            }
        }
        Ok(situation)
    }

    /// `None` where somebody else holds it, or it is too early to try again.
    pub(super) async fn take_lease(&self) -> sqlx::Result<Option<Lease>> {
        let take = sqlx::query(TAKE).bind(self.name()).bind(columns::integer(self.version())).bind(LEASE);
        let row = take.fetch_optional(&self.pool).await?;
        row.map(|row| Ok(Lease { fence: row.try_get("fence")?, attempts: columns::small(&row, "attempts")? }))
            .transpose()
    }

    /// Keeps it for longer.
    pub(super) async fn renew(&self, lease: Lease) -> Result<(), RoundError> {
        self.renew_on(&mut *self.pool.acquire().await?, lease).await
    }

    async fn renew_on(&self, conn: &mut PgConnection, lease: Lease) -> Result<(), RoundError> {
        let renewed = self.under(lease, RENEW).bind(LEASE).execute(conn).await?.rows_affected();
        if renewed > 0 { Ok(()) } else { Err(RoundError::Lost) }
    }

    /// Lets others have it at once.
    pub(super) async fn release(&self, lease: Lease) -> sqlx::Result<()> {
        let sql = "update search_feeders set leased_until = null, updated_at = clock_timestamp()
                   where name = $1 and version = $2 and fence = $3";
        self.under(lease, sql).execute(&self.pool).await?;
        Ok(())
    }

    /// The same after everything went well.
    pub(super) async fn succeed(&self, lease: Lease) -> sqlx::Result<()> {
        let sql = "update search_feeders set leased_until = null, attempts = 0, last_error = null, retry_at = null,
                                             updated_at = clock_timestamp()
                   where name = $1 and version = $2 and fence = $3";
        self.under(lease, sql).execute(&self.pool).await?;
        Ok(())
    }

    /// The same after a failure, which is kept; it is tried again after half a second, and then less and less often, down to
    /// every half minute. While the engine `is_silent`, it may stand still and not have done yet what is under way, so that
    /// what is doubted stays so. Returns how often it has failed in a row.
    pub(super) async fn fail(&self, lease: Lease, error: &str, is_silent: bool) -> sqlx::Result<u32> {
        let sql = "
            with failed as (
                update search_feeders set leased_until = null, attempts = attempts + 1, last_error = $4,
                       retry_at = clock_timestamp()
                           + least(30, 0.5 * 2 ^ least(attempts, 10)) * (0.5 + random() / 2) * interval '1 second',
                       updated_at = clock_timestamp()
                where name = $1 and version = $2 and fence = $3
                returning 1)
            update search_indexes set doubted_since = clock_timestamp()
            where name = $1 and version = $2 and doubted_from is not null and $5 and exists (select from failed)";
        self.under(lease, sql).bind(error).bind(is_silent).execute(&self.pool).await?;
        Ok(lease.attempts + 1)
    }

    /// Puts a new index into the ledger, to be made and filled, and returns its uid, unless there is one already.
    pub(super) async fn begin(&self) -> sqlx::Result<Option<String>> {
        let [places, calendars] = documents::SOURCES;
        let begin = sqlx::query_scalar(BEGIN).bind(self.name()).bind(columns::integer(self.version()));
        let begin = begin.bind(places.name()).bind(columns::integer(places.version()));
        let begin = begin.bind(calendars.name()).bind(columns::integer(calendars.version()));
        begin.fetch_optional(&self.pool).await
    }

    /// The engine has made an index.
    pub(super) async fn made(&self, uid: &str, mark: &str) -> sqlx::Result<()> {
        let sql = "update search_indexes set mark = $2, position = 0 where uid = $1";
        sqlx::query(sql).bind(uid).bind(mark).execute(&self.pool).await?;
        Ok(())
    }

    /// Before a write: for as long as nobody says what has become of it, the index is doubted from where it stands on, and
    /// while it goes on, nobody takes over. `earlier` is the write before it, if that has not moved the position.
    pub(super) async fn begin_write(
        &self,
        lease: Lease,
        held: &Held,
        earlier: Option<Begun>,
    ) -> Result<Begun, RoundError> {
        // `before` is of the snapshot that the statement began with.
        let sql = format!(
            "with mine as ({RENEW} returning 1), before as (
                 select doubted_from, doubted_since from search_indexes where uid = $5
             ), begun as (
                 update search_indexes
                 set doubted_from = least(position, doubted_from), doubted_since = clock_timestamp()
                 where uid = $5 and exists (select from mine)
                 returning doubted_since as at)
             select begun.at, before.doubted_from, before.doubted_since from begun cross join before"
        );
        let begin = sqlx::query(&sql).bind(self.name()).bind(columns::integer(self.version()));
        let begin = begin.bind(lease.fence).bind(LEASE).bind(&held.uid);
        let row = begin.fetch_optional(&self.pool).await?.ok_or(RoundError::Lost)?;
        let before = match earlier {
            Some(earlier) => earlier.before,
            None => (row.try_get("doubted_from")?, row.try_get("doubted_since")?),
        };
        Ok(Begun { at: row.try_get("at")?, before })
    }

    /// An index contains the log up to `position` now. Of the write that led there nothing is under way: unless somebody has
    /// doubted the index meanwhile, as much is doubted as was before.
    pub(super) async fn advance(
        &self,
        lease: Lease,
        held: &Held,
        position: u64,
        begun: Option<Begun>,
    ) -> Result<(), RoundError> {
        let sql = format!(
            "with mine as ({RENEW} returning 1), moved as (
                 update search_indexes
                 set position = $6, doubted_from = case when doubted_since = $7 then $8 else doubted_from end,
                     doubted_since = case when doubted_since = $7 then $9 else doubted_since end
                 where uid = $5 and state <> 'retired' and exists (select from mine))
             select exists (select from mine)"
        );
        let advance = sqlx::query_scalar(&sql).bind(self.name()).bind(columns::integer(self.version()));
        let advance = advance.bind(lease.fence).bind(LEASE).bind(&held.uid).bind(columns::signed(position));
        let (from, since) = begun.map(|begun| begun.before).unwrap_or_default();
        let advance = advance.bind(begun.map(|begun| begun.at)).bind(from).bind(since);
        if advance.fetch_one(&self.pool).await? { Ok(()) } else { Err(RoundError::Lost) }
    }

    /// Takes what was doubted so long ago that nothing is under way any more for not written: it is written once more.
    pub(super) async fn mend(&self, lease: Lease) -> Result<(), RoundError> {
        let sql = format!(
            "with mine as ({RENEW} returning 1), mended as (
                 update search_indexes
                 set position = least(position, doubted_from), doubted_from = null, doubted_since = null
                 where name = $1 and version = $2 and doubted_since + $5::interval <= clock_timestamp()
                   and exists (select from mine))
             select exists (select from mine)"
        );
        let mend = sqlx::query_scalar(&sql).bind(self.name()).bind(columns::integer(self.version()));
        let mend = mend.bind(lease.fence).bind(LEASE).bind(SETTLED);
        if mend.fetch_one(&self.pool).await? { Ok(()) } else { Err(RoundError::Lost) }
    }

    /// Doubts an index from where it stood on, whoever feeds it now: what has been written since may have been overwritten by
    /// somebody who was paused and did not know.
    pub(super) async fn doubt(&self, held: &Held) -> sqlx::Result<()> {
        let sql = "
            update search_indexes
            set doubted_from = least(position, doubted_from, $2), doubted_since = clock_timestamp()
            where uid = $1";
        sqlx::query(sql).bind(&held.uid).bind(columns::signed(held.position)).execute(&self.pool).await?;
        Ok(())
    }

    /// Has a filled index asked from now on, in one transaction with its position. Not yet where it is behind the one that
    /// is asked: whoever was told that the index contains a position must not lose it again.
    pub(super) async fn promote(&self, lease: Lease, filled: &Held) -> Result<bool, RoundError> {
        let (name, version) = (self.name(), columns::integer(self.version()));
        let mut tx = self.pool.begin().await?;
        self.renew_on(&mut tx, lease).await?;
        let retire = "update search_indexes set state = 'retired', since = clock_timestamp()
                      where name = $1 and version = $2 and state = 'live' and position <= $3";
        let retire = sqlx::query(retire).bind(name).bind(version).bind(columns::signed(filled.position));
        retire.execute(&mut *tx).await?;
        let promote = "update search_indexes i set state = 'live', since = clock_timestamp()
                       where uid = $3 and state = 'filling' and not exists (
                           select from search_indexes o where o.name = $1 and o.version = $2 and o.state = 'live')";
        let promote = sqlx::query(promote).bind(name).bind(version).bind(&filled.uid);
        let promoted = promote.execute(&mut *tx).await?.rows_affected() > 0;
        tx.commit().await?;
        Ok(promoted)
    }

    /// Has an index asked no more; it is deleted in a moment.
    pub(super) async fn retire(&self, uid: &str) -> sqlx::Result<()> {
        let sql = "update search_indexes set state = 'retired', since = clock_timestamp() where uid = $1";
        sqlx::query(sql).bind(uid).execute(&self.pool).await?;
        Ok(())
    }

    /// Retires the indexes of versions that no program feeds any more: those that have stayed behind this one's.
    pub(super) async fn retire_abandoned(&self) -> sqlx::Result<()> {
        let sql = "
            update search_indexes i set state = 'retired', since = clock_timestamp()
            from search_feeders f, search_indexes mine
            where f.name = $1 and f.version <> $2 and f.updated_at + $3::interval <= clock_timestamp()
              and i.name = f.name and i.version = f.version and i.state <> 'retired'
              and mine.name = $1 and mine.version = $2 and mine.state = 'live' and i.position < mine.position";
        let retire = sqlx::query(sql).bind(self.name()).bind(columns::integer(self.version()));
        retire.bind(ABANDONED).execute(&self.pool).await?;
        Ok(())
    }

    /// The engine has deleted an index. A version without indexes that nobody feeds is forgotten with its last one.
    pub(super) async fn forget(&self, uid: &str) -> sqlx::Result<()> {
        sqlx::query("delete from search_indexes where uid = $1").bind(uid).execute(&self.pool).await?;
        let sql = "
            delete from search_feeders f
            where f.name = $1 and f.version <> $2 and f.updated_at + $3::interval <= clock_timestamp()
              and not exists (select from search_indexes i where i.name = f.name and i.version = f.version)";
        let forget = sqlx::query(sql).bind(self.name()).bind(columns::integer(self.version()));
        forget.bind(ABANDONED).execute(&self.pool).await?;
        Ok(())
    }

    fn under<'q>(&self, lease: Lease, sql: &'q str) -> Query<'q> {
        sqlx::query(sql).bind(self.name()).bind(columns::integer(self.version())).bind(lease.fence)
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

impl FromRow<'_, PgRow> for Held {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            uid: row.try_get("uid")?,
            mark: row.try_get("mark")?,
            position: columns::unsigned(row, "position")?,
            rebuilds: row.try_get("rebuilds")?,
            is_doubted: row.try_get("is_doubted")?,
        })
    }
}
