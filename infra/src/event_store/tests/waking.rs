use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::support::{event, events, on_postgres, until};
use crate::event_store::relay;

#[test]
fn readers_of_this_process_hear_of_each_commit_and_those_of_others_soon() {
    on_postgres(async |database| {
        let (here, there) = (database.appender(), database.appender());
        let stop = CancellationToken::new();
        let relays = [&here, &there]
            .map(|appender| tokio::spawn(relay(database.options.clone(), appender.wakeups().clone(), stop.clone())));
        let (mut near, mut far) = (here.wakeups().subscribe(), there.wakeups().subscribe());
        here.append(events(Uuid::new_v4(), 0, 3)).await.unwrap();
        timeout(Duration::from_secs(5), near.changed()).await.unwrap().unwrap();
        assert_eq!(*near.borrow_and_update(), 3);
        // The other process may not listen yet: later commits reach it.
        until("the other process hears", async || {
            here.append(event(Uuid::new_v4(), 0)).await.unwrap();
            *there.wakeups().subscribe().borrow() > 0
        })
        .await;
        timeout(Duration::from_secs(5), far.changed()).await.unwrap().unwrap();
        stop.cancel();
        for relay in relays {
            relay.await.unwrap();
        }
    });
}
