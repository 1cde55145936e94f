//! What every page keeps to: text stays text, JSON stays JSON, nothing is dropped in silence.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::fixture::{self, Shape, axis, map_outputs, trace, verdict};
use super::*;
use crate::expect::Status;
use crate::spec::Value;
use crate::spec::settings::{Model, OneWeightRisk};
use crate::trace::{Lattice, Outcome, Outputs, Real, Trace};

const EVIL: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";

fn page<'a>(sweep: &'a Sweep, results: &'a Results, verdicts: &'a [Verdict]) -> Page<'a> {
    Page {
        name: "deep/lr",
        sweep,
        results,
        verdicts,
    }
}

fn mlp() -> Model {
    Model::Mlp {
        hidden: vec![10; 4],
    }
}

fn pretty<T: serde::Serialize>(view: &T) -> String {
    serde_json::to_string_pretty(view).unwrap()
}

#[test]
fn the_words_of_a_sweep() {
    let (sweep, results) = fixture::learning_rates(5);
    let verdicts = [verdict("the right rate learns", Status::Pass, 3)];
    insta::assert_snapshot!(pretty(&view::sweep::sweep(&page(
        &sweep, &results, &verdicts
    ))));
}

#[test]
fn the_words_of_a_run() {
    let (_, results) = fixture::learning_rates(2);
    let cell = &results.cells[3];
    let (trace, timing) = cell.runs[1].trained.as_ref().unwrap();
    let around = [Some(&results.cells[2]), Some(&results.cells[4])];
    insta::assert_snapshot!(pretty(&view::run::run(
        cell,
        &cell.runs[1],
        trace,
        *timing,
        around
    )));
}

#[test]
fn final_losses_keep_every_seed() {
    let (sweep, results) = fixture::learning_rates(5);
    let axes: Vec<_> = sweep.axes.iter().map(view::axes::axis).collect();
    let view = view::final_loss::final_losses(&results, &axes, 0);
    let group = &view.groups[0];
    assert_eq!((group.points.len(), group.lost.len()), (22, 8));
    insta::assert_snapshot!(pretty(&group.medians));
}

#[test]
fn many_runs_become_medians_with_a_band_and_say_so() {
    let (_, results) = fixture::learning_rates(5);
    let few = view::curves::curves(&results);
    assert_eq!((few.lines.len(), few.lines[0].band.is_none()), (30, true));
    let (_, results) = fixture::learning_rates(11);
    let many = view::curves::curves(&results);
    assert_eq!((many.lines.len(), many.lines[0].band.is_some()), (6, true));
    assert!(
        many.notes[0].starts_with("66 runs are too many"),
        "{:?}",
        many.notes
    );
    assert_eq!(many.lines[5].ends[0].1, "11 of 11 seeds diverged");
}

/// Everything that a person or a file can put into words, hostile.
fn hostile() -> (Sweep, Results) {
    let axis = axis(
        EVIL,
        &[Value::Text(EVIL.to_owned()), Value::Text("b".to_owned())],
    );
    let mut sweep = fixture::sweep(EVIL, vec![axis], 2);
    sweep.about = format!("{EVIL} [x](javascript:alert(3)) `</script>`");
    sweep.text = EVIL.to_owned();
    sweep.path = "a/<script>alert(4)</script>.toml".into();
    let results = fixture::results(&sweep, &mlp(), |_, seed| {
        let shape = Shape {
            rate: 0.1,
            floor: 0.0,
            epochs: 9,
            diverges: None,
            layers: 2,
            vanishing: 0.5,
            seed,
        };
        let mut trace = trace(&shape);
        trace.data.features = vec![EVIL.to_owned(), EVIL.to_owned()];
        trace.data.target = EVIL.to_owned();
        trace.data.classes = vec![EVIL.to_owned(), "b".to_owned()];
        trace.outputs = map_outputs(2);
        trace.layers[0].name = EVIL.to_owned();
        if seed == 1 {
            trace.outcome = Outcome::Failed {
                message: EVIL.to_owned(),
            };
        }
        Some(trace)
    });
    (sweep, results)
}

#[test]
fn text_from_files_is_never_markup_or_script() {
    let (sweep, results) = hostile();
    let mut verdict = verdict(EVIL, Status::Fail, 0);
    verdict.sentence = EVIL.to_owned();
    let folder = tempfile::tempdir().unwrap();
    let verdicts = [verdict];
    write_sweep(folder.path(), &page(&sweep, &results, &verdicts)).unwrap();
    let index = write_index(folder.path()).unwrap();
    let own = folder.path().join("deep/lr");
    for path in [index, own.join("index.html"), own.join("run.html")] {
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains("<script>alert") && !text.contains("<img"),
            "{}",
            path.display()
        );
        assert!(!text.contains("href=\"javascript"), "{}", path.display());
    }
    for entry in fs::read_dir(own.join("runs")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains('<'));
    }
}

