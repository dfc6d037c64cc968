//! Runs the tasks of [`commands`] as jobs: the one handler of the house.

use async_trait::async_trait;
use commands::reactors::Task;
use commands::{CommandError, Commands};

use super::job::{Job, JobFailure, JobHandler};

/// Runs each job's task under the job's key, so that a second run has no second effect.
#[derive(Clone)]
pub struct TaskHandler {
    commands: Commands,
}

impl TaskHandler {
    /// Tasks that issue these commands.
    pub fn new(commands: Commands) -> Self {
        Self { commands }
    }
}

#[async_trait]
impl JobHandler for TaskHandler {
    async fn run(&self, job: &Job) -> Result<(), JobFailure> {
        // A task that this program does not know may be a newer one's, which runs beside it during an upgrade.
        let task: Task =
            serde_json::from_value(job.payload.clone()).map_err(|error| JobFailure::Retry(error.into()))?;
        commands::jobs::run(&self.commands, &job.key, job.created_at, &task).await.map_err(failure)
    }
}

/// Whether waiting may help.
fn failure(error: CommandError) -> JobFailure {
    match error {
        // States change, dependencies return, conflicts pass.
        CommandError::User(_)
        | CommandError::Place(_)
        | CommandError::Booking(_)
        | CommandError::Review(_)
        | CommandError::VersionMismatch { .. }
        | CommandError::ConcurrentChange
        | CommandError::Unavailable(_) => JobFailure::Retry(error.into()),
        // The job itself is wrong.
        CommandError::Invalid(_)
        | CommandError::NotFound
        | CommandError::Forbidden
        | CommandError::Unauthenticated
        | CommandError::IdempotencyKeyReused => JobFailure::Final(error.into()),
    }
}
