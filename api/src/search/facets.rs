//! What all that match have, as it is written.

use std::collections::BTreeMap;

use domain::amenity::Language;
use domain::place::AmenityCode;
use projections::search::{Facets, PriceBar, RatingBar, price_range};
use serde::Serialize;
use utoipa::ToSchema;

use crate::failure::ApiError;
use crate::openapi::MoneyBody;
use crate::state::ApiState;

/// How many of the places that match have what.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facets)]
pub(super) struct FacetsBody {
    /// The most frequent first.
    amenities: Vec<AmenityFacet>,
    /// A histogram, currency by currency, cheapest first; bars without a place are left out.
    prices: Vec<PriceFacet>,
    /// The most frequent first, 20 at the most.
    cities: Vec<CityFacet>,
    /// A histogram, best first; bars without a place are left out.
    ratings: Vec<RatingFacet>,
}

/// Places with an amenity.
#[derive(Debug, Serialize, ToSchema)]
struct AmenityFacet {
    #[schema(example = "wifi")]
    code: String,
    #[schema(example = "Wi-Fi")]
    name: String,
    count: u64,
}

/// Places that ask for so much a night.
#[derive(Debug, Serialize, ToSchema)]
struct PriceFacet {
    /// At least.
    from: MoneyBody,
    /// Less than; null for the dearest.
    below: Option<MoneyBody>,
    count: u64,
}

/// Places in a city.
#[derive(Debug, Serialize, ToSchema)]
struct CityFacet {
    #[schema(example = "Lyon")]
    city: String,
    count: u64,
}

/// Places that guests rate so.
#[derive(Debug, Serialize, ToSchema)]
struct RatingFacet {
    /// On average at least, and less than the better bar before it; null for places without reviews.
    #[schema(example = 4.5)]
    from: Option<f64>,
    count: u64,
}

impl FacetsBody {
    /// Names the amenities in a language.
    pub(super) async fn of(api: &ApiState, facets: Facets, language: Language) -> Result<Self, ApiError> {
        let Facets { amenities, prices, cities, ratings } = facets;
        // A code that the domain does not know any more cannot be asked for either.
        let codes: Vec<AmenityCode> = amenities.keys().filter_map(|code| AmenityCode::parse(code).ok()).collect();
        let names = projections::amenity::named(&api.views, &codes, language).await?;
        Ok(Self {
            amenities: by_frequency(amenities, &names),
            prices: prices.iter().map(PriceFacet::from).collect(),
            cities: cities.into_iter().map(|(city, count)| CityFacet { city, count }).collect(),
            ratings: ratings.iter().map(RatingFacet::from).collect(),
        })
    }
}

fn by_frequency(counts: BTreeMap<String, u64>, names: &BTreeMap<AmenityCode, String>) -> Vec<AmenityFacet> {
    let facets = names.iter().filter_map(|(code, name)| {
        let count = *counts.get(code.as_str())?;
        Some(AmenityFacet { code: code.as_str().to_owned(), name: name.clone(), count })
    });
    let mut facets: Vec<_> = facets.collect();
    // Names come by code: equally frequent ones stay so.
    facets.sort_by_key(|facet| std::cmp::Reverse(facet.count));
    facets
}

impl From<&PriceBar> for PriceFacet {
    fn from(bar: &PriceBar) -> Self {
        let (from, below) = price_range(bar.currency, bar.band);
        Self { from: from.into(), below: below.map(MoneyBody::from), count: bar.count }
    }
}

impl From<&RatingBar> for RatingFacet {
    fn from(bar: &RatingBar) -> Self {
        Self { from: bar.at_least.map(|hundredths| f64::from(hundredths) / 100.0), count: bar.count }
    }
}
