use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use commands::ports::clock::Clock as _;
use jiff::SignedDuration;
use serde_json::json;
use tokio::sync::{Barrier, mpsc};

use super::desk::{handler, on_connections, on_postgres, reporting, settings, soon, start};
use crate::jobs::{JobState, Lane, NewJob, Settled, WorkerSettings};

#[tokio::test]
async fn a_crashed_workers_job_is_taken_over_when_its_lease_ends() {
    on_postgres(|desk| async move {
        desk.due("a").await;
        let (started, mut starts) = mpsc::unbounded_channel();
        let hanging = desk.start(handler(move |job| {
            let started = started.clone();
            async move {
                started.send(job).unwrap();
                std::future::pending().await
            }
        }));
        let lost = soon(starts.recv()).await.unwrap();
        hanging.crash().await;
        assert_eq!(desk.record("a").await.state, JobState::Leased);

        let (ran, mut runs) = mpsc::unbounded_channel();
        let other = desk.other_process().await;
        let heir = start(other.clone(), reporting(ran, |job| job.attempt), settings());
        desk.clock.advance(SignedDuration::from_secs(60));
        other.wake();
        assert_eq!(soon(runs.recv()).await, Some(2));
        assert_eq!(desk.queue.complete(&lost).await.unwrap(), Settled::Stale);
        heir.stop().await;
        assert_eq!(desk.record("a").await.state, JobState::Done);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_never_run_one_job_at_the_same_time_nor_twice() {
    const JOBS: usize = 600;
    on_postgres(|desk| async move {
        for number in 0..JOBS {
            desk.due(&format!("load:{number}")).await;
        }
        let running = Arc::new(Mutex::new(HashMap::<i64, usize>::new()));
        let at_once = Arc::new(AtomicUsize::new(0));
        let (ran, mut runs) = mpsc::unbounded_channel();
        let counting = handler(move |job| {
            let (ran, running, at_once) = (ran.clone(), running.clone(), at_once.clone());
            async move {
                let others = std::mem::replace(running.lock().unwrap().entry(job.id).or_default(), 1);
                let in_all = at_once.fetch_add(1, Ordering::SeqCst) + 1;
                // Others get to run meanwhile.
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
                at_once.fetch_sub(1, Ordering::SeqCst);
                running.lock().unwrap().insert(job.id, 0);
                ran.send((job.key, others, in_all)).unwrap();
                Ok(())
            }
        });
        let workers = [
            start(desk.queue.clone(), counting.clone(), settings()),
            start(desk.other_process().await, counting.clone(), settings()),
            start(desk.other_process().await, counting, settings()),
        ];

        let mut seen = HashMap::<String, usize>::new();
        for _ in 0..JOBS {
            let (key, others, in_all) = soon(runs.recv()).await.unwrap();
            assert_eq!(others, 0, "{key} ran twice at once");
            assert!(in_all <= 3 * settings().concurrency, "{in_all} at once");
            *seen.entry(key).or_default() += 1;
        }
        for worker in workers {
            worker.stop().await;
        }
        assert_eq!(seen.len(), JOBS);
        assert!(runs.try_recv().is_err(), "a job ran twice");
        assert_eq!(desk.queue.counts().await.unwrap(), crate::jobs::JobCounts::default());
    })
    .await;
}

#[tokio::test]
async fn what_calls_out_and_hangs_holds_up_no_timer() {
    on_postgres(|desk| async move {
        let letters = settings().concurrency + 1;
        for number in 0..letters {
            let letter = NewJob::new("letter", format!("letter {number}"), json!({}), desk.clock.now());
            desk.enqueue(&NewJob { lane: Lane::Outside, ..letter }).await;
        }
        let (ran, mut runs) = mpsc::unbounded_channel();
        let hanging = handler(move |job| {
            let ran = ran.clone();
            async move {
                let is_letter = job.kind == "letter";
                ran.send(job.key).unwrap();
                if is_letter { std::future::pending().await } else { Ok(()) }
            }
        });
        let outside = start(desk.queue.in_lane(Lane::Outside), hanging.clone(), settings());
        for _ in 0..settings().concurrency {
            soon(runs.recv()).await.unwrap();
        }
        let house = start(desk.queue.clone(), hanging, settings());
        desk.due("timer").await;
        desk.queue.wake();
        assert_eq!(soon(runs.recv()).await.as_deref(), Some("timer"));
        house.stop().await;
        outside.crash().await;
        assert_eq!(desk.queue.counts().await.unwrap().ready, 1, "a letter more than there is room for waits");
    })
    .await;
}

#[tokio::test]
async fn a_worker_holds_no_connection_while_its_handlers_run() {
    on_connections(1, |desk| async move {
        let settings = WorkerSettings { concurrency: 3, ..settings() };
        for key in ["a", "b", "c"] {
            desk.due(key).await;
        }
        let (ran, mut runs) = mpsc::unbounded_channel();
        let together = Arc::new(Barrier::new(settings.concurrency));
        let pool = desk.pool.clone();
        let worker = start(
            desk.queue.clone(),
            handler(move |_job| {
                let (ran, together, pool) = (ran.clone(), together.clone(), pool.clone());
                async move {
                    // All run at once, and each gets the only connection in its turn.
                    together.wait().await;
                    sqlx::query("select 1").execute(&pool).await.unwrap();
                    together.wait().await;
                    ran.send(()).unwrap();
                    Ok(())
                }
            }),
            settings,
        );
        for _ in 0..3 {
            soon(runs.recv()).await.unwrap();
        }
        worker.stop().await;
        assert_eq!(desk.queue.list(JobState::Done, 0, 10).await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn no_more_jobs_run_at_once_than_allowed() {
    on_postgres(|desk| async move {
        for key in ["a", "b", "c"] {
            desk.due(key).await;
        }
        let (started, mut starts) = mpsc::unbounded_channel();
        let gate = Arc::new(tokio::sync::Semaphore::new(0));
        let worker = start(
            desk.queue.clone(),
            handler({
                let gate = gate.clone();
                move |job| {
                    let (started, gate) = (started.clone(), gate.clone());
                    async move {
                        started.send(job.key).unwrap();
                        gate.acquire().await.unwrap().forget();
                        Ok(())
                    }
                }
            }),
            WorkerSettings { concurrency: 2, ..settings() },
        );
        for _ in 0..2 {
            soon(starts.recv()).await.unwrap();
        }
        let counts = desk.queue.counts().await.unwrap();
        assert_eq!((counts.leased, counts.due), (2, 1));
        gate.add_permits(3);
        soon(starts.recv()).await.unwrap();
        worker.stop().await;
        assert_eq!(desk.queue.list(JobState::Done, 0, 10).await.unwrap().len(), 3);
    })
    .await;
}
