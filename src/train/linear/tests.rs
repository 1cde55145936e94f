#![allow(clippy::unwrap_used)]

use super::pass::Passes;
use super::problem::{Objective, RowLoss, norm};
use super::*;
use crate::config::settings::Sampling;
use faer::linalg::solvers::SolveLstsq;
use faer::{Mat, MatRef};
use proptest::prelude::*;
use rand::RngExt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Returns numbers between −1 and 1.
fn numbers(count: usize, salt: u64) -> Vec<f64> {
    let mut stream = crate::seed::stream(salt, "solve/tests");
    (0..count)
        .map(|_| 2.0 * stream.random::<f64>() - 1.0)
        .collect()
}

/// Returns X (n × d) and y: features with a nonzero mean, and targets without an exact fit.
fn problem(n: usize, d: usize) -> (Vec<f64>, Vec<f64>) {
    let mut x = numbers(n * d, 1);
    x.iter_mut().for_each(|x| *x += 0.2);
    (x, numbers(n, 2))
}

fn least_squares<'a>(x: &'a [f64], y: &'a [f64], bias: bool) -> LeastSquares<'a> {
    let x = DesignMatrix {
        values: x,
        features: x.len() / y.len(),
    };
    LeastSquares { x, y, bias }
}

fn options(workers: usize) -> SolverOptions<'static> {
    SolverOptions {
        workers,
        points: 50,
        halted: &|| false,
    }
}

fn until(gradient: f64, iterations: u64) -> StopCriteria {
    StopCriteria {
        gradient: Some(gradient),
        excess: None,
        iterations,
    }
}

/// Solves by a QR decomposition of Aug(X) with Householder reflections.
fn by_qr(p: &LeastSquares) -> Vec<f64> {
    let (n, d) = (p.y.len(), p.x.features);
    let a = Mat::from_fn(n, d + usize::from(p.bias), |i, j| {
        if j < d { p.x.values[i * d + j] } else { 1.0 }
    });
    let w = a
        .qr()
        .solve_lstsq(MatRef::from_column_major_slice(p.y, n, 1));
    w.col(0).iter().copied().collect()
}

fn far(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let off: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    norm(&off) / norm(b)
}

/// A problem with the weights that NumPy computed (tests/fixtures/lstsq.py).
#[derive(serde::Deserialize)]
struct Fixture {
    features: usize,
    x: Vec<f64>,
    y: Vec<f64>,
    w: Vec<f64>,
}

fn fixture(name: &str) -> Fixture {
    let text = include_str!("../../../tests/fixtures/lstsq.json");
    let mut all: std::collections::BTreeMap<String, Fixture> = serde_json::from_str(text).unwrap();
    let fixture = all.remove(name).unwrap();
    assert_eq!(fixture.x.len(), fixture.features * fixture.y.len());
    fixture
}

#[test]
fn direct_and_full_batch_solvers_agree_with_numpys_lstsq_to_ten_digits() {
    for name in ["noisy", "consistent"] {
        let Fixture { x, y, w, .. } = fixture(name);
        let p = least_squares(&x, &y, true);
        let normal = normal_equations(&p, &options(2)).unwrap();
        assert!(far(&normal.weights, &w) < 1e-13);
        assert_eq!(normal.note, None);
        let how = Descent {
            rate: None,
            stop: until(1e-13, 100_000),
        };
        let descent = gradient_descent(&p, &how, &options(2)).unwrap();
        assert_eq!(descent.ended, SolverStatus::Converged);
        assert!(far(&descent.weights, &w) < 1e-10);
    }
}

#[test]
fn without_a_bias_solvers_agree_with_a_qr_decomposition() {
    let (x, y) = problem(90, 7);
    let p = least_squares(&x, &y, false);
    let normal = normal_equations(&p, &options(2)).unwrap();
    assert!(far(&normal.weights, &by_qr(&p)) < 1e-13);
}

/// If the rows have an exact fit, stochastic gradients vanish at the optimum, without noise.
#[test]
fn stochastic_descent_agrees_with_numpys_lstsq_if_an_exact_fit_exists() {
    let Fixture { x, y, w, .. } = fixture("consistent");
    let p = least_squares(&x, &y, true);
    for sampling in [Sampling::Fresh, Sampling::Epochs] {
        let how = Stochastic {
            rate: None,
            batch: 8,
            sampling,
            seed: 3,
            stop: until(1e-13, 1_000_000),
        };
        let solution = stochastic(&p, &how, &options(1)).unwrap();
        assert_eq!(solution.ended, SolverStatus::Converged);
        assert!(far(&solution.weights, &w) < 1e-10);
    }
}

