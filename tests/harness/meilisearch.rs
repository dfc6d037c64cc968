use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::database::TestDatabase;
use crate::say;

/// Where the Meilisearch is that the suite runs on; `None` where there is none.
pub(crate) fn url() -> Option<String> {
    std::env::var("MEILI_URL").ok().filter(|url| !url.is_empty())
}

/// The Meilisearch of `MEILI_URL`, as its operator has it: not through the program.
#[derive(Debug, Clone)]
pub struct Meilisearch {
    /// Where it is.
    pub url: String,
    http: reqwest::Client,
}

impl Meilisearch {
    /// Prints why `test` is skipped where there is none.
    pub fn given(test: &str) -> Option<Self> {
        let url = url();
        if url.is_none() {
            say(&format!("SKIPPED {test}: set MEILI_URL to a Meilisearch to run it"));
        }
        url.map(|url| Self::at(&url))
    }

    fn at(url: &str) -> Self {
        Self { url: url.to_owned(), http: reqwest::Client::new() }
    }

    /// The indexes of a database, by uid.
    pub async fn indexes_of(&self, database: &TestDatabase) -> Vec<String> {
        let answer: Value = self.send(self.request(Method::GET, "/indexes?limit=10000")).await;
        let uids = answer["results"].as_array().expect("indexes").iter().filter_map(|index| index["uid"].as_str());
        uids.filter(|uid| uid.starts_with(&format!("hbnb_{}_", database.name()))).map(str::to_owned).collect()
    }

    /// Loses an index; returns when it is gone.
    pub async fn lose(&self, uid: &str) {
        self.send(self.request(Method::DELETE, &format!("/indexes/{uid}"))).await;
        let gone = async || {
            let there = self.http.execute(self.request(Method::GET, &format!("/indexes/{uid}")).build().ok()?).await;
            there.ok().filter(|answer| answer.status() == 404)
        };
        crate::eventually(gone).await;
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    async fn send(&self, request: RequestBuilder) -> Value {
        let answer = request.send().await.expect("Meilisearch answers");
        answer.json().await.expect("an answer in JSON")
    }
}

/// The indexes of a test's database, deleted when this is dropped.
#[derive(Debug)]
pub struct Indexes {
    /// Not by a gate that may be closed.
    url: String,
    prefix: String,
}

impl Indexes {
    /// `None` where there is no Meilisearch.
    pub fn of(database: &TestDatabase) -> Option<Self> {
        Some(Self { url: url()?, prefix: format!("hbnb_{}_", database.name()) })
    }
}

impl Drop for Indexes {
    fn drop(&mut self) {
        let (url, prefix) = (self.url.clone(), self.prefix.clone());
        // A thread of its own: a test's runtime may be gone or busy while it is dropped.
        let deleted = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
                let all: Value = http.get(format!("{url}/indexes?limit=10000")).send().await?.json().await?;
                let uids = all["results"].as_array().into_iter().flatten().filter_map(|index| index["uid"].as_str());
                for uid in uids.filter(|uid| uid.starts_with(&prefix)) {
                    http.delete(format!("{url}/indexes/{uid}")).send().await?;
                }
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
            })
        });
        if !matches!(deleted.join(), Ok(Ok(()))) {
            eprintln!("the indexes {}* could not be deleted", self.prefix);
        }
    }
}
