//! Models and data sources of a person's own: a network that is built by hand is the one that is there, and the
//! example's binary is `sweep` with two words more.
#![allow(clippy::unwrap_used)]

mod common;

use common::run;
use std::path::{Path, PathBuf};
use std::process::Command;
use sweep::data::dataset;
use sweep::load::{Loaded, load_text};
use sweep::own::{Builder, Forward, Own, OwnModel};
use sweep::spec::Overrides;
use sweep::trace::Trace;

/// The same network twice.
const TWICE: &str = r#"
seeds = 1

[data]
source = "blobs"
rows = 60

[base]
hidden = [6, 5]
activation = "tanh"
init = "he"
output_bias = 0.5
optimizer = "adam"
epochs = 4

[grid]
model = ["mlp", "by-hand"]
"#;

/// `model = "mlp"` with layers of 6 and 5 neurons.
fn by_hand(build: &mut Builder) -> Result<Forward, Box<dyn std::error::Error + Send + Sync>> {
    let first = build.hidden("hidden 1", build.features(), 6)?;
    let second = build.hidden("hidden 2", 6, 5)?;
    let output = build.output(5)?;
    Ok(Box::new(move |x, layers| {
        let a = layers.activate(&first.forward(x)?)?;
        let a = layers.activate(&second.forward(&a)?)?;
        output.forward(&a)
    }))
}

/// What came of the first run of a cell.
fn trained(loaded: &Loaded, cell: usize) -> Trace {
    let settings = &loaded.cells[cell].settings;
    let data = dataset(&settings.data, &loaded.files, 0).unwrap();
    run(settings, Some(&data), 0)
}

#[test]
fn a_network_built_by_hand_is_trained_to_the_same_bits_as_the_one_that_is_there() {
    let model = OwnModel {
        name: "by-hand",
        doc: "two hidden layers",
        version: 1,
        keys: &[],
    };
    Own::default().model(model, by_hand).add().unwrap();
    let loaded = load_text(Path::new("twice.toml"), TWICE, &Overrides::default()).unwrap();
    let [there, own] = [0, 1].map(|cell| trained(&loaded, cell));
    assert_ne!(there.settings, own.settings);
    assert!(there.moments.len() > 2 && there.layers.len() == 3);
    let numbers = |trace: &Trace| {
        let settings = there.settings.clone();
        format!(
            "{:?}",
            Trace {
                settings,
                ..trace.clone()
            }
        )
    };
    assert_eq!(numbers(&there), numbers(&own));
}

/// The example's binary, which `cargo test` builds beside the tests.
fn example() -> Command {
    let tests = std::env::current_exe().unwrap();
    let folder: PathBuf = tests.ancestors().nth(2).unwrap().join("examples");
    let name = format!("own_model{}", std::env::consts::EXE_SUFFIX);
    Command::new(folder.join(name))
}

/// What the example says of a sweep file beside its own, and its exit code.
fn says(arguments: &[&str], file: &Path, out: &Path) -> (i32, String) {
    let mut command = example();
    command.args(arguments).arg(file).arg("--out").arg(out);
    let output = command.output().unwrap();
    let all = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8(all).unwrap(),
    )
}

#[test]
fn the_example_has_file_runner_store_diagnosis_report_and_weights_for_its_own() {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("out");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/own_model.toml");
    let (code, said) = says(&["run", "--save-weights"], &file, &out);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("weights of 6 runs written"), "{said}");
    let (code, said) = says(&["check"], &file, &out);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("all in the store"), "{said}");
    assert!(out.join("own_model/index.html").exists());
}

#[test]
fn what_a_file_says_wrong_of_ones_own_is_told_where_it_stands() {
    let place = tempfile::tempdir().unwrap();
    let of = |name: &str, text: &str| {
        let file = place.path().join(name);
        std::fs::write(&file, text).unwrap();
        says(&["plan"], &file, place.path())
    };
    let (code, said) = of(
        "key.toml",
        "[data]\nsource = { bars = 8 }\n[base]\nmodel = 'conv'\nchanels = 2\n",
    );
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("did you mean `channels`?"), "{said}");
    let (code, said) = of(
        "word.toml",
        "[data]\nsource = { bars = 8 }\n[base]\nmodel = 'cnv'\n",
    );
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("did you mean \"conv\"?"), "{said}");
    let (code, said) = of(
        "idle.toml",
        "[data]\nsource = { bars = 8 }\n[base]\nmodel = 'mlp'\n[grid]\nchannels = [2, 4]\n",
    );
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("channels"), "{said}");
    let (code, said) = of("few.toml", "[data]\nsource = { bars = 1 }\n");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("a whole number from 2"), "{said}");
}
