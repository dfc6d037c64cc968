//! `POST /admin/users/{id}/suspend`, `/restore`

use harness::{Answer, Client, PASSWORD, Person, booking, eventually, shared};
use serde_json::json;

async fn suspend(admin: &Person, person: &Person) -> Answer {
    admin.client.post(&format!("/admin/users/{}/suspend", person.id), json!({"reason": "Not their places."})).await
}

async fn restore(admin: &Person, person: &Person) -> Answer {
    admin.client.post(&format!("/admin/users/{}/restore", person.id), json!({"reason": "They are theirs."})).await
}

async fn sign_in(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/auth/login", json!({"email": email, "password": password})).await
}

#[tokio::test]
async fn a_suspended_person_is_signed_out_and_told_why_not_at_the_door_with_the_right_password_alone() {
    let (admin, client) = (shared().admin().await, shared().client());
    let person = client.somebody("Mallory").await;

    let suspended = suspend(&admin, &person).await.expect(200);

    assert_eq!(suspended.data()["suspended"], true);
    eventually(|| async { (person.client.get("/users/me").await.status == 401).then_some(()) }).await;
    sign_in(&client, &person.email, PASSWORD).await.expect_error(403, "forbidden");
    sign_in(&client, &person.email, "not the password").await.expect_error(401, "unauthenticated");
    let refresh = json!({"refresh_token": person.refresh_token});
    client.post("/auth/refresh", refresh.clone()).await.expect_error(403, "forbidden");
    client.get(&format!("/users/{}", person.id)).await.expect_error(404, "not_found");

    assert_eq!(restore(&admin, &person).await.expect(200).data()["suspended"], false);
    client.post("/auth/refresh", refresh).await.expect_error(401, "unauthenticated");
    sign_in(&client, &person.email, PASSWORD).await.expect(200);
    client.get(&format!("/users/{}", person.id)).await.expect(200);
}

#[tokio::test]
async fn the_places_of_a_suspended_host_are_hidden_and_not_bookable_and_bookings_stay() {
    let (admin, client) = (shared().admin().await, shared().client());
    let (host, guest, stranger) =
        (client.somebody("Host").await, client.somebody("Guest").await, client.somebody("Stranger").await);
    let city = format!("Ville {}", uuid::Uuid::now_v7().simple());
    let place = host.lists(json!({"city": city})).await;
    let stay = guest.asks_for(&place, 20, 22).await.expect(201).id();
    host.client.post_empty(&format!("/bookings/{stay}/confirm")).await.expect(200);
    let found = async || {
        let list = client.send(client.request(reqwest::Method::GET, "/places").query(&[("location", &city)])).await;
        list.expect(200).data()["total"].as_u64().expect("a number")
    };
    let path = format!("/places/{}", place.id);
    assert_eq!(found().await, 1);

    suspend(&admin, &host).await.expect(200);

    assert_eq!(found().await, 0);
    client.get(&path).await.expect_error(404, "not_found");
    client.get(&format!("{path}/availability?from=2030-01-01&to=2030-01-05")).await.expect_error(404, "not_found");
    let refused = stranger.client.post("/bookings", booking(place.id, 30, 32)).await;
    refused.expect_error(409, "not_bookable");
    // Whoever has a stay there still sees it, and where it is.
    assert_eq!(guest.client.get(&path).await.expect(200).data()["status"], "unlisted");
    assert_eq!(guest.client.get(&format!("/bookings/{stay}")).await.expect(200).data()["status"], "confirmed");
    assert_eq!(admin.client.get(&path).await.expect(200).data()["status"], "listed");

    restore(&admin, &host).await.expect(200);
    assert_eq!(found().await, 1);
    stranger.client.post("/bookings", booking(place.id, 30, 32)).await.expect(201);
}

#[tokio::test]
async fn suspending_is_for_admins_of_others_and_has_a_reason() {
    let (admin, client) = (shared().admin().await, shared().client());
    let person = client.somebody("Mallory").await;
    let path = format!("/admin/users/{}/suspend", person.id);

    suspend(&admin, &admin).await.expect_error(403, "forbidden");
    admin.client.post(&path, json!({})).await.expect_error(422, "validation_failed");
    suspend(&person, &admin).await.expect_error(403, "forbidden");
    client.post(&path, json!({"reason": "Because."})).await.expect_error(401, "unauthenticated");
    let nobody = format!("/admin/users/{}/suspend", uuid::Uuid::nil());
    admin.client.post(&nobody, json!({"reason": "Because."})).await.expect_error(404, "not_found");

    assert_eq!(suspend(&admin, &person).await.expect(200).data()["version"], 2);
    assert_eq!(suspend(&admin, &person).await.expect(200).data()["version"], 2, "once is enough");
}

#[tokio::test]
async fn a_repeat_of_a_suspension_under_its_key_does_not_sign_out_somebody_who_was_restored() {
    let (admin, client) = (shared().admin().await, shared().client());
    let person = client.somebody("Mallory").await;
    let (path, reason) = (format!("/admin/users/{}/suspend", person.id), json!({"reason": "Not their places."}));
    admin.client.post_once(&path, "once", reason.clone()).await.expect(200);
    restore(&admin, &person).await.expect(200);
    let person = client.sign_in(person.id, &person.email).await;

    let repeated = admin.client.post_once(&path, "once", reason).await.expect(200);

    assert_eq!(repeated.header("idempotency-replayed"), Some("true"));
    assert_eq!(repeated.data()["suspended"], false);
    client.post("/auth/refresh", json!({"refresh_token": person.refresh_token})).await.expect(200);
}

#[tokio::test]
async fn the_reason_is_in_the_log_sealed() {
    let (admin, client) = (shared().admin().await, shared().client());
    let person = client.somebody("Mallory").await;
    suspend(&admin, &person).await.expect(200);
    restore(&admin, &person).await.expect(200);

    let stored = "select event_type || ' ' || payload::text from events where aggregate_id = $1 and sequence > 1 order by sequence";
    let stored: Vec<String> =
        sqlx::query_scalar(stored).bind(person.id.to_string()).fetch_all(shared().app.pool()).await.expect("events");

    assert!(stored[0].starts_with("user.suspended") && stored[1].starts_with("user.restored"), "{stored:?}");
    assert!(stored.iter().all(|text| text.contains(&admin.id.to_string()) && text.contains("sealed")), "{stored:?}");
    assert!(!stored.iter().any(|text| text.contains("heir")), "{stored:?}");
}
