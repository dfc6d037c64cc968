//! Tokens that are sent by mail.

use commands::ports::account_tokens::{AccountTokens as _, TokenPurpose};
use uuid::Uuid;

use super::{later, now};
use crate::auth::PgAccountTokens;
use crate::test_database::with_database;

const RESET: TokenPurpose = TokenPurpose::ResetPassword;
const VERIFY: TokenPurpose = TokenPurpose::VerifyEmail;
/// In seconds.
const A_DAY: i64 = 86_400;

#[tokio::test]
async fn of_many_concurrent_uses_of_a_token_one_succeeds() {
    with_database("single_use", async |database| {
        let (tokens, user_id) = (PgAccountTokens::new(database.pool().clone()), Uuid::now_v7());
        let token = tokens.issue(user_id, RESET, "letters:1", now()).await.unwrap().unwrap();
        assert_eq!(tokens.holder(&token, RESET, now()).await.unwrap(), Some(user_id));

        let uses = futures::future::try_join_all((0..12).map(|_| tokens.redeem(&token, RESET, now()))).await.unwrap();

        assert_eq!(uses.iter().filter(|holder| **holder == Some(user_id)).count(), 1, "{uses:?}");
        assert_eq!(uses.iter().filter(|holder| holder.is_none()).count(), 11);
        assert_eq!(tokens.holder(&token, RESET, now()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_token_is_good_for_its_time_and_its_purpose() {
    with_database("token_bounds", async |database| {
        let (tokens, user_id) = (PgAccountTokens::new(database.pool().clone()), Uuid::now_v7());
        for (purpose, other, seconds) in [(RESET, VERIFY, 3_600), (VERIFY, RESET, 48 * 3_600)] {
            let token = tokens.issue(user_id, purpose, "letters:2", now()).await.unwrap().unwrap();
            assert_eq!(tokens.redeem(&token, other, now()).await.unwrap(), None, "another purpose");
            assert_eq!(tokens.redeem(&token, purpose, later(seconds)).await.unwrap(), None, "too late");
            assert_eq!(tokens.redeem(&token, purpose, later(seconds - 1)).await.unwrap(), Some(user_id));
        }
        assert_eq!(tokens.redeem("no such token", RESET, now()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_use_of_one_token_makes_the_others_of_its_kind_worthless() {
    with_database("token_kin", async |database| {
        let tokens = PgAccountTokens::new(database.pool().clone());
        let (user_id, bystander) = (Uuid::now_v7(), Uuid::now_v7());
        let first = tokens.issue(user_id, RESET, "letters:3", now()).await.unwrap().unwrap();
        let second = tokens.issue(user_id, RESET, "letters:4", now()).await.unwrap().unwrap();
        let verification = tokens.issue(user_id, VERIFY, "letters:5", now()).await.unwrap().unwrap();
        let foreign = tokens.issue(bystander, RESET, "letters:6", now()).await.unwrap().unwrap();

        tokens.redeem(&second, RESET, now()).await.unwrap();

        assert_eq!(tokens.holder(&first, RESET, now()).await.unwrap(), None);
        assert_eq!(tokens.holder(&verification, VERIFY, now()).await.unwrap(), Some(user_id));
        assert_eq!(tokens.holder(&foreign, RESET, now()).await.unwrap(), Some(bystander));
    })
    .await;
}

#[tokio::test]
async fn tokens_of_before_an_instant_are_withdrawn_and_old_ones_swept() {
    with_database("token_withdrawal", async |database| {
        let (tokens, user_id) = (PgAccountTokens::new(database.pool().clone()), Uuid::now_v7());
        let early = tokens.issue(user_id, RESET, "letters:7", now()).await.unwrap().unwrap();
        let late = tokens.issue(user_id, RESET, "letters:8", later(60)).await.unwrap().unwrap();

        tokens.withdraw(user_id, RESET, later(30)).await.unwrap();

        assert_eq!(tokens.holder(&early, RESET, later(60)).await.unwrap(), None);
        assert_eq!(tokens.holder(&late, RESET, later(60)).await.unwrap(), Some(user_id));
        let mut connection = database.pool().acquire().await.unwrap();
        assert_eq!(PgAccountTokens::sweep_expired(&mut connection, later(3_600 + A_DAY), 10).await.unwrap(), 0);
        assert_eq!(PgAccountTokens::sweep_expired(&mut connection, later(3_661 + A_DAY), 10).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn only_digests_are_stored() {
    with_database("token_digests", async |database| {
        let tokens = PgAccountTokens::new(database.pool().clone());
        let token = tokens.issue(Uuid::now_v7(), RESET, "letters:9", now()).await.unwrap().unwrap();

        let dump: String = sqlx::query_scalar("select string_agg(t::text, '') from account_tokens t")
            .fetch_one(database.pool())
            .await
            .unwrap();

        assert_eq!(token.len(), 43, "256 bits in base64");
        assert!(!dump.contains(&token));
    })
    .await;
}

#[tokio::test]
async fn a_day_has_ten_letters_for_one_person_and_purpose_however_often_each_is_tried() {
    with_database("letters_a_day", async |database| {
        let (tokens, user_id) = (PgAccountTokens::new(database.pool().clone()), Uuid::now_v7());
        let issued =
            async |letter: &str, purpose, at| tokens.issue(user_id, purpose, letter, at).await.unwrap().is_some();
        for letter in 0..10 {
            for _ in 0..3 {
                assert!(issued(&format!("letters:{letter}"), RESET, later(letter)).await, "{letter}");
            }
        }

        assert!(!issued("letters:10", RESET, later(60)).await);
        assert!(issued("letters:9", RESET, later(60)).await, "it is tried again");
        assert!(issued("letters:10", VERIFY, later(60)).await, "for something else");
        assert!(tokens.issue(Uuid::now_v7(), RESET, "letters:10", later(60)).await.unwrap().is_some(), "to another");
        assert!(!issued("letters:11", RESET, later(A_DAY - 1)).await);
        assert!(issued("letters:11", RESET, later(A_DAY)).await, "the first is of the day before");
    })
    .await;
}
