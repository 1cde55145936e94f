//! Run IDs do not change when names change: a stored run stays the result of the same file.
//!
//! `tests/fixtures/identity/run-ids.json` has the ID of every run of the files in `experiments/`, `tables/` and `lecture/`,
//! and of sweeps with every word of every key, as computed by version 0.1.0. The IDs of `examples/custom_model.toml`, which
//! needs its own binary, are in `custom-model.json`; `tests/custom_model.rs` compares them.
//! `tests/fixtures/identity/sweep.db` is a store of version 0.1.0, with one run per executor and outcome (crashed ones
//! were made from its other traces). Only a change of the numerics version may replace them.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use sweep::config::Overrides;
use sweep::config::migrate;
use sweep::execute::{Rerun, executors, plan};
use sweep::identity::{canonical, settings_of};
use sweep::load::{Loaded, load, load_text};
use sweep::store::Store;

/// Run IDs by the name of a file or of a sweep below, in the order of cells and seeds.
type Ids = BTreeMap<String, Vec<String>>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixtures() -> PathBuf {
    root().join("tests/fixtures/identity")
}

/// Returns the IDs of the runs of a sweep.
fn ids(loaded: Loaded) -> Vec<String> {
    let Loaded {
        sweep,
        cells,
        files,
    } = loaded;
    let nothing = |_| Ok(None);
    let plan = plan(
        cells,
        &sweep.seeds,
        &files,
        &nothing,
        &executors(),
        Rerun::Nothing,
    )
    .unwrap();
    let cells = plan.results.cells.iter();
    let runs = cells.flat_map(|cell| &cell.runs);
    runs.map(|run| run.run.id.to_string()).collect()
}

/// Returns every sweep file of the repository, except that of the custom model, which needs its own binary.
fn shipped() -> Vec<PathBuf> {
    let folders = ["experiments", "tables", "lecture"].map(|folder| root().join(folder));
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    files.sort();
    files
}

