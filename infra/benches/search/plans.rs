//! How PostgreSQL finds what this search asks it for: the plans of its own statements, as `auto_explain` tells them to the
//! client that sends them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use projections::search::Search;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::house::House;
use crate::places::World;
use crate::questions::KINDS;

/// What the client's library logs the server's notices as.
const NOTICES: &str = "sqlx::postgres::notice";
/// After so many times a prepared statement may get a plan for all values.
const TIMES: usize = 7;

static HEARD: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Listener;

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == NOTICES {
            event.record(&mut Notice);
        }
    }
}

struct Notice;

impl Visit for Notice {
    fn record_str(&mut self, field: &Field, text: &str) {
        if field.name() == "message" && text.contains("place_search_v1") {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(text.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// Prints by which scans the places of each kind of question are found. It takes a superuser.
pub(crate) async fn explain(house: &House, world: &World) {
    tracing_subscriber::registry().with(Listener).init();
    println!("\nthis search's own plans at {} places", world.size());
    let pool = house.app.pool();
    let name: String = sqlx::query_scalar("select quote_ident(current_database())").fetch_one(pool).await.unwrap();
    for setting in [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_level = 'notice'",
    ] {
        if let Err(error) = sqlx::query(&format!("alter database {name} set {setting}")).execute(pool).await {
            println!("  not told: {error}");
            return;
        }
    }
    // New connections take the settings, and the house opens new ones for those that are gone.
    let goodbye = "select pg_terminate_backend(pid) from pg_stat_activity \
                   where datname = current_database() and pid <> pg_backend_pid()";
    let mut own = pool.acquire().await.unwrap();
    sqlx::query(goodbye).execute(&mut *own).await.unwrap();
    own.close_on_drop();
    drop(own);
    // The house asks a connection that has rested for a second whether it still holds.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let search = Search::new(house.app.views.clone());
    for kind in KINDS {
        let question = kind.question(world, 1);
        for _ in 0..TIMES {
            HEARD.lock().unwrap_or_else(PoisonError::into_inner).clear();
            search.places(&question.query).await.unwrap();
        }
        println!("  {}", kind.name());
        for line in HEARD.lock().unwrap_or_else(PoisonError::into_inner).iter().flat_map(|plan| plan.lines()) {
            if line.contains("Scan") && !line.contains("CTE Scan") {
                println!("    {}", line.trim().trim_start_matches("->  "));
            }
        }
    }
}
