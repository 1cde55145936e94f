//! The best linear model of a data set, which a network should beat.
//!
//! A regression is fitted under its own loss: least squares in closed form, [`mod@robust`] losses by descent. Classes
//! are fitted by [`mod@softmax`] regression (logistic regression for two classes). All fits use the training rows.
//! Features are standardized first. A small ridge keeps the solution finite if features are collinear or classes
//! separable.
//!
//! All fits use the inverse of the second moments of the features, which is the metric of the [`mod@descent`].

mod descent;
mod design;
mod least_squares;
mod robust;
mod softmax;

use super::rows::Rows;
use candle_core::Result;
use design::Design;
use least_squares::least_squares;

pub(crate) use design::{WIDEST, fitted_rows};

/// The loss that the best linear model minimizes.
#[derive(Debug, Clone, PartialEq)]
pub enum Criterion {
    /// The mean of r², with r the residual.
    Squares,
    /// The mean of |r|.
    Absolute,
    /// The mean of Huber's loss of r, with this δ.
    Huber(f64),
    /// The cross-entropy of classes.
    Entropy {
        /// ε of the smoothed labels (1 − ε)y + ε/k.
        smoothing: f64,
        /// Class weights; empty for equal weights.
        weights: Vec<f64>,
    },
}

/// The predictions of the best linear model.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearFit {
    /// Number of outputs per row: one per target of a regression, else a probability per class.
    pub columns: usize,
    /// Outputs for the training rows, row-major.
    pub train: Vec<f64>,
    /// Outputs for the validation rows.
    pub validation: Vec<f64>,
}

/// Fits the best linear model to training rows; `classes` is 0 for a regression. Returns `None` for tables that are
/// too wide or have nonfinite values.
pub(super) fn fit(
    [train, validation]: [&Rows; 2],
    features: usize,
    classes: usize,
    by: &Criterion,
) -> Option<LinearFit> {
    let finite = |rows: &Rows| rows.x.iter().chain(&rows.y).all(|value| value.is_finite());
    let wide = features > WIDEST;
    if wide || train.is_empty() || !finite(train) || !finite(validation) {
        return None;
    }
    // No data can cause an error of candle.
    let fit = fit_rows([train, validation], features, classes, by);
    fit.ok().flatten()
}

