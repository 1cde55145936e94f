//! The memory layout of a stack: the weights of its layers with optimizer state in `state`, a batch and its
//! activations in `work`.

use super::kernel::MOST_LANES;
use super::kernel::activation::needs_z;
use super::kernel::float::Float;
use super::kernel::update::{UpdateMethod, UpdateRule};
use super::region::{Region, RegionAllocator, apart};
use crate::config::Settings;
use crate::config::settings::{
    Activation, Clip, Loss, NormSites, Normalisation, OptimizerSettings, OutputActivation,
};
use crate::trace::PROBE_ROWS;
use crate::train::components::layers;
use crate::train::components::layers::LayerPlan;
use crate::train::schedule::rows_per_batch;

/// A layer with its regions.
#[derive(Debug)]
pub struct LayerLayout {
    /// Name and sizes.
    pub plan: LayerPlan,
    /// σ; linear for the output layer, because its activation belongs to the loss.
    pub activation: Activation,
    /// σ for the statistics.
    pub counts_as: Activation,
    /// W among the weights, n_in × n_out.
    pub weight: Region,
    /// b among the weights, 1 × n_out.
    pub bias: Region,
    /// The normalization of z.
    pub norm: Option<NormLayout>,
    /// In `work`: activations in the forward pass, δ in the backward pass. For the output layer, the linear outputs,
    /// then the result of the loss. rows × n_out.
    pub a: Region,
    /// In `work`: the input of σ, if its derivative needs it. rows × n_out.
    pub z: Option<Region>,
    /// Dropout of its activations, if any.
    pub dropped: Option<DropoutLayout>,
    /// The last layer of the residual block that starts with this layer's activations.
    pub skips_to: Option<usize>,
}

/// Dropout regions of a hidden layer.
#[derive(Debug)]
pub struct DropoutLayout {
    /// In `work`: the dropout mask; rows × n_out.
    pub mask: Region,
    /// In `work`: the activations after dropout; rows × n_out.
    pub left: Region,
}

/// A normalization of n columns.
#[derive(Debug)]
pub struct NormLayout {
    /// Number of columns.
    pub columns: usize,
    /// γ among the weights.
    pub gamma: Region,
    /// β among the weights.
    pub beta: Region,
    /// In `work`: ẑ in the forward pass, the gradient with respect to z in the backward pass; rows × n.
    pub standard: Region,
    /// In `work`: 1/√(variance + ε) of each column of a batch, or of each row.
    pub over_sd: Region,
    /// Moments of batch normalization; `None` for layer normalization.
    pub batch: Option<BatchMoments>,
}

/// Mean and variance of n columns: of the current batch, and the running estimates.
#[derive(Debug)]
pub struct BatchMoments {
    /// In `state`: the running estimate of the mean.
    pub running_mean: Region,
    /// In `state`: the running estimate of the variance.
    pub running_variance: Region,
    /// In `work`: mean of the batch.
    pub mean: Region,
    /// In `work`: variance of the batch.
    pub variance: Region,
}

/// The memory layout of a stack.
#[derive(Debug)]
pub struct Layout {
    /// Number of columns of x.
    pub features: usize,
    /// Number of columns of y.
    pub outputs: usize,
    /// Number of rows of a batch.
    pub batch: usize,
    /// Number of rows in a pass: the whole batch with batch normalization, else as many as stay in the cache. Results
    /// are bit-identical for any number.
    pub block: usize,
    /// The loss of a row.
    pub loss: Loss,
    /// Activation of the output layer.
    pub output: OutputActivation,
    /// How updates are computed.
    pub update: UpdateMethod,
    /// Whether any run clips its gradient by norm.
    pub clips_norm: bool,
    /// The normalization of the features.
    pub input_norm: Option<NormLayout>,
    /// The layers, input side first, with the output layer last.
    pub layers: Vec<LayerLayout>,
    /// Number of trainable parameters of a run.
    pub parameters: usize,
    /// All weights, biases, γ and β in `state`; the gradient is at the same place in `work`.
    pub weights: Region,
    /// In `state`: the optimizer state.
    pub memories: [Region; 2],
    /// In `state`: updates.
    pub delta: Region,
    /// Number of entries of `state`.
    pub state: usize,
    /// In `work`: x, rows × features.
    pub x: Region,
    /// In `work`: y, rows × outputs.
    pub y: Region,
    /// In `work`: the gradient with respect to activations, passed from layer to layer.
    pub back: Region,
    /// In `work`: the largest activation of every neuron during a pass of the probe rows, layer by layer.
    pub peaks: Region,
    /// Number of entries of `work`.
    pub work: usize,
}

