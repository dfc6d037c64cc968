//! The socket in the data folder: one server's at a time.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use crate::keys::private_folder;
use crate::serve::{Listener, Peer};

/// The system's administrator, whom no permission of a file keeps out either.
const ROOT: u32 = 0;

/// Accepts connections of the user who runs the server alone, whatever the permissions of files let in: between making
/// the socket and closing it to others there is a moment, and somebody may have opened the folder.
pub struct OwnersListener {
    listener: UnixListener,
    owner: u32,
}

impl OwnersListener {
    /// The owner is whoever runs this process: both ends of a pair of its own are that user's.
    fn of(listener: UnixListener) -> io::Result<Self> {
        let (own, _) = UnixStream::pair()?;
        let owner = own.peer_cred()?.uid();
        Ok(Self { listener, owner })
    }
}

impl Listener for OwnersListener {
    type Stream = UnixStream;

    async fn next(&self) -> io::Result<(UnixStream, Peer)> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            let caller = stream.peer_cred()?.uid();
            if may_operate(caller, self.owner) {
                return Ok((stream, Peer::Local));
            }
            tracing::warn!(caller, "another user called the operator's socket and was refused");
        }
    }
}

fn may_operate(caller: u32, owner: u32) -> bool {
    caller == owner || caller == ROOT
}

/// A listening socket's file, removed when the server ends.
pub struct SocketFile {
    path: PathBuf,
    /// The file's own number: another server's file of the same name is not ours to remove.
    inode: Option<u64>,
}

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Another server listens there.
    #[error("another server uses the data folder: it listens on {}", .path.display())]
    InUse {
        /// The socket.
        path: PathBuf,
    },
    /// Something else has its name.
    #[error("{} is in the way: it is no socket", .path.display())]
    InTheWay {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be made.
    #[error("the operator's socket {} cannot be made", .path.display())]
    Io {
        /// The socket.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl SocketFile {
    /// Listens on `path`. A socket that a dead server left there is replaced.
    ///
    /// # Errors
    /// See [`SocketError`].
    pub async fn listen(path: &Path) -> Result<(Self, OwnersListener), SocketError> {
        let failed = |source| SocketError::Io { path: path.to_owned(), source };
        private_folder(path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
        remove_stale(path).await?;
        let listener = UnixListener::bind(path).map_err(failed)?;
        // The folder keeps others out already, unless somebody opened it; the listener does in any case.
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(failed)?;
        let listener = OwnersListener::of(listener).map_err(failed)?;
        Ok((Self { path: path.to_owned(), inode: inode(path) }, listener))
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if self.inode.is_some() && inode(&self.path) == self.inode {
            // What cannot be removed is found stale at the next start.
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn inode(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(path).ok().map(|file| file.ino())
}

/// Removes a socket on which nobody listens any more; nothing else.
async fn remove_stale(path: &Path) -> Result<(), SocketError> {
    let failed = |source| SocketError::Io { path: path.to_owned(), source };
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
        Ok(file) if !file.file_type().is_socket() => return Err(SocketError::InTheWay { path: path.to_owned() }),
        Ok(_) => {}
    }
    match UnixStream::connect(path).await {
        Ok(_) => Err(SocketError::InUse { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path).map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_owner_and_the_system_s_administrator_may_operate() {
        assert!(may_operate(1000, 1000));
        assert!(may_operate(ROOT, 1000));
        assert!(!may_operate(1001, 1000));
        assert!(!may_operate(1000, ROOT));
    }

    #[tokio::test]
    async fn the_owner_is_the_user_of_this_process() {
        use std::os::unix::fs::MetadataExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (_file, listener) = SocketFile::listen(&folder.path().join("hbnb.sock")).await.unwrap();

        assert_eq!(listener.owner, fs::metadata(folder.path()).unwrap().uid());
    }
}
