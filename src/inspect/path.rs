//! The trajectory of the weights, and the plane that contains most of it.
//!
//! Source: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the loss landscape of neural nets" (2018),
//! section 7: the two main directions of the trajectory relative to its end. For few points in many
//! dimensions, they follow exactly from the inner products of the points.

use super::principal::eigen;

/// A direction that explains a smaller share of the trajectory is rounding error.
const LEAST: f64 = 1e-10;

/// Points beyond this multiple of the median distance from the start are not drawn: otherwise a diverging
/// trajectory would hide everything else.
const FAR: f64 = 10.0;

/// A line or a plane in the space of weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// The point with coordinates 0.
    pub origin: Vec<f64>,
    /// One or two orthogonal unit vectors; none for a trajectory that never moves.
    pub directions: Vec<Vec<f64>>,
    /// The share of the trajectory's variance about its end that each explains.
    pub shares: Vec<f64>,
}

impl Plane {
    /// Returns the whole space of one or two weights.
    pub fn whole(weights: usize) -> Plane {
        let unit = |k: usize| (0..weights).map(|i| f64::from(u8::from(i == k))).collect();
        Plane {
            origin: vec![0.0; weights],
            directions: (0..weights).map(unit).collect(),
            shares: Vec::new(),
        }
    }

    /// Returns the plane of the two main directions of a trajectory, relative to its last point.
    pub fn of(path: &[&[f64]]) -> Plane {
        let origin = path.last().map_or(Vec::new(), |end| end.to_vec());
        let n = path.len();
        let product = |i: usize, j: usize| {
            let pairs = path[i].iter().zip(path[j]).zip(&origin);
            pairs.map(|((a, b), o)| (a - o) * (b - o)).sum::<f64>()
        };
        let mut gram = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                gram[i * n + j] = product(i, j);
                gram[j * n + i] = gram[i * n + j];
            }
        }
        let all: f64 = (0..n).map(|i| gram[i * n + i]).sum();
        let main = eigen(gram, n).into_iter().take(2);
        let main: Vec<_> = main
            .filter(|(value, _)| *value > LEAST * all && all.is_finite())
            .collect();
        let direction = |(value, of_points): &(f64, Vec<f64>)| {
            let mut direction = vec![0.0; origin.len()];
            for (point, share) in path.iter().zip(of_points) {
                for ((d, x), o) in direction.iter_mut().zip(*point).zip(&origin) {
                    *d += share * (x - o) / value.sqrt();
                }
            }
            direction
        };
        Plane {
            directions: main.iter().map(direction).collect(),
            shares: main.iter().map(|(value, _)| value / all).collect(),
            origin,
        }
    }

    /// Returns the weights at these coordinates.
    pub fn at(&self, coordinates: &[f64]) -> Vec<f64> {
        let mut point = self.origin.clone();
        for (c, direction) in coordinates.iter().zip(&self.directions) {
            for (x, d) in point.iter_mut().zip(direction) {
                *x += c * d;
            }
        }
        point
    }

    /// Returns the coordinates of the point in the plane that is nearest to these weights.
    pub fn coordinates(&self, point: &[f64]) -> Vec<f64> {
        let along = |direction: &Vec<f64>| {
            let steps = point.iter().zip(&self.origin).zip(direction);
            steps.map(|((x, o), d)| (x - o) * d).sum()
        };
        self.directions.iter().map(along).collect()
    }
}

/// Returns which points of a trajectory can be drawn: finite ones that are not far from the others.
pub fn drawable(path: &[Vec<f64>]) -> Vec<bool> {
    let finite = |point: &[f64]| point.iter().all(|x| x.is_finite());
    let Some(start) = path.first().filter(|start| finite(start)) else {
        return vec![false; path.len()];
    };
    let far = |point: &Vec<f64>| {
        let steps = point.iter().zip(start).map(|(x, o)| (x - o).powi(2));
        steps.sum::<f64>().sqrt()
    };
    let distances: Vec<f64> = path.iter().map(far).collect();
    let mut sorted: Vec<f64> = distances
        .iter()
        .copied()
        .filter(|distance| distance.is_finite())
        .collect();
    sorted.sort_by(f64::total_cmp);
    let usual = sorted[(sorted.len() - 1) / 2];
    distances
        .iter()
        .map(|distance| distance.is_finite() && (usual == 0.0 || *distance <= FAR * usual))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trajectory_in_a_plane_is_found_with_its_plane() {
        // A spiral in the plane of (3, 0, 4, 0)/5 and (0, 1, 0, 0), off the origin.
        let point = |i: usize| {
            let (angle, radius) = (0.3 * i as f64, 0.95_f64.powi(i as i32));
            let (a, b) = (3.0 * radius * angle.cos(), radius * angle.sin());
            vec![1.0 + 0.6 * a, 2.0 + b, 0.8 * a, -1.0]
        };
        let path: Vec<Vec<f64>> = (0..40).map(point).collect();
        let plane = Plane::of(&path.iter().map(Vec::as_slice).collect::<Vec<_>>());
        assert!((plane.shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(plane.shares[0] > plane.shares[1]);
        for point in &path {
            let again = plane.at(&plane.coordinates(point));
            let off = again.iter().zip(point).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f64::max) < 1e-12);
        }
        for direction in &plane.directions {
            let size: f64 = direction.iter().map(|x| x * x).sum();
            assert!((size - 1.0).abs() < 1e-12);
            // Orthogonal to the directions in which no point moves.
            assert!((0.8 * direction[0] - 0.6 * direction[2]).abs() < 1e-12);
            assert!(direction[3].abs() < 1e-12);
        }
    }

    #[test]
    fn a_straight_trajectory_has_one_direction_and_a_fixed_point_none() {
        let path = [[0.0, 0.0, 1.0], [1.0, 2.0, 1.0], [3.0, 6.0, 1.0]];
        let plane = Plane::of(&path.each_ref().map(|point| point.as_slice()));
        assert_eq!((plane.directions.len(), plane.shares.len()), (1, 1));
        let plane = Plane::of(&[&[1.0, 2.0], &[1.0, 2.0]]);
        assert!(plane.directions.is_empty());
    }

    #[test]
    fn diverged_points_are_not_drawn() {
        let path = [0.0, 1.0, 2.0, 3.0, 1e9, f64::INFINITY, f64::NAN].map(|x| vec![x]);
        assert_eq!(
            drawable(&path),
            [true, true, true, true, false, false, false]
        );
    }
}
