//! Order, size and run IDs of grids.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::config;
use crate::config::Overrides;
use crate::config::Settings;
use crate::config::keys::Registry;
use crate::config::settings::{Contents, Loss, OutputActivation};
use crate::identity::{self, RunId, run_id};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::path::Path;

fn load(text: &str) -> (Sweep, Vec<Cell>) {
    load_from(
        Path::new("folder/test.toml"),
        text,
        &Overrides::default(),
        None,
    )
}

/// Loads with these contents of every data file.
fn load_from(
    path: &Path,
    text: &str,
    overrides: &Overrides,
    held: Option<Contents>,
) -> (Sweep, Vec<Cell>) {
    let loaded = cells(
        config::draft(path, text, overrides, Registry::default()),
        &|_| held,
    );
    loaded.unwrap_or_else(|faults| panic!("{}", config::render(&faults, false)))
}

/// Returns the settings of a file with one cell and these lines in `[base]`.
fn settings(base: &str) -> Settings {
    let text = format!("[data]\nsource = \"sine\"\n[base]\n{base}\n");
    load(&text).1.remove(0).settings
}

#[test]
fn the_last_axis_is_the_fastest_and_zips_come_after_the_grid() {
    let (_, cells) = load(
        "[data]\nsource = 'sine'\n[zip.pair]\nmomentum = [0.0, 0.9]\nwidth = [3, 4]\n[grid]\nlr = [1, 2]\nbatch = [8, 'full']\n",
    );
    let of = |cell: &Cell| {
        cell.varied
            .iter()
            .map(|(_, v)| v.to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let all: Vec<String> = cells.iter().map(of).collect();
    assert_eq!(
        all,
        [
            "1 8 0 3",
            "1 8 0.9 4",
            "1 full 0 3",
            "1 full 0.9 4",
            "2 8 0 3",
            "2 8 0.9 4",
            "2 full 0 3",
            "2 full 0.9 4"
        ]
    );
}

#[test]
fn points_of_a_log_range_are_rounded_to_readable_numbers() {
    let (_, cells) = load("[data]\nsource = 'sine'\n[grid]\nlr = { log = [1e-4, 10.0], n = 6 }\n");
    let rates: Vec<f64> = cells.iter().map(|cell| cell.settings.lr).collect();
    assert_eq!(rates, [1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0]);
}

#[test]
fn settings_of_equal_meaning_are_equal() {
    let same = [
        ("depth = 2\nwidth = 10", "hidden = [10, 10]"),
        ("lr = 1", "lr = 1.0"),
        ("init = 'zeros'", "init = { constant = 0 }"),
        ("init = { uniform = 2 }", "init = { uniform = [-2, 2] }"),
        (
            "activation = 'leaky-relu'",
            "activation = { leaky-relu = 0.01 }",
        ),
        ("epochs = 1e2", "epochs = 100"),
        ("batch = 'full'", "batch = 'full'\nsampling = 'fresh'"),
        ("", "loss = 'mse'\noutput = 'linear'"),
        ("loss = 'huber'", "loss = { huber = 1 }"),
        ("weight_decay = -0.0", ""),
        (
            "optimizer = 'adamw'",
            "optimizer = 'adamw'\nweight_decay = 0.01\nlr = 1e-3\nbeta2 = 0.999",
        ),
        (
            "optimizer = 'rmsprop'",
            "optimizer = 'rmsprop'\nlr = 1e-2\nbeta2 = 0.99\nepsilon = 1e-8",
        ),
        (
            "optimizer = 'adagrad'",
            "optimizer = 'adagrad'\nlr = 1e-2\nepsilon = 1e-10",
        ),
        ("solver = 'none'", ""),
        ("clip_norm = 'none'\nclip_value = 'none'\nl1 = 0", ""),
        ("batch_norm = []\nlayer_norm = []\ndropout = 0", ""),
        ("schedule = 'constant'\nwarmup = 0", ""),
        ("schedule = { step = 9, factor = 1 }", ""),
        (
            "model = 'linear'\nsolver = 'gd'",
            "model = 'linear'\nsolver = 'gd'\nlr = 'auto'\ngradient_tolerance = 1e-6",
        ),
    ];
    for (one, other) in same {
        assert_eq!(settings(one), settings(other), "{one} / {other}");
    }
}

#[test]
fn every_setting_is_part_of_the_run_id() {
    let changes = [
        "model = 'linear'",
        "depth = 3",
        "width = 7",
        "activation = 'tanh'",
        "output = 'sigmoid'",
        "init = 'he'",
        "output_bias = 1",
        "batch_norm = ['hidden']",
        "layer_norm = ['hidden']",
        "dropout = 0.5",
        "optimizer = 'adam'",
        "lr = 0.5",
        "schedule = 'cosine'",
        "schedule = { exponential = 0.9 }",
        "schedule = { step = 9, factor = 0.9 }",
        "schedule = { step = 8, factor = 0.9 }",
        "schedule = { step = 8, factor = 0.8 }",
        "warmup = 3",
        "momentum = 0.9",
        "momentum = 0.9\nnesterov = true",
        "weight_decay = 1",
        "clip_norm = 1",
        "clip_value = 1",
        "l1 = 1",
        "optimizer = 'adam'\nbeta1 = 0.5",
        "optimizer = 'adam'\nbeta2 = 0.5",
        "optimizer = 'adam'\nepsilon = 0.5",
        "optimizer = 'adamw'",
        "optimizer = 'adamw'\nweight_decay = 0.5",
        "optimizer = 'rmsprop'",
        "optimizer = 'rmsprop'\nmomentum = 0.5",
        "optimizer = 'rmsprop'\nbeta2 = 0.5",
        "optimizer = 'adagrad'",
        "optimizer = 'adagrad'\nlr_decay = 0.5",
        "batch = 5",
        "batch = 'full'",
        "sampling = 'fresh'",
        "epochs = 5",
        "steps = 5",
        "patience = 5",
        "precision = 'f64'",
        "loss = 'mae'",
        "loss = 'huber'",
        "loss = { huber = 2 }",
        "model = 'residual'",
        "model = 'residual'\nblock = 1",
        "model = 'linear'\nsolver = 'normal-equations'",
        "model = 'linear'\nsolver = 'gd'",
        "model = 'linear'\nsolver = 'gd'\nlr = 0.1",
        "model = 'linear'\nsolver = 'gd'\ngradient_tolerance = 1e-3",
        "model = 'linear'\nsolver = 'gd'\nexcess_tolerance = 1e-3",
        "model = 'linear'\nsolver = 'sgd'\nbatch = 5",
    ];
    let id = |base: &str| run_id(&settings(base), 0, "", "reference");
    let all: BTreeSet<RunId> = changes
        .iter()
        .map(|base| id(base))
        .chain([id("")])
        .collect();
    assert_eq!(all.len(), changes.len() + 1);
    assert_ne!(id(""), run_id(&settings(""), 1, "", "reference"));
    assert_ne!(id(""), run_id(&settings(""), 0, "changed", "reference"));
}

/// Runs stored before a setting existed keep their ID if the file does not give the setting.
#[test]
fn newer_settings_are_not_part_of_the_run_id_unless_given() {
    let plain = identity::canonical(&settings(""));
    for later in [
        "layer_norm",
        "dropout",
        "schedule",
        "warmup",
        "clip",
        "l1",
        "labels",
        "stop_at",
    ] {
        assert!(plain.get("lr").is_some() && plain.get(later).is_none());
    }
    assert_eq!(identity::settings_of(&plain), Some(settings("")));
    let given = "layer_norm = ['hidden']\ndropout = 0.1\nschedule = 'cosine'\nwarmup = 3\nclip_norm = 2\nl1 = 0.1";
    let later = identity::canonical(&settings(given));
    assert_eq!(identity::settings_of(&later), Some(settings(given)));
}

#[test]
fn label_settings_are_part_of_the_run_id() {
    let of = |base: &str| {
        let text = format!("[data]\nsource = 'blobs'\n[base]\n{base}\n");
        load(&text).1.remove(0).settings
    };
    assert_eq!(of("label_smoothing = 0"), of(""));
    assert_eq!(of("class_weights = 'none'"), of(""));
    assert_eq!(of("class_weights = [2, 2, 2]"), of(""));
    let id = |settings: &Settings| run_id(settings, 0, "", "reference");
    let mut all = BTreeSet::from([id(&of(""))]);
    for base in [
        "label_smoothing = 0.1",
        "class_weights = 'balanced'",
        "class_weights = [1, 2, 3]",
    ] {
        let settings = of(base);
        assert!(all.insert(id(&settings)), "{base}");
        assert_eq!(
            identity::settings_of(&identity::canonical(&settings)),
            Some(settings)
        );
    }
}

#[test]
fn the_path_of_a_data_file_is_not_part_of_the_run_id() {
    let at = |folder: &str| {
        let text = "[data]\nsource = { csv = 'a.csv', target = 'y' }\n[base]\nloss = 'mse'\n";
        let path = Path::new(folder).join("a.toml");
        load_from(&path, text, &Overrides::default(), None)
            .1
            .remove(0)
            .settings
    };
    assert_ne!(at("one").data, at("two").data);
    assert_eq!(
        run_id(&at("one"), 0, "x", "e"),
        run_id(&at("two"), 0, "x", "e")
    );
}

#[test]
fn the_contents_of_a_data_file_determine_the_default_loss() {
    let text = "[data]\nsource = { csv = 'a.csv', target = 'y' }\n";
    let cell = |classes, base: &str| {
        let held = Contents {
            rows: 40,
            features: 3,
            targets: 1,
            classes,
        };
        let text = format!("{text}[base]\n{base}\n");
        let path = Path::new("a.toml");
        load_from(path, &text, &Overrides::default(), Some(held))
            .1
            .remove(0)
    };
    let expected = [
        (0, Loss::Mse, OutputActivation::Linear),
        (2, Loss::Bce, OutputActivation::Sigmoid),
        (3, Loss::CrossEntropy, OutputActivation::Softmax),
    ];
    for (classes, loss, output) in expected {
        let Cell {
            settings, values, ..
        } = cell(classes, "");
        assert_eq!((settings.loss, settings.output), (loss, output));
        // An explicit default gives the same run.
        let word = values.get("loss").unwrap();
        let said = cell(classes, &format!("loss = '{word}'")).settings;
        let id = |settings| run_id(&settings, 0, "x", "reference");
        assert_eq!(id(settings), id(said));
    }
    assert_eq!(cell(2, "loss = 'mse'").settings.loss, Loss::Mse);
}

#[test]
fn the_command_line_overrides_the_file() {
    let text = "seeds = 3\n[data]\nsource = 'sine'\n[base]\nepochs = 9\n[grid]\nlr = [0.1, 0.2]\n[[expect]]\nwhere = { lr = 0.1 }\nskill = { above = 0 }\n";
    let set = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let overrides = Overrides {
        set: vec![
            set("lr", "1"),
            set("steps", "7"),
            set("activation", "tanh"),
            set("data.rows", "64"),
        ],
        seeds: Some(vec![8, 9]),
    };
    let (sweep, cells) = load_from(Path::new("a.toml"), text, &overrides, None);
    assert_eq!(
        (sweep.seeds, sweep.file_seeds, cells.len()),
        (vec![8, 9], 3, 1)
    );
    let settings = &cells[0].settings;
    assert_eq!((settings.lr, settings.data.rows), (1.0, 64));
    assert_eq!(settings.budget, config::settings::Budget::Steps(7));
    assert_eq!(settings.activation, config::settings::Activation::Tanh);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_grid_is_the_product_of_its_axes_without_excluded_cells(a in 1usize..6, b in 1usize..6, c in 1usize..4, out in 0usize..6) {
        let list = |n: usize| (1..=n).map(|i| i.to_string()).collect::<Vec<_>>().join(", ");
        let (out, excluded) = if out >= 1 && out < b {
            (format!("[[exclude]]\nwhere = {{ width = {out} }}\n"), a * c)
        } else {
            (String::new(), 0)
        };
        let text = format!(
            "[data]\nsource = 'sine'\n[grid]\nlr = [{}]\nwidth = [{}]\ndepth = [{}]\n{out}",
            list(a), list(b), list(c)
        );
        let (_, cells) = load(&text);
        prop_assert_eq!(cells.len(), a * b * c - excluded);
        prop_assert!(cells.is_sorted_by(|one, two| one.coordinates < two.coordinates));
        prop_assert!(cells.iter().enumerate().all(|(i, cell)| cell.index == i));
    }

    #[test]
    fn a_range_includes_both_ends(a in 1e-6f64..1.0, factor in 1.5f64..1e6, n in 2usize..40, log in any::<bool>()) {
        let b = a * factor;
        let kind = if log { "log" } else { "linear" };
        let (_, cells) = load(&format!("[data]\nsource = 'sine'\n[grid]\nlr = {{ {kind} = [{a:?}, {b:?}], n = {n} }}\n"));
        let rates: Vec<f64> = cells.iter().map(|cell| cell.settings.lr).collect();
        prop_assert_eq!(rates.len(), n);
        prop_assert_eq!((rates[0], rates[n - 1]), (a, b));
        prop_assert!(rates.is_sorted_by(|one, two| one < two));
    }
}
