//! The risk around the path of the weights: all of it for one or two weights, else in the plane in
//! which most of the path lies.

use super::path::{Plane, drawable};
use crate::nn::entries::entries;
use crate::nn::{Mode, Model, risk};
use crate::spec::settings;
use crate::train::keep::Snapshot;
use crate::train::rows::Split;
use crate::train::{Control, Job};
use candle_core::Result;

/// Positions along the only direction, and along each of two.
const POINTS: [usize; 2] = [201, 25];

/// Most training rows that the risk is taken of.
const MOST_ROWS: usize = 2000;

/// How far a picture reaches beyond the path, as a share of the path's extent.
const MARGIN: f64 = 0.3;

/// Along what the picture is drawn.
#[derive(Debug, Clone, PartialEq)]
pub enum Frame {
    /// The model's only weights, by name.
    Weights(Vec<String>),
    /// Main directions of the path; which share of its variance about its end each explains.
    Directions(Vec<f64>),
}

/// The risk over a line or a plane, and the path on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Surface {
    /// Along what.
    pub frame: Frame,
    /// Positions along each of one or two directions.
    pub axes: Vec<Vec<f64>>,
    /// R at every point of the axes, the last fastest; not finite where it is not.
    pub risk: Vec<f64>,
    /// By moment, where the weights were; none where they were not finite, or far beyond the others.
    pub path: Vec<Option<Vec<f64>>>,
    /// By moment, R of the weights themselves, which may lie off the plane.
    pub heights: Vec<f64>,
    /// Training rows that R was taken of.
    pub rows: usize,
    /// Whether batch normalisation took the statistics of these rows.
    pub normed: bool,
}

/// The risk around the path. Nothing of weights that never move, and nothing worth keeping where it was
/// cancelled.
///
/// # Errors
/// Those of candle.
pub fn surface(
    job: &Job,
    model: &Model,
    rows: &Split,
    snapshots: &[Snapshot],
    control: &Control,
) -> Result<Option<Surface>> {
    let taken = rows.train_rows().min(MOST_ROWS);
    let rows = rows
        .train
        .each(|rows| rows.narrow(0, 0, taken)?.contiguous())?;
    let parameters = model.parameters();
    let sizes: Vec<usize> = parameters.iter().map(|p| p.var.elem_count()).collect();
    let of = |snapshot: &Snapshot| snapshot.numbers[..sizes.len()].concat();
    let path: Vec<Vec<f64>> = snapshots.iter().map(of).collect();
    let names = parameters.iter().map(crate::nn::Parameter::name).collect();
    // As in training: the risk is one of the weights alone, not of what the norms remember.
    let risk = |weights: &[f64]| -> Result<f64> {
        if control.is_cancelled() {
            return Ok(f64::NAN);
        }
        model.load(&apart(weights, &sizes))?;
        Ok(entries(&model.risk(&rows, Mode::Probing)?)?[0])
    };
    let all = match job.settings.model {
        settings::Model::Risk(formula) => Some(risk::range(formula)),
        settings::Model::Linear
        | settings::Model::Mlp { .. }
        | settings::Model::Residual { .. }
        | settings::Model::Own(_) => None,
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

/// Weights as one entry per tensor.
fn apart(weights: &[f64], sizes: &[usize]) -> Vec<Vec<f64>> {
    let mut rest = weights;
    let mut next = |size: &usize| {
        let (own, others) = rest.split_at(*size);
        rest = others;
        own.to_vec()
    };
    sizes.iter().map(&mut next).collect()
}

/// Any risk around any path. `names` are of the weights, and drawn along where there are one or two;
/// `all` is the range of a single weight in which there is something to see.
///
/// # Errors
/// Those of the risk.
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

/// Every point of one or two axes, the last fastest.
fn product(axes: &[Vec<f64>]) -> Vec<Vec<f64>> {
    match axes {
        [a, b] => a
            .iter()
            .flat_map(|x| b.iter().map(move |y| vec![*x, *y]))
            .collect(),
        _ => axes.iter().flatten().map(|x| vec![*x]).collect(),
    }
}

/// From the lowest value to the highest with a margin, and at least all there is to see.
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

    /// Gradient descent: every weight shrinks by its own factor.
    fn descent(start: [f64; 5]) -> Vec<Vec<f64>> {
        let at = |t: i32| {
            let weight = |(w, a): (f64, f64)| w * (1.0 - 0.05 * a).powi(t);
            start.into_iter().zip(CURVATURES).map(weight).collect()
        };
        (0..30).map(at).collect()
    }

    #[test]
    fn the_risk_in_the_plane_of_a_path_is_that_of_the_formula() {
        // The last three weights rest, so that the plane is that of the first two, however turned.
        let path = descent([3.0, -2.0, 0.0, 0.0, 0.0]);
        let drawn = draw(&path, Vec::new(), None, &bowl).unwrap().unwrap();
        let Frame::Directions(shares) = &drawn.frame else {
            panic!("five weights are drawn along directions");
        };
        assert!((shares[0] + shares[1] - 1.0).abs() < 1e-9);
        // Coordinates are lengths from the end, so that a turn is all there is between them and w; of
        // it the path says which.
        let end = &path[29];
        let place = drawn.path[0].clone().unwrap();
        let w = [path[0][0] - end[0], path[0][1] - end[1]];
        let size = w[0].hypot(w[1]);
        assert!((place[0].hypot(place[1]) - size).abs() < 1e-9);
        let other = drawn.path[7].clone().unwrap();
        let v = [path[7][0] - end[0], path[7][1] - end[1]];
        // c = Q w for the turn (perhaps with a mirror) Q, from two points.
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
    fn two_weights_are_drawn_whole_and_one_over_its_range() {
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
