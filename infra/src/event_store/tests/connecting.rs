use std::time::Duration;

use tokio::time::Instant;

use super::support::on_each;
use crate::event_store::WriteTo;
use crate::event_store::connection::Connections;

#[test]
fn a_shared_connection_is_waited_for_no_longer_than_the_window() {
    on_each(async |database| {
        let mut all = Vec::new();
        while let Some(connection) = database.pool.try_acquire() {
            all.push(connection);
        }
        while u32::try_from(all.len()).unwrap() < database.pool.options().get_max_connections() {
            all.push(database.pool.acquire().await.unwrap());
        }
        let mut connections = Connections::new(WriteTo::Shared(database.pool.clone()));
        let begun = Instant::now();
        assert!(connections.lease(Duration::from_millis(200)).await.is_err());
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        drop(all);
        assert!(connections.lease(Duration::from_secs(20)).await.is_ok());
    });
}
