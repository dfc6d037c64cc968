use std::sync::OnceLock;

use commands::ports::zones::ZoneFinder;
use domain::place::Coordinates;
use domain::zone::Zone;
use tzf_rs::EmbeddedFinder;

/// Time zones by the table that tzf-rs bundles. It is searched in place (4 MB of the program file, read as needed);
/// its expanded form would answer faster, but take some 40 MB of memory.
#[derive(Default)]
pub struct TzfZones {
    /// Opened at the first question: most commands ask none.
    finder: OnceLock<EmbeddedFinder>,
}

impl ZoneFinder for TzfZones {
    fn zone_at(&self, at: Coordinates) -> Option<Zone> {
        let finder = self.finder.get_or_init(EmbeddedFinder::new);
        // No name where no zone is; a name may also be newer than our own table of zones.
        finder.get_tz_name(at.longitude(), at.latitude()).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cities_keep_the_time_that_they_keep() {
        let zones = TzfZones::default();
        for (latitude, longitude, expected) in [
            (42.36413, -71.02991, "America/New_York"),
            (48.8566, 2.3522, "Europe/Paris"),
            (-33.8688, 151.2093, "Australia/Sydney"),
            (27.7172, 85.3240, "Asia/Kathmandu"),
            (-22.9068, -43.1729, "America/Sao_Paulo"),
        ] {
            let zone = zones.zone_at(Coordinates::new(latitude, longitude).unwrap()).unwrap();
            assert_eq!(zone.name(), expected);
        }
    }

    #[test]
    fn the_poles_and_the_antimeridian_have_an_answer_or_none_but_no_fault() {
        let zones = TzfZones::default();
        for (latitude, longitude) in [(90.0, 0.0), (-90.0, 0.0), (0.0, 180.0), (0.0, -180.0), (90.0, 180.0)] {
            let _ = zones.zone_at(Coordinates::new(latitude, longitude).unwrap());
        }
    }
}
