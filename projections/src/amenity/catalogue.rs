//! One row for each amenity that an admin added: `amenities_v1`. The standard ones are in the program itself.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use domain::amenity::{AmenityEvent, Language, STANDARD, standard};
use domain::place::AmenityCode;
use domain::{Event, RecordedEvent};
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgConnection, Row};
use uuid::Uuid;

use crate::engine::{ApplyError, Projection};
use crate::{ReadError, Views, columns};

/// An amenity of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmenityRow {
    /// By which places refer to it.
    pub code: String,
    /// In English.
    pub name_en: String,
    /// In French.
    pub name_fr: String,
    /// The stream's version; 0 for a standard one, which has no stream.
    pub version: u64,
}

impl AmenityRow {
    /// The name in a language.
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::English => &self.name_en,
            Language::French => &self.name_fr,
        }
    }

    fn standard(standard: &domain::amenity::Standard) -> Self {
        let name = |language| standard.name(language).to_owned();
        let (name_en, name_fr) = (name(Language::English), name(Language::French));
        Self { code: standard.code.to_owned(), name_en, name_fr, version: 0 }
    }
}

impl FromRow<'_, PgRow> for AmenityRow {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            code: row.try_get("code")?,
            name_en: row.try_get("name_en")?,
            name_fr: row.try_get("name_fr")?,
            version: columns::unsigned(row, "version")?,
        })
    }
}

/// The whole catalogue by code: the standard amenities and those that were added.
///
/// # Errors
/// [`ReadError`].
pub async fn all(views: &Views) -> Result<Vec<AmenityRow>, ReadError> {
    let mut rows: Vec<AmenityRow> = sqlx::query_as("select * from amenities_v1").fetch_all(&views.pool).await?;
    rows.extend(STANDARD.iter().map(AmenityRow::standard));
    rows.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(rows)
}

/// An amenity by its code.
///
/// # Errors
/// [`ReadError`].
pub async fn find(views: &Views, code: &AmenityCode) -> Result<Option<AmenityRow>, ReadError> {
    if let Some(standard) = standard(code) {
        return Ok(Some(AmenityRow::standard(standard)));
    }
    let sql = "select * from amenities_v1 where code = $1";
    Ok(sqlx::query_as(sql).bind(code.as_str()).fetch_optional(&views.pool).await?)
}

/// The names of codes in a language. A code that the catalogue does not have (events older than the catalogue may hold
/// one) is named by its own words.
///
/// Asks the database only where a code is not a standard one.
///
/// # Errors
/// [`ReadError`].
pub async fn named<'c>(
    views: &Views,
    codes: impl IntoIterator<Item = &'c AmenityCode>,
    language: Language,
) -> Result<BTreeMap<AmenityCode, String>, ReadError> {
    let codes: BTreeSet<&AmenityCode> = codes.into_iter().collect();
    let added = added(views, codes.iter().copied()).await?;
    Ok(names(codes, &added, language))
}

/// The same of codes whose added ones are known.
pub fn names<'c>(
    codes: impl IntoIterator<Item = &'c AmenityCode>,
    added: &BTreeMap<AmenityCode, AmenityRow>,
    language: Language,
) -> BTreeMap<AmenityCode, String> {
    let name = |code: &AmenityCode| match (standard(code), added.get(code)) {
        (Some(standard), _) => standard.name(language).to_owned(),
        (None, Some(added)) => added.name(language).to_owned(),
        (None, None) => words(code.as_str()),
    };
    codes.into_iter().map(|code| (code.clone(), name(code))).collect()
}

/// Those of `codes` that an admin added.
pub(crate) async fn added<'c>(
    views: &Views,
    codes: impl IntoIterator<Item = &'c AmenityCode>,
) -> Result<BTreeMap<AmenityCode, AmenityRow>, ReadError> {
    let others = codes.into_iter().filter(|code| standard(code).is_none());
    let others: Vec<&str> = others.map(AmenityCode::as_str).collect();
    if others.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = "select * from amenities_v1 where code = any($1)";
    let rows: Vec<AmenityRow> = sqlx::query_as(sql).bind(others).fetch_all(&views.pool).await?;
    let code = |row: &AmenityRow| AmenityCode::parse(&row.code).map_err(|invalid| columns::corrupt("code", invalid));
    Ok(rows.into_iter().map(|row| Ok((code(&row)?, row))).collect::<sqlx::Result<_>>()?)
}

/// `wine_cellar` as `Wine cellar`.
fn words(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.trim().chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Fills `amenities_v1`.
pub struct Catalogue;

#[async_trait]
impl Projection for Catalogue {
    fn name(&self) -> &'static str {
        "amenities"
    }

    fn version(&self) -> u32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["amenities_v1"]
    }

    async fn apply(&self, conn: &mut PgConnection, recorded: &RecordedEvent) -> Result<(), ApplyError> {
        match &recorded.event {
            Event::Amenity(event) => Ok(apply(conn, recorded, event).await?),
            Event::User(_) | Event::Place(_) | Event::Booking(_) | Event::Review(_) => Ok(()),
        }
    }
}

async fn apply(conn: &mut PgConnection, recorded: &RecordedEvent, event: &AmenityEvent) -> sqlx::Result<()> {
    let AmenityEvent::Added { amenity_id, code, name_en, name_fr, by, at } = event;
    let (id, by): (&Uuid, &Uuid) = (amenity_id, by);
    sqlx::query(
        "insert into amenities_v1 (amenity_id, code, name_en, name_fr, added_by, version, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(code.as_str())
    .bind(name_en.as_str())
    .bind(name_fr.as_str())
    .bind(by)
    .bind(columns::signed(recorded.sequence))
    .bind(at.to_sqlx())
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_code_that_nobody_named_reads_as_words() {
        assert_eq!(words("32_hdtv_with_netflix"), "32 hdtv with netflix");
        assert_eq!(words("wine_cellar"), "Wine cellar");
        assert_eq!(words("_"), "");
    }
}
