//! Which time zone a point on the Earth keeps.

use domain::place::Coordinates;
use domain::zone::Zone;

/// An offline table of time zones.
pub trait ZoneFinder: Send + Sync {
    /// The zone at a point; `None` where the table knows none, as on the high seas.
    fn zone_at(&self, at: Coordinates) -> Option<Zone>;
}
