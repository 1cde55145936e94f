//! Thinning of the training curve without losing spikes.

use crate::trace::{CURVE_POINTS, Curve, Real};

/// Thins one value per position (from 1) to at most [`CURVE_POINTS`]. Keeps the first and the last, and the lowest
/// and the highest value of every bucket between them. A nonfinite value takes precedence, because a curve must not
/// hide it.
pub fn thin(values: &[f64]) -> Curve {
    let of = values.len();
    let kept: Vec<usize> = if of <= CURVE_POINTS {
        (0..of).collect()
    } else {
        let inner = of - 2;
        let buckets = (CURVE_POINTS - 2) / 2;
        let bucket = |b: usize| 1 + b * inner / buckets..1 + (b + 1) * inner / buckets;
        let between = (0..buckets).flat_map(|b| extremes(values, bucket(b)));
        [0].into_iter().chain(between).chain([of - 1]).collect()
    };
    Curve {
        at: kept.iter().map(|i| *i as u64 + 1).collect(),
        values: kept.iter().map(|i| Real(values[*i])).collect(),
        of: of as u64,
    }
}

/// Returns at most two indices of a bucket, in order: lowest and highest. The first nonfinite value replaces the
/// lowest.
fn extremes(values: &[f64], bucket: std::ops::Range<usize>) -> Vec<usize> {
    let finite = || bucket.clone().filter(|i| values[*i].is_finite());
    let by_value = |a: &usize, b: &usize| values[*a].total_cmp(&values[*b]);
    let broken = bucket.clone().find(|i| !values[*i].is_finite());
    let mut kept: Vec<usize> = [
        broken.or(finite().min_by(by_value)),
        finite().max_by(by_value),
    ]
    .into_iter()
    .flatten()
    .collect();
    kept.sort_unstable();
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
    fn thinning_keeps_ends_extremes_and_nonfinite_values(
            mut values in prop::collection::vec(-1e3..1e3_f64, 1..3000),
            broken in prop::option::of((any::<prop::sample::Index>(), any::<bool>())),
        ) {
            if let Some((at, infinite)) = broken {
                let at = at.index(values.len());
                values[at] = if infinite { f64::INFINITY } else { f64::NAN };
            }
            let curve = thin(&values);
            prop_assert!(curve.at.len() <= CURVE_POINTS && curve.of == values.len() as u64);
            prop_assert!(curve.at.is_sorted_by(|a, b| a < b));
            prop_assert_eq!(curve.at[0], 1);
            prop_assert_eq!(curve.at.last(), Some(&curve.of));
            let kept: Vec<f64> = curve.values.iter().map(|v| v.0).collect();
            for (step, value) in curve.at.iter().zip(&kept) {
                prop_assert_eq!(value.to_bits(), values[*step as usize - 1].to_bits());
            }
            prop_assert_eq!(kept.iter().any(|v| !v.is_finite()), broken.is_some());
            let highest = |v: &[f64]| v.iter().copied().filter(|x| x.is_finite()).reduce(f64::max);
            prop_assert_eq!(highest(&kept), highest(&values));
            if broken.is_none() {
                let lowest = |v: &[f64]| v.iter().copied().reduce(f64::min);
                prop_assert_eq!(lowest(&kept), lowest(&values));
            }
        }
    }
}
