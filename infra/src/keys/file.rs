//! A secret in a file that only its owner can read: made whole or not at all, and once only.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::config::Secret;

/// Permissions that let others than the owner in.
const OTHERS: u32 = 0o077;
/// The most that a key file may hold, in bytes.
const MAX_BYTES: u64 = 64 * 1024;

/// Why a key's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read.
    #[error("the key in {} cannot be read", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others could read it.
    #[error("{path} can be read by others; if nobody did, say: chmod 600 {path}", path = .path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be made.
    #[error("the key in {} cannot be made; set HBNB_DATA_DIR to a folder that can be written", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The operating system gives no random bytes.
    #[error("the operating system gives no random bytes")]
    NoRandomness(#[source] getrandom::Error),
}

/// The file's text, or that of `make`, which is then kept there. Of several processes that come at once, one makes the
/// file and all get its text.
pub(super) fn read_or_make(
    path: &Path,
    make: impl FnOnce() -> Result<String, KeyFileError>,
) -> Result<Secret, KeyFileError> {
    if let Some(found) = read(path)? {
        return Ok(found);
    }
    let text = make()?;
    match write_once(path, &text) {
        Ok(()) => Ok(Secret::new(text)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let gone = || KeyFileError::Unreadable { path: path.to_owned(), source: io::ErrorKind::NotFound.into() };
            read(path)?.ok_or_else(gone)
        }
        Err(source) => Err(KeyFileError::Unwritable { path: path.to_owned(), source }),
    }
}

fn read(path: &Path) -> Result<Option<Secret>, KeyFileError> {
    let unreadable = |source| KeyFileError::Unreadable { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    let mode = file.metadata().map_err(unreadable)?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(KeyFileError::Exposed { path: path.to_owned() });
    }
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    Ok(Some(Secret::new(text.trim())))
}

/// Writes beside the final place, makes it durable, then moves it there unless somebody else was first: a reader sees
/// the whole text or no file.
fn write_once(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    private_folder(folder)?;
    // Its mode is 0600 from the beginning.
    let mut file = NamedTempFile::new_in(folder)?;
    writeln!(file, "{text}")?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

/// Makes a folder that only its owner may enter. One that exists keeps its permissions.
///
/// # Errors
/// If it cannot be made.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    if fs::metadata(folder).is_ok_and(|found| found.is_dir()) {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    fn mode_of(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn file_and_folder_are_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/key");

        read_or_make(&path, || Ok("secret".to_owned())).unwrap();

        assert_eq!(mode_of(&path), 0o600);
        assert_eq!(mode_of(path.parent().unwrap()), 0o700);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, "secret").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();

        let error = read_or_make(&path, || Ok("other".to_owned())).unwrap_err();

        assert!(matches!(error, KeyFileError::Exposed { .. }));
        assert!(error.to_string().contains("chmod 600"));
    }

    #[test]
    fn of_many_that_come_at_once_one_makes_it_and_all_get_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let start = Barrier::new(16);

        let texts: Vec<Secret> = std::thread::scope(|scope| {
            let make = |number: usize| {
                let (start, path) = (&start, &path);
                scope.spawn(move || {
                    start.wait();
                    read_or_make(path, || Ok(format!("secret {number}"))).unwrap()
                })
            };
            let threads: Vec<_> = (0..16).map(make).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        assert!(texts.iter().all(|text| text == &texts[0]));
    }
}
