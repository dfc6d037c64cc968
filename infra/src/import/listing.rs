//! From a record's cells to a listing as the API takes it.

use std::fmt;

use csv::StringRecord;
use domain::Nights;
use serde::Serialize;

use super::columns::Columns;
use super::{amenities, plain_text};

/// A listing as it is sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Listing {
    /// The line of the file on which its record begins; the first line is 1.
    pub line: u64,
    /// Its id at the source.
    pub listing_id: String,
    /// Its host's id at the source.
    pub host_id: String,
    /// The host's name, where known.
    pub host_name: Option<String>,
    /// As shown there.
    pub title: String,
    /// As text.
    pub description: Option<String>,
    /// Of one night: a decimal in major units.
    pub price: String,
    /// ISO 4217.
    pub currency: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// The street.
    pub address: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// How many guests.
    pub capacity: u32,
    /// The shortest stay.
    pub min_nights: u32,
    /// The longest stay.
    pub max_nights: u32,
    /// Whether a booking is confirmed at once.
    pub instant_book: bool,
    /// Codes.
    pub amenities: Vec<String>,
}

/// Something that was taken otherwise than the record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// The longest stay was beyond what the house allows.
    LongestStayCut,
    /// The shortest stay was.
    ShortestStayCut,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = match self {
            Self::LongestStayCut => "max_nights",
            Self::ShortestStayCut => "min_nights",
        };
        write!(f, "{column} above {max}, taken as {max}", max = Nights::MAX)
    }
}

/// The listing of a record, and what was taken otherwise than it says; or why it is none.
pub(super) fn of_record(
    columns: &Columns,
    record: &StringRecord,
    line: u64,
    currency: &str,
) -> Result<(Listing, Vec<Note>), String> {
    let cell = |name: &str| columns.cell(record, name);
    let mut notes = Vec::new();
    let (latitude, longitude) = (degrees(cell("latitude"))?, degrees(cell("longitude"))?);
    let (city, country) = city_and_country(columns, record);
    let listing = Listing {
        line,
        listing_id: required(cell("id"), "id")?,
        host_id: required(cell("host_id"), "host_id")?,
        host_name: columns.text(record, "host_name"),
        title: cell("name").to_owned(),
        description: Some(plain_text::from_html(cell("description"))).filter(|text| !text.is_empty()),
        price: price(cell("price"))?,
        currency: currency.to_owned(),
        latitude,
        longitude,
        address: street(cell("street"), city.as_deref()),
        city,
        country,
        capacity: whole_number(cell("accommodates"), "accommodates")?,
        min_nights: nights(cell("minimum_nights"), "minimum_nights", Note::ShortestStayCut, &mut notes)?,
        max_nights: nights(cell("maximum_nights"), "maximum_nights", Note::LongestStayCut, &mut notes)?,
        instant_book: cell("instant_bookable") == "t",
        amenities: amenities::codes(cell("amenities")).ok_or("amenities: neither {…} nor a JSON array")?,
    };
    Ok((listing, notes))
}

fn required(cell: &str, name: &str) -> Result<String, String> {
    if cell.is_empty() { Err(format!("{name}: is empty")) } else { Ok(cell.to_owned()) }
}

/// `$1,234.00` as `1234.00`, digit by digit: never through a float. Sources write an unknown price as nothing or as
/// zero.
fn price(cell: &str) -> Result<String, String> {
    let malformed = || format!("price: `{cell}` is not an amount such as $1,234.00");
    let amount = cell.trim_start_matches(['$', '€', '£', '¥']).trim();
    if amount.is_empty() {
        return Err("price: there is none".to_owned());
    }
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let mut groups = whole.split(',');
    let first_is_good = groups.next().is_some_and(|first| !first.is_empty() && all_digits(first));
    if !first_is_good || !groups.all(|group| group.len() == 3 && all_digits(group)) || !all_digits(decimals) {
        return Err(malformed());
    }
    if !amount.contains(|c: char| ('1'..='9').contains(&c)) {
        return Err("price: there is none".to_owned());
    }
    let whole = whole.replace(',', "");
    Ok(if decimals.is_empty() { whole } else { format!("{whole}.{decimals}") })
}

fn degrees(cell: &str) -> Result<Option<f64>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    cell.parse().map(Some).map_err(|_| format!("coordinates: `{cell}` is not a number of degrees"))
}

fn whole_number(cell: &str, name: &str) -> Result<u32, String> {
    cell.parse().map_err(|_| format!("{name}: `{cell}` is not a whole number"))
}

/// A number of nights, cut to the most that the house allows.
fn nights(cell: &str, name: &str, cut: Note, notes: &mut Vec<Note>) -> Result<u32, String> {
    let nights: u64 = cell.parse().map_err(|_| format!("{name}: `{cell}` is not a whole number"))?;
    let kept = u32::try_from(nights).unwrap_or(u32::MAX).min(Nights::MAX);
    if u64::from(kept) < nights {
        notes.push(cut);
    }
    Ok(kept)
}

/// Older exports have columns of their own; newer ones say `Boston, Massachusetts, United States` at best.
fn city_and_country(columns: &Columns, record: &StringRecord) -> (Option<String>, Option<String>) {
    let (city, country) = (columns.text(record, "city"), columns.text(record, "country"));
    if city.is_some() || country.is_some() {
        return (city, country);
    }
    let parts: Vec<&str> = columns.cell(record, "neighbourhood").split(',').map(str::trim).collect();
    match parts.as_slice() {
        [city, .., _state, country] if !city.is_empty() => (Some((*city).to_owned()), Some((*country).to_owned())),
        _ => (None, None),
    }
}

/// The first part of `3rd Street Southeast, Washington, DC 20003, United States`, unless it is the city already.
fn street(cell: &str, city: Option<&str>) -> Option<String> {
    let first = cell.split(',').next().unwrap_or_default().trim();
    let is_street = !first.is_empty() && city.is_none_or(|city| !city.eq_ignore_ascii_case(first));
    (is_street && cell.contains(',')).then(|| first.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_keeps_every_digit() {
        assert_eq!(price("$1,234.00").unwrap(), "1234.00");
        assert_eq!(price("$10,000,000.05").unwrap(), "10000000.05");
        assert_eq!(price("80").unwrap(), "80");
    }

    #[test]
    fn no_price_and_a_malformed_one_are_told_apart() {
        for cell in ["", "$", "$0.00", "0"] {
            assert_eq!(price(cell).unwrap_err(), "price: there is none", "{cell}");
        }
        for cell in ["free", "$1,23.00", "$,123.00", "1.234,00", "-5", "$1e3", "1.2.3"] {
            assert!(price(cell).unwrap_err().contains("is not an amount"), "{cell}");
        }
    }

    #[test]
    fn nights_beyond_the_limit_are_cut_with_a_note() {
        let mut notes = Vec::new();

        assert_eq!(nights("730", "n", Note::LongestStayCut, &mut notes).unwrap(), 730);
        assert!(notes.is_empty());
        assert_eq!(nights("99999999999", "n", Note::LongestStayCut, &mut notes).unwrap(), 730);
        assert_eq!(notes, [Note::LongestStayCut]);
        assert_eq!(notes[0].to_string(), "max_nights above 730, taken as 730");
    }

    #[test]
    fn a_street_is_not_the_city() {
        let city = Some("Washington");
        assert_eq!(street("3rd Street, Washington, DC 20003, United States", city).as_deref(), Some("3rd Street"));
        assert_eq!(street("Washington, DC, United States", city), None);
        assert_eq!(street("", city), None);
    }
}
