//! Refresh tokens: rotation, the grace for lost answers, and how reuse is caught all the same.

use commands::ports::sessions::{Rotation, Sessions as _};
use uuid::Uuid;

use super::{fresh, later, now, pg_sessions};
use crate::auth::PgSessions;
use crate::test_database::with_database;

fn is_reused(rotation: &Rotation) -> bool {
    matches!(rotation, Rotation::Reused { .. })
}

#[tokio::test]
async fn once_the_successor_was_used_a_second_use_revokes_the_whole_family() {
    with_database("reuse", async |database| {
        let (sessions, user_id) = (pg_sessions(database.pool()), Uuid::now_v7());
        let opened = sessions.open(user_id, 0, None, now()).await.unwrap();
        let other = sessions.open(user_id, 0, None, now()).await.unwrap();
        let second = fresh(sessions.rotate(&opened.refresh_token, now()).await.unwrap());
        let third = fresh(sessions.rotate(&second, now()).await.unwrap());

        assert_eq!(sessions.rotate(&opened.refresh_token, now()).await.unwrap(), Rotation::Reused { user_id });

        assert_eq!(sessions.rotate(&third, now()).await.unwrap(), Rotation::Over { user_id });
        fresh(sessions.rotate(&other.refresh_token, now()).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_may_be_asked_for_again_within_ten_seconds_of_the_first_use() {
    with_database("grace", async |database| {
        let sessions = pg_sessions(database.pool());
        let opened = sessions.open(Uuid::now_v7(), 0, None, now()).await.unwrap();

        let lost = fresh(sessions.rotate(&opened.refresh_token, now()).await.unwrap());
        let lost_too = fresh(sessions.rotate(&opened.refresh_token, later(6)).await.unwrap());
        let got = fresh(sessions.rotate(&opened.refresh_token, later(10)).await.unwrap());

        assert!(got != lost && got != lost_too && lost != lost_too);
        let next = fresh(sessions.rotate(&got, later(3_000)).await.unwrap());
        fresh(sessions.rotate(&next, later(6_000)).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn the_grace_is_over_after_ten_seconds_and_asking_again_does_not_prolong_it() {
    with_database("grace_over", async |database| {
        let sessions = pg_sessions(database.pool());
        for asked_between in [&[][..], &[5, 10]] {
            let opened = sessions.open(Uuid::now_v7(), 0, None, now()).await.unwrap();
            fresh(sessions.rotate(&opened.refresh_token, now()).await.unwrap());
            for second in asked_between {
                fresh(sessions.rotate(&opened.refresh_token, later(*second)).await.unwrap());
            }
            assert!(is_reused(&sessions.rotate(&opened.refresh_token, later(11)).await.unwrap()));
        }
    })
    .await;
}

#[tokio::test]
async fn a_thief_within_the_grace_is_caught_when_the_rightful_client_goes_on() {
    with_database("thief", async |database| {
        let (sessions, user_id) = (pg_sessions(database.pool()), Uuid::now_v7());
        let opened = sessions.open(user_id, 0, None, now()).await.unwrap();
        let clients = fresh(sessions.rotate(&opened.refresh_token, now()).await.unwrap());
        let thiefs = fresh(sessions.rotate(&opened.refresh_token, later(3)).await.unwrap());

        assert_eq!(sessions.rotate(&clients, later(60)).await.unwrap(), Rotation::Reused { user_id });

        assert_eq!(sessions.rotate(&thiefs, later(61)).await.unwrap(), Rotation::Over { user_id });
    })
    .await;
}

#[tokio::test]
async fn of_many_concurrent_uses_of_a_token_the_last_successor_alone_is_good() {
    with_database("concurrent_reuse", async |database| {
        let sessions = pg_sessions(database.pool());
        let opened = sessions.open(Uuid::now_v7(), 0, None, now()).await.unwrap();
        let uses = (0..12).map(|_| sessions.rotate(&opened.refresh_token, now()));

        let answers: Vec<String> = futures::future::try_join_all(uses).await.unwrap().into_iter().map(fresh).collect();

        let unused = "select count(*) from refresh_tokens where spent_at is null and withdrawn_at is null";
        let unused: i64 = sqlx::query_scalar(unused).fetch_one(database.pool()).await.unwrap();
        assert_eq!(unused, 1);
        let outcomes = futures::future::try_join_all(answers.iter().map(|token| sessions.rotate(token, later(60))));
        let reused = outcomes.await.unwrap().iter().filter(|outcome| is_reused(outcome)).count();
        assert_eq!(reused, 1, "the first withdrawn one ends the family");
    })
    .await;
}

/// The rules, said a second time and as simply as possible.
#[derive(Default)]
struct Family {
    tokens: Vec<Member>,
    is_over: bool,
}

#[derive(Default)]
struct Member {
    first_used: Option<i64>,
    is_withdrawn: bool,
    successor: Option<usize>,
}

#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Fresh,
    Reused,
    Over,
}

impl Family {
    fn present(&mut self, index: usize, second: i64) -> Expected {
        if self.is_over {
            return Expected::Over;
        }
        let Member { first_used, is_withdrawn, successor } = self.tokens[index];
        let unused_successor = successor.filter(|next| self.tokens[*next].first_used.is_none());
        let in_grace = first_used.is_some_and(|first| second - first <= 10);
        match (first_used, unused_successor) {
            _ if is_withdrawn => {}
            (None, _) => return self.follow(index, second),
            (Some(_), Some(lost)) if in_grace => {
                self.tokens[lost].is_withdrawn = true;
                return self.follow(index, second);
            }
            (Some(_), _) => {}
        }
        self.is_over = true;
        Expected::Reused
    }

    fn follow(&mut self, index: usize, second: i64) -> Expected {
        self.tokens.push(Member::default());
        let newest = self.tokens.len() - 1;
        let member = &mut self.tokens[index];
        member.first_used = member.first_used.or(Some(second));
        member.successor = Some(newest);
        Expected::Fresh
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// One family's tokens are presented in any order, at any time; mostly the newest ones, as clients and thieves do.
async fn any_history(sessions: &PgSessions, dice: &mut Dice) -> usize {
    let (user_id, mut second) = (Uuid::now_v7(), 0);
    let opened = sessions.open(user_id, 0, None, now()).await.unwrap();
    let (mut tokens, mut family) = (vec![opened.refresh_token], Family::default());
    family.tokens.push(Member::default());
    for _ in 0..14 {
        second += [0, 0, 1, 4, 10, 11][dice.roll(6)];
        let index = tokens.len() - 1 - dice.roll(tokens.len().min(3));
        let outcome = sessions.rotate(&tokens[index], later(second)).await.unwrap();
        let expected = family.present(index, second);
        match outcome {
            Rotation::Fresh { refresh_token, .. } => {
                assert_eq!(expected, Expected::Fresh);
                tokens.push(refresh_token);
            }
            Rotation::Reused { .. } => assert_eq!(expected, Expected::Reused),
            Rotation::Over { .. } => assert_eq!(expected, Expected::Over),
            Rotation::Unknown | Rotation::Expired => panic!("{outcome:?}"),
        }
    }
    tokens.len()
}

#[tokio::test]
async fn whatever_is_presented_and_when_the_rules_hold() {
    with_database("any_rotation", async |database| {
        let (sessions, mut dice) = (pg_sessions(database.pool()), Dice(20_261_124));
        let mut longest = 0;
        for _ in 0..60 {
            longest = longest.max(any_history(&sessions, &mut dice).await);
        }
        assert!(longest > 5, "some families live on");
    })
    .await;
}
