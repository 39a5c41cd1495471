//! Addresses of crypto currencies. Case counts: these get the value as it is written.

use sha2::{Digest, Sha256};

const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// A wallet address: Base58Check (Bitcoin, Litecoin, Dogecoin, Tron), Bech32 and Bech32m (Bitcoin,
/// Litecoin) with their checksums, or the form of Ethereum's.
pub(super) fn crypto_wallet(text: &str) -> bool {
    is_base58check(text) || is_bech32(text) || is_ethereum(text)
}

/// 25 bytes: version, hash, the first four bytes of their double SHA-256. Versions: Bitcoin 0x00 and
/// 0x05, Litecoin 0x30 and 0x32, Dogecoin 0x1e and 0x16, Tron 0x41.
fn is_base58check(text: &str) -> bool {
    if !(26..=35).contains(&text.len()) {
        return false;
    }
    let mut decoded = [0_u8; 25];
    for symbol in text.bytes() {
        let Some(value) = BASE58.iter().position(|known| *known == symbol) else { return false };
        let mut carry = value as u32;
        for byte in decoded.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry > 0 {
            return false;
        }
    }
    let (payload, checksum) = decoded.split_at(21);
    matches!(payload[0], 0x00 | 0x05 | 0x30 | 0x32 | 0x1e | 0x16 | 0x41)
        && Sha256::digest(Sha256::digest(payload))[..4] == *checksum
}

/// Bech32 (BIP 173, witness version 0) or Bech32m (BIP 350, later versions), prefix `bc` or `ltc`.
fn is_bech32(text: &str) -> bool {
    if text.bytes().any(|byte| byte.is_ascii_uppercase())
        && text.bytes().any(|byte| byte.is_ascii_lowercase())
    {
        return false;
    }
    let text = text.to_ascii_lowercase();
    let Some((prefix, data)) = text.split_once('1') else { return false };
    if !matches!(prefix, "bc" | "ltc") || !(8 + 6..=71).contains(&data.len()) {
        return false;
    }
    let Some(values) = data
        .bytes()
        .map(|symbol| BECH32.iter().position(|known| *known == symbol).map(|value| value as u32))
        .collect::<Option<Vec<_>>>()
    else {
        return false;
    };
    let expanded = prefix
        .bytes()
        .map(|byte| u32::from(byte >> 5))
        .chain([0])
        .chain(prefix.bytes().map(|byte| u32::from(byte & 31)));
    let residue = expanded.chain(values.iter().copied()).fold(1, polymod);
    residue == if values[0] == 0 { 1 } else { 0x2bc8_30a3 }
}

/// One step of the BCH code of BIP 173.
fn polymod(checksum: u32, value: u32) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let top = checksum >> 25;
    GENERATOR
        .iter()
        .enumerate()
        .filter(|(bit, _)| top >> bit & 1 == 1)
        .fold((checksum & 0x01ff_ffff) << 5 ^ value, |checksum, (_, term)| checksum ^ term)
}

/// `0x` and forty hexadecimal digits with some variety.
fn is_ethereum(text: &str) -> bool {
    text.strip_prefix("0x").is_some_and(|hex| {
        hex.len() == 40
            && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
            && hex.bytes().any(|byte| byte != hex.as_bytes()[0])
    })
}

#[cfg(test)]
mod tests {
    use super::crypto_wallet;

    #[test]
    fn specimens() {
        let cases = [
            // (candidate, valid, why)
            ("1NEDqZPvTWRaoho48qXuLLsrYomMXPABfD", true, "P2PKH"),
            ("1NEDqZPvTWRaoho48qXuLLsrYomMXPABfE", false, "last character changed"),
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", true, "the first block's"),
            ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", true, "P2SH"),
            ("1NEDQZPVTWRAOHO48QXULLSRYOMMXPABFD", false, "case counts"),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", true, "BIP 173, version 0"),
            ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", true, "the same in capitals"),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", false, "last character changed"),
            ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", true, "BIP 350"),
            (
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
                false,
                "BIP 350: Bech32 instead of Bech32m",
            ),
            ("0x52908400098527886E0F7030069857D2E4169EE7", true, "EIP-55 example"),
            ("0x0000000000000000000000000000000000000000", false, "the null address"),
            ("0x52908400098527886E0F7030069857D2E4169EE", false, "39 digits"),
            ("1111111111111111111111111111111111", false, "ones"),
            ("", false, "nothing"),
        ];
        for (candidate, valid, why) in cases {
            assert_eq!(crypto_wallet(candidate), valid, "{candidate}: {why}");
        }
    }
}
