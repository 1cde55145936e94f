//! The best constant prediction: what every run is held against.

use crate::spec::settings::Loss;

/// The constant that loses least on the values of one column, `of` being all of them: their mean, be it a
/// number or the frequency of a class; under the absolute loss their median; under Huber's where as much
/// pulls up as down.
pub fn best<'a>(loss: Loss, of: impl Iterator<Item = &'a f64> + Clone) -> f64 {
    match loss {
        Loss::Mse | Loss::Bce | Loss::CrossEntropy => of.clone().sum::<f64>() / of.count() as f64,
        Loss::Mae => median(of.copied().collect()),
        Loss::Huber { delta } => huber(&of.copied().collect::<Vec<f64>>(), delta),
    }
}

/// The middle one; of an even number, halfway between the two in the middle. NaN of none.
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

/// Where the sum of max(−δ, min(δ, c − y)) is 0. It rises with c, so that its root is found by halving.
fn huber(values: &[f64], delta: f64) -> f64 {
    let pull = |c: f64| -> f64 { values.iter().map(|y| (c - y).clamp(-delta, delta)).sum() };
    let mut low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let mut high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    loop {
        let c = low.midpoint(high);
        // Nothing lies between neighbours.
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

    /// The loss of a constant, summed over values.
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
    fn no_other_constant_loses_less() {
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
