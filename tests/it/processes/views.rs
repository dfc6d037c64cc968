//! Views as rows: what they hold, and that a rebuild from zero holds the same.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use harness::hbnb;

use super::PROGRAM;
use super::fleet::Fleet;
use super::settled::settled;

/// Every row of every view's table, by table and in one order.
type Rows = BTreeMap<String, Vec<String>>;

/// Asserts that every view equals its rebuild from zero, row by row; how many rows there are.
pub(super) async fn assert_equal_to_their_rebuild(connection: &mut PgConnection, fleet: &Fleet) -> usize {
    settled(connection).await;
    let live = rows(connection).await;
    hbnb(PROGRAM, fleet.data.path(), fleet.url(), &["projections", "rebuild", "--all"]).await.expect(0);
    settled(connection).await;
    let rebuilt = rows(connection).await;
    assert!(live.len() >= 6, "the views' tables: {:?}", live.keys());
    for (table, before) in &live {
        let after = &rebuilt[table];
        let differing = before.iter().zip(after).find(|(live, rebuilt)| live != rebuilt);
        assert_eq!(differing, None, "a row of {table} is not as rebuilt");
        assert_eq!(before.len(), after.len(), "rows of {table}");
    }
    live.values().map(Vec::len).sum()
}

async fn rows(connection: &mut PgConnection) -> Rows {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_name ~ '_v[0-9]+$'",
    )
    .fetch_all(&mut *connection)
    .await
    .expect("the database answers");
    let mut rows = Rows::new();
    for table in tables {
        let ordered = format!(r#"select t::text from "{table}" t order by t::text collate "C""#);
        let of_table = sqlx::query_scalar(&ordered).fetch_all(&mut *connection).await.expect("the view can be read");
        rows.insert(table, of_table);
    }
    rows
}
