//! The table of `access.md`, read.

use std::fmt;

const TABLE: &str = include_str!("access.md");
/// A cell that is not asked.
const NOT_ASKED: &str = "-";

/// A route in one case, and what everybody gets.
pub(super) struct Row {
    /// `GET /api/v1/places/{id}`.
    pub(super) route: String,
    /// Of the thing it is about, such as `draft`.
    pub(super) case: String,
    /// Who gets which status.
    pub(super) expected: Vec<(String, u16)>,
}

impl Row {
    /// The method.
    pub(super) fn method(&self) -> &str {
        self.route.split_once(' ').expect("a method and a path").0
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.route, self.case)
    }
}

/// The rows, in their order.
pub(super) fn rows() -> Vec<Row> {
    let mut lines = TABLE.lines().filter(|line| line.starts_with('|')).map(cells);
    let heading = lines.next().expect("a heading");
    lines.filter(|cells| !cells[0].starts_with("---")).map(|cells| row(&heading, &cells)).collect()
}

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn row(heading: &[String], cells: &[String]) -> Row {
    assert_eq!(cells.len(), heading.len(), "the row of {} has a cell for everybody", cells[0]);
    let asked = heading.iter().zip(cells).skip(2).filter(|(_, cell)| *cell != NOT_ASKED);
    let status =
        |cell: &str| cell.parse().unwrap_or_else(|_| panic!("{cell:?} in the row of {} is a status", cells[0]));
    let expected = asked.map(|(role, cell)| (role.clone(), status(cell))).collect();
    Row { route: cells[0].clone(), case: cells[1].clone(), expected }
}
