//! A counter-based random number generator: Philox4x32 with ten rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel
//! random numbers: as easy as 1, 2, 3"). A number depends only on key and counter, so numbers can be computed in any
//! order, in parallel, and repeatedly.

const ROUNDS: usize = 10;
const FACTORS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// The increments of the key after each round.
const STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// Returns the four numbers of a counter under a key, for N counters and keys in parallel.
#[inline(always)]
pub fn philox<const N: usize>(place: [[u32; N]; 4], key: [[u32; N]; 2]) -> [[u32; N]; 4] {
    let [mut a, mut b, mut c, mut d] = place;
    let [mut k, mut l] = key;
    for _ in 0..ROUNDS {
        for i in 0..N {
            let first = u64::from(FACTORS[0]) * u64::from(a[i]);
            let second = u64::from(FACTORS[1]) * u64::from(c[i]);
            a[i] = (second >> 32) as u32 ^ b[i] ^ k[i];
            b[i] = second as u32;
            c[i] = (first >> 32) as u32 ^ d[i] ^ l[i];
            d[i] = first as u32;
            k[i] = k[i].wrapping_add(STEPS[0]);
            l[i] = l[i].wrapping_add(STEPS[1]);
        }
    }
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers of Random123, the library of the authors.
    #[test]
    fn numbers_match_the_reference_implementation() {
        let ones = u32::MAX;
        let places = [
            [0; 4],
            [ones; 4],
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
        ];
        let keys = [[0; 2], [ones; 2], [0xa409_3822, 0x299f_31d0]];
        let expected = [
            [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8],
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
        ];
        let across = |word: usize| places.map(|place| place[word]);
        let keys = [0, 1].map(|word| keys.map(|key| key[word]));
        let numbers = philox([0, 1, 2, 3].map(across), keys);
        for (i, expected) in expected.iter().enumerate() {
            assert_eq!(&numbers.map(|word| word[i]), expected);
        }
    }
}
