//! `GET /bookings`

use harness::{Answer, day, shared};
use serde_json::json;

fn ids(answer: &Answer) -> Vec<&str> {
    answer.data()["items"].as_array().expect("items").iter().filter_map(|item| item["id"].as_str()).collect()
}

#[tokio::test]
async fn guests_and_hosts_see_their_own_filtered() {
    let client = shared().client();
    let host = client.somebody("Fay").await;
    let (one, two) = (host.lists(json!({})).await, host.lists(json!({})).await);
    let guest = client.somebody("Gus").await;
    let a = guest.asks_for(&one, 10, 12).await.expect(201).id().to_string();
    let b = guest.asks_for(&two, 20, 22).await.expect(201).id().to_string();
    host.client.post_empty(&format!("/bookings/{b}/confirm")).await.expect(200);

    for (person, role) in [(&guest, "guest"), (&host, "host")] {
        let list = async |filter: &str| person.client.get(&format!("/bookings?role={role}{filter}")).await.expect(200);
        assert_eq!(ids(&list("").await), [b.as_str(), a.as_str()]);
        assert_eq!(ids(&list("&status=pending").await), [a.as_str()]);
        assert_eq!(ids(&list(&format!("&place_id={}", two.id)).await), [b.as_str()]);
        assert_eq!(ids(&list(&format!("&from={}&to={}", day(9), day(15))).await), [a.as_str()]);
    }
    assert_eq!(ids(&guest.client.get("/bookings?role=host").await.expect(200)), Vec::<&str>::new());
}
