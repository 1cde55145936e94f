//! Runs of other programs: pages show what their traces record, and nothing else.

use super::*;
use crate::trace::{Curve, Layer, Timing};

/// Returns runs of another program, with traces from `record`.
fn imported(record: impl Fn(&mut Trace)) -> (Sweep, Results) {
    let (mut sweep, mut results) = fixture::learning_rates(2);
    sweep.path = "runs".into();
    sweep.text.clear();
    results.are_imported = true;
    for run in results.cells.iter_mut().flat_map(|cell| &mut cell.runs) {
        let (trace, timing) = run.trained.as_mut().unwrap();
        record(Arc::make_mut(trace));
        *timing = Timing::default();
    }
    (sweep, results)
}

/// Leaves a trace its curve alone, without epochs.
fn curve_alone(trace: &mut Trace) {
    *trace = Trace {
        seed: trace.seed,
        outcome: trace.outcome.clone(),
        steps: trace.steps,
        curve: trace.curve.clone(),
        ..Trace::new(trace.params.clone())
    };
}

/// Removes columns of all layers, and others of a single layer.
fn some_columns(trace: &mut Trace) {
    trace.steps_per_epoch = None;
    trace.data.train_rows = 0;
    for layer in &mut trace.layers {
        for column in [
            &mut layer.gradient_mean,
            &mut layer.activation_sd,
            &mut layer.dead,
            &mut layer.saturated,
        ] {
            column.clear();
        }
    }
    trace.layers[0].gradient_rms.clear();
    trace.layers[1].update_ratio.clear();
}

fn html_of(page: &Page) -> String {
    let content = SweepPage::of(page, None).unwrap();
    pages::sweep::html(page, &content, None).unwrap()
}

/// Returns the title of the horizontal axis of a figure.
fn across(figure: &serde_json::Value) -> &str {
    let axis = &figure["plot"]["layout"]["xaxis"];
    axis["title"]["text"].as_str().unwrap()
}

#[test]
fn a_run_with_a_curve_alone_has_no_other_figure_and_no_command() {
    let (sweep, results) = imported(curve_alone);
    let page = Page {
        diagnoses: &diagnose_all(&results),
        ..page(&sweep, &results, &[])
    };
    let run = run_script(&page, 3);
    assert_eq!(ids(&run), ["training"]);
    let body = run["body"].as_str().unwrap();
    for words in [
        "Not recorded: the layers.",
        "Mean batch loss per step. Step 0 is before training.",
    ] {
        assert!(body.contains(words), "{words}");
    }
    let figure = &run["figures"][0];
    assert_eq!(across(figure), "step");
    let lines = figure["plot"]["data"].as_array().unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["name"], "mean batch loss");
    let view = run_view(&page, 3, 0);
    assert_eq!(view.facts, [("Steps".to_owned(), "1600".to_owned())]);
    assert_eq!(view.risks, []);
    for command in ["Rerun", "sweep run", "sweep inspect", "sweep fix"] {
        assert!(!body.contains(command), "{command}");
    }
}

#[test]
fn causes_without_their_evidence_are_listed_separately() {
    let (sweep, results) = imported(curve_alone);
    let page = Page {
        diagnoses: &diagnose_all(&results),
        ..page(&sweep, &results, &[])
    };
    let diagnosis = run_view(&page, 3, 0).diagnosis.unwrap();
    assert_eq!(
        diagnosis.title,
        "The trace does not show whether the run learned"
    );
    assert_eq!(diagnosis.unit, "step");
    let lacks =
        |of: &diagnosis::CodeSentence| of.sentence.to_lowercase().contains("not recorded: ");
    assert!(!diagnosis.unchecked.is_empty());
    assert!(diagnosis.unchecked.iter().all(lacks), "{diagnosis:?}");
    assert!(!diagnosis.rejected.iter().any(lacks));
    let run = run_script(&page, 3);
    let summary = format!(
        "Not checked for lack of evidence ({})",
        diagnosis.unchecked.len()
    );
    assert!(run["body"].as_str().unwrap().contains(&summary));
}

