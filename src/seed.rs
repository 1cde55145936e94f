//! Named random streams, one per seed and purpose. Cells with the same seed share initial weights and batches, and no
//! stream depends on another.

pub mod philox;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

/// Returns the random stream of a purpose under a seed.
///
/// Purposes in use: `data`, `noise`, `split`, `weights/<layer>`, `dropout/<layer>`, `batches`,
/// `gradient-noise`, `control/<cell>/<prescription>`, `lipschitz`, `large/weights`, `large/<block>`,
/// `sample/<i>/<axis>`.
pub fn stream(seed: u64, purpose: &str) -> ChaCha8Rng {
    let mut hasher = blake3::Hasher::new_derive_key("sweep random stream 1");
    hasher.update(&seed.to_le_bytes());
    hasher.update(purpose.as_bytes());
    ChaCha8Rng::from_seed(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::RngExt;

    fn draws(seed: u64, purpose: &str) -> [u32; 4] {
        let mut stream = stream(seed, purpose);
        [(); 4].map(|()| stream.random())
    }

    #[test]
    fn streams_differ_by_seed_and_by_purpose() {
        let all = [
            draws(0, "data"),
            draws(1, "data"),
            draws(0, "noise"),
            draws(0, "weights/1"),
            draws(0, "weights/10"),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b));
        }
        assert_eq!(all[0], draws(0, "data"));
    }

    /// A change of these numbers changes runs, and requires a higher `identity::NUMERICS_VERSION`.
    #[test]
    fn streams_are_the_same_in_every_version() {
        assert_eq!(
            draws(7, "data"),
            [3198952958, 1489313513, 1526171247, 740450802]
        );
    }
}
