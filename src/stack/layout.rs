//! Where everything of a stack lies: the weights of its layers and what belongs to them in `state`, a
//! batch and what the layers make of it in `work`.

use super::kernel::MOST_LANES;
use super::kernel::activation::needs_z;
use super::kernel::real::Real;
use super::kernel::update::{Rule, Way};
use super::region::{Region, Rows, apart};
use crate::nn::layers::{self, LayerPlan};
use crate::spec::Settings;
use crate::spec::settings::{
    Activation, Clip, Loss, NormSites, Normalisation, Optimizer, OutputActivation,
};
use crate::train::outputs::PROBE_ROWS;
use crate::train::schedule::rows_per_batch;

/// A layer.
#[derive(Debug)]
pub struct Layer {
    /// Name and sizes.
    pub plan: LayerPlan,
    /// σ; linear for the output layer, whose σ belongs to the loss.
    pub activation: Activation,
    /// σ as the statistics see it.
    pub counts_as: Activation,
    /// W among the weights, n_in × n_out.
    pub weight: Region,
    /// b among the weights, 1 × n_out.
    pub bias: Region,
    /// Of z.
    pub norm: Option<Norm>,
    /// In `work`: its activations on the way there, the gradient by what σ was taken of (δ) on the
    /// way back; of the output layer the linear outputs, and what the loss makes of them. rows × n_out.
    pub a: Region,
    /// In `work`: what σ is taken of, where its slope is known from nothing else. rows × n_out.
    pub z: Option<Region>,
    /// What is dropped of its activations; nothing where none are.
    pub dropped: Option<Dropped>,
    /// The layer that ends the block which begins with this one's activations.
    pub skips_to: Option<usize>,
}

/// What is dropped of a hidden layer's activations, and what is left of them.
#[derive(Debug)]
pub struct Dropped {
    /// In `work`: what they are multiplied by; rows × n_out.
    pub mask: Region,
    /// In `work`: what the next layer is given in their place; rows × n_out.
    pub left: Region,
}

/// A normalisation of n columns.
#[derive(Debug)]
pub struct Norm {
    /// n.
    pub columns: usize,
    /// γ among the weights.
    pub gamma: Region,
    /// β among the weights.
    pub beta: Region,
    /// In `work`: ẑ on the way there, the gradient by z on the way back; rows × n.
    pub standard: Region,
    /// In `work`: 1/√(variance + ε), of each column of a batch, or of each row.
    pub over_sd: Region,
    /// What belongs to normalisation over a batch; none of that over a row.
    pub batch: Option<BatchMoments>,
}

/// Mean and variance of n columns: those of the batch at hand, and what is remembered of all.
#[derive(Debug)]
pub struct BatchMoments {
    /// In `state`: the running estimate of the mean.
    pub running_mean: Region,
    /// In `state`: that of the variance.
    pub running_variance: Region,
    /// In `work`: mean of the batch.
    pub mean: Region,
    /// In `work`: its variance.
    pub variance: Region,
}

/// Where everything lies.
#[derive(Debug)]
pub struct Layout {
    /// Columns of x.
    pub features: usize,
    /// Columns of y.
    pub outputs: usize,
    /// Rows of a batch.
    pub batch: usize,
    /// Rows that are taken through the network at a time: all of a batch where it is normalised as one,
    /// else as many as stay in the cache. The bits do not depend on it.
    pub block: usize,
    /// The loss of a row.
    pub loss: Loss,
    /// σ of the output layer.
    pub output: OutputActivation,
    /// How updates are found.
    pub way: Way,
    /// Whether some run clips its gradient by the norm.
    pub clips_norm: bool,
    /// Of the features.
    pub input_norm: Option<Norm>,
    /// Input side first, the output layer last.
    pub layers: Vec<Layer>,
    /// Trainable weights of a run.
    pub parameters: usize,
    /// Every weight, bias, γ and β: in `state` itself, at the same place in `work` its gradient.
    pub weights: Region,
    /// In `state`: what the rule remembers.
    pub memories: [Region; 2],
    /// In `state`: updates.
    pub delta: Region,
    /// Entries of `state`.
    pub state: usize,
    /// In `work`: x, rows × features.
    pub x: Region,
    /// In `work`: y, rows × outputs.
    pub y: Region,
    /// In `work`: a gradient by activations, on its way from one layer to the one before.
    pub back: Region,
    /// In `work`: the largest activation of every neuron, layer after layer, while a probe goes through.
    pub peaks: Region,
    /// Entries of `work`.
    pub work: usize,
}

/// A normalisation's kind, its columns, γ and β.
type NormWeights = (Normalisation, usize, Region, Region);