/// Kind of a normalization, number of columns, γ and β.
type NormWeights = (Normalisation, usize, Region, Region);

/// Maximum bytes of activations of a block. It exceeds the L2 cache of most processors: fetching activations from the
/// L3 cache costs less than another pass over all weights.
const BLOCK_BYTES: usize = 1 << 20;

/// Maximum bytes of the activations of one neuron.
const COLUMN_BYTES: usize = 4 << 10;

/// Minimum number of rows of a block: the sums of the weight gradient are read and written once per block.
const BLOCK_LEAST: usize = 8;

impl Layout {
    /// Returns the layout for runs with these settings (which may differ as [`super::shape`] allows), for `n`
    /// training rows with these numbers of features and outputs.
    pub fn new<T: Float>(settings: &Settings, n: usize, features: usize, outputs: usize) -> Layout {
        let plans = layers::layers(settings, features, outputs);
        let batch = rows_per_batch(settings.batch, n);
        let by_batch = settings.batch_norm != NormSites::default();
        let neurons: usize = plans.iter().map(|plan| plan.outputs).sum();
        let drops = settings.dropout != 0.0;
        let entry = T::LANES * size_of::<T>();
        // Dropout needs a mask and the masked activations in addition.
        let kept = if drops { 3 * neurons } else { neurons };
        let block = block(batch, n, (kept, entry), by_batch);
        let widest = plans.iter().map(|plan| plan.inputs).max().unwrap_or(1);

        let (mut state, mut work) = (RegionAllocator::default(), RegionAllocator::default());
        let norm_weights =
            |columns: usize, kind: Option<Normalisation>, state: &mut RegionAllocator| {
                kind.map(|kind| (kind, columns, state.take(columns), state.take(columns)))
            };
        let input = norm_weights(features, settings.norm_at(|at| at.input), &mut state);
        let own: Vec<_> = plans
            .iter()
            .map(|plan| {
                let weight = state.take(plan.inputs * plan.outputs);
                let bias = state.take(plan.outputs);
                (
                    weight,
                    bias,
                    norm_weights(plan.outputs, plan.norm, &mut state),
                )
            })
            .collect();
        let parameters = state.all().len();
        // Updates process several numbers at a time, in full groups.
        let spare = (parameters * T::LANES).next_multiple_of(T::ABREAST) / T::LANES - parameters;
        state.take(spare);
        let weights = state.all();
        // Gradients have the same layout in `work` as weights in `state`.
        work.take(weights.len());
        let rule = rule(settings);
        let memory = |i| {
            if rule.memories() > i {
                weights.len()
            } else {
                0
            }
        };
        let memories = [state.take(memory(0)), state.take(memory(1))];
        let delta = state.take(weights.len());

        let x = work.take(block * features);
        let y = work.take(block * outputs);
        let back = work.take(block * widest);
        let peaks = work.take(neurons);
        let mut norm =
            |(kind, columns, gamma, beta): NormWeights, work: &mut RegionAllocator| NormLayout {
                columns,
                gamma,
                beta,
                standard: work.take(block * columns),
                over_sd: work.take(match kind {
                    Normalisation::Batch => columns,
                    Normalisation::Layer => block,
                }),
                batch: (kind == Normalisation::Batch).then(|| BatchMoments {
                    running_mean: state.take(columns),
                    running_variance: state.take(columns),
                    mean: work.take(columns),
                    variance: work.take(columns),
                }),
            };
        let input_norm = input.map(|input| norm(input, &mut work));
        let last = plans.len() - 1;
        let skips: Vec<_> = plans.iter().map(|plan| plan.skip).collect();
        let layers = plans.into_iter().zip(own).enumerate();
        let layers = layers
            .map(|(i, (plan, (weight, bias, normed)))| LayerLayout {
                activation: match i == last {
                    true => Activation::Linear,
                    false => settings.activation,
                },
                counts_as: layers::activation(settings, i == last),
                weight,
                bias,
                a: work.take(block * plan.outputs),
                z: (i != last && needs_z(settings.activation))
                    .then(|| work.take(block * plan.outputs)),
                norm: normed.map(|normed| norm(normed, &mut work)),
                dropped: (i != last && drops).then(|| DropoutLayout {
                    mask: work.take(block * plan.outputs),
                    left: work.take(block * plan.outputs),
                }),
                skips_to: skips.iter().position(|skip| *skip == Some(i)),
                plan,
            })
            .collect();
        Layout {
            features,
            outputs,
            batch,
            block,
            loss: settings.loss,
            output: settings.output,
            update: UpdateMethod {
                rule,
                shaped: settings.clip != Clip::default() || settings.l1 != 0.0,
            },
            clips_norm: settings.clip.norm.is_some(),
            input_norm,
            layers,
            parameters,
            weights,
            memories,
            delta,
            x,
            y,
            back,
            peaks,
            state: state.all().len(),
            work: work.all().len(),
        }
    }

