//! Reads a file of listings record by record: the file may be larger than memory.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::{ErrorKind, StringRecord, Terminator};
use domain::Currency;
use flate2::read::MultiGzDecoder;

use super::columns::Columns;
use super::listing::{self, Listing, Note};

/// The first two bytes of a gzip file (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A record that is a listing with what was taken otherwise, or is none.
pub type Row = Result<(Listing, Vec<Note>), Rejected>;

/// A record that is no listing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rejected {
    /// The line of the file on which the record begins; the first line is 1.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// Why a file cannot be read (further).
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file is not there, cannot be read, or is damaged.
    #[error("{} cannot be read", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is something else.
    #[error("{} is no export of listings: it has no column `{missing}`", .path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// A column that every export has.
        missing: &'static str,
    },
}

/// An export of listings, as a sequence of rows.
pub struct ListingReader {
    path: PathBuf,
    csv: csv::Reader<Box<dyn Read + Send>>,
    columns: Columns,
    currency: Currency,
    ended: bool,
}

impl ListingReader {
    /// Opens a CSV file, compressed with gzip or not, whose prices are in `currency`.
    ///
    /// # Errors
    /// If it cannot be read or is no export of listings.
    pub fn open(path: &Path, currency: Currency) -> Result<Self, ReadError> {
        let failed = |source| ReadError::File { path: path.to_owned(), source };
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let is_gzip = file.fill_buf().map_err(failed)?.starts_with(&GZIP);
        let text: Box<dyn Read + Send> = if is_gzip { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        // Records end with `\n` alone: with the usual `\r\n` the reader would count a record's line before the `\n`
        // that ends the one above. A `\r` that is left in the last cell is white space around it.
        let mut csv = csv::ReaderBuilder::new().flexible(true).terminator(Terminator::Any(b'\n')).from_reader(text);
        let headers = csv.headers().map_err(|error| failed(error.into()))?;
        let columns = Columns::of(headers).map_err(|missing| ReadError::Column { path: path.to_owned(), missing })?;
        Ok(Self { path: path.to_owned(), csv, columns, currency, ended: false })
    }

    /// `None` for a blank line.
    fn row(&self, record: &StringRecord) -> Option<Row> {
        let line = record.position().map_or(0, csv::Position::line);
        let (cells, expected) = (record.len(), self.columns.count());
        if cells == 1 && record.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let listing = if cells == expected {
            listing::of_record(&self.columns, record, line, self.currency.code())
        } else {
            Err(format!("has {cells} cells instead of {expected}"))
        };
        Some(listing.map_err(|reason| Rejected { line, reason }))
    }

    /// A record that is no text is told like any other that is no listing; a file that is damaged ends the reading.
    fn fault(&mut self, error: csv::Error) -> Result<Row, ReadError> {
        if let ErrorKind::Utf8 { pos, .. } = error.kind() {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            return Ok(Err(Rejected { line, reason: "is not in UTF-8".to_owned() }));
        }
        self.ended = true;
        Err(ReadError::File { path: self.path.clone(), source: error.into() })
    }
}

impl Iterator for ListingReader {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = StringRecord::new();
        while !self.ended {
            match self.csv.read_record(&mut record) {
                Ok(true) => {
                    if let Some(row) = self.row(&record) {
                        return Some(Ok(row));
                    }
                }
                Ok(false) => self.ended = true,
                Err(error) => return Some(self.fault(error)),
            }
        }
        None
    }
}
