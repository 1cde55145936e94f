//! The training loop of the lecture for all lanes of a stack.

use super::arena::{Arena, TensorFloat};
use super::kernel::batch_norm::remember;
use super::kernel::dropout::LaneDropout;
use super::kernel::loss::{LossOf, entries_per_mean};
use super::kernel::map::map_with;
use super::kernel::sums::{LaneSums, add_entries, squares};
use super::kernel::update::{Rates, WeightUpdate};
use super::kernel::{MOST_LANES, PerLane};
use super::lane::{Lane, StepStatus};
use super::layout::Layout;
use super::pass::Pass;
use super::region::apart;
use super::rows::{RowSelection, copy_rows};
use crate::config::settings::ClassWeights;
use crate::train::batches::Batches;
use crate::train::components::Mode;
use crate::train::components::batch_norm::MOMENTUM;
use crate::train::recorder::outputs::Probe;
use crate::train::simd::evaluation::{LaneTables, lanes_in_use};
use crate::train::{Cancellation, Ended, Job, is_past};
use candle_core::Result;
use pulp::Arch;
use std::rc::Rc;

/// A job with its index among the received jobs.
pub type IndexedJob<'a> = (usize, Job<'a>);

/// A stack of runs in training, one per lane.
pub struct Stack<'a, T> {
    pub(super) arch: Arch,
    pub(super) layout: Layout,
    pub(super) arena: Arena,
    pub(super) lanes: [Option<Lane<'a, T>>; MOST_LANES],
    pub(super) tables: LaneTables<T>,
    /// The batch streams of the lanes.
    pub(super) streams: [Option<Stream>; MOST_LANES],
    pub(super) rates: Rates<T>,
    /// Class weights of every lane, classes × 1; empty for equal weights.
    pub(super) class_weights: Vec<T>,
    /// Dropout of the current step, if any.
    pub(super) drops: Option<LaneDropout<T>>,
    pub(super) probe_rows: usize,
    pub(super) classes: bool,
}

/// Batches that several lanes share: those with equal seed that started together.
pub(super) struct Stream {
    pub seed: u64,
    pub batches: Batches,
}

/// Trains the given jobs, all of one shape.
///
/// # Errors
/// Errors of candle.
pub fn run<'a, T: TensorFloat>(
    mut jobs: &mut dyn Iterator<Item = IndexedJob<'a>>,
    arch: Arch,
    control: &Cancellation,
    ended: &mut dyn FnMut(usize, Ended),
) -> Result<()> {
    let first: Vec<_> = (&mut jobs).take(T::LANES).collect();
    let Some((_, job)) = first.first() else {
        return Ok(());
    };
    let mut stack = Stack::<T>::new(job, arch)?;
    stack.fill(first, control)?;
    while stack.lanes.iter().any(Option::is_some) {
        if control.is_cancelled() {
            return Ok(());
        }
        stack.step(control, ended)?;
        if let Some(free) = stack.worth_filling() {
            let next: Vec<_> = (&mut jobs).take(free).collect();
            stack.fill(next, control)?;
        }
    }
    Ok(())
}

impl<'a, T: TensorFloat> Stack<'a, T> {
    /// Returns an empty stack for runs like this one.
    fn new(job: &Job<'a>, arch: Arch) -> Result<Self> {
        let data = job.data.as_ref();
        let (n, features, classes) = data.map_or((0, 0, 0), |data| {
            (data.train.len(), data.features.len(), data.classes.len())
        });
        let targets = data.map_or(1, |data| data.train.targets);
        let outputs = crate::train::components::outputs(job.settings, classes, targets);
        let layout = Layout::new::<T>(job.settings, n, features, outputs);
        let drops = job.settings.dropout != 0.0;
        Ok(Stack {
            arch,
            arena: Arena::new::<T>(layout.state, layout.work)?,
            drops: drops.then(|| LaneDropout::new(layout.layers.len() - 1)),
            layout,
            lanes: [const { None }; MOST_LANES],
            tables: [const { None }; MOST_LANES],
            streams: [const { None }; MOST_LANES],
            rates: Rates::still(),
            class_weights: match job.settings.labels.weights {
                ClassWeights::Equal => Vec::new(),
                ClassWeights::Balanced | ClassWeights::Each(_) => {
                    vec![T::of(1.0); classes * T::LANES]
                }
            },
            probe_rows: Probe::new(job).rows(),
            classes: classes > 0,
        })
    }