    /// Returns x and y of a block of rows, the start of a pass.
    pub fn rows_of<'w, T: Float>(&self, work: &'w mut [T], rows: usize) -> [&'w mut [T]; 2] {
        let x = self.x.first(rows * self.features);
        let y = self.y.first(rows * self.outputs);
        apart(work, [x, y])
    }

    /// Returns the linear outputs of the output layer and y of a block of rows, the end of a pass.
    pub fn ends<'w, T: Float>(&self, work: &'w mut [T], rows: usize) -> [&'w mut [T]; 2] {
        let z = self
            .layers
            .last()
            .map_or(Region::default(), |layer| layer.a);
        apart(
            work,
            [z, self.y].map(|region| region.first(rows * self.outputs)),
        )
    }

    /// Returns the number of neurons of all layers.
    pub fn neurons(&self) -> usize {
        self.layers.iter().map(|layer| layer.plan.outputs).sum()
    }

    /// Returns every normalization.
    pub fn norms(&self) -> impl Iterator<Item = &NormLayout> {
        let of_layers = self.layers.iter().filter_map(|layer| layer.norm.as_ref());
        self.input_norm.iter().chain(of_layers)
    }

    /// Returns the moments of every batch normalization.
    pub fn batch_moments(&self) -> impl Iterator<Item = &BatchMoments> {
        self.norms().filter_map(|norm| norm.batch.as_ref())
    }
}

/// Returns the number of rows in a pass, for batches out of `n` rows. Each row has an entry of a number of bytes per
/// neuron.
pub fn block(batch: usize, n: usize, (neurons, entry): (usize, usize), by_batch: bool) -> usize {
    match by_batch {
        true => batch.max(PROBE_ROWS.min(n)),
        false => (BLOCK_BYTES / (neurons * entry))
            .clamp(BLOCK_LEAST, COLUMN_BYTES / entry)
            .min(batch.max(BLOCK_LEAST)),
    }
}

/// Returns the optimizer of these settings.
pub(crate) fn rule(settings: &Settings) -> UpdateRule {
    match settings.optimizer {
        OptimizerSettings::Sgd { momentum: 0.0, .. } => UpdateRule::Sgd,
        OptimizerSettings::Sgd {
            nesterov: false, ..
        } => UpdateRule::Momentum,
        OptimizerSettings::Sgd { nesterov: true, .. } => UpdateRule::Nesterov,
        OptimizerSettings::Adam { .. } => UpdateRule::Adam,
        OptimizerSettings::AdamW { .. } => UpdateRule::AdamW,
        OptimizerSettings::RmsProp { momentum: 0.0, .. } => UpdateRule::RmsProp,
        OptimizerSettings::RmsProp { .. } => UpdateRule::RmsPropMomentum,
        OptimizerSettings::AdaGrad { .. } => UpdateRule::AdaGrad,
    }
}

const _: () = assert!(MOST_LANES == <f32 as Float>::LANES);
