//! Real listings, in the folder that `HBNB_LISTINGS_DIR` names, read without any code of the program: what an import must make of them.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use csv::StringRecord;
use flate2::read::GzDecoder;
use harness::say;

/// A file of listings.
#[derive(Debug)]
pub(super) struct Listings {
    pub(super) path: PathBuf,
    pub(super) rows: Vec<Row>,
}

/// One listing.
#[derive(Debug)]
pub(super) struct Row {
    /// The line of the file on which it begins.
    pub(super) line: u64,
    /// Its id at the source.
    pub(super) id: String,
    /// What it must become; `None` where no place can be made of it.
    pub(super) place: Option<Expected>,
}

/// A place as its row says it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Expected {
    pub(super) title: String,
    pub(super) cents: i64,
}

/// Boston and Washington; `None`, saying why, where the files are not there.
pub(super) fn cities(test: &str) -> Option<[Listings; 2]> {
    let folder = std::env::var_os("HBNB_LISTINGS_DIR").map(PathBuf::from).unwrap_or_default();
    let paths = ["boston", "washington"].map(|city| folder.join(format!("{city}-listings.csv.gz")));
    if folder.as_os_str().is_empty() || !paths.iter().all(|path| path.exists()) {
        let files = "boston-listings.csv.gz and washington-listings.csv.gz";
        say(&format!("SKIPPED {test}: set HBNB_LISTINGS_DIR to a folder with {files}, from https://insideairbnb.com"));
        return None;
    }
    Some(paths.map(read))
}

impl Listings {
    /// The file's path, as an argument.
    pub(super) fn file(&self) -> &str {
        self.path.to_str().expect("the path is text")
    }

    /// What must be imported, in the order of the rows.
    pub(super) fn expected(&self) -> impl Iterator<Item = (&str, &Expected)> {
        self.rows.iter().filter_map(|row| Some((row.id.as_str(), row.place.as_ref()?)))
    }

    /// The lines of the rows that must be reported.
    pub(super) fn refused(&self) -> impl Iterator<Item = u64> {
        self.rows.iter().filter(|row| row.place.is_none()).map(|row| row.line)
    }
}

fn read(path: PathBuf) -> Listings {
    let file = GzDecoder::new(BufReader::new(File::open(&path).expect("the file can be read")));
    let mut records = csv::Reader::from_reader(file);
    let headers = records.headers().expect("a first line").clone();
    let rows = records.records().map(|record| row(&headers, &record.expect("the file is CSV"))).collect();
    Listings { path, rows }
}

fn row(headers: &StringRecord, record: &StringRecord) -> Row {
    let field = |name: &str| {
        let column = headers.iter().position(|header| header == name).expect("the column is there");
        record[column].to_owned()
    };
    let title = field("name").trim().to_owned();
    let price = cents(&field("price")).filter(|cents| *cents > 0 && title.chars().count() >= 3);
    Row {
        line: record.position().expect("a row has a position").line(),
        id: field("id"),
        place: price.map(|cents| Expected { title, cents }),
    }
}

/// `$1,234.50` as 123450, digit by digit.
fn cents(price: &str) -> Option<i64> {
    let (whole, fraction) = price.strip_prefix('$')?.split_once('.')?;
    let digits: String = whole.chars().filter(|c| *c != ',').chain(fraction.chars()).collect();
    (fraction.len() == 2).then(|| digits.parse().ok()).flatten()
}

#[test]
fn prices_are_read_to_the_cent() {
    assert_eq!(cents("$1,234.50"), Some(123_450));
    assert_eq!(cents("$0.00"), Some(0));
    assert_eq!(cents(""), None);
}
