//! Imputation of missing values. It uses training rows only, so that validation and test rows stay unseen.

use crate::config::settings::Missing;

/// Returns a replacement for missing values of each feature, from n × d training rows with NaN for missing values.
/// Returns 0 for a feature without values.
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

/// Returns the median of at least one value; the mean of the two middle values for an even number.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let (low, high) = ((values.len() - 1) / 2, values.len() / 2);
    values[low] + (values[high] - values[low]) / 2.0
}

/// Replaces every NaN by the value of its feature, row by row.
pub(super) fn fill(x: &mut [f64], values: &[f64]) {
    for row in x.chunks_exact_mut(values.len().max(1)) {
        let missing = row.iter_mut().zip(values).filter(|(x, _)| x.is_nan());
        missing.for_each(|(x, value)| *x = *value);
    }
}
