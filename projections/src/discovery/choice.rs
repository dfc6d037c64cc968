//! The best of those that were judged.

use std::cmp::Ordering;
use std::collections::HashMap;

use uuid::Uuid;

use super::candidate::Candidate;
use super::verdict::Verdict;

/// A candidate that was judged.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chosen {
    pub(super) candidate: Candidate,
    pub(super) verdict: Verdict,
    /// From what it is measured from.
    pub(super) distance_mm: Option<u64>,
}

impl Chosen {
    /// Best first; newest first, and then by id, where two are as good. No two are equal.
    fn order(&self, other: &Self) -> Ordering {
        let newest = other.candidate.created_at.cmp(&self.candidate.created_at);
        let best = other.verdict.points().cmp(&self.verdict.points());
        best.then(newest).then(self.candidate.place_id.cmp(&other.candidate.place_id))
    }
}

/// The best, at most so many, in order.
pub(super) fn best(mut judged: Vec<Chosen>, most: usize) -> Vec<Chosen> {
    judged.sort_by(Chosen::order);
    judged.truncate(most);
    judged
}

/// The same, with at most `per_host` of one host as long as there are others.
pub(super) fn varied(mut judged: Vec<Chosen>, most: usize, per_host: usize) -> Vec<Chosen> {
    judged.sort_by(Chosen::order);
    let mut hosts: HashMap<Uuid, usize> = HashMap::new();
    let (mut chosen, others): (Vec<_>, Vec<_>) = judged.into_iter().partition(|one| {
        let places = hosts.entry(one.candidate.host_id).or_default();
        *places += 1;
        *places <= per_host
    });
    chosen.truncate(most);
    let missing = most - chosen.len();
    chosen.extend(others.into_iter().take(missing));
    chosen.sort_by(Chosen::order);
    chosen
}
