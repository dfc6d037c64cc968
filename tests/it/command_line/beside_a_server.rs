//! Every command works while a server has the embedded data open, and without one.

use std::path::{Path, PathBuf};

use harness::Process;
use serde_json::json;

use super::{PROGRAM, run, run_on};

/// Two good listings of one host, one without a price, one with a title of one letter.
const LISTINGS: &str = "\
id,name,host_id,host_name,price,latitude,longitude,accommodates,minimum_nights,maximum_nights,amenities,description
1,Harbour view,9,,\"$1,234.50\",42.36413,-71.02991,2,1,1125,\"[\"\"Wifi\"\", \"\"Hot tub\"\"]\",\"Big.<br />Bright.\"
2,海边的房子,9,,$80.00,,,4,2,30,\"{TV,\"\"Wireless Internet\"\"}\",
3,No price,9,,$0.00,,,4,2,30,{},
4,a,9,,$80.00,,,4,2,30,{},
";

fn listings_in(folder: &Path) -> PathBuf {
    let path = folder.join("listings.csv");
    std::fs::write(&path, LISTINGS).expect("the folder can be written to");
    path
}

/// The same commands with the same results, whoever has the data open.
async fn every_command_works(data: &Path, listings: &Path) {
    let file = listings.to_str().expect("a plain path");

    let report = run_on(data, &["import", "listings", file]).await.expect(2).output;
    assert!(report.contains("line 4: price: there is none\nline 5: title: "), "{report}");
    assert!(report.contains("note: 1 row(s) with max_nights above 730, taken as 730"), "{report}");
    assert!(report.ends_with("4 row(s): 2 place(s) created, 0 there already, 2 reported\n"), "{report}");
    let again = run_on(data, &["import", "listings", file, "--limit", "2"]).await.expect(0).output;
    assert_eq!(again.lines().last(), Some("2 row(s): 0 place(s) created, 2 there already, 0 reported"));
    run_on(data, &["import", "listings", "/nowhere.csv"]).await.expect(1);

    let created = run_on(data, &["users", "create", "ada@example.org", "--admin"]).await.expect(0).output;
    assert!(created.contains("ada@example.org is admin now") && created.contains("password (shown this once): "));
    let taken = run_on(data, &["users", "create", "Ada@Example.org"]).await.expect(1).errors;
    assert!(taken.contains("409"), "{taken}");
    run_on(data, &["users", "grant", "ADA@example.org", "auditor", "--reason", "Reads the books."]).await.expect(0);
    let nobody = run_on(data, &["users", "grant", "bob@example.org", "auditor", "--reason", "Reads the books."])
        .await
        .expect(1)
        .errors;
    assert!(nobody.contains("nobody has the address"), "{nobody}");

    let projections = run_on(data, &["projections", "list"]).await.expect(0).output;
    let places = projections.lines().find(|line| line.starts_with("places ")).expect("a view of places");
    let cells: Vec<_> = places.split_whitespace().collect();
    assert_eq!((cells[1], cells[3], cells[5]), ("1", "0", "running"), "its version, lag and state: {projections}");
    run_on(data, &["projections", "rebuild", "places"]).await.expect(0);
    run_on(data, &["projections", "rebuild", "nonsense"]).await.expect(1);
    run_on(data, &["projections", "park", "places"]).await.expect(1);
    let healthy = run_on(data, &["projections", "park", "places", "1", "--reason", "to try"]).await.expect(1).errors;
    assert!(healthy.contains("409"), "{healthy}");

    let jobs = run_on(data, &["jobs", "list"]).await.expect(0).output;
    assert_eq!(jobs.lines().count(), 1, "no job was given up: {jobs}");
    let nothing = run_on(data, &["jobs", "retry", "4711"]).await.expect(1).errors;
    assert!(nothing.contains("404"), "{nothing}");

    let tail = run_on(data, &["events", "tail", "-n", "2"]).await.expect(0).output;
    let kinds: Vec<_> = tail.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
    assert_eq!(kinds, ["user.role_granted", "user.role_granted"], "{tail}");
    let revoked = run_on(data, &["users", "revoke", "ada@example.org", "auditor", "--reason", "Reads the books."])
        .await
        .expect(0)
        .output;
    assert!(revoked.contains("ada@example.org is no auditor now"), "{revoked}");
    let event = run_on(data, &["events", "show", "1"]).await.expect(0).output;
    assert!(event.contains("\"type\": \"user.imported\""), "{event}");
    run_on(data, &["events", "show", "4711"]).await.expect(1);

    let migrations = run_on(data, &["migrate", "status"]).await.expect(0).output;
    assert!(migrations.starts_with("0001  applied   log\n"), "{migrations}");
    run_on(data, &["migrate", "up"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_works_beside_a_server() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (data, listings) = (folder.path().join("data"), listings_in(folder.path()));
    let server = Process::serve(PROGRAM, &data, None).await;

    every_command_works(&data, &listings).await;

    let down = run_on(&data, &["migrate", "down"]).await.expect(1).errors;
    assert!(down.contains("stop it"), "{down}");
    let second = run_on(&data, &["serve", "--addr", "127.0.0.1:0"]).await.expect(1).errors;
    assert!(second.contains("DATABASE_URL"), "{second}");
    let places = server.client().get("/places").await;
    assert_eq!(places.body["data"]["total"], 2);
    let found = places.body["data"]["items"].as_array().expect("a list").iter();
    let harbour = found.clone().find(|place| place["title"] == "Harbour view").expect("it is listed");
    assert_eq!(harbour["price"], json!({ "amount": "1234.50", "currency": "USD" }));
    assert_eq!(harbour["description"], "Big.\nBright.");
    assert_eq!(harbour["time_zone"], "America/New_York");
    assert!(found.clone().any(|place| place["title"] == "海边的房子"));
    // The socket is the operator's; over the network nobody is one.
    assert_eq!(server.client().get("//operator/migrations").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_works_without_a_server() {
    let folder = tempfile::tempdir().expect("a folder can be made");

    every_command_works(&folder.path().join("data"), &listings_in(folder.path())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_may_be_given_and_signs_in() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let server = Process::serve(PROGRAM, folder.path(), None).await;
    let data = [("HBNB_DATA_DIR", folder.path().to_str().expect("a plain path"))];
    let create = ["users", "create", "ada@example.org", "--password-stdin"];

    let out = run(&create, &data, "correct horse battery\n").await.expect(0).output;
    assert!(!out.contains("password"), "{out}");

    let credentials = json!({ "email": "ada@example.org", "password": "correct horse battery" });
    assert_eq!(server.client().post("/auth/login", credentials).await.status, 200);
    let weak = ["users", "create", "bob@example.org", "--password-stdin"];
    let told = run(&weak, &data, "short\n").await.expect(1).errors;
    assert!(told.contains("password: "), "{told}");
}
