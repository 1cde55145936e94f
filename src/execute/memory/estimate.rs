//! Predicts the peak memory of a `sweep` command from sizes only.
//!
//! The peak consists of the program, data files, traces, and the memory of all workers at one time. The memory of a
//! worker follows the allocations of the executors. `tests/memory.rs` compares predictions with measured peaks.

use crate::config::Settings;
use crate::config::settings::{
    Activation, ClassWeights, DataSettings, Init, ModelSettings, NormSites, Precision, Source,
};
use crate::execute::{Group, Plan};
use crate::trace::CURVE_POINTS;
use crate::trace::PROBE_ROWS;
use crate::train::autograd::REFERENCE;
use crate::train::components;
use crate::train::components::outputs;
use crate::train::datasets::{Files, Sizes, WIDEST_FIT, fitted_rows, sizes};
use crate::train::schedule::rows_per_batch;
use crate::train::simd;
use crate::train::simd::kernel::activation::needs_z;
use crate::train::simd::layout::{block, rule};
use std::collections::BTreeMap;

/// The program before it trains, in bytes: its code, its tables, SQLite's cache.
const PROGRAM: f64 = 35e6;

/// Bytes of each worker in addition to its runs: its stack, and the buffers of matrix products.
const WORKER: f64 = 4e6;

/// Bytes of the pages of a report while they are rendered.
const REPORT: f64 = 20e6;

/// Bytes of a final weight that is recorded and written to a file.
const KEPT_WEIGHT: f64 = 16.0;

/// Bytes of the statistics of one neuron over the probe rows, which every lane has.
const SPREAD: f64 = 400.0;

/// Maximum bytes of the blocks of X in a solver or a linear fit.
const BLOCK: f64 = 64e6;

/// The peak memory of a command.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Peak {
    /// Bytes, without mapped files.
    pub bytes: f64,
    /// Bytes of mapped files, which the system can drop.
    pub mapped: f64,
}

/// Memory of the process in addition to the running runs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Held {
    /// Bytes of the program, data files and traces.
    bytes: f64,
    /// Bytes at the peak of reading a data file.
    reading: f64,
    /// Bytes of mapped files.
    mapped: f64,
}

impl Held {
    /// Returns the memory of the program with data files and traces.
    fn new(files: &Files, traces: f64) -> Held {
        let read = files.held();
        let kept = PROGRAM + read.kept as f64;
        Held {
            bytes: kept + REPORT + traces,
            reading: kept + read.reading as f64,
            mapped: read.mapped as f64,
        }
    }

    /// Returns the peak with this memory of parallel calls.
    fn with(self, calls: f64) -> Peak {
        Peak {
            bytes: (self.bytes + calls).max(self.reading),
            mapped: self.mapped,
        }
    }
}

/// The memory of the missing runs of a plan, computed once per cell.
#[derive(Debug)]
pub struct Estimate<'a> {
    plan: &'a Plan,
    weights: bool,
    held: Held,
    /// By the place of the cell.
    runs: BTreeMap<usize, RunBytes>,
}

