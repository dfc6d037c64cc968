//! Cities as people type them: without accents and case.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form by which two spellings of one city are recognised: `São Paulo` and `sao  paulo` are one.
pub(super) fn city_key(city: &str) -> String {
    let bare: String = city.nfkd().filter(|c| !is_combining_mark(*c) && *c != '\0').collect();
    let words: Vec<String> = bare.split_whitespace().map(str::to_lowercase).collect();
    // Lower case of some letters (such as the Turkish İ) brings marks of its own.
    words.join(" ").nfkd().filter(|c| !is_combining_mark(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::city_key;

    #[test]
    fn accents_case_and_spacing_do_not_matter() {
        for (written, typed) in
            [("São Paulo", "sao  paulo"), ("Zürich", "ZURICH"), ("İzmir", "izmir"), ("Łódź", "łodz")]
        {
            assert_eq!(city_key(written), city_key(typed), "{written}");
        }
        assert_ne!(city_key("Paris"), city_key("Parisot"));
    }

    #[test]
    fn other_scripts_stay_themselves() {
        assert_eq!(city_key("東京"), "東京");
    }
}
