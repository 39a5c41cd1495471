//! Keys of encrypted Android backups, as files and digits.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What stands before the bytes of a key file: a byte array as Java writes it, up to its length.
const JAVA: &[u8] = b"\xac\xed\x00\x05ur\x00\x02[B\xac\xf3\x17\xf8\x06\x08T\xe0\x02\x00\x00xp";

/// Keys that open encrypted backups; their memory is wiped when dropped.
#[derive(Default)]
pub struct Keys(Vec<Key>);

/// Why something is no key.
#[derive(Debug, thiserror::Error)]
#[error(
    "no key of an encrypted backup: expected 64 hexadecimal digits, or the file `key` or `encrypted_backup.key` of the phone"
)]
pub struct KeyError;

#[derive(Zeroize, ZeroizeOnDrop)]
enum Key {
    /// The 64 digits that WhatsApp shows, or `encrypted_backup.key`.
    Root([u8; 32]),
    /// The file `key`: belongs to backups with the same salt and account.
    Account { salt: [u8; 32], account: [u8; 16], key: [u8; 32] },
}

/// A key of AES-256.
pub(super) type CipherKey = Zeroizing<[u8; 32]>;

impl Keys {
    /// Adds a key: the content of a key file, or digits with or without spaces.
    ///
    /// # Errors
    /// It is no key.
    pub fn add(&mut self, content: &[u8]) -> Result<(), KeyError> {
        self.0.push(Key::read(content).ok_or(KeyError)?);
        Ok(())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys that may fit a backup that names the salt and account of its key.
    pub(super) fn of_account(&self, salt: &[u8], account: &[u8]) -> Vec<CipherKey> {
        let fitting = self.0.iter().flat_map(|it| match it {
            Key::Account { salt: own, account: of, key } if own == salt && of == account => {
                vec![Zeroizing::new(*key)]
            }
            Key::Account { .. } => Vec::new(),
            Key::Root(root) => vec![Zeroizing::new(*root), derived(root)],
        });
        fitting.collect()
    }

    /// Keys that may fit a backup that names none.
    pub(super) fn of_root(&self) -> Vec<CipherKey> {
        let roots = self.0.iter().filter_map(|it| match it {
            Key::Root(root) => Some(derived(root)),
            Key::Account { .. } => None,
        });
        roots.collect()
    }
}

/// HKDF-SHA-256 (RFC 5869) of the root key for `backup encryption`, without salt, one block.
fn derived(root: &[u8; 32]) -> CipherKey {
    let mac = |key: &[u8], parts: &[&[u8]]| -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length");
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    };
    let middle = Zeroizing::new(mac(&[0; 32], &[root]));
    Zeroizing::new(mac(&*middle, &[b"backup encryption", &[1]]))
}

impl Key {
    fn read(content: &[u8]) -> Option<Self> {
        if let Some(bytes) = content.strip_prefix(JAVA) {
            let (len, bytes) = bytes.split_first_chunk::<4>()?;
            if u32::from_be_bytes(*len) as usize != bytes.len() {
                return None;
            }
            return match bytes.len() {
                32 => Some(Self::Root(bytes.try_into().ok()?)),
                131 => Some(Self::Account {
                    salt: bytes[3..35].try_into().ok()?,
                    account: bytes[35..51].try_into().ok()?,
                    key: bytes[99..131].try_into().ok()?,
                }),
                _ => None,
            };
        }
        if let Ok(bytes) = content.try_into() {
            return Some(Self::Root(bytes));
        }
        let text = std::str::from_utf8(content).ok()?;
        let digits: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect());
        let mut root = [0; 32];
        hex::decode_to_slice(digits.as_bytes(), &mut root).ok()?;
        Some(Self::Root(root))
    }
}

/// Says nothing of what they are.
impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Keys").field(&self.0.len()).finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn keys_in_every_form() {
        let digits = "00112233445566778899aabbccddeeff".repeat(2);
        let grouped: Vec<String> = digits
            .as_bytes()
            .chunks(4)
            .map(|it| String::from_utf8_lossy(it).into_owned())
            .collect();
        let java = |bytes: &[u8]| {
            [JAVA, &u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
        };
        let cases: [(Vec<u8>, bool, &str); 9] = [
            (digits.clone().into_bytes(), true, "64 digits"),
            (format!("{}\n", grouped.join(" ")).into_bytes(), true, "as the phone shows them"),
            (vec![7; 32], true, "raw"),
            (java(&[7; 32]), true, "encrypted_backup.key"),
            (java(&[7; 131]), true, "key"),
            (java(&[7; 130]), false, "cut"),
            (digits[1..].as_bytes().to_vec(), false, "63 digits"),
            (b"correct horse battery staple".to_vec(), false, "a password"),
            (Vec::new(), false, "nothing"),
        ];
        for (content, is_key, why) in cases {
            assert_eq!(Keys::default().add(&content).is_ok(), is_key, "{why}");
        }
    }

    #[test]
    fn keys_do_not_show() {
        let mut keys = Keys::default();
        keys.add(&[0x41; 32]).unwrap();
        assert_eq!(format!("{keys:?}"), "Keys(1)");
    }
}