impl<'a> Estimate<'a> {
    /// Estimates the runs of these groups. `weights` says whether final weights are saved.
    pub fn new(plan: &'a Plan, groups: &[Group], files: &Files, weights: bool) -> Estimate<'a> {
        let mut runs = BTreeMap::new();
        for group in groups {
            for (cell, _) in &group.runs {
                let settings = &plan.results.cells[*cell].cell.settings;
                let new = || RunBytes::new(settings, files, group.executor.name);
                runs.entry(*cell).or_insert_with(new);
            }
        }
        let traces = plan.results.cells.iter().enumerate().map(|(place, cell)| {
            let known = cell
                .traces()
                .next()
                .map(|known| trace_bytes(known.layers.len() as f64, 1, 1));
            let own = runs.get(&place).map(|run: &RunBytes| run.trace);
            cell.runs.len() as f64 * own.or(known).unwrap_or(0.0)
        });
        Estimate {
            plan,
            weights,
            held: Held::new(files, traces.sum()),
            runs,
        }
    }

    /// Bytes of one call of an executor with these runs, as a float, which no width overflows.
    fn call(&self, runs: &[(usize, usize)]) -> f64 {
        let (mut kept, mut transient, mut shared) = (0.0, 0.0_f64, 0.0_f64);
        let mut before = None;
        for (place, run) in runs {
            let cell = &self.plan.results.cells[*place];
            let Some(of) = self.runs.get(place) else {
                continue;
            };
            // Runs of the same rows share them, and are next to each other.
            let settings = &cell.cell.settings;
            let rows = (&settings.data, cell.runs[*run].run.seed, &settings.labels);
            if before.replace(rows) != Some(rows) {
                kept += of.rows;
                transient = transient.max(of.transient);
            }
            kept += of.own;
            if self.weights {
                kept += KEPT_WEIGHT * of.weights;
            }
            shared = shared.max(of.shared);
        }
        WORKER + kept + transient + shared
    }

    /// Returns the bytes of every call of a group.
    pub fn calls(&self, group: &Group) -> Vec<f64> {
        let chunks = group.runs.chunks(group.together.max(1));
        chunks.map(|runs| self.call(runs)).collect()
    }

    /// Returns the peak with a single run.
    pub fn alone(&self, run: (usize, usize)) -> Peak {
        self.held.with(self.call(&[run]))
    }

    /// Returns the peak with this memory of parallel calls.
    pub fn with(&self, calls: f64) -> Peak {
        self.held.with(calls)
    }

    /// Returns the peak of these groups with a number of jobs: the largest calls at one time.
    pub fn peak(&self, groups: &[Group], jobs: usize) -> Peak {
        let of = |alone: bool| {
            let groups = groups
                .iter()
                .filter(move |group| group.executor.alone == alone);
            let mut calls: Vec<f64> = groups.flat_map(|group| self.calls(group)).collect();
            calls.sort_by(|a, b| b.total_cmp(a));
            calls
        };
        let alone = of(true).first().copied().unwrap_or(0.0);
        let parallel: f64 = of(false).iter().take(jobs.max(1)).sum();
        self.held.with(alone.max(parallel))
    }
}

/// Returns the peak of a replay of one run with a number of snapshots of its weights. Includes the losses along their
/// trajectory, which the autograd executor computes.
pub fn replayed(settings: &Settings, executor: &str, files: &Files, snapshots: usize) -> Peak {
    let trained = RunBytes::new(settings, files, executor);
    let measured = RunBytes::new(settings, files, REFERENCE);
    // Snapshots as recorded, as one point each, and for the plane through them.
    let kept = 3.0 * snapshots as f64 * 8.0 * trained.weights;
    let calls = trained.alone().max(measured.alone()) + kept + WORKER;
    Held::new(files, trained.trace).with(calls)
}

/// Bytes of one run.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct RunBytes {
    /// Its rows while it trains.
    rows: f64,
    /// Temporary peak, for creating rows or fitting the linear model that it is compared with.
    transient: f64,
    /// Memory of its own among runs that train together.
    own: f64,
    /// Memory that all runs share that train together.
    shared: f64,
    /// Trainable weights.
    weights: f64,
    /// Its trace.
    trace: f64,
}

impl RunBytes {
    /// Returns the bytes of a call with this run only.
    fn alone(self) -> f64 {
        self.rows + self.transient + self.own + self.shared
    }

