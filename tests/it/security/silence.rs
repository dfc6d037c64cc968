//! What is not told: whether somebody has an account, whether something is there.
//!
//! That foreign bookings, drafts and the like look like what is not there is asked route by route in `access.rs`. That
//! it takes as long is so by construction: an unknown address is given the same hash to compare
//! (`infra/src/auth/password.rs`).

use harness::{Answer, PASSWORD, shared};
use serde_json::json;
use uuid::Uuid;

use super::access::telling;

/// Whether all of them tell the same.
fn all_alike(answers: &[Answer]) -> bool {
    answers.windows(2).all(|pair| telling(&pair[0]) == telling(&pair[1]))
}

#[tokio::test]
async fn signing_in_does_not_tell_who_has_an_account() {
    let client = shared().client();
    let (known, closed) = (client.somebody("Nora").await, client.somebody("Noah").await);
    closed.client.delete("/users/me").await.expect(204);
    let mut answers = Vec::new();
    for (email, password) in [
        (known.email.as_str(), "not the password"),
        ("nobody.at.all@example.org", "not the password"),
        (&closed.email, PASSWORD),
        (&known.email, &"x".repeat(1_000)),
        ("nobody.at.all@example.org", &"x".repeat(1_000)),
        // Another mailbox for some providers, another account for us.
        (&known.email.replace('@', "+x@"), PASSWORD),
    ] {
        let answer = client.post("/auth/login", json!({"email": email, "password": password})).await;
        answers.push(answer.expect_error(401, "unauthenticated"));
    }
    assert!(all_alike(&answers), "{answers:#?}");
}

#[tokio::test]
async fn a_refresh_token_that_never_was_looks_like_one_that_is_over() {
    let client = shared().client();
    let person = client.somebody("Nora").await;
    person.client.post_empty("/auth/logout").await.expect(204);
    let refresh = async |token: &str| client.post("/auth/refresh", json!({"refresh_token": token})).await.expect(401);
    let answers = [refresh(&person.refresh_token).await, refresh(&"A".repeat(43)).await, refresh("x").await];
    assert!(all_alike(&answers), "{answers:#?}");
    let logout = async |token: &str| client.post("/auth/logout", json!({"refresh_token": token})).await.expect(204);
    assert!(all_alike(&[logout(&person.refresh_token).await, logout("x").await]));
}

#[tokio::test]
async fn an_account_that_is_closed_looks_like_none() {
    let client = shared().client();
    let person = client.somebody("Nora").await;
    person.client.delete("/users/me").await.expect(204);
    let closed = client.get(&format!("/users/{}", person.id)).await.expect(404);
    let never = client.get(&format!("/users/{}", Uuid::now_v7())).await.expect(404);
    assert!(all_alike(&[closed, never]));
}
