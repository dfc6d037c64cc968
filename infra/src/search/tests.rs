//! What becomes of an engine's answers, on one that gives them as told. The real one: `tests/it/search`.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use projections::Key;
use projections::search::{Area, IndexError, IndexQuery, IndexWriter, PlaceFilter, PlaceSort, SearchIndex};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Meilisearch;
use crate::auth::SystemClock;
use crate::config::Secret;

const KEY: &str = "a-key-that-nobody-sees";

/// An engine that answers each request, by its method and path, as `answer` says; and the keys that it was shown.
async fn engine(
    answer: impl Fn(&Method, &str) -> (u16, Value) + Clone + Send + Sync + 'static,
) -> (Meilisearch, Arc<Mutex<Vec<String>>>) {
    let keys = Arc::new(Mutex::new(Vec::new()));
    let shown = Arc::clone(&keys);
    let index = listening(move |request: Request| {
        let key = request.headers().get(AUTHORIZATION).map(|key| key.to_str().unwrap().to_owned());
        shown.lock().unwrap().extend(key);
        std::future::ready(answer(request.method(), request.uri().path()))
    })
    .await;
    (index, keys)
}

/// An engine that answers each search by some places, and the bodies that it was sent.
async fn finding(hits: Value) -> (Meilisearch, Arc<Mutex<Vec<Value>>>) {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let sent = Arc::clone(&bodies);
    let index = listening(move |request: Request| {
        let (sent, hits) = (Arc::clone(&sent), hits.clone());
        async move {
            let body = to_bytes(request.into_body(), usize::MAX).await.unwrap();
            sent.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
            let total = hits.as_array().unwrap().len();
            (200, json!({"hits": hits, "estimatedTotalHits": total, "processingTimeMs": 1, "query": ""}))
        }
    })
    .await;
    (index, bodies)
}

async fn listening<F>(answer: impl Fn(Request) -> F + Clone + Send + Sync + 'static) -> Meilisearch
where
    F: Future<Output = (u16, Value)> + Send,
{
    let handler = move |request: Request| {
        let answer = answer(request);
        async move {
            let (status, body) = answer.await;
            (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
        }
    };
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = Secret::new(format!("http://{}/", listener.local_addr().unwrap()));
    let service = hyper_util::service::TowerToHyperService::new(Router::new().fallback(handler));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let io = hyper_util::rt::TokioIo::new(stream);
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(io, service.clone()));
        }
    });
    Meilisearch::new(&url, Some(&Secret::new(KEY)), Arc::new(SystemClock)).unwrap()
}

fn query(filter: &PlaceFilter) -> IndexQuery<'_> {
    IndexQuery {
        index: "hbnb",
        text: None,
        filter,
        sort: PlaceSort::Newest,
        excluded: &[],
        shown: 20,
        after: None,
        offset: 0,
        limit: 21,
        counts: true,
        facets: false,
    }
}

fn enqueued() -> (u16, Value) {
    let task = json!({
        "taskUid": 7, "indexUid": "hbnb", "status": "enqueued", "type": "documentDeletion",
        "enqueuedAt": "2026-11-25T12:00:00.5Z"
    });
    (202, task)
}

fn problem(status: u16, code: &str, message: &str) -> (u16, Value) {
    (status, json!({"message": message, "code": code, "type": "auth", "link": "https://docs.meilisearch.com"}))
}

/// An error with its sources.
fn chain(error: &IndexError) -> String {
    let mut line = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line
}

#[tokio::test]
async fn a_task_that_fails_is_told_with_its_reason() {
    for (task, told) in [
        (
            json!({"uid": 7, "status": "failed", "error": {"message": "Document has no id.", "code": "missing_id"}}),
            "task 7: missing_id: Document has no id.",
        ),
        (json!({"uid": 7, "status": "canceled", "error": null}), "task 7: it was cancelled"),
    ] {
        let (index, _) = engine(move |method, _| match *method {
            Method::GET => (200, task.clone()),
            _ => enqueued(),
        })
        .await;
        let error = index.write("hbnb", &[], &[Uuid::nil()]).await.unwrap_err();
        assert!(chain(&error).ends_with(told), "{}", chain(&error));
    }
}

#[tokio::test]
async fn a_task_is_waited_for() {
    let looks = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&looks);
    let (index, keys) = engine(move |method, path| match *method {
        Method::GET => {
            assert_eq!(path, "/tasks/7");
            let mut looks = counted.lock().unwrap();
            *looks += 1;
            let status = ["enqueued", "processing", "succeeded"][(*looks - 1).min(2)];
            (200, json!({"uid": 7, "status": status, "error": null}))
        }
        _ => enqueued(),
    })
    .await;
    index.write("hbnb", &[], &[Uuid::nil()]).await.unwrap();
    assert_eq!(*looks.lock().unwrap(), 3);
    assert!(keys.lock().unwrap().iter().all(|shown| *shown == format!("Bearer {KEY}")));
}

