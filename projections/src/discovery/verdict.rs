//! From single criteria to one score and its reasons, in whole numbers.

use super::reason::Reason;

/// All of something, in thousandths.
pub(super) const WHOLE: u32 = 1_000;

/// One thing that a place is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Criterion {
    /// How much it counts beside the others.
    weight: u32,
    /// How far the place meets it, in thousandths.
    share: u32,
    /// What can be said where it does.
    reason: Option<Reason>,
}

impl Criterion {
    /// A criterion that is met so far; `reason` is told where that is at least `enough`.
    pub(super) fn new(weight: u32, share: u32, reason: Reason, enough: u32) -> Self {
        let share = share.min(WHOLE);
        Self { weight, share, reason: (share >= enough).then_some(reason) }
    }

    /// What holds for every candidate: it says something, but tells none from another.
    pub(super) fn fact(reason: Reason) -> Self {
        Self { weight: 0, share: WHOLE, reason: Some(reason) }
    }

    fn points(&self) -> u64 {
        u64::from(self.weight) * u64::from(self.share)
    }
}

/// What the criteria come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    criteria: Vec<Criterion>,
}

impl Verdict {
    /// Of the criteria that apply; which these are must not depend on the place, or verdicts could not be compared.
    pub(super) fn of(criteria: impl IntoIterator<Item = Criterion>) -> Self {
        Self { criteria: criteria.into_iter().collect() }
    }

    /// A number that is higher the better a place suits.
    pub(super) fn points(&self) -> u64 {
        self.criteria.iter().map(Criterion::points).sum()
    }

    /// The same in thousandths of what could be reached.
    pub(super) fn score(&self) -> u32 {
        let weights: u64 = self.criteria.iter().map(|criterion| u64::from(criterion.weight)).sum();
        share(self.points(), weights * u64::from(WHOLE))
    }

    /// What can be said for the place, what counts most first.
    pub(super) fn reasons(&self) -> Vec<Reason> {
        let mut told: Vec<_> = self.criteria.iter().filter_map(|c| Some((c.points(), c.reason?))).collect();
        told.sort_by(|(points, reason), (other, other_reason)| other.cmp(points).then(reason.cmp(other_reason)));
        match told.is_empty() {
            true => vec![Reason::WorthALook],
            false => told.into_iter().map(|(_, reason)| reason).collect(),
        }
    }
}

/// A part of something, in thousandths, rounded down: never more than all; nothing of nothing.
pub(super) fn share(part: u64, whole: u64) -> u32 {
    let thousandths = u128::from(part) * u128::from(WHOLE) / u128::from(whole.max(1));
    u32::try_from(thousandths).unwrap_or(WHOLE).min(WHOLE)
}

/// How near a number is to another: all where they are the same, nothing from `reach` on.
pub(super) fn nearness(difference: u64, reach: u64) -> u32 {
    share(reach.saturating_sub(difference), reach)
}