/// Bytes of activations that a block may have. More than the second level of most caches: to fetch
/// activations back from the third costs less than to go through all weights once more.
const BLOCK_BYTES: usize = 1 << 20;

/// Those of one neuron.
const COLUMN_BYTES: usize = 4 << 10;

/// Fewest rows of a block: the sums of the weights' gradient are read and written once per block.
const BLOCK_LEAST: usize = 8;

impl Layout {
    /// Of runs with these settings (which may differ in what [`super::shape`] leaves open), for `n`
    /// training rows of so many features and outputs.
    pub fn new<T: Real>(settings: &Settings, n: usize, features: usize, outputs: usize) -> Layout {
        let plans = layers::layers(settings, features, outputs);
        let batch = rows_per_batch(settings.batch, n);
        let by_batch = settings.batch_norm != NormSites::default();
        let neurons: usize = plans.iter().map(|plan| plan.outputs).sum();
        let drops = settings.dropout != 0.0;
        let entry = T::LANES * size_of::<T>();
        // A mask, and what it leaves, lie beside every activation.
        let kept = if drops { 3 * neurons } else { neurons };
        let block = block(batch, n, (kept, entry), by_batch);
        let widest = plans.iter().map(|plan| plan.inputs).max().unwrap_or(1);

        let (mut state, mut work) = (Rows::default(), Rows::default());
        let norm_weights = |columns: usize, kind: Option<Normalisation>, state: &mut Rows| {
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
        // Updates take several numbers at a time, and never a part of them.
        let spare = (parameters * T::LANES).next_multiple_of(T::ABREAST) / T::LANES - parameters;
        state.take(spare);
        let weights = state.all();
        // Gradients lie in `work` as weights do in `state`.
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
        let mut norm = |(kind, columns, gamma, beta): NormWeights, work: &mut Rows| Norm {
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
            .map(|(i, (plan, (weight, bias, normed)))| Layer {
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
                dropped: (i != last && drops).then(|| Dropped {
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
            way: Way {
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

    /// Where x and y of a block of rows begin their way.
    pub fn rows_of<'w, T: Real>(&self, work: &'w mut [T], rows: usize) -> [&'w mut [T]; 2] {
        let x = self.x.first(rows * self.features);
        let y = self.y.first(rows * self.outputs);
        apart(work, [x, y])
    }

    /// Where a block of rows ends its way: the linear outputs of the last layer, and y.
    pub fn ends<'w, T: Real>(&self, work: &'w mut [T], rows: usize) -> [&'w mut [T]; 2] {
        let z = self
            .layers
            .last()
            .map_or(Region::default(), |layer| layer.a);
        apart(
            work,
            [z, self.y].map(|region| region.first(rows * self.outputs)),
        )
    }

    /// Neurons of all layers.
    pub fn neurons(&self) -> usize {
        self.layers.iter().map(|layer| layer.plan.outputs).sum()
    }

    /// Every normalisation.
    pub fn norms(&self) -> impl Iterator<Item = &Norm> {
        let of_layers = self.layers.iter().filter_map(|layer| layer.norm.as_ref());
        self.input_norm.iter().chain(of_layers)
    }

    /// The moments of every normalisation over a batch.
    pub fn batch_moments(&self) -> impl Iterator<Item = &BatchMoments> {
        self.norms().filter_map(|norm| norm.batch.as_ref())
    }
}

/// Rows that are taken through the network at a time, of batches of so many out of `n`. Of every row
/// an entry of so many bytes is there for each of the neurons.
pub fn block(batch: usize, n: usize, (neurons, entry): (usize, usize), by_batch: bool) -> usize {
    match by_batch {
        true => batch.max(PROBE_ROWS.min(n)),
        false => (BLOCK_BYTES / (neurons * entry))
            .clamp(BLOCK_LEAST, COLUMN_BYTES / entry)
            .min(batch.max(BLOCK_LEAST)),
    }
}

/// The update rule of these settings.
pub(crate) fn rule(settings: &Settings) -> Rule {
    match settings.optimizer {
        Optimizer::Sgd { momentum: 0.0, .. } => Rule::Sgd,
        Optimizer::Sgd {
            nesterov: false, ..
        } => Rule::Momentum,
        Optimizer::Sgd { nesterov: true, .. } => Rule::Nesterov,
        Optimizer::Adam { .. } => Rule::Adam,
        Optimizer::AdamW { .. } => Rule::AdamW,
        Optimizer::RmsProp { momentum: 0.0, .. } => Rule::RmsProp,
        Optimizer::RmsProp { .. } => Rule::RmsPropMomentum,
        Optimizer::AdaGrad { .. } => Rule::AdaGrad,
    }
}

const _: () = assert!(MOST_LANES == <f32 as Real>::LANES);