    fn new(settings: &Settings, files: &Files, executor: &str) -> RunBytes {
        let number = number(settings);
        let Some(sizes) = sizes(&settings.data, files) else {
            return RunBytes::default();
        };
        let (d, k) = (
            sizes.features,
            outputs(settings, sizes.classes, sizes.targets),
        );
        let rows = sizes.rows() as f64;
        let made = sizes.bytes() + spare(&settings.data, sizes);
        let fit = fit(settings, sizes);
        let transient = making(&settings.data, sizes, files).max(fit);
        if settings.solving.is_some() {
            return RunBytes {
                rows: made + order(sizes),
                transient: transient.max(solving(sizes)),
                trace: trace_bytes(0.0, d, k),
                ..RunBytes::default()
            };
        }
        let layers = layers(settings, d, k);
        let weights = weights(settings, &layers, d);
        let counts = match settings.labels.weights {
            ClassWeights::Equal => 0.0,
            ClassWeights::Balanced | ClassWeights::Each(_) => rows * 8.0,
        };
        let trained_on = rows * (d + k) as f64 * number + counts + order(sizes);
        // Targets are created as 64-bit floats first.
        let targets = sizes.train.max(sizes.validation) as f64 * k as f64 * 8.0;
        let start = start(settings, &layers);
        let trace = trace_bytes(layers.iter().map(|layer| layer.many).sum(), d, k);
        match lanes(executor, settings) {
            Some(lanes) => {
                let arena = arena(settings, &layers, sizes, [d, k], lanes);
                let neurons: f64 = layers.iter().map(EqualLayers::neurons).sum();
                let answers = (PROBE_ROWS + lattice(d)) as f64 * k as f64 * 8.0;
                RunBytes {
                    rows: made + trained_on,
                    transient: transient.max(targets),
                    own: 2.0 * answers,
                    shared: arena.max(weights * lanes as f64 * number + start) + SPREAD * neurons,
                    weights,
                    trace,
                }
            }
            None => {
                let activations = autograd(settings, &layers, sizes);
                let copies = (4 + rule(settings).memories()) as f64;
                // Rows are copied as 64-bit floats first.
                let part = sizes.train.max(sizes.validation) as f64;
                let wide = part * d as f64 * 8.0;
                RunBytes {
                    rows: made + trained_on,
                    transient: transient.max(wide).max(targets).max(activations),
                    own: 0.0,
                    shared: (weights * copies * number).max(weights * number + start),
                    weights,
                    trace,
                }
            }
        }
    }
}

/// Returns the lanes of a stack of the executor of this name; `None` for an executor without lanes.
fn lanes(executor: &str, settings: &Settings) -> Option<usize> {
    match executor {
        simd::NAME => Some(simd::lanes(settings)),
        simd::WIDE => Some(1),
        _ => None,
    }
}

/// Bytes of a number in the precision of a run.
fn number(settings: &Settings) -> f64 {
    match settings.precision {
        Precision::F32 => 4.0,
        Precision::F64 => 8.0,
    }
}

/// Positions on the lattice of inputs for a number of features.
fn lattice(features: usize) -> usize {
    match features {
        1 => 200,
        2 => 1024,
        _ => 0,
    }
}

/// Bytes of the order in which rows are sampled.
fn order(sizes: Sizes) -> f64 {
    4.0 * sizes.train as f64
}

/// Bytes in addition to the rows that stay allocated: if all rows are created in one piece, training rows keep the
/// memory of the held-out rows.
fn spare(data: &DataSettings, sizes: Sizes) -> f64 {
    match data.source {
        Source::Gaussian { .. } if data.folds.is_none() => {
            let held_out = (sizes.validation + sizes.test) as f64;
            held_out * (sizes.features + sizes.targets) as f64 * 8.0
        }
        Source::None
        | Source::Sine { .. }
        | Source::Wiggle { .. }
        | Source::Linear { .. }
        | Source::Gaussian { .. }
        | Source::Moons
        | Source::Circles
        | Source::Spirals { .. }
        | Source::Blobs { .. }
        | Source::Xor
        | Source::Csv { .. }
        | Source::Npy { .. }
        | Source::Npz { .. }
        | Source::Idx { .. }
        | Source::Custom { .. } => 0.0,
    }
}

