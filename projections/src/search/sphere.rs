//! The Earth as a sphere: distances on it, and points of it in space, where an index finds neighbours without poles and
//! date lines.

use domain::place::Coordinates;

/// The Earth's mean radius, after the International Union of Geodesy and Geophysics.
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// A point of the sphere in space, in kilometres from its centre.
pub(super) fn in_space(at: Coordinates) -> [f64; 3] {
    let (latitude, longitude) = (at.latitude().to_radians(), at.longitude().to_radians());
    let (x, y) = (latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin());
    [x, y, latitude.sin()].map(|share| share * EARTH_RADIUS_KM)
}

/// The straight way through the sphere between two points of it that lie so far apart on it.
pub(super) fn chord_km(distance_km: f64) -> f64 {
    let half_angle = (distance_km / EARTH_RADIUS_KM / 2.0).clamp(0.0, std::f64::consts::FRAC_PI_2);
    2.0 * EARTH_RADIUS_KM * half_angle.sin()
}

/// The great-circle distance of two points, by the haversine formula.
pub fn distance_km(one: Coordinates, other: Coordinates) -> f64 {
    let (north, south) = (one.latitude().to_radians(), other.latitude().to_radians());
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let (up, along) = (half(one.latitude() - other.latitude()), half(one.longitude() - other.longitude()));
    2.0 * EARTH_RADIUS_KM * (up + north.cos() * south.cos() * along).sqrt().min(1.0).asin()
}

/// A circle around a rectangle on the map: its middle, and how far the corners lie from it. `None` where the rectangle
/// is so large that its corners are not its farthest points; an index would not help there anyway.
pub(super) fn around(south_west: Coordinates, north_east: Coordinates) -> Option<(Coordinates, f64)> {
    let width = (north_east.longitude() - south_west.longitude()).rem_euclid(360.0);
    if width > 60.0 || north_east.latitude() - south_west.latitude() > 60.0 {
        return None;
    }
    let latitude = f64::midpoint(south_west.latitude(), north_east.latitude());
    let longitude = south_west.longitude() + width / 2.0;
    let longitude = if longitude > 180.0 { longitude - 360.0 } else { longitude };
    let middle = Coordinates::new(latitude, longitude).ok()?;
    // Parallels bend: the middle of an edge may lie farther off than the corners, by less than this share.
    let reach = distance_km(middle, south_west).max(distance_km(middle, north_east)) * 1.25;
    Some((middle, reach))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Coordinates {
        Coordinates::new(latitude, longitude).unwrap()
    }

    #[test]
    fn distances_are_those_of_the_sphere() {
        let (paris, london) = (at(48.86, 2.35), at(51.51, -0.13));
        assert!((distance_km(paris, london) - 343.9).abs() < 1.0, "{}", distance_km(paris, london));
        assert!((distance_km(at(90.0, 0.0), at(-90.0, 77.0)) - 20_015.1).abs() < 0.1);
        assert!((distance_km(at(0.0, 179.9), at(0.0, -179.9)) - 22.24).abs() < 0.01);
    }

    #[test]
    fn the_way_through_the_sphere_is_the_distance_in_space() {
        for (one, other) in
            [(at(0.0, 0.0), at(0.0, 90.0)), (at(10.0, 20.0), at(11.0, 21.0)), (at(-60.0, 179.0), at(-61.0, -179.0))]
        {
            let (from, to) = (in_space(one), in_space(other));
            let straight = from.iter().zip(to).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
            assert!((straight - chord_km(distance_km(one, other))).abs() < 1e-6, "{one:?} {other:?}");
        }
    }

    #[test]
    fn the_circle_around_a_rectangle_holds_all_of_it() {
        for (south_west, north_east) in [
            (at(48.0, 2.0), at(49.0, 3.0)),
            (at(-1.0, 179.0), at(1.0, -179.0)),
            (at(-5.0, -30.0), at(55.0, 30.0)),
            (at(60.0, 0.0), at(89.0, 60.0)),
            (at(-30.0, 0.0), at(30.0, 59.0)),
        ] {
            let (middle, reach) = around(south_west, north_east).unwrap();
            let width = (north_east.longitude() - south_west.longitude()).rem_euclid(360.0);
            for step in 0..=20 {
                let share = f64::from(step) / 20.0;
                let longitude = (south_west.longitude() + width * share + 180.0).rem_euclid(360.0) - 180.0;
                let latitude = south_west.latitude() + (north_east.latitude() - south_west.latitude()) * share;
                for point in [
                    at(south_west.latitude(), longitude),
                    at(north_east.latitude(), longitude),
                    at(latitude, south_west.longitude()),
                    at(latitude, north_east.longitude()),
                ] {
                    assert!(distance_km(middle, point) <= reach, "{south_west:?} {north_east:?} {point:?}");
                }
            }
        }
        assert_eq!(around(at(-80.0, -170.0), at(80.0, 170.0)), None);
    }
}
