//! Forward and backward pass for all lanes at once, in place.

use super::arena::TensorFloat;
use super::kernel::MOST_LANES;
use super::kernel::activation::{activate, times_slope};
use super::kernel::batch_norm::{self, Moments};
use super::kernel::dropout::LaneDropout;
use super::kernel::layer_norm;
use super::kernel::map::map_with;
use super::kernel::norm::GammaBeta;
use super::kernel::product::{Finish, MatrixProduct, MatrixView, StartValues};
use super::layout::{LayerLayout, Layout, NormLayout};
use super::region::{Region, apart};
use crate::config::settings::Activation;
use crate::train::components::Mode;
use pulp::Arch;

/// A pass of rows in `work` through the network.
#[derive(Debug)]
pub struct Pass<'a, T> {
    /// The memory layout.
    pub layout: &'a Layout,
    /// The instruction set.
    pub arch: Arch,
    /// Number of lanes in use.
    pub lanes: usize,
    /// Number of rows, at most a block.
    pub rows: usize,
    /// Dropout in training, if any, and the index of the first row in the batch.
    pub drops: Option<(&'a LaneDropout<T>, usize)>,
    /// The tensor of temporary values.
    pub work: &'a mut [T],
    /// The tensor of weights and optimizer state.
    pub state: &'a [T],
}

