use serde::{Deserialize, Serialize};

use crate::field::Invalid;

/// A point on the Earth, in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Coordinates {
    latitude: f64,
    longitude: f64,
}

impl Coordinates {
    /// A point.
    ///
    /// # Errors
    /// `out_of_range` beyond ±90 degrees of latitude or ±180 of longitude.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, Invalid> {
        let within = |value: f64, limit: f64| value.is_finite() && value.abs() <= limit;
        if !within(latitude, 90.0) {
            return Err(Invalid::new("out_of_range", "Latitude must be between -90 and 90."));
        }
        if !within(longitude, 180.0) {
            return Err(Invalid::new("out_of_range", "Longitude must be between -180 and 180."));
        }
        Ok(Self { latitude, longitude })
    }

    /// Degrees north.
    pub fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    pub fn longitude(self) -> f64 {
        self.longitude
    }

    /// The nearest point of a grid of 0.01 degrees (about a kilometre): what strangers see.
    pub fn snapped(self) -> Self {
        let snap = |degrees: f64| (degrees * 100.0).round() / 100.0;
        Self { latitude: snap(self.latitude), longitude: snap(self.longitude) }
    }
}

/// How exactly strangers see where a place is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocationPrecision {
    /// Snapped to a grid of 0.01 degrees.
    #[default]
    Approximate,
    /// As the host gave it.
    Exact,
}

impl LocationPrecision {
    /// The name in answers and requests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Approximate => "approximate",
            Self::Exact => "exact",
        }
    }
}

impl std::str::FromStr for LocationPrecision {
    type Err = Invalid;

    fn from_str(name: &str) -> Result<Self, Invalid> {
        match name {
            "approximate" => Ok(Self::Approximate),
            "exact" => Ok(Self::Exact),
            _ => Err(Invalid::new("unknown_precision", "Must be approximate or exact.")),
        }
    }
}
