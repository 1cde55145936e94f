//! Text packed for a script file: deflated, and written in base64. The runs of a thousand cells take a
//! third of the room so; browsers unpack them without a library.

use flate2::Compression;
use flate2::read::DeflateEncoder;
use std::io::Read;

/// How hard to look for repetitions. zlib's own choice, 6, takes nearly twice as long on the script of a
/// run, and saves a hundredth of its bytes.
const LEVEL: u32 = 4;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The text as letters, digits, `+`, `/` and `=`.
pub fn packed(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len() / 3);
    // From memory to memory, where nothing can fail.
    let _ = DeflateEncoder::new(text.as_bytes(), Compression::new(LEVEL)).read_to_end(&mut bytes);
    let mut packed = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4 {
            packed.push(match i <= three.len() {
                true => char::from(DIGITS[(bits >> (18 - 6 * i)) as usize & 63]),
                false => '=',
            });
        }
    }
    packed
}

/// The text that was packed.
#[cfg(test)]
pub fn unpacked(packed: &str) -> Option<String> {
    let value = |digit: &u8| DIGITS.iter().position(|known| known == digit);
    let mut bytes = Vec::new();
    for four in packed.trim_end_matches('=').as_bytes().chunks(4) {
        let mut bits = 0;
        for digit in four {
            bits = bits << 6 | value(digit)?;
        }
        bits <<= 6 * (4 - four.len());
        let three = (bits as u32).to_be_bytes();
        bytes.extend(&three[1..four.len()]);
    }
    let mut text = String::new();
    let read = flate2::read::DeflateDecoder::new(&bytes[..]).read_to_string(&mut text);
    read.ok().map(|_| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_can_be_unpacked() {
        for text in [
            "",
            "a",
            "ab",
            "abc",
            "δ₁ of 50 layers, 50 layers, 50 layers",
        ] {
            assert_eq!(unpacked(&packed(text)).as_deref(), Some(text));
        }
        assert!(packed(&"0.125,".repeat(1000)).len() < 100);
    }
}
