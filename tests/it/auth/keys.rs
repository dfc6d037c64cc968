//! `HBNB_JWT_KEYS`: new keys sign nobody out.

use harness::{Server, needs_postgres};
use serde_json::json;

const OLD: &str = "2026:oooooooooooooooooooooooooooooooo";
const NEW: &str = "2027:nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn";

/// The name of the key in a token's header.
fn kid(token: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().expect("a header")).expect("base64");
    let header: serde_json::Value = serde_json::from_slice(&header).expect("JSON");
    header["kid"].as_str().expect("a name").to_owned()
}

/// As docs/operating.md has it: at each step, some processes are at the step before.
#[tokio::test]
async fn each_step_of_a_rotation_gets_on_with_the_one_before() {
    if !needs_postgres("each_step_of_a_rotation_gets_on_with_the_one_before") {
        return;
    }
    let steps = [OLD.to_owned(), format!("{OLD},{NEW}"), format!("{NEW},{OLD}")];
    let first = Server::start(&[("HBNB_JWT_KEYS", &steps[0])]).await;
    let second = first.beside(&[("HBNB_JWT_KEYS", &steps[1])]).await.expect("a second house");
    let third = first.beside(&[("HBNB_JWT_KEYS", &steps[2])]).await.expect("a third house");
    let last = first.beside(&[("HBNB_JWT_KEYS", NEW)]).await.expect("a fourth house");
    let person = first.client().somebody("Ada").await;
    let token = async |house: &Server| {
        let signed_in = house.client().sign_in(person.id, &person.email).await;
        signed_in.client.token().expect("signed in").to_owned()
    };
    let accepts = async |house: &Server, token: &str| {
        house.client().with_token(token).get("/users/me").await.expect(200);
    };
    for (before, after) in [(&first, &second), (&second, &third)] {
        let (of_before, of_after) = (token(before).await, token(after).await);
        accepts(before, &of_after).await;
        accepts(after, &of_before).await;
    }
    // An hour later only what the new key signed is left.
    let (of_third, of_last) = (token(&third).await, token(&last).await);
    assert_eq!((kid(&of_third), kid(&of_last)), ("2027".to_owned(), "2027".to_owned()));
    accepts(&last, &of_third).await;
    accepts(&third, &of_last).await;
}

#[tokio::test]
async fn tokens_of_an_older_key_are_accepted_while_it_is_listed_and_new_ones_use_the_first() {
    if !needs_postgres("tokens_of_an_older_key_are_accepted_while_it_is_listed_and_new_ones_use_the_first") {
        return;
    }
    let before = Server::start(&[("HBNB_JWT_KEYS", OLD)]).await;
    let both = format!("{NEW},{OLD}");
    let during = before.beside(&[("HBNB_JWT_KEYS", &both)]).await.expect("a second house");
    let after = before.beside(&[("HBNB_JWT_KEYS", NEW)]).await.expect("a third house");
    let person = before.client().somebody("Ada").await;
    let old_token = person.client.token().expect("signed in").to_owned();
    assert_eq!(kid(&old_token), "2026");

    during.client().with_token(&old_token).get("/users/me").await.expect(200);
    let refreshed = during.client().post("/auth/refresh", json!({"refresh_token": person.refresh_token})).await;
    let new_token = refreshed.expect(200).data()["access_token"].as_str().expect("a token").to_owned();

    assert_eq!(kid(&new_token), "2027");
    after.client().with_token(&new_token).get("/users/me").await.expect(200);
    after.client().with_token(&old_token).get("/users/me").await.expect_error(401, "unauthenticated");
}
