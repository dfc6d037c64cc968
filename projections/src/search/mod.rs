//! Finding places: what is asked, what is answered, and the two engines that can answer.
//!
//! - [`Search`] is asked; it lets an index outside the database answer where there is one that can, else PostgreSQL.
//! - [`SearchIndex`] is the port to such an index; [`Feeder`] feeds it with [`documents`], which hold what is shown.
//!   `standing` says which index may be asked, what it must leave out, and what of it is not as it was; `shown` reads
//!   that from the views.
//! - Either way each place that is shown is as the views had it at some moment since the question came.

mod answer;
mod city_names;
mod condition;
mod counts;
mod documents;
mod facets;
mod feeder;
mod filter;
mod find;
mod fold;
mod highlight;
mod index;
mod last_look;
mod postgres;
mod query;
mod shown;
mod sphere;
mod standing;
mod start;
mod suggest;
mod synonyms;
mod vocabulary;

pub use answer::{Facets, FoundPlace, Highlights, Matches, PriceBar, RatingBar, SearchAnswer, Total};
pub use counts::CITIES;
pub use documents::PlaceDocument;
pub use facets::{PRICE_BANDS, price_band, price_range, rating_bar};
pub use feeder::Feeder;
pub use filter::{Area, GeoBox, PlaceFilter, PlaceSort, PriceRange};
pub use find::{Engine, Search};
pub use fold::fold;
pub use highlight::PIECE;
pub use index::{IndexAnswer, IndexError, IndexHit, IndexQuery, IndexWriter, SearchIndex};
pub use postgres::list;
pub use query::{SearchQuery, TypedText};
pub use sphere::{EARTH_RADIUS_KM, distance_km};
pub use suggest::{SuggestedPlace, Suggestions};
pub use synonyms::{STOP_WORDS, SYNONYMS};
pub use vocabulary::{BEGINNING, ONE_MISTAKE, TWO_MISTAKES};
