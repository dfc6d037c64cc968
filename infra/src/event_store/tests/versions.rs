use commands::ports::log::{Append, AppendError};
use uuid::Uuid;

use super::support::{event, events, on_each, on_postgres, place, spawn};

#[test]
fn a_command_decided_on_an_old_version_is_refused() {
    on_each(async |database| {
        let appender = database.appender();
        let id = Uuid::new_v4();
        appender.append(events(id, 0, 3)).await.unwrap();
        for stale in [0, 2, 4] {
            let refused = appender.append(event(id, stale)).await.unwrap_err();
            assert!(matches!(refused, AppendError::StreamChanged { actual: 3 }), "{refused:?}");
        }
        assert_eq!(appender.append(event(id, 3)).await.unwrap().version, 4);
    });
}

#[test]
fn a_command_whose_facts_have_changed_elsewhere_is_refused() {
    on_each(async |database| {
        let appender = database.appender();
        let (facts, other) = (Uuid::new_v4(), Uuid::new_v4());
        appender.append(events(facts, 0, 2)).await.unwrap();
        let on = |version| Append { depends_on: vec![(place(facts), version)], ..event(Uuid::new_v4(), 0) };
        appender.append(on(2)).await.unwrap();
        for stale in [1, 3] {
            let refused = appender.append(on(stale)).await.unwrap_err();
            assert!(matches!(refused, AppendError::DependencyChanged { stream } if stream == place(facts)));
        }
        let on_absence = Append { depends_on: vec![(place(other), 0)], ..event(Uuid::new_v4(), 0) };
        appender.append(on_absence).await.unwrap();
    });
}

#[test]
fn of_many_commands_on_one_version_exactly_one_wins() {
    on_each(async |database| {
        let appenders = [database.appender(), database.appender()];
        let id = Uuid::new_v4();
        for version in 0..5 {
            let rivals: Vec<_> = (0..20).map(|n| spawn(&appenders[n % 2], event(id, version))).collect();
            let mut won = 0;
            for rival in rivals {
                match rival.await.unwrap() {
                    Ok(_) => won += 1,
                    Err(AppendError::StreamChanged { actual }) => assert_eq!(actual, version + 1),
                    Err(other) => panic!("{other:?}"),
                }
            }
            assert_eq!(won, 1);
        }
        assert_eq!(database.assert_gapless().await, 5);
    });
}

#[test]
fn commands_of_one_batch_see_what_the_ones_before_them_did() {
    on_postgres(async |database| {
        let appender = database.appender();
        let id = Uuid::new_v4();
        let dependent = |version| Append { depends_on: vec![(place(id), version)], ..event(Uuid::new_v4(), 0) };
        let outcomes = database
            .in_one_batch(&appender, vec![event(id, 0), event(id, 1), event(id, 1), dependent(2), dependent(1)])
            .await;
        assert_eq!(appender.counters().last_batch_size, 5);
        assert!(outcomes[0].is_ok() && outcomes[1].is_ok() && outcomes[3].is_ok(), "{outcomes:?}");
        assert!(matches!(outcomes[2], Err(AppendError::StreamChanged { actual: 2 })));
        assert!(matches!(outcomes[4], Err(AppendError::DependencyChanged { .. })));
        database.assert_gapless().await;
    });
}
