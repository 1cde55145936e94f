//! The best linear model of a data set: what a network has to beat ("start simple").
//!
//! A regression is fitted by least squares, classes by softmax regression (of two classes, logistic
//! regression), each on the training rows. Features are standardised first, and a small ridge keeps
//! the solution finite where features are collinear or classes separable.
//!
//! Both fits rest on one Cholesky factor of the features' second moments. The softmax risk has a
//! Hessian of at most half of these (Böhning 1992, "Multinomial logistic regression algorithm"), so
//! descent with that bound for a metric needs no step size and minds no correlations; Nesterov's
//! momentum with restarts (O'Donoghue and Candès 2015) makes it quick.
//!
//! What it costs is bounded: wide tables are fitted on as many of their rows as [`WORK`] allows
//! (they are in random order), and tables of more than [`WIDEST`] features not at all.

use super::split::mean_and_sd;
use super::{Dataset, Rows};

/// Most multiplications that a fit may take: about a second.
const WORK: usize = 1_000_000_000;
/// Most features: their second moments fill 8 MB, and have a factor within WORK.
const WIDEST: usize = 1_000;
/// Ridge of least squares, as a share of a feature's variance: changes no digit that is told.
const RIDGE: f64 = 1e-8;
/// Ridge of softmax regression, ½λ|w|²: bounds the weights of separable classes to about 10 per
/// standard deviation, where their loss is a thousandth of a constant's.
const SOFTMAX_RIDGE: f64 = 1e-4;
/// Most steps of softmax regression.
const STEPS: usize = 200;
/// It is done when no weight moves by more than this.
const DONE: f64 = 1e-5;

/// What the best linear model says of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// Its outputs: 1 for a regression, else a probability per class.
    pub columns: usize,
    /// Of the training rows, row after row.
    pub train: Vec<f64>,
    /// Of the validation rows.
    pub validation: Vec<f64>,
}

/// Fits the best linear model. None for tables that are too wide or hold what is not finite.
pub(super) fn fit(data: &Dataset) -> Option<Baseline> {
    let d = data.features.len();
    let columns = data.classes.len().max(1);
    let finite = |rows: &Rows| rows.x.iter().chain(&rows.y).all(|value| value.is_finite());
    if d > WIDEST || data.train.is_empty() || !finite(&data.train) || !finite(&data.validation) {
        return None;
    }
    let design = Design::new(&data.train, d, columns);
    let weights = match columns {
        1 => least_squares(&design, &data.train.y)?,
        _ => softmax_regression(&design, &data.train.y, columns)?,
    };
    let outputs = |rows: &Rows| design.outputs(&rows.x, &weights, columns);
    Some(Baseline {
        columns,
        train: outputs(&data.train),
        validation: outputs(&data.validation),
    })
}

/// The training rows as a linear model sees them: standardised, with a 1 in front.
struct Design {
    mean: Vec<f64>,
    sd: Vec<f64>,
    /// n × p, row after row; as many rows as are fitted on.
    x: Vec<f64>,
    /// p = d + 1.
    p: usize,
    n: usize,
}

impl Design {
    fn new(rows: &Rows, d: usize, columns: usize) -> Design {
        let p = d + 1;
        let steps = if columns == 1 { 1 } else { STEPS };
        let affordable = WORK / (p * (p + 2 * columns * steps));
        let n = rows.len().min(affordable.max(2));
        let (mean, sd) = mean_and_sd(&rows.x, d);
        let mut design = Design {
            mean,
            sd,
            x: Vec::with_capacity(n * p),
            p,
            n,
        };
        for i in 0..n {
            let row: Vec<f64> = design.row(&rows.x[i * d..(i + 1) * d]).collect();
            design.x.extend(row);
        }
        design
    }

    /// A row of features, standardised, with a 1 in front.
    fn row<'a>(&'a self, x: &'a [f64]) -> impl Iterator<Item = f64> + 'a {
        let features = x.iter().zip(&self.mean).zip(&self.sd);
        [1.0]
            .into_iter()
            .chain(features.map(|((x, mean), sd)| (x - mean) / sd))
    }

    /// Second moments XᵀX/n with `ridge` on the diagonal, p × p, of which the lower half is filled.
    fn moments(&self, ridge: f64) -> Vec<f64> {
        let p = self.p;
        let mut moments = vec![0.0; p * p];
        for row in self.x.chunks_exact(p) {
            for (i, xi) in row.iter().enumerate() {
                let below = moments[i * p..].iter_mut().zip(&row[..=i]);
                below.for_each(|(m, xj)| *m += xi * xj);
            }
        }
        moments.iter_mut().for_each(|m| *m /= self.n as f64);
        (0..p).for_each(|i| moments[i * p + i] += ridge);
        moments
    }

