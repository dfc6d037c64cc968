//! The port to an index outside the database.

use std::error::Error;

use async_trait::async_trait;
use jiff::civil::Date;
use uuid::Uuid;

use super::{Highlights, Matches, PlaceDocument, PlaceFilter, PlaceSort, TypedText};
use crate::Key;
use crate::place::PlaceRow;

/// An index of places outside the database.
#[async_trait]
pub trait SearchIndex: Send + Sync {
    /// As answers name it, and what feeds it: `meilisearch`.
    fn name(&self) -> &'static str;

    /// Of its settings and the shape of its documents. Another version is another index, filled from the start.
    fn version(&self) -> u32;

    /// Whether it is worth asking now: not so while it rests after a failure.
    fn is_awake(&self) -> bool;

    /// The places that match, in order; ties, and what fits the words equally well, as the database orders them.
    ///
    /// # Errors
    /// [`IndexError`]; the caller asks the database instead.
    async fn find(&self, query: &IndexQuery<'_>) -> Result<IndexAnswer, IndexError>;

    /// Places whose title has words that begin as what was typed, at most `limit`, best first, none of `excluded`.
    /// `index` is the one to ask, as [`IndexQuery::index`] is.
    ///
    /// # Errors
    /// [`IndexError`]; the caller asks the database instead.
    async fn complete(
        &self,
        index: &str,
        typed: &TypedText,
        excluded: &[Uuid],
        limit: u32,
    ) -> Result<Vec<Uuid>, IndexError>;
}

/// The same index as it is fed: see [`super::Feeder`].
///
/// Each call returns when the engine has done what it says, or not at all within a bound.
#[async_trait]
pub trait IndexWriter: SearchIndex {
    /// Makes an empty index with this version's settings, in the place of any other of that uid, and returns a mark that
    /// no other index of that uid will have.
    ///
    /// # Errors
    /// [`IndexError`]; it may be half made.
    async fn create(&self, uid: &str) -> Result<String, IndexError>;

    /// The mark of the index that has this uid now, if any has.
    ///
    /// # Errors
    /// [`IndexError`].
    async fn mark(&self, uid: &str) -> Result<Option<String>, IndexError>;

    /// Puts documents in, each in the place of what the index holds of that place, and takes the places out that are
    /// `gone`. Once it returns, the index answers so, after a crash too.
    ///
    /// # Errors
    /// [`IndexError`]; any part may be done. After [`IndexError::Unheard`], and where nobody waits for the end, any part may
    /// be done later than what is written next.
    async fn write(&self, uid: &str, documents: &[PlaceDocument], gone: &[Uuid]) -> Result<(), IndexError>;

    /// Deletes the index of this uid, if there is one.
    ///
    /// # Errors
    /// [`IndexError`].
    async fn delete(&self, uid: &str) -> Result<(), IndexError>;

    /// The first night that documents have to tell of: no question that it answers is about an earlier one.
    fn first_night(&self) -> Date;

    /// Returns when a question has found that its index is not there, or not as it was made.
    async fn missed(&self);
}

/// A question to an index.
#[derive(Debug, Clone, Copy)]
pub struct IndexQuery<'a> {
    /// Which of the engine's indexes to ask, by its uid.
    pub index: &'a str,
    /// In words.
    pub text: Option<&'a TypedText>,
    /// What must hold.
    pub filter: &'a PlaceFilter,
    /// In which order.
    pub sort: PlaceSort,
    /// Places that do not match any more, whatever the index holds of them.
    pub excluded: &'a [Uuid],
    /// How many of them are shown at the most: of those, what is shown is wanted, too.
    pub shown: u32,
    /// Only what comes behind this row, in an order that [`IndexHit::rank`] tells of.
    pub after: Option<Key>,
    /// How many of the first to leave out.
    pub offset: u64,
    /// How many at the most.
    pub limit: u32,
    /// Whether all that match are counted.
    pub counts: bool,
    /// Whether facets are counted, too.
    pub facets: bool,
}

/// An index's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexAnswer {
    /// In order.
    pub hits: Vec<IndexHit>,
    /// Of all that match, where they are counted; cities by their folded names.
    pub matches: Option<Matches>,
}

/// A place that an index found.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexHit {
    /// The place.
    pub place_id: Uuid,
    /// What strangers are shown of it, as [`PlaceDocument::place`] told; `None` where that is sooner read from the views,
    /// as where most of what is found is passed over.
    pub place: Option<PlaceRow>,
    /// What it is ordered by, as a [`Key`] has it; `None` where that is how well the words fit.
    pub rank: Option<i64>,
    /// Where the words were found; only where words were typed.
    pub highlights: Option<Highlights>,
}

/// Why an index does not answer, or cannot be fed.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// It is not the one to answer this question; nothing is wrong with it.
    #[error("the search index {name} leaves this question to the database: {why}")]
    Declined {
        /// Which.
        name: &'static str,
        /// Why.
        why: &'static str,
    },
    /// Something is wrong with it. The sources say what, and what an operator can do.
    #[error("the search index {name} failed")]
    Failed {
        /// Which.
        name: &'static str,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// It was sent something and has not answered: it may yet do what it was asked.
    #[error("the search index {name} did not answer")]
    Unheard {
        /// Which.
        name: &'static str,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}
