//! The bars of the histograms: fixed ones, so that every engine counts the same.

use domain::{Currency, Money};

/// Where one bar ends and the next begins, in euros' worth of a night.
const PRICE_EDGES: [i64; 9] = [25, 50, 75, 100, 150, 200, 300, 500, 1000];

/// Bars of the histogram of prices.
pub const PRICE_BANDS: usize = PRICE_EDGES.len() + 1;

/// Averages of reviews at which a bar begins, in hundredths of a star, best first.
const RATING_EDGES: [u32; 5] = [450, 400, 300, 200, 100];

/// The bar that counts a price: 0 for the cheapest.
pub fn price_band(price: Money) -> i16 {
    let edges = PRICE_EDGES.iter().take_while(|edge| price.minor >= minor(**edge, price.currency));
    i16::try_from(edges.count()).unwrap_or(i16::MAX)
}

/// From which price on a bar counts, and before which; `None` above the last edge.
pub fn price_range(currency: Currency, band: i16) -> (Money, Option<Money>) {
    let edge = |number: Option<usize>| number.and_then(|number| PRICE_EDGES.get(number)).copied();
    let band = usize::try_from(band).unwrap_or_default();
    let money = |major: i64| Money { minor: minor(major, currency), currency };
    (money(edge(band.checked_sub(1)).unwrap_or(0)), edge(Some(band)).map(money))
}

/// The bar that counts an average in hundredths of a star, by where it begins; `None` for 0, which is no average.
pub fn rating_bar(hundredths: u32) -> Option<u32> {
    RATING_EDGES.into_iter().find(|edge| hundredths >= *edge)
}

fn minor(euros: i64, currency: Currency) -> i64 {
    euros * currency.scale() * 10_i64.pow(currency.exponent())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    #[test]
    fn every_price_is_within_its_bar() {
        for currency in Currency::ALL.iter().copied() {
            for euros in [0, 1, 24, 25, 26, 99, 100, 499, 500, 999, 1000, 1_000_000] {
                for around in [-1, 0, 1] {
                    let price = price((minor(euros, currency) + around).max(0), currency);
                    let (from, to) = price_range(currency, price_band(price));
                    assert!(from.minor <= price.minor && to.is_none_or(|to| price.minor < to.minor), "{price:?}");
                }
            }
        }
        assert_eq!(price_band(price(2_499, Currency::EUR)), 0);
        assert_eq!(price_band(price(2_500, Currency::EUR)), 1);
        assert_eq!(usize::try_from(price_band(price(i64::MAX, Currency::JPY))).unwrap() + 1, PRICE_BANDS);
    }

    #[test]
    fn an_average_is_counted_by_the_bar_it_reaches() {
        assert_eq!(
            [500, 450, 449, 399, 100, 0].map(rating_bar),
            [Some(450), Some(450), Some(400), Some(300), Some(100), None]
        );
    }
}