    /// What weights (p × columns) say of rows of features: a number, or probabilities of classes.
    fn outputs(&self, x: &[f64], weights: &[f64], columns: usize) -> Vec<f64> {
        let d = self.p - 1;
        let mut all = Vec::with_capacity(x.len() / d.max(1) * columns);
        for row in x.chunks_exact(d) {
            let start = all.len();
            all.resize(start + columns, 0.0);
            for (x, weights) in self.row(row).zip(weights.chunks_exact(columns)) {
                let z = all[start..].iter_mut().zip(weights);
                z.for_each(|(z, w)| *z += x * w);
            }
            if columns > 1 {
                softmax(&mut all[start..]);
            }
        }
        all
    }
}

/// The weights that minimise the square loss.
fn least_squares(design: &Design, y: &[f64]) -> Option<Vec<f64>> {
    let factor = Factor::of(design.moments(RIDGE), design.p)?;
    let mut weights = vec![0.0; design.p];
    for (row, y) in design.x.chunks_exact(design.p).zip(y) {
        let entries = weights.iter_mut().zip(row);
        entries.for_each(|(w, x)| *w += x * y / design.n as f64);
    }
    factor.solve(&mut weights, 1);
    Some(weights)
}

/// The weights (p × classes) that minimise the cross-entropy of softmax, plus the ridge.
fn softmax_regression(design: &Design, y: &[f64], classes: usize) -> Option<Vec<f64>> {
    let factor = Factor::of(design.moments(2.0 * SOFTMAX_RIDGE), design.p)?;
    let mut weights = vec![0.0; design.p * classes];
    let mut ahead = weights.clone();
    let mut since_restart = 0.0;
    for _ in 0..STEPS {
        let gradient = softmax_gradient(design, y, &ahead, classes);
        let mut step = gradient.clone();
        factor.solve(&mut step, classes);
        let mut moved = 0.0_f64;
        let mut uphill = 0.0;
        let momentum = since_restart / (since_restart + 3.0);
        for (k, w) in weights.iter_mut().enumerate() {
            let new = ahead[k] - 2.0 * step[k];
            let change = new - *w;
            uphill += gradient[k] * change;
            moved = moved.max(change.abs());
            *w = new;
            ahead[k] = new + momentum * change;
        }
        since_restart += 1.0;
        if uphill > 0.0 {
            ahead.copy_from_slice(&weights);
            since_restart = 0.0;
        }
        if moved < DONE {
            break;
        }
    }
    Some(weights)
}

/// The gradient of the mean cross-entropy plus the ridge, p × classes.
fn softmax_gradient(design: &Design, y: &[f64], weights: &[f64], classes: usize) -> Vec<f64> {
    let n = design.n as f64;
    let mut gradient: Vec<f64> = weights.iter().map(|w| SOFTMAX_RIDGE * w).collect();
    let mut off = vec![0.0; classes];
    for (row, y) in design.x.chunks_exact(design.p).zip(y) {
        off.fill(0.0);
        for (x, weights) in row.iter().zip(weights.chunks_exact(classes)) {
            off.iter_mut().zip(weights).for_each(|(z, w)| *z += x * w);
        }
        softmax(&mut off);
        off[*y as usize] -= 1.0;
        for (x, gradient) in row.iter().zip(gradient.chunks_exact_mut(classes)) {
            let entries = gradient.iter_mut().zip(&off);
            entries.for_each(|(g, off)| *g += x * off / n);
        }
    }
    gradient
}

/// e^z over the sum of e^z, in place.
fn softmax(z: &mut [f64]) {
    let highest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    z.iter_mut().for_each(|z| *z = (*z - highest).exp());
    let sum: f64 = z.iter().sum();
    z.iter_mut().for_each(|z| *z /= sum);
}

/// The Cholesky factor L of a symmetric positive definite matrix LLᵀ.
struct Factor {
    /// p × p, the lower half.
    l: Vec<f64>,
    p: usize,
}

impl Factor {
    /// Of the lower half of a matrix; none if it is not positive definite.
    fn of(mut l: Vec<f64>, p: usize) -> Option<Factor> {
        for i in 0..p {
            for j in 0..=i {
                let dot: f64 = (0..j).map(|k| l[i * p + k] * l[j * p + k]).sum();
                let rest = l[i * p + j] - dot;
                l[i * p + j] = match i == j {
                    true if rest > 0.0 => rest.sqrt(),
                    true => return None,
                    false => rest / l[j * p + j],
                };
            }
        }
        Some(Factor { l, p })
    }

