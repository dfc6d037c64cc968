use std::collections::BTreeMap;

use axum::http::Uri;
use domain::Invalid;
use sha2::{Digest, Sha256};

use super::problems::{Noted, Problems, refusal};
use super::value::Value;
use crate::answer::DIGEST_BYTES;
use crate::failure::{ApiError, Failure};

/// What an endpoint reads from the query of its address.
pub(crate) trait Query: Sized {
    /// Reads every parameter first and uses `?` after.
    ///
    /// # Errors
    /// Noted in `params`.
    fn read(params: &mut Params) -> Result<Self, Noted>;

    /// Reads the whole query.
    ///
    /// # Errors
    /// `unknown_parameter` or `invalid_parameter`, naming all problems.
    fn of(uri: &Uri) -> Result<Self, ApiError> {
        let mut params = Params::of(uri);
        let read = Self::read(&mut params);
        params.finish(read).map_err(|problems| refusal(problems, Failure::UnknownParameter, Failure::InvalidParameter))
    }
}

/// No parameters at all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoQuery;

impl Query for NoQuery {
    fn read(_: &mut Params) -> Result<Self, Noted> {
        Ok(Self)
    }
}

/// The parameters of a query, read one by one. What is never asked for is not known.
#[derive(Debug)]
pub(crate) struct Params {
    unread: BTreeMap<String, Vec<String>>,
    filters: [u8; DIGEST_BYTES],
    problems: Problems,
}

/// Parameters that say which part of a list is wanted, not which list.
const PAGING: [&str; 3] = ["page", "per_page", "cursor"];

impl Params {
    fn of(uri: &Uri) -> Self {
        let query = uri.query().unwrap_or_default().as_bytes();
        let mut params = Self { unread: BTreeMap::new(), filters: filters(uri), problems: Problems::default() };
        for (name, value) in form_urlencoded::parse(query) {
            if value.contains(char::REPLACEMENT_CHARACTER) {
                params.note(&name, Invalid::new("not_utf8", "Must be UTF-8."));
            }
            params.unread.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        params
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// Noted: `required`, or the value's own.
    pub(crate) fn required<T: Value>(&mut self, name: &str) -> Result<T, Noted> {
        match self.optional(name)? {
            Some(value) => Ok(value),
            None => Err(self.note(name, Invalid::new("required", "Must be given."))),
        }
    }

    /// A parameter that may be absent.
    ///
    /// # Errors
    /// Noted: `repeated`, or the value's own.
    pub(crate) fn optional<T: Value>(&mut self, name: &str) -> Result<Option<T>, Noted> {
        match self.unread.remove(name).as_deref() {
            None | Some([]) => Ok(None),
            Some([text]) => T::from_text(text).map(Some).map_err(|problem| self.note(name, problem)),
            Some([_, _, ..]) => Err(self.note(name, Invalid::new("repeated", "Must be given once."))),
        }
    }

    /// A list: repeated (`a=1&a=2`), with brackets (`a[]=1&a[]=2`), with commas (`a=1,2`), or any mixture.
    ///
    /// # Errors
    /// Noted: the values' own.
    pub(crate) fn list<T: Value>(&mut self, name: &str) -> Result<Vec<T>, Noted> {
        let plain = self.unread.remove(name).unwrap_or_default();
        let bracketed = self.unread.remove(&format!("{name}[]")).unwrap_or_default();
        let texts = plain.iter().chain(&bracketed).flat_map(|texts| texts.split(','));
        let values: Vec<_> = texts.map(|text| T::from_text(text).map_err(|problem| self.note(name, problem))).collect();
        values.into_iter().collect()
    }

    /// A digest of the list: its path and every parameter that is not about paging. Cursors hold it.
    pub(crate) fn filters(&self) -> [u8; DIGEST_BYTES] {
        self.filters
    }

    /// Notes a problem that only shows when several parameters are looked at together.
    pub(crate) fn note(&mut self, name: &str, problem: Invalid) -> Noted {
        self.problems.note(name, problem)
    }

    fn finish<T>(mut self, read: Result<T, Noted>) -> Result<T, Vec<domain::FieldError>> {
        for name in self.unread.keys() {
            self.problems.note_unknown(name, Failure::UnknownParameter);
        }
        self.problems.unless_any(read)
    }
}

fn filters(uri: &Uri) -> [u8; DIGEST_BYTES] {
    let mut filters: Vec<_> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| !PAGING.contains(&name.as_ref()))
        .collect();
    filters.sort();
    let mut digest = Sha256::new_with_prefix(uri.path());
    for (name, value) in filters {
        // Lengths keep `a=bc` and `ab=c` apart.
        for part in [name, value] {
            digest.update(part.len().to_be_bytes());
            digest.update(part.as_bytes());
        }
    }
    let digest: [u8; 32] = digest.finalize().into();
    digest.first_chunk().copied().unwrap_or_default()
}
