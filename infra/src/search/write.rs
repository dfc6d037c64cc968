//! Making and feeding an index. The engine does everything by tasks, one after another; each is waited for.

use std::time::Duration;

use async_trait::async_trait;
use jiff::civil::Date;
use meilisearch_sdk::errors::{Error, ErrorCode};
use meilisearch_sdk::request::{HttpClient, Method};
use projections::search::{IndexError, IndexWriter, PlaceDocument};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::Meilisearch;
use super::document::Document;
use super::error::MeiliError;
use super::settings::settings;

/// A task that takes longer is cancelled: it waits behind others, and its like would pile up there.
const TASK_DEADLINE: Duration = Duration::from_secs(300);
/// Between two looks at a task: the first and the longest.
const POLL: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(250));

/// A task as the engine tells of it. (The SDK's type knows no cancelled ones.)
#[derive(Debug, Deserialize)]
struct Task {
    status: Status,
    error: Option<Problem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Status {
    Enqueued,
    Processing,
    Succeeded,
    Failed,
    Canceled,
}

#[derive(Debug, Deserialize)]
struct Problem {
    message: String,
    code: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Enqueued {
    task_uid: u64,
}

#[async_trait]
impl IndexWriter for Meilisearch {
    async fn create(&self, uid: &str) -> Result<String, IndexError> {
        self.remove(uid).await?;
        let made = self.feeding.create_index(uid, Some("id")).await.map_err(MeiliError::from)?;
        self.done(made.task_uid.into()).await?;
        let set = self.patch(&format!("indexes/{uid}/settings"), &settings()).await?;
        self.done(set.task_uid).await?;
        Ok(self.made_at(uid).await?.ok_or(MeiliError::Unknown("createdAt"))?)
    }

    async fn mark(&self, uid: &str) -> Result<Option<String>, IndexError> {
        Ok(self.made_at(uid).await?)
    }

    async fn write(&self, uid: &str, documents: &[PlaceDocument], gone: &[Uuid]) -> Result<(), IndexError> {
        let index = self.feeding.index(uid);
        let mut tasks = Vec::new();
        if !documents.is_empty() {
            let documents = documents.iter().map(Document::try_from).collect::<Result<Vec<_>, _>>();
            let documents = documents.map_err(MeiliError::Shown)?;
            tasks.push(index.add_or_replace(&documents, Some("id")).await.map_err(MeiliError::from)?.task_uid);
        }
        if !gone.is_empty() {
            tasks.push(index.delete_documents(gone).await.map_err(MeiliError::from)?.task_uid);
        }
        // Each has its turn: whatever is written later is done later.
        for task in tasks {
            self.done(task.into()).await?;
        }
        Ok(())
    }

    async fn delete(&self, uid: &str) -> Result<(), IndexError> {
        Ok(self.remove(uid).await?)
    }

    fn first_night(&self) -> Date {
        self.first_night()
    }

    async fn missed(&self) {
        self.missed.notified().await;
    }
}

impl Meilisearch {
    /// When the index of this uid was made, to the nanosecond; `None` where there is none.
    async fn made_at(&self, uid: &str) -> Result<Option<String>, MeiliError> {
        match self.feeding.get_raw_index(uid).await {
            Ok(index) => {
                let made_at = index.get("createdAt").and_then(Value::as_str).ok_or(MeiliError::Unknown("createdAt"))?;
                Ok(Some(made_at.to_owned()))
            }
            Err(Error::Meilisearch(told)) if told.error_code == ErrorCode::IndexNotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an index, if it is there.
    async fn remove(&self, uid: &str) -> Result<(), MeiliError> {
        if self.made_at(uid).await?.is_none() {
            return Ok(());
        }
        let task = self.feeding.delete_index(uid).await?;
        self.done(task.task_uid.into()).await
    }

    /// Waits until a task is done.
    async fn done(&self, uid: u64) -> Result<(), MeiliError> {
        let deadline = Instant::now() + TASK_DEADLINE;
        let mut pause = POLL.0;
        while Instant::now() < deadline {
            let task: Task = self.get(&format!("tasks/{uid}")).await?;
            match task.status {
                Status::Succeeded => return Ok(()),
                Status::Failed | Status::Canceled => return Err(failed(uid, task.error)),
                Status::Enqueued | Status::Processing => {}
            }
            sleep(pause).await;
            pause = (pause * 2).min(POLL.1);
        }
        let cancel = Method::Post { query: (), body: () };
        let url = format!("{}/tasks/cancel?uids={uid}", self.url);
        self.http.request::<_, _, Enqueued>(&url, cancel, 200).await?;
        Err(MeiliError::Late { uid })
    }

    async fn get(&self, path: &str) -> Result<Task, MeiliError> {
        let get = Method::<_, ()>::Get { query: () };
        Ok(self.http.request(&format!("{}/{path}", self.url), get, 200).await?)
    }

    /// The SDK's settings lack some that are used here.
    async fn patch(&self, path: &str, body: &Value) -> Result<Enqueued, MeiliError> {
        let patch = Method::Patch { query: (), body };
        Ok(self.http.request(&format!("{}/{path}", self.url), patch, 202).await?)
    }
}

fn failed(uid: u64, problem: Option<Problem>) -> MeiliError {
    let told = problem.map(|problem| format!("{}: {}", problem.code, problem.message));
    MeiliError::Task { uid, problem: told.unwrap_or_else(|| "it was cancelled".to_owned()) }
}
