use proptest::prelude::*;
use proptest::sample::select;

use super::{Currency, MAX_MAJOR, Money};

fn code(amount: &str, currency: Currency) -> &'static str {
    Money::price(amount, currency).unwrap_err().code
}

fn minor(amount: &str, currency: Currency) -> i64 {
    Money::price(amount, currency).unwrap().minor
}

fn largest(currency: Currency) -> i64 {
    MAX_MAJOR * currency.scale() * 10_i64.pow(currency.exponent())
}

fn any_price() -> impl Strategy<Value = Money> {
    select(Currency::ALL)
        .prop_flat_map(|currency| (1..=largest(currency)).prop_map(move |minor| Money { minor, currency }))
}

#[test]
fn an_amount_is_kept_in_minor_units() {
    assert_eq!(minor("120", Currency::EUR), 12_000);
    assert_eq!(minor("120.5", Currency::EUR), 12_050);
    assert_eq!(minor("0.01", Currency::EUR), 1);
    assert_eq!(minor("15000", Currency::JPY), 15_000);
    assert_eq!(minor("1.234", Currency::KWD), 1_234);
}

#[test]
fn an_amount_shows_the_decimals_of_its_currency() {
    let shown = |minor, currency| Money { minor, currency }.amount();
    assert_eq!(shown(12_000, Currency::EUR), "120.00");
    assert_eq!(shown(15_000, Currency::JPY), "15000");
    assert_eq!(shown(1_500, Currency::KWD), "1.500");
    assert_eq!(shown(-5, Currency::EUR), "-0.05");
    assert_eq!(shown(0, Currency::EUR), "0.00");
    assert_eq!(shown(i64::MIN, Currency::EUR), "-92233720368547758.08");
}

#[test]
fn a_json_number_in_any_notation_is_an_amount() {
    for written in
        ["100", "1e2", "1E2", "1e+2", "1.00e2", "10000e-2", "100.00000000000000000000000000000000000000", "0100"]
    {
        assert_eq!(minor(written, Currency::EUR), 10_000, "{written}");
    }
}

#[test]
fn what_is_no_decimal_number_is_refused() {
    let odd = [
        "", " ", " 1", "1 ", "+5", "--5", "-", ".", ".5", "5.", "1.2.3", "1,000", "1_000", "1e", "1e1.5", "e5",
        "1e--2", "NaN", "inf", "Infinity", "0x10", "१२", "１２", "1\u{0}", "12€", "$12", "1/2", "²",
    ];
    for written in odd {
        assert_eq!(code(written, Currency::EUR), "invalid_amount", "{written:?}");
    }
}

#[test]
fn a_price_is_above_zero() {
    for written in ["0", "-0", "0.00", "0e99999999999999999999", "-1", "-0.001", "-1e400"] {
        assert_eq!(code(written, Currency::EUR), "not_positive", "{written}");
    }
}

#[test]
fn a_price_has_no_more_decimals_than_its_currency() {
    for (written, currency) in [
        ("1.001", Currency::EUR),
        ("0.5", Currency::JPY),
        ("1.0001", Currency::KWD),
        ("1e-3", Currency::EUR),
        ("1e-99999999999999999999", Currency::EUR),
        // A decimal type of 96 bits would round this to 1, and a float anyway.
        ("1.00000000000000000000000000000000001", Currency::EUR),
        ("1.00000000000000000000000000000000001e0", Currency::EUR),
    ] {
        assert_eq!(code(written, currency), "too_precise", "{written} {currency}");
    }
    assert_eq!(minor("1.000", Currency::JPY), 1, "zeros say nothing more");
}

#[test]
fn a_price_is_at_most_a_million_scaled_for_small_units() {
    for (written, currency) in [
        ("1000000.01", Currency::EUR),
        ("1000001", Currency::EUR),
        ("100000001", Currency::JPY),
        ("1e30", Currency::EUR),
        ("1e99999999999999999999", Currency::EUR),
        ("99999999999999999999999999999999999999", Currency::EUR),
    ] {
        assert_eq!(code(written, currency), "too_large", "{written} {currency}");
    }
    for currency in Currency::ALL.iter().copied() {
        assert_eq!(minor(&(MAX_MAJOR * currency.scale()).to_string(), currency), largest(currency));
    }
}

#[test]
fn a_float_would_have_been_wrong() {
    // 0.57 * 100 and 1.15 * 100 are 56.999… and 114.999… in binary.
    assert_eq!((minor("0.57", Currency::EUR), minor("1.15", Currency::EUR)), (57, 115));
}

#[test]
fn an_amount_times_a_quantity_never_wraps() {
    let one = Money { minor: i64::MAX / 2, currency: Currency::EUR };
    assert_eq!(one.times(2).unwrap().minor, i64::MAX - 1);
    assert_eq!(one.times(3), None);
}

#[test]
fn currencies_are_known_by_their_codes_alone() {
    for currency in Currency::ALL.iter().copied() {
        assert_eq!(currency.code().parse(), Ok(currency));
        assert_eq!(serde_json::to_value(currency).unwrap(), currency.code());
    }
    for unknown in ["eur", "EURO", "XXX", "", " EUR", "€"] {
        assert_eq!(unknown.parse::<Currency>().unwrap_err().code, "unknown_currency", "{unknown:?}");
    }
}

#[test]
fn currencies_stand_in_the_order_of_their_codes() {
    assert!(Currency::ALL.windows(2).all(|pair| pair[0].code() < pair[1].code()));
}

proptest! {
    #[test]
    fn an_amount_reads_back_as_it_was_written(price in any_price()) {
        prop_assert_eq!(Money::price(&price.amount(), price.currency), Ok(price));
    }

    #[test]
    fn any_shift_of_the_decimal_point_is_the_same_amount(price in any_price(), shift in -30_i64..30) {
        let written = format!("{}e{}", price.minor, -i64::from(price.currency.exponent()));
        prop_assert_eq!(Money::price(&written, price.currency), Ok(price));
        let zeros = usize::try_from(shift.abs()).unwrap();
        let written = if shift < 0 {
            format!("0.{}{}e{}", "0".repeat(zeros), price.minor, zeros + price.minor.to_string().len())
        } else {
            format!("{}{}e-{zeros}", price.minor, "0".repeat(zeros))
        };
        let whole = Currency::JPY;
        prop_assert_eq!(
            Money::price(&written, whole).ok().map(|money| money.minor),
            (price.minor <= largest(whole)).then_some(price.minor)
        );
    }

    #[test]
    fn one_more_decimal_than_the_currency_has_is_too_precise(price in any_price(), digit in 1..=9) {
        let point = if price.currency.exponent() == 0 { "." } else { "" };
        prop_assert_eq!(code(&format!("{}{point}{digit}", price.amount()), price.currency), "too_precise");
    }

    #[test]
    fn anything_above_the_largest_price_is_too_large(currency in select(Currency::ALL), more in 1..i64::MAX / 2) {
        let above = Money { minor: largest(currency) + more, currency };
        prop_assert_eq!(code(&above.amount(), currency), "too_large");
    }

    #[test]
    fn whatever_is_sent_is_a_price_within_bounds_or_an_error(written in "[-+ ]?[0-9_]{0,20}[.]?[0-9]{0,30}([eE][-+]?[0-9]{0,20})?") {
        if let Ok(price) = Money::price(&written, Currency::EUR) {
            prop_assert!((1..=largest(Currency::EUR)).contains(&price.minor));
        }
    }
}
