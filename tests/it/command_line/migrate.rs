use harness::{TestDatabase, needs_postgres};

use super::run;

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_the_schema_is_not_served_until_it_is_migrated() {
    if !needs_postgres("a_database_without_the_schema_is_not_served_until_it_is_migrated") {
        return;
    }
    let database = TestDatabase::create().await.expect("there is a server");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (url, data) = (database.url(), folder.path().to_str().expect("a plain path"));
    let variables = [("DATABASE_URL", url.as_str()), ("HBNB_DATA_DIR", data), ("HBNB_ADDR", "127.0.0.1:0")];

    let refused = run(&["serve"], &variables, "").await.expect(1).errors;
    assert!(refused.contains("hbnb migrate up"), "{refused}");
    let status = run(&["migrate", "status"], &variables, "").await.expect(0).output;
    assert!(status.lines().all(|line| line.contains("pending")), "{status}");
    run(&["migrate", "up"], &variables, "").await.expect(0);
    run(&["users", "create", "ada@example.org"], &variables, "").await.expect(0);

    let kept = run(&["migrate", "down", "--steps", "99"], &variables, "").await.expect(1).errors;
    assert!(kept.contains("would"), "{kept}");
    // Another data folder has another master key.
    let elsewhere = tempfile::tempdir().expect("a folder can be made");
    let variables = [("DATABASE_URL", url.as_str()), ("HBNB_DATA_DIR", elsewhere.path().to_str().expect("a path"))];
    let stranger = run(&["projections", "list"], &variables, "").await.expect(1).errors;
    assert!(stranger.contains("master key"), "{stranger}");
}