/// Temporary bytes in addition to the rows while they are created.
fn making(data: &DataSettings, sizes: Sizes, files: &Files) -> f64 {
    let columns = (sizes.features + sizes.targets) as f64;
    let moved = !data.scales.is_empty() || !data.offsets.is_empty();
    let all = match &data.source {
        Source::None => return 0.0,
        // Created in place.
        Source::Gaussian { .. } if data.folds.is_none() => return 0.0,
        Source::Sine { .. }
        | Source::Wiggle { .. }
        | Source::Linear { .. }
        | Source::Gaussian { .. }
        | Source::Moons
        | Source::Circles
        | Source::Spirals { .. }
        | Source::Blobs { .. }
        | Source::Xor => data.rows,
        file @ (Source::Csv { .. }
        | Source::Npy { .. }
        | Source::Npz { .. }
        | Source::Idx { .. }
        | Source::Custom { .. }) => files.contents(file).map_or(0, |all| all.rows),
    } as f64;
    // The order of a shuffle, and its parts.
    let shuffle = match sizes.in_place {
        true => 0.0,
        false => 16.0 * all,
    };
    let is_table = matches!(data.source, Source::Csv { .. } | Source::Custom { .. });
    let whole = match data.source.is_file() || matches!(data.source, Source::Custom { .. }) {
        true if is_table && moved => all * columns * 8.0,
        true => 0.0,
        false => all * columns * 8.0,
    };
    whole + shuffle
}

/// Bytes of the linear model that a run is compared with: a copy of its rows, the standardized rows, and its
/// predictions.
fn fit(settings: &Settings, sizes: Sizes) -> f64 {
    if sizes.features > WIDEST_FIT || matches!(settings.model, ModelSettings::Risk(_)) {
        return 0.0;
    }
    let columns = sizes.classes.max(sizes.targets);
    let rows = fitted_rows(sizes.train, sizes.features, columns) as f64;
    let (d, k, all) = (sizes.features as f64, columns as f64, sizes.rows() as f64);
    let own = rows * (2.0 * d + 1.0) * 8.0;
    let predictions = all * k * 8.0 * 3.0;
    let moments = 4.0 * (d + 1.0) * (d + 1.0) * 8.0;
    own + predictions + moments
}

/// Bytes of XᵀX and its factors, with X including a column of ones and y; and of the rows in blocks.
fn solving(sizes: Sizes) -> f64 {
    let side = (sizes.features + 2) as f64;
    let squares = 4.0 * side * side * 8.0;
    squares + (sizes.train as f64 * side * 8.0).min(BLOCK)
}

/// Bytes of the weights of the widest layer while they are sampled, in 64 bits.
fn start(settings: &Settings, layers: &[EqualLayers]) -> f64 {
    let widest = layers.iter().map(|layer| layer.inputs * layer.outputs);
    let copies = match settings.init {
        // The separate vectors, and their matrix.
        Init::Orthogonal => 2.0,
        Init::Constant(_)
        | Init::Normal(_)
        | Init::Uniform(..)
        | Init::Xavier
        | Init::Glorot
        | Init::He
        | Init::Torch => 1.0,
    };
    widest.fold(0.0, f64::max) * 8.0 * copies
}

