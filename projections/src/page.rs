//! Parts of long lists: by page number, or after a key.

use serde::{Deserialize, Serialize};
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{ReadError, columns};

/// How many rows pages reach; beyond them only a cursor leads.
pub const PAGED_ROWS: u32 = 10_000;

/// Which part of a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slice {
    /// One page, with the count of all rows.
    Page {
        /// 1, 2, 3, ...
        page: u32,
        /// Rows per page; at least 1.
        per_page: u32,
    },
    /// The rows after a key, without a count.
    After {
        /// The last row seen; `None` begins at the start.
        key: Option<Key>,
        /// Rows at the most; at least 1.
        per_page: u32,
    },
}

/// A row's place in the order of its list. It holds only under the filters and the order that it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// What the list is ordered by: microseconds since 1970, thousandths of a price, or millimetres.
    pub rank: i64,
    /// Ties are ordered by id.
    pub id: Uuid,
}

/// Part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// How many rows the whole list has; only where a page was asked for.
    pub total: Option<u64>,
    /// Where the list goes on; `None` at its end.
    pub next: Option<Key>,
}

impl<T> Listed<T> {
    /// The same part with each row made into something else.
    pub fn map<U>(self, into: impl FnMut(T) -> U) -> Listed<U> {
        Listed { items: self.items.into_iter().map(into).collect(), total: self.total, next: self.next }
    }

    /// Takes rows of which one more than asked for was read, to see whether the list goes on.
    pub(crate) fn of(mut rows: Vec<(Key, T)>, slice: Slice, total: Option<u64>) -> Self {
        let wanted = slice.per_page() as usize;
        let goes_on = rows.len() > wanted;
        rows.truncate(wanted);
        let next = rows.last().filter(|_| goes_on).map(|(key, _)| *key);
        Self { items: rows.into_iter().map(|(_, row)| row).collect(), total, next }
    }
}

impl Slice {
    pub(crate) fn per_page(self) -> u32 {
        match self {
            Self::Page { per_page, .. } | Self::After { per_page, .. } => per_page.max(1),
        }
    }

    /// One row more than wanted tells whether the list goes on.
    pub(crate) fn limit(self) -> i64 {
        i64::from(self.per_page()) + 1
    }

    pub(crate) fn offset(self) -> i64 {
        match self {
            Self::Page { page, .. } => i64::from(page.max(1) - 1).saturating_mul(i64::from(self.per_page())),
            Self::After { .. } => 0,
        }
    }

    /// The row to go on after.
    pub(crate) fn key(self) -> Option<Key> {
        match self {
            Self::Page { .. } => None,
            Self::After { key, .. } => key,
        }
    }

    pub(crate) fn counts(self) -> bool {
        matches!(self, Self::Page { .. })
    }

    /// # Errors
    /// [`ReadError::UseCursor`] for a page that begins beyond [`PAGED_ROWS`].
    pub(crate) fn check(self) -> Result<(), ReadError> {
        if self.counts() && self.offset() >= i64::from(PAGED_ROWS) {
            return Err(ReadError::UseCursor);
        }
        Ok(())
    }
}

/// How a list is ordered: by a rank, ties by id upwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) rank: Rank,
    pub(crate) id: &'static str,
    pub(crate) descending: bool,
}

/// What a [`Key`]'s rank stands for in SQL.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rank {
    /// A column of instants.
    Instant(&'static str),
    /// A column or an expression of type `bigint`.
    Number(&'static str),
}

impl Order {
    /// Newest first.
    pub(crate) fn newest(id: &'static str) -> Self {
        Self { rank: Rank::Instant("created_at"), id, descending: true }
    }

    /// Ends a query that already has a `where` with the rows of `slice`, and one more.
    pub(crate) fn push(self, query: &mut QueryBuilder<'_, Postgres>, slice: Slice) {
        if let Some(key) = slice.key() {
            self.push_after(query, key);
        }
        query.push(" order by ");
        self.push_by(query, "");
        query.push(" limit ").push_bind(slice.limit());
        query.push(" offset ").push_bind(slice.offset());
    }

    /// What rows are ordered by, each column with a table's prefix.
    pub(crate) fn push_by(self, query: &mut QueryBuilder<'_, Postgres>, table: &str) {
        let (rank, id) = (self.rank.sql(), self.id);
        let direction = if self.descending { "desc" } else { "asc" };
        query.push(format!("{table}{rank} {direction}, {table}{id}"));
    }

    /// The first condition alone already bounds the scan of an index; the second one decides among ties.
    fn push_after(self, query: &mut QueryBuilder<'_, Postgres>, key: Key) {
        let (rank, id) = (self.rank.sql(), self.id);
        let (up_to, beyond) = if self.descending { ("<=", "<") } else { (">=", ">") };
        query.push(format!(" and {rank} {up_to} "));
        self.rank.push_bind(query, key.rank);
        query.push(format!(" and ({rank} {beyond} "));
        self.rank.push_bind(query, key.rank);
        query.push(format!(" or {id} > ")).push_bind(key.id).push(")");
    }
}

impl Rank {
    fn sql(self) -> &'static str {
        match self {
            Self::Instant(sql) | Self::Number(sql) => sql,
        }
    }

    fn push_bind(self, query: &mut QueryBuilder<'_, Postgres>, rank: i64) {
        match self {
            Self::Instant(_) => query.push_bind(columns::micros(rank)),
            Self::Number(_) => query.push_bind(rank),
        };
    }
}
