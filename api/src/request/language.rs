//! `Accept-Language`: in which of the house's languages names are told.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use domain::amenity::Language;
use std::convert::Infallible;
use utoipa::IntoParams;

/// The language that a caller would like best of those that there are; English where none is, or nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Preferred(pub(crate) Language);

/// The header, as documentation has it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "describes what Preferred reads")]
pub(crate) struct LanguageHeader {
    /// In which language amenities and reasons are named: English or French.
    #[param(rename = "Accept-Language", example = "fr-CA, fr;q=0.8")]
    accept_language: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Preferred {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(preferred(&parts.headers)))
    }
}

/// The best match (RFC 9110, 12.5.4, by primary subtags); ties go to what is named first. What cannot be read counts
/// for nothing: a preference is no reason to refuse.
fn preferred(headers: &HeaderMap) -> Language {
    let lines = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|line| line.to_str().ok());
    let mut best = (Language::default(), 0);
    for (language, weight) in lines.flat_map(|line| line.split(',')).filter_map(wish) {
        if weight > best.1 {
            best = (language, weight);
        }
    }
    best.0
}

/// A language of the house with its weight in thousandths.
fn wish(range: &str) -> Option<(Language, u16)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next()?;
    let weight = match parts.next() {
        None => 1_000,
        Some(quality) => thousandths(quality)?,
    };
    let primary = tag.split('-').next()?;
    let named = |language: &&Language| primary == "*" || primary.eq_ignore_ascii_case(language.tag());
    Language::ALL.iter().find(named).map(|language| (*language, weight))
}

/// `q=0.8` as 800.
fn thousandths(quality: &str) -> Option<u16> {
    let number = quality.strip_prefix("q=").or_else(|| quality.strip_prefix("Q="))?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let digits = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    let decimals = format!("{decimals:0<3}").parse::<u16>().ok().filter(|_| digits)?;
    match (whole, decimals) {
        ("0", decimals) => Some(decimals),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(lines: &[&str]) -> Language {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_LANGUAGE, line.parse().unwrap());
        }
        preferred(&headers)
    }

    #[test]
    fn the_language_liked_best_is_spoken() {
        use Language::{English, French};
        for (header, language) in [
            ("fr", French),
            ("FR-ca", French),
            ("en-GB, fr", English),
            ("fr;q=0.4, en;q=0.8", English),
            ("de, fr;q=0.9, en;q=0.8", French),
            ("en;q=0.5,fr;q=0.501", French),
            ("de", English),
            ("*", English),
            ("", English),
        ] {
            assert_eq!(asked(&[header]), language, "{header}");
        }
        assert_eq!(asked(&["de", "fr;q=0.2"]), French, "a list may be spread over several lines");
        assert_eq!(asked(&[]), English);
    }

    #[test]
    fn what_cannot_be_read_and_what_is_refused_counts_for_nothing() {
        for header in ["fr;q=2", "fr;q=0", "fr;q=0.0001", "fr;q=x", "fr;x=1", "français", ";;,,=", "fr;q=1.5"] {
            assert_eq!(asked(&[header]), Language::English, "{header}");
        }
    }
}
