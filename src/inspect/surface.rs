//! The loss around the trajectory of the weights: the whole loss function for one or two weights,
//! otherwise in the plane that contains most of the trajectory.

use super::path::{Plane, drawable};
use crate::config::settings;
use crate::trace::inspection::{Frame, Surface};
use crate::train::components::entries::entries;
use crate::train::components::{Mode, Model, risk};
use crate::train::rows::Split;
use crate::train::weight_snapshots::Snapshot;
use crate::train::{Cancellation, Job};
use candle_core::Result;

/// Number of grid points along a single direction, and along each of two.
const POINTS: [usize; 2] = [201, 25];

/// Maximum number of training rows for the loss.
const MOST_ROWS: usize = 2000;

/// Margin around the trajectory, as a share of its extent.
const MARGIN: f64 = 0.3;

/// Returns the loss around the trajectory; none for weights that never move. The result is not usable if
/// it was cancelled.
///
/// # Errors
/// Those of candle.
pub fn surface(
    job: &Job,
    model: &Model,
    rows: &Split,
    snapshots: &[Snapshot],
    control: &Cancellation,
) -> Result<Option<Surface>> {
    let taken = rows.train_rows().min(MOST_ROWS);
    let rows = rows
        .train
        .each(|rows| rows.narrow(0, 0, taken)?.contiguous())?;
    let parameters = model.parameters();
    let sizes: Vec<usize> = parameters.iter().map(|p| p.var.elem_count()).collect();
    let of = |snapshot: &Snapshot| snapshot.numbers[..sizes.len()].concat();
    let path: Vec<Vec<f64>> = snapshots.iter().map(of).collect();
    let names = parameters
        .iter()
        .map(crate::train::components::Parameter::name)
        .collect();
    // As in training: the loss depends on the weights only, not on running statistics of normalization.
    let risk = |weights: &[f64]| -> Result<f64> {
        if control.is_cancelled() {
            return Ok(f64::NAN);
        }
        model.load(&apart(weights, &sizes))?;
        Ok(entries(&model.risk(&rows, Mode::Probing)?)?[0])
    };
    let all = match job.settings.model {
        settings::ModelSettings::Risk(formula) => Some(risk::range(formula)),
        settings::ModelSettings::Linear
        | settings::ModelSettings::Mlp { .. }
        | settings::ModelSettings::Residual { .. }
        | settings::ModelSettings::Custom(_) => None,
    };
    let Some(drawn) = draw(&path, names, all, &risk)? else {
        return Ok(None);
    };
    Ok(Some(Surface {
        rows: taken,
        normed: model.state().len() > sizes.len(),
        ..drawn
    }))
}

/// Splits weights into one entry per tensor.
fn apart(weights: &[f64], sizes: &[usize]) -> Vec<Vec<f64>> {
    let mut rest = weights;
    let mut next = |size: &usize| {
        let (own, others) = rest.split_at(*size);
        rest = others;
        own.to_vec()
    };
    sizes.iter().map(&mut next).collect()
}

/// Returns the values of a loss function around a trajectory. `names` are the names of the weights, used
/// for one or two of them; `all` is the interesting range of a single weight.
///
/// # Errors
/// Those of the loss function.
pub fn draw<E>(
    path: &[Vec<f64>],
    names: Vec<String>,
    all: Option<[f64; 2]>,
    risk: &dyn Fn(&[f64]) -> std::result::Result<f64, E>,
) -> std::result::Result<Option<Surface>, E> {
    let shown = drawable(path);
    let points = path.iter().zip(&shown).filter(|(_, shown)| **shown);
    let points: Vec<&[f64]> = points.map(|(point, _)| point.as_slice()).collect();
    let whole = path.first().is_some_and(|start| start.len() <= 2);
    let plane = match whole {
        true => Plane::whole(path.first().map_or(0, Vec::len)),
        false => Plane::of(&points),
    };
    if points.is_empty() || plane.directions.is_empty() {
        return Ok(None);
    }
    let places: Vec<Vec<f64>> = points
        .iter()
        .map(|point| plane.coordinates(point))
        .collect();
    let n = POINTS[plane.directions.len() - 1];
    let axis = |k: usize| {
        let (low, high) = extent(places.iter().map(|place| place[k]), all);
        (0..n)
            .map(|i| low + (high - low) * i as f64 / (n - 1) as f64)
            .collect()
    };
    let axes: Vec<Vec<f64>> = (0..plane.directions.len()).map(axis).collect();
    let grid = product(&axes);
    let on_grid = grid.iter().map(|place| risk(&plane.at(place)));
    let on_path = path.iter().map(|point| risk(point));
    Ok(Some(Surface {
        risk: on_grid.collect::<std::result::Result<_, E>>()?,
        heights: on_path.collect::<std::result::Result<_, E>>()?,
        path: path
            .iter()
            .zip(shown)
            .map(|(point, shown)| shown.then(|| plane.coordinates(point)))
            .collect(),
        frame: match whole {
            true => Frame::Weights(names),
            false => Frame::Directions(plane.shares),
        },
        axes,
        rows: 0,
        normed: false,
    }))
}

