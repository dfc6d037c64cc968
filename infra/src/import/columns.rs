//! Where the columns of an export are: they differ between its generations.

use csv::StringRecord;

/// A record's cells by name. Columns that only some exports have are empty in the others.
pub(super) struct Columns {
    headers: Vec<String>,
}

/// Columns without which a file is no export of listings.
const REQUIRED: [&str; 7] = ["id", "name", "host_id", "price", "accommodates", "minimum_nights", "maximum_nights"];

impl Columns {
    /// Finds the columns; the error is the first one that is missing.
    pub(super) fn of(headers: &StringRecord) -> Result<Self, &'static str> {
        let headers: Vec<String> =
            headers.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        match REQUIRED.into_iter().find(|name| !headers.iter().any(|header| header == name)) {
            Some(missing) => Err(missing),
            None => Ok(Self { headers }),
        }
    }

    /// How many cells a whole record has.
    pub(super) fn count(&self) -> usize {
        self.headers.len()
    }

    /// A cell without surrounding white space; empty where the file has no such column.
    pub(super) fn cell<'r>(&self, record: &'r StringRecord, name: &str) -> &'r str {
        let index = self.headers.iter().position(|header| header == name);
        index.and_then(|index| record.get(index)).unwrap_or_default().trim()
    }

    /// The same, `None` where it is empty.
    pub(super) fn text(&self, record: &StringRecord, name: &str) -> Option<String> {
        Some(self.cell(record, name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }
}
