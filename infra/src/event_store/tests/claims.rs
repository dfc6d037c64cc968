use std::collections::HashMap;

use commands::ports::log::{Append, AppendError};
use domain::{Claim, ClaimChange, Email};
use uuid::Uuid;

use super::support::{Dice, booking, cancellation, event, nights, on_each, on_postgres, spawn};
use crate::event_store::night_holders;

#[test]
fn who_held_nights_long_ago_is_not_looked_at() {
    on_each(async |database| {
        let (appender, place_id) = (database.appender(), Uuid::new_v4());
        let (past, around, ahead) = (booking(place_id, 0, 3), booking(place_id, 8, 12), booking(place_id, 400, 402));
        let elsewhere = booking(Uuid::new_v4(), 0, 500);
        for append in [&past, &around, &ahead, &elsewhere] {
            appender.append(append.clone()).await.unwrap();
        }
        let from = nights(10, 11).next().unwrap();
        let mut connection = database.pool.acquire().await.unwrap();
        let mut holders = night_holders(&mut connection, place_id, from).await.unwrap();
        holders.sort_unstable();
        let mut expected = [&around, &ahead].map(|append| append.stream.aggregate_id);
        expected.sort_unstable();
        assert_eq!(holders, expected);
    });
}

#[test]
fn no_night_is_sold_twice_and_the_calendar_equals_a_replay() {
    on_each(async |database| {
        let appenders = [database.appender(), database.appender()];
        let place_id = Uuid::new_v4();
        let mut dice = Dice::new(2);
        let mut sold: Vec<(u64, Append)> = Vec::new();
        let mut given_back: Vec<(u64, Append)> = Vec::new();
        for _ in 0..10 {
            let mut rivals = Vec::new();
            for n in 0..16 {
                let from = i32::try_from(dice.roll(30)).unwrap();
                let to = from + 1 + i32::try_from(dice.roll(6)).unwrap();
                let request = booking(place_id, from, to);
                rivals.push((request.clone(), spawn(&appenders[n % 2], request)));
            }
            // Some of what was sold before is given back at the same time.
            let mut leaving = Vec::new();
            for _ in 0..sold.len() / 3 {
                let (_, request) = sold.swap_remove(usize::try_from(dice.roll(sold.len() as u64)).unwrap());
                let cancelled = cancellation(&request);
                leaving.push((request, spawn(&appenders[0], cancelled)));
            }
            for (request, outcome) in rivals {
                match outcome.await.unwrap() {
                    Ok(appended) => sold.push((appended.first_position, request)),
                    Err(AppendError::ClaimTaken { claim: Claim::Night { .. } }) => {}
                    Err(other) => panic!("{other:?}"),
                }
            }
            for (request, outcome) in leaving {
                given_back.push((outcome.await.unwrap().unwrap().first_position, request));
            }
            let mut holders = HashMap::new();
            for (_, request) in &sold {
                for change in &request.claims {
                    let ClaimChange::Take { claim, holder } = change else { panic!("bookings take") };
                    assert_eq!(holders.insert(claim.clone(), *holder), None, "{claim:?} was sold twice");
                }
            }
            assert_eq!(database.count("claims").await, i64::try_from(holders.len()).unwrap());
            for (request, holder) in sold.iter().map(|(_, request)| (request, request.stream.aggregate_id)) {
                let held: i64 = sqlx::query_scalar("select count(*) from claims where holder = $1")
                    .bind(holder)
                    .fetch_one(&database.pool)
                    .await
                    .unwrap();
                assert_eq!(held, i64::try_from(request.claims.len()).unwrap(), "all nights or none");
            }
        }
        assert!(sold.len() + given_back.len() > 20, "the test sells something");
        database.assert_gapless().await;
    });
}

#[test]
fn what_one_command_gives_back_the_next_of_the_same_batch_may_take() {
    on_postgres(async |database| {
        let appender = database.appender();
        let place_id = Uuid::new_v4();
        let first = booking(place_id, 0, 4);
        appender.append(first.clone()).await.unwrap();
        let (second, too_late, elsewhere) = (booking(place_id, 0, 3), booking(place_id, 2, 5), booking(place_id, 3, 6));
        let outcomes = database
            .in_one_batch(
                &appender,
                vec![cancellation(&first), second.clone(), too_late, elsewhere.clone(), cancellation(&elsewhere)],
            )
            .await;
        assert!(matches!(outcomes[2], Err(AppendError::ClaimTaken { .. })), "{outcomes:?}");
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 4);
        let holders: Vec<Uuid> =
            sqlx::query_scalar("select holder from claims").fetch_all(&database.pool).await.unwrap();
        assert_eq!(holders, [second.stream.aggregate_id; 3]);
    });
}

#[test]
fn one_command_may_give_back_and_take_the_same_claim() {
    on_each(async |database| {
        let appender = database.appender();
        let claim = Claim::Night { place_id: Uuid::new_v4(), night: nights(0, 1).next().unwrap() };
        let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
        let take = |holder| ClaimChange::Take { claim: claim.clone(), holder };
        let release = |holder| ClaimChange::Release { claim: claim.clone(), holder };
        let with = |claims| Append { claims, ..event(Uuid::new_v4(), 0) };
        appender.append(with(vec![take(one), take(one)])).await.unwrap();
        appender.append(with(vec![release(other)])).await.unwrap();
        let refused = appender.append(with(vec![release(other), take(other)])).await.unwrap_err();
        assert!(matches!(refused, AppendError::ClaimTaken { .. }), "releasing what another holds does nothing");
        appender.append(with(vec![release(one), take(other)])).await.unwrap();
        let holders: Vec<Uuid> =
            sqlx::query_scalar("select holder from claims").fetch_all(&database.pool).await.unwrap();
        assert_eq!(holders, [other]);
        appender.append(with(vec![release(other), take(one), release(one)])).await.unwrap();
        assert_eq!(database.count("claims").await, 0);
    });
}

#[test]
fn an_address_is_claimed_whatever_its_case_and_cannot_be_read_from_the_table() {
    on_each(async |database| {
        let appender = database.appender();
        let take = |address: &str| {
            let claim = Claim::Email(Email::parse(address).unwrap());
            Append { claims: vec![ClaimChange::Take { claim, holder: Uuid::new_v4() }], ..event(Uuid::new_v4(), 0) }
        };
        appender.append(take("Ada@example.org")).await.unwrap();
        let refused = appender.append(take("ada@EXAMPLE.org")).await.unwrap_err();
        assert!(matches!(refused, AppendError::ClaimTaken { .. }));
        let key: Vec<u8> = sqlx::query_scalar("select key from claims").fetch_one(&database.pool).await.unwrap();
        assert_eq!(key, database.master.email_claim("ada@example.org"));
    });
}
