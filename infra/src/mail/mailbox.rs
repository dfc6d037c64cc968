//! The mailbox of a house without a mail server: a folder with a file for each letter.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use commands::PortError;
use commands::ports::mailer::{Mail, Mailer};
use lettre::message::Mailbox;
use tempfile::NamedTempFile;
use tokio::task::spawn_blocking;

use super::message::{message, name};
use crate::keys::private_folder;

/// Keeps each letter as a file `<milliseconds>-<name>.eml` that only its owner can read: letters hold tokens. Nothing
/// is ever removed.
#[derive(Debug, Clone)]
pub struct MailboxFolder {
    folder: PathBuf,
    from: Mailbox,
}

impl MailboxFolder {
    /// The mailbox in `folder`, which is made with the first letter.
    pub fn new(folder: PathBuf, from: Mailbox) -> Self {
        Self { folder, from }
    }
}

#[async_trait]
impl Mailer for MailboxFolder {
    async fn send(&self, mail: &Mail) -> Result<(), PortError> {
        let text = message(&self.from, mail).map_err(PortError::new)?.formatted();
        let file = format!("{}-{}.eml", mail.at.as_millisecond(), name(mail));
        let folder = self.folder.clone();
        let kept = spawn_blocking(move || keep(&folder, &file, &text)).await.map_err(PortError::new)?;
        kept.map_err(PortError::new)
    }
}

/// Writes beside the final place, makes it durable, then moves it there: a reader sees the whole letter or none.
fn keep(folder: &Path, name: &str, text: &[u8]) -> io::Result<()> {
    private_folder(folder)?;
    // Its mode is 0600 from the beginning.
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name)).map_err(|error| error.error)?;
    Ok(())
}
