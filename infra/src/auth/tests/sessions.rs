//! Sessions: listed, bounded, closed, swept.

use std::collections::BTreeSet;

use commands::ports::sessions::{Rotation, Sessions as _};
use uuid::Uuid;

use super::{fresh, later, now, pg_sessions};
use crate::auth::PgSessions;
use crate::test_database::with_database;

#[tokio::test]
async fn expired_sessions_are_swept_with_their_tokens() {
    with_database("sweep", async |database| {
        let sessions = pg_sessions(database.pool());
        sessions.open(Uuid::now_v7(), 0, None, now()).await.unwrap();
        let kept = sessions.open(Uuid::now_v7(), 0, None, later(60)).await.unwrap();
        let mut connection = database.pool().acquire().await.unwrap();

        let swept = PgSessions::sweep_expired(&mut connection, later(604_801), 100).await.unwrap();

        assert_eq!(swept, 1);
        let left: i64 =
            sqlx::query_scalar("select count(*) from refresh_tokens").fetch_one(&mut *connection).await.unwrap();
        assert_eq!(left, 1);
        drop(connection);
        fresh(sessions.rotate(&kept.refresh_token, later(120)).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn sessions_close_one_by_one_by_token_and_all_at_once() {
    with_database("closing", async |database| {
        let (sessions, user_id) = (pg_sessions(database.pool()), Uuid::now_v7());
        let mut opened = Vec::new();
        for _ in 0..4 {
            opened.push(sessions.open(user_id, 0, None, now()).await.unwrap());
        }
        let is_over = async |index: usize| {
            matches!(sessions.rotate(&opened[index].refresh_token, now()).await.unwrap(), Rotation::Over { .. })
        };

        sessions.close(opened[0].session_id, now()).await.unwrap();
        sessions.close_by_token(&opened[1].refresh_token, now()).await.unwrap();
        sessions.close_by_token("no such token", now()).await.unwrap();
        assert!(is_over(0).await && is_over(1).await && !is_over(2).await);

        sessions.close_all(user_id, now()).await.unwrap();
        assert!(is_over(3).await);
    })
    .await;
}

#[tokio::test]
async fn open_sessions_are_listed_last_used_first_with_what_their_clients_call_themselves() {
    with_database("listing", async |database| {
        let (sessions, user_id) = (pg_sessions(database.pool()), Uuid::now_v7());
        let long = format!("\u{7}{}", "x".repeat(300));
        let first = sessions.open(user_id, 0, Some("Firefox"), now()).await.unwrap();
        let second = sessions.open(user_id, 0, Some(&long), later(1)).await.unwrap();
        let over = sessions.open(user_id, 0, Some(" "), later(2)).await.unwrap();
        sessions.close(over.session_id, later(3)).await.unwrap();
        fresh(sessions.rotate(&first.refresh_token, later(4)).await.unwrap());

        let listed = sessions.list(user_id, later(5)).await.unwrap();

        let ids: Vec<_> = listed.iter().map(|session| session.session_id).collect();
        assert_eq!(ids, [first.session_id, second.session_id]);
        assert_eq!((listed[0].opened_at, listed[0].refreshed_at), (now(), later(4)));
        assert_eq!(listed[0].expires_at, later(4 + 604_800));
        assert_eq!(listed[0].user_agent.as_deref(), Some("Firefox"));
        assert_eq!(listed[1].user_agent, Some("x".repeat(200)));
        assert_eq!(sessions.list(user_id, later(604_805)).await.unwrap().len(), 0, "expired");
        let kept: i64 =
            sqlx::query_scalar("select count(*) from sessions where closed_at is not null and user_agent is not null")
                .fetch_one(database.pool())
                .await
                .unwrap();
        assert_eq!(kept, 0, "the name of a client is forgotten with its session");
    })
    .await;
}

#[tokio::test]
async fn a_user_has_a_hundred_sessions_at_the_most_and_the_oldest_give_way() {
    with_database("surplus", async |database| {
        let (sessions, user_id) = (pg_sessions(database.pool()), Uuid::now_v7());
        let first = sessions.open(user_id, 0, None, now()).await.unwrap();
        let bystander = sessions.open(Uuid::now_v7(), 0, None, now()).await.unwrap();
        for second in 1..=100 {
            sessions.open(user_id, 0, None, later(second)).await.unwrap();
        }

        let listed = sessions.list(user_id, later(200)).await.unwrap();

        assert_eq!(listed.len(), 100);
        assert!(listed.iter().all(|session| session.session_id != first.session_id));
        assert_eq!(sessions.rotate(&first.refresh_token, later(200)).await.unwrap(), Rotation::Over { user_id });
        fresh(sessions.rotate(&bystander.refresh_token, later(200)).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn tokens_that_expired_are_forgotten_and_their_session_goes_on() {
    with_database("old_tokens", async |database| {
        let sessions = pg_sessions(database.pool());
        let opened = sessions.open(Uuid::now_v7(), 0, None, now()).await.unwrap();
        let next = fresh(sessions.rotate(&opened.refresh_token, later(60)).await.unwrap());
        let mut connection = database.pool().acquire().await.unwrap();

        assert_eq!(PgSessions::sweep_tokens(&mut connection, later(604_800), 10).await.unwrap(), 0);
        assert_eq!(PgSessions::sweep_tokens(&mut connection, later(604_801), 10).await.unwrap(), 1);

        assert_eq!(sessions.rotate(&opened.refresh_token, later(604_801)).await.unwrap(), Rotation::Unknown);
        fresh(sessions.rotate(&next, later(604_802)).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_earlier_passwords_opened_ends_whenever_that_was_but_for_the_session_that_is_kept() {
    with_database("earlier_passwords", async |database| {
        let (sessions, user_id) = (pg_sessions(database.pool()), Uuid::now_v7());
        let kept = sessions.open(user_id, 0, None, now()).await.unwrap();
        let by_the_new_one = sessions.open(user_id, 5, None, later(1)).await.unwrap();
        // While the change was in the log already, and had not taken effect yet.
        sessions.open(user_id, 0, None, later(10)).await.unwrap();
        let bystander = sessions.open(Uuid::now_v7(), 0, None, now()).await.unwrap();

        sessions.close_of_earlier_passwords(user_id, Some(kept.session_id), 5, later(20)).await.unwrap();

        let listed = sessions.list(user_id, later(20)).await.unwrap();
        let open: BTreeSet<_> = listed.into_iter().map(|session| session.session_id).collect();
        assert_eq!(open, [kept.session_id, by_the_new_one.session_id].into());
        fresh(sessions.rotate(&bystander.refresh_token, later(20)).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn sessions_end_but_for_those_that_came_later_and_for_their_user_alone() {
    with_database("closing_others", async |database| {
        let (sessions, user_id) = (pg_sessions(database.pool()), Uuid::now_v7());
        let early = sessions.open(user_id, 0, None, now()).await.unwrap();
        let late = sessions.open(user_id, 0, None, later(10)).await.unwrap();
        let open = async || {
            let listed = sessions.list(user_id, later(20)).await.unwrap();
            listed.into_iter().map(|session| session.session_id).collect::<BTreeSet<_>>()
        };

        sessions.close_older(user_id, later(5), later(20)).await.unwrap();
        assert_eq!(open().await, [late.session_id].into());

        let stranger = Uuid::now_v7();
        assert!(!sessions.close_own(stranger, late.session_id, later(20)).await.unwrap(), "another's");
        assert!(!sessions.close_own(user_id, early.session_id, later(20)).await.unwrap(), "over");
        assert!(sessions.close_own(user_id, late.session_id, later(20)).await.unwrap());
        assert_eq!(open().await, [].into());
    })
    .await;
}
