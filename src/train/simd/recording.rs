//! Decides what to record after a step. Measurements cover all lanes at once, and go to the records of the lanes that
//! need them.

use super::arena::TensorFloat;
use super::kernel::MOST_LANES;
use super::kernel::sums::LaneSums;
use super::lane::Lane;
use super::training::Stack;
use crate::train::simd::evaluation::{Activations, Evaluator};
use candle_core::Result;

impl<T: TensorFloat> Stack<'_, T> {
    /// Returns what measures the runs of the stack.
    pub(super) fn evaluator(&self) -> Evaluator<'_, T> {
        Evaluator {
            layout: &self.layout,
            arena: &self.arena,
            arch: self.arch,
            tables: &self.tables,
            class_weights: &self.class_weights,
        }
    }

    /// Records the exact losses before this step in the lanes that need them. Returns the statistics of activations, if
    /// the same forward passes gave them.
    pub(super) fn record_losses(&mut self) -> Result<Option<Activations>> {
        let is_due = |lane: &Lane<T>| lane.record.is_scheduled(lane.step);
        if !self.lanes.iter().flatten().any(is_due) {
            return Ok(None);
        }
        let evaluator = self.evaluator();
        let (train, seen) = evaluator.measure_and_observe(self.probe_rows, self.classes)?;
        let validation = evaluator.measure(|tables| &tables.validation, self.classes)?;
        let Some(train) = train else { return Ok(None) };
        for (i, lane) in self.lanes.iter_mut().enumerate() {
            if let Some(lane) = lane
                && lane.record.is_scheduled(lane.step)
            {
                let validation = validation.map(|validation| validation[i]);
                lane.record.losses(lane.step, (train[i], validation));
            }
        }
        Ok(seen)
    }

    /// Returns whether the layers are observed in this step in any lane, as far as known before the update.
    pub(super) fn layers_are_due(&self) -> bool {
        let mut lanes = self.lanes.iter().flatten();
        lanes.any(|lane| lane.record.look_due(lane.step, false).is_some())
    }

    /// Returns empty sums of δ, one per layer, for the next backward pass.
    pub(super) fn no_deltas(&self) -> Vec<LaneSums> {
        vec![LaneSums::NONE; self.layout.layers.len()]
    }

    /// Records layer statistics in the lanes that need them.
    pub(super) fn record_layers(
        &mut self,
        rows: usize,
        deltas: Option<Vec<LaneSums>>,
        seen: Option<Activations>,
    ) -> Result<()> {
        let due = |lane: &Lane<T>| lane.record.look_due(lane.step, lane.is_last());
        if !self.lanes.iter().flatten().any(|lane| due(lane).is_some()) {
            return Ok(());
        }
        let deltas = match deltas {
            Some(deltas) => deltas,
            // A run ends unexpectedly, so the backward pass is repeated.
            None => {
                let mut deltas = self.no_deltas();
                self.stochastic_gradient(rows, Some(&mut deltas))?;
                deltas
            }
        };
        let layers = self.evaluator().layers(self.probe_rows, &deltas, seen)?;
        for (lane, layers) in self.lanes.iter_mut().zip(layers) {
            if let Some(lane) = lane
                && let Some(due) = due(lane)
            {
                lane.record.layers(lane.step, due, &layers);
            }
        }
        Ok(())
    }

    /// Ends a step of every lane, and records the exact losses after it in the lanes that need them.
    pub(super) fn record_losses_after_step(&mut self) -> Result<()> {
        let mut due = [false; MOST_LANES];
        for (due, lane) in due.iter_mut().zip(&mut self.lanes) {
            if let Some(lane) = lane {
                *due = lane.record.end_step(lane.step, lane.is_last());
            }
        }
        if !due.contains(&true) {
            return Ok(());
        }
        let evaluator = self.evaluator();
        let train = evaluator.measure(|tables| &tables.train, self.classes)?;
        let validation = evaluator.measure(|tables| &tables.validation, self.classes)?;
        let Some(train) = train else { return Ok(()) };
        for (i, lane) in self.lanes.iter_mut().enumerate().filter(|(i, _)| due[*i]) {
            let Some(lane) = lane else { continue };
            let validation = validation.map(|validation| validation[i]);
            let (step, last) = (lane.step, lane.is_last());
            let losses = (train[i], validation);
            lane.status.out_of_patience = lane.record.losses_after(step, last, losses);
        }
        Ok(())
    }
}
