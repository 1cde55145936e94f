//! Measurements of a stack: layer statistics, exact losses and outputs. All lanes are measured at once, and the
//! caller selects the lanes that need them.

use super::arena::{Arena, TensorFloat};
use super::kernel::loss::{LossOf, count_correct, entries_per_mean};
use super::kernel::sums::{
    LaneSpread, LaneSums, add_entries, add_row_variances, add_rows, count, raise,
};
use super::kernel::{MOST_LANES, PerLane};
use super::layout::{LayerLayout, Layout};
use super::pass::Pass;
use super::region::apart;
use super::rows::{RowSelection, RowTable, RowTables, copy_rows};
use crate::config::settings::Activation;
use crate::train::components::Mode;
use crate::train::components::activation::{is_saturated, saturates};
use crate::train::recorder::observe::LayerSums;
use crate::train::recorder::outputs::Answers;
use crate::train::recorder::record::MeasuredLoss;
use candle_core::Result;
use pulp::Arch;
use std::rc::Rc;

/// The rows of every lane; `None` for an empty lane.
pub type LaneTables<T> = [Option<Rc<RowTables<T>>>; MOST_LANES];

/// Returns the number of lanes up to the last one in use.
pub fn lanes_in_use<T>(tables: &LaneTables<T>) -> usize {
    let last = tables.iter().rposition(Option::is_some);
    last.map_or(0, |last| last + 1)
}

/// Measures the runs of a stack.
#[derive(Debug, Clone, Copy)]
pub struct Evaluator<'a, T> {
    /// The memory layout.
    pub layout: &'a Layout,
    /// The memory.
    pub arena: &'a Arena,
    /// The instruction set.
    pub arch: Arch,
    /// The rows of the lanes.
    pub tables: &'a LaneTables<T>,
    /// The class weights of every lane.
    pub class_weights: &'a [T],
}

/// Selects a table of a run.
pub type SelectTable<T> = fn(&RowTables<T>) -> &RowTable<T>;

/// Statistics of the activations of the probe rows: one entry per lane and layer, without gradients.
#[derive(Debug)]
pub struct Activations(Vec<Vec<LayerSums>>);

/// Growing statistics of activations.
struct Growing {
    all: Vec<Vec<LayerSums>>,
    spreads: Vec<LaneSpread>,
}

