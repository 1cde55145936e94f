//! Values that a file lacks, made up from the training rows alone: what is chosen by must not be seen.

use crate::spec::settings::Missing;

/// What stands in for a value of each feature, from n × d training rows in which a value that is missing is
/// NaN: 0 for a feature without any.
pub(super) fn made_up(x: &[f64], features: usize, how: Missing) -> Vec<f64> {
    let column = |j: usize| {
        let values = x.iter().skip(j).step_by(features.max(1)).copied();
        let there: Vec<f64> = values.filter(|value| !value.is_nan()).collect();
        match how {
            _ if there.is_empty() => 0.0,
            Missing::Drop | Missing::Mean => there.iter().sum::<f64>() / there.len() as f64,
            Missing::Median => median(there),
        }
    };
    (0..features).map(column).collect()
}

/// Of at least one value; the mean of the two in the middle where there are two.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let (low, high) = ((values.len() - 1) / 2, values.len() / 2);
    values[low] + (values[high] - values[low]) / 2.0
}

/// Puts these in the place of every NaN, row after row.
pub(super) fn fill(x: &mut [f64], values: &[f64]) {
    for row in x.chunks_exact_mut(values.len().max(1)) {
        let missing = row.iter_mut().zip(values).filter(|(x, _)| x.is_nan());
        missing.for_each(|(x, value)| *x = *value);
    }
}
