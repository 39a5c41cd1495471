use super::*;
use crate::model::LimitKind;

const DIGITS: &[u8] = b"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn keys(contents: &[&[u8]]) -> std::sync::Arc<Keys> {
    let mut keys = Keys::default();
    contents.iter().for_each(|content| keys.add(content).unwrap());
    std::sync::Arc::new(keys)
}

/// The file `key` of a phone.
fn account_key(salt: u8) -> Vec<u8> {
    let mut file =
        b"\xac\xed\x00\x05ur\x00\x02[B\xac\xf3\x17\xf8\x06\x08T\xe0\x02\x00\x00xp\0\0\0\x83"
            .to_vec();
    let mut payload = vec![0; 131];
    payload[3..35].fill(salt);
    payload[35..51].fill(9);
    payload[99..131].copy_from_slice(&[5; 32]);
    file.extend(payload);
    file
}

fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, bytes.len() as u8], bytes].concat()
}

/// A backup built like one of WhatsApp, of a key and its plain content.
pub(super) fn backup(version: u32, key: &CipherKey, content: &[u8], salt: u8) -> Vec<u8> {
    let nonce = [3; BLOCK];
    let account =
        [field(1, &[0, 1]), field(3, &[salt; 32]), field(4, &[9; 16]), field(5, &nonce)].concat();
    let info = field(4, &[field(1, b"2.22.5.13"), field(3, b"67")].concat());
    let (start, nonce_at, suffix) = match version {
        12 => {
            let start = [&[0, 1, 1][..], &[salt; 32], &[9; 16], &nonce].concat();
            (start, 51, b"--67".to_vec())
        }
        14 => {
            let message = [field(2, &account), info].concat();
            let start = [&[message.len() as u8, 1][..], &message].concat();
            (start.clone(), start.windows(16).position(|it| it == nonce).unwrap(), Vec::new())
        }
        _ => {
            let message = [field(3, &field(1, &nonce)), info].concat();
            let start = [&[message.len() as u8][..], &message].concat();
            (start.clone(), start.windows(16).position(|it| it == nonce).unwrap(), Vec::new())
        }
    };
    let header = Header {
        account: None,
        nonce,
        nonce_at,
        bytes: start,
        has_password: false,
        ciphertext: 0..0,
        tag: [0; BLOCK],
        has_checksum: true,
        suffix,
    };
    let folder = tempfile::tempdir().unwrap();
    let file = crate::files::temporary(folder.path()).unwrap();
    let mut out = encrypt(Box::new(file), &mut &*content, &header, key, true).unwrap();
    let mut bytes = Vec::new();
    out.seek(io::SeekFrom::Start(0)).unwrap();
    out.read_to_end(&mut bytes).unwrap();
    bytes
}

fn cipher_key(version: u32) -> CipherKey {
    if version == 15 {
        keys(&[DIGITS]).of_root().remove(0)
    } else {
        keys(&[&account_key(7)]).of_account(&[7; 32], &[9; 16]).remove(0)
    }
}

fn open(name: &str, bytes: Vec<u8>, keys: &std::sync::Arc<Keys>) -> Result<Vec<u8>, Problem> {
    let spill = SpillSettings::new("/tmp");
    let source = Source::random(name.to_owned(), Random::memory(bytes), &spill).with_keys(keys);
    let mut reader = Crypt.open(source, &Limits::default()).map_err(|error| error.problem)?;
    let Some(Item::Member(member)) = reader.next().map_err(|error| error.problem)? else {
        return Err(Problem::Limit(LimitKind::Entries));
    };
    assert_eq!(member.name, "msgstore.db");
    let mut content = Vec::new();
    let read = member.source.unwrap().into_stream().read_to_end(&mut content);
    read.map_err(|error| FormatError::from(error).problem)?;
    Ok(content)
}

#[test]
fn backups_open_with_their_key_and_with_no_other() {
    let content = b"SQLite format 3\0 and so on".repeat(10_000);
    for version in [12, 14, 15] {
        let name = format!("msgstore.db.crypt{version}");
        let whole = backup(version, &cipher_key(version), &content, 7);
        let good = keys(&[&[1; 32], &account_key(8), &account_key(7), DIGITS]);
        assert_eq!(open(&name, whole.clone(), &good).unwrap(), content, "{name}: one of several");
        let cut = whole[..whole.len() / 2].to_vec();
        let mut changed = whole.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        let cases = [
            // (bytes, keys, problem, why)
            (whole.clone(), keys(&[]), Problem::Encrypted, "no key"),
            (whole.clone(), keys(&[&account_key(8)]), Problem::WrongKey, "key of another phone"),
            (cut, keys(&[&account_key(7), DIGITS]), Problem::Damaged, "half"),
            (changed, keys(&[&account_key(7), DIGITS]), Problem::Damaged, "one bit turned over"),
            (whole[..20].to_vec(), keys(&[DIGITS]), Problem::Damaged, "a piece of the header"),
            (Vec::new(), keys(&[DIGITS]), Problem::Damaged, "nothing"),
        ];
        for (bytes, keys, problem, why) in cases {
            assert_eq!(open(&name, bytes, &keys), Err(problem), "{name}: {why}");
        }
    }
}

#[test]
fn a_copy_opens_with_the_same_key_and_has_a_nonce_of_its_own() {
    for version in [12, 14, 15] {
        let name = format!("msgstore.db.crypt{version}");
        let original = backup(version, &cipher_key(version), b"SQLite format 3\0 before", 7);
        let keys = keys(&[&account_key(7), DIGITS]);
        let folder = tempfile::tempdir().unwrap();
        let file = crate::files::temporary(folder.path()).unwrap();
        let mut copier = Crypt.copier(Box::new(file.try_clone().unwrap())).unwrap();
        copier
            .begin(CopyBase {
                snapshot: Some(Random::memory(original.clone())),
                spill: SpillSettings::new(folder.path()),
                keep_media: false,
                keys: std::sync::Arc::clone(&keys),
                decrypted: false,
                backup: None,
            })
            .unwrap();
        copier.put_member("msgstore.db", None, Some(&mut &b"SQLite format 3\0 after"[..])).unwrap();
        copier.finish().unwrap();
        let mut copy = Vec::new();
        Random::file(file).unwrap().cursor().read_to_end(&mut copy).unwrap();
        assert_eq!(open(&name, copy.clone(), &keys).unwrap(), b"SQLite format 3\0 after", "{name}");
        let nonce = |bytes: &[u8]| {
            Header::read(&Random::memory(bytes.to_vec()), version == 12).unwrap().nonce
        };
        assert_ne!(nonce(&original), nonce(&copy), "{name}");
    }
}

/// NIST's vectors have nonces of 12 bytes; this one was made with PyCryptodome:
/// key 00..1f, nonce 40..4f, text "sparsam".
#[test]
fn the_cipher_is_that_of_others() {
    let mut key = CipherKey::default();
    (0..32).for_each(|at| key[at] = at as u8);
    let nonce: [u8; BLOCK] = std::array::from_fn(|at| 0x40 + at as u8);
    let mut encrypting = Encrypting::new(Vec::new(), &key, &nonce);
    encrypting.write_all(b"sparsam").unwrap();
    let (text, tag) = encrypting.finish();
    assert_eq!(
        hex::encode(text) + &hex::encode(tag),
        "46f277a9ef3e3a60ede5bb759c9bf7c236a7e4075f150f"
    );
}