/// Bytes of the two tensors of a stack with a number of lanes, as laid out by [`simd::layout`].
fn arena(
    settings: &Settings,
    layers: &[EqualLayers],
    sizes: Sizes,
    [d, k]: [usize; 2],
    lanes: usize,
) -> f64 {
    let entry = lanes as f64 * number(settings);
    let neurons: f64 = layers.iter().map(EqualLayers::neurons).sum();
    let drops = settings.dropout != 0.0;
    let kept = if drops { 3.0 } else { 1.0 } * neurons;
    let by_batch = settings.batch_norm != NormSites::default();
    let batch = rows_per_batch(settings.batch, sizes.train);
    let block = block(
        batch,
        sizes.train,
        (kept as usize, entry as usize),
        by_batch,
    ) as f64;
    let hidden =
        1.0 + f64::from(u8::from(needs_z(settings.activation))) + if drops { 2.0 } else { 0.0 };
    let last = layers.len() - 1;
    let of_layers = layers.iter().enumerate().map(|(i, layer)| {
        let kinds = if i == last { 1.0 } else { hidden } + f64::from(u8::from(layer.normed));
        layer.neurons() * kinds
    });
    let input_norm = settings.norm_at(|at| at.input).map_or(0.0, |_| d as f64);
    let normed = layers.iter().filter(|layer| layer.normed);
    let moments = 4.0 * (normed.map(EqualLayers::neurons).sum::<f64>() + input_norm);
    let widest = layers.iter().map(|layer| layer.inputs).fold(0.0, f64::max);
    let weights = weights(settings, layers, d);
    let state = weights * (2 + rule(settings).memories()) as f64 + moments;
    let rows = (d + k) as f64 + widest + of_layers.sum::<f64>() + input_norm;
    let work = weights + block * rows + neurons;
    (state + work) * entry
}

/// Numbers that the autograd executor stores per neuron and row: in a step (forward pass, values for derivatives, and
/// gradients), and in a forward pass over all rows. Measured for layers of 400 neurons.
fn per_neuron(settings: &Settings) -> [f64; 2] {
    let [mut step, mut forward] = match settings.activation {
        Activation::Linear | Activation::Tanh | Activation::Sigmoid => [8.5, 3.0],
        Activation::Silu => [10.5, 4.0],
        Activation::Relu | Activation::LeakyRelu { .. } => [14.5, 3.2],
        Activation::Gelu => [14.0, 7.0],
        Activation::Elu { .. } | Activation::Softplus => [18.5, 6.5],
    };
    if settings.batch_norm != NormSites::default() || settings.layer_norm != NormSites::default() {
        step += 4.0;
        forward += 3.0;
    }
    if settings.dropout != 0.0 {
        step += 6.0;
    }
    [step, forward]
}

/// Bytes that the autograd executor needs for the rows of a batch, or for the loss over all rows.
fn autograd(settings: &Settings, layers: &[EqualLayers], sizes: Sizes) -> f64 {
    let neurons: f64 = layers.iter().map(EqualLayers::neurons).sum();
    let batch = rows_per_batch(settings.batch, sizes.train) as f64;
    let all = sizes.train.max(sizes.validation) as f64;
    let [step, forward] = per_neuron(settings);
    neurons * (step * batch).max(forward * all) * number(settings)
}

/// Bytes of a trace in memory, by its layers, features and outputs: curve, losses, statistics of layers, and
/// predictions. Doubled for the report.
fn trace_bytes(layers: f64, d: usize, k: usize) -> f64 {
    let predictions = PROBE_ROWS * (3 + 2 * k) + 2 * lattice(d) * k;
    let numbers = (2 * CURVE_POINTS + 500 + predictions) as f64 + 50.0 * 16.0 * layers;
    2.0 * 8.0 * numbers
}

/// Dense layers of one shape.
#[derive(Debug)]
struct EqualLayers {
    many: f64,
    inputs: f64,
    outputs: f64,
    normed: bool,
}

impl EqualLayers {
    fn neurons(&self) -> f64 {
        self.many * self.outputs
    }
}

