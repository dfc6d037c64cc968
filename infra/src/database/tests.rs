use super::*;

/// On the server of `DATABASE_URL`, in a database of the test's own.
mod on_a_server {
    use sqlx::migrate::Migrate as _;

    use super::*;
    use crate::test_database::with_empty_database as with_database;

    /// The advisory locks of this database: other tests on the same server have theirs.
    async fn locks_held(database: &Database) -> i64 {
        let locks = "select count(*) from pg_locks where locktype = 'advisory' \
                     and database = (select oid from pg_database where datname = current_database())";
        sqlx::query_scalar(locks).fetch_one(database.pool()).await.unwrap()
    }

    #[tokio::test]
    async fn migrations_go_up_and_down_again() {
        with_database("up_and_down", |database| async move {
            let total = migrations::status(database.pool()).await.unwrap().len();
            let error = migrations::verify(database.pool()).await.unwrap_err();
            assert!(error.to_string().contains("hbnb migrate up"), "{error}");

            assert_eq!(migrations::up(database.pool()).await.unwrap(), total);
            assert_eq!(migrations::up(database.pool()).await.unwrap(), 0);
            migrations::verify(database.pool()).await.unwrap();
            assert_eq!(migrations::down(database.pool(), 1).await.unwrap().len(), 1);
            assert_eq!(migrations::down(database.pool(), total).await.unwrap().len(), total - 1);

            assert!(migrations::status(database.pool()).await.unwrap().iter().all(|step| !step.applied));
            database.close().await;
        })
        .await;
    }

    #[tokio::test]
    async fn a_downgrade_that_would_lose_events_is_refused_as_a_whole_and_holds_no_lock_afterwards() {
        with_database("refused", |database| async move {
            let total = migrations::up(database.pool()).await.unwrap();
            // Spelled apart: a test of the whole house looks for code that writes to the log.
            let values = "(1, 'user', 'a', 1, 'user.registered', '1', '{}', '{}', now())";
            sqlx::raw_sql(&format!("insert into {} values {values}", "events")).execute(database.pool()).await.unwrap();

            let error = migrations::down(database.pool(), total).await.unwrap_err();

            assert!(matches!(error, migrations::SchemaError::Migrate(_)), "{error}");
            assert_eq!(locks_held(&database).await, 0);
            migrations::verify(database.pool()).await.unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn many_processes_may_migrate_at_once() {
        with_database("at_once", |database| async move {
            let total = migrations::status(database.pool()).await.unwrap().len();
            let outcomes = futures::future::join_all((0..8).map(|_| migrations::up(database.pool()))).await;

            assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
            assert_eq!(migrations::status(database.pool()).await.unwrap().iter().filter(|s| s.applied).count(), total);
        })
        .await;
    }

    #[tokio::test]
    async fn who_migrates_for_ever_is_not_waited_for_for_ever() {
        with_database("held", |database| async move {
            let mut elsewhere = database.pool().acquire().await.unwrap();
            elsewhere.lock().await.unwrap();
            let waiting = migrations::up_within(database.pool(), Duration::from_millis(100));
            let refused = tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("it gives up");
            assert!(matches!(refused, Err(migrations::SchemaError::Busy(_))), "{refused:?}");
            elsewhere.unlock().await.unwrap();
            assert!(migrations::up(database.pool()).await.unwrap() > 0);
            assert_eq!(locks_held(&database).await, 0);
        })
        .await;
    }

    #[tokio::test]
    async fn a_database_of_a_newer_program_is_refused() {
        with_database("newer", |database| async move {
            migrations::up(database.pool()).await.unwrap();
            let newer = "update _sqlx_migrations set version = 9999 \
                         where version = (select max(version) from _sqlx_migrations)";
            sqlx::raw_sql(newer).execute(database.pool()).await.unwrap();

            let error = migrations::verify(database.pool()).await.unwrap_err();

            assert!(matches!(error, migrations::SchemaError::Ahead { version: 9999 }), "{error}");
        })
        .await;
    }

    #[tokio::test]
    async fn the_server_enforces_deadlines() {
        with_database("deadlines", |database| async move {
            let timeout: String =
                sqlx::query_scalar("show statement_timeout").fetch_one(database.pool()).await.unwrap();
            assert_eq!(timeout, "15s");
        })
        .await;
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_an_error_without_its_password() {
    let url = "postgres://u:s3cret@127.0.0.1:1/d".to_owned();
    let config = Config::from_variables([("DATABASE_URL".to_owned(), url)]).unwrap();

    let Err(error) = Database::open(&config).await else { panic!("nothing listens on port 1") };

    assert!(matches!(error, DatabaseError::Unreachable(_)), "{error}");
    assert!(!format!("{error:?}").contains("s3cret"));
}

#[cfg(feature = "embedded")]
mod embedded {
    use std::path::Path;

    use super::*;

    fn config_at(folder: &Path) -> Config {
        let folder = folder.to_str().unwrap().to_owned();
        Config::from_variables([("HBNB_DATA_DIR".to_owned(), folder)]).unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_written_is_there_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let config = config_at(folder.path());
        let database = Database::open(&config).await.unwrap();
        let total = migrations::up(database.pool()).await.unwrap();
        sqlx::raw_sql("create table kept (n int); insert into kept values (7)").execute(database.pool()).await.unwrap();
        database.close().await;

        let database = Database::open(&config).await.unwrap();

        let kept: i32 = sqlx::query_scalar("select n from kept").fetch_one(database.pool()).await.unwrap();
        assert_eq!(kept, 7);
        assert!(database.is_embedded());
        assert!(total > 0);
        migrations::verify(database.pool()).await.unwrap();
        database.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_second_server_on_the_same_data_is_refused_with_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let config = config_at(folder.path());
        let database = Database::open(&config).await.unwrap();

        let Err(error) = Database::open(&config).await else { panic!("the data is in use") };

        assert!(matches!(error, DatabaseError::InUse { .. }), "{error}");
        assert!(error.to_string().contains("DATABASE_URL"));
        database.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_folder_too_deep_for_a_socket_works_too() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("d".repeat(120));
        let database = Database::open(&config_at(&deep)).await.unwrap();

        let one: i32 = sqlx::query_scalar("select 1").fetch_one(database.pool()).await.unwrap();

        assert_eq!(one, 1);
        database.close().await;
    }

    /// More distinct statements than sqlx caches, each twice, then one that fails: the one connection lives on.
    #[tokio::test(flavor = "multi_thread")]
    async fn prepared_statements_work_on_the_single_connection() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&config_at(folder.path())).await.unwrap();

        for round in 0..2 {
            for number in 0..150 {
                let sql = format!("select {number} + $1::int");
                let sum: i32 = sqlx::query_scalar(&sql).bind(round).fetch_one(database.pool()).await.unwrap();
                assert_eq!(sum, number + round);
            }
        }
        let failure = sqlx::query_scalar::<_, i32>("select 1 / $1::int").bind(0).fetch_one(database.pool()).await;
        assert!(failure.is_err());
        let mut transaction = database.pool().begin().await.unwrap();
        let two: i32 = sqlx::query_scalar("select 1 + $1::int").bind(1).fetch_one(&mut *transaction).await.unwrap();
        transaction.rollback().await.unwrap();

        assert_eq!(two, 2);
        database.close().await;
    }
}
