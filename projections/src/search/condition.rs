//! What a place must be, in SQL over `place_search_v1 s`, and how well its words fit.

use sqlx::{Postgres, QueryBuilder};

use super::PlaceFilter;
use super::vocabulary::{Joined, Term, Terms};

/// What a place must be.
pub(super) struct Condition<'a> {
    pub(super) filter: &'a PlaceFilter,
    pub(super) words: Option<&'a Words>,
}

/// The words that a place must have.
pub(super) struct Words {
    pub(super) terms: Terms,
    pub(super) joined: Joined,
    /// As they were typed, one behind the other.
    pub(super) phrase: String,
    /// Whether places that match are gathered before they are ordered.
    pub(super) gathered: bool,
}

/// Begins a statement with all places that match as `m`, to be ended with their condition and a parenthesis: as the rest of
/// the statement asks for them, or all gathered first.
pub(super) fn gather(first: bool) -> QueryBuilder<'static, Postgres> {
    QueryBuilder::new(if first { "with m as materialized (" } else { "with m as not materialized (" })
}

impl Condition<'_> {
    pub(super) fn push(&self, query: &mut QueryBuilder<'_, Postgres>) {
        self.filter.push(query);
        if let Some(words) = self.words {
            query.push(" and s.words @@ ").push_bind(words.terms.joined(words.joined)).push("::tsquery");
        }
    }
}

impl Words {
    /// The fitness in the upper bits, and below it the age: among equals the newest comes first.
    pub(super) fn push_relevance(&self, query: &mut QueryBuilder<'_, Postgres>) {
        self.push_fitness(query);
        // 52 bits hold the microseconds from 1970 to 2112, and so does a float; `extract` would count in decimals.
        query.push("::bigint * (1::bigint << 52) + (date_part('epoch', s.created_at) * 1e6)::bigint");
    }

    /// A number that is higher the better a place fits: a word in the title counts three times one elsewhere, the word
    /// itself a little more than what means the same; then words that stand together, and titles that hold little else.
    fn push_fitness(&self, query: &mut QueryBuilder<'_, Postgres>) {
        query.push("(0");
        for term in &self.terms.0 {
            self.push_term(query, term);
        }
        if self.terms.0.len() > 1 {
            query.push(" + 40 * (s.title_words @@ (select phraseto_tsquery('hbnb_simple', ");
            query.push_bind(self.phrase.clone()).push(")))::int");
        }
        query.push(" + least(9, 30 / greatest(1, length(s.title_words))))");
    }

    fn push_term(&self, query: &mut QueryBuilder<'_, Postgres>, term: &Term) {
        query.push(" + case when s.title_words @@ ");
        push_once(query, &term.typed);
        query.push(" then 70 when s.title_words @@ ");
        push_once(query, &term.any);
        match self.joined {
            Joined::All => {
                query.push(" then 60 else 20 end");
            }
            Joined::Any => {
                query.push(" then 60 when s.words @@ ");
                push_once(query, &term.any);
                query.push(" then 20 else 0 end");
            }
        }
    }
}

/// A `tsquery` that is read once for all rows: a parameter of a plan for all values would be read for each.
fn push_once(query: &mut QueryBuilder<'_, Postgres>, terms: &str) {
    query.push("(select ").push_bind(terms.to_owned()).push("::tsquery)");
}
