//! The spread of a quantity over seeds, snapshots or layers.

/// Minimum, median and maximum of values. There is no mean, because one infinite value would dominate it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The minimum.
    pub low: f64,
    /// The median; for an even number of values, the mean of the two in the middle.
    pub median: f64,
    /// The maximum; NaN counts as higher than infinity.
    pub high: f64,
    /// Number of values.
    pub n: usize,
}

impl Spread {
    /// Returns the spread of values in any order; `None` without values.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Option<Spread> {
        // The sign of NaN has no meaning.
        let plain = |v: f64| if v.is_nan() { f64::NAN.abs() } else { v };
        let mut values: Vec<f64> = values.into_iter().map(plain).collect();
        values.sort_by(f64::total_cmp);
        let (&low, &high) = (values.first()?, values.last()?);
        let n = values.len();
        Some(Spread {
            low,
            // The midpoint of two infinities of different sign is NaN.
            median: values[(n - 1) / 2].midpoint(values[n / 2]),
            high,
            n,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_spread_sorts_infinities_and_nan_last() {
        let spread = Spread::of([f64::NAN, 1.0, f64::INFINITY, 2.0, 3.0]).unwrap();
        assert_eq!((spread.low, spread.median), (1.0, 3.0));
        assert!(spread.high.is_nan());
        let infinite = Spread::of([f64::INFINITY, f64::INFINITY]).unwrap();
        assert_eq!(infinite.median, f64::INFINITY);
        let lost = Spread::of([f64::NEG_INFINITY, 0.5]).unwrap();
        assert_eq!(lost.median, f64::NEG_INFINITY);
        assert_eq!(Spread::of([]), None);
    }
}
