//! How cities are written that an index counts by their folded names: remembered for as long as no place changes.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::standing::Standing;

/// More cities than this are not remembered.
const MOST: usize = 10_000;

/// Names by folded names, as they were read last.
#[derive(Debug, Default)]
pub(super) struct CityNames(Mutex<Known>);

/// What is known of the places of one index as one change left them: a view that is rebuilt has another index.
#[derive(Debug, Default)]
struct Known {
    index: String,
    last_change: u64,
    names: HashMap<String, String>,
}

impl CityNames {
    /// Fills in the names that are known, and returns the others.
    pub(super) fn fill_in<'a>(&self, cities: &'a mut [(String, u64)], standing: &Standing) -> Vec<&'a mut String> {
        let known = self.known(standing);
        let mut unknown = Vec::new();
        for (city, _) in cities {
            match known.names.get(city) {
                Some(name) => city.clone_from(name),
                None => unknown.push(city),
            }
        }
        unknown
    }

    /// Remembers a name.
    pub(super) fn learn(&self, key: String, name: String, standing: &Standing) {
        let mut known = self.known(standing);
        if known.names.len() < MOST {
            known.names.insert(key, name);
        }
    }

    fn known(&self, standing: &Standing) -> MutexGuard<'_, Known> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if (&known.index, known.last_change) != (&standing.index, standing.last_change) {
            *known = Known { index: standing.index.clone(), last_change: standing.last_change, ..Known::default() };
        }
        known
    }
}
