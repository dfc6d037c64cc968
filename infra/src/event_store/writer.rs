//! The task that commits batches, and what it does when that fails.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use commands::ports::log::AppendError;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::connection::{Connections, timed_out, with_jitter};
use super::counters::Counters;
use super::intake::Intake;
use super::ticket::{Job, NotDone, Verdict};
use super::transaction::{self, Failure, Witness};
use super::wakeups::Wakeups;

/// How long a batch waits for a connection before its commands are told that the log is not available.
const CONNECT_WINDOW: Duration = Duration::from_secs(4);

/// The pause between two attempts to ask.
const RESOLVE_PAUSE: Duration = Duration::from_millis(100);

/// Owns the queue's reading end and the connection.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) intake: Intake,
    pub(super) connections: Connections,
    pub(super) wakeups: Wakeups,
    pub(super) counters: Arc<Counters>,
    pub(super) resolve_within: Duration,
}

/// Why an attempt brought no verdicts.
#[derive(Debug)]
enum GivenUp {
    /// Nothing was appended.
    Nothing(sqlx::Error),
    /// Nothing was appended, and the fault is in a value of one of the commands.
    Poison(sqlx::Error),
    /// Nobody knows: the verdicts, in case they hold, and why the outcome could not be asked for.
    Unresolved(Vec<Verdict>, sqlx::Error),
}

/// One failure, shared by all commands that it hit.
#[derive(Debug, Clone)]
struct Shared(Arc<sqlx::Error>);

impl Writer {
    /// Works until the queue is closed and empty.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        loop {
            let batch = tokio::select! {
                biased;
                batch = self.intake.next_batch() => batch,
                () = stop.cancelled(), if !self.intake.is_closed() => {
                    self.intake.close();
                    continue;
                }
            };
            match batch {
                Some(batch) => self.settle(batch).await,
                None => break,
            }
        }
        self.connections.close().await;
    }

    /// Answers every command of `jobs`.
    async fn settle(&mut self, mut jobs: Vec<Job>) {
        let late: Vec<Job> = jobs.extract_if(.., |job| !job.is_wanted()).collect();
        late.into_iter().for_each(|job| job.answer(Err(NotDone::DeadlinePassed.into())));
        if jobs.is_empty() {
            return;
        }
        let started = Instant::now();
        match self.attempt_twice(&jobs).await {
            Ok(verdicts) => self.conclude(jobs, verdicts, started.elapsed()),
            // Each alone: the poisoned one is rejected, the others are appended.
            Err(GivenUp::Poison(_)) if jobs.len() > 1 => {
                for job in jobs {
                    Box::pin(self.settle(vec![job])).await;
                }
            }
            Err(given_up) => refuse(jobs, given_up),
        }
    }

    /// A failure that leaves nothing behind may be retried, once: on a connection that is new if the old one broke.
    async fn attempt_twice(&mut self, jobs: &[Job]) -> Result<Vec<Verdict>, GivenUp> {
        match self.attempt(jobs).await {
            Err(GivenUp::Nothing(error)) => {
                tracing::warn!(%error, commands = jobs.len(), "appending failed and is tried again");
                self.attempt(jobs).await
            }
            outcome => outcome,
        }
    }

    async fn attempt(&mut self, jobs: &[Job]) -> Result<Vec<Verdict>, GivenUp> {
        let mut lease = self.connections.lease(CONNECT_WINDOW).await.map_err(GivenUp::Nothing)?;
        let outcome = transaction::run(lease.connection(), jobs).await;
        match outcome {
            Ok(_) | Err(Failure::Refused(_)) => self.connections.give_back(lease),
            Err(_) => lease.discard(),
        }
        if outcome.is_err() {
            self.counters.failure();
        }
        match outcome {
            Ok(verdicts) => Ok(verdicts),
            Err(Failure::Refused(error)) if transaction::is_fault_of_a_value(&error) => Err(GivenUp::Poison(error)),
            Err(Failure::Refused(error) | Failure::Broken(error)) => Err(GivenUp::Nothing(error)),
            Err(Failure::Ambiguous { verdicts, witness, source }) => self.resolve(verdicts, witness, source).await,
        }
    }

    /// Finds out how a commit ended whose answer was lost.
    async fn resolve(
        &mut self,
        verdicts: Vec<Verdict>,
        witness: Witness,
        lost: sqlx::Error,
    ) -> Result<Vec<Verdict>, GivenUp> {
        self.counters.ambiguous_commit();
        tracing::warn!(error = %lost, "the outcome of a commit was lost and is asked for");
        let end = Instant::now() + self.resolve_within;
        loop {
            let window = end - Instant::now();
            match timeout(window, self.ask(&witness, window)).await.unwrap_or_else(|_| Err(timed_out())) {
                Ok(true) => return Ok(verdicts),
                Ok(false) => return Err(GivenUp::Nothing(lost)),
                Err(error) if Instant::now() + RESOLVE_PAUSE >= end => {
                    return Err(GivenUp::Unresolved(verdicts, error));
                }
                Err(_) => sleep(with_jitter(RESOLVE_PAUSE)).await,
            }
        }
    }

    async fn ask(&mut self, witness: &Witness, window: Duration) -> Result<bool, sqlx::Error> {
        let mut lease = self.connections.lease(window).await?;
        let answer = transaction::is_committed(lease.connection(), witness).await;
        match answer {
            Ok(_) => self.connections.give_back(lease),
            Err(_) => lease.discard(),
        }
        answer
    }

    fn conclude(&self, jobs: Vec<Job>, verdicts: Vec<Verdict>, took: Duration) {
        let with_events =
            verdicts.iter().flatten().filter(|appended| appended.first_position <= appended.last_position);
        let events = with_events.clone().map(|appended| appended.last_position + 1 - appended.first_position).sum();
        let commands = jobs.iter().filter(|job| !job.command.is_check()).count();
        if commands > 0 {
            self.counters.batch(commands, events, took);
        }
        if let Some(last) = with_events.map(|appended| appended.last_position).max() {
            self.wakeups.committed(last);
        }
        for (job, verdict) in jobs.into_iter().zip(verdicts) {
            job.answer(verdict);
        }
    }
}

/// Tells every command that it did not go through, or that nobody knows.
fn refuse(jobs: Vec<Job>, given_up: GivenUp) {
    match given_up {
        GivenUp::Poison(error) => {
            tracing::warn!(%error, "the database refused a command's values");
            let reason = error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
            for job in jobs {
                job.answer(Err(AppendError::Rejected(format!("SQLSTATE {reason}"))));
            }
        }
        GivenUp::Nothing(error) => {
            let error = Shared(Arc::new(error));
            for job in jobs {
                job.answer(Err(AppendError::Unavailable(Box::new(error.clone()))));
            }
        }
        GivenUp::Unresolved(verdicts, error) => {
            let error = Shared(Arc::new(error));
            for (job, verdict) in jobs.into_iter().zip(verdicts) {
                job.answer(Err(match verdict {
                    Ok(_) => AppendError::Unresolved(Box::new(error.clone())),
                    // It was refused, but perhaps because of a command whose own outcome is not known.
                    Err(_) => AppendError::Unavailable(Box::new(error.clone())),
                }));
            }
        }
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for Shared {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}