/// Sweeps that contain every word and record of every key.
const WORDS: &[(&str, &str)] = &[
    (
        "activation",
        "[data]\nsource = 'moons'\n[base]\nmodel = 'mlp'\n[grid]\nactivation = ['linear', 'relu', 'leaky-relu', { leaky-relu = 0.2 }, 'tanh', 'sigmoid', 'gelu', 'silu', 'elu', { elu = 0.5 }, 'softplus']",
    ),
    (
        "init-lecun",
        "[data]\nsource = 'moons'\n[base]\ninit = 'lecun'",
    ),
    (
        "init",
        "[data]\nsource = 'moons'\n[grid]\ninit = ['he', 'xavier', 'glorot', 'orthogonal', 'torch', 'zeros', 'ones', { constant = 0.5 }, { normal = 0.1 }, { uniform = 0.5 }, { uniform = [-1.0, 2.0] }]",
    ),
    (
        "shape",
        "[data]\nsource = 'moons'\n[zip.shape]\nmodel = ['mlp', 'mlp', 'residual', 'residual']\ndepth = [1, 3, 4, 6]\nwidth = [5, 6, 7, 8]\nblock = [2, 2, 2, 3]",
    ),
    (
        "hidden",
        "[data]\nsource = 'moons'\n[grid]\nhidden = [[3], [5, 4, 3]]",
    ),
    (
        "linear",
        "[data]\nsource = 'moons'\n[base]\nmodel = 'linear'",
    ),
    (
        "risks",
        "[data]\nsource = 'none'\n[base]\ninit = { uniform = [3.0, 5.0] }\nsteps = 50\n[grid]\nmodel = ['ripples', 'double-well']\ngradient_noise = [0.0, 0.3]",
    ),
    (
        "losses-of-numbers",
        "[data]\nsource = 'sine'\n[grid]\nloss = ['mse', 'mae', 'huber', { huber = 0.5 }]",
    ),
    (
        "losses-of-two-classes",
        "[data]\nsource = 'moons'\n[zip.loss]\nloss = ['bce', 'mse', 'cross-entropy', 'mse']\noutput = ['sigmoid', 'sigmoid', 'softmax', 'linear']",
    ),
    (
        "labels",
        "[data]\nsource = 'moons'\n[base]\noutput = 'softmax'\nloss = 'cross-entropy'\n[grid]\nlabel_smoothing = [0.0, 0.1]\nclass_weights = ['none', 'balanced', [1.0, 2.0]]",
    ),
    (
        "output-bias",
        "[data]\nsource = 'moons'\n[grid]\noutput_bias = [0.0, 2.0]",
    ),
    (
        "norms",
        "[data]\nsource = 'moons'\n[zip.norm]\nbatch_norm = [[], ['input'], ['hidden', 'output'], [], []]\nlayer_norm = [[], [], [], ['hidden'], ['input', 'hidden']]",
    ),
    (
        "dropout",
        "[data]\nsource = 'moons'\n[grid]\ndropout = [0.0, 0.25]",
    ),
    (
        "sgd",
        "[data]\nsource = 'moons'\n[base]\noptimizer = 'sgd'\n[zip.sgd]\nmomentum = [0.0, 0.9, 0.9]\nnesterov = [false, false, true]",
    ),
    (
        "optimizers",
        "[data]\nsource = 'moons'\n[grid]\noptimizer = ['sgd', 'adam', 'adamw', 'rmsprop', 'adagrad']\nweight_decay = [0.0, 0.01]",
    ),
    (
        "adam",
        "[data]\nsource = 'moons'\n[base]\noptimizer = 'adam'\nbeta1 = 0.8\nbeta2 = 0.99\nepsilon = 1e-6",
    ),
    (
        "rmsprop",
        "[data]\nsource = 'moons'\n[base]\noptimizer = 'rmsprop'\nbeta2 = 0.9\nepsilon = 1e-6\nmomentum = 0.5",
    ),
    (
        "adagrad",
        "[data]\nsource = 'moons'\n[base]\noptimizer = 'adagrad'\nepsilon = 1e-6\nlr_decay = 0.1",
    ),
    (
        "schedules",
        "[data]\nsource = 'moons'\n[grid]\nschedule = ['constant', 'cosine', { step = 10, factor = 0.5 }, { exponential = 0.99 }]\nwarmup = [0, 5]",
    ),
    (
        "clips",
        "[data]\nsource = 'moons'\n[grid]\nclip_norm = ['none', 1.0]\nclip_value = ['none', 0.5]\nl1 = [0.0, 0.001]",
    ),
    (
        "batches",
        "[data]\nsource = 'moons'\n[zip.batch]\nbatch = ['full', 16, 16]\nsampling = ['epochs', 'epochs', 'fresh']",
    ),
    (
        "budgets",
        "[data]\nsource = 'moons'\nvalidation = 0.25\n[base]\npatience = 3\n[grid]\nepochs = [5, 6]",
    ),
    (
        "steps",
        "[data]\nsource = 'moons'\n[grid]\nsteps = [5, 6]\nprecision = ['f32', 'f64']",
    ),
    ("wide", "[data]\nsource = 'moons'\n[grid]\nwidth = [8, 100]"),
    (
        "curves",
        "[data]\nrows = 64\nnoise = 0.1\nrange = [-2.0, 2.0]\n[grid]\n'data.source' = ['sine', 'wiggle']",
    ),
    ("frequency", "[data]\nsource = 'sine'\nfrequency = 3.0"),
    (
        "linear-data",
        "[data]\nsource = 'linear'\nfeatures = 3\ncondition = 100.0\nscales = [1.0, 2.0, 3.0]\noffsets = [0.0, 1.0, 2.0]\nstandardize = true",
    ),
    (
        "gaussian",
        "[data]\nsource = 'gaussian'\nfeatures = 4\nvalidation = 0.2\ntest = 0.1",
    ),
    (
        "classes",
        "[data]\nsource = 'spirals'\nclasses = 3\nturns = 1.5\nvalidation = 0.2\n[grid]\n'data.folds' = [4, 5]",
    ),
    (
        "blobs",
        "[data]\nsource = 'blobs'\nclasses = 4\nfeatures = 3",
    ),
    (
        "two-classes",
        "[grid]\n'data.source' = ['circles', 'xor', 'moons']",
    ),
    (
        "solvers",
        "[data]\nsource = 'gaussian'\nfeatures = 3\n[base]\nmodel = 'linear'\n[grid]\nsolver = ['trainer', 'normal-equations', 'gd', 'sgd']",
    ),
    (
        "newton",
        "[data]\nsource = 'blobs'\nclasses = 2\n[base]\nmodel = 'linear'\nsolver = 'newton'\ngradient_tolerance = 1e-8",
    ),
    (
        "tolerance",
        "[data]\nsource = 'gaussian'\n[base]\nmodel = 'linear'\nsolver = 'gd'\nlr = 'auto'\nexcess_tolerance = 1e-6",
    ),
    (
        "csv",
        "[grid]\n'data.source' = [{ csv = 'a.csv', target = 'y', categories = ['kind', 'word'] }, { csv = 'a.csv', target = 'word', categories = ['kind'] }, { csv = 'a.csv', target = ['y', 'z'], categories = ['kind', 'word'] }, { csv = 'a.csv', target = 'n', task = 'classes', categories = ['kind', 'word'] }, { csv = 'a.csv', target = 'n', task = 'regression', categories = ['kind', 'word'] }]",
    ),
    (
        "csv-reading",
        "[data]\nmax_rows = 20\n[grid]\n'data.source' = [{ csv = 'semicolon.csv', target = 'y', delimiter = ';', missing = 'drop' }, { csv = 'semicolon.csv', target = 'y', delimiter = ';', missing = 'mean' }, { csv = 'semicolon.csv', target = 'y', delimiter = ';', missing = 'median' }, { csv = 'tab.csv', target = 'y', delimiter = 'tab' }, { csv = 'bar.csv', target = 'y', delimiter = '|' }]",
    ),
    (
        "arrays",
        "[grid]\n'data.source' = [{ npy = 'x.npy', target = 'y.npy' }, { npy = 'x.npy', target = 'c.npy', task = 'classes' }, { npz = 'a.npz', target = 'y' }, { npz = 'a.npz', features = 'features', target = 'c', task = 'classes' }, { idx = 'x.idx', target = 'c.idx' }, { idx = 'x.idx', target = 'c.idx', task = 'regression' }]",
    ),
    (
        "sample",
        "[data]\nsource = 'moons'\n[sample]\nn = 8\nmethod = 'sobol'\n[grid]\nlr = { log = [1e-4, 1.0] }\nwidth = { linear = [4, 64] }",
    ),
    (
        "sample-random",
        "[data]\nsource = 'moons'\n[sample]\nn = 8\nmethod = 'random'\nseed = 3\n[grid]\nlr = { log = [1e-4, 1.0] }\ndepth = [1, 2, 3]",
    ),
    (
        "stop",
        "seeds = 2\n[data]\nsource = 'moons'\nvalidation = 0.25\n[base]\nepochs = 27\n[grid]\nlr = [0.01, 0.1, 1.0]\n[stop]\nmethod = 'asha'\ngrace_period = 3",
    ),
];

