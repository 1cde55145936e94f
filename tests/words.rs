//! Every word that a sweep file can have becomes the variant of its name, and a word that nothing implements is
//! refused; and what a file doesn't give is what `Settings::default()` has.
#![allow(clippy::unwrap_used)]

mod common;

use common::{NUMBERS, of_file};
use std::fmt::Debug;
use std::path::Path;
use sweep::codes::{Code, OutcomeName};
use sweep::config::keys::Registry;
use sweep::config::kind::Kind;
use sweep::config::settings::*;
use sweep::config::{ExpectationCheck, Overrides, Quantity, Sampler, Sweep, Value, Values, draft};
use sweep::fix_kind::FixKind;

/// Cells in which, between them, every word has its place: the keys that they need, as a file gives them.
const CELLS: &[&[(&str, &str)]] = &[
    &[("data.source", "\"gaussian\"")],
    &[("data.source", "\"moons\"")],
    &[("data.source", "\"blobs\"")],
    &[
        ("data.source", "\"gaussian\""),
        ("model", "\"linear\""),
        ("solver", "\"gd\""),
    ],
    &[
        ("data.source", "\"moons\""),
        ("model", "\"linear\""),
        ("solver", "\"newton\""),
    ],
    &[("model", "\"ripples\"")],
];

/// The words that stand for a variant of another name, with its name.
const ALIASES: &[(&str, &str, &str)] = &[
    ("data.source.task", "classification", "classes"),
    ("init", "lecun", "xavier"),
    ("init", "zeros", "constant"),
    ("init", "ones", "constant"),
    ("class_weights", "none", "equal"),
    ("data.source.delimiter", ",", "comma"),
    ("data.source.delimiter", ";", "semicolon"),
    ("data.source.delimiter", "|", "bar"),
];

/// A word of a key, or of a part of its record, in a value of the key.
struct Use {
    /// The key, and the part behind a dot.
    path: String,
    word: &'static str,
    /// As TOML has it.
    value: String,
}

/// Every word of a kind, each in a value.
fn uses(path: &str, kind: &Kind) -> Vec<Use> {
    match kind {
        Kind::Words(words) => {
            let of = |name: &'static str| Use {
                path: path.to_owned(),
                word: name,
                value: format!("{name:?}"),
            };
            words.iter().map(|word| of(word.name)).collect()
        }
        Kind::Any(kinds) => kinds.iter().flat_map(|kind| uses(path, kind)).collect(),
        Kind::List { of, .. } => {
            let mut all = uses(path, of);
            all.iter_mut()
                .for_each(|one| one.value = format!("[{}]", one.value));
            all
        }
        Kind::Record(fields) => {
            let of_field = |i: usize| {
                let mut all = uses(&format!("{path}.{}", fields[i].name), &fields[i].kind);
                for one in &mut all {
                    let others = fields
                        .iter()
                        .enumerate()
                        .filter(|(j, other)| *j != i && other.required);
                    let others =
                        others.map(|(_, other)| format!("{} = {}", other.name, any(&other.kind)));
                    let own = format!("{} = {}", fields[i].name, one.value);
                    let parts: Vec<String> = others.chain([own]).collect();
                    one.value = format!("{{ {} }}", parts.join(", "));
                }
                all
            };
            (0..fields.len()).flat_map(of_field).collect()
        }
        Kind::Bool | Kind::Integer { .. } | Kind::Number(_) | Kind::Text | Kind::Pair => Vec::new(),
    }
}

/// Some value of a kind.
fn any(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "true".to_owned(),
        Kind::Integer { least, .. } => least.to_string(),
        Kind::Number(_) => "0.5".to_owned(),
        Kind::Text => "\"x\"".to_owned(),
        Kind::Words(words) => format!("{:?}", words[0].name),
        Kind::List { of, .. } => format!("[{0}, {0}]", any(of)),
        Kind::Pair => "[0, 1]".to_owned(),
        Kind::Record(fields) => format!("{{ {} = {} }}", fields[0].name, any(&fields[0].kind)),
        Kind::Any(kinds) => any(&kinds[0]),
    }
}

