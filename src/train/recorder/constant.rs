//! The best constant prediction, with which every run is compared.

use crate::config::settings::Loss;

/// Returns the constant with the lowest loss on the values of one column. This is the mean (for a class, its
/// frequency), the median under the absolute loss, and a point between them under the Huber loss.
pub fn best<'a>(loss: Loss, of: impl Iterator<Item = &'a f64> + Clone) -> f64 {
    match loss {
        Loss::Mse | Loss::Bce | Loss::CrossEntropy => of.clone().sum::<f64>() / of.count() as f64,
        Loss::Mae => median(of.copied().collect()),
        Loss::Huber { delta } => huber(&of.copied().collect::<Vec<f64>>(), delta),
    }
}

/// Returns the median; for an even number of values, the mean of the two middle ones. NaN without values.
fn median(mut values: Vec<f64>) -> f64 {
    let half = values.len() / 2;
    if values.is_empty() {
        return f64::NAN;
    }
    let odd = values.len() % 2 == 1;
    let (below, middle, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    match below.iter().copied().max_by(f64::total_cmp) {
        Some(lower) if !odd => lower.midpoint(*middle),
        _ => *middle,
    }
}

/// Returns the root of Σ max(−δ, min(δ, c − y)), which increases with c, by bisection.
fn huber(values: &[f64], delta: f64) -> f64 {
    let pull = |c: f64| -> f64 { values.iter().map(|y| (c - y).clamp(-delta, delta)).sum() };
    let mut low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let mut high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    loop {
        let c = low.midpoint(high);
        // There is no float between neighbors.
        if c <= low || c >= high || c.is_nan() {
            return c;
        }
        match pull(c) > 0.0 {
            true => high = c,
            false => low = c,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the loss of a constant, summed over values.
    fn lost(loss: Loss, c: f64, values: &[f64]) -> f64 {
        let of = |y: &f64| match loss {
            Loss::Mae => (c - y).abs(),
            Loss::Huber { delta } if (c - y).abs() > delta => delta * ((c - y).abs() - 0.5 * delta),
            Loss::Mse | Loss::Huber { .. } | Loss::Bce | Loss::CrossEntropy => {
                0.5 * (c - y).powi(2)
            }
        };
        values.iter().map(of).sum()
    }

    #[test]
    fn no_other_constant_has_a_lower_loss() {
        for values in [
            vec![3.0],
            vec![1.0, 2.0],
            vec![5.0, -1.0, 0.0, 0.25, 90.0],
            vec![4.0, 4.0, 4.0, -7.0, 1e3, 2.5],
        ] {
            for loss in [
                Loss::Mse,
                Loss::Mae,
                Loss::Huber { delta: 0.5 },
                Loss::Huber { delta: 1e9 },
            ] {
                let c = best(loss, values.iter());
                let least = lost(loss, c, &values);
                for off in [-1.0, -1e-3, 1e-3, 1.0] {
                    assert!(least <= lost(loss, c + off, &values) + 1e-9, "{loss:?} {c}");
                }
            }
        }
        assert_eq!(best(Loss::Mae, [5.0, 1.0, 2.0, 4.0].iter()), 3.0);
        assert_eq!(best(Loss::Mae, [9.0, 1.0, 2.0].iter()), 2.0);
    }
}
