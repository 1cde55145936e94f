//! The run ID: a hash of settings, seed, data, executor and numerics version, in words that never change.
//!
//! Types, fields and the words of sweep files can be renamed, but a file must still find its stored runs. So this
//! module has its own names for hashing: a mirror of every type of [`crate::config::settings`], with the words and the
//! field order of version 0.1.0. The compiler checks the mirror against the types. The words are frozen even if machine
//! learning has better ones: `xavier` for LeCun's initialization, `classes`, `own`, `risk`.
//!
//! A new key needs `default` and `skip_serializing_if`, so that runs without it keep their ID.

use crate::config::Values;
use crate::config::custom::{CustomCode, CustomSettings, Given};
use crate::config::deprecated::current;
use crate::config::settings::*;
use serde::de::value::MapDeserializer;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::path::PathBuf;

/// Version of everything that determines the numbers of a run. Any change that gives a stored run other bits must
/// increase it. Runs then get new IDs and are trained again.
pub const NUMERICS_VERSION: u32 = 7;

/// The hashed names of executors.
pub mod engine {
    /// Networks in SIMD lanes, several runs at a time.
    pub const STACKED: &str = "stacked";
    /// Networks with matrix products, one run at a time.
    pub const WIDE: &str = "wide";
    /// Candle's autograd.
    pub const REFERENCE: &str = "reference";
    /// Solvers of linear models.
    pub const SOLVER: &str = "solver";
    /// Solvers with matrix products of OpenBLAS, which have other bits.
    pub const SOLVER_OPENBLAS: &str = "solver-openblas";
}

/// The ID of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(pub [u8; 16]);

impl fmt::Display for RunId {
    /// Writes 32 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Returns the ID of one run. `data_digest` is the digest of the content of the data file, empty for generators.
/// `engine` is the hashed name of the engine.
pub fn run_id(settings: &Settings, seed: u64, data_digest: &str, engine: &str) -> RunId {
    let identity = serde_json::json!({
        "settings": canonical(settings), "seed": seed, "data": data_digest,
        "engine": engine, "numerics": NUMERICS_VERSION,
    });
    let hash = blake3::hash(identity.to_string().as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash.as_bytes()[..16]);
    RunId(id)
}

/// Returns the settings of a cell in a canonical form, independent of their spelling in the file. It has no paths of
/// data files, so that a run is the same in every folder.
pub fn canonical(settings: &Settings) -> serde_json::Map<String, serde_json::Value> {
    let mut settings = settings.clone();
    match &mut settings.data.source {
        Source::Csv { path, .. } | Source::Npz { path, .. } => *path = PathBuf::new(),
        Source::Npy { path, target, .. } | Source::Idx { path, target, .. } => {
            (*path, *target) = Default::default();
        }
        // The digest of the rows replaces the keys of a custom source.
        Source::Custom { own, folder } => (own.given, *folder) = Default::default(),
        Source::None
        | Source::Sine { .. }
        | Source::Wiggle { .. }
        | Source::Linear { .. }
        | Source::Gaussian { .. }
        | Source::Moons
        | Source::Circles
        | Source::Spirals { .. }
        | Source::Blobs { .. }
        | Source::Xor => {}
    }
    // Settings are plain data, which JSON can represent.
    match SettingsWords::serialize(&settings, serde_json::value::Serializer) {
        Ok(serde_json::Value::Object(settings)) => settings,
        Ok(_) | Err(_) => serde_json::Map::new(),
    }
}

/// Returns the settings of a result of [`canonical`]; `None` for other parameters.
pub fn settings_of(params: &serde_json::Map<String, serde_json::Value>) -> Option<Settings> {
    let entries = params.iter().map(|(key, value)| (key.as_str(), value));
    SettingsWords::deserialize(MapDeserializer::<_, serde_json::Error>::new(entries)).ok()
}

/// Writes settings for another process, with the paths of data files.
///
/// # Errors
/// Those of the format.
pub fn write_settings<S: Serializer>(settings: &Settings, to: S) -> Result<S::Ok, S::Error> {
    SettingsWords::serialize(settings, to)
}

/// Reads settings that [`write_settings`] wrote.
///
/// # Errors
/// Those of the format.
pub fn read_settings<'de, D: Deserializer<'de>>(from: D) -> Result<Settings, D::Error> {
    SettingsWords::deserialize(from)
}

/// Returns settings that [`canonical`] made in the words of sweep files, as other programs are given them.
pub fn in_words_of_files(
    settings: &serde_json::Map<String, serde_json::Value>,
) -> serde_json::Map<String, serde_json::Value> {
    let mut settings = settings.clone();
    let renew = |at: &str, word: &mut serde_json::Value| {
        if let Some(now) = word.as_str().map(|word| current(at, word).to_owned()) {
            *word = now.into();
        }
    };
    if let Some(init) = settings.get_mut("init") {
        renew("init", init);
    }
    let source = settings
        .get_mut("data")
        .and_then(|data| data.get_mut("source"));
    for source in source
        .and_then(|source| source.as_object_mut())
        .into_iter()
        .flatten()
    {
        if let Some(task) = source.1.get_mut("task") {
            renew("data.source.task", task);
        }
    }
    settings
}

fn is_default<T: Default + PartialEq>(setting: &T) -> bool {
    *setting == T::default()
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Settings")]
struct SettingsWords {
    #[serde(with = "DataWords")]
    data: DataSettings,
    #[serde(with = "ModelWords")]
    model: ModelSettings,
    #[serde(with = "ActivationWords")]
    activation: Activation,
    #[serde(with = "OutputWords")]
    output: OutputActivation,
    #[serde(with = "InitWords")]
    init: Init,
    output_bias: Option<f64>,
    #[serde(with = "NormWords")]
    batch_norm: NormSites,
    #[serde(default, skip_serializing_if = "is_default", with = "NormWords")]
    layer_norm: NormSites,
    #[serde(default, skip_serializing_if = "is_default")]
    dropout: f64,
    #[serde(with = "LossWords")]
    loss: Loss,
    #[serde(default, skip_serializing_if = "is_default", with = "LabelWords")]
    labels: Labels,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "write_solving",
        deserialize_with = "read_solving"
    )]
    solving: Option<Solving>,
    #[serde(with = "OptimizerWords")]
    optimizer: OptimizerSettings,
    lr: f64,
    #[serde(default, skip_serializing_if = "is_default", with = "ScheduleWords")]
    schedule: LrSchedule,
    #[serde(default, skip_serializing_if = "is_default")]
    warmup: usize,
    #[serde(default, skip_serializing_if = "is_default", with = "ClipWords")]
    clip: Clip,
    #[serde(default, skip_serializing_if = "is_default")]
    l1: f64,
    weight_decay: f64,
    #[serde(with = "BatchWords")]
    batch: BatchSize,
    #[serde(with = "SamplingWords")]
    sampling: Sampling,
    #[serde(with = "BudgetWords")]
    budget: Budget,
    #[serde(default, skip_serializing_if = "is_default")]
    stop_at: Option<usize>,
    patience: Option<usize>,
    #[serde(with = "PrecisionWords")]
    precision: Precision,
    gradient_noise: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "DataSettings")]
