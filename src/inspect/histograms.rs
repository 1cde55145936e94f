//! Weight histograms of every layer at every snapshot.

use crate::trace::inspection::Histogram;
use crate::train::components::{Model, Role};
use crate::train::weight_snapshots::Snapshot;

/// Bins of a histogram.
const BINS: usize = 40;

/// Weights beyond this multiple of the typical size are outside the bins: otherwise a diverging run would
/// leave no bins for its other snapshots.
const FAR: f64 = 10.0;

/// Returns one histogram per weight matrix, input side first; none for a one-weight model.
pub fn histograms(model: &Model, snapshots: &[Snapshot]) -> Vec<Histogram> {
    if let Model::OneWeight(_) = model {
        return Vec::new();
    }
    let parameters = model.parameters().into_iter().enumerate();
    let weights = parameters.filter(|(_, parameter)| parameter.role == Role::Weight);
    weights
        .map(|(place, parameter)| {
            let of = snapshots
                .iter()
                .map(|snapshot| &snapshot.numbers[place][..]);
            histogram(parameter.layer, &of.collect::<Vec<_>>())
        })
        .collect()
}

/// Returns the histograms of one layer, by snapshot.
pub fn histogram(layer: String, snapshots: &[&[f64]]) -> Histogram {
    let edges = edges(snapshots);
    let (low, high) = (edges[0], edges[BINS]);
    let width = (high - low) / BINS as f64;
    let mut counts = Vec::with_capacity(snapshots.len());
    let (mut beyond, mut lost) = (Vec::new(), Vec::new());
    for weights in snapshots {
        let mut bins = vec![0; BINS];
        let finite = || weights.iter().filter(|w| w.is_finite());
        for w in finite().filter(|w| (low..=high).contains(*w)) {
            bins[(((w - low) / width) as usize).min(BINS - 1)] += 1;
        }
        beyond.push(finite().count() - bins.iter().sum::<usize>());
        lost.push(weights.len() - finite().count());
        counts.push(bins);
    }
    Histogram {
        layer,
        weights: snapshots.first().map_or(0, |weights| weights.len()),
        edges,
        counts,
        beyond,
        lost,
    }
}

/// Returns even bins from the smallest weight to the largest, without outliers.
fn edges(snapshots: &[&[f64]]) -> Vec<f64> {
    let finite = || {
        snapshots
            .iter()
            .copied()
            .flatten()
            .copied()
            .filter(|w| w.is_finite())
    };
    let size = |weights: &&[f64]| weights.iter().fold(0.0_f64, |most, w| most.max(w.abs()));
    let mut sizes: Vec<f64> = snapshots
        .iter()
        .map(size)
        .filter(|s| s.is_finite())
        .collect();
    sizes.sort_by(f64::total_cmp);
    let far = FAR
        * sizes
            .get(sizes.len().saturating_sub(1) / 2)
            .copied()
            .unwrap_or(0.0);
    let near = finite().filter(|w| w.abs() <= far);
    let (low, high) = near.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), w| {
        (low.min(w), high.max(w))
    });
    let (low, high) = match high - low {
        span if span > 0.0 => (low, high),
        // All weights are equal, or there are none.
        _ if low.is_finite() => (
            low - low.abs().max(1.0) * 0.5,
            low + low.abs().max(1.0) * 0.5,
        ),
        _ => (-1.0, 1.0),
    };
    (0..=BINS)
        .map(|i| low + (high - low) * i as f64 / BINS as f64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_is_counted_once() {
        let snapshots: [&[f64]; 4] = [
            &[-1.0, 0.0, 0.5, 1.0],
            &[-2.0, 0.0, 0.5, 2.0],
            &[1e30, 0.0, f64::NAN, f64::INFINITY],
            &[0.0, 0.0, 0.0, 0.0],
        ];
        let made = histogram("hidden 1".to_owned(), &snapshots);
        assert_eq!((made.edges[0], made.edges[BINS]), (-2.0, 2.0));
        for snapshot in 0..4 {
            let counted: usize = made.counts[snapshot].iter().sum();
            assert_eq!(counted + made.beyond[snapshot] + made.lost[snapshot], 4);
        }
        assert_eq!(
            (made.beyond, made.lost),
            (vec![0, 0, 1, 0], vec![0, 0, 2, 0])
        );
        // The largest weight belongs to the last bin.
        assert_eq!((made.counts[1][0], made.counts[1][BINS - 1]), (1, 1));
        assert_eq!(
            histogram("x".to_owned(), &[&[3.0, 3.0]]).counts[0][BINS / 2],
            2
        );
    }
}