/// Returns the IDs of all runs.
fn all() -> Ids {
    let none = Overrides::default();
    let shipped = shipped().into_iter().map(|path| {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        (name, ids(load(&path, &none).unwrap()))
    });
    let words = WORDS.iter().map(|(name, text)| {
        let loaded = load_text(&fixtures().join("words.toml"), text, &none);
        (
            format!("words: {name}"),
            ids(loaded.unwrap_or_else(|faults| panic!("{name}: {faults:?}"))),
        )
    });
    shipped.chain(words).collect()
}

#[test]
fn run_ids_are_those_of_version_0_1_0() {
    let expected = fs::read_to_string(fixtures().join("run-ids.json")).unwrap();
    let expected: Ids = serde_json::from_str(&expected).unwrap();
    let now = all();
    assert_eq!(
        now.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (name, ids) in expected {
        assert_eq!(now[&name], ids, "{name}");
    }
}

/// The files above have every deprecated value, as people wrote them for version 0.1.0.
#[test]
fn migrated_files_have_the_same_ids() {
    let (path, none) = (fixtures().join("words.toml"), Overrides::default());
    let mut met: Vec<&str> = Vec::new();
    for (name, text) in WORDS {
        let (new, changes) = migrate(&path, text).unwrap();
        met.extend(changes.iter().map(|change| change.word.old));
        let [before, after] = [*text, new.as_str()].map(|text| load_text(&path, text, &none));
        assert_eq!(ids(before.unwrap()), ids(after.unwrap()), "{name}");
    }
    for word in ["asha", "classes", "trainer", "xavier"] {
        assert!(met.contains(&word), "{word}");
    }
}

#[test]
fn traces_of_version_0_1_0_can_be_read_with_their_settings() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(fixtures().join("sweep.db"), folder.path().join("sweep.db")).unwrap();
    let store = Store::open_existing(folder.path()).unwrap().unwrap();
    let mut read = Vec::new();
    for id in store.starting_with("", 100).unwrap() {
        let (trace, _) = store.get(id).unwrap().unwrap();
        let settings = settings_of(&trace.params).unwrap();
        assert_eq!(canonical(&settings), trace.params, "{id}");
        read.push(format!("{} {}", trace.executor, trace.outcome.name()));
    }
    read.sort();
    let every = ["finished", "diverged", "timed-out", "crashed"];
    let halved = ["pruned", "stopped-early"];
    let of = |engine: &str, outcomes: &[&str]| -> Vec<String> {
        outcomes
            .iter()
            .map(|outcome| format!("{engine} {outcome}"))
            .collect()
    };
    let mut expected = [
        of("stacked", &[&every[..], &halved].concat()),
        of("wide", &[&every[..], &halved].concat()),
        of("reference", &every),
        of("solver", &[&every[..], &["converged"]].concat()),
    ]
    .concat();
    expected.sort();
    assert_eq!(read, expected);
}
