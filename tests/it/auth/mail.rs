//! Mail as jobs: retried by the queue, and never sent to somebody who is gone.

use harness::{Person, Server, eventually, letters};
use jiff::SignedDuration;

/// A file where the mailbox's folder should be: no letter can be kept.
fn blocked(server: &Server) -> std::path::PathBuf {
    let path = server.data().join("mailbox");
    std::fs::write(&path, "").expect("a file can be made");
    path
}

async fn somebody_whose_letter_failed(server: &Server) -> Person {
    let person = server.client().somebody("Lise").await;
    let failed =
        "select exists (select from jobs where kind = 'send_letter' and attempts > 0 and last_error is not null)";
    eventually(|| async {
        let failed: bool = sqlx::query_scalar(failed).fetch_one(server.app.pool()).await.expect("jobs");
        failed.then_some(())
    })
    .await;
    person
}

#[tokio::test]
async fn a_letter_that_could_not_be_sent_is_sent_later() {
    let server = Server::start(&[]).await;
    let blocked = blocked(&server);
    let person = somebody_whose_letter_failed(&server).await;

    std::fs::remove_file(blocked).expect("the file can be removed");
    server.clock.advance(SignedDuration::from_hours(1));

    server.letters_that_say(1, "verify-email#token=", &person).await;
}

#[tokio::test]
async fn somebody_who_has_closed_the_account_meanwhile_gets_none() {
    let server = Server::start(&[]).await;
    let blocked = blocked(&server);
    let person = somebody_whose_letter_failed(&server).await;
    person.client.delete("/users/me").await.expect(204);

    std::fs::remove_file(blocked).expect("the file can be removed");
    server.clock.advance(SignedDuration::from_hours(1));

    let dead = eventually(|| async {
        let jobs = server.app.jobs.counts().await.expect("jobs can be counted");
        (jobs.ready == 0 && jobs.leased == 0).then_some(jobs.dead)
    });
    assert_eq!(dead.await, 0);
    assert_eq!(letters(server.data(), &person.email), []);
}

#[tokio::test]
async fn jobs_hold_ids_and_neither_addresses_nor_tokens() {
    let server = Server::start(&[]).await;
    let person = server.client().somebody("Lise").await;
    server.client().post("/auth/password/forgot", serde_json::json!({"email": person.email})).await.expect(202);
    let letter = server.letters_that_say(1, "reset-password#token=", &person).await.remove(0);

    let dump: String = sqlx::query_scalar("select string_agg(j::text, '') from jobs j")
        .fetch_one(server.app.pool())
        .await
        .expect("jobs");

    assert!(dump.contains(&person.id.to_string()));
    assert!(!dump.contains("example.org") && !dump.contains(&letter.token()) && !dump.contains("Lise"), "{dump}");
}
