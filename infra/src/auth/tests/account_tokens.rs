//! Tokens that are sent by mail.

use commands::ports::account_tokens::{AccountTokens as _, TokenPurpose};
use uuid::Uuid;

use super::{later, now};
use crate::auth::PgAccountTokens;
use crate::test_database::with_database;

const RESET: TokenPurpose = TokenPurpose::ResetPassword;
const VERIFY: TokenPurpose = TokenPurpose::VerifyEmail;

#[tokio::test]
async fn of_many_concurrent_uses_of_a_token_one_succeeds() {
    with_database("single_use", async |database| {
        let (tokens, user_id) = (PgAccountTokens::new(database.pool().clone()), Uuid::now_v7());
        let token = tokens.issue(user_id, RESET, now()).await.unwrap();
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
            let token = tokens.issue(user_id, purpose, now()).await.unwrap();
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
        let first = tokens.issue(user_id, RESET, now()).await.unwrap();
        let second = tokens.issue(user_id, RESET, now()).await.unwrap();
        let verification = tokens.issue(user_id, VERIFY, now()).await.unwrap();
        let foreign = tokens.issue(bystander, RESET, now()).await.unwrap();

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
        let early = tokens.issue(user_id, RESET, now()).await.unwrap();
        let late = tokens.issue(user_id, RESET, later(60)).await.unwrap();

        tokens.withdraw(user_id, RESET, later(30)).await.unwrap();

        assert_eq!(tokens.holder(&early, RESET, later(60)).await.unwrap(), None);
        assert_eq!(tokens.holder(&late, RESET, later(60)).await.unwrap(), Some(user_id));
        let mut connection = database.pool().acquire().await.unwrap();
        assert_eq!(PgAccountTokens::sweep_expired(&mut connection, later(3_660), 10).await.unwrap(), 0);
        assert_eq!(PgAccountTokens::sweep_expired(&mut connection, later(3_661), 10).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn only_digests_are_stored() {
    with_database("token_digests", async |database| {
        let tokens = PgAccountTokens::new(database.pool().clone());
        let token = tokens.issue(Uuid::now_v7(), RESET, now()).await.unwrap();

        let dump: String = sqlx::query_scalar("select string_agg(t::text, '') from account_tokens t")
            .fetch_one(database.pool())
            .await
            .unwrap();

        assert_eq!(token.len(), 43, "256 bits in base64");
        assert!(!dump.contains(&token));
    })
    .await;
}
