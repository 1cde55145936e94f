//! Draws for the suite, from the program's own named streams: the same in every call, and no draw
//! of one case depends on another case.

use super::recipe::short;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use sweep::seed;

/// The draws of one case.
pub struct Draw(ChaCha8Rng);

impl Draw {
    /// The stream of this name.
    pub fn of(name: &str) -> Draw {
        Draw(seed::stream(0, name))
    }

    /// From 0 up to 1.
    pub fn share(&mut self) -> f64 {
        self.0.random()
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.share() < probability
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.0.random_range(0..of.len())]
    }

    /// A whole number, both ends included.
    pub fn whole(&mut self, low: usize, high: usize) -> usize {
        self.0.random_range(low..=high)
    }

    /// Between the ends, evenly on a logarithmic scale; three digits.
    pub fn log(&mut self, low: f64, high: f64) -> f64 {
        digits(low * (high / low).powf(self.share()))
    }

    /// Between the ends, evenly; three digits.
    pub fn even(&mut self, low: f64, high: f64) -> f64 {
        digits(low + (high - low) * self.share())
    }
}

fn digits(value: f64) -> f64 {
    short(value).parse().unwrap_or(value)
}