/// The figures of a run as JSON, by name.
fn figures_of(page: &Page, cell: usize) -> serde_json::Value {
    let script = pages::run(page, cell, &page.results.cells[cell].runs[0])
        .unwrap()
        .unwrap();
    let json = script
        .strip_prefix("sweepRun(")
        .unwrap()
        .strip_suffix(");\n")
        .unwrap();
    serde_json::from_str(json).expect("valid JSON")
}

fn ids(figures: &serde_json::Value) -> Vec<&str> {
    figures
        .as_array()
        .unwrap()
        .iter()
        .map(|figure| figure["id"].as_str().unwrap())
        .collect()
}

#[test]
fn a_run_shows_the_three_tools_whatever_its_data() {
    let forest = |outputs: Outputs, classes: usize, layers: usize, model: Model| {
        let sweep = fixture::sweep("x", Vec::new(), 1);
        let results = fixture::results(&sweep, &model, |_, seed| {
            let mut trace = trace(&Shape {
                rate: 0.1,
                floor: 0.01,
                epochs: 40,
                diverges: None,
                layers,
                vanishing: 0.1,
                seed,
            });
            trace.data.classes = (0..classes).map(|c| c.to_string()).collect();
            trace.outputs = outputs.clone();
            Some(trace)
        });
        let figures = figures_of(&page(&sweep, &results, &[]), 0);
        let own = |key: &str| ids(&figures[key]).join(" ");
        (own("outputs"), own("training"), own("gradients"))
    };
    let lines = "gradient-mean gradient-rms gradient-profile";
    let expect = |outputs: &str| (outputs.to_owned(), "training".to_owned(), lines.to_owned());
    assert_eq!(
        forest(fixture::curve_outputs(1.0), 0, 3, mlp()),
        expect("outputs")
    );
    assert_eq!(
        forest(map_outputs(2), 2, 3, mlp()),
        expect("map-before map-after")
    );
    assert_eq!(
        forest(map_outputs(3), 3, 50, mlp()),
        expect("map-before map-after")
    );
    let many = Outputs {
        lattice: None,
        ..fixture::curve_outputs(1.0)
    };
    assert_eq!(forest(many, 0, 3, mlp()), expect("outputs against"));
    let risk = Outputs {
        features: Vec::new(),
        target: Vec::new(),
        start: vec![vec![Real(3.0)]],
        end: vec![vec![Real(0.1)]],
        lattice: Some(Lattice {
            axes: vec![vec![Real(-1.0), Real(1.0)]],
            start: vec![vec![Real(0.5), Real(0.5)]],
            end: vec![vec![Real(0.5), Real(0.5)]],
        }),
    };
    assert_eq!(
        forest(risk, 0, 1, Model::Risk(OneWeightRisk::Ripples)),
        (
            "landscape".to_owned(),
            "training".to_owned(),
            "gradient-mean gradient-rms".to_owned(),
        )
    );
}

/// Makes every number of a trace NaN, infinite or zero.
fn spoil(trace: &mut Trace, with: f64) {
    trace.curve.values.iter_mut().for_each(|v| v.0 = with);
    trace
        .risks
        .iter_mut()
        .for_each(|risk| risk.train.loss.0 = with);
    for layer in &mut trace.layers {
        layer.gradient_mean.iter_mut().for_each(|v| v.0 = with);
        layer.gradient_rms.iter_mut().for_each(|v| v.0 = with);
    }
    for column in trace.outputs.start.iter_mut().chain(&mut trace.outputs.end) {
        column.iter_mut().for_each(|v| v.0 = with);
    }
    trace.data.constant_train_loss.0 = with;
}

#[test]
fn numbers_that_are_none_break_no_page() {
    for with in [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        0.0,
        -1.0,
        1e308,
        5e-324,
    ] {
        for layers in [2, 12] {
            let (sweep, mut results) = hostile();
            for run in results.cells.iter_mut().flat_map(|cell| &mut cell.runs) {
                let (trace, _) = run.trained.as_mut().unwrap();
                *trace = Trace {
                    outputs: trace.outputs.clone(),
                    ..fixture::trace(&Shape {
                        rate: 0.1,
                        floor: 0.1,
                        epochs: 9,
                        diverges: None,
                        layers,
                        vanishing: 0.5,
                        seed: 0,
                    })
                };
                spoil(trace, with);
            }
            let page = page(&sweep, &results, &[]);
            figures_of(&page, 0);
            let text = pages::sweep(&page).unwrap();
            let json = text.split("application/json\">").skip(1);
            for figure in json.map(|rest| rest.split("</script>").next().unwrap()) {
                serde_json::from_str::<serde_json::Value>(figure).expect("valid JSON");
            }
        }
    }
}

