//! Passwords that must not be chosen, because they are what is tried first. Where the lists come from: `NOTICE.md`.

use std::collections::HashSet;
use std::sync::LazyLock;

use domain::Invalid;

/// One a line, in lower case, of at least [`Password::MIN`](crate::ports::password::Password::MIN) characters.
const LISTED: &str = include_str!("common.txt");

/// Words, one a line, in lower case, that many people make a password of by adding digits and signs.
const ROOTS: &str = include_str!("roots.txt");
/// How many characters are added to a word at the most: more than a year is more than most people add.
const ADDED: usize = 4;

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| LISTED.lines().collect());
static COMMON_ROOTS: LazyLock<HashSet<&str>> = LazyLock::new(|| ROOTS.lines().collect());

/// Whether attackers try it first: it is listed, or a common word with a few digits or signs behind it. Case does not
/// matter.
pub(crate) fn is_common(password: &str) -> bool {
    let password = password.to_lowercase();
    let root = password.trim_end_matches(|c: char| !c.is_alphabetic());
    let added = password[root.len()..].chars().count();
    COMMON.contains(password.as_str()) || (added <= ADDED && COMMON_ROOTS.contains(root))
}

/// Refuses a password that says nothing but who its owner is: the address, its part before the `@`, or names.
///
/// # Errors
/// `too_personal`.
pub fn check_personal(password: &str, email: &str, names: [&str; 2]) -> Result<(), Invalid> {
    let [first, last] = names.map(letters);
    let local = email.split('@').next().unwrap_or_default();
    let telling = [letters(email), letters(local), format!("{first}{last}"), format!("{last}{first}"), first, last];
    let chosen = letters(password);
    if !chosen.is_empty() && telling.contains(&chosen) {
        Err(Invalid::new("too_personal", "Must not be the own address or name."))
    } else {
        Ok(())
    }
}

/// What counts of a text when it is compared with a password: its letters and digits, whatever their case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::password::Password;

    fn refused(password: &str) -> Option<&'static str> {
        let names = ["Ada", "Lovelace"];
        check_personal(password, "ada.lovelace.1815@example.org", names).err().map(|invalid| invalid.code)
    }

    #[test]
    fn the_list_is_sorted_in_lower_case_and_has_only_what_could_be_chosen() {
        let lines: Vec<_> = LISTED.lines().collect();
        assert!(lines.len() > 2_500 && lines.is_sorted());
        for line in lines {
            let length = line.chars().count();
            assert!((Password::MIN..=Password::MAX).contains(&length) && line == line.to_lowercase(), "{line}");
        }
    }

    #[test]
    fn the_roots_are_sorted_words_in_lower_case() {
        let lines: Vec<_> = ROOTS.lines().collect();
        assert!(lines.len() > 10_000 && lines.is_sorted());
        for line in lines {
            assert!(line == line.to_lowercase() && line.ends_with(char::is_alphabetic), "{line}");
        }
    }

    #[test]
    fn what_everybody_chooses_is_common_whatever_its_case() {
        for common in ["1234567890", "Password123", "QWERTYUIOP", "iloveyou123"] {
            assert!(is_common(common), "{common}");
        }
        assert!(!is_common("correct horse battery"));
    }

    #[test]
    fn a_common_word_is_not_saved_by_a_year_and_a_sign() {
        for common in ["motdepasse123", "azertyuiop123", "ChangeMe123!", "Welcome2027", "administrateur"] {
            assert!(is_common(common), "{common}");
        }
        for better in ["changeme12345", "welcome to 2027", "2027welcome!x", "my welcome2027"] {
            assert!(!is_common(better), "{better}");
        }
    }

    #[test]
    fn who_somebody_is_is_no_secret() {
        for telling in
            ["ada.lovelace.1815@example.org", "ADA.Lovelace.1815", "Ada Lovelace", "lovelace, ada", "Lovelace!!"]
        {
            assert_eq!(refused(telling), Some("too_personal"), "{telling}");
        }
        for fine in ["Ada Lovelace's engine", "1815 was a good year", ""] {
            assert_eq!(refused(fine), None, "{fine}");
        }
    }
}