    /// Solves LLᵀ w = b for every column of b (p × columns), in place.
    fn solve(&self, b: &mut [f64], columns: usize) {
        let p = self.p;
        for c in 0..columns {
            for i in 0..p {
                let dot: f64 = (0..i).map(|k| self.l[i * p + k] * b[k * columns + c]).sum();
                b[i * columns + c] = (b[i * columns + c] - dot) / self.l[i * p + i];
            }
            for i in (0..p).rev() {
                let after = i + 1..p;
                let dot: f64 = after.map(|k| self.l[k * p + i] * b[k * columns + c]).sum();
                b[i * columns + c] = (b[i * columns + c] - dot) / self.l[i * p + i];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A data set without validation rows.
    fn dataset(d: usize, classes: usize, x: &[f64], y: &[f64]) -> Dataset {
        Dataset {
            features: (0..d).map(|j| format!("x{j}")).collect(),
            classes: (0..classes).map(|k| k.to_string()).collect(),
            train: Rows {
                x: x.to_vec(),
                y: y.to_vec(),
            },
            ..Dataset::default()
        }
    }

    fn close(a: &[f64], b: &[f64], tolerance: f64) {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() < tolerance, "{a} is not {b}");
        }
    }

    #[test]
    fn least_squares_has_its_closed_form() {
        // Of x = 0, 1, 2 and y = 0, 1, 5: slope 5/2, intercept −1/2.
        let fit = fit(&dataset(1, 0, &[0.0, 1.0, 2.0], &[0.0, 1.0, 5.0])).unwrap();
        close(&fit.train, &[-0.5, 2.0, 4.5], 1e-6);
    }

    #[test]
    fn a_feature_that_comes_twice_changes_nothing() {
        let (x, y) = ([0.0, 1.0, 2.0, 4.0], [0.0, 1.0, 5.0, 3.0]);
        let twice: Vec<f64> = x.iter().flat_map(|x| [*x, 1e3 * x, 7.0]).collect();
        let (one, two) = (dataset(1, 0, &x, &y), dataset(3, 0, &twice, &y));
        close(&fit(&one).unwrap().train, &fit(&two).unwrap().train, 1e-6);
        let (one, two) = (
            dataset(1, 2, &x, &[0.0, 1.0, 0.0, 1.0]),
            dataset(3, 2, &twice, &[0.0, 1.0, 0.0, 1.0]),
        );
        close(&fit(&one).unwrap().train, &fit(&two).unwrap().train, 1e-3);
    }

    #[test]
    fn logistic_regression_of_two_groups_says_their_frequencies() {
        let x: Vec<f64> = (0..20).map(|i| f64::from(u8::from(i >= 10))).collect();
        let is_one = |i: usize| if i < 10 { i < 2 } else { i < 17 };
        let y: Vec<f64> = (0..20).map(|i| f64::from(u8::from(is_one(i)))).collect();
        let fit = fit(&dataset(1, 2, &x, &y)).unwrap();
        assert_eq!(fit.columns, 2);
        close(&fit.train[..2], &[0.8, 0.2], 2e-3);
        close(&fit.train[38..], &[0.3, 0.7], 2e-3);
    }

    #[test]
    fn separable_classes_are_told_apart_with_finite_weights() {
        let x: Vec<f64> = (0..60).map(f64::from).collect();
        let y: Vec<f64> = (0..60).map(|i| f64::from(i / 20)).collect();
        let fit = fit(&dataset(1, 3, &x, &y)).unwrap();
        let right = |i: usize| fit.train[i * 3 + i / 20];
        let wrong = (0..60).filter(|i| right(*i) < 0.5).count();
        assert!(wrong <= 2, "{wrong}");
        assert!(fit.train.iter().all(|p| *p > 0.0 && *p < 1.0));
    }

    #[test]
    fn what_is_not_finite_or_too_wide_has_no_baseline() {
        assert_eq!(fit(&dataset(1, 0, &[f64::NAN, 1.0], &[0.0, 1.0])), None);
        let wide = vec![0.0; 2 * (WIDEST + 1)];
        assert_eq!(fit(&dataset(WIDEST + 1, 0, &wide, &[0.0, 1.0])), None);
        assert_eq!(fit(&Dataset::default()), None);
    }
}
