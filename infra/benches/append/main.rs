//! What the log costs: this appender beside stock postgres-es and beside a bare insert, in one run on one server.
//!
//! ```sh
//! DATABASE_URL=postgres://postgres@127.0.0.1:5432/postgres cargo bench -p hbnb-infra --no-default-features --bench append
//! ```
//!
//! It needs a PostgreSQL with fsync on and makes a database of its own there, which it drops at the end; without
//! `DATABASE_URL` it says so and does nothing. `-- --quick` runs shorter rounds, good for a first look.
//! (`--no-default-features` leaves out the embedded database, whose build takes longer than the benchmark.)
//!
//! Each writer appends one event after the other to streams of its own, ten events each:
//! - **this appender**: own version checked, total order, durable answer. With guards, an event takes three nights.
//! - **stock**: `PostgresEventRepository::persist`; with guards its statements in a transaction that also inserts the
//!   same three rows into a guard table, by one statement. No order over streams.
//! - **bare**: one autocommitted `insert` of the same row, by a plain client: no version, no guard, no order, no pool.
//!
//! With stream load, each append is preceded by loading the stream: through cqrs-es's stock store, or through ours.
//! Stock and bare need a connection per writer at work: 64 each, as the server allows 100, and further writers queue for
//! one. Stock uses sqlx's pool, which asks a connection whether it is still there whenever it is given back (not when it
//! is taken, here); so do the loads of this appender, whose appends go over a connection of its own. Contestants take
//! turns in rounds; the table gives the median of the rounds, as machines are noisy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::panic)]

mod contestants;
mod measure;

use std::time::Duration;

use contestants::{Contestant, Kind, Work};
use measure::{Figures, median};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Executor as _};

const WRITERS: [usize; 5] = [1, 16, 64, 256, 1024];

fn main() {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("The benchmark needs a PostgreSQL server: set DATABASE_URL to one where databases can be created.");
        return;
    };
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let plan = if is_quick { Plan { rounds: 1, round: 500 } } else { Plan { rounds: 3, round: 1500 } };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run(&url, &plan));
}

struct Plan {
    rounds: usize,
    /// In milliseconds.
    round: u64,
}

async fn run(url: &str, plan: &Plan) {
    let server: PgConnectOptions = url.parse().unwrap();
    let server = server.disable_statement_logging();
    let name = format!("hbnb_bench_{}", std::process::id());
    let mut admin = server.connect().await.unwrap();
    admin.execute(&*format!("create database {name}")).await.unwrap();
    let options = server.database(&name);
    let pool = PgPoolOptions::new().connect_lazy_with(options.clone());
    sqlx::migrate!("../migrations").run(&pool).await.unwrap();
    contestants::create_tables(&pool).await;
    pool.close().await;
    for work in Work::ALL {
        compare(work, &options, plan).await;
    }
    admin.execute(&*format!("drop database {name} with (force)")).await.unwrap();
}

async fn compare(work: Work, options: &PgConnectOptions, plan: &Plan) {
    println!("\n{work}, per writer count: events/s (p50, p99 in ms)");
    println!("{:>7}  {:>26}  {:>26}  {:>26}  {:>8}", "writers", "this appender", "stock", "bare insert", "to stock");
    for writers in WRITERS {
        let mut figures: [Vec<Figures>; 3] = Default::default();
        for _ in 0..plan.rounds {
            for (kind, figures) in Kind::ALL.into_iter().zip(&mut figures) {
                let contestant = Contestant::new(kind, work, options);
                figures.push(measure::round(&contestant, writers, Duration::from_millis(plan.round)).await);
                contestant.finish().await;
            }
        }
        let [ours, stock, bare] = figures.map(|rounds| median(&rounds));
        let ratio = ours.per_second / stock.per_second;
        println!("{writers:>7}  {ours:>26}  {stock:>26}  {bare:>26}  {ratio:>7.2}x");
    }
}