/// A file with these values in `[data]` and `[base]`, read as far as its text goes.
fn read(values: &[(&str, &str)], rest: &str) -> Sweep {
    let section = |data: bool| -> String {
        let own = values
            .iter()
            .filter(|(key, _)| key.starts_with("data.") == data);
        own.map(|(key, value)| format!("{} = {value}\n", key.trim_start_matches("data.")))
            .collect()
    };
    let text = format!(
        "{rest}\n[data]\n{}\n[base]\n{}",
        section(true),
        section(false)
    );
    let draft = draft(
        Path::new("test.toml"),
        &text,
        &Overrides::default(),
        Registry::default(),
    );
    assert!(draft.faults.is_empty(), "{text}\n{:?}", draft.faults);
    draft.sweep
}

/// The values of a cell with one of another value.
fn with<'a>(
    cell: &'a [(&'a str, &'a str)],
    key: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    let others = cell.iter().copied().filter(|(other, _)| *other != key);
    others.chain([(key, value)]).collect()
}

/// The name of a variant, in the form of words but for its hyphens: `LeakyRelu { slope: 0.01 }` is `leakyrelu`.
fn name(variant: &impl Debug) -> String {
    let text = format!("{variant:?}");
    let end = text
        .find(|c: char| !c.is_alphanumeric())
        .unwrap_or(text.len());
    text[..end].to_lowercase()
}