/// Returns every grid point of one or two axes, the last fastest.
fn product(axes: &[Vec<f64>]) -> Vec<Vec<f64>> {
    match axes {
        [a, b] => a
            .iter()
            .flat_map(|x| b.iter().map(move |y| vec![*x, *y]))
            .collect(),
        _ => axes.iter().flatten().map(|x| vec![*x]).collect(),
    }
}

/// Returns the lowest and the highest value with a margin, or at least the range `all`.
fn extent(values: impl Iterator<Item = f64>, all: Option<[f64; 2]>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    });
    let margin = match high - low {
        span if span > 0.0 => MARGIN * span,
        _ => 0.5 * high.abs().max(1.0),
    };
    match all {
        Some([least, most]) => (least.min(low), most.max(high)),
        None => (low - margin, high + margin),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::convert::Infallible;

    /// ½ Σ aᵢ wᵢ².
    const CURVATURES: [f64; 5] = [1.0, 12.0, 3.0, 3.0, 3.0];

    fn bowl(w: &[f64]) -> std::result::Result<f64, Infallible> {
        let halves = w.iter().zip(CURVATURES).map(|(w, a)| 0.5 * a * w * w);
        Ok(halves.sum())
    }

    /// Returns the trajectory of gradient descent: every weight shrinks by its own factor.
    fn descent(start: [f64; 5]) -> Vec<Vec<f64>> {
        let at = |t: i32| {
            let weight = |(w, a): (f64, f64)| w * (1.0 - 0.05 * a).powi(t);
            start.into_iter().zip(CURVATURES).map(weight).collect()
        };
        (0..30).map(at).collect()
    }

    #[test]
    fn the_loss_in_the_plane_of_a_trajectory_is_that_of_the_formula() {
        // The last three weights do not move, so the plane is that of the first two, rotated.
        let path = descent([3.0, -2.0, 0.0, 0.0, 0.0]);
        let drawn = draw(&path, Vec::new(), None, &bowl).unwrap().unwrap();
        let Frame::Directions(shares) = &drawn.frame else {
            panic!("five weights are drawn along directions");
        };
        assert!((shares[0] + shares[1] - 1.0).abs() < 1e-9);
        // Coordinates are distances from the end: they differ from w only by a rotation, which two points
        // of the trajectory determine.
        let end = &path[29];
        let place = drawn.path[0].clone().unwrap();
        let w = [path[0][0] - end[0], path[0][1] - end[1]];
        let size = w[0].hypot(w[1]);
        assert!((place[0].hypot(place[1]) - size).abs() < 1e-9);
        let other = drawn.path[7].clone().unwrap();
        let v = [path[7][0] - end[0], path[7][1] - end[1]];
        // c = Q w for the rotation (or reflection) Q, from two points.
        let over = w[0] * v[1] - v[0] * w[1];
        let q = |k: usize| {
            [
                (place[k] * v[1] - other[k] * w[1]) / over,
                (other[k] * w[0] - place[k] * v[0]) / over,
            ]
        };
        let q = [q(0), q(1)];
        let [a, b] = [&drawn.axes[0], &drawn.axes[1]];
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                let w0 = end[0] + q[0][0] * x + q[1][0] * y;
                let w1 = end[1] + q[0][1] * x + q[1][1] * y;
                let exact = 0.5 * (w0 * w0 + 12.0 * w1 * w1);
                let found = drawn.risk[i * b.len() + j];
                assert!(
                    (found - exact).abs() < 1e-7 * (1.0 + exact),
                    "{found} {exact}"
                );
            }
        }
        assert_eq!(drawn.heights[0], bowl(&path[0]).unwrap());
    }

    #[test]
    fn two_weights_are_drawn_directly_and_one_over_its_range() {
        let names = || vec!["w".to_owned(), "b".to_owned()];
        let path = [vec![1.0, 4.0], vec![2.0, 3.0]];
        let drawn = draw(&path, names(), None, &bowl).unwrap().unwrap();
        assert_eq!(drawn.frame, Frame::Weights(names()));
        assert_eq!(drawn.path[1], Some(vec![2.0, 3.0]));
        let corner = [drawn.axes[0][0], drawn.axes[1][0]];
        assert_eq!(drawn.risk[0], bowl(&corner).unwrap());

        let path = [vec![2.0], vec![f64::INFINITY]];
        let names = vec!["w".to_owned()];
        let drawn = draw(&path, names, Some([-2.5, 2.5]), &bowl)
            .unwrap()
            .unwrap();
        assert_eq!((drawn.axes[0][0], drawn.axes[0][200]), (-2.5, 2.5));
        assert_eq!(drawn.path, [Some(vec![2.0]), None]);
        assert!(!drawn.heights[1].is_finite());
    }
}
