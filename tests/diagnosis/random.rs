//! Random numbers of the suite. They come from named streams, so every call samples the same, and cases do
//! not depend on each other.

use super::recipe::short;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use sweep::seed;

/// The random numbers of one case.
pub struct Random(ChaCha8Rng);

impl Random {
    /// Returns the stream with this name.
    pub fn of(name: &str) -> Random {
        Random(seed::stream(0, name))
    }

    /// Samples a number from 0 to 1, without 1.
    pub fn fraction(&mut self) -> f64 {
        self.0.random()
    }

    /// Returns true with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// Samples one of these values.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.0.random_range(0..of.len())]
    }

    /// Samples a whole number, including both ends.
    pub fn whole(&mut self, low: usize, high: usize) -> usize {
        self.0.random_range(low..=high)
    }

    /// Samples log-uniformly between the ends; three digits.
    pub fn log_uniform(&mut self, low: f64, high: f64) -> f64 {
        digits(low * (high / low).powf(self.fraction()))
    }

    /// Samples uniformly between the ends; three digits.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        digits(low + (high - low) * self.fraction())
    }
}

fn digits(value: f64) -> f64 {
    short(value).parse().unwrap_or(value)
}
