use std::collections::BTreeMap;

use projections::Listed;
use projections::review::{Rating, ReviewRow, Tally};
use serde::Serialize;
use utoipa::ToSchema;

use super::show::ReviewBody;
use crate::answer::{List, Paging};

/// What reviews say on average.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rating)]
pub(crate) struct RatingBody {
    /// From 1 to 5, to two decimals; null without reviews.
    #[schema(example = 4.67)]
    average: Option<f64>,
    /// How many there are.
    #[schema(example = 3)]
    count: u64,
    /// Averages by category, of those that somebody rated.
    #[schema(example = json!({"cleanliness": 4.5}))]
    categories: BTreeMap<&'static str, f64>,
}

impl From<&Rating> for RatingBody {
    fn from(rating: &Rating) -> Self {
        let categories = rating.categories.iter().filter_map(|(of, tally)| Some((of.name(), average(*tally)?)));
        Self { average: average(rating.overall), count: rating.overall.count, categories: categories.collect() }
    }
}

/// The one place where an average becomes a fraction: it has been rounded in whole hundredths before.
fn average(tally: Tally) -> Option<f64> {
    let hundredths = u32::try_from(tally.hundredths()?).ok()?;
    Some(f64::from(hundredths) / 100.0)
}

/// Part of a list of published reviews, and what all of them say together.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewList)]
pub(super) struct ReviewList {
    #[serde(flatten)]
    list: List<ReviewBody>,
    rating: RatingBody,
}

impl ReviewList {
    /// Lays out part of a list.
    pub(super) fn of(listed: Listed<ReviewRow>, rating: &Rating, paging: &Paging) -> Self {
        Self { list: List::of(listed.map(ReviewBody::from), paging), rating: rating.into() }
    }
}

#[cfg(test)]
mod tests {
    use domain::review::Category;
    use serde_json::json;

    use super::*;

    #[test]
    fn averages_are_told_to_two_decimals() {
        let tally = |count, stars| Tally { count, stars };
        let categories = BTreeMap::from([(Category::CheckIn, tally(2, 9))]);
        let rating = Rating { overall: tally(3, 14), categories };
        let body = serde_json::to_value(RatingBody::from(&rating)).unwrap();
        assert_eq!(body, json!({"average": 4.67, "count": 3, "categories": {"check_in": 4.5}}));
        let none = serde_json::to_value(RatingBody::from(&Rating::default())).unwrap();
        assert_eq!(none, json!({"average": null, "count": 0, "categories": {}}));
    }
}