struct DataWords {
    #[serde(with = "SourceWords")]
    source: Source,
    rows: usize,
    noise: f64,
    scales: Vec<f64>,
    offsets: Vec<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_rows: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    folds: Option<usize>,
    validation: f64,
    test: f64,
    standardize: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Source", rename_all = "kebab-case")]
enum SourceWords {
    None,
    Sine {
        frequency: f64,
        range: [f64; 2],
    },
    Wiggle {
        range: [f64; 2],
    },
    Linear {
        features: usize,
        condition: f64,
    },
    Gaussian {
        features: usize,
    },
    Moons,
    Circles,
    Spirals {
        classes: usize,
        turns: f64,
    },
    Blobs {
        features: usize,
        classes: usize,
    },
    Xor,
    Csv {
        path: PathBuf,
        target: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<String>,
        #[serde(serialize_with = "write_task", deserialize_with = "read_task")]
        task: Option<TaskKind>,
        #[serde(
            default,
            skip_serializing_if = "Reading::is_plain",
            with = "ReadingWords"
        )]
        reading: Reading,
    },
    Npy {
        path: PathBuf,
        target: PathBuf,
        #[serde(with = "TaskWords")]
        task: TaskKind,
    },
    Npz {
        path: PathBuf,
        features: String,
        target: String,
        #[serde(with = "TaskWords")]
        task: TaskKind,
    },
    Idx {
        path: PathBuf,
        target: PathBuf,
        #[serde(with = "TaskWords")]
        task: TaskKind,
    },
    #[serde(rename = "own")]
    Custom {
        #[serde(flatten, with = "CustomWords")]
        own: CustomSettings,
        folder: PathBuf,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CustomSettings")]
struct CustomWords {
    name: String,
    version: u32,
    #[serde(with = "GivenWords")]
    given: Given,
    #[serde(skip)]
    code: CustomCode,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Given")]
struct GivenWords(Values);

#[derive(Serialize, Deserialize)]
#[serde(remote = "Reading")]
struct ReadingWords {
    #[serde(with = "DelimiterWords")]
    delimiter: Delimiter,
    categories: Vec<String>,
    #[serde(serialize_with = "write_missing", deserialize_with = "read_missing")]
    missing: Option<Missing>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Delimiter", rename_all = "kebab-case")]
enum DelimiterWords {
    Comma,
    Semicolon,
    Tab,
    Bar,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Missing", rename_all = "kebab-case")]
enum MissingWords {
    Drop,
    Mean,
    Median,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "TaskKind", rename_all = "kebab-case")]
enum TaskWords {
    Regression,
    Classes,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ModelSettings", rename_all = "kebab-case")]
enum ModelWords {
    Linear,
    Mlp {
        hidden: Vec<usize>,
    },
    Residual {
        blocks: usize,
        layers: usize,
        width: usize,
    },
    #[serde(rename = "own")]
    Custom(#[serde(with = "CustomWords")] CustomSettings),
    Risk(#[serde(with = "RiskWords")] OneWeightRisk),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OneWeightRisk", rename_all = "kebab-case")]
enum RiskWords {
    Ripples,
    DoubleWell,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Activation", rename_all = "kebab-case")]
enum ActivationWords {
    Linear,
    Relu,
    LeakyRelu { slope: f64 },
    Tanh,
    Sigmoid,
    Gelu,
    Silu,
    Elu { alpha: f64 },
    Softplus,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OutputActivation", rename_all = "kebab-case")]
enum OutputWords {
    Linear,
    Sigmoid,
    Softmax,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Init", rename_all = "kebab-case")]
enum InitWords {
    Constant(f64),
    Normal(f64),
    Uniform(f64, f64),
    Xavier,
    Glorot,
    Orthogonal,
    He,
    Torch,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "NormSites")]
struct NormWords {
    input: bool,
    hidden: bool,
    output: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Loss", rename_all = "kebab-case")]
enum LossWords {
    Mse,
    Mae,
    Huber { delta: f64 },
    Bce,
    CrossEntropy,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Labels")]
struct LabelWords {
    #[serde(default, skip_serializing_if = "is_default")]
    smoothing: f64,
    #[serde(default, skip_serializing_if = "is_default", with = "ClassWeightWords")]
    weights: ClassWeights,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "ClassWeights", rename_all = "kebab-case")]
enum ClassWeightWords {
    Equal,
    Balanced,
    Each(Vec<f64>),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Solving")]
struct SolvingWords {
    #[serde(with = "SolverWords")]
    solver: Solver,
    gradient_tolerance: Option<f64>,
    excess_tolerance: Option<f64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Solver", rename_all = "kebab-case")]
enum SolverWords {
    NormalEquations,
    Gd,
    Sgd,
    Newton,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "OptimizerSettings", rename_all = "kebab-case")]
enum OptimizerWords {
    Sgd {
        momentum: f64,
        nesterov: bool,
    },
    Adam {
        beta1: f64,
        beta2: f64,
        epsilon: f64,
    },
    #[serde(rename = "adamw")]
    AdamW {
        beta1: f64,
        beta2: f64,
        epsilon: f64,
    },
    #[serde(rename = "rmsprop")]
    RmsProp {
        beta2: f64,
        epsilon: f64,
        momentum: f64,
    },
    #[serde(rename = "adagrad")]
    AdaGrad {
        epsilon: f64,
        lr_decay: f64,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "LrSchedule", rename_all = "kebab-case")]
enum ScheduleWords {
    Constant,
    Step { every: usize, factor: f64 },
    Exponential(f64),
    Cosine,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Clip")]
struct ClipWords {
    norm: Option<f64>,
    value: Option<f64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "BatchSize", rename_all = "kebab-case")]
enum BatchWords {
    Full,
    Rows(usize),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Sampling", rename_all = "kebab-case")]
enum SamplingWords {
    Epochs,
    Fresh,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Budget", rename_all = "kebab-case")]
enum BudgetWords {
    Epochs(usize),
    Steps(usize),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Precision", rename_all = "kebab-case")]
enum PrecisionWords {
    F32,
    F64,
}

/// Defines functions that write and read an optional setting by its mirror, because serde has no attribute for that.
macro_rules! optional {
    ($type:ident, $words:literal, $write:ident, $read:ident) => {
        fn $write<S: Serializer>(setting: &Option<$type>, to: S) -> Result<S::Ok, S::Error> {
            #[derive(Serialize)]
            struct WriteMirror<'a>(#[serde(with = $words)] &'a $type);
            setting.as_ref().map(WriteMirror).serialize(to)
        }

        fn $read<'de, D: Deserializer<'de>>(from: D) -> Result<Option<$type>, D::Error> {
            #[derive(Deserialize)]
            struct ReadMirror(#[serde(with = $words)] $type);
            let setting = Option::<ReadMirror>::deserialize(from)?;
            Ok(setting.map(|ReadMirror(setting)| setting))
        }
    };
}

optional!(Solving, "SolvingWords", write_solving, read_solving);
optional!(TaskKind, "TaskWords", write_task, read_task);
optional!(Missing, "MissingWords", write_missing, read_missing);
