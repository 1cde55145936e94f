//! Extracts the weights of single runs from the tensor of all lanes.

use super::arena::TensorFloat;
use super::layout::NormLayout;
use super::region::Region;
use super::training::Stack;
use candle_core::Result;

impl<T: TensorFloat> Stack<'_, T> {
    /// Passes on the weights of the lanes that request them after the current number of updates. `last` returns
    /// whether a lane has no further updates.
    pub(super) fn record_weights(&mut self, last: impl Fn(usize) -> bool) -> Result<()> {
        for i in 0..T::LANES {
            let wanted = self.lanes[i].as_ref();
            let wanted = wanted.filter(|lane| lane.record.wants_weights(lane.step + 1, last(i)));
            if wanted.is_none() {
                continue;
            }
            let numbers = self.numbers(i)?;
            if let Some(lane) = &mut self.lanes[i] {
                lane.record.weights(lane.step + 1, last(i), numbers);
            }
        }
        Ok(())
    }

    /// Returns every number of the model in a lane, in the order of [`crate::train::components::Model::state`].
    pub(super) fn numbers(&self, lane: usize) -> Result<Vec<Vec<f64>>> {
        let layout = &self.layout;
        let affine = |norm: &Option<NormLayout>| {
            let both = norm.as_ref().map(|norm| [norm.gamma, norm.beta]);
            both.into_iter().flatten()
        };
        let of_layers = layout.layers.iter();
        let of_layers = of_layers.flat_map(|layer| {
            [layer.weight, layer.bias]
                .into_iter()
                .chain(affine(&layer.norm))
        });
        let estimates = layout
            .batch_moments()
            .flat_map(|of| [of.running_mean, of.running_variance]);
        let regions: Vec<Region> = affine(&layout.input_norm)
            .chain(of_layers)
            .chain(estimates)
            .collect();
        self.arena.on_work(|_: &mut [T], state: &[T]| {
            let numbers = |region: &Region| {
                let own = region.of(state).iter().skip(lane).step_by(T::LANES);
                own.map(|number| number.wide()).collect()
            };
            regions.iter().map(numbers).collect()
        })
    }
}
