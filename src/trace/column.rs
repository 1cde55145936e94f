//! The forms of a column of numbers: an array in JSON, a few bytes per number in a binary record.
//!
//! Most recorded numbers have three or four significant digits. A binary record stores such a number as an integer of
//! 16 bits and a power of ten, and every other number with all 64 bits, so that nothing is lost.

use super::Real;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The powers of ten that floats represent exactly.
pub(crate) const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The power of a number with all its bits.
const WHOLE: i8 = i8::MAX;

/// Digits of the integer of a number, at least, so that it has all digits that were kept in rounding.
const DIGITS: f64 = 1000.0;

/// Writes a column.
pub fn serialize<S: Serializer>(column: &[Real], to: S) -> Result<S::Ok, S::Error> {
    match to.is_human_readable() {
        true => column.serialize(to),
        false => to.serialize_bytes(&encode(column)),
    }
}

/// Reads a column.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Real>, D::Error> {
    struct Bytes;
    impl Visitor<'_> for Bytes {
        type Value = Vec<Real>;
        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("the bytes of a column")
        }
        fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Vec<Real>, E> {
            decode(bytes).ok_or_else(|| E::custom("a column is cut off"))
        }
    }
    match from.is_human_readable() {
        true => Vec::deserialize(from),
        false => from.deserialize_bytes(Bytes),
    }
}

/// The same for several columns.
pub mod columns {
    use crate::trace::Real;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct EncodedColumn(#[serde(with = "super")] Vec<Real>);

    /// Writes columns.
    pub fn serialize<S: Serializer>(columns: &[Vec<Real>], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(columns.iter().map(|column| EncodedColumn(column.clone())))
    }

    /// Reads columns.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<Real>>, D::Error> {
        let columns = Vec::<EncodedColumn>::deserialize(from)?;
        Ok(columns
            .into_iter()
            .map(|EncodedColumn(column)| column)
            .collect())
    }
}

/// Returns powers, then integers, then whole numbers: a compressor finds the powers alike.
fn encode(column: &[Real]) -> Vec<u8> {
    let mut powers = Vec::with_capacity(3 * column.len());
    let (mut integers, mut whole) = (Vec::with_capacity(2 * column.len()), Vec::new());
    for Real(x) in column {
        match short(*x) {
            Some((integer, power)) => {
                powers.push(power.cast_unsigned());
                integers.extend(integer.to_le_bytes());
            }
            None => {
                powers.push(WHOLE.cast_unsigned());
                whole.extend(x.to_le_bytes());
            }
        }
    }
    let mut bytes = (column.len() as u32).to_le_bytes().to_vec();
    bytes.append(&mut powers);
    bytes.append(&mut integers);
    bytes.append(&mut whole);
    bytes
}

fn decode(bytes: &[u8]) -> Option<Vec<Real>> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (powers, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let short = powers.iter().filter(|power| power.cast_signed() != WHOLE);
    let (integers, whole) = rest.split_at_checked(2 * short.count())?;
    let (mut integers, mut whole) = (integers.chunks_exact(2), whole.chunks_exact(8));
    let mut number = |power: &u8| match power.cast_signed() {
        WHOLE => Some(f64::from_le_bytes(whole.next()?.try_into().ok()?)),
        power => {
            let integer = i16::from_le_bytes(integers.next()?.try_into().ok()?);
            value(integer, power)
        }
    };
    powers.iter().map(|power| number(power).map(Real)).collect()
}

/// Returns the integer and the power of ten of a number with few digits.
fn short(x: f64) -> Option<(i16, i8)> {
    if x == 0.0 && x.is_sign_positive() {
        return Some((0, 0));
    }
    let size = x.abs();
    let power = match size < DIGITS {
        true => TENS.iter().position(|ten| size * ten >= DIGITS)? as i8,
        false => -(TENS.iter().rposition(|ten| size / ten >= DIGITS)? as i8),
    };
    let scaled = match power >= 0 {
        true => size * TENS[power.unsigned_abs() as usize],
        false => size / TENS[power.unsigned_abs() as usize],
    };
    let integer = scaled.round().copysign(x) as i16;
    (value(integer, power)?.to_bits() == x.to_bits()).then_some((integer, power))
}

/// Returns the number of an integer and a power of ten, rounded once.
fn value(integer: i16, power: i8) -> Option<f64> {
    let ten = TENS.get(power.unsigned_abs() as usize)?;
    Some(match power >= 0 {
        true => f64::from(integer) / ten,
        false => f64::from(integer) * ten,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn bits(column: &[Real]) -> Vec<u64> {
        column.iter().map(|x| x.0.to_bits()).collect()
    }

    proptest! {
        #[test]
        fn every_number_survives_and_a_cut_column_is_refused(
            numbers in prop::collection::vec(prop_oneof![
                any::<f64>(),
                any::<u64>().prop_map(f64::from_bits),
                (-9999..9999_i32, -12..12_i32).prop_map(|(m, e)| f64::from(m) * 10_f64.powi(e)),
                (0..999_u32, 0..20_u32).prop_map(|(m, e)| format!("{m}e-{e}").parse().unwrap()),
            ], 0..40),
            cut in any::<prop::sample::Index>(),
        ) {
            let column: Vec<Real> = numbers.into_iter().map(Real).collect();
            let bytes = encode(&column);
            prop_assert_eq!(bits(&decode(&bytes).unwrap()), bits(&column));
            if !column.is_empty() {
                prop_assert!(decode(&bytes[..cut.index(bytes.len())]).is_none());
            }
        }
    }

    #[test]
    fn three_digits_take_three_bytes() {
        let column: Vec<Real> = ["0.123", "-4.56e-17", "0", "1.2e3", "7.89e12", "0.25"]
            .map(|x| Real(x.parse().unwrap()))
            .into();
        assert_eq!(encode(&column).len(), 4 + 3 * column.len());
    }
}
