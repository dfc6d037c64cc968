//! What became of a file.

use std::collections::BTreeMap;
use std::fmt;

use super::listing::Note;
use super::reader::Rejected;

/// What an import did, row by row where a row was not taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows read.
    pub rows: u64,
    /// New places.
    pub created: u64,
    /// Rows that an earlier import had brought.
    pub existing: u64,
    /// Rows that are no listing or break a rule.
    pub rejected: Vec<Rejected>,
    /// How many rows were taken otherwise than they say.
    pub notes: BTreeMap<Note, u64>,
}

impl Report {
    /// Counts a row that was read and is taken with notes.
    pub(super) fn note(&mut self, notes: &[Note]) {
        for note in notes {
            *self.notes.entry(*note).or_default() += 1;
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rejected: Vec<&Rejected> = self.rejected.iter().collect();
        rejected.sort();
        for Rejected { line, reason } in rejected {
            writeln!(f, "line {line}: {reason}")?;
        }
        for (note, rows) in &self.notes {
            writeln!(f, "note: {rows} row(s) with {note}")?;
        }
        write!(
            f,
            "{} row(s): {} place(s) created, {} there already, {} reported",
            self.rows,
            self.created,
            self.existing,
            self.rejected.len()
        )
    }
}
