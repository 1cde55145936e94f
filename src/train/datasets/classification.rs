//! Generators for classification: clusters and curves in the plane (blobs in any dimension).
//!
//! The points here are noiseless. Noise is added to every feature later, as in scikit-learn. Classes are as balanced
//! as the number of rows allows, and in random order.

use super::rows::{Generated, Rows};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};
use std::f64::consts::{PI, TAU};

/// Two interleaving half circles of radius 1: the upper one around (0, 0), the lower one around (1, ½). Like
/// scikit-learn's `make_moons`, but with random angles instead of evenly spaced ones.
pub(super) fn moons(rows: usize, rng: &mut impl Rng) -> Generated {
    drawn(rows, 2, 2, rng, |class, rng| {
        let angle = PI * rng.random::<f64>();
        match class {
            0 => [angle.cos(), angle.sin()],
            _ => [1.0 - angle.cos(), 0.5 - angle.sin()],
        }
    })
}

/// A circle of radius 1 (class 0) around one of radius ½ (class 1).
pub(super) fn circles(rows: usize, rng: &mut impl Rng) -> Generated {
    drawn(rows, 2, 2, rng, |class, rng| {
        let angle = TAU * rng.random::<f64>();
        let radius = if class == 0 { 1.0 } else { 0.5 };
        [radius * angle.cos(), radius * angle.sin()]
    })
}

/// Arms that leave the center in evenly spaced directions. The radius grows linearly from 0.1 to 1 while an arm
/// turns. `turns` is the number of turns of an arm from the center.
pub(super) fn spirals(rows: usize, classes: usize, turns: f64, rng: &mut impl Rng) -> Generated {
    drawn(rows, 2, classes, rng, |class, rng| {
        let radius = 0.1 + 0.9 * rng.random::<f64>();
        let angle = TAU * (turns * radius + class as f64 / classes as f64);
        [radius * angle.cos(), radius * angle.sin()]
    })
}

/// One cluster per class. The centers are evenly spaced on a circle around 0 in the first two features. Neighbors are
/// 4 apart. With one feature, the centers are on a line. All further features are noise only.
pub(super) fn blobs(rows: usize, features: usize, classes: usize, rng: &mut impl Rng) -> Generated {
    let radius = 2.0 / (PI / classes as f64).sin();
    drawn(rows, features, classes, rng, |class, _| {
        let mut centre = vec![0.0; features];
        if let [x] = centre.as_mut_slice() {
            *x = 4.0 * class as f64 - 2.0 * (classes as f64 - 1.0);
        } else if let [x1, x2, ..] = centre.as_mut_slice() {
            let angle = TAU * class as f64 / classes as f64;
            (*x1, *x2) = (radius * angle.cos(), radius * angle.sin());
        }
        centre
    })
}

/// Clusters around the corners (±1, ±1): class 0 if the signs agree, class 1 if they differ.
pub(super) fn xor(rows: usize, rng: &mut impl Rng) -> Generated {
    let mut made = drawn(rows, 2, 4, rng, |corner, _| {
        [[-1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [1.0, -1.0]][corner]
    });
    made.rows.y.iter_mut().for_each(|corner| *corner %= 2.0);
    made.classes = 2;
    made
}

/// Returns rows of balanced classes in random order, each with a sampled point of its class.
fn drawn<R: Rng, P: IntoIterator<Item = f64>>(
    rows: usize,
    features: usize,
    classes: usize,
    rng: &mut R,
    point: impl Fn(usize, &mut R) -> P,
) -> Generated {
    let mut labels: Vec<usize> = (0..rows).map(|i| i % classes.max(1)).collect();
    labels.shuffle(rng);
    let mut made = Rows::default();
    for class in labels {
        made.x.extend(point(class, rng));
        made.y.push(class as f64);
    }
    Generated {
        rows: made,
        features,
        classes,
    }
}
