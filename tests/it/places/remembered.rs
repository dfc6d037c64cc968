//! What one process has changed, every other shows from then on, however often it was asked before.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use harness::{Server, needs_postgres, shared};
use serde_json::{Value, json};
use tokio::task::JoinSet;

#[tokio::test]
async fn what_a_process_shows_again_and_again_changes_with_the_answer_to_the_change() {
    let server = Server::start(&[]).await;
    let (client, host) = (server.client(), server.client().somebody("Hana").await);
    let place = host.lists(json!({})).await;
    let path = format!("/places/{}", place.id);
    for price in ["11.00", "12.00", "13.00"] {
        host.client.patch(&path, json!({"price": price})).await.expect(200);
        for _ in 0..3 {
            assert_eq!(client.get(&path).await.expect(200).data()["price"]["amount"], price);
        }
    }
    let of_places = async |counter: &str| client.metric(&format!("hbnb_cache_{counter}_total{{kind=\"place\"}}")).await;
    let (hits, misses, bypasses) = (of_places("hits").await, of_places("misses").await, of_places("bypasses").await);
    assert_eq!(hits + misses + bypasses, 9);
    assert!(hits >= 3 && misses >= 3, "{hits} hits, {misses} misses");
    assert_eq!(client.metric("hbnb_cache_evictions_total{kind=\"place\",reason=\"changed\"}").await, 2);
    assert_eq!(client.metric("hbnb_cache_entries{kind=\"place\"}").await, 1);
}

#[tokio::test]
async fn what_is_remembered_for_one_is_not_shown_to_another() {
    let client = shared().client();
    let host = client.somebody("Hana").await;
    let place = host.lists(json!({"address": "1 Main Street", "latitude": 48.856614, "longitude": 2.352222})).await;
    let path = format!("/places/{}", place.id);
    for _ in 0..2 {
        let own = host.client.get(&path).await.expect(200);
        assert_eq!((&own.data()["address"], &own.data()["latitude"]), (&json!("1 Main Street"), &json!(48.856614)));
        let strangers = client.get(&path).await.expect(200);
        assert_eq!((&strangers.data()["address"], &strangers.data()["latitude"]), (&Value::Null, &json!(48.86)));
    }
    host.client.post_empty(&format!("{path}/unpublish")).await.expect(200);
    for _ in 0..2 {
        host.client.get(&path).await.expect(200);
        client.get(&path).await.expect_error(404, "not_found");
    }
}

#[tokio::test]
async fn another_process_shows_every_change_at_once() {
    if !needs_postgres("another_process_shows_every_change_at_once") {
        return;
    }
    let here = Server::start(&[]).await;
    let second = here.beside(&[]).await.expect("a second house");
    let there = second.client();
    let (admin, host) = (here.admin().await, here.client().somebody("Hana").await);
    let place = host.lists(json!({})).await;
    let (of_place, of_host) = (format!("/places/{}", place.id), format!("/users/{}", host.id));
    let shown = async |path: &str, pointer: &str| {
        let answer = there.get(path).await.expect(200);
        answer.body["data"].pointer(pointer).cloned().unwrap_or_default()
    };
    assert_eq!(shown(&of_host, "/host/listed_places").await, 1);

    for number in 1..=20_u32 {
        host.client.patch(&of_place, json!({"capacity": number})).await.expect(200);
        assert_eq!(shown(&of_place, "/capacity").await, number);
        host.client.patch("/users/me", json!({"first_name": format!("Hana {number}")})).await.expect(200);
        assert_eq!(shown(&of_host, "/first_name").await, format!("Hana {number}"));
    }
    host.client.post_empty(&format!("{of_place}/unpublish")).await.expect(200);
    there.get(&of_place).await.expect_error(404, "not_found");
    assert_eq!(shown(&of_host, "/host/listed_places").await, 0);
    host.client.post_empty(&format!("{of_place}/publish")).await.expect(200);
    assert_eq!(shown(&of_host, "/host/listed_places").await, 1);

    let account = format!("/admin{of_host}");
    admin.client.post(&format!("{account}/suspend"), json!({"reason": "Fraud."})).await.expect(200);
    there.get(&of_place).await.expect_error(404, "not_found");
    there.get(&of_host).await.expect_error(404, "not_found");
    admin.client.post(&format!("{account}/restore"), json!({"reason": "None."})).await.expect(200);
    assert_eq!(
        (shown(&of_place, "/capacity").await, shown(&of_host, "/first_name").await),
        (20.into(), "Hana 20".into())
    );
}

#[tokio::test]
async fn no_reader_of_another_process_sees_less_than_was_acknowledged() {
    if !needs_postgres("no_reader_of_another_process_sees_less_than_was_acknowledged") {
        return;
    }
    let here = Server::start(&[]).await;
    let second = here.beside(&[]).await.expect("a second house");
    let there = second.client();
    let host = here.client().somebody("Hana").await;
    let path = format!("/places/{}", host.lists(json!({})).await.id);
    let acknowledged = Arc::new(AtomicU64::new(1));
    let mut readers = JoinSet::new();
    for _ in 0..8 {
        let (there, path, acknowledged) = (there.clone(), path.clone(), acknowledged.clone());
        readers.spawn(async move {
            loop {
                let least = acknowledged.load(Ordering::SeqCst);
                let shown = there.get(&path).await.expect(200).data()["version"].as_u64().expect("a version");
                assert!(shown >= least, "{shown} after {least}");
                if least == 60 {
                    return;
                }
            }
        });
    }
    for version in 2..=60 {
        let changed = host.client.patch(&path, json!({"capacity": version})).await.expect(200);
        assert_eq!(changed.data()["version"], version);
        acknowledged.store(version, Ordering::SeqCst);
    }
    while let Some(reader) = readers.join_next().await {
        reader.expect("a reader");
    }
    assert!(there.metric("hbnb_cache_hits_total{kind=\"place\"}").await > 0);
}
