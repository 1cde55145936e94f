//! Measurements of a stack: layer statistics, exact losses and outputs. All lanes are measured at once, and the
//! caller selects the lanes that need them.

use super::arena::{Arena, Number};
use super::kernel::loss::{LossOf, count_correct, entries_per_mean};
use super::kernel::sums::{
    LaneSpread, LaneSums, add_entries, add_row_variances, add_rows, count, raise,
};
use super::kernel::{MOST_LANES, PerLane};
use super::layout::{Layer, Layout};
use super::pass::Pass;
use super::region::apart;
use super::rows::{Table, Tables, Which, lay};
use crate::nn::Mode;
use crate::nn::activation::{is_saturated, saturates};
use crate::spec::settings::Activation;
use crate::train::observe::LayerSums;
use crate::train::outputs::Answers;
use crate::train::record::Measured;
use candle_core::Result;
use pulp::Arch;
use std::rc::Rc;

/// The rows of every lane; `None` for an empty lane.
pub type LaneTables<T> = [Option<Rc<Tables<T>>>; MOST_LANES];

/// Returns the number of lanes up to the last one in use.
pub fn lanes_in_use<T>(tables: &LaneTables<T>) -> usize {
    let last = tables.iter().rposition(Option::is_some);
    last.map_or(0, |last| last + 1)
}

/// A view of the stack for measurements.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a, T> {
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
pub type Of<T> = fn(&Tables<T>) -> &Table<T>;

impl<T: Number> Look<'_, T> {
    /// Returns the exact loss of some rows of every lane in evaluation mode; `None` without rows.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn measure(&self, of: Of<T>, classes: bool) -> Result<Option<PerLane<Measured>>> {
        let (mut losses, mut correct) = ([0.0; MOST_LANES], [0; MOST_LANES]);
        let columns = self.layout.outputs;
        let rows = self.each_block(of, usize::MAX, |block, y| {
            self.loss(block, y).outputs(self.arch, &mut losses);
            if classes {
                count_correct(block, y, columns, &mut correct);
            }
        })?;
        let entries = entries_per_mean(self.layout.loss, rows, columns);
        let over = |lane: usize| {
            let tables = self.tables[lane].as_ref();
            let weight = tables.and_then(|tables| of(tables).weight(0..rows));
            weight.unwrap_or(entries)
        };
        let measured = |lane: usize| Measured {
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
    fn outputs(&self, of: Of<T>, most: usize) -> Result<Vec<Vec<f64>>> {
        let mut all = vec![Vec::new(); T::LANES];
        self.each_block(of, most, |block, y| {
            self.loss(block, y)
                .outputs(self.arch, &mut [0.0; MOST_LANES]);
            for entry in block.chunks_exact(T::LANES) {
                for (lane, x) in all.iter_mut().zip(entry) {
                    lane.push(x.wide());
                }
            }
        })?;
        Ok(all)
    }

    /// Runs the forward pass for rows of every lane in blocks, and calls a function with the linear outputs and y of
    /// each. Returns the number of rows.
    fn each_block(
        &self,
        of: Of<T>,
        most: usize,
        mut call: impl FnMut(&mut [T], &[T]),
    ) -> Result<usize> {
        let rows = self.tables.iter().flatten().next();
        let rows = rows.map_or(0, |tables| of(tables).rows.min(most));
        for start in (0..rows).step_by(self.layout.block) {
            let size = self.layout.block.min(rows - start);
            self.arena.on_work(|work, state| {
                self.lay(work, of, start, size);
                self.pass(work, state, size).forward(Mode::Evaluation);
                let [z, y] = self.layout.ends(work, size);
                call(z, y);
            })?;
        }
        Ok(rows)
    }

    /// Copies rows of every lane to the start of a pass.
    fn lay(&self, work: &mut [T], of: Of<T>, start: usize, size: usize) {
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
                lay(lanes, of(tables), Which::From(start), size, at);
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
    /// in the backward pass, and activations for the probe rows.
    ///
    /// # Errors
    /// Errors of candle.
    pub fn layers(&self, probe_rows: usize, deltas: &[LaneSums]) -> Result<Vec<Vec<LayerSums>>> {
        let mut all = vec![vec![LayerSums::default(); self.layout.layers.len()]; T::LANES];
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
        for (i, layer) in self.layout.layers.iter().enumerate() {
            for (lane, all) in all.iter_mut().enumerate() {
                all[i].gradient = gradients[i].of_lane(lane);
                all[i].weight = weights[i].of_lane(lane);
                all[i].update = updates[i].of_lane(lane);
                all[i].delta = deltas[i].of_lane(lane);
                all[i].neurons = layer.plan.outputs as u64;
            }
        }
        self.activations(probe_rows, &mut all)?;
        Ok(all)
    }

    fn of_weights<'w>(&self, of: impl Fn(&Layer) -> &'w [T]) -> Vec<LaneSums>
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

    /// Adds the statistics of activations of the probe rows, normalized by their own statistics.
    fn activations(&self, probe_rows: usize, all: &mut [Vec<LayerSums>]) -> Result<()> {
        let neurons = self.layout.neurons();
        let mut spreads = vec![LaneSpread::NONE; neurons];
        let by_batch = self.layout.batch_moments().next().is_some();
        let at_once = if by_batch {
            probe_rows
        } else {
            self.layout.block
        };
        for start in (0..probe_rows).step_by(at_once) {
            let size = at_once.min(probe_rows - start);
            self.arena.on_work(|work, state| {
                self.lay(work, |tables| &tables.train, start, size);
                self.pass(work, state, size).forward(Mode::Probing);
                let [z, y] = self.layout.ends(work, size);
                self.loss(z, y).outputs(self.arch, &mut [0.0; MOST_LANES]);
                if start == 0 {
                    self.layout.peaks.of_mut(work).fill(T::of(0.0));
                }
                self.add_block(work, size, all, &mut spreads);
            })?;
        }
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
            .on_work(|work: &mut [T], _: &[T]| self.count_dead(work, all))
    }

    /// Adds the activations of a block of the probe rows.
    fn add_block(
        &self,
        work: &mut [T],
        rows: usize,
        all: &mut [Vec<LayerSums>],
        spreads: &mut [LaneSpread],
    ) {
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
