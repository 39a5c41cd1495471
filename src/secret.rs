//! The installation's secret: key of all ids and pseudonyms.
//!
//! Values such as phone numbers are few enough to be guessed one by one, so every token that leaves
//! the program is an HMAC-SHA-256 (RFC 2104) under a key that stays on the machine.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use zeroize::Zeroizing;

use crate::files;

/// Why there is no secret to work with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Others than the owner can read it.
    #[error(
        "secret file {0} can be read by others: make it private (chmod 600) or name another with --secret"
    )]
    OpenToOthers(PathBuf),
    /// Not 64 hex digits.
    #[error("secret file {0} is no secret of this program: expected 64 hex digits")]
    Malformed(PathBuf),
    /// It cannot be read or created.
    #[error("secret file {path} cannot be read or created: {kind}; name another with --secret")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        kind: io::ErrorKind,
    },
}

/// Key of the installation; its memory is wiped when dropped.
#[derive(Clone)]
pub struct InstallationSecret(Zeroizing<[u8; 32]>);

impl InstallationSecret {
    /// Takes these 32 bytes; for tests and for callers that keep keys themselves.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the secret, or creates it (0600) if there is none.
    ///
    /// # Errors
    /// The file is open to others, malformed, or cannot be read or created.
    pub fn load_or_create(path: &Path) -> Result<Self, SecretError> {
        let io = |error: io::Error| SecretError::Io { path: path.to_owned(), kind: error.kind() };
        match files::open_regular(path) {
            Ok(file) => Self::read(path, file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty())
                {
                    files::create_folder(folder).map_err(io)?;
                }
                let mut bytes = Zeroizing::new([0; 32]);
                getrandom::fill(&mut *bytes).map_err(|_| io(io::ErrorKind::Other.into()))?;
                let mut pending = files::Pending::new(path).map_err(io)?;
                let text = Zeroizing::new(hex::encode(*bytes) + "\n");
                pending.write_all(text.as_bytes()).map_err(io)?;
                match pending.keep_new() {
                    Ok(()) => Ok(Self(bytes)),
                    // Another run was faster: its secret is the installation's.
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                        Self::read(path, files::open_regular(path).map_err(io)?)
                    }
                    Err(error) => Err(io(error)),
                }
            }
            Err(error) => Err(io(error)),
        }
    }

    fn read(path: &Path, file: std::fs::File) -> Result<Self, SecretError> {
        let io = |error: io::Error| SecretError::Io { path: path.to_owned(), kind: error.kind() };
        if files::is_open_to_others(&file).map_err(io)? {
            return Err(SecretError::OpenToOthers(path.to_owned()));
        }
        let mut text = Zeroizing::new(String::new());
        file.take(1024).read_to_string(&mut text).map_err(io)?;
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim(), &mut *bytes)
            .map_err(|_| SecretError::Malformed(path.to_owned()))?;
        Ok(Self(bytes))
    }

    /// Which secret this is, without telling anything about it.
    pub fn id(&self) -> String {
        self.token(&["secret"], 16)
    }

    /// HMAC-SHA-256 over the parts, each preceded by its length, so that parts cannot run together.
    pub fn hash(&self, parts: &[&str]) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&*self.0).expect("any key length");
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().into()
    }

    /// The first `digits` hex digits of [`Self::hash`].
    pub fn token(&self, parts: &[&str], digits: usize) -> String {
        let mut token = hex::encode(&self.hash(parts)[..digits.div_ceil(2).min(32)]);
        token.truncate(digits);
        token
    }
}