impl<T: TensorFloat> Evaluator<'_, T> {
    /// Returns the exact loss of some rows of every lane in evaluation mode; `None` without rows.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn measure(
        &self,
        of: SelectTable<T>,
        classes: bool,
    ) -> Result<Option<PerLane<MeasuredLoss>>> {
        self.measure_with(of, classes, |_, _, _| {})
    }

    /// Returns the exact loss of the training rows of every lane in evaluation mode, and the statistics of activations
    /// of the probe rows, which are the first of them. Under batch normalization these need another forward pass, and
    /// are left out.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn measure_and_observe(
        &self,
        probe_rows: usize,
        classes: bool,
    ) -> Result<(Option<PerLane<MeasuredLoss>>, Option<Activations>)> {
        if self.normalizes_batches() {
            let measured = self.measure(|tables| &tables.train, classes)?;
            return Ok((measured, None));
        }
        let mut growing = self.growing();
        let measured = self.measure_with(
            |tables| &tables.train,
            classes,
            |work, start, size| {
                if start < probe_rows {
                    self.add_block(work, start, size.min(probe_rows - start), &mut growing);
                }
            },
        )?;
        Ok((measured, Some(self.grown(growing)?)))
    }

    /// Measures the exact loss, and calls a function with the activations of every block: memory, first row, and number
    /// of rows.
    fn measure_with(
        &self,
        of: SelectTable<T>,
        classes: bool,
        mut call: impl FnMut(&mut [T], usize, usize),
    ) -> Result<Option<PerLane<MeasuredLoss>>> {
        let (mut losses, mut correct) = ([0.0; MOST_LANES], [0; MOST_LANES]);
        let columns = self.layout.outputs;
        let rows = self.each_block(of, usize::MAX, |work, start, size| {
            let [z, y] = self.layout.ends(work, size);
            self.loss(z, y).outputs(self.arch, &mut losses);
            if classes {
                count_correct(z, y, columns, &mut correct);
            }
            call(work, start, size);
        })?;
        let entries = entries_per_mean(self.layout.loss, rows, columns);
        let over = |lane: usize| {
            let tables = self.tables[lane].as_ref();
            let weight = tables.and_then(|tables| of(tables).weight(0..rows));
            weight.unwrap_or(entries)
        };
        let measured = |lane: usize| MeasuredLoss {
            loss: losses[lane] / over(lane),
            correct: classes.then_some(correct[lane]),
            rows,
        };
        Ok((rows > 0).then(|| std::array::from_fn(measured)))
    }

    /// Returns the outputs for the probe rows and the lattice.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn answers(&self, probe_rows: usize) -> Result<Vec<Answers>> {
        let rows = self.outputs(|tables| &tables.train, probe_rows)?;
        let lattice = self.outputs(|tables| &tables.lattice, usize::MAX)?;
        let both = rows.iter().zip(&lattice);
        let answers = both.map(|(rows, lattice)| Answers::new(rows, lattice, self.layout.outputs));
        Ok(answers.collect())
    }

    /// Returns σ(z) of the output layer for rows of every lane.
    fn outputs(&self, of: SelectTable<T>, most: usize) -> Result<Vec<Vec<f64>>> {
        let mut all = vec![Vec::new(); T::LANES];
        self.each_block(of, most, |work, _, size| {
            let [z, y] = self.layout.ends(work, size);
            self.loss(z, y).outputs(self.arch, &mut [0.0; MOST_LANES]);
            for entry in z.chunks_exact(T::LANES) {
                for (lane, x) in all.iter_mut().zip(entry) {
                    lane.push(x.wide());
                }
            }
        })?;
        Ok(all)
    }

    /// Runs the forward pass for rows of every lane in blocks, and calls a function with the memory, the first row and
    /// the number of rows of each. Returns the number of all rows.
    fn each_block(
        &self,
        of: SelectTable<T>,
        most: usize,
        mut call: impl FnMut(&mut [T], usize, usize),
    ) -> Result<usize> {
        let rows = self.tables.iter().flatten().next();
        let rows = rows.map_or(0, |tables| of(tables).rows.min(most));
        for start in (0..rows).step_by(self.layout.block) {
            let size = self.layout.block.min(rows - start);
            self.arena.on_work(|work, state| {
                self.copy_rows(work, of, start, size);
                self.pass(work, state, size).forward(Mode::Evaluation);
                call(work, start, size);
            })?;
        }
        Ok(rows)
    }

    /// Copies rows of every lane to the start of a pass.
    fn copy_rows(&self, work: &mut [T], of: SelectTable<T>, start: usize, size: usize) {
        let mut lane = 0;
        while lane < T::LANES {
            let tables = self.tables[lane].as_ref();
            let alike = self.tables[lane..T::LANES]
                .iter()
                .take_while(|other| other.as_ref().map(Rc::as_ptr) == tables.map(Rc::as_ptr));
            let lanes = lane..lane + alike.count();
            lane = lanes.end;
            if let Some(tables) = tables {
                let at = self.layout.rows_of(work, size);
                copy_rows(lanes, of(tables), RowSelection::From(start), size, at);
            }
        }
    }

    fn pass<'w>(&'w self, work: &'w mut [T], state: &'w [T], rows: usize) -> Pass<'w, T> {
        Pass {
            layout: self.layout,
            arch: self.arch,
            lanes: lanes_in_use(self.tables),
            rows,
            drops: None,
            work,
            state,
        }
    }

    fn loss<'w>(&'w self, z: &'w mut [T], y: &'w [T]) -> LossOf<'w, T> {
        LossOf {
            z,
            y,
            columns: self.layout.outputs,
            loss: self.layout.loss,
            output: self.layout.output,
            weights: self.class_weights,
        }
    }

    /// Returns the statistics of every layer of every lane: gradients, weights and updates from memory, δ as summed
    /// in the backward pass, and activations for the probe rows, unless they are known.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn layers(
        &self,
        probe_rows: usize,
        deltas: &[LaneSums],
        seen: Option<Activations>,
    ) -> Result<Vec<Vec<LayerSums>>> {
        let gradients = self
            .arena
            .on_work(|work: &mut [T], _: &[T]| self.of_weights(|layer| layer.weight.of(work)))?;
        let (weights, updates) = self.arena.on_work(|_: &mut [T], state: &[T]| {
            let delta = self.layout.delta.of(state);
            (
                self.of_weights(|layer| layer.weight.of(state)),
                self.of_weights(|layer| layer.weight.of(delta)),
            )
        })?;
        let Activations(mut all) = match seen {
            Some(seen) => seen,
            None => self.activations(probe_rows)?,
        };
        for i in 0..self.layout.layers.len() {
            for (lane, all) in all.iter_mut().enumerate() {
                all[i].gradient = gradients[i].of_lane(lane);
                all[i].weight = weights[i].of_lane(lane);
                all[i].update = updates[i].of_lane(lane);
                all[i].delta = deltas[i].of_lane(lane);
            }
        }
        Ok(all)
    }

    fn of_weights<'w>(&self, of: impl Fn(&LayerLayout) -> &'w [T]) -> Vec<LaneSums>
    where
        T: 'w,
    {
        let of_layer = |layer| {
            let mut sums = LaneSums::NONE;
            add_entries(self.arch, of(layer), &mut sums);
            sums
        };
        self.layout.layers.iter().map(of_layer).collect()
    }

    /// Returns whether activations depend on the other rows of a batch.
    fn normalizes_batches(&self) -> bool {
        self.layout.batch_moments().next().is_some()
    }

    /// Returns the statistics of activations of the probe rows, normalized by their own statistics.
    fn activations(&self, probe_rows: usize) -> Result<Activations> {
        let mut growing = self.growing();
        let at_once = match self.normalizes_batches() {
            true => probe_rows,
            false => self.layout.block,
        };
        for start in (0..probe_rows).step_by(at_once) {
            let size = at_once.min(probe_rows - start);
            self.arena.on_work(|work, state| {
                self.copy_rows(work, |tables| &tables.train, start, size);
                self.pass(work, state, size).forward(Mode::Probing);
                let [z, y] = self.layout.ends(work, size);
                self.loss(z, y).outputs(self.arch, &mut [0.0; MOST_LANES]);
                self.add_block(work, start, size, &mut growing);
            })?;
        }
        self.grown(growing)
    }

    fn growing(&self) -> Growing {
        let layers = self.layout.layers.iter();
        let layers = layers.map(|layer| LayerSums {
            neurons: layer.plan.outputs as u64,
            ..LayerSums::default()
        });
        Growing {
            all: vec![layers.collect(); T::LANES],
            spreads: vec![LaneSpread::NONE; self.layout.neurons()],
        }
    }

    /// Returns the statistics after the last block.
    fn grown(&self, Growing { mut all, spreads }: Growing) -> Result<Activations> {
        let mut neuron = 0;
        for (i, layer) in self.layout.layers.iter().enumerate() {
            for spread in &spreads[neuron..neuron + layer.plan.outputs] {
                for (lane, all) in all.iter_mut().enumerate() {
                    all[i].row_variance += spread.of_lane(lane).variance();
                }
            }
            neuron += layer.plan.outputs;
        }
        self.arena
            .on_work(|work: &mut [T], _: &[T]| self.count_dead(work, &mut all))?;
        Ok(Activations(all))
    }

    /// Adds the activations of a block of the probe rows, with the row that it starts at.
    fn add_block(&self, work: &mut [T], start: usize, rows: usize, growing: &mut Growing) {
        let Growing { all, spreads } = growing;
        if start == 0 {
            self.layout.peaks.of_mut(work).fill(T::of(0.0));
        }
        let mut neuron = 0;
        for (i, layer) in self.layout.layers.iter().enumerate() {
            let n = layer.plan.outputs;
            let peaks = self.layout.peaks.part(neuron, n);
            let [a, peaks] = apart(work, [layer.a.first(rows * n), peaks]);
            let mut found = LaneSums::NONE;
            add_entries(self.arch, a, &mut found);
            add_rows(self.arch, a, &mut spreads[neuron..neuron + n]);
            let mut between = [0.0; MOST_LANES];
            add_row_variances(self.arch, a, n, &mut between);
            let sigma = layer.counts_as;
            let mut saturated = [0; MOST_LANES];
            if saturates(sigma) {
                saturated = count(
                    self.arch,
                    a,
                    #[inline(always)]
                    move |a| is_saturated(sigma, a),
                );
            }
            if layer.counts_as == Activation::Relu {
                raise(self.arch, a, peaks);
            }
            for (lane, all) in all.iter_mut().enumerate() {
                all[i].activation.merge(&found.of_lane(lane));
                all[i].saturated += saturated[lane];
                all[i].neuron_variance += between[lane];
            }
            neuron += n;
        }
    }

    /// Counts neurons without a positive activation on any probe row.
    fn count_dead(&self, work: &mut [T], all: &mut [Vec<LayerSums>]) {
        let mut neuron = 0;
        for (i, layer) in self.layout.layers.iter().enumerate() {
            let n = layer.plan.outputs;
            let peaks = self.layout.peaks.part(neuron, n).of(work);
            for peaks in peaks.chunks_exact(T::LANES) {
                for (all, peak) in all.iter_mut().zip(peaks) {
                    let dead = layer.counts_as == Activation::Relu && *peak == T::of(0.0);
                    all[i].dead += u64::from(dead);
                }
            }
            neuron += n;
        }
    }
}
