//! The rules of the house that neither Cargo nor the compiler checks.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// The names under `[dependencies]` of a crate.
fn dependencies(krate: &str) -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join(krate).join("Cargo.toml")).expect("a manifest");
    let section = manifest.split("\n[dependencies]\n").nth(1).expect("dependencies");
    let section = section.split("\n[").next().expect("a first part");
    let names = section.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
    names.filter(|name| !name.is_empty() && !name.starts_with('#')).map(str::to_owned).collect()
}

/// Every Rust file of a crate with its text.
fn sources(krate: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![root().join(krate)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a text file");
                files.push((path, text));
            }
        }
    }
    files
}

fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests")
}

#[test]
fn inner_rings_do_not_know_outer_ones() {
    let forbidden: &[(&str, &[&str])] = &[
        ("domain", &["commands", "projections", "api", "infra", "sqlx", "axum", "tokio", "getrandom", "rand"]),
        ("commands", &["projections", "api", "infra", "sqlx", "axum", "reqwest", "hyper"]),
        ("projections", &["commands", "api", "infra", "axum", "reqwest", "hyper"]),
        ("api", &["infra", "sqlx", "reqwest", "hyper"]),
    ];
    for (krate, names) in forbidden {
        let dependencies = dependencies(krate);
        for name in *names {
            assert!(!dependencies.contains(*name), "{krate} must not depend on {name}");
        }
    }
}

#[test]
fn the_domain_reads_no_clock_and_draws_no_lots() {
    for (path, text) in sources("domain/src") {
        if is_test(&path) {
            continue;
        }
        for call in ["Timestamp::now", "Zoned::now", "SystemTime", "Instant::now", "now_v7", "new_v4"] {
            assert!(!text.contains(call), "{} calls {call}", path.display());
        }
    }
}

#[test]
fn only_the_appender_writes_the_log_and_its_claims() {
    let writes =
        ["insert into events", "insert into claims", "delete from claims", "update events", "delete from events"];
    for krate in ["commands/src", "projections/src", "api/src", "infra/src"] {
        for (path, text) in sources(krate) {
            // A test may lay down the event that it is about.
            if is_test(&path) || path.components().any(|part| part.as_os_str() == "event_store") {
                continue;
            }
            let text = text.to_lowercase();
            for statement in writes {
                assert!(!text.contains(statement), "{} has `{statement}`", path.display());
            }
        }
    }
}

#[test]
fn every_public_module_says_what_it_is_for() {
    for krate in ["domain/src", "commands/src", "projections/src", "api/src", "infra/src"] {
        for (path, text) in sources(krate) {
            if path.file_name().is_some_and(|name| name == "mod.rs" || name == "lib.rs") {
                assert!(text.starts_with("//!"), "{} has no module documentation", path.display());
            }
        }
    }
}

#[test]
fn every_migration_can_be_taken_back() {
    let names: BTreeSet<String> = fs::read_dir(root().join("migrations"))
        .expect("migrations")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    for up in names.iter().filter(|name| name.ends_with(".up.sql")) {
        let down = up.replace(".up.sql", ".down.sql");
        assert!(names.contains(&down), "{up} has no {down}");
    }
}

#[test]
fn a_skipped_test_says_so_where_it_is_heard() {
    // `eprintln` too, which ends like it.
    let print = ["print", "ln!("].concat();
    for krate in ["domain", "commands", "projections", "api", "infra", "tests"] {
        for (path, text) in sources(krate) {
            let mut statements = text.split(&print).skip(1).filter_map(|rest| rest.split(';').next());
            let silent = statements.any(|statement| statement.to_lowercase().contains("skip"));
            assert!(!silent, "{} skips with a macro that the runner captures; write to stderr()", path.display());
        }
    }
}

/// The lines of a `match` that begin an arm, as the one with index `arm` does: rustfmt aligns them.
fn arms_beside<'t>(lines: &[&'t str], arm: usize) -> Vec<&'t str> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let before =
        lines[..arm].iter().rev().take_while(|line| line.trim().is_empty() || depth(line) >= depth(lines[arm]));
    before.filter(|line| depth(line) == depth(lines[arm])).copied().collect()
}

#[test]
fn no_match_on_events_swallows_those_to_come() {
    let is_of_events = |arm: &str| {
        ["UserEvent::", "PlaceEvent::", "BookingEvent::", "ReviewEvent::", "AmenityEvent::", "Event::"]
            .iter()
            .any(|name| arm.trim_start_matches(['(', '&', '|', ' ']).starts_with(name))
    };
    for krate in ["domain/src", "commands/src", "projections/src", "api/src", "infra/src"] {
        for (path, text) in sources(krate) {
            let lines: Vec<&str> = text.lines().collect();
            let catch_alls = (0..lines.len()).filter(|line| lines[*line].trim_start().starts_with("_ =>"));
            for line in catch_alls {
                let swallows = arms_beside(&lines, line).iter().any(|arm| is_of_events(arm));
                assert!(!swallows, "{}:{} has a `_` arm beside events", path.display(), line + 1);
            }
        }
    }
}

#[test]
fn no_test_is_ignored_in_silence() {
    for krate in ["domain", "commands", "projections", "api", "infra", "tests"] {
        for (path, text) in sources(krate) {
            let ignored = text.contains(&["#[ign", "ore]"].concat());
            assert!(!ignored, "{} ignores a test; print why it is skipped instead", path.display());
        }
    }
}
