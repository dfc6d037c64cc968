//! `hbnb serve`: opens the house, serves it on the network and to the operator, and closes it again.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::args::Serve;
use super::error::CliError;
use super::{Outcome, out};
use crate::app::{App, Schema};
use crate::auth::SystemClock;
use crate::config::Config;
use crate::operator::SocketFile;
use crate::serve::{Limits, connections, stop_signal};

/// Serves until SIGTERM or SIGINT.
pub(super) async fn run(config: &Config, options: &Serve) -> Result<Outcome, CliError> {
    config.refuse_unused()?;
    let stop_signal = stop_signal().map_err(CliError::io("the signal to stop cannot be heard"))?;
    // The address first: that it is taken shows at once, and clients that come early wait instead of being refused.
    let cannot_listen = CliError::io(format!("HBNB_ADDR {} cannot be served on", config.addr));
    let listener = TcpListener::bind(config.addr).await.map_err(cannot_listen)?;
    let schema = if options.migrate { Schema::Migrate } else { Schema::Verify };
    warn_of_unshared_keys(config);
    let app = App::open(config, schema, Arc::new(SystemClock)).await?;
    let outcome = serve(config, &app, listener, stop_signal).await;
    tracing::info!("closing");
    app.close().await;
    outcome
}

async fn serve(
    config: &Config,
    app: &App,
    listener: TcpListener,
    stop_signal: impl Future<Output = ()>,
) -> Result<Outcome, CliError> {
    let bound = listener.local_addr().map_err(CliError::io("the address served on cannot be told"))?;
    let (stop, mut servers) = (CancellationToken::new(), JoinSet::new());
    servers.spawn(connections(listener, app.router.clone(), Limits::default(), stop.clone()));
    let _socket = serve_operator(config, app.operator_router.clone(), &stop, &mut servers).await?;
    welcome(config, bound)?;
    stop_signal.await;
    tracing::info!("stopping: finishing what is under way");
    stop.cancel();
    // Jobs come to their end while the last requests do.
    app.stop();
    // Each ends within its own bound.
    while servers.join_next().await.is_some() {}
    Ok(Outcome::Done)
}

/// Serves other commands of the same user, where they cannot open the data themselves. The socket's file is removed
/// when what is returned is dropped.
async fn serve_operator(
    config: &Config,
    router: Router,
    stop: &CancellationToken,
    servers: &mut JoinSet<()>,
) -> Result<Option<SocketFile>, CliError> {
    if config.database_url.is_some() {
        return Ok(None);
    }
    let (file, listener) = SocketFile::listen(&config.socket_path()).await?;
    servers.spawn(connections(listener, router, Limits::default(), stop.clone()));
    Ok(Some(file))
}

/// A second process with keys of its own would refuse to start, or sign tokens that this one refuses.
fn warn_of_unshared_keys(config: &Config) {
    for key in config.unshared_keys() {
        tracing::warn!(
            "{name} is not set: the key comes from the data folder {folder}, and every process on this database needs \
             the same; set {name} for all of them",
            name = key.variable(),
            folder = config.data_dir.display(),
        );
    }
}

/// Where everything is.
fn welcome(config: &Config, bound: SocketAddr) -> Result<(), CliError> {
    let url = config.public_url_on(bound);
    let database = match &config.database_url {
        Some(_) => "PostgreSQL".to_owned(),
        None => format!("embedded PostgreSQL in {}, for trying out", config.data_dir.display()),
    };
    let admin = match &config.admin {
        Some(admin) => admin.email.as_str().to_owned(),
        // There may be administrators; who they are is not the terminal's business.
        None => {
            "to make an admin: set HBNB_ADMIN_EMAIL and HBNB_ADMIN_PASSWORD, or say in another terminal\n             \
                 hbnb users create you@example.org --admin   (cargo run -- users create …)"
                .to_owned()
        }
    };
    out::line(format_args!(
        "HBNB serves on http://{bound}\n  API        {url}/api/v1\n  documents  {url}/docs\n  database   {database}\n  \
         admin      {admin}"
    ))?;
    Ok(())
}
