//! Places that somebody did not ask for: those that are like another, and those that may suit a person.
//!
//! The database finds some hundreds of candidates by its indexes ([`similar()`], [`recommended`]); which of them are best
//! is then decided in whole numbers by pure functions (`likeness`, `fitness`), so that the same facts give the same
//! answer, in the same order, with the same reasons. No lots are drawn.

mod candidate;
mod choice;
mod fitness;
mod history;
mod likeness;
mod nearest;
mod reason;
mod recommended;
mod similar;
mod taste;
#[cfg(test)]
mod tests;
mod verdict;

pub use reason::Reason;
pub use recommended::recommended;
pub use similar::similar;

use crate::place::{self, PlaceRow};
use crate::{ReadError, Views};
use choice::Chosen;

/// A place that is proposed.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedPlace {
    /// As the views have it.
    pub place: PlaceRow,
    /// How far it is from the place it is like, or from the point where the person wishes to stay, as strangers are shown
    /// where places are: in whole millimetres.
    pub distance_mm: Option<u64>,
    /// How well it suits, in thousandths.
    pub score: u32,
    /// Why, what counts most first; at least one.
    pub reasons: Vec<Reason>,
}

/// The chosen ones as the views have them, in their order; whatever has just gone from the list is left out.
async fn shown(views: &Views, chosen: Vec<Chosen>) -> Result<Vec<ProposedPlace>, ReadError> {
    let ids: Vec<_> = chosen.iter().map(|chosen| chosen.candidate.place_id).collect();
    let mut rows = place::listed(&views.pool, &ids).await?;
    let proposed = |chosen: Chosen| {
        let at = rows.iter().position(|row| row.place_id == chosen.candidate.place_id)?;
        let Chosen { candidate: _, verdict, distance_mm } = chosen;
        let (score, reasons) = (verdict.score(), verdict.reasons());
        Some(ProposedPlace { place: rows.swap_remove(at), distance_mm, score, reasons })
    };
    Ok(chosen.into_iter().filter_map(proposed).collect())
}