#[tokio::test]
async fn a_key_that_is_refused_is_told_so_that_it_can_be_mended() {
    let (index, _) = engine(|_, _| problem(403, "invalid_api_key", "The provided API key is invalid.")).await;
    for error in [index.mark("hbnb").await.unwrap_err(), index.find(&query(&PlaceFilter::default())).await.unwrap_err()]
    {
        let told = chain(&error);
        assert!(told.contains("MEILI_KEY must allow `search`") && told.contains("API key is invalid"), "{told}");
        assert!(!told.contains(KEY), "{told}");
    }
}

#[tokio::test]
async fn a_question_that_finds_no_index_has_it_looked_for() {
    let (index, _) = engine(|_, _| problem(404, "index_not_found", "Index `hbnb` not found.")).await;
    assert_eq!(index.mark("hbnb").await.unwrap(), None);
    index.find(&query(&PlaceFilter::default())).await.unwrap_err();
    index.missed().await;
}

#[tokio::test]
async fn after_a_failure_it_is_left_alone_for_a_moment() {
    let (index, keys) = engine(|_, _| (502, json!("Bad gateway"))).await;
    assert!(index.is_awake());
    let failed = index.find(&query(&PlaceFilter::default())).await.unwrap_err();
    assert!(chain(&failed).contains("502"), "{}", chain(&failed));
    assert!(!index.is_awake());
    let declined = index.find(&query(&PlaceFilter::default())).await.unwrap_err();
    assert!(matches!(declined, IndexError::Declined { .. }));
    assert_eq!(keys.lock().unwrap().len(), 1, "it was asked once");
}

#[tokio::test]
async fn what_it_cannot_tell_is_left_to_the_database_without_asking() {
    let (index, keys) = engine(|_, _| (200, json!({}))).await;
    let yesterday = index.first_night();
    let past = domain::Nights::new(yesterday.yesterday().unwrap(), yesterday.tomorrow().unwrap()).unwrap();
    let filter = PlaceFilter { stay: Some(past), ..PlaceFilter::default() };
    let declined = index.find(&query(&filter)).await.unwrap_err();
    assert!(matches!(declined, IndexError::Declined { .. }));
    let anything = PlaceFilter::default();
    let deep = IndexQuery { offset: u64::MAX, ..query(&anything) };
    assert!(matches!(index.find(&deep).await.unwrap_err(), IndexError::Declined { .. }));
    assert!(keys.lock().unwrap().is_empty() && index.is_awake());
}

#[tokio::test]
async fn a_write_that_may_still_be_done_is_told_from_one_that_will_not_be() {
    let refused = problem(403, "invalid_api_key", "The provided API key is invalid.");
    for ((status, body), may_be_done) in
        [((502, json!("Bad gateway")), true), ((202, json!({})), true), (refused, false)]
    {
        let (index, _) = engine(move |_, _| (status, body.clone())).await;
        let error = index.write("hbnb", &[], &[Uuid::nil()]).await.unwrap_err();
        assert_eq!(matches!(error, IndexError::Unheard { .. }), may_be_done, "{status}: {}", chain(&error));
    }
    let nobody = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let index = Meilisearch::new(&Secret::new(format!("http://{nobody}")), None, Arc::new(SystemClock)).unwrap();
    let error = index.write("hbnb", &[], &[Uuid::nil()]).await.unwrap_err();
    assert!(matches!(error, IndexError::Failed { .. }), "{}", chain(&error));
}

#[tokio::test]
async fn what_is_shown_is_asked_for_unless_most_of_it_would_be_passed_over() {
    let (index, bodies) = finding(json!([])).await;
    let anything = PlaceFilter::default();
    let centre = domain::place::Coordinates::new(45.76, 4.84).unwrap();
    let around = PlaceFilter { area: Some(Area::Around { centre, radius_km: 5.0 }), ..PlaceFilter::default() };
    let nearest = IndexQuery { sort: PlaceSort::Nearest, ..query(&around) };
    let behind = Some(Key { rank: 1, id: Uuid::nil() });
    for (asked, shown) in [
        (query(&anything), true),
        (IndexQuery { offset: 1_000, ..query(&anything) }, true),
        (IndexQuery { limit: 40, ..query(&anything) }, true),
        (IndexQuery { limit: 41, ..query(&anything) }, false),
        (IndexQuery { after: behind, ..query(&anything) }, false),
        (nearest, true),
        (IndexQuery { offset: 20, ..nearest }, false),
    ] {
        index.find(&asked).await.unwrap();
        let body = bodies.lock().unwrap().pop().unwrap();
        let retrieved = body["attributesToRetrieve"].as_array().unwrap().contains(&json!("shown"));
        assert_eq!(retrieved, shown, "{asked:?}: {body}");
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_read_is_a_failure() {
    let hit = json!({"id": Uuid::nil(), "created": 1, "shown": "{\"title\": \"Loft\"}"});
    let (index, _) = finding(json!([hit])).await;
    let error = index.find(&query(&PlaceFilter::default())).await.unwrap_err();
    assert!(chain(&error).contains("cannot be written or read as JSON: missing field"), "{}", chain(&error));
    assert!(!index.is_awake());
}
