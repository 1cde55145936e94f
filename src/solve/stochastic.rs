//! Stochastic gradient descent on least squares: w ← w − α (2/m) Σ_B (Aug(xᵢ)·w − yᵢ) Aug(xᵢ).
//!
//! The rows of a batch are read where they lie. Nothing is copied and nothing allocated in a step.
//! While a batch moves the weights, the rows of the next are called for, so that they are on their way
//! when their turn comes.

use super::kernel::{self, TOGETHER};
use super::pass::Passes;
use super::path::{Clock, Here, Path, looks};
use super::rate::stochastic_rate;
use super::{Control, Ended, LeastSquares, Objective, Rows, Sampling, Solution, SolveError, Stop};
use crate::train::batches::Batches;
use pulp::{Arch, Simd, WithSimd};

/// How stochastic gradient descent goes about it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stochastic {
    /// α; where not given, [`stochastic_rate`].
    pub rate: Option<f64>,
    /// m, at most n.
    pub batch: usize,
    /// How batches are drawn.
    pub sampling: Sampling,
    /// Whose batches: the same as the trainer's under this seed.
    pub seed: u64,
    /// When to stop; the risk and its gradient are known at the looks alone.
    pub stop: Stop,
}

/// Descends from w = 0, at one rate to the end.
///
/// # Errors
/// [`SolveError`].
pub fn stochastic(
    p: &LeastSquares,
    how: &Stochastic,
    control: &Control,
) -> Result<Solution, SolveError> {
    let objective = Objective::least_squares(p)?;
    let mut clock = Clock::start();
    let batch = how.batch.clamp(1, objective.rows());
    let (rate, before, note) = rate(p, how, batch, control)?;
    let mut passes = Passes::new(objective, control.workers);
    let mut walk = Walk::new(&objective, how, batch, rate);
    let mut gradient = vec![0.0; objective.weights()];
    let mut path = None;
    let mut wanted = looks(how.stop.iterations, control.looks).into_iter();
    let ended = loop {
        let whole = walk.to(wanted.next().unwrap_or(how.stop.iterations), control);
        let read = before as f64 + walk.rows as f64 / objective.rows() as f64;
        let seconds = clock.seconds();
        let ends = clock.without(|| {
            let risk = passes.at(&walk.weights, &mut gradient);
            let path = path.get_or_insert_with(|| Path::new(&objective, how.stop, risk, &gradient));
            let here = Here {
                iteration: walk.iteration,
                passes: read,
                seconds,
                risk,
                gradient: &gradient,
                weights: &walk.weights,
            };
            path.push(&here);
            path.ends(&here)
        });
        let halted = || (!whole).then_some(Ended::Halted);
        if let Some(ended) = ends.or_else(halted) {
            break ended;
        }
    };
    Ok(Solution {
        path: path.map(|path| path.points).unwrap_or_default(),
        ended,
        iterations: walk.iteration,
        rate: Some(rate),
        seconds: clock.seconds(),
        bytes: before * objective.bytes() + walk.rows * 8 * objective.x.features as u64,
        weights: walk.weights,
        note,
    })
}

/// α, the passes that it took to find it, and how it was found.
fn rate(
    p: &LeastSquares,
    how: &Stochastic,
    batch: usize,
    control: &Control,
) -> Result<(f64, u64, Option<String>), SolveError> {
    match how.rate {
        Some(rate) if rate > 0.0 && rate.is_finite() => Ok((rate, 0, None)),
        Some(rate) => Err(SolveError::Rate(rate.to_string())),
        None => {
            let (rate, passes) = stochastic_rate(p, batch, control.workers)?;
            let note = format!(
                "rate 1/(2𝓛) with 𝓛 the expected smoothness of batches of {batch}, found in {}",
                crate::number::count(passes as usize, "pass"),
            );
            Ok((rate, passes, Some(note)))
        }
    }
}

/// The weights on their way.
struct Walk<'a> {
    x: Rows<'a>,
    y: &'a [f64],
    bias: bool,
    arch: Arch,
    rate: f64,
    batches: Batches,
    weights: Vec<f64>,
    /// Rows of the batch whose turn it is, and of the one after.
    now: Vec<u32>,
    next: Vec<u32>,
    /// What each row of a batch adds to the weights.
    steps: Vec<f64>,
    iteration: u64,
    /// Rows read.
    rows: u64,
}

impl<'a> Walk<'a> {
    fn new(objective: &Objective<'a>, how: &Stochastic, batch: usize, rate: f64) -> Self {
        let mut batches = Batches::of(batch, how.sampling, how.seed, objective.rows());
        let next = batches.sample().to_vec();
        Walk {
            x: objective.x,
            y: objective.y,
            bias: objective.bias,
            arch: Arch::new(),
            rate,
            batches,
            weights: vec![0.0; objective.weights()],
            now: Vec::with_capacity(batch),
            next,
            steps: vec![0.0; batch],
            iteration: 0,
            rows: 0,
        }
    }

    /// Steps until so many are done, or the loss of a batch is no number any more. Whether nobody said
    /// to give up.
    fn to(&mut self, iteration: u64, control: &Control) -> bool {
        while self.iteration < iteration {
            if (control.halted)() {
                return false;
            }
            self.draw();
            let batch_loss = self.arch.dispatch(Step(&mut *self));
            self.iteration += 1;
            self.rows += self.now.len() as u64;
            if !batch_loss.is_finite() {
                break;
            }
        }
        true
    }

    /// Moves on by a batch.
    fn draw(&mut self) {
        std::mem::swap(&mut self.now, &mut self.next);
        self.next.clear();
        self.next.extend_from_slice(self.batches.sample());
    }
}

/// One step; the sum of the squared errors of its batch before it.
struct Step<'s, 'a>(&'s mut Walk<'a>);

impl WithSimd for Step<'_, '_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let Step(walk) = self;
        let d = walk.x.features;
        let bias = walk.weights.get(d).copied().unwrap_or(0.0);
        let factor = -2.0 * walk.rate / walk.now.len() as f64;
        let (groups, rest) = walk.now.as_chunks::<TOGETHER>();
        let (steps, steps_rest) = walk.steps[..walk.now.len()].as_chunks_mut::<TOGETHER>();
        let mut squares = 0.0;
        let mut error = |z: f64, i: u32| {
            let error = z + bias - walk.y[i as usize];
            squares += error * error;
            factor * error
        };
        let row = |i: u32| {
            let i = i as usize;
            &walk.x.values[i * d..(i + 1) * d]
        };
        for (group, steps) in groups.iter().zip(&mut *steps) {
            let z = kernel::dots(simd, group.map(row), &walk.weights[..d]);
            *steps = std::array::from_fn(|k| error(z[k], group[k]));
        }
        for (i, step) in rest.iter().zip(&mut *steps_rest) {
            let [z] = kernel::dots(simd, [row(*i)], &walk.weights[..d]);
            *step = error(z, *i);
        }
        let weights = &mut walk.weights[..d];
        let mut ahead = walk.next.as_chunks::<TOGETHER>().0.iter();
        for (group, steps) in groups.iter().zip(&*steps) {
            match ahead.next() {
                None => kernel::add(simd, group.map(row), *steps, weights),
                Some(ahead) => {
                    kernel::add_ahead(simd, group.map(row), *steps, weights, ahead.map(row));
                }
            }
        }
        for (i, step) in rest.iter().zip(&*steps_rest) {
            kernel::add(simd, [row(*i)], [*step], weights);
        }
        if walk.bias {
            walk.weights[d] += walk.steps[..walk.now.len()].iter().sum::<f64>();
        }
        squares
    }
}