    /// Runs one step of all lanes.
    fn step(&mut self, control: &Cancellation, ended: &mut dyn FnMut(usize, Ended)) -> Result<()> {
        let seen = self.record_losses()?;
        let mut deltas = self.layers_are_due().then(|| self.no_deltas());

        // Randomly sample a batch, compute the stochastic gradient, compute the update.
        let rows = self.sample();
        let losses = self.stochastic_gradient(rows, deltas.as_deref_mut())?;
        self.remember_moments(rows)?;
        let finite = self.updates()?;
        for (i, lane) in self.lanes.iter_mut().enumerate() {
            let Some(lane) = lane else { continue };
            let more = lane.step + 1 < lane.record.schedule().steps;
            lane.status = StepStatus {
                diverged: !losses[i].is_finite() || !finite[i],
                late: control.timeout.is_some() && more && is_past(lane.deadline),
                out_of_patience: false,
            };
            lane.record.batch_loss(losses[i]);
        }
        self.record_layers(rows, deltas, seen)?;
        self.update()?;
        self.record_losses_after_step()?;
        self.end_runs(ended)
    }

    /// Computes ∇R_B(w) of every lane into the arena, where B has this number of rows. Returns R_B(w), and adds δ of
    /// every layer to the sums if requested.
    pub(super) fn stochastic_gradient(
        &self,
        rows: usize,
        mut deltas: Option<&mut [LaneSums]>,
    ) -> Result<PerLane<f64>> {
        let mut sums = [0.0; MOST_LANES];
        let layout = &self.layout;
        let total = self.totals(rows);
        self.arena.on_work(|work: &mut [T], state: &[T]| {
            for start in (0..rows).step_by(layout.block) {
                let size = layout.block.min(rows - start);
                self.copy_rows(work, start, size);
                let mut pass = Pass {
                    layout,
                    arch: self.arch,
                    lanes: lanes_in_use(&self.tables),
                    rows: size,
                    drops: self.drops.as_ref().map(|drops| (drops, start)),
                    work,
                    state,
                };
                pass.forward(Mode::Training);
                let [z, y] = layout.ends(pass.work, size);
                let loss = LossOf {
                    z,
                    y,
                    columns: layout.outputs,
                    loss: layout.loss,
                    output: layout.output,
                    weights: &self.class_weights,
                };
                loss.gradient(self.arch, &total, &mut sums);
                pass.backward(start == 0);
                for (layer, delta) in layout
                    .layers
                    .iter()
                    .zip(deltas.iter_mut().flat_map(|d| d.iter_mut()))
                {
                    let of_rows = layer.a.first(size * layer.plan.outputs);
                    add_entries(self.arch, of_rows.of(pass.work), delta);
                }
            }
        })?;
        Ok(std::array::from_fn(|lane| sums[lane] / total[lane]))
    }

    /// Returns the divisor of the summed batch losses of every lane for their mean.
    fn totals(&self, rows: usize) -> PerLane<f64> {
        let entries = entries_per_mean(self.layout.loss, rows, self.layout.outputs);
        let of_lane = |lane: usize| {
            let lane = self.lanes[lane].as_ref()?;
            let stream = self.streams[lane.stream].as_ref()?;
            let drawn = stream.batches.drawn().iter().map(|row| *row as usize);
            lane.tables.train.weight(drawn)
        };
        match self.class_weights.is_empty() {
            true => [entries; MOST_LANES],
            false => std::array::from_fn(|lane| of_lane(lane).unwrap_or(entries)),
        }
    }

    /// Samples the next batch of every stream, and sets the step for dropout. Returns the number of rows, which is
    /// the same in all lanes.
    fn sample(&mut self) -> usize {
        if let Some(drops) = &mut self.drops {
            for (i, lane) in self.lanes.iter().enumerate() {
                if let Some(lane) = lane {
                    drops.advance(i, lane.step);
                }
            }
        }
        let streams = self.streams.iter_mut().flatten();
        let rows = streams.map(|stream| stream.batches.sample().len());
        rows.max().unwrap_or(0)
    }