/// Returns every layer, input side first. The layers of residual blocks share one entry, since they are equal and can
/// be too many for a list.
fn layers(settings: &Settings, features: usize, outputs: usize) -> Vec<EqualLayers> {
    let hidden_norm = settings.norm_at(|at| at.hidden).is_some();
    let output_norm = settings.norm_at(|at| at.output).is_some();
    let mut layers = Vec::new();
    let mut n_in = features;
    let mut add = |many: f64, n_out: usize, normed: bool| {
        layers.push(EqualLayers {
            many,
            inputs: n_in as f64,
            outputs: n_out as f64,
            normed,
        });
        n_in = n_out;
    };
    match &settings.model {
        ModelSettings::Linear | ModelSettings::Risk(_) => {}
        ModelSettings::Custom(_) => {
            let mut own = components::layers::layers(settings, features, outputs);
            own.pop();
            own.iter().for_each(|layer| add(1.0, layer.outputs, false));
        }
        ModelSettings::Mlp { hidden } => hidden.iter().for_each(|n| add(1.0, *n, hidden_norm)),
        ModelSettings::Residual {
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

/// Counts weights, biases, and γ and β of normalizations.
fn weights(settings: &Settings, layers: &[EqualLayers], features: usize) -> f64 {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::settings::{Activation, BatchSize, OptimizerSettings};
    use crate::testkit::results::settings;
    use crate::train::components;
    use crate::train::simd::layout::Layout;

    /// Settings that differ in the layout of a stack.
    fn varied() -> Vec<Settings> {
        let mut all = vec![settings()];
        let mut add = |change: fn(&mut Settings)| {
            let mut of = all[0].clone();
            change(&mut of);
            all.push(of);
        };
        let everywhere = NormSites {
            input: true,
            hidden: true,
            output: true,
        };
        add(|of| of.model = ModelSettings::Linear);
        add(|of| {
            of.model = ModelSettings::Mlp {
                hidden: vec![70, 3, 50],
            }
        });
        add(|of| {
            of.model = ModelSettings::Residual {
                blocks: 3,
                layers: 2,
                width: 40,
            };
        });
        add(|of| of.dropout = 0.5);
        add(|of| of.activation = Activation::Gelu);
        add(|of| of.precision = Precision::F64);
        add(|of| of.batch = BatchSize::Full);
        add(|of| {
            of.optimizer = OptimizerSettings::Adam {
                beta1: 0.9,
                beta2: 0.999,
                epsilon: 1e-8,
            };
        });
        for batch_norm in [true, false] {
            let mut of = all[2].clone();
            match batch_norm {
                true => of.batch_norm = everywhere,
                false => of.layer_norm = everywhere,
            }
            all.push(of);
        }
        all
    }

    #[test]
    fn the_estimate_of_a_stack_agrees_with_its_layout() {
        let sizes = Sizes {
            features: 6,
            targets: 1,
            classes: 0,
            train: 1000,
            validation: 20,
            test: 0,
            in_place: false,
        };
        for settings in varied() {
            let of = layers(&settings, 6, 2);
            let lanes = simd::lanes(&settings);
            let predicted = arena(&settings, &of, sizes, [6, 2], lanes);
            let laid = match settings.precision {
                Precision::F32 => Layout::new::<f32>(&settings, 1000, 6, 2),
                Precision::F64 => Layout::new::<f64>(&settings, 1000, 6, 2),
            };
            let laid = (laid.state + laid.work) as f64 * lanes as f64 * number(&settings);
            assert!(
                (predicted / laid - 1.0).abs() < 0.02,
                "{predicted} {laid} {settings:?}"
            );
        }
    }

    #[test]
    fn the_number_of_weights_agrees_with_the_network() {
        let hidden = vec![7, 3, 5];
        let residual = ModelSettings::Residual {
            blocks: 3,
            layers: 2,
            width: 4,
        };
        for model in [
            ModelSettings::Linear,
            ModelSettings::Mlp { hidden },
            residual,
        ] {
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
                let network = components::Model::new(&settings, 0, 6, 2).unwrap();
                let parameters = network.parameters();
                let entries: usize = parameters.iter().map(|p| p.var.elem_count()).sum();
                let counted = weights(&settings, &layers(&settings, 6, 2), 6);
                assert_eq!(counted, entries as f64, "{model:?}");
            }
        }
    }
}
