use std::io::Write as _;
use std::path::{Path, PathBuf};

use domain::Currency;

use super::*;
use crate::test_database::{skipped, this_test};

/// Columns that every export has.
const HEADER: &str = "id,name,host_id,price,accommodates,minimum_nights,maximum_nights,host_name,description";

fn file_of(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("listings.csv");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn rows(path: &Path) -> Vec<Row> {
    ListingReader::open(path, Currency::USD).unwrap().map(Result::unwrap).collect()
}

fn lines(rows: &[Row]) -> Vec<u64> {
    let line = |row: &Row| match row {
        Ok((listing, _)) => listing.line,
        Err(rejected) => rejected.line,
    };
    rows.iter().map(line).collect()
}

/// A real export in the folder that `HBNB_LISTINGS_DIR` names; `None`, said aloud, where it is not there. Those who made
/// the listings own them: they are not in the repository.
fn real_file(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("HBNB_LISTINGS_DIR").filter(|folder| !folder.is_empty());
    let found = folder.map(|folder| Path::new(&folder).join(name)).filter(|path| path.exists());
    if found.is_none() {
        skipped(&this_test(), &format!("set HBNB_LISTINGS_DIR to a folder with {name}, from https://insideairbnb.com"));
    }
    found
}

/// A made-up export, kept beside this file.
fn made_up(generation: &str) -> Vec<Row> {
    rows(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/import/fixtures").join(generation))
}

/// What both generations' made-up exports hold: the same eight records.
fn check_made_up(rows: &[Row]) {
    let rejected: Vec<Rejected> = rows.iter().filter_map(|row| row.clone().err()).collect();
    let reasons = ["price: there is none", "accommodates: `many` is not a whole number"];
    assert_eq!(rejected.iter().map(|row| row.reason.as_str()).collect::<Vec<_>>(), reasons);
    let listings: Vec<_> = rows.iter().filter_map(|row| row.as_ref().ok()).collect();
    let titles: Vec<&str> = listings.iter().map(|(listing, _)| listing.title.as_str()).collect();
    let odd = "\"Cosy\", said she; two\nlines";
    assert_eq!(titles, ["Harbour view", odd, "海边的房子 🏠", "بيت على البحر", "a", "A loft for long stays"]);
    assert_eq!(lines(rows), [2, 3, 6, 7, 8, 9, 10, 11], "one title and one description have two lines each");
    let nameless: Vec<&str> =
        listings.iter().filter(|(row, _)| row.host_name.is_none()).map(|(row, _)| row.listing_id.as_str()).collect();
    assert_eq!(nameless, ["103"]);
    let (long, notes) = listings[5];
    assert_eq!((long.max_nights, notes.as_slice()), (730, &[Note::LongestStayCut][..]));
    let (first, notes) = listings[0];
    assert_eq!((first.price.as_str(), first.min_nights, first.max_nights), ("1234.50", 2, 30));
    assert_eq!((first.city.as_deref(), first.country.as_deref()), (Some("Springfield"), Some("United States")));
    assert_eq!(first.amenities, ["tv", "wifi"]);
    assert!(notes.is_empty());
    assert_eq!(listings[1].0.description.as_deref(), Some("A \"quiet\" street,\nwith a tree."));
}

#[test]
fn an_export_of_the_older_generation_is_read() {
    let rows = made_up("older.csv");

    check_made_up(&rows);
    let (first, _) = rows[0].as_ref().unwrap();
    assert_eq!((first.address.as_deref(), first.instant_book), (Some("Quay Street"), true));
}

#[test]
fn an_export_of_the_newer_generation_is_read() {
    check_made_up(&made_up("newer.csv"));
}

#[test]
fn any_script_is_read_and_the_host_may_have_no_name() {
    let text = format!("{HEADER}\n1,波士顿的房子 🏠,2,$80.00,2,1,30,,\"Line one<br />line two\"\n");
    let (_folder, path) = file_of(text.as_bytes());

    let rows = rows(&path);

    let (listing, notes) = rows[0].as_ref().unwrap();
    assert_eq!(listing.title, "波士顿的房子 🏠");
    assert_eq!(listing.host_name, None);
    assert_eq!(listing.description.as_deref(), Some("Line one\nline two"));
    assert_eq!((listing.price.as_str(), listing.currency.as_str()), ("80.00", "USD"));
    assert!(notes.is_empty());
}

#[test]
fn a_line_is_that_of_the_file_on_which_the_record_begins() {
    for end in ["\n", "\r\n"] {
        let records = [
            HEADER,
            "1,One,2,$1.00,2,1,30,,\"a\nb\r\nc\"",
            "2,Two,2,$0.00,2,1,30,,\"d\"",
            "3,Three,2,$1.00,2,1,30,,",
            "",
        ];
        let (_folder, path) = file_of(records.map(|record| format!("{record}{end}")).concat().as_bytes());

        assert_eq!(lines(&rows(&path)), [2, 5, 6], "ended by {end:?}");
    }
}

#[test]
fn a_damaged_record_is_reported_and_the_next_one_read() {
    let mut bytes = format!("{HEADER}\n1,One\n2,").into_bytes();
    bytes.extend_from_slice(b"\xff\xfe");
    bytes.extend_from_slice(b",2,$1.00,2,1,30,,\n3,Three,2,$1.00,many,1,30,,\n4,Four,2,$1.00,2,1,30,,\n");
    let (_folder, path) = file_of(&bytes);

    let rows = rows(&path);

    let reasons: Vec<_> = rows.iter().filter_map(|row| row.as_ref().err()).map(|row| row.reason.as_str()).collect();
    assert_eq!(reasons, ["has 2 cells instead of 9", "is not in UTF-8", "accommodates: `many` is not a whole number"]);
    assert_eq!(lines(&rows), [2, 3, 4, 5]);
    assert!(rows[3].is_ok());
}

#[test]
fn a_file_of_something_else_is_refused() {
    let (_folder, path) = file_of(b"listing_id,date,available,price\n1,2026-01-01,t,$1.00\n");

    let Err(error) = ListingReader::open(&path, Currency::USD) else { panic!("no export of listings") };

    assert!(error.to_string().contains("no column `id`"), "{error}");
}

#[test]
fn a_compressed_file_that_is_cut_off_is_an_error_after_its_last_whole_record() {
    let text: String = (0..5_000).map(|n| format!("{n},Place {n},{n},$1.00,2,1,30,,{n}\n")).collect();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(format!("{HEADER}\n{text}").as_bytes()).unwrap();
    let whole = encoder.finish().unwrap();
    let (_folder, path) = file_of(&whole[..whole.len() / 2]);

    let mut reader = ListingReader::open(&path, Currency::USD).unwrap();

    let read = reader.by_ref().take_while(Result::is_ok).count();
    assert!(read > 100);
    assert!(reader.next().is_none(), "nothing after the fault");
}

#[test]
fn boston_is_read_whole() {
    let Some(path) = real_file("boston-listings.csv.gz") else { return };

    let rows = rows(&path);

    let rejected: Vec<Rejected> = rows.iter().filter_map(|row| row.clone().err()).collect();
    let none = |line| Rejected { line, reason: "price: there is none".to_owned() };
    assert_eq!(rejected, [4433, 4494, 4495, 5133].map(none));
    let listings: Vec<_> = rows.iter().filter_map(|row| row.as_ref().ok()).collect();
    assert_eq!(listings.len(), 3_345);
    assert_eq!(rows.iter().filter(|row| matches!(row, Ok((listing, _)) if listing.host_name.is_none())).count(), 325);
    let cuts = |note| listings.iter().filter(|(_, notes)| notes.contains(&note)).count();
    assert_eq!((cuts(Note::LongestStayCut), cuts(Note::ShortestStayCut)), (1_882, 1));
    let (first, _) = listings[0];
    assert_eq!((first.line, first.listing_id.as_str(), first.title.as_str()), (2, "3781", "HARBORSIDE-Walk to subway"));
    assert_eq!((first.city.as_deref(), first.country.as_deref()), (Some("Boston"), Some("United States")));
    assert_eq!((first.price.as_str(), first.min_nights, first.max_nights), ("125.00", 32, 730));
    assert!(first.amenities.contains(&"dishes".to_owned()));
    assert!(listings.iter().all(|(listing, _)| !listing.description.as_deref().unwrap_or_default().contains("<br")));
    assert!(listings.iter().any(|(listing, _)| listing.price == "10000.00"));
}

#[test]
fn washington_is_read_whole() {
    let Some(path) = real_file("washington-listings.csv.gz") else { return };

    let rows = rows(&path);

    let listings: Vec<_> = rows.iter().map(|row| row.as_ref().unwrap()).collect();
    assert_eq!(listings.len(), 3_723, "the one-letter title is for the API to refuse");
    let (short, _) = listings.iter().find(|(listing, _)| listing.title.chars().count() == 1).unwrap();
    assert_eq!(short.line, 1465);
    assert_eq!(listings.iter().filter(|(_, notes)| notes.contains(&Note::LongestStayCut)).count(), 2_435);
    let (first, _) = listings[0];
    assert_eq!(first.address.as_deref(), Some("3rd Street Southeast"));
    assert_eq!((first.city.as_deref(), first.country.as_deref()), (Some("Washington"), Some("United States")));
    assert!(first.amenities.contains(&"wifi".to_owned()));
    assert_eq!((first.latitude, first.longitude), (Some(38.890046391229106), Some(-77.00280809585989)));
}
