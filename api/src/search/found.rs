//! A place that was found, as it is written.

use domain::Nights;
use domain::booking::Price;
use projections::search::{FoundPlace, Highlights};
use serde::Serialize;
use utoipa::ToSchema;

use crate::places::{Beside, PlaceBody, PriceBody, Sight};

/// A place that was found, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundPlace)]
pub(super) struct FoundPlaceBody {
    #[serde(flatten)]
    place: PlaceBody,
    /// From the point that was asked for, in kilometres to two decimals, to where strangers see the place; null without
    /// a point.
    #[schema(example = 1.25)]
    distance_km: Option<f64>,
    /// What the nights that were asked for would cost now; null without dates.
    stay_price: Option<PriceBody>,
    /// Null where no words were asked for.
    highlights: Option<HighlightsBody>,
}

/// Where words were found: HTML, escaped, with each word in an `<em>`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Highlights)]
pub(super) struct HighlightsBody {
    /// The whole title.
    #[schema(example = "<em>Loft</em> under the roofs of Lyon")]
    title: Option<String>,
    /// A piece of the description, around the words that were found in it.
    #[schema(example = "A bright <em>loft</em> on the top floor")]
    description: Option<String>,
}

impl FoundPlaceBody {
    /// As strangers see it; `stay` is what was asked for.
    pub(super) fn of(found: FoundPlace, stay: Option<Nights>, beside: &Beside) -> Self {
        let stay_price = stay.and_then(|nights| Price::of(found.place.price, nights));
        Self {
            distance_km: found.distance_km.map(|km| (km * 100.0).round() / 100.0),
            stay_price: stay_price.as_ref().map(PriceBody::from),
            highlights: found.highlights.as_ref().map(HighlightsBody::from),
            place: PlaceBody::seen_with(found.place, Sight::Stranger, beside),
        }
    }
}

impl From<&Highlights> for HighlightsBody {
    fn from(highlights: &Highlights) -> Self {
        let html = |text: &Option<String>| text.as_deref().map(html);
        Self { title: html(&highlights.title), description: html(&highlights.description) }
    }
}

/// What hosts write is text, whatever it looks like: nothing of it becomes markup but the marks of what was found.
fn html(marked: &str) -> String {
    let mut html = String::with_capacity(marked.len() + 32);
    for letter in marked.chars() {
        match letter {
            Highlights::START => html.push_str("<em>"),
            Highlights::END => html.push_str("</em>"),
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn nothing_that_a_host_wrote_becomes_markup() {
        assert_eq!(
            html("\u{2}Loft\u{3} <script>alert(\"x\")</script> & more"),
            "<em>Loft</em> &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; more"
        );
    }
}
