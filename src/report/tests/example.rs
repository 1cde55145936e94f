//! A report of synthetic results for a browser: `tests/browser/shoot.mjs` opens it. `SWEEP_EXAMPLE_REPORT`
//! sets its folder.

use super::hostile::hostile;
use super::*;
use crate::diagnose::diagnose_all;
use std::path::PathBuf;

#[test]
fn an_example_report_is_written() {
    let scratch = tempfile::tempdir().unwrap();
    let named = std::env::var_os("SWEEP_EXAMPLE_REPORT").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| scratch.path().to_owned());
    let write = |name: &str, sweep: &Sweep, results: &Results, verdicts: &[Verdict]| {
        write_sweep(
            &folder,
            &Page {
                name,
                sweep,
                results,
                diagnoses: &diagnose_all(results),
                verdicts,
                fixes: None,
                running: None,
                standalone: true,
                templates: &TEMPLATES,
            },
        )
        .unwrap();
    };
    let verdicts = [
        verdict("a learning rate of 1e-4 does not learn", Status::Pass, 0),
        verdict("a learning rate of 0.1 learns", Status::Fail, 3),
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
    write_index(&folder, &TEMPLATES).unwrap();
    assert!(folder.join("index.html").exists());
}

/// Returns a sweep over depth and optimizer, with two or three classes and a missing run.
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
        let mut trace = trace(&TraceShape {
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
        trace.predictions = map_outputs(classes);
        (point[0] != 2 || point[1] != 3 || seed != 4).then_some(trace)
    });
    (sweep, results)
}
