use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use super::{PATIENCE, PROGRAM};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_says_where_everything_is_and_how_to_become_admin() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut command = Command::new(PROGRAM);
    command.env_clear().env("HBNB_ADDR", "127.0.0.1:0").env("HBNB_DATA_DIR", folder.path());
    command.stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true).current_dir(folder.path());
    let mut child = command.spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
    let welcome = tokio::time::timeout(PATIENCE, async {
        let mut welcome = Vec::new();
        while let Some(line) = lines.next_line().await.expect("it writes text") {
            welcome.push(line);
            if welcome.last().is_some_and(|line| line.contains("hbnb users create")) {
                return welcome;
            }
        }
        panic!("it ended after {welcome:?}")
    });
    let welcome = welcome.await.expect("it serves in time");

    let address = welcome[0].strip_prefix("HBNB serves on ").expect("where it serves");
    assert!(address.starts_with("http://127.0.0.1:"), "{address}");
    let told = |what: &str| {
        let line = welcome.iter().find_map(|line| line.trim().strip_prefix(what)).map(str::trim);
        line.unwrap_or_else(|| panic!("no {what} in {welcome:?}")).to_owned()
    };
    assert_eq!(told("API"), format!("{address}/api/v1"));
    assert_eq!(told("documents"), format!("{address}/docs"));
    assert!(told("database").contains(&folder.path().display().to_string()), "{welcome:?}");
    assert!(told("admin").contains("HBNB_ADMIN_EMAIL"), "{welcome:?}");
}
