//! Samples cells: the values on each axis, and the cell that takes each of them.
//!
//! The value of cell i on an axis depends only on method, seed, i and the axis. Increasing `n` keeps existing cells.

use crate::config::{Range, Sample, Sampler, Sweep, Value};
use crate::seed::stream;
use rand::RngExt;

/// Samples the cells of a sweep, and returns the index of each on every axis. Points of a range axis are its sampled
/// values in increasing order. Returns `None` if the sweep has no `[sample]`.
pub(super) fn draw(sweep: &mut Sweep) -> Option<Vec<Vec<usize>>> {
    let sample = sweep.sample?;
    let mut cells = vec![vec![0; sweep.axes.len()]; sample.n];
    for (a, axis) in sweep.axes.iter_mut().enumerate() {
        let shares = (0..sample.n).map(|i| share(sample, i, a, &axis.name));
        let Some(range) = axis.range else {
            let of = axis.points.len();
            let chosen = shares.map(|u| ((u * of as f64) as usize).min(of.saturating_sub(1)));
            cells
                .iter_mut()
                .zip(chosen)
                .for_each(|(cell, i)| cell[a] = i);
            continue;
        };
        let values: Vec<f64> = shares.map(|u| value(range, u)).collect();
        let mut points = values.clone();
        points.sort_by(f64::total_cmp);
        points.dedup();
        for (cell, value) in cells.iter_mut().zip(values) {
            cell[a] = points.partition_point(|point| *point < value);
        }
        if let Some([places]) = sweep.places.axes.get_mut(a).map(Vec::as_mut_slice)
            && let Some(place) = places.first().cloned()
        {
            *places = vec![place; points.len()];
        }
        axis.points = points.into_iter().map(|v| vec![typed(range, v)]).collect();
    }
    Some(cells)
}

/// Returns the position of the i-th cell along an axis, in [0, 1).
fn share(sample: Sample, i: usize, axis: usize, name: &str) -> f64 {
    match sample.method {
        Sampler::Random => stream(sample.seed.into(), &format!("sample/{i}/{name}")).random(),
        Sampler::Sobol => sobol_burley::sample(i as u32, axis as u32, sample.seed).into(),
    }
}

/// Returns the rounded value at a position of a range. Integers are extended by ½ at both ends, so that all are
/// equally likely.
fn value(range: Range, share: f64) -> f64 {
    let Range { low, high, log, .. } = range;
    let (from, to) = match range.whole {
        true => (low - 0.5, high + 0.5),
        false => (low, high),
    };
    let exact = match log {
        true => 10f64.powf(from.log10() + share * (to.log10() - from.log10())),
        false => from + share * (to - from),
    };
    let rounded = match range.whole {
        true => exact.round(),
        false => {
            let length = high - low;
            rounded(
                exact,
                if log {
                    length.min(exact)
                } else {
                    length / 10.0
                },
            )
        }
    };
    rounded.clamp(low, high)
}

/// Rounds to four significant digits of a number of this size.
fn rounded(value: f64, size: f64) -> f64 {
    let step = size.log10().floor() as i32 - 3;
    let text = match usize::try_from(-step) {
        Ok(decimals) => format!("{value:.decimals$}"),
        Err(_) => format!("{}", (value / 10f64.powi(step)).round() * 10f64.powi(step)),
    };
    // −0 and 0 are the same value, and a run ID must not distinguish them.
    text.parse()
        .map_or(value, |v| if v == 0.0 { 0.0 } else { v })
}

fn typed(range: Range, value: f64) -> Value {
    match range.whole {
        true => Value::Integer(value as i64),
        false => Value::Number(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sample(method: Sampler, n: usize, seed: u32) -> Sample {
        Sample { method, n, seed }
    }

    const RATES: Range = Range {
        low: 1e-4,
        high: 10.0,
        log: true,
        whole: false,
    };

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_first_2_to_the_k_sobol_cells_fall_into_distinct_equal_intervals_of_each_axis(k in 0u32..9, axis in 0usize..40, seed: u32) {
            let n = 1 << k;
            let sample = sample(Sampler::Sobol, n, seed);
            let mut seen = vec![0; n];
            for i in 0..n {
                seen[(share(sample, i, axis, "") * n as f64) as usize] += 1;
            }
            prop_assert_eq!(seen, vec![1; n]);
        }

        #[test]
        fn values_have_few_digits_and_lie_within_their_range(low in -1e3f64..1e3, length in 1e-3f64..1e3, share in 0.0f64..1.0, log: bool) {
            let low = if log { low.abs() + 1e-6 } else { low };
            let range = Range { low, high: low + length, log, whole: false };
            let sampled = value(range, share);
            prop_assert!((range.low..=range.high).contains(&sampled));
            if sampled != range.low && sampled != range.high {
                let size = if log { length.min(sampled) } else { length / 10.0 };
                let step = 10f64.powf(size.log10().floor() - 3.0);
                let steps = sampled / step;
                prop_assert!((steps - steps.round()).abs() < 1e-6 * steps.abs().max(1.0), "{} {}", sampled, step);
            }
        }
    }

    #[test]
    fn random_values_are_uniform_on_the_scale_of_their_range() {
        for (axis, range) in [
            ("lr", RATES),
            (
                "momentum",
                Range {
                    low: -1.0,
                    high: 3.0,
                    log: false,
                    whole: false,
                },
            ),
        ] {
            let sample = sample(Sampler::Random, 4000, 7);
            let mut bins = [0; 10];
            for i in 0..sample.n {
                let v = value(range, share(sample, i, 0, axis));
                let at = match range.log {
                    true => (v / range.low).log10() / (range.high / range.low).log10(),
                    false => (v - range.low) / (range.high - range.low),
                };
                bins[((at * 10.0) as usize).min(9)] += 1;
            }
            // χ² with 9 degrees of freedom exceeds 27.9 with probability 0.001.
            let off: f64 = bins
                .iter()
                .map(|n| (f64::from(*n) - 400.0).powi(2) / 400.0)
                .sum();
            assert!(off < 27.9, "{axis}: {bins:?}");
        }
    }

    #[test]
    fn whole_numbers_of_a_linear_range_are_equally_likely_including_both_ends() {
        let widths = Range {
            low: 3.0,
            high: 6.0,
            log: false,
            whole: true,
        };
        let mut seen = [0; 4];
        for i in 0..400 {
            let v = value(widths, (f64::from(i) + 0.5) / 400.0);
            seen[v as usize - 3] += 1;
        }
        assert_eq!(seen, [100; 4]);
        let depths = Range {
            low: 1.0,
            high: 64.0,
            log: true,
            whole: true,
        };
        assert_eq!((value(depths, 0.0), value(depths, 0.9999)), (1.0, 64.0));
    }

    #[test]
    fn values_are_rounded_to_readable_numbers() {
        let values = [0.0, 0.123, 0.5, 0.77].map(|u| value(RATES, u));
        assert_eq!(values, [1e-4, 4.121e-4, 0.03162, 0.7079]);
        let share = Range {
            low: 0.0,
            high: 1.0,
            log: false,
            whole: false,
        };
        assert_eq!(value(share, 1.0 / 3.0), 0.3333);
    }
}
