//! Analysis of variance (ANOVA): the share of the variance on a grid that each axis explains by itself (main
//! effect), and that pairs of axes explain in addition (interaction).
//!
//! On a full grid the effects are orthogonal: the shares are exact, and sum to 1 with those of three and
//! more axes. With missing cells, the same weighted means over the available cells are an estimate.

/// Shares of the variance, for axes in the order in which they were given.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// Share of each axis by itself.
    pub mains: Vec<f64>,
    /// Additional share of each pair.
    pub pairs: Vec<((usize, usize), f64)>,
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Returns the sum of squared differences from the mean.
pub fn squares(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|v| (v - mean) * (v - mean)).sum()
}

/// Returns the shares of all axes and pairs; `levels` has one list per axis with the point of every cell.
/// None if all values are equal up to rounding.
pub fn shares(levels: &[Vec<usize>], values: &[f64]) -> Option<Shares> {
    let total = squares(values);
    let size = values.iter().fold(0.0, |size: f64, v| size.max(v.abs()));
    if total <= 1e-24 * size * size * values.len() as f64 {
        return None;
    }
    let grand = mean(values);
    let centred: Vec<f64> = values.iter().map(|v| v - grand).collect();
    let mains: Vec<Vec<f64>> = levels.iter().map(|own| means(own, &centred)).collect();
    let share = |effects: &[f64]| effects.iter().map(|e| e * e).sum::<f64>() / total;
    let mut pairs = Vec::new();
    for (i, first) in levels.iter().enumerate() {
        let width = first.iter().max().map_or(1, |most| most + 1);
        for (j, second) in levels.iter().enumerate().skip(i + 1) {
            let both: Vec<usize> = first
                .iter()
                .zip(second)
                .map(|(a, b)| b * width + a)
                .collect();
            let mut effects = means(&both, &centred);
            for (cell, effect) in effects.iter_mut().enumerate() {
                *effect -= mains[i][cell] + mains[j][cell];
            }
            pairs.push(((i, j), share(&effects)));
        }
    }
    Some(Shares {
        mains: mains.iter().map(|effects| share(effects)).collect(),
        pairs,
    })
}

/// Returns, for every cell, the mean over the cells of the same level.
fn means(levels: &[usize], values: &[f64]) -> Vec<f64> {
    let size = levels.iter().max().map_or(0, |most| most + 1);
    let mut sums = vec![(0.0, 0.0); size];
    for (level, value) in levels.iter().zip(values) {
        sums[*level].0 += value;
        sums[*level].1 += 1.0;
    }
    levels
        .iter()
        .map(|level| sums[*level].0 / sums[*level].1)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Returns levels and values of an a × b × c grid.
    fn grid(sizes: [usize; 3], f: impl Fn(f64, f64, f64) -> f64) -> (Vec<Vec<usize>>, Vec<f64>) {
        let mut levels = vec![Vec::new(); 3];
        let mut values = Vec::new();
        for i in 0..sizes[0] * sizes[1] * sizes[2] {
            let at = [
                i / (sizes[1] * sizes[2]),
                i / sizes[2] % sizes[1],
                i % sizes[2],
            ];
            at.iter().zip(&mut levels).for_each(|(p, own)| own.push(*p));
            values.push(f(at[0] as f64, at[1] as f64, at[2] as f64));
        }
        (levels, values)
    }

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    #[test]
    fn additive_effects_are_explained_by_single_axes() {
        // Variances of 0..n are (n² − 1)/12: 2/3 for 3, 1.25 for 4; the last axis does nothing.
        let (levels, values) = grid([3, 4, 2], |a, b, _| 5.0 + a + 2.0 * b);
        let shares = shares(&levels, &values).unwrap();
        let total = 2.0 / 3.0 + 4.0 * 1.25;
        assert!(close(shares.mains[0], 2.0 / 3.0 / total));
        assert!(close(shares.mains[1], 5.0 / total));
        assert!(close(shares.mains[2], 0.0));
        assert!(shares.pairs.iter().all(|(_, share)| close(*share, 0.0)));
    }

    #[test]
    fn a_pure_interaction_is_explained_by_the_pair() {
        let (levels, values) = grid([2, 2, 3], |a, b, _| (2.0 * a - 1.0) * (2.0 * b - 1.0));
        let shares = shares(&levels, &values).unwrap();
        assert!(shares.mains.iter().all(|share| close(*share, 0.0)));
        assert_eq!(shares.pairs[0].0, (0, 1));
        assert!(close(shares.pairs[0].1, 1.0));
        assert!(close(shares.pairs[1].1, 0.0) && close(shares.pairs[2].1, 0.0));
    }

    #[test]
    fn equal_values_have_no_shares() {
        let (levels, values) = grid([2, 2, 2], |_, _, _| 0.1 + 0.2);
        assert_eq!(shares(&levels, &values), None);
    }
}
