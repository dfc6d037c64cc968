//! What a person does about an index: fill it anew, or have it tried again at once.

use std::time::Duration;

use sqlx::Row;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::round::Round;
use super::{Feeder, RoundError};
use crate::columns;
use crate::engine::{OperateError, Rebuilt};

/// Between two looks at an index that somebody else fills.
const PAUSE: Duration = Duration::from_millis(200);
/// Filling that has not come forward for so long is given up waiting for: longer than a doubt takes to be mended.
const STANDSTILL: Duration = Duration::from_secs(180);

/// How a new index is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Progress {
    is_live: bool,
    position: u64,
    last_error: Option<String>,
}

impl Feeder {
    /// Fills a fresh index from the start and has it asked instead of the present one, which is asked and fed until then.
    /// Where another process feeds the index, that one does it. If waiting is given up, the filling goes on all the same.
    ///
    /// # Errors
    /// [`OperateError`].
    pub(crate) async fn rebuild(&self) -> Result<Rebuilt, OperateError> {
        let uid = self.begin_anew().await?;
        let (_stop, stopping) = watch::channel(false);
        let (mut since, mut known) = (Instant::now(), None);
        loop {
            match self.round(true, &stopping).await {
                Ok(Round::Worked | Round::Idle) | Err(RoundError::Lost | RoundError::Stopped) => {}
                Err(RoundError::Index(error)) => return Err(OperateError::Index(Box::new(error))),
                Err(RoundError::Database(error)) => return Err(OperateError::Unavailable(error)),
            }
            let progress = self.progress(&uid).await?;
            match &progress {
                Some(Progress { is_live: true, position, .. }) => return Ok(Rebuilt { position: *position }),
                // Somebody has asked for another one since.
                None => return Err(OperateError::Superseded),
                Some(Progress { last_error: Some(error), .. }) => {
                    return Err(OperateError::Index(error.clone().into()));
                }
                Some(_) => {}
            }
            if progress != known {
                (since, known) = (Instant::now(), progress);
            } else if since.elapsed() > STANDSTILL {
                return Err(OperateError::Index("it has not come forward for three minutes".into()));
            }
            sleep(PAUSE).await;
        }
    }

    /// Tries again at once.
    ///
    /// # Errors
    /// [`OperateError::NotStopped`] where it has not failed.
    pub(crate) async fn resume(&self) -> Result<(), OperateError> {
        let sql = "update search_feeders set attempts = 0, last_error = null, retry_at = null
                   where name = $1 and version = $2 and attempts > 0";
        let resume = sqlx::query(sql).bind(self.name()).bind(columns::integer(self.version()));
        match resume.execute(&self.pool).await?.rows_affected() {
            0 => Err(OperateError::NotStopped),
            _ => Ok(()),
        }
    }

    /// Puts a new index into the ledger in the place of one that is being filled, and forgets earlier failures, so that
    /// those that are met from now on are this one's.
    async fn begin_anew(&self) -> Result<String, OperateError> {
        let (name, version) = (self.name(), columns::integer(self.version()));
        for sql in [
            "insert into search_feeders (name, version) values ($1, $2) on conflict (name, version)
             do update set attempts = 0, last_error = null, retry_at = null",
            "update search_indexes set state = 'retired', since = clock_timestamp()
             where name = $1 and version = $2 and state = 'filling'",
        ] {
            sqlx::query(sql).bind(name).bind(version).execute(&self.pool).await?;
        }
        self.begin().await?.ok_or(OperateError::Superseded)
    }

    async fn progress(&self, uid: &str) -> sqlx::Result<Option<Progress>> {
        let sql = "select i.state = 'live' as live, i.position, f.last_error
                   from search_indexes i join search_feeders f using (name, version)
                   where i.uid = $1 and i.state <> 'retired'";
        let Some(row) = sqlx::query(sql).bind(uid).fetch_optional(&self.pool).await? else { return Ok(None) };
        Ok(Some(Progress {
            is_live: row.try_get("live")?,
            position: columns::unsigned(&row, "position")?,
            last_error: row.try_get("last_error")?,
        }))
    }
}
