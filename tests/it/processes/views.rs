//! Views as rows: what they hold, and that a rebuild from zero holds the same.

use std::collections::BTreeMap;

use commands::reactors::REACTORS;
use harness::hbnb;
use sqlx::PgConnection;

use super::PROGRAM;
use super::fleet::Fleet;
use super::settled::settled;

/// Every row of every view's table, in one order.
#[derive(Debug)]
pub(super) struct Rows(BTreeMap<String, Vec<String>>);

impl Rows {
    /// What the views hold.
    pub(super) async fn read(connection: &mut PgConnection) -> Self {
        let tables: Vec<String> = sqlx::query_scalar(
            "select table_name::text from information_schema.tables
             where table_schema = 'public' and table_name ~ '_v[0-9]+$'",
        )
        .fetch_all(&mut *connection)
        .await
        .expect("the database answers");
        let mut rows = BTreeMap::new();
        for table in tables {
            let ordered = format!(r#"select t::text from "{table}" t order by t::text collate "C""#);
            let of_table = sqlx::query_scalar(&ordered).fetch_all(&mut *connection).await.expect("the view is there");
            rows.insert(table, of_table);
        }
        assert!(rows.len() >= 6, "the views' tables: {:?}", rows.keys());
        Self(rows)
    }

    /// Asserts that a rebuild gave the same rows; how many there are.
    pub(super) fn assert_equal(&self, rebuilt: &Self) -> usize {
        for (table, before) in &self.0 {
            let after = &rebuilt.0[table];
            let differing = before.iter().zip(after).find(|(live, rebuilt)| live != rebuilt);
            assert_eq!(differing, None, "a row of {table} is not as rebuilt");
            assert_eq!(before.len(), after.len(), "rows of {table}");
        }
        self.0.values().map(Vec::len).sum()
    }
}

/// Asserts that every view equals its rebuild from zero, row by row; how many rows there are.
pub(super) async fn assert_equal_to_their_rebuild(connection: &mut PgConnection, fleet: &Fleet) -> usize {
    settled(connection).await;
    let live = Rows::read(connection).await;
    rebuild(fleet).await;
    settled(connection).await;
    live.assert_equal(&Rows::read(connection).await)
}

/// Rebuilds every view from the command line, beside whatever servers run. Reactors are no views: they have no rows.
pub(super) async fn rebuild(fleet: &Fleet) {
    let reactor = |name: &&str| REACTORS.iter().any(|reactor| reactor.name == *name);
    let listed = hbnb(PROGRAM, fleet.data.path(), fleet.url(), &["projections", "list"]).await.expect(0);
    let names = listed.output.lines().skip(1).filter_map(|line| line.split_whitespace().next());
    let views: Vec<&str> = names.filter(|name| !reactor(name)).collect();
    assert!(views.len() >= 3, "{}", listed.output);
    for view in views {
        hbnb(PROGRAM, fleet.data.path(), fleet.url(), &["projections", "rebuild", view]).await.expect(0);
    }
}