#[test]
fn a_batch_of_all_rows_is_gradient_descent() {
    let (x, y) = problem(50, 3);
    let p = least_squares(&x, &y, true);
    let stop = StopCriteria {
        gradient: None,
        excess: None,
        iterations: 20,
    };
    let how = Descent {
        rate: Some(0.1),
        stop,
    };
    let descent = gradient_descent(&p, &how, &options(1)).unwrap();
    for sampling in [Sampling::Fresh, Sampling::Epochs] {
        let how = Stochastic {
            rate: Some(0.1),
            batch: 50,
            sampling,
            seed: 0,
            stop,
        };
        let solution = stochastic(&p, &how, &options(1)).unwrap();
        assert_eq!(solution.ended, SolverStatus::IterationsSpent);
        assert_eq!(solution.path.last().unwrap().passes, 20.0);
        assert!(far(&solution.weights, &descent.weights) < 1e-13);
    }
}

#[test]
fn if_the_optimum_is_not_unique_the_shortest_is_taken_with_a_note() {
    let (x, y) = problem(40, 3);
    let twice: Vec<f64> = x.chunks(3).flat_map(|x| [x[0], x[1], x[2], x[0]]).collect();
    let once = normal_equations(&least_squares(&x, &y, true), &options(1)).unwrap();
    let p = least_squares(&twice, &y, true);
    let both = normal_equations(&p, &options(1)).unwrap();
    let w = &once.weights;
    let halves = [w[0] / 2.0, w[1], w[2], w[0] / 2.0, w[3]];
    assert!(far(&both.weights, &halves) < 1e-10);
    assert!(both.note.unwrap().contains("rank 4 of 5"));
    let how = Descent {
        rate: None,
        stop: until(1e-13, 100_000),
    };
    let descent = gradient_descent(&p, &how, &options(1)).unwrap();
    assert!(far(&descent.weights, &halves) < 1e-10);
}

#[test]
fn fewer_rows_than_features_are_fitted_exactly() {
    for (n, d) in [(1, 1), (1, 4), (5, 9)] {
        let (x, y) = problem(n, d);
        let p = least_squares(&x, &y, true);
        let solution = normal_equations(&p, &options(2)).unwrap();
        assert!(solution.path[0].risk < 1e-20, "{n} × {d}");
        assert!(solution.note.is_some());
    }
}

#[test]
fn a_feature_that_is_always_zero_gets_weight_zero() {
    let x = [0.0, 1.0, 0.0, 2.0, 0.0, 4.0];
    let solution = normal_equations(&least_squares(&x, &[1.0, 2.0, 4.0], false), &options(1));
    assert!(far(&solution.unwrap().weights, &[0.0, 1.0]) < 1e-14);
    let zeros = [0.0; 6];
    let p = least_squares(&zeros, &[1.0, 2.0, 4.0], false);
    assert_eq!(normal_equations(&p, &options(1)).unwrap().weights, [0.0; 2]);
    let how = Descent {
        rate: None,
        stop: until(1e-9, 9),
    };
    let descent = gradient_descent(&p, &how, &options(1)).unwrap();
    assert_eq!(descent.ended, SolverStatus::Converged);
}

#[test]
fn features_of_very_different_scales_lose_no_digits() {
    let (x, y) = problem(60, 2);
    let scaled: Vec<f64> = x
        .chunks(2)
        .flat_map(|x| [1e-7 * x[0], 1e7 * x[1]])
        .collect();
    let p = least_squares(&scaled, &y, true);
    let solution = normal_equations(&p, &options(1)).unwrap();
    let plain = by_qr(&least_squares(&x, &y, true));
    let w = [
        solution.weights[0] * 1e-7,
        solution.weights[1] * 1e7,
        solution.weights[2],
    ];
    assert_eq!(solution.note, None);
    assert!(far(&w, &plain) < 1e-12);
}

