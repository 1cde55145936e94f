//! Measures the time of least-squares solvers, and the speed of reading X. Lecture 14 of the course DSC 140B
//! has such a table.
//!
//! `cargo run --release --example solvers -- 20000 5000 [gd] [sgd] [normal]` generates 20000 rows with
//! 5000 features. With two `.npy` files in place of the numbers, X (n × d) and y (n × 1) are read
//! through memory maps. `benches/peers/solvers.py` does the same with NumPy.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::Path;
use std::thread;
use sweep::config::settings::Sampling;
use sweep::train::datasets::array::Array;
use sweep::train::datasets::large_regression;
use sweep::train::linear;
use sweep::train::linear::{
    Descent, DesignMatrix, LeastSquares, Solution, SolverOptions, Stochastic, StopCriteria,
};

/// Batch size and steps of stochastic gradient descent in the lecture.
const BATCH: usize = 16;
const STEPS: u64 = 13_900;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [first, second, which @ ..] = arguments.as_slice() else {
        return Err("usage: solvers (ROWS FEATURES | X.npy Y.npy) [gd] [sgd] [normal]".into());
    };
    if first.ends_with(".npy") {
        let (x, y) = (Array::npy(first.as_ref())?, Array::npy(Path::new(second))?);
        let [Some(values), Some(targets)] = [x.values(), y.values()] else {
            return Err("expected X and y of type float64".into());
        };
        return table(values, x.columns(), targets, which);
    }
    let (rows, features) = (first.parse()?, second.parse()?);
    let made = large_regression::linear(rows, features, 1.0, 0);
    table(&made.x, features, &made.y, which)
}

/// Prints a line for every named solver, or for all.
fn table(
    values: &[f64],
    features: usize,
    y: &[f64],
    which: &[String],
) -> Result<(), Box<dyn Error>> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let p = LeastSquares {
        x: DesignMatrix { values, features },
        y,
        bias: true,
    };
    let options = SolverOptions {
        workers,
        points: 2,
        halted: &|| false,
    };
    let read = linear::bandwidth(values, workers, 5);
    println!("reading X: {:.2} GB/s with {workers} threads", read / 1e9);
    let wanted = |name: &str| which.is_empty() || which.iter().any(|word| word == name);
    if wanted("gd") {
        let how = Descent {
            rate: None,
            stop: stop(Some(1e-5), 1_000),
        };
        print("gd", read, &linear::gradient_descent(&p, &how, &options)?);
    }
    if wanted("sgd") {
        let how = Stochastic {
            rate: Some(linear::stochastic_rate(&p, BATCH, workers)?.0),
            batch: BATCH,
            sampling: Sampling::Fresh,
            seed: 0,
            stop: stop(None, STEPS),
        };
        print("sgd", read, &linear::stochastic(&p, &how, &options)?);
    }
    if wanted("normal") {
        print(
            "normal equations",
            read,
            &linear::normal_equations(&p, &options)?,
        );
    }
    Ok(())
}

fn stop(gradient: Option<f64>, iterations: u64) -> StopCriteria {
    StopCriteria {
        gradient,
        excess: None,
        iterations,
    }
}

fn print(name: &str, read: f64, solution: &Solution) {
    let Some(last) = solution.path.last() else {
        return;
    };
    let speed = solution.bytes as f64 / solution.seconds;
    println!(
        "{name:16} {:8.3} s  {} iterations in {:.2} passes of {:.4} s  {:.2} GB/s, {:.0}% of a read  \
         gradient {:.1e}  loss {:.6}  {:?}",
        solution.seconds,
        solution.iterations,
        last.passes,
        solution.seconds / last.passes,
        speed / 1e9,
        100.0 * speed / read,
        last.gradient,
        last.risk,
        solution.ended,
    );
    if let Some(note) = &solution.note {
        println!("{:16} {note}", "");
    }
}
