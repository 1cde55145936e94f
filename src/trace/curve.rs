//! Curves over the steps of a run: thinning without losing spikes, and the median of several curves.

use super::Real;
use serde::{Deserialize, Serialize};

/// Values by number of updates. A thinned curve keeps the lowest and highest value of every bucket (nonfinite values
/// first), so no spike is lost.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Curve {
    /// The positions that are kept, in numbers of updates; 0 is before training.
    #[serde(rename = "steps")]
    pub at: Vec<u64>,
    /// One value per kept position.
    #[serde(with = "super::column")]
    pub values: Vec<Real>,
    /// Number of points before thinning.
    pub of: u64,
}

impl Curve {
    /// Returns whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// Thins the curve to about `most` points. Every bucket keeps its lowest and highest value, and its first
    /// nonfinite one. Buckets are narrow at the start, where curves fall fast.
    pub fn thinned(&self, most: usize) -> Curve {
        let points: Vec<(u64, f64)> = self.points().collect();
        if points.len() <= most {
            return self.clone();
        }
        let buckets = (most / 2).max(1);
        let edge = |i: usize| (points.len() * i * i).div_ceil(buckets * buckets);
        let bucket = |i: usize| extremes(&points[edge(i)..edge(i + 1)]);
        // Curves are compared at their start, so the start is always kept, and so is the end.
        let mut kept = vec![points[0]];
        kept.extend((0..buckets).flat_map(bucket));
        kept.extend(points.last());
        kept.dedup_by_key(|(step, _)| *step);
        Curve {
            at: kept.iter().map(|(step, _)| *step).collect(),
            values: kept.iter().map(|(_, value)| Real(*value)).collect(),
            of: self.of,
        }
    }

    /// Returns the positions with their values.
    pub fn points(&self) -> impl Iterator<Item = (u64, f64)> + '_ {
        let steps = self.at.iter().copied();
        steps.zip(self.values.iter().map(|value| value.0))
    }

    /// Returns the value at a position, or at the last kept position before it.
    fn value_at(&self, step: u64) -> Option<f64> {
        let next = self.at.partition_point(|own| *own <= step);
        self.values.get(next.checked_sub(1)?).map(|value| value.0)
    }
}

fn extremes(bucket: &[(u64, f64)]) -> Vec<(u64, f64)> {
    let lowest = bucket.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    let highest = bucket.iter().max_by(|a, b| a.1.total_cmp(&b.1));
    let lost = bucket.iter().find(|(_, value)| !value.is_finite());
    let mut kept: Vec<(u64, f64)> = [lowest, highest, lost]
        .into_iter()
        .flatten()
        .copied()
        .collect();
    kept.sort_by_key(|(step, _)| *step);
    kept.dedup_by_key(|(step, _)| *step);
    kept
}

/// Returns the median of curves at the positions of the longest; NaN if it is not finite. Each curve has a flag for
/// divergence. After its end, a diverged curve counts as infinite, and another one keeps its last value.
pub fn median(curves: &[(&Curve, bool)]) -> Curve {
    let longest = curves.iter().max_by_key(|(curve, _)| curve.at.len());
    let Some((longest, _)) = longest else {
        return Curve::default();
    };
    let value = |(curve, diverged): &(&Curve, bool), step: u64| {
        let ended = curve.at.last().is_none_or(|last| *last < step);
        match ended && *diverged {
            true => Some(f64::INFINITY),
            false => curve.value_at(step),
        }
    };
    let middle = |step: &u64| {
        let values = curves.iter().filter_map(|curve| value(curve, *step));
        let mut values: Vec<f64> = values.collect();
        values.sort_by(f64::total_cmp);
        let middle = match values.len() {
            0 => f64::NAN,
            n => values[(n - 1) / 2].midpoint(values[n / 2]),
        };
        Real(if middle.is_finite() { middle } else { f64::NAN })
    };
    Curve {
        values: longest.at.iter().map(middle).collect(),
        at: longest.at.clone(),
        of: longest.of,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(values: &[f64]) -> Curve {
        Curve {
            at: (1..=values.len() as u64).collect(),
            values: values.iter().copied().map(Real).collect(),
            of: values.len() as u64,
        }
    }

    #[test]
    fn thinning_keeps_spikes_and_both_ends() {
        let mut values = vec![1.0; 500];
        values[123] = 50.0;
        values[321] = f64::NAN;
        let thinned = curve(&values).thinned(40);
        let points: Vec<(u64, f64)> = thinned.points().collect();
        assert!(points.len() <= 64, "{}", points.len());
        assert_eq!((points[0].0, points[points.len() - 1].0), (1, 500));
        assert!(points.contains(&(124, 50.0)));
        assert!(points.iter().any(|(x, y)| *x == 322 && y.is_nan()));
        assert!(points.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_diverged_curve_is_infinite_after_its_end_and_another_keeps_its_last_value() {
        let (long, short) = (curve(&[5.0, 4.0, 3.0, 2.0]), curve(&[1.0, 0.5]));
        let middle = |diverged| {
            let curves = [(&long, false), (&short, diverged), (&short, diverged)];
            let values = median(&curves).values;
            values.iter().map(|v| v.0).collect::<Vec<_>>()
        };
        assert_eq!(middle(false), [1.0, 0.5, 0.5, 0.5]);
        let lost = middle(true);
        assert_eq!(lost[..2], [1.0, 0.5]);
        assert!(lost[2..].iter().all(|v| v.is_nan()));
    }
}
