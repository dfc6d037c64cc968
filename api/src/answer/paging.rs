//! Which part of a list a query asks for.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Invalid;
use projections::{Key, Slice};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::input::{Noted, Params, Query, Value, Whole};

/// Items per page where nothing is said.
const DEFAULT_PER_PAGE: u32 = 20;
/// Items per page at the most.
const MAX_PER_PAGE: u64 = 100;
/// Bytes of the digest of a list's filters.
pub(crate) const DIGEST_BYTES: usize = 8;
/// Bytes of a cursor: digest, rank, id.
const CURSOR_BYTES: usize = DIGEST_BYTES + 8 + 16;

/// A part of a list, and the list it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    /// Which part.
    pub(crate) slice: Slice,
    filters: [u8; DIGEST_BYTES],
}

/// The parameters of every list, as documentation has them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes what Params::paging reads")]
pub(crate) struct PagingParams {
    /// 1, 2, 3, ...; up to the 10,000th item.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// Items per page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    per_page: Option<u32>,
    /// The `next_cursor` of an answer under the same filters; instead of a page.
    cursor: Option<String>,
}

impl Params {
    /// The parameters `page`, `per_page` and `cursor`.
    ///
    /// # Errors
    /// Noted at each; a cursor that comes from other filters or another list is `foreign_cursor`.
    pub(crate) fn paging(&mut self) -> Result<Paging, Noted> {
        let page = self.optional::<Whole<1, { u32::MAX as u64 }>>("page");
        let per_page = self.optional::<Whole<1, MAX_PER_PAGE>>("per_page");
        let cursor = self.optional::<Cursor>("cursor");
        let (page, per_page, cursor) = (page?, per_page?.map_or(DEFAULT_PER_PAGE, Whole::count), cursor?);
        let filters = self.filters();
        let slice = match (page, cursor) {
            (page, None) => Slice::Page { page: page.map_or(1, Whole::count), per_page },
            (None, Some(cursor)) if cursor.filters == filters => Slice::After { key: Some(cursor.key), per_page },
            (None, Some(_)) => {
                let problem = Invalid::new("foreign_cursor", "Belongs to a list with other filters.");
                return Err(self.note("cursor", problem));
            }
            (Some(_), Some(_)) => {
                return Err(self.note("cursor", Invalid::new("ambiguous", "Give a page or a cursor, not both.")));
            }
        };
        Ok(Paging { slice, filters })
    }
}

/// A list without filters.
impl Query for Paging {
    fn read(params: &mut Params) -> Result<Self, Noted> {
        params.paging()
    }
}

impl Paging {
    /// The cursor that leads on from a row.
    pub(super) fn cursor(&self, key: Key) -> String {
        Cursor { filters: self.filters, key }.encode()
    }
}

/// A row's place in one list: clients pass it back as they got it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    filters: [u8; DIGEST_BYTES],
    key: Key,
}

impl Cursor {
    fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(CURSOR_BYTES);
        bytes.extend(self.filters);
        bytes.extend(self.key.rank.to_be_bytes());
        bytes.extend(self.key.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        let bytes: [u8; CURSOR_BYTES] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (filters, key) = bytes.split_first_chunk()?;
        let (rank, id) = key.split_first_chunk()?;
        let key = Key { rank: i64::from_be_bytes(*rank), id: Uuid::from_slice(id).ok()? };
        Some(Self { filters: *filters, key })
    }
}

impl Value for Cursor {
    fn from_text(text: &str) -> Result<Self, Invalid> {
        Self::decode(text).ok_or_else(|| Invalid::new("malformed_cursor", "Must be a next_cursor of this list."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_way_to_the_client_and_back() {
        let key = Key { rank: -7, id: Uuid::from_u128(42) };
        let cursor = Cursor { filters: [1; DIGEST_BYTES], key };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        assert_eq!(Cursor::decode("abc"), None);
        assert_eq!(Cursor::decode("!"), None);
    }
}