fn fit_rows(
    [train, validation]: [&Rows; 2],
    features: usize,
    classes: usize,
    by: &Criterion,
) -> Result<Option<LinearFit>> {
    let columns = match classes {
        0 => train.targets,
        k => k,
    };
    let design = Design::new(train, features, columns)?;
    let weights = match by {
        Criterion::Squares => least_squares(&design, columns)?,
        Criterion::Absolute => robust::fit(&design, columns, 0.0)?,
        Criterion::Huber(delta) => robust::fit(&design, columns, *delta)?,
        Criterion::Entropy { smoothing, weights } => {
            softmax::fit(&design, columns, *smoothing, weights)?
        }
    };
    let Some(weights) = weights else {
        return Ok(None);
    };
    let says = |rows| -> Result<Vec<f64>> {
        let mut says = design.outputs(rows, &weights, columns)?;
        if let Criterion::Entropy { .. } = by {
            says.chunks_exact_mut(columns).for_each(softmax::softmax);
        }
        Ok(says)
    };
    Ok(Some(LinearFit {
        columns,
        train: says(train)?,
        validation: says(validation)?,
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::train::datasets::Dataset;

    fn fit(data: &Dataset, by: &Criterion) -> Option<LinearFit> {
        let parts = [&data.train, &data.validation];
        super::fit(parts, data.features.len(), data.classes.len(), by)
    }

    /// Returns a data set without validation rows.
    fn dataset(d: usize, classes: usize, x: &[f64], y: &[f64]) -> Dataset {
        Dataset {
            features: (0..d).map(|j| format!("x{j}")).collect(),
            classes: (0..classes).map(|k| k.to_string()).collect(),
            train: Rows {
                x: x.to_vec().into(),
                y: y.to_vec(),
                ..Rows::default()
            },
            ..Dataset::default()
        }
    }

    fn squares(data: &Dataset) -> Option<LinearFit> {
        fit(data, &Criterion::Squares)
    }

    fn entropy(data: &Dataset) -> Option<LinearFit> {
        let equal = Criterion::Entropy {
            smoothing: 0.0,
            weights: Vec::new(),
        };
        fit(data, &equal)
    }

    fn close(a: &[f64], b: &[f64], tolerance: f64) {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert!((a - b).abs() < tolerance, "{a} is not {b}");
        }
    }

    #[test]
    fn least_squares_matches_its_closed_form() {
        // For x = 0, 1, 2 and y = 0, 1, 5: slope 5/2, intercept −1/2.
        let fit = squares(&dataset(1, 0, &[0.0, 1.0, 2.0], &[0.0, 1.0, 5.0])).unwrap();
        close(&fit.train, &[-0.5, 2.0, 4.5], 1e-6);
    }

    /// Rows of y = 2x + 1 with one outlier. The median of the residuals is 0, and the mean is not.
    #[test]
    fn the_absolute_loss_ignores_an_outlier_and_huber_lies_between() {
        let x: Vec<f64> = (0..21).map(f64::from).collect();
        let mut y: Vec<f64> = x.iter().map(|x| 2.0 * x + 1.0).collect();
        y[18] += 300.0;
        let data = dataset(1, 0, &x, &y);
        let mean = |by, of: fn(f64) -> f64| {
            let fit = fit(&data, &by).unwrap();
            fit.train
                .iter()
                .zip(&y)
                .map(|(a, y)| of(a - y))
                .sum::<f64>()
                / 21.0
        };
        let absolute = mean(Criterion::Absolute, f64::abs);
        assert!((absolute - 300.0 / 21.0).abs() < 0.01, "{absolute}");
        assert!(mean(Criterion::Squares, f64::abs) > 1.5 * absolute);
        let huber = |r: f64| {
            if r.abs() < 2.0 {
                0.5 * r * r
            } else {
                2.0 * (r.abs() - 1.0)
            }
        };
        let best = mean(Criterion::Huber(2.0), huber);
        assert!(best < mean(Criterion::Absolute, huber) && best < mean(Criterion::Squares, huber));
        // If δ exceeds all residuals, the loss is half of the squared error.
        let wide = mean(Criterion::Huber(1e4), |r| r * r);
        assert!((wide / mean(Criterion::Squares, |r| r * r) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn several_targets_are_fitted_independently() {
        let (x, a, b) = (
            [0.0, 1.0, 2.0, 5.0],
            [1.0, 3.0, 2.0, 9.0],
            [70.0, 0.0, 40.0, 20.0],
        );
        let both = a
            .iter()
            .zip(&b)
            .flat_map(|(a, b)| [*a, *b])
            .collect::<Vec<f64>>();
        let mut data = dataset(1, 0, &x, &both);
        data.train.targets = 2;
        for by in [
            Criterion::Squares,
            Criterion::Absolute,
            Criterion::Huber(3.0),
        ] {
            let together = fit(&data, &by).unwrap();
            assert_eq!(together.columns, 2);
            for (k, y) in [a, b].iter().enumerate() {
                let single = fit(&dataset(1, 0, &x, y), &by).unwrap().train;
                let own: Vec<f64> = together.train.iter().skip(k).step_by(2).copied().collect();
                close(&own, &single, 1e-9);
            }
        }
    }

    #[test]
    fn a_duplicated_feature_changes_nothing() {
        let (x, y) = ([0.0, 1.0, 2.0, 4.0], [0.0, 1.0, 5.0, 3.0]);
        let twice: Vec<f64> = x.iter().flat_map(|x| [*x, 1e3 * x, 7.0]).collect();
        let (one, two) = (dataset(1, 0, &x, &y), dataset(3, 0, &twice, &y));
        close(
            &squares(&one).unwrap().train,
            &squares(&two).unwrap().train,
            1e-6,
        );
        let (one, two) = (
            dataset(1, 2, &x, &[0.0, 1.0, 0.0, 1.0]),
            dataset(3, 2, &twice, &[0.0, 1.0, 0.0, 1.0]),
        );
        close(
            &entropy(&one).unwrap().train,
            &entropy(&two).unwrap().train,
            1e-3,
        );
    }

    #[test]
    fn logistic_regression_of_two_groups_predicts_their_frequencies() {
        let x: Vec<f64> = (0..20).map(|i| f64::from(u8::from(i >= 10))).collect();
        let is_one = |i: usize| if i < 10 { i < 2 } else { i < 17 };
        let y: Vec<f64> = (0..20).map(|i| f64::from(u8::from(is_one(i)))).collect();
        let fit = entropy(&dataset(1, 2, &x, &y)).unwrap();
        assert_eq!(fit.columns, 2);
        close(&fit.train[..2], &[0.8, 0.2], 2e-3);
        close(&fit.train[38..], &[0.3, 0.7], 2e-3);
    }

    /// The optimum of separable classes predicts the smoothed label of each class.
    #[test]
    fn smoothed_labels_give_their_own_probabilities() {
        let x: Vec<f64> = (0..40).map(|i| f64::from(i / 20)).collect();
        let smoothing = Criterion::Entropy {
            smoothing: 0.2,
            weights: Vec::new(),
        };
        let fit = fit(&dataset(1, 2, &x, &x), &smoothing).unwrap();
        close(&fit.train[..2], &[0.9, 0.1], 2e-3);
        close(&fit.train[78..], &[0.1, 0.9], 2e-3);
    }

    /// With 8 rows of one class, and 2 rows of weight 4 of the other, both classes are equally likely.
    #[test]
    fn class_weights_multiply_frequencies() {
        let y: Vec<f64> = (0..10).map(|i| f64::from(u8::from(i < 2))).collect();
        let weighted = Criterion::Entropy {
            smoothing: 0.0,
            weights: vec![1.0, 4.0],
        };
        let fit = fit(&dataset(1, 2, &[0.0; 10], &y), &weighted).unwrap();
        close(&fit.train[..2], &[0.5, 0.5], 2e-3);
    }

    #[test]
    fn separable_classes_are_separated_with_finite_weights() {
        let x: Vec<f64> = (0..60).map(f64::from).collect();
        let y: Vec<f64> = (0..60).map(|i| f64::from(i / 20)).collect();
        let fit = entropy(&dataset(1, 3, &x, &y)).unwrap();
        let right = |i: usize| fit.train[i * 3 + i / 20];
        let wrong = (0..60).filter(|i| right(*i) < 0.5).count();
        assert!(wrong <= 2, "{wrong}");
        assert!(fit.train.iter().all(|p| *p > 0.0 && *p < 1.0));
    }

    #[test]
    fn nonfinite_or_too_wide_tables_have_no_linear_fit() {
        assert_eq!(squares(&dataset(1, 0, &[f64::NAN, 1.0], &[0.0, 1.0])), None);
        let wide = vec![0.0; 2 * (WIDEST + 1)];
        assert_eq!(squares(&dataset(WIDEST + 1, 0, &wide, &[0.0, 1.0])), None);
        assert_eq!(squares(&Dataset::default()), None);
    }
}