#[test]
fn a_sweep_without_any_run_has_a_page_that_says_so() {
    let (sweep, mut results) = fixture::learning_rates(2);
    results
        .cells
        .iter_mut()
        .flat_map(|cell| &mut cell.runs)
        .for_each(|run| run.trained = None);
    let text = pages::sweep(&page(&sweep, &results, &[])).unwrap();
    assert!(text.contains("12 of 12 runs not trained yet"));
    assert!(text.contains("6 are not trained yet"));
}

#[test]
fn the_index_lists_what_it_can_and_says_what_it_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let (sweep, results) = fixture::learning_rates(1);
    write_sweep(folder.path(), &page(&sweep, &results, &[])).unwrap();
    fs::create_dir_all(folder.path().join("broken")).unwrap();
    fs::write(folder.path().join("broken/sweep.json"), "{").unwrap();
    let text = fs::read_to_string(write_index(folder.path()).unwrap()).unwrap();
    assert!(
        text.contains("href=\"deep&#x2F;lr&#x2F;index.html\"")
            || text.contains("href=\"deep/lr/index.html\""),
        "{text}"
    );
    assert!(
        text.contains("broken/sweep.json, can") || text.contains("broken&#x2F;sweep.json, can")
    );
}

#[test]
fn runs_that_are_no_longer_shown_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let count = || {
        fs::read_dir(folder.path().join("deep/lr/runs"))
            .unwrap()
            .count()
    };
    let (sweep, results) = fixture::learning_rates(2);
    write_sweep(folder.path(), &page(&sweep, &results, &[])).unwrap();
    assert_eq!(count(), 12);
    let (sweep, results) = fixture::learning_rates(1);
    write_sweep(folder.path(), &page(&sweep, &results, &[])).unwrap();
    assert_eq!(count(), 6);
}

/// Writes a report over made-up results, for a browser to open: `tests/browser/shoot.mjs` looks at
/// it.
#[test]
#[ignore = "writes a folder to look at, named by SWEEP_EXAMPLE_REPORT"]
fn an_example_to_look_at() {
    let folder = PathBuf::from(std::env::var("SWEEP_EXAMPLE_REPORT").unwrap());
    let write = |name: &str, sweep: &Sweep, results: &Results, verdicts: &[Verdict]| {
        write_sweep(
            &folder,
            &Page {
                name,
                sweep,
                results,
                verdicts,
            },
        )
        .unwrap();
    };
    let verdicts = [
        verdict("far too low a rate has not learned", Status::Pass, 0),
        verdict("the right rate learns", Status::Fail, 3),
        verdict("momentum helps", Status::Inconclusive, 2),
    ];
    let (sweep, results) = fixture::learning_rates(5);
    write("lr", &sweep, &results, &verdicts);
    let (sweep, results) = fixture::learning_rates(20);
    write("deep/many", &sweep, &results, &[]);
    let (sweep, results) = hostile();
    write("deep/hostile", &sweep, &results, &[]);
    let (sweep, results) = two_axes();
    write("deep/two axes", &sweep, &results, &verdicts[..1]);
    write_index(&folder).unwrap();
}

/// Depth against optimizer, classes of two kinds and a run that is missing.
fn two_axes() -> (Sweep, Results) {
    let words = ["sgd", "adam", "sgd with momentum"].map(|w| Value::Text(w.to_owned()));
    let depth = axis("depth", &[2, 4, 12, 50].map(Value::Integer));
    let sweep = fixture::sweep(
        "Too deep: the gradient vanishes",
        vec![axis("optimizer", &words), depth],
        5,
    );
    let results = fixture::results(&sweep, &mlp(), |point, seed| {
        let layers = [3, 5, 13, 51][point[1]];
        let mut trace = trace(&Shape {
            rate: [0.06, 0.05, 0.012, 1e-5][point[1]],
            floor: 0.01 * (1.0 + point[0] as f64),
            epochs: 150,
            diverges: None,
            layers,
            vanishing: 0.6,
            seed: seed + 10 * point[0] as u64,
        });
        let classes = if point[0] == 1 { 3 } else { 2 };
        trace.data.classes = (0..classes).map(|c| format!("class {c}")).collect();
        trace.data.features = vec!["first".to_owned(), "second".to_owned()];
        trace.outputs = map_outputs(classes);
        (point[0] != 2 || point[1] != 3 || seed != 4).then_some(trace)
    });
    (sweep, results)
}