impl<T: TensorFloat> Pass<'_, T> {
    /// Computes every layer's activations and the linear outputs of the output layer from x.
    pub fn forward(&mut self, mode: Mode) {
        let layout = self.layout;
        let mut input = layout.x.first(self.rows * layout.features);
        if let Some(norm) = &layout.input_norm {
            self.normalize(norm, input, mode);
        }
        for (i, layer) in layout.layers.iter().enumerate() {
            let a = self.of_rows(layer.a, layer.plan.outputs);
            let [input_numbers, z] = apart(self.work, [input, a]);
            let at_once =
                layer.norm.is_none() && layer.plan.skip.is_none() && fuses_activation::<T>(layer);
            T::multiply(
                self.arch,
                MatrixProduct {
                    lanes: self.lanes,
                    c: z,
                    down: layer.plan.outputs,
                    shape: [self.rows, layer.plan.inputs, layer.plan.outputs],
                    a: MatrixView::rows(input_numbers, layer.plan.inputs),
                    b: MatrixView::rows(layer.weight.of(self.state), layer.plan.outputs),
                    start: StartValues::Row(layer.bias.of(self.state)),
                    finish: match at_once {
                        true => Finish::Relu,
                        false => Finish::Plain,
                    },
                },
            );
            if let Some(norm) = &layer.norm {
                self.normalize(norm, a, mode);
            }
            if let Some(skip) = layer.plan.skip {
                let skip = self.handed_on(&layout.layers[skip]);
                let [z, skip] = apart(self.work, [a, skip]);
                map_with(
                    self.arch,
                    z,
                    skip,
                    #[inline(always)]
                    |z, a| a + z,
                );
            }
            if let Some(z) = layer.z {
                let z = self.of_rows(z, layer.plan.outputs);
                let [z, a] = apart(self.work, [z, a]);
                z.copy_from_slice(a);
            }
            if !at_once {
                activate(self.arch, layer.activation, a.of_mut(self.work));
            }
            self.drop(i, layer);
            input = self.handed_on(layer);
        }
    }

    /// Computes the gradient of every weight from δ of the output layer, which has replaced its linear outputs. Adds
    /// it to the previous gradient, unless these rows are the first of a batch. Replaces every layer's activations by
    /// its δ.
    pub fn backward(&mut self, is_first: bool) {
        let layout = self.layout;
        let start = match is_first {
            true => StartValues::Zeros,
            false => StartValues::Itself,
        };
        for (i, layer) in layout.layers.iter().enumerate().rev() {
            let delta = self.back_through_norm(layer, is_first);
            let before = i.checked_sub(1).map(|i| &layout.layers[i]);
            let input = match before {
                Some(before) => self.handed_on(before),
                None => layout.x.first(self.rows * layout.features),
            };
            self.weights_gradient(layer, (input, delta), start);
            match before {
                Some(before)
                    if fuses_activation::<T>(before)
                        && before.skips_to.is_none()
                        && before.dropped.is_none() =>
                {
                    self.inputs_gradient(layer, delta, input, Finish::WherePositive);
                }
                Some(before) => {
                    self.inputs_gradient(layer, delta, layout.back, Finish::Plain);
                    self.delta_of(before);
                }
                None if layout.input_norm.is_some() => {
                    self.inputs_gradient(layer, delta, layout.back, Finish::Plain);
                }
                None => {}
            }
        }
        if let Some(norm) = &layout.input_norm {
            let back = self.of_rows(layout.back, norm.columns);
            self.norm_gradient(norm, back, is_first);
        }
    }

    /// Computes aᵀ δ for the weights, and the column sums of δ for the biases.
    fn weights_gradient(
        &mut self,
        layer: &LayerLayout,
        (input, delta): (Region, Region),
        start: StartValues<T>,
    ) {
        let regions = [layer.weight, layer.bias, input, delta];
        let [by_weight, by_bias, input, delta] = apart(self.work, regions);
        let (n_in, n_out) = (layer.plan.inputs, layer.plan.outputs);
        T::multiply(
            self.arch,
            MatrixProduct {
                lanes: self.lanes,
                c: by_weight,
                down: n_out,
                shape: [n_in, self.rows, n_out],
                a: MatrixView::rows(input, n_in).transposed(),
                b: MatrixView::rows(delta, n_out),
                start,
                finish: Finish::Plain,
            },
        );
        // 1ᵀ δ.
        let ones = [T::of(1.0); MOST_LANES];
        T::multiply(
            self.arch,
            MatrixProduct {
                lanes: self.lanes,
                c: by_bias,
                down: n_out,
                shape: [1, self.rows, n_out],
                a: MatrixView::constant(&ones[..T::LANES]),
                b: MatrixView::rows(delta, n_out),
                start,
                finish: Finish::Plain,
            },
        );
    }

    /// Computes δ Wᵀ, the gradient with respect to a layer's inputs, into a region.
    fn inputs_gradient(
        &mut self,
        layer: &LayerLayout,
        delta: Region,
        into: Region,
        finish: Finish,
    ) {
        let (n_in, n_out) = (layer.plan.inputs, layer.plan.outputs);
        let into = self.of_rows(into, n_in);
        let [into, delta] = apart(self.work, [into, delta]);
        T::multiply(
            self.arch,
            MatrixProduct {
                lanes: self.lanes,
                c: into,
                down: n_in,
                shape: [self.rows, n_out, n_in],
                a: MatrixView::rows(delta, n_out),
                b: MatrixView::rows(layer.weight.of(self.state), n_out).transposed(),
                start: StartValues::Zeros,
                finish,
            },
        );
    }

    /// Computes δ of a hidden layer from the gradient with respect to its activations: from `back` of the next layer,
    /// and from a skip connection.
    fn delta_of(&mut self, layer: &LayerLayout) {
        let back = self.of_rows(self.layout.back, layer.plan.outputs);
        if let Some(end) = layer.skips_to {
            let end = self.of_rows(self.layout.layers[end].a, layer.plan.outputs);
            let [back, end] = apart(self.work, [back, end]);
            map_with(
                self.arch,
                back,
                end,
                #[inline(always)]
                |back, skipped| back + skipped,
            );
        }
        if let Some(dropped) = &layer.dropped {
            let mask = self.of_rows(dropped.mask, layer.plan.outputs);
            let [back, mask] = apart(self.work, [back, mask]);
            map_with(
                self.arch,
                back,
                mask,
                #[inline(always)]
                |back, mask| back * mask,
            );
        }
        let a = self.of_rows(layer.a, layer.plan.outputs);
        if let Some(z) = layer.z {
            let z = self.of_rows(z, layer.plan.outputs);
            let [z, a] = apart(self.work, [z, a]);
            a.copy_from_slice(z);
        }
        let [a, back] = apart(self.work, [a, back]);
        times_slope(self.arch, layer.activation, a, back);
    }

    /// Returns the region of the gradient with respect to a layer's linear output, before its normalization.
    fn back_through_norm(&mut self, layer: &LayerLayout, is_first: bool) -> Region {
        let delta = self.of_rows(layer.a, layer.plan.outputs);
        match &layer.norm {
            None => delta,
            Some(norm) => self.norm_gradient(norm, delta, is_first),
        }
    }

    fn norm_gradient(&mut self, norm: &NormLayout, g: Region, is_first: bool) -> Region {
        let standard = self.of_rows(norm.standard, norm.columns);
        let regions = [g, standard, norm.over_sd, norm.gamma, norm.beta];
        let [g, into, over_sd, by_gamma, by_beta] = apart(self.work, regions);
        let gamma = norm.gamma.of(self.state);
        match norm.batch {
            Some(_) => batch_norm::backward(self.arch, g, into, gamma, over_sd, by_gamma, by_beta),
            None => {
                if is_first {
                    by_gamma.fill(T::of(0.0));
                    by_beta.fill(T::of(0.0));
                }
                layer_norm::backward(self.arch, g, into, gamma, over_sd, [by_gamma, by_beta]);
            }
        }
        standard
    }

    fn normalize(&mut self, norm: &NormLayout, z: Region, mode: Mode) {
        let scale = GammaBeta {
            gamma: norm.gamma.of(self.state),
            beta: norm.beta.of(self.state),
        };
        let standard = self.of_rows(norm.standard, norm.columns);
        let Some(batch) = &norm.batch else {
            let over_sd = norm.over_sd.first(self.rows);
            let [z, standard, over_sd] = apart(self.work, [z, standard, over_sd]);
            return layer_norm::forward(self.arch, z, standard, scale, over_sd);
        };
        if mode == Mode::Evaluation {
            let (mean, variance) = (batch.running_mean, batch.running_variance);
            let (mean, variance) = (mean.of(self.state), variance.of(self.state));
            batch_norm::evaluate(self.arch, z.of_mut(self.work), scale, mean, variance);
            return;
        }
        let regions = [z, standard, batch.mean, batch.variance, norm.over_sd];
        let [z, standard, mean, variance, over_sd] = apart(self.work, regions);
        let moments = Moments {
            mean,
            variance,
            over_sd,
        };
        batch_norm::forward(self.arch, z, standard, scale, moments);
    }

    /// Applies dropout to the activations of the i-th hidden layer.
    fn drop(&mut self, i: usize, layer: &LayerLayout) {
        let (Some(dropped), Some((drops, first_row))) = (&layer.dropped, self.drops) else {
            return;
        };
        let columns = layer.plan.outputs;
        let regions = [layer.a, dropped.mask, dropped.left];
        let regions = regions.map(|region| self.of_rows(region, columns));
        let [a, mask, left] = apart(self.work, regions);
        drops.drop(self.arch, (i, columns), first_row, a, [mask, left]);
    }

    /// Returns the inputs of the next layer: the activations, after dropout if any.
    fn handed_on(&self, layer: &LayerLayout) -> Region {
        let region = match (&layer.dropped, self.drops) {
            (Some(dropped), Some(_)) => dropped.left,
            _ => layer.a,
        };
        self.of_rows(region, layer.plan.outputs)
    }

    fn of_rows(&self, region: Region, columns: usize) -> Region {
        region.first(self.rows * columns)
    }
}

/// Returns whether σ and its derivative are cheap enough to be part of a product.
fn fuses_activation<T: TensorFloat>(layer: &LayerLayout) -> bool {
    T::FINISHES && layer.activation == Activation::Relu
}
