//! Nothing personal and nothing secret in a log: the harness watches every line of every server of the suite
//! (`tests/harness/logs.rs`) and ends the suite at the first that has any. Here: that it does watch.

use harness::{PASSWORD, Process, eventually, leak_in, lines_watched, shared};
use serde_json::json;

const PROGRAM: &str = env!("CARGO_BIN_EXE_hbnb-under-test");

#[tokio::test]
async fn what_anybody_sent_would_be_found_in_a_line() {
    let person = shared().client().somebody("Philomène").await;
    let change = json!({"phone": "+33 6 98 76 54 32"});
    person.client.patch("/users/me", change).await.expect(200);
    let place = json!({"title": "La maison \"bleue\"", "address": "7 rue de la Loge, porte 3"});
    person.lists(place).await;
    let login = person.client.sign_in(person.id, &person.email).await;
    for said in [
        person.email.as_str(),
        PASSWORD,
        "Philomène",
        "+33 6 98 76 54 32",
        "+33698765432",
        "La maison \\\"bleue\\\"",
        "7 rue de la Loge, porte 3",
        &person.refresh_token,
        &login.refresh_token,
        "eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
        "somebody@example.org",
    ] {
        let line = format!(r#"{{"level":"INFO","message":"it is about {said}, it seems","target":"api"}}"#);
        assert!(leak_in(&line).is_some(), "{line}");
    }
}

#[tokio::test]
async fn what_is_logged_in_life_is_no_leak() {
    let line = r#"{"timestamp":"2026-11-24T15:25:50.103688Z","level":"INFO","message":"the request is answered",
        "request_id":"01a20e29-cc97-735a-b208-440fc9bdae39","method":"GET","route":"/api/v1/users/{id}","status":404,
        "milliseconds":0,"target":"api::layers::finished"}"#;
    assert_eq!(leak_in(line), None);
}

#[tokio::test]
async fn servers_in_this_process_are_watched() {
    let client = shared().client();
    let before = lines_watched();
    client.get("/places").await.expect(200);
    eventually(async || (lines_watched() > before).then_some(())).await;
}

#[tokio::test]
async fn processes_of_their_own_are_watched() {
    let data = tempfile::tempdir().expect("a folder can be made");
    let process = Process::serve(PROGRAM, data.path(), None).await;
    process.client().get("/places").await.expect(200);
    eventually(async || (process.lines_watched() > 0).then_some(())).await;
    process.kill().await;
}
