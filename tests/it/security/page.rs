//! `docs/security.md` tells the truth about tests.

use std::fs;
use std::path::Path;

/// Where files of the repository are that the page may name.
const FOLDERS: [&str; 8] = ["api/", "commands/", "docs/", "domain/", "infra/", "projections/", "tests/", ".ci/"];

/// What the page names in backticks that is a file of the repository, with the function in it if it names one.
fn named(page: &str) -> Vec<(&str, Option<&str>)> {
    let quoted = page.split('`').skip(1).step_by(2);
    let files = quoted.filter(|name| FOLDERS.iter().any(|folder| name.starts_with(folder)) && !name.contains(' '));
    files
        .map(|name| match name.split_once("::") {
            Some((file, function)) => (file, Some(function)),
            None => (name, None),
        })
        .collect()
}

#[test]
fn every_test_that_the_page_on_security_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let page = fs::read_to_string(root.join("docs/security.md")).expect("the page");
    let named = named(&page);
    assert!(named.len() > 80, "only {} tests are named", named.len());
    for (file, function) in named {
        let text = fs::read_to_string(root.join(file)).unwrap_or_else(|_| panic!("{file} is not there"));
        let Some(function) = function else { continue };
        let declared = text.split(&format!("fn {function}()")).next().filter(|before| before.len() < text.len());
        let before = declared.unwrap_or_else(|| panic!("{file} has no {function}"));
        let attributes = before.trim_end().rsplit("\n\n").next().unwrap_or_default();
        let is_test = ["test]", "test("].iter().any(|end| attributes.contains(end));
        assert!(is_test, "{function} of {file} is no test");
    }
}

#[test]
fn every_threat_of_both_lists_has_a_line() {
    let page = include_str!("../../../docs/security.md");
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with('|')).collect();
    let threats =
        (1..=10).map(|number| format!("| API{number} ")).chain((1..=17).map(|number| format!("| V{number} ")));
    for threat in threats {
        assert_eq!(rows.iter().filter(|row| row.starts_with(&threat)).count(), 1, "{threat}");
    }
}
