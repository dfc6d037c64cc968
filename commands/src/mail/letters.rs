//! The words of each letter, in each language.

use crate::reactors::Letter;

/// A language that letters are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    French,
}

impl Language {
    /// The language of a tag such as `fr-CA`; English where nothing is said, or another one.
    pub(super) fn of(tag: Option<&str>) -> Self {
        let primary = tag.and_then(|tag| tag.split('-').next()).unwrap_or_default();
        if primary.eq_ignore_ascii_case("fr") { Self::French } else { Self::English }
    }
}

/// Subject and text of a letter that leads to `link`.
pub(super) fn write(letter: Letter, language: Language, link: &str) -> (&'static str, String) {
    let (subject, text) = words(letter, language);
    (subject, text.replace("{link}", link))
}

fn words(letter: Letter, language: Language) -> (&'static str, &'static str) {
    match (letter, language) {
        (Letter::Welcome, Language::English) => {
            ("Welcome to HBNB: please confirm your address", include_str!("en/welcome.txt"))
        }
        (Letter::Welcome, Language::French) => {
            ("Bienvenue sur HBNB : confirmez votre adresse", include_str!("fr/welcome.txt"))
        }
        (Letter::VerifyEmail, Language::English) => {
            ("Please confirm your address", include_str!("en/verify_email.txt"))
        }
        (Letter::VerifyEmail, Language::French) => ("Confirmez votre adresse", include_str!("fr/verify_email.txt")),
        (Letter::ResetPassword, Language::English) => ("Choose a new password", include_str!("en/reset_password.txt")),
        (Letter::ResetPassword, Language::French) => {
            ("Choisissez un nouveau mot de passe", include_str!("fr/reset_password.txt"))
        }
        (Letter::PasswordChanged, Language::English) => {
            ("Your password was changed", include_str!("en/password_changed.txt"))
        }
        (Letter::PasswordChanged, Language::French) => {
            ("Votre mot de passe a été modifié", include_str!("fr/password_changed.txt"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERS: [Letter; 4] = [Letter::Welcome, Letter::VerifyEmail, Letter::ResetPassword, Letter::PasswordChanged];

    #[test]
    fn a_language_is_chosen_by_its_tag_and_english_speaks_for_all_others() {
        for (tag, language) in [
            (Some("fr"), Language::French),
            (Some("FR-ca"), Language::French),
            (Some("en-GB"), Language::English),
            (Some("fro"), Language::English),
            (Some("de"), Language::English),
            (None, Language::English),
        ] {
            assert_eq!(Language::of(tag), language, "{tag:?}");
        }
    }

    #[test]
    fn every_letter_has_its_link_once_and_a_subject_of_one_line() {
        for letter in LETTERS {
            for language in [Language::English, Language::French] {
                let (subject, text) = write(letter, language, "https://hbnb.example/page#token=abc");
                assert_eq!(text.matches("https://hbnb.example/page#token=abc").count(), 1, "{letter:?}");
                assert!(!text.contains('{') && text.ends_with('\n'), "{text}");
                assert!(!subject.is_empty() && !subject.chars().any(char::is_control), "{subject}");
            }
        }
    }

    #[test]
    fn french_letters_are_no_english_ones() {
        for letter in LETTERS {
            assert_ne!(words(letter, Language::English), words(letter, Language::French));
        }
    }
}
