use proptest::prelude::*;
use unicode_normalization::is_nfc;

use super::{Name, Note, Phone, Prose, Text, Title};

fn code(raw: &str) -> &'static str {
    Title::parse(raw).unwrap_err().code
}

#[test]
fn text_is_stored_in_nfc() {
    assert_eq!(Name::parse("Zoe\u{308}").unwrap(), Name::parse("Zoë").unwrap());
    assert_eq!(Name::parse("Zoe\u{308}").unwrap().as_str(), "Zo\u{eb}");
}

#[test]
fn white_space_around_text_is_dropped() {
    assert_eq!(Title::parse(" \t\u{a0}\u{3000}Canal  flat\r\n").unwrap().as_str(), "Canal  flat");
}

#[test]
fn any_script_is_welcome() {
    for title in [
        "北京胡同小院",
        "شقة على النيل",
        "דירה ליד הים",
        "हिमालय में घर",
        "Квартира у моря",
        "บ้านริมน้ำ",
        "👩‍👩‍👧 🏡 ❤️",
        "ﷺﷺﷺ",
        "𓂀𓃠𓆣",
        "Ω≈ç√∫",
    ] {
        assert_eq!(Title::parse(title).map(String::from), Ok(title.to_owned()));
    }
}

#[test]
fn lengths_are_counted_in_characters_not_bytes() {
    assert!(Title::parse(&"界".repeat(255)).is_ok());
    assert_eq!(code(&"界".repeat(256)), "too_long");
    assert_eq!(Title::parse("界界界").unwrap().as_str().len(), 9);
    assert_eq!(code("界界"), "too_short");
    // Two characters that NFC makes one of count once.
    assert!(Title::parse(&"e\u{301}".repeat(255)).is_ok());
}

#[test]
fn bounds_are_those_of_the_kind_of_text() {
    assert!(Name::parse("李").is_ok());
    assert!(Name::parse(&"x".repeat(101)).is_err());
    assert!(Note::parse(&"x".repeat(2_000)).is_ok());
    assert!(Note::parse(&"x".repeat(2_001)).is_err());
    assert!(Prose::parse(&"x".repeat(10_000)).is_ok());
    assert!(Prose::parse(&"x".repeat(10_001)).is_err());
}

#[test]
fn text_without_a_visible_character_is_blank() {
    for raw in [
        "",
        "   ",
        "\u{a0}\u{3000}",
        "\u{200b}\u{200b}\u{200b}",
        "\u{feff}\u{feff}\u{feff}",
        "\u{200b} \u{200d} \u{2060}",
        "\u{202e}\u{202c}\u{200f}",
        "\u{3164}\u{3164}\u{3164}",
        "\u{2800}\u{2800}\u{2800}",
        "\u{ad}\u{fe0f}\u{e0041}",
    ] {
        assert_eq!(code(raw), "blank", "{raw:?}");
    }
}

#[test]
fn invisible_characters_do_not_make_a_short_title_long() {
    assert_eq!(code("ab\u{200b}\u{200b}"), "too_short");
}

#[test]
fn invisible_characters_between_visible_ones_are_kept() {
    let family = "👨\u{200d}👩\u{200d}👧";
    assert_eq!(Title::parse(family).unwrap().as_str(), family);
    let persian = "خانه\u{200c}ای";
    assert_eq!(Title::parse(persian).unwrap().as_str(), persian);
}

#[test]
fn control_characters_are_refused() {
    for raw in ["a\u{0}bc", "\u{0}\u{0}\u{0}", "abc\u{7}", "a\u{1b}[31mbc", "a\u{7f}bc", "a\u{9b}bc"] {
        assert_eq!(code(raw), "control_character", "{raw:?}");
        assert_eq!(Prose::parse(raw).unwrap_err().code, "control_character", "{raw:?}");
    }
}

#[test]
fn only_texts_of_several_lines_have_line_breaks() {
    for raw in ["ab\ncd", "ab\r\ncd", "ab\tcd", "ab\u{2028}cd", "ab\u{2029}cd"] {
        assert_eq!(code(raw), "control_character", "{raw:?}");
        assert_eq!(Prose::parse(raw).unwrap().as_str(), raw);
    }
}

#[test]
fn a_phone_number_is_kept_as_plus_and_digits() {
    for raw in ["+33612345678", " +33 6 12 34 56 78 ", "+33 (6) 12-34.56.78"] {
        assert_eq!(Phone::parse(raw).unwrap().as_str(), "+33612345678");
    }
}

#[test]
fn what_is_no_international_number_is_refused() {
    for raw in [
        "",
        "+",
        "0612345678",
        "33612345678",
        "++33612345678",
        "+33+612345678",
        "+123456",
        "+1234567890123456",
        "+33 6 12 34 56 7x",
        "+٣٣٦١٢٣٤٥٦٧٨",
        "+3361234567８",
        "+3361234\u{0}5678",
        "+3361234\n5678",
        "+3361234\u{200b}5678",
    ] {
        assert_eq!(Phone::parse(raw).unwrap_err().code, "invalid_phone", "{raw:?}");
    }
}

proptest! {
    #[test]
    fn parsed_text_keeps_its_promises(raw in any::<String>()) {
        if let Ok(text) = Text::<1, 40, true>::parse(&raw) {
            let text = text.as_str();
            prop_assert!(is_nfc(text));
            prop_assert_eq!(text.trim(), text);
            prop_assert!((1..=40).contains(&text.chars().count()));
            prop_assert!(text.chars().all(|c| !c.is_control() || "\n\r\t".contains(c)));
        }
    }

    #[test]
    fn parsing_again_changes_nothing(raw in "\\s*(\\PC|[\u{300}-\u{36f}\u{200b}-\u{200f}]){0,20}\\s*") {
        if let Ok(once) = Name::parse(&raw) {
            prop_assert_eq!(Name::parse(once.as_str()), Ok(once));
        }
    }
}