#[test]
fn the_number_of_workers_does_not_change_a_bit() {
    // Several blocks of rows, and several panels of the Hessian.
    let (x, y) = problem(1_100, 300);
    let classes: Vec<f64> = y.iter().map(|y| f64::from(u8::from(*y > 0.0))).collect();
    let p = least_squares(&x, &y, true);
    let all = |workers| {
        let options = options(workers);
        let how = Descent {
            rate: None,
            stop: until(0.0, 5),
        };
        let stochastic_settings = Stochastic {
            rate: None,
            batch: 16,
            sampling: Sampling::Fresh,
            seed: 1,
            stop: until(0.0, 40),
        };
        let logistic = Logistic {
            x: p.x,
            y: &classes,
            bias: true,
        };
        let solutions = [
            normal_equations(&p, &options),
            gradient_descent(&p, &how, &options),
            stochastic(&p, &stochastic_settings, &options),
            newton(&logistic, until(1e-9, 3), &options),
        ];
        solutions.map(|solution| {
            let solution = solution.unwrap();
            let risks: Vec<f64> = solution.path.iter().map(|point| point.risk).collect();
            (solution.weights, risks, solution.note)
        })
    };
    let one = all(1);
    assert_eq!(one, all(2));
    assert_eq!(one, all(3));
}

/// Rows with so many columns that workers share them.
#[test]
fn workers_that_share_the_columns_of_a_batch_do_not_change_a_bit() {
    let (x, y) = problem(70, 2_100);
    let p = least_squares(&x, &y, true);
    for sampling in [Sampling::Epochs, Sampling::Fresh] {
        let how = Stochastic {
            rate: Some(1e-4),
            // The last batch of an epoch is smaller.
            batch: 19,
            sampling,
            seed: 1,
            stop: until(0.0, 300),
        };
        let of = |workers| stochastic(&p, &how, &options(workers)).unwrap().weights;
        let one = of(1);
        assert!(one.iter().all(|w| w.is_finite() && *w != 0.0));
        assert!([2, 3, 8].into_iter().all(|workers| of(workers) == one));
    }
}

#[test]
fn workers_that_share_columns_are_cancelled_together() {
    let (x, y) = problem(40, 2_100);
    let p = least_squares(&x, &y, true);
    let asked = AtomicU64::new(0);
    let halted = || asked.fetch_add(1, Ordering::Relaxed) == 1_000;
    let options = SolverOptions {
        halted: &halted,
        ..options(4)
    };
    let how = Stochastic {
        rate: Some(1e-4),
        batch: 20,
        sampling: Sampling::Fresh,
        seed: 1,
        stop: until(0.0, 1_000_000),
    };
    let solution = stochastic(&p, &how, &options).unwrap();
    assert_eq!(solution.ended, SolverStatus::Halted);
    assert_eq!(solution.iterations, 1_000);
}

#[test]
fn a_learning_rate_that_is_too_high_is_reported_as_divergence() {
    let (x, y) = problem(64, 3);
    let p = least_squares(&x, &y, true);
    let stop = until(1e-6, 10_000);
    let rate = Some(100.0);
    let descent = gradient_descent(&p, &Descent { rate, stop }, &options(1)).unwrap();
    assert_eq!(descent.ended, SolverStatus::Diverged);
    assert!(descent.iterations < 100);
    let how = Stochastic {
        rate,
        batch: 4,
        sampling: Sampling::Epochs,
        seed: 0,
        stop,
    };
    let solution = stochastic(&p, &how, &options(1)).unwrap();
    assert_eq!(solution.ended, SolverStatus::Diverged);
}

#[test]
fn at_the_computed_rate_descent_never_increases_the_loss() {
    let (x, y) = problem(64, 5);
    let how = Descent {
        rate: None,
        stop: until(1e-8, 40),
    };
    let solution = gradient_descent(&least_squares(&x, &y, true), &how, &options(1)).unwrap();
    let falls = |two: &[PathPoint]| two[1].risk < two[0].risk;
    assert!(solution.path.windows(2).all(falls));
    assert_eq!(solution.path.len(), 41);
}

#[test]
fn problems_without_a_solution_are_rejected_with_the_reason() {
    let (mut x, y) = problem(6, 2);
    let p = least_squares(&x, &y[..5], false);
    let shape = normal_equations(&p, &options(1)).unwrap_err();
    assert!(matches!(shape, SolveError::Shape { targets: 5, .. }));
    x[3] = f64::NAN;
    let p = least_squares(&x, &y, true);
    let solution = normal_equations(&p, &options(1));
    assert_eq!(solution, Err(SolveError::NotFinite));
    let classes = Logistic {
        x: p.x,
        y: &[0.0, 1.0, 2.0, 0.0, 1.0, 1.0],
        bias: true,
    };
    let solution = newton(&classes, until(1e-9, 9), &options(1));
    assert_eq!(solution, Err(SolveError::Classes));
}

