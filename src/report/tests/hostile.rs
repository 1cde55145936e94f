//! Hostile text and values that are not finite: text stays text, JSON stays JSON.

use super::*;
use crate::diagnose::diagnose_all;
use crate::inspect::histograms::histogram;
use crate::trace::Trace;
use crate::trace::inspection::{Frame, Inspection, SnapshotPredictions, SnapshotStep, Surface};

pub(super) const EVIL: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";

/// Returns a sweep with hostile text everywhere.
pub(super) fn hostile() -> (Sweep, Results) {
    let words = [EVIL, "b"].map(|word| Value::Text(word.to_owned()));
    // Three axes, so that the page has all parts.
    let axes = [EVIL, "%{x}", "\"'"].map(|name| axis(name, &words));
    let mut sweep = fixture::sweep(EVIL, axes.into(), 2);
    sweep.about = format!("{EVIL} [x](javascript:alert(3)) `</script>`");
    sweep.text = EVIL.to_owned();
    sweep.path = "a/<script>alert(4)</script>.toml".into();
    let results = fixture::results(&sweep, &mlp(), |_, seed| {
        let shape = TraceShape {
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
        trace.predictions = map_outputs(2);
        trace.layers[0].name = EVIL.to_owned();
        if seed == 1 {
            trace.outcome = Outcome::Crashed {
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
    let page = Page {
        diagnoses: &diagnose_all(&results),
        ..page(&sweep, &results, &verdicts)
    };
    write_sweep(folder.path(), &page).unwrap();
    let index = write_index(folder.path(), &TEMPLATES).unwrap();
    let own = folder.path().join("deep/lr");
    let shells = ["index.html", "run.html", "compare.html"].map(|page| own.join(page));
    for path in shells.into_iter().chain([index]) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains("<script>alert") && !text.contains("<img"),
            "{}",
            path.display()
        );
        assert!(!text.contains("href=\"javascript"), "{}", path.display());
    }
    let runs = fs::read_dir(own.join("runs")).unwrap();
    let runs = runs.map(|entry| entry.unwrap().path());
    for script in runs.chain([own.join("cells.js")]) {
        let text = fs::read_to_string(script).unwrap();
        assert!(!text.contains('<'));
        let json = packed::unpacked(packed::packed_in(&text)).unwrap();
        let content: serde_json::Value = serde_json::from_str(&json).unwrap();
        let body = content["body"].as_str();
        assert!(body.is_none_or(is_text), "{body:?}");
    }
}

/// Returns whether the body of a page has no element of hostile text.
fn is_text(body: &str) -> bool {
    ["<script", "<img", "href=\"javascript"]
        .iter()
        .all(|markup| !body.contains(markup))
}

/// Sets every number of a trace to a value such as NaN, infinity or zero.
pub(super) fn spoil(trace: &mut Trace, with: f64) {
    trace.curve.values.iter_mut().for_each(|v| v.0 = with);
    trace
        .evaluations
        .iter_mut()
        .for_each(|at| at.train.as_mut().unwrap().loss.0 = with);
    for layer in &mut trace.layers {
        layer.gradient_mean.iter_mut().for_each(|v| v.0 = with);
        layer.gradient_rms.iter_mut().for_each(|v| v.0 = with);
    }
    for column in trace
        .predictions
        .start
        .iter_mut()
        .chain(&mut trace.predictions.end)
    {
        column.iter_mut().for_each(|v| v.0 = with);
    }
    trace.data.constant_train_loss.0 = with;
}

#[test]
fn numbers_that_are_not_finite_do_not_break_a_page() {
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
                *Arc::make_mut(trace) = Trace {
                    predictions: trace.predictions.clone(),
                    ..fixture::trace(&TraceShape {
                        rate: 0.1,
                        floor: 0.1,
                        epochs: 9,
                        diverges: None,
                        layers,
                        vanishing: 0.5,
                        seed: 0,
                    })
                };
                spoil(Arc::make_mut(trace), with);
            }
            let page = page(&sweep, &results, &[]);
            run_script(&page, 0);
            let content = SweepPage::of(&page, None).unwrap();
            let text = pages::sweep::html(&page, &content, None).unwrap();
            let cells = packed::unpacked(packed::packed_in(&content.cells)).unwrap();
            serde_json::from_str::<serde_json::Value>(&cells).expect("valid JSON");
            let json = text.split("\"application/json\"").skip(1);
            for part in json.map(|rest| rest.split("</script>").next().unwrap()) {
                let (_, part) = part.split_once('>').unwrap();
                serde_json::from_str::<serde_json::Value>(part).expect("valid JSON");
            }
        }
    }
}

#[test]
fn an_inspection_is_linked_and_contains_only_text_and_numbers() {
    let (sweep, results) = hostile();
    let cell = &results.cells[0];
    let (trace, _) = cell.runs[0].trained.as_ref().unwrap();
    let lattice = trace.predictions.lattice.as_ref().unwrap();
    let points = lattice.axes.iter().map(Vec::len).product();
    let inspection = Inspection {
        steps: [0, 5].map(|step| SnapshotStep::new(step, 2)).to_vec(),
        predictions: SnapshotPredictions::Lattice(vec![vec![vec![f64::NAN; points]]; 2]),
        histograms: vec![histogram(EVIL.to_owned(), &[&[0.5], &[f64::INFINITY]])],
        surface: Some(Surface {
            frame: Frame::Weights(vec![EVIL.to_owned(); 2]),
            axes: vec![vec![0.0, 1.0]; 2],
            risk: vec![1.0, f64::NAN, f64::INFINITY, 2.0],
            path: vec![Some(vec![0.0, 0.0]), None],
            heights: vec![1.0, f64::INFINITY],
            rows: 4,
            normed: true,
        }),
    };
    let inspected = Inspected {
        id: cell.runs[0].run.id,
        cell: &cell.cell,
        trace,
        inspection: &inspection,
        same_bits: false,
    };
    let folder = tempfile::tempdir().unwrap();
    let page = page(&sweep, &results, &[]);
    write_inspection(folder.path(), page.name, &inspected, &TEMPLATES).unwrap();
    write_sweep(folder.path(), &page).unwrap();
    let own = folder.path().join("deep/lr");
    let read = |folder: &str, run: usize| {
        let id = cell.runs[run].run.id;
        let text = fs::read_to_string(own.join(format!("{folder}/{id}.js"))).unwrap();
        let packed = text.split('"').nth(1).unwrap().to_owned();
        packed::unpacked(&packed).unwrap()
    };
    let seen = read("inspect", 0);
    assert!(!seen.contains(['<', '>']));
    let seen: serde_json::Value = serde_json::from_str(&seen).unwrap();
    assert_eq!(seen["moments"][1], "step 5 of 72, epoch 2.5, loss ∞");
    // Values that are not finite become gaps.
    assert!(seen["figures"][1]["figure"]["plot"]["data"][0]["z"][1][0].is_null());
    assert!(is_text(seen["body"].as_str().unwrap()));
    assert!(read("runs", 0).contains("inspect.html?run="));
    assert!(!read("runs", 1).contains("inspect.html?run="));
    let shell = fs::read_to_string(own.join("inspect.html")).unwrap();
    assert!(!shell.contains("<script>alert") && !shell.contains("<img"));
}
