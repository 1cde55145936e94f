//! How much memory a sweep will want: an estimate from sizes alone, before anything is trained.
//! It leaves out the program itself and what the allocator holds back.

use crate::data::{Files, Sizes, sizes};
use crate::nn::{self, outputs};
use crate::run::{Group, Plan};
use crate::spec::Settings;
use crate::spec::settings::{Model, Optimizer, Precision};
use crate::stack::layout::block;
use crate::train::REFERENCE;
use crate::train::schedule::rows_per_batch;

/// Numbers that a step of the reference engine keeps per neuron and row of its batch: z, σ(z), what
/// their derivatives need, and gradients. Measured were 5 to 10.
const STEP: usize = 8;

/// The same of an exact risk, which has no derivatives but takes all rows at once.
const RISK: usize = 2;

/// Numbers that a stack keeps per neuron and row of a block: σ(z), and ẑ where it is normalised.
const IN_PLACE: usize = 2;

/// Numbers that every engine keeps beside them where activations are dropped: the mask, and what it leaves.
const DROPPED: usize = 2;

/// Bytes for the runs that a plan misses with this many jobs: each as if it trained the largest
/// stack, or run where they are trained one by one.
pub fn expected(plan: &Plan, groups: &[Group], files: &Files, jobs: usize) -> f64 {
    let (mut largest, mut alone) = (0.0_f64, 0.0_f64);
    let runs = groups
        .iter()
        .flat_map(|group| group.runs.iter().map(move |run| (group, run)));
    for (group, (cell, _)) in runs {
        let settings = &plan.results.cells[*cell].cell.settings;
        let sizes = sizes(&settings.data, files);
        let together = group.together as f64;
        let in_place = group.engine.name != REFERENCE;
        let bytes = together * of_run(settings, sizes, in_place);
        match group.engine.alone {
            true => alone = alone.max(bytes),
            false => largest = largest.max(bytes),
        }
    }
    let beside = groups.iter().filter(|group| !group.engine.alone);
    let beside = largest * jobs.min(beside.map(Group::stacks).sum()) as f64;
    beside.max(alone)
}

/// Bytes of XᵀX and its factor, of X with a column of ones.
pub fn squares(features: usize) -> f64 {
    2.0 * (features + 1).pow(2) as f64 * 8.0
}

/// Bytes of the numbers that a run is trained in.
pub fn number(settings: &Settings) -> f64 {
    match settings.precision {
        Precision::F32 => 4.0,
        Precision::F64 => 8.0,
    }
}

/// Bytes that one run takes while it trains. As floats, which no width overflows.
fn of_run(settings: &Settings, sizes: Option<Sizes>, in_place: bool) -> f64 {
    let number = number(settings);
    let Some(sizes) = sizes else {
        return copies(settings) * number;
    };
    let (d, k) = (
        sizes.features,
        outputs(settings, sizes.classes, sizes.targets),
    );
    let as_made = sizes.bytes();
    if settings.solving.is_some() {
        // The rows where they lie, and XᵀX with its factor.
        return as_made + squares(d);
    }
    let layers = layers(settings, d, k);
    let neurons: f64 = layers.iter().map(|layer| layer.many * layer.outputs).sum();
    let all = sizes.rows() as f64;
    let at_once = sizes.train.max(sizes.validation);
    let batch = rows_per_batch(settings.batch, sizes.train);
    let dropped = match settings.dropout {
        0.0 => 0,
        _ => DROPPED,
    };
    let per_neuron = match in_place {
        // Which is as large as any where layers are normalised.
        true => (IN_PLACE + dropped) * block(batch, sizes.train, (1, 1), true),
        false => ((STEP + dropped) * batch).max(RISK * at_once),
    };
    let activations = neurons * per_neuron as f64;
    let weights = weights(settings, &layers, d) * copies(settings);
    as_made + (all * (d + k) as f64 + weights + activations) * number
}

/// Dense layers of one shape.
struct Layers {
    many: f64,
    inputs: f64,
    outputs: f64,
    normed: bool,
}