#[test]
fn the_page_of_imported_runs_has_no_file_no_times_and_no_losses_that_are_not_recorded() {
    let (sweep, mut results) = imported(curve_alone);
    results.cells[0].runs[1].trained = None;
    let diagnoses = diagnose_all(&results);
    let page = Page {
        diagnoses: &diagnoses,
        ..page(&sweep, &results, &[])
    };
    let text = html_of(&page);
    for words in [
        "Rerun",
        "Sweep file",
        "total training time",
        "Executors and timing",
        "Final training loss",
        "not trained",
        "trains missing runs",
        "per epoch",
    ] {
        assert!(!text.contains(words), "{words}");
    }
    for words in [
        "imported as <code>runs</code>",
        "no trace for 1 of 12 runs",
        "4 have no known skill",
        "Mean batch loss per step.",
        r#""text":"step""#,
    ] {
        assert!(text.contains(words), "{words}");
    }
    let folder = tempfile::tempdir().unwrap();
    write_sweep(folder.path(), &page).unwrap();
    let index = fs::read_to_string(write_index(folder.path(), &TEMPLATES).unwrap()).unwrap();
    assert!(index.contains("data-label=\"time\">–</td>"), "{index}");
}

#[test]
fn figures_of_columns_that_are_not_recorded_are_left_out() {
    let (sweep, mut results) = imported(some_columns);
    let page_of = |results: &Results| run_script(&page(&sweep, results, &[]), 3);
    let run = page_of(&results);
    let figure = |run: &serde_json::Value, id: &str| {
        let place = ids(run).iter().position(|other| *other == id).unwrap();
        run["figures"][place].clone()
    };
    let layers = |run: &serde_json::Value| {
        let all = ids(run).into_iter();
        all.skip_while(|id| *id != "training")
            .skip(1)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        layers(&run),
        ["gradient-rms", "gradient-profile", "update-ratio"]
    );
    let (sizes, ratios) = (&figure(&run, "gradient-rms"), &figure(&run, "update-ratio"));
    assert_eq!([sizes, ratios].map(across), ["step"; 2]);
    // Five layers, of which one has not recorded the column.
    assert_eq!(sizes["plot"]["data"].as_array().unwrap().len(), 4);
    let body = run["body"].as_str().unwrap();
    for words in ["Not recorded: hidden 1.", "Not recorded: hidden 2."] {
        assert!(body.contains(words), "{words}");
    }
    let rows = ratios["plot"]["data"][0]["z"].as_array().unwrap();
    let row = |i: usize| rows[i].as_array().unwrap();
    assert_eq!(row(1).len(), row(0).len());
    assert!(row(1).iter().all(serde_json::Value::is_null));
    // Two layers have not recorded it, and ten are too many for lines.
    let (trace, _) = results.cells[3].runs[0].trained.as_mut().unwrap();
    let trace = Arc::make_mut(trace);
    trace.layers = [trace.layers.clone(), trace.layers.clone()].concat();
    let deep = page_of(&results);
    assert_eq!(
        layers(&deep),
        ["gradient-rms", "gradient-profile", "update-ratio"]
    );
    let map = figure(&deep, "gradient-rms");
    assert_eq!(map["plot"]["data"][0]["type"], "heatmap");
    let body = deep["body"].as_str().unwrap();
    assert!(body.contains("Not recorded: hidden 1, hidden 1."), "{body}");
}

#[test]
fn a_single_point_is_visible() {
    let (sweep, results) = imported(|trace| {
        curve_alone(trace);
        trace.curve = Curve {
            at: vec![0],
            values: vec![Real(2.0)],
            of: 1,
        };
    });
    let page = page(&sweep, &results, &[]);
    let run = run_script(&page, 3);
    let training = ids(&run).iter().position(|id| *id == "training").unwrap();
    assert_eq!(
        run["figures"][training]["plot"]["data"][0]["mode"],
        "markers"
    );
    // A log axis would not show the start.
    assert!(html_of(&page).contains("\"log_x\":false"));
}

#[test]
fn sparse_traces_do_not_break_a_page() {
    let edits: [fn(&mut Trace); 9] = [
        |trace| trace.evaluations.clear(),
        |trace| trace.curve = Curve::default(),
        |trace| {
            trace.snapshots.clear();
            let columns = trace.layers.iter_mut().flat_map(Layer::columns_mut);
            columns.for_each(|(_, column)| column.clear());
        },
        |trace| hostile::spoil(trace, f64::NAN),
        |trace| trace.layers.fill(Layer::default()),
        |trace| trace.predictions = Predictions::default(),
        |trace| {
            trace.predictions.lattice = None;
            trace.predictions.end = vec![Vec::new()];
        },
        |trace| {
            trace.predictions.lattice = None;
            trace.predictions.start.clear();
        },
        curve_alone,
    ];
    for edit in edits {
        for unit in [None, Some(8)] {
            let (sweep, results) = imported(|trace| {
                trace.steps_per_epoch = unit;
                edit(trace);
            });
            let page = Page {
                diagnoses: &diagnose_all(&results),
                ..page(&sweep, &results, &[])
            };
            for cell in 0..results.cells.len() {
                run_script(&page, cell);
            }
            html_of(&page);
        }
    }
}
