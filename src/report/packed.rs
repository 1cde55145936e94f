//! Text packed for a script file: deflated, and every four bytes of that written as five digits of base 85.
//! The runs of a thousand cells take less than a third of the room so; browsers unpack them without a library.

use flate2::Compression;
use flate2::read::DeflateEncoder;
use std::io::Read;

/// How hard to look for repetitions: beyond it the pages of a thousand cells take half as long again, and
/// are smaller by a fiftieth.
const LEVEL: u32 = 4;

/// Digits that mean nothing in a string of a script, nor in a page; `script/parts.js` has them, too.
const DIGITS: &[u8; 85] =
    b"!#$%()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz|~";

/// The text in these digits. A last group of fewer bytes has one digit more than it has bytes.
pub fn packed(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len() / 3);
    // From memory to memory, where nothing can fail.
    let _ = DeflateEncoder::new(text.as_bytes(), Compression::new(LEVEL)).read_to_end(&mut bytes);
    let mut packed = String::with_capacity(bytes.len().div_ceil(4) * 5);
    for group in bytes.chunks(4) {
        let byte = |i: usize| group.get(i).copied().unwrap_or(0);
        let value = u32::from_be_bytes(std::array::from_fn(byte));
        let places = [85_u32.pow(4), 85_u32.pow(3), 85_u32.pow(2), 85, 1];
        let digit = |place: u32| char::from(DIGITS[(value / place % 85) as usize]);
        packed.extend(places.into_iter().take(group.len() + 1).map(digit));
    }
    packed
}

/// The text that was packed.
#[cfg(test)]
pub fn unpacked(packed: &str) -> Option<String> {
    let mut bytes = Vec::new();
    for group in packed.as_bytes().chunks(5) {
        let digit = |i: usize| match group.get(i) {
            Some(digit) => DIGITS.iter().position(|known| known == digit),
            None => Some(84),
        };
        let value = (0..5).try_fold(0_u32, |value, i| {
            value.checked_mul(85)?.checked_add(digit(i)? as u32)
        })?;
        bytes.extend(&value.to_be_bytes()[..group.len() - 1]);
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
