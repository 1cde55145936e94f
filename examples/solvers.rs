//! The lecture's table of least squares on this machine: `cargo run --release --example solvers`.
//!
//! `solvers ROWS FEATURES [all|gd|sgd|normal] [NPY]` makes rows of 64-bit floats, or maps them from a
//! file, and times the three solvers as the lecture has them, next to a parallel read of X.
//! `benches/peers/solvers.py` does the same with NumPy.
#![allow(clippy::print_stdout)]

use std::time::Instant;
use sweep::data::large;
use sweep::solve::{self, Control, Descent, LeastSquares, Rows, Solution, Stochastic, Stop};
use sweep::spec::settings::Sampling;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |k: usize, default: usize| {
        let given = arguments.get(k).and_then(|text| text.parse().ok());
        given.unwrap_or(default)
    };
    let (n, d) = (number(0, 20_000), number(1, 5_000));
    let which = arguments.get(2).map_or("all", String::as_str);
    let wanted = |name: &str| which == "all" || which == name;
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    let made = large::linear(n, d, 1.0, 0);
    println!("{n} × {d} made in {:.1} s", start.elapsed().as_secs_f64());
    let x = Rows {
        values: &made.x,
        features: d,
    };
    let p = LeastSquares {
        x,
        y: &made.y,
        bias: true,
    };
    let read = solve::bandwidth(x.values, workers, 3);
    println!("read of X        {:6.2} GB/s", read / 1e9);
    let control = Control {
        workers,
        looks: 4,
        halted: &|| false,
    };
    let stop = |gradient, iterations| Stop {
        gradient,
        excess: None,
        iterations,
    };
    if wanted("gd") {
        let how = Descent {
            rate: None,
            stop: stop(Some(1e-5), 100),
        };
        tell("gd", read, solve::gradient_descent(&p, &how, &control));
    }
    if wanted("sgd") {
        let how = Stochastic {
            rate: None,
            batch: 16,
            sampling: Sampling::Fresh,
            seed: 0,
            stop: stop(None, 13_900),
        };
        let (rate, _) = match solve::stochastic_rate(&p, how.batch, workers) {
            Ok(found) => found,
            Err(error) => return println!("{error}"),
        };
        let how = Stochastic {
            rate: Some(rate),
            ..how
        };
        tell("sgd", read, solve::stochastic(&p, &how, &control));
    }
    if wanted("normal") {
        tell(
            "normal equations",
            read,
            solve::normal_equations(&p, &control),
        );
    }
}

fn tell(name: &str, read: f64, solution: Result<Solution, solve::SolveError>) {
    let solution = match solution {
        Ok(solution) => solution,
        Err(error) => return println!("{name}: {error}"),
    };
    let Some(last) = solution.path.last() else {
        return println!("{name}: {:?}", solution.ended);
    };
    let speed = solution.bytes as f64 / solution.seconds;
    println!(
        "{name:16} {:8.3} s  {:6} iterations  {:10.6} s per pass  {:6.2} GB/s ({:3.0}% of a read)  \
         gradient {:.1e}  risk {:.6}  {:?}",
        solution.seconds,
        solution.iterations,
        solution.seconds / last.passes,
        speed / 1e9,
        100.0 * speed / read,
        last.gradient,
        last.risk,
        solution.ended,
    );
    if let Some(note) = solution.note {
        println!("{:16} {note}", "");
    }
}
