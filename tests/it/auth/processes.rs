//! Whatever ends a session or takes a right in one process, every other process knows within a second.

use std::time::{Duration, Instant};

use harness::{Client, PASSWORD, Person, Server, needs_postgres};
use serde_json::json;

/// Between two questions.
const PACE: Duration = Duration::from_millis(20);

/// Two houses on one database, and somebody who is signed in at the second.
struct Pair {
    here: Server,
    there: Server,
}

impl Pair {
    async fn open() -> Self {
        let here = Server::start(&[]).await;
        let there = here.beside(&[]).await.expect("a second house");
        Self { here, there }
    }

    /// Somebody whose session the other house has just seen, so that it remembers it as open.
    async fn somebody(&self) -> Person {
        let person = self.here.client().somebody("Alan").await;
        self.at_the_other(&person).get("/users/me").await.expect(200);
        person
    }

    fn at_the_other(&self, person: &Person) -> Client {
        self.there.client().with_token(person.client.token().expect("signed in"))
    }
}

/// Asks until the answer to `path` is `status`: within a second of `end`, and one more question.
async fn becomes(client: &Client, path: &str, status: u16, end: Instant, what: &str) {
    let mut pace = tokio::time::interval(PACE);
    loop {
        pace.tick().await;
        let asked = end.elapsed();
        if client.get(path).await.status == status {
            return;
        }
        assert!(asked <= Duration::from_secs(1), "{what}: still not {status} after {asked:?}");
    }
}

#[tokio::test]
async fn a_session_that_ends_here_is_over_there_within_a_second() {
    if !needs_postgres("a_session_that_ends_here_is_over_there_within_a_second") {
        return;
    }
    let pair = Pair::open().await;
    let admin = pair.here.admin().await;

    for how in ["logout", "logout-all", "delete", "password", "reset", "suspend", "close"] {
        let person = pair.somebody().await;
        let signed_in_again = pair.here.client().sign_in(person.id, &person.email).await.client;
        match how {
            "logout" => person.client.post_empty("/auth/logout").await.expect(204),
            "logout-all" => signed_in_again.post_empty("/auth/logout-all").await.expect(204),
            "delete" => {
                let sessions = signed_in_again.get("/users/me/sessions").await.expect(200);
                let items = sessions.data()["items"].as_array().expect("sessions").clone();
                let other = items.iter().find(|session| session["current"] == false).expect("another one");
                let id = other["id"].as_str().expect("an id");
                signed_in_again.delete(&format!("/users/me/sessions/{id}")).await.expect(204)
            }
            "password" => {
                let body = json!({"current_password": PASSWORD, "new_password": "another good password"});
                signed_in_again.post("/auth/password", body).await.expect(204)
            }
            "reset" => {
                let client = pair.here.client();
                client.post("/auth/password/forgot", json!({"email": person.email})).await.expect(202);
                let letter = pair.here.letters_that_say(1, "reset-password#token=", &person).await.remove(0);
                let body = json!({"token": letter.token(), "password": "another good password"});
                client.post("/auth/password/reset", body).await.expect(204)
            }
            "suspend" => {
                let path = format!("/admin/users/{}/suspend", person.id);
                admin.client.post(&path, json!({"reason": "Fraud."})).await.expect(200)
            }
            _ => signed_in_again.delete("/users/me").await.expect(204),
        };
        becomes(&pair.at_the_other(&person), "/users/me", 401, Instant::now(), how).await;
    }
}

#[tokio::test]
async fn a_role_granted_or_taken_back_here_counts_there_within_a_second() {
    if !needs_postgres("a_role_granted_or_taken_back_here_counts_there_within_a_second") {
        return;
    }
    let pair = Pair::open().await;
    let admin = pair.here.admin().await;
    let person = pair.somebody().await;
    let there = pair.at_the_other(&person);
    there.get("/admin/users").await.expect_error(403, "forbidden");
    let roles = format!("/admin/users/{}/roles", person.id);

    admin.client.post(&roles, json!({"role": "admin", "reason": "Helps out."})).await.expect(200);
    becomes(&there, "/admin/users", 200, Instant::now(), "granted").await;

    let revoke = admin.client.request(reqwest::Method::DELETE, &format!("{roles}/admin"));
    admin.client.send(revoke.json(&json!({"reason": "Helped out."}))).await.expect(200);
    becomes(&there, "/admin/users", 403, Instant::now(), "taken back").await;
    there.get("/users/me").await.expect(200);
}