#[test]
fn a_halted_solver_returns_early() {
    let (x, y) = problem(30, 2);
    let p = least_squares(&x, &y, true);
    let options = SolverOptions {
        halted: &|| true,
        ..options(1)
    };
    let stop = until(1e-9, 100);
    let descent = gradient_descent(
        &p,
        &Descent {
            rate: Some(0.1),
            stop,
        },
        &options,
    )
    .unwrap();
    assert_eq!(
        (descent.ended, descent.iterations),
        (SolverStatus::Halted, 0)
    );
    assert_eq!(
        normal_equations(&p, &options).unwrap().ended,
        SolverStatus::Halted
    );
}

/// With one feature of 0 and 1, the two probabilities are the frequencies.
#[test]
fn newton_converges_to_the_frequencies_of_two_groups() {
    let x: Vec<f64> = (0..20).map(|i| f64::from(u8::from(i >= 10))).collect();
    let is_one = |i: usize| if i < 10 { i < 2 } else { i < 17 };
    let y: Vec<f64> = (0..20).map(|i| f64::from(u8::from(is_one(i)))).collect();
    let p = Logistic {
        x: DesignMatrix {
            values: &x,
            features: 1,
        },
        y: &y,
        bias: true,
    };
    let solution = newton(&p, until(1e-12, 50), &options(1)).unwrap();
    let logit = |p: f64| (p / (1.0 - p)).ln();
    let expected = [logit(0.7) - logit(0.2), logit(0.2)];
    assert!(far(&solution.weights, &expected) < 1e-10);
    assert!(solution.iterations < 10);
    assert_eq!(
        (solution.ended, solution.note),
        (SolverStatus::Converged, None)
    );
    let apart = newton(&Logistic { y: &x, ..p }, until(1e-12, 15), &options(1)).unwrap();
    assert!(apart.note.unwrap().contains("linearly separable"));
}

proptest! {
    /// For any shape, the pass over blocks returns loss and gradient of the definition.
    #[test]
    fn a_pass_returns_the_gradient_of_the_definition(
        n in 1..40_usize, d in 1..30_usize, tall in 1..3_usize, bias: bool, logistic: bool,
    ) {
        let d = if tall == 2 { d + 3_000 } else { d };
        let (x, mut y) = problem(n, d);
        let loss = if logistic { RowLoss::Logistic } else { RowLoss::Square };
        if logistic {
            y.iter_mut().for_each(|y| *y = f64::from(u8::from(*y > 0.0)));
        }
        let x = DesignMatrix { values: &x, features: d };
        let objective = Objective { x, y: &y, bias, loss };
        let w: Vec<f64> = numbers(objective.weights(), 4).iter().map(|w| w / d as f64).collect();
        let mut gradient = vec![0.0; w.len()];
        let risk = Passes::new(objective, 2).at(&w, &mut gradient);
        let (mut by_hand, mut losses) = (vec![0.0; w.len()], 0.0);
        for (x, y) in x.values.chunks(d).zip(&y) {
            let aug: Vec<f64> = x.iter().copied().chain(bias.then_some(1.0)).collect();
            let z: f64 = aug.iter().zip(&w).map(|(x, w)| x * w).sum();
            let [one, slope] = match loss {
                RowLoss::Square => [(z - y).powi(2), 2.0 * (z - y)],
                RowLoss::Logistic => [(1.0 + z.exp()).ln() - y * z, 1.0 / (1.0 + (-z).exp()) - y],
            };
            losses += one / n as f64;
            by_hand.iter_mut().zip(aug).for_each(|(g, x)| *g += slope * x / n as f64);
        }
        prop_assert!((risk - losses).abs() < 1e-12);
        prop_assert!(far(&gradient, &by_hand) < 1e-11);
    }

    #[test]
    fn path_iterations_include_start_and_end(iterations in 0..100_000_u64, most in 2..60_usize) {
        let all = path_iterations(iterations, most);
        prop_assert_eq!((all[0], all[all.len() - 1]), (0, iterations));
        prop_assert!(all.len() <= most.max(2) && all.windows(2).all(|two| two[0] < two[1]));
    }
}
