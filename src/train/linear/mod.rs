//! Solvers for linear models on all rows in 64 bits: three for least squares, and Newton's method for logistic
//! regression.
//!
//! | solver | cost | reads |
//! |---|---|---|
//! | [`normal_equations`] | n d² / 2 multiplications, then d³ / 6 | X twice |
//! | [`gradient_descent`] | 2 n d per iteration | X once per iteration |
//! | [`stochastic`] | 2 m d per iteration | m rows per iteration |
//! | [`newton`] | n d² / 2 per iteration | X twice per iteration, and once per halved step |
//!
//! The loss is the mean over rows of the loss of Aug(x)·w. Aug(x) is (x, 1) if there is a bias, which is the last
//! entry of w; no column of ones is made. Rows are only read, in order, so a memory map of a file larger than memory
//! works too.
//!
//! Results depend neither on the number of workers (`pass.rs`, `sgd_steps.rs`) nor on time.

mod bandwidth;
mod barrier;
mod cholesky;
mod descent;
mod executor;
mod factor;
mod gram;
mod kernel;
mod lipschitz;
mod newton;
mod normal;
mod pass;
mod path;
mod prefetch;
mod problem;
mod product;
mod rate;
mod sgd_steps;
mod solution;
mod stochastic;
#[cfg(test)]
mod tests;

pub use bandwidth::bandwidth;
pub use descent::{Descent, gradient_descent};
pub use executor::EXECUTOR;
pub use lipschitz::{Lipschitz, lipschitz};
pub use newton::newton;
pub use normal::normal_equations;
pub use path::path_iterations;
pub use problem::{DesignMatrix, LeastSquares, Logistic, SolveError};
pub use rate::stochastic_rate;
pub use solution::{Excess, PathPoint, Solution, SolverOptions, SolverStatus, StopCriteria};
pub use stochastic::{Stochastic, stochastic};
