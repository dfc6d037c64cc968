use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::field::Invalid;
use crate::money::Money;
use crate::place::{AmenityCode, Coordinates};
use crate::text::Region;

/// What is kept for a person: what the person wishes of places, under names of its own, and whatever else a client puts
/// beside it (switches such as `email_booking`).
///
/// Reading it from the log checks nothing: before these names meant anything, a client could write anything there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Preferences(Map<String, Value>);

/// What a person wishes of places: what is recommended keeps to all of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wishes {
    /// Of one night, at most: places that are priced in another currency are none of it.
    pub max_price: Option<Money>,
    /// Where.
    pub location: Option<WishedLocation>,
    /// Each of them must be there.
    pub amenities: Vec<AmenityCode>,
}

/// Where a person would like to stay.
#[derive(Debug, Clone, PartialEq)]
pub enum WishedLocation {
    /// In a city.
    City(Region),
    /// Around a point.
    Around {
        /// The point.
        centre: Coordinates,
        /// How far around it, where the person said so.
        radius: Option<Radius>,
    },
}

/// A distance around a point: above 0, at most 500 km.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Radius(f64);

impl Radius {
    /// Kilometres at the most.
    pub const MAX_KM: f64 = 500.0;
    /// Where nothing is said.
    pub const DEFAULT: Self = Self(10.0);

    /// A distance in kilometres.
    ///
    /// # Errors
    /// `out_of_range`.
    pub fn new(km: f64) -> Result<Self, Invalid> {
        if km > 0.0 && km <= Self::MAX_KM {
            Ok(Self(km))
        } else {
            let message = format!("Must be above 0 and at most {} kilometres.", Self::MAX_KM);
            Err(Invalid::new("out_of_range", message))
        }
    }

    /// Kilometres.
    pub fn km(self) -> f64 {
        self.0
    }
}

impl Preferences {
    /// The most for one night: `{"amount": "150.00", "currency": "EUR"}`.
    pub const MAX_PRICE: &'static str = "max_price";
    /// A city, or `latitude,longitude`.
    pub const LOCATION: &'static str = "preferred_location";
    /// Kilometres around that point.
    pub const RADIUS: &'static str = "preferred_radius";
    /// Codes of the catalogue.
    pub const AMENITIES: &'static str = "amenities";

    /// Wishes, with what a client keeps beside them. Under the names of wishes only wishes are kept.
    pub fn new(wishes: Wishes, mut beside: Map<String, Value>) -> Self {
        for (name, value) in wishes.written() {
            match value {
                Some(value) => beside.insert(name.to_owned(), value),
                None => beside.remove(name),
            };
        }
        Self(beside)
    }

    /// Everything, as it is stored and shown.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The wishes among them. Whatever stands under the name of one and is none, as in events from before there were
    /// any, wishes nothing.
    pub fn wishes(&self) -> Wishes {
        Wishes { max_price: self.max_price(), location: self.location(), amenities: self.amenities() }
    }

    fn max_price(&self) -> Option<Money> {
        let price = self.0.get(Self::MAX_PRICE)?;
        let currency = price.get("currency")?.as_str()?.parse().ok()?;
        Money::price(price.get("amount")?.as_str()?, currency).ok()
    }

    fn location(&self) -> Option<WishedLocation> {
        let location = WishedLocation::parse(self.0.get(Self::LOCATION)?.as_str()?).ok()?;
        let radius = self.0.get(Self::RADIUS).and_then(Value::as_f64).and_then(|km| Radius::new(km).ok());
        Some(location.within(radius))
    }

    fn amenities(&self) -> Vec<AmenityCode> {
        let codes = self.0.get(Self::AMENITIES).and_then(Value::as_array);
        let code = |value: &Value| AmenityCode::parse(value.as_str()?).ok();
        codes.into_iter().flatten().filter_map(code).collect()
    }
}

impl From<Map<String, Value>> for Preferences {
    /// As they stand in the log.
    fn from(map: Map<String, Value>) -> Self {
        Self(map)
    }
}

impl Wishes {
    /// Every wish by its name, as JSON.
    fn written(&self) -> [(&'static str, Option<Value>); 4] {
        let price = |price: Money| json!({"amount": price.amount(), "currency": price.currency.code()});
        let codes = || self.amenities.iter().map(AmenityCode::as_str).collect::<Vec<_>>();
        [
            (Preferences::MAX_PRICE, self.max_price.map(price)),
            (Preferences::LOCATION, self.location.as_ref().map(|location| location.to_string().into())),
            (Preferences::RADIUS, self.location.as_ref().and_then(WishedLocation::radius).map(kilometres)),
            (Preferences::AMENITIES, (!self.amenities.is_empty()).then(|| json!(codes()))),
        ]
    }
}

/// A whole number stays one.
fn kilometres(Radius(km): Radius) -> Value {
    // At most 500: the conversion is exact.
    if km.fract() == 0.0 { Value::from(km as u32) } else { Value::from(km) }
}

impl WishedLocation {
    /// Takes `latitude,longitude`, or else the name of a city.
    ///
    /// # Errors
    /// `out_of_range`, or those of [`crate::text::Text::parse`].
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let degrees = |text: &str| text.trim().parse::<f64>().ok().filter(|degrees| degrees.is_finite());
        match text.split_once(',').and_then(|(north, east)| degrees(north).zip(degrees(east))) {
            Some((latitude, longitude)) => Ok(Self::at(Coordinates::new(latitude, longitude)?)),
            None => Region::parse(text).map(Self::City),
        }
    }

    /// Around a point.
    pub fn at(centre: Coordinates) -> Self {
        Self::Around { centre, radius: None }
    }

    /// The same so far around its point; a city has none.
    #[must_use]
    pub fn within(self, radius: Option<Radius>) -> Self {
        match self {
            Self::Around { centre, radius: _ } => Self::Around { centre, radius },
            Self::City(city) => Self::City(city),
        }
    }

    fn radius(&self) -> Option<Radius> {
        match self {
            Self::Around { radius, .. } => *radius,
            Self::City(_) => None,
        }
    }
}

impl fmt::Display for WishedLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::City(city) => f.write_str(city.as_str()),
            Self::Around { centre, .. } => write!(f, "{},{}", centre.latitude(), centre.longitude()),
        }
    }
}
