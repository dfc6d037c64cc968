//! A question.

use domain::Invalid;
use domain::text::Text;

use super::fold::fold;
use super::synonyms::STOP_WORDS;
use super::{PlaceFilter, PlaceSort};
use crate::Slice;

/// Words of a question that count; whatever is typed behind them is left out.
const MAX_WORDS: usize = 10;

/// What somebody wants to find.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchQuery {
    /// In words; `None` for any place.
    pub text: Option<TypedText>,
    /// What must hold.
    pub filter: PlaceFilter,
    /// In which order.
    pub sort: PlaceSort,
    /// Which part of all that is found.
    pub slice: Slice,
    /// Whether the answer also counts what else could be chosen.
    pub facets: bool,
    /// The position that the answer must contain.
    pub min_position: Option<u64>,
}

/// What somebody typed to find something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedText {
    text: String,
    words: Vec<String>,
}

impl TypedText {
    /// Takes what somebody typed.
    ///
    /// # Errors
    /// `blank`, `too_long` (above 200 characters), `control_character`, or `no_words` where it has no letter and no
    /// digit.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let text = Text::<1, 200, false>::parse(raw)?;
        let all = words(text.as_str());
        if all.is_empty() {
            return Err(Invalid::new("no_words", "Must have a letter or a digit."));
        }
        let telling: Vec<String> = all.iter().filter(|word| !STOP_WORDS.contains(&word.as_str())).cloned().collect();
        let mut words = if telling.is_empty() { all } else { telling };
        words.truncate(MAX_WORDS);
        Ok(Self { text: text.as_str().to_owned(), words })
    }

    /// As it was typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The words that tell something, without accents and case, in their order; at least one.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

/// Letters and digits that stand together, without accents and case.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    // `l'océan` is two words, of which the first tells nothing.
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    let mut seen = std::collections::HashSet::new();
    words.retain(|word| seen.insert(word.clone()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn telling(raw: &str) -> Vec<String> {
        TypedText::parse(raw).unwrap().words().to_vec()
    }

    #[test]
    fn what_is_typed_counts_by_its_telling_words() {
        assert_eq!(telling("A Studio near the Océan, with parking"), ["studio", "ocean", "parking"]);
        assert_eq!(telling("appartement près de l'eau"), ["appartement", "eau"]);
        assert_eq!(telling("2BR loft-style / loft"), ["2br", "loft", "style"]);
        assert_eq!(telling("the"), ["the"], "words that tell nothing are better than none");
        assert_eq!(telling("東京 駅"), ["東京", "駅"]);
    }

    #[test]
    fn what_has_no_words_is_refused() {
        let code = |raw: &str| TypedText::parse(raw).unwrap_err().code;
        assert_eq!((code("  "), code("!?"), code(&"x".repeat(201))), ("blank", "no_words", "too_long"));
        assert_eq!(telling(&(0..20).map(|n| format!("w{n} ")).collect::<String>()).len(), MAX_WORDS);
    }
}
