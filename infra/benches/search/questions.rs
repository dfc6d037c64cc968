//! What is asked.

use domain::amenity::STANDARD;
use domain::place::AmenityCode;
use domain::{Currency, Nights};
use jiff::ToSpan as _;
use projections::Slice;
use projections::search::{Area, PlaceFilter, PlaceSort, PriceRange, SearchQuery, TypedText};

use crate::places::{World, centre, mix, neighbourhood};

/// Places of a page.
pub(crate) const PAGE: u32 = 20;
/// Kilometres around the middle of a city.
pub(crate) const RADIUS_KM: f64 = 5.0;

/// Kinds of questions.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Words,
    CommonWord,
    RadiusAndDates,
    AmenitiesAndPrice,
    DatesAlone,
    Widest,
}

pub(crate) const KINDS: [Kind; 6] =
    [Kind::Words, Kind::CommonWord, Kind::RadiusAndDates, Kind::AmenitiesAndPrice, Kind::DatesAlone, Kind::Widest];

/// One question.
pub(crate) struct Question {
    pub(crate) kind: Kind,
    pub(crate) query: SearchQuery,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Words => "two words",
            Self::CommonWord => "a word of every eighth place",
            Self::RadiusAndDates => "radius and dates, nearest first",
            Self::AmenitiesAndPrice => "three amenities and a price, cheapest first",
            Self::DatesAlone => "dates alone, newest first",
            Self::Widest => "every place, newest first",
        }
    }

    /// Whether it finds about as many places however many there are.
    pub(crate) fn is_selective(self) -> bool {
        matches!(self, Self::Words | Self::RadiusAndDates | Self::AmenitiesAndPrice)
    }

    /// The question of a number.
    pub(crate) fn question(self, world: &World, number: usize) -> Question {
        let town = mix(number, 1) % world.cities();
        let (mut text, mut filter, mut sort) = (None, PlaceFilter::default(), PlaceSort::Newest);
        match self {
            Self::Words => {
                let typed = format!("loft {}", neighbourhood(town, mix(number, 2) % 10));
                text = Some(TypedText::parse(&typed).unwrap());
                sort = PlaceSort::Relevance;
            }
            Self::CommonWord => {
                text = Some(TypedText::parse("loft").unwrap());
                sort = PlaceSort::Relevance;
            }
            Self::DatesAlone => filter.stay = Some(stay(world, number)),
            Self::RadiusAndDates => {
                filter.stay = Some(stay(world, number));
                filter.area = Some(Area::Around { centre: centre(town), radius_km: RADIUS_KM });
                sort = PlaceSort::Nearest;
            }
            Self::AmenitiesAndPrice => {
                let code = |salt: usize| STANDARD[5 + salt * 10 + mix(number, salt) % 10].code;
                filter.amenities = (0..3).map(|salt| AmenityCode::parse(code(salt)).unwrap()).collect();
                let least = 2_000 + (mix(number, 9) % 4_000) as i64;
                let (currency, most) = (Currency::EUR, Some(least + 4_000));
                filter.price = Some(PriceRange { currency, min_minor: Some(least), max_minor: most });
                sort = PlaceSort::Cheapest;
            }
            Self::Widest => {}
        }
        let slice = Slice::Page { page: 1, per_page: PAGE };
        Question { kind: self, query: SearchQuery { text, filter, sort, slice, facets: true, min_position: None } }
    }
}

/// Three nights.
fn stay(world: &World, number: usize) -> Nights {
    let arrival = world.tomorrow.saturating_add(((mix(number, 3) % 40) as i64).days());
    Nights::new(arrival, arrival.saturating_add(3.days())).unwrap()
}
