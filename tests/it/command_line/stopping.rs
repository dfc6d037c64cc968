use harness::Process;

use super::{PROGRAM, run_on};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_ends_well_and_leaves_no_socket() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let server = Process::serve(PROGRAM, folder.path(), None).await;
    assert!(folder.path().join("hbnb.sock").exists());

    server.signal("TERM").await;

    assert_eq!(server.wait().await, Some(0));
    assert!(!folder.path().join("hbnb.sock").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill_and_the_stale_socket_is_no_obstacle() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for round in 0..3 {
        let server = Process::serve(PROGRAM, folder.path(), None).await;
        let address = format!("ada{round}@example.org");
        run_on(folder.path(), &["users", "create", &address]).await.expect(0);
        server.kill().await;
    }
    assert!(folder.path().join("hbnb.sock").exists(), "nobody removed it");

    let tail = run_on(folder.path(), &["events", "tail"]).await.expect(0).output;

    assert_eq!(tail.lines().filter(|line| line.contains("user.registered")).count(), 3, "{tail}");
}