    /// Copies a part of every lane's batch to the start of a pass.
    fn copy_rows(&self, work: &mut [T], start: usize, size: usize) {
        let rows_of = |lane: usize| {
            let lane = self.lanes[lane].as_ref()?;
            Some((Rc::as_ptr(&lane.tables), lane.stream))
        };
        let mut lane = 0;
        while lane < T::LANES {
            let first = lane;
            while lane < T::LANES && rows_of(lane) == rows_of(first) {
                lane += 1;
            }
            let Some(of) = &self.lanes[first] else {
                continue;
            };
            let Some(stream) = &self.streams[of.stream] else {
                continue;
            };
            let chosen = RowSelection::Of(&stream.batches.drawn()[start..start + size]);
            let at = self.layout.rows_of(work, size);
            copy_rows(first..lane, &of.tables.train, chosen, size, at);
        }
    }

    /// Updates the running estimates of every batch normalization with the batch.
    fn remember_moments(&self, rows: usize) -> Result<()> {
        if self.layout.batch_moments().next().is_none() {
            return Ok(());
        }
        self.arena.on_state(|state: &mut [T], work: &[T]| {
            for of in self.layout.batch_moments() {
                let [mean, variance] = apart(state, [of.running_mean, of.running_variance]);
                let moments = [of.mean.of(work), of.variance.of(work)];
                remember(rows, MOMENTUM, [mean, variance], moments);
            }
        })
    }

    /// Computes the gradient norm of every lane that clips by norm.
    fn clip(&mut self) -> Result<()> {
        if !self.layout.clips_norm {
            return Ok(());
        }
        let (arch, gradient) = (self.arch, self.layout.weights);
        let squares = self
            .arena
            .on_work(|work: &mut [T], _: &[T]| squares(arch, gradient.of(work)))?;
        for (i, lane) in self.lanes.iter_mut().enumerate() {
            if let Some(lane) = lane {
                let norm = squares[i].sqrt();
                lane.record.gradient_norm(norm);
                lane.optimizer.clip(i, norm, &mut self.rates);
            }
        }
        Ok(())
    }

    /// Computes Δw of every lane into the arena. Returns whether all of it is finite.
    fn updates(&mut self) -> Result<PerLane<bool>> {
        for (i, lane) in self.lanes.iter_mut().enumerate() {
            if let Some(lane) = lane {
                lane.optimizer.advance(i, lane.step, &mut self.rates);
            }
        }
        self.clip()?;
        let layout = &self.layout;
        self.arena.on_state(|state, work| {
            let [first, second] = layout.memories;
            let [w, first, second, delta] =
                apart(state, [layout.weights, first, second, layout.delta]);
            let weights = WeightUpdate {
                w,
                g: layout.weights.of(work),
                first,
                second,
                delta,
            };
            weights.updates(self.arch, layout.update, &self.rates)
        })
    }

    /// Computes w ← w + Δw.
    fn update(&self) -> Result<()> {
        self.arena.on_state(|state: &mut [T], _: &[T]| {
            let [w, delta] = apart(state, [self.layout.weights, self.layout.delta]);
            map_with(
                self.arch,
                w,
                delta,
                #[inline(always)]
                |w, delta| w + delta,
            );
        })
    }

    /// Reports the traces of the runs that end with this step, and advances the others.
    fn end_runs(&mut self, ended: &mut dyn FnMut(usize, Ended)) -> Result<()> {
        let outcomes = self.lanes.each_ref().map(|lane| lane.as_ref()?.outcome());
        self.record_weights(|lane| outcomes[lane].is_some())?;
        if outcomes.iter().any(Option::is_some) {
            let evaluator = self.evaluator();
            let test = evaluator.measure(|tables| &tables.test, self.classes)?;
            let answers = evaluator.answers(self.probe_rows)?;
            for (i, (outcome, end)) in outcomes.into_iter().zip(answers).enumerate() {
                if let Some(outcome) = outcome
                    && let Some(lane) = self.lanes[i].take()
                {
                    let test = test.map(|test| test[i]);
                    self.clear(i)?;
                    ended(lane.place, lane.record.finish(outcome, test, end).into());
                }
            }
        }
        for lane in self.lanes.iter_mut().flatten() {
            lane.step += 1;
        }
        Ok(())
    }
}