/// Every layer, input side first; those of residual blocks together, since they are alike and can be more than a
/// list of them has room for.
fn layers(settings: &Settings, features: usize, outputs: usize) -> Vec<Layers> {
    let hidden_norm = settings.norm_at(|at| at.hidden).is_some();
    let output_norm = settings.norm_at(|at| at.output).is_some();
    let mut layers = Vec::new();
    let mut n_in = features;
    let mut add = |many: f64, n_out: usize, normed: bool| {
        layers.push(Layers {
            many,
            inputs: n_in as f64,
            outputs: n_out as f64,
            normed,
        });
        n_in = n_out;
    };
    match &settings.model {
        Model::Linear | Model::Risk(_) => {}
        Model::Own(_) => {
            let mut own = nn::layers::layers(settings, features, outputs);
            own.pop();
            own.iter().for_each(|layer| add(1.0, layer.outputs, false));
        }
        Model::Mlp { hidden } => hidden.iter().for_each(|n| add(1.0, *n, hidden_norm)),
        Model::Residual {
            blocks,
            layers,
            width,
        } => {
            add(1.0, *width, hidden_norm);
            add(*blocks as f64 * *layers as f64, *width, hidden_norm);
        }
    }
    add(1.0, outputs, output_norm);
    layers
}

/// Weights, biases, and γ and β of normalisations.
fn weights(settings: &Settings, layers: &[Layers], features: usize) -> f64 {
    let dense = layers.iter().map(|layer| {
        let norm = if layer.normed { 2.0 } else { 0.0 };
        layer.many * (layer.inputs + 1.0 + norm) * layer.outputs
    });
    let input = match settings.norm_at(|at| at.input) {
        Some(_) => 2.0 * features as f64,
        None => 0.0,
    };
    dense.sum::<f64>() + input
}

/// Numbers kept per weight: itself, its gradient, its update, and what the optimizer remembers.
fn copies(settings: &Settings) -> f64 {
    match settings.optimizer {
        Optimizer::Sgd { momentum: 0.0, .. } => 3.0,
        Optimizer::Sgd { .. }
        | Optimizer::RmsProp { momentum: 0.0, .. }
        | Optimizer::AdaGrad { .. } => 4.0,
        Optimizer::Adam { .. } | Optimizer::AdamW { .. } | Optimizer::RmsProp { .. } => 5.0,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::expect::tests::settings;
    use crate::nn;
    use crate::spec::settings::NormSites;

    #[test]
    fn a_run_takes_rows_weights_and_activations() {
        let sizes = Some(Sizes {
            features: 2,
            targets: 1,
            classes: 0,
            train: 100,
            validation: 20,
            test: 0,
            in_place: false,
        });
        let mut settings = settings();
        settings.model = Model::Mlp { hidden: vec![5] };
        settings.batch = crate::spec::settings::Batch::Rows(10);
        // 120 rows of 3 numbers, twice; 21 weights with gradient and update; 6 neurons.
        let sgd = 120 * 3 * (8 + 4) + (21 * 3 + 6 * 2 * 100) * 4;
        assert_eq!(of_run(&settings, sizes, false), f64::from(sgd));
        // A block has as many rows as a batch, or as a probe that is normalised.
        let in_place = 120 * 3 * (8 + 4) + (21 * 3 + 6 * 2 * 100) * 4;
        assert_eq!(of_run(&settings, sizes, true), f64::from(in_place));
        settings.optimizer = Optimizer::Adam {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
        };
        assert_eq!(of_run(&settings, sizes, false), f64::from(sgd + 21 * 2 * 4));
        settings.precision = Precision::F64;
        settings.batch = crate::spec::settings::Batch::Full;
        let adam = 120 * 3 * (8 + 8) + (21 * 5 + 6 * 8 * 100) * 8;
        assert_eq!(of_run(&settings, sizes, false), f64::from(adam));
    }

    #[test]
    fn weights_are_counted_as_the_network_has_them() {
        let hidden = vec![7, 3, 5];
        let residual = Model::Residual {
            blocks: 3,
            layers: 2,
            width: 4,
        };
        for model in [Model::Linear, Model::Mlp { hidden }, residual] {
            let everywhere = NormSites {
                input: true,
                hidden: true,
                output: true,
            };
            let none = NormSites::default();
            for (batch_norm, layer_norm) in [(none, none), (everywhere, none), (none, everywhere)] {
                let mut settings = settings();
                settings.model = model.clone();
                (settings.batch_norm, settings.layer_norm) = (batch_norm, layer_norm);
                let network = nn::Model::new(&settings, 0, 6, 2).unwrap();
                let parameters = network.parameters();
                let entries: usize = parameters.iter().map(|p| p.var.elem_count()).sum();
                let counted = weights(&settings, &layers(&settings, 6, 2), 6);
                assert_eq!(counted, entries as f64, "{model:?}");
            }
        }
    }
}
