//! A place that is proposed, as it is written.

use domain::amenity::Language;
use projections::discovery::{ProposedPlace, Reason};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, List};
use crate::failure::ApiError;
use crate::places::{Beside, PlaceBody, Sight};
use crate::state::ApiState;

/// A place that is proposed, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProposedPlace)]
pub(super) struct ProposedBody {
    #[serde(flatten)]
    place: PlaceBody,
    /// From the place that it is like, or from the point where the caller wishes to stay, to where strangers see it: in
    /// kilometres to two decimals, rounded down; null where there is no such point.
    #[schema(example = 1.25)]
    distance_km: Option<f64>,
    /// How well it suits, from 0 to 1.
    #[schema(minimum = 0, maximum = 1, example = 0.873)]
    score: f64,
    /// Why, what counts most first; at least one.
    reasons: Vec<ReasonBody>,
}

/// Why a place is proposed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reason)]
struct ReasonBody {
    /// From a closed list: `preferred_location`, `familiar_area`, `liked_amenities`, `usual_price`, `well_rated`, `new`,
    /// `within_budget`, `wished_amenities`, `close_by`, `same_city`, `similar_price`, `shared_amenities`,
    /// `similar_size`, `worth_a_look`.
    #[schema(example = "well_rated")]
    code: &'static str,
    /// In the language asked for.
    #[schema(example = "Well rated")]
    text: &'static str,
}

/// Answers with places as strangers see them, in their order.
pub(super) async fn answer(
    api: &ApiState,
    proposed: Vec<ProposedPlace>,
    language: Language,
    message: &'static str,
) -> Result<Answer, ApiError> {
    let rows: Vec<_> = proposed.iter().map(|proposed| proposed.place.clone()).collect();
    let beside = Beside::of(api, &rows, language).await?;
    let body = |proposed| ProposedBody::of(proposed, &beside, language);
    List::whole(proposed.into_iter().map(body).collect()).answer(message)
}

impl ProposedBody {
    fn of(proposed: ProposedPlace, beside: &Beside, language: Language) -> Self {
        let reason = |reason: Reason| ReasonBody { code: reason.code(), text: text(reason, language) };
        // At most half the Earth's girth: a float holds it exactly.
        let hundredths = |mm: u64| (mm / 10_000) as f64;
        Self {
            distance_km: proposed.distance_mm.map(|mm| hundredths(mm) / 100.0),
            score: f64::from(proposed.score) / 1_000.0,
            reasons: proposed.reasons.into_iter().map(reason).collect(),
            place: PlaceBody::seen_with(proposed.place, Sight::Stranger, beside),
        }
    }
}

fn text(reason: Reason, language: Language) -> &'static str {
    let (english, french) = match reason {
        Reason::PreferredLocation => ("Where you would like to stay", "Là où vous aimeriez séjourner"),
        Reason::FamiliarArea => ("Near places that you know", "Près de logements que vous connaissez"),
        Reason::LikedAmenities => ("Has what you often look for", "A ce que vous cherchez souvent"),
        Reason::UsualPrice => ("In your usual price range", "Dans votre gamme de prix habituelle"),
        Reason::WellRated => ("Well rated", "Bien noté"),
        Reason::New => ("New here", "Nouveau"),
        Reason::WithinBudget => ("Within your budget", "Dans votre budget"),
        Reason::WishedAmenities => ("Has everything you asked for", "A tout ce que vous demandez"),
        Reason::CloseBy => ("Close by", "Tout près"),
        Reason::SameCity => ("In the same city", "Dans la même ville"),
        Reason::SimilarPrice => ("At a similar price", "À un prix semblable"),
        Reason::SharedAmenities => ("With similar amenities", "Avec des équipements semblables"),
        Reason::SimilarSize => ("For about as many guests", "Pour à peu près autant de voyageurs"),
        Reason::WorthALook => ("Worth a look", "À découvrir"),
    };
    match language {
        Language::English => english,
        Language::French => french,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::PartialSchema;

    use super::*;

    #[test]
    fn every_reason_has_a_code_and_a_text_of_its_own_and_is_documented() {
        let documented = serde_json::to_string(&ReasonBody::schema()).unwrap();
        for language in Language::ALL {
            let texts: BTreeSet<_> = Reason::ALL.map(|reason| text(reason, *language)).into();
            assert_eq!(texts.len(), Reason::ALL.len());
        }
        for reason in Reason::ALL {
            assert!(documented.contains(&format!("`{}`", reason.code())), "{reason:?}");
        }
    }
}
