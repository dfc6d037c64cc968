//! How the system says stop.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

/// Returns a future that is done at the first SIGTERM or SIGINT. From the call on, these signals no longer end the
/// process by themselves.
///
/// # Errors
/// If the system does not let the program hear signals.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