/// The name of what a word has become in the settings of a cell.
fn becomes(path: &str, settings: &Settings) -> Vec<String> {
    let sites = |sites: NormSites| {
        let all = [
            (sites.input, "input"),
            (sites.hidden, "hidden"),
            (sites.output, "output"),
        ];
        let set = all.into_iter().filter(|(is_set, _)| *is_set);
        set.map(|(_, name)| name.to_owned()).collect()
    };
    let bound = |bound: Option<f64>| bound.map_or("none".to_owned(), |bound| bound.to_string());
    let reading = || {
        let Source::Csv { reading, .. } = &settings.data.source else {
            panic!("no CSV: {:?}", settings.data.source);
        };
        reading.clone()
    };
    let task = || match &settings.data.source {
        Source::Csv { task, .. } => *task,
        Source::Npy { task, .. } | Source::Npz { task, .. } | Source::Idx { task, .. } => {
            Some(*task)
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
        | Source::Custom { .. } => None,
    };
    vec![match path {
        "data.source" => name(&settings.data.source),
        "data.source.task" => name(&task().unwrap()),
        "data.source.delimiter" => name(&reading().delimiter),
        "data.source.missing" => name(&reading().missing.unwrap()),
        "model" => match &settings.model {
            ModelSettings::Risk(risk) => name(risk),
            model @ (ModelSettings::Linear
            | ModelSettings::Mlp { .. }
            | ModelSettings::Residual { .. }
            | ModelSettings::Custom(_)) => name(model),
        },
        "activation" => name(&settings.activation),
        "output" => name(&settings.output),
        "init" => name(&settings.init),
        "batch_norm" => return sites(settings.batch_norm),
        "layer_norm" => return sites(settings.layer_norm),
        "loss" => name(&settings.loss),
        "class_weights" => name(&settings.labels.weights),
        "solver" => settings
            .solving
            .map_or("none".to_owned(), |of| name(&of.solver)),
        "optimizer" => name(&settings.optimizer),
        "lr" if settings.lr == 0.0 => "auto".to_owned(),
        "schedule" => name(&settings.schedule),
        "clip_norm" => bound(settings.clip.norm),
        "clip_value" => bound(settings.clip.value),
        "batch" => name(&settings.batch),
        "sampling" => name(&settings.sampling),
        "precision" => name(&settings.precision),
        other => panic!("what does a word of `{other}` become?"),
    }]
}

#[test]
fn every_word_becomes_the_variant_of_its_name() {
    let mut words = 0;
    for key in Registry::default().all() {
        for Use { path, word, value } in uses(key.name, &key.kind) {
            words += 1;
            let alias = ALIASES
                .iter()
                .find(|(of, alias, _)| (*of, *alias) == (&path, word));
            let expected = alias.map_or(word, |(_, _, name)| name).replace('-', "");
            let cells = CELLS.iter().map(|cell| with(cell, key.name, &value));
            let settings =
                cells.map(|cell| Settings::from_values(&read(&cell, "").given, Path::new("")));
            let found: Vec<_> = settings
                .map(|settings| Ok(becomes(&path, &settings?)))
                .collect();
            let ok: Result<_, Vec<sweep::config::Clash>> = Ok(vec![expected]);
            assert!(found.contains(&ok), "{path} = {word:?}: {found:?}");
        }
    }
    assert!(words > 80, "{words}");
}

#[test]
fn a_word_that_nothing_implements_is_refused() {
    fn put(value: &Value, word: &str) -> Value {
        let word = Value::Text(word.to_owned());
        match value.text() {
            Some(_) => word,
            None => Value::List(vec![word]),
        }
    }
    const WORD: &str = "not-there";
    for key in Registry::default().all() {
        for Use { path, value, .. } in uses(key.name, &key.kind) {
            for cell in CELLS.iter().map(|cell| with(cell, key.name, &value)) {
                let mut values: Values = read(&cell, "").given;
                if Settings::from_values(&values, Path::new("")).is_err() || !key.is_used(&values) {
                    continue;
                }
                let own = values.get(key.name).unwrap().clone();
                let other = match (own, path.strip_prefix(key.name).unwrap()) {
                    (own, "") => put(&own, WORD),
                    (Value::Table(parts), part) => Value::Table(
                        parts
                            .into_iter()
                            .map(|(name, own)| match part.ends_with(&name) {
                                true => (name, put(&own, WORD)),
                                false => (name, own),
                            })
                            .collect(),
                    ),
                    (own, part) => panic!("{part} of {own}"),
                };
                values.set(key.name, other);
                let refused = Settings::from_values(&values, Path::new("")).unwrap_err();
                let names_it = refused.iter().any(|clash| clash.keys.contains(&key.name));
                assert!(names_it, "{path}: {refused:?}");
            }
        }
    }
}

/// A record that the table of keys has and nothing reads must not be taken for another one.
#[test]
fn a_record_that_nothing_implements_is_refused() {
    for key in ["data.source", "activation", "init", "loss", "schedule"] {
        let mut values = read(CELLS[0], "").given;
        let number = Value::Number(0.5);
        values.set(key, Value::Table(vec![("not-there".to_owned(), number)]));
        let refused = Settings::from_values(&values, Path::new("")).unwrap_err();
        assert!(
            refused.iter().any(|clash| clash.keys.contains(&key)),
            "{key}: {refused:?}"
        );
    }
}

#[test]
fn words_outside_of_cells_become_the_variants_of_their_names() {
    let cell = CELLS[0];
    let lines = |rest: String| read(cell, &rest);
    for method in Sampler::ALL {
        let grid = "[grid]\nlr = { log = [1e-3, 1.0] }\n";
        let sample = lines(format!(
            "{grid}[sample]\nmethod = {:?}\nn = 4\n",
            method.name()
        ))
        .sample;
        assert_eq!(
            (sample.unwrap().method, name(&method)),
            (method, method.name().to_owned())
        );
    }
    let stop = lines("[stop]\nmethod = \"asha\"\ngrace_period = 4\n".to_owned()).stop;
    assert_eq!(stop.unwrap().grace_period, 4);
    let check = |line: &str| {
        let sweep = lines(format!("seeds = 3\n[[expect]]\n{line}\n"));
        sweep.expectations[0].checks[0].clone()
    };
    let plain = |word: &str| word.replace(['-', '_'], "");
    for outcome in OutcomeName::ALL {
        let read = check(&format!("outcome = {:?}", outcome.name()));
        assert_eq!(read, ExpectationCheck::Outcome(vec![outcome]));
        assert_eq!(name(&outcome), plain(outcome.name()));
    }
    for code in Code::ALL {
        let read = check(&format!("diagnosis = {:?}", code.name()));
        assert_eq!(read, ExpectationCheck::Diagnosis(vec![code]));
        assert_eq!(name(&code), plain(code.name()));
    }
    for kind in FixKind::ALL {
        assert_eq!(
            check(&format!("cured_by = {:?}", kind.name())),
            ExpectationCheck::FixedBy(kind)
        );
    }
    for quantity in Quantity::ALL {
        assert_eq!(name(&quantity), plain(quantity.name()));
        let read = check(&format!("{} = {{ below = 1.0 }}", quantity.name()));
        assert!(matches!(read, ExpectationCheck::Bound { quantity: read, .. } if read == quantity));
    }
}

#[test]
fn settings_by_default_are_those_of_the_table_of_keys() {
    let features = 2;
    let data = DataSettings {
        source: Source::Gaussian { features },
        ..DataSettings::default()
    };
    let expected = Settings {
        data,
        ..Settings::default()
    };
    assert_eq!(of_file(NUMBERS, ""), expected);
}
