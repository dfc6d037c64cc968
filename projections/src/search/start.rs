//! Where a part of an index's list begins.
//!
//! An order by time, price, rating or distance is the same for every engine, so that a list goes on behind its last row,
//! whoever answers. How well words fit is each engine's own: a list goes on in the engine that began it. The database
//! ranks fitness, too; an index only numbers it, and the last place that was shown is looked for around its number, since
//! others may have come or gone before it.

use uuid::Uuid;

use super::{PlaceSort, SearchQuery};
use crate::{Key, columns};

/// Places on either side of its number among which the last one that was shown is looked for.
const DRIFT: u64 = 50;
/// A list by number is read as far as this; what is farther off no list has led to.
const FARTHEST: u64 = 900_000;

/// Where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// So many places come before.
    Nth(u64),
    /// Behind a row.
    After(Key),
    /// Behind a place that so many of an index's own list led to, itself included.
    Behind { count: u64, place_id: Uuid },
    /// Behind a row of the database's own list.
    Databases,
    /// Nowhere that a list has led to.
    Nowhere,
}

/// Which places an index is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) after: Option<Key>,
    pub(super) offset: u64,
    pub(super) limit: u32,
}

impl Start {
    pub(super) fn of(query: &SearchQuery) -> Self {
        let is_ranked_by_words = query.sort == PlaceSort::Relevance && query.text.is_some();
        match query.slice.key() {
            None => Self::Nth(u64::try_from(query.slice.offset()).unwrap_or_default()),
            Some(key) if !is_ranked_by_words => Self::After(key),
            // The database's ranks are above zero.
            Some(key) if key.rank >= 0 => Self::Databases,
            Some(key) if key.rank.unsigned_abs() > FARTHEST => Self::Nowhere,
            Some(key) => Self::Behind { count: key.rank.unsigned_abs(), place_id: key.id },
        }
    }

    /// What to ask for to have so many, and one more that tells whether the list goes on.
    pub(super) fn reach(self, per_page: u32) -> Reach {
        let limit = per_page.saturating_add(1);
        match self {
            Self::Nth(offset) => Reach { after: None, offset, limit },
            Self::After(key) => Reach { after: Some(key), offset: 0, limit },
            Self::Behind { count, .. } => {
                let offset = Self::window(count);
                let around = u32::try_from(count - offset + DRIFT).unwrap_or(u32::MAX);
                Reach { after: None, offset, limit: limit.saturating_add(around) }
            }
            Self::Databases | Self::Nowhere => Reach { after: None, offset: 0, limit: 0 },
        }
    }

    /// How many of what was found come before the list goes on: as many as the last place that was shown leads to; where
    /// it is not there any more, as many as it led to.
    pub(super) fn passed(self, found: &[Uuid]) -> usize {
        let Self::Behind { count, place_id } = self else { return 0 };
        let led = usize::try_from(count - Self::window(count)).unwrap_or(usize::MAX);
        let around = found.iter().take(led.saturating_add(DRIFT as usize));
        around.into_iter().position(|id| *id == place_id).map_or(led.min(found.len()), |at| at + 1)
    }

    fn window(count: u64) -> u64 {
        count.saturating_sub(DRIFT + 1)
    }
}

/// The key of a place that so many of an index's own list led to, itself included. No other list has a rank below zero.
pub(super) fn numbered(count: u64, place_id: Uuid) -> Key {
    Key { rank: -columns::signed(count), id: place_id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Slice;
    use crate::search::{PlaceFilter, TypedText};

    fn query(sort: PlaceSort, key: Key) -> SearchQuery {
        SearchQuery {
            text: TypedText::parse("loft").ok(),
            filter: PlaceFilter::default(),
            sort,
            slice: Slice::After { key: Some(key), per_page: 20 },
            facets: false,
            min_position: None,
        }
    }

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    #[test]
    fn a_key_says_whose_list_it_is_of() {
        let start = |rank| Start::of(&query(PlaceSort::Relevance, Key { rank, id: id(7) }));
        let key = numbered(40, id(7));
        assert_eq!(start(key.rank), Start::Behind { count: 40, place_id: id(7) });
        assert_eq!((start(0), start(i64::MAX)), (Start::Databases, Start::Databases));
        assert_eq!(start(i64::MIN), Start::Nowhere);
        let cheapest = Key { rank: 4_000, id: id(7) };
        assert_eq!(Start::of(&query(PlaceSort::Cheapest, cheapest)), Start::After(cheapest));
        let words = SearchQuery { text: None, ..query(PlaceSort::Relevance, cheapest) };
        assert_eq!(Start::of(&words), Start::After(cheapest), "without words the newest come first");
    }

    #[test]
    fn the_last_place_shown_is_found_again_wherever_it_has_drifted_to() {
        // Of places 1, 2, 3, ... the first hundred were shown.
        let start = Start::Behind { count: 100, place_id: id(100) };
        let Reach { offset, limit, after: None } = start.reach(20) else { panic!("by number") };
        assert_eq!((offset, limit), (49, 21 + 51 + 50));
        let next = |list: &[Uuid]| {
            let (offset, limit) = (usize::try_from(offset).unwrap(), limit as usize);
            let found = &list[offset..list.len().min(offset + limit)];
            let rest = &found[start.passed(found)..];
            assert!(rest.len() > 20, "a whole page, and whether there is more");
            rest[0]
        };
        let list = |gone: u128, new: u128| -> Vec<Uuid> {
            (0..new).map(|n| id(1_000 + n)).chain((1 + gone..=300).map(id)).collect()
        };
        for (gone, new) in [(0, 0), (1, 0), (50, 0), (0, 1), (0, 50), (10, 50)] {
            assert_eq!(next(&list(gone, new)), id(101), "{gone} gone, {new} new");
        }
        // It has gone itself, and nothing else: the number is all that is left.
        let without: Vec<Uuid> = (1..=300).filter(|n| *n != 100).map(id).collect();
        assert_eq!(next(&without), id(102));
    }

    #[test]
    fn the_beginning_of_a_list_has_little_before_it() {
        let start = Start::Behind { count: 2, place_id: id(2) };
        assert_eq!(start.reach(2), Reach { after: None, offset: 0, limit: 3 + 2 + 50 });
        assert_eq!((start.passed(&[id(1), id(2), id(3)]), start.passed(&[id(3)])), (2, 1));
    }
}
