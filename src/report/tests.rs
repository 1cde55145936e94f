//! Properties of every page: nothing is omitted without a note, and its numbers are those of `sweep check`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cures;
mod example;
mod hostile;
mod imported;
mod ways;

use super::pages::run::data::{diagnosis, neighbors, texts as run_texts};
use super::pages::sweep::SweepPage;
use super::pages::sweep::data::{cells, columns, curves, final_loss, map, texts as sweep_texts};
use super::shared::{axes, packed, stats};
use super::*;
use crate::config::settings::{ModelSettings, OneWeightRisk};
use crate::config::{Quantity, Range, Sweep, Value};
use crate::diagnose::expectations::{Status, Verdict};
use crate::diagnose::{CellDiagnosis, Code, diagnose_all};
use crate::results::Results;
use crate::testkit::fixture::{self, TraceShape, axis, map_outputs, trace, verdict};
use crate::trace::{Lattice, Outcome, Predictions, Real, Score, Trace};
use std::fs;
use std::sync::{Arc, LazyLock};

static TEMPLATES: LazyLock<Templates> = LazyLock::new(|| Templates::embedded().unwrap());

fn page<'a>(sweep: &'a Sweep, results: &'a Results, verdicts: &'a [Verdict]) -> Page<'a> {
    Page {
        name: "deep/lr",
        sweep,
        results,
        diagnoses: &[],
        verdicts,
        fixes: None,
        running: None,
        standalone: false,
        templates: &TEMPLATES,
    }
}

fn mlp() -> ModelSettings {
    ModelSettings::Mlp {
        hidden: vec![10; 4],
    }
}

fn pretty<T: serde::Serialize>(view: &T) -> String {
    serde_json::to_string_pretty(view).unwrap()
}

#[test]
fn the_texts_of_a_sweep() {
    let (sweep, results) = fixture::learning_rates(5);
    let verdicts = [verdict("the right rate learns", Status::Pass, 3)];
    let page = Page {
        diagnoses: &diagnose_all(&results),
        ..page(&sweep, &results, &verdicts)
    };
    let table = cells::table(page.results, page.diagnoses);
    insta::assert_snapshot!(pretty(&(sweep_texts::sweep(&page, &table), table)));
}

#[test]
fn a_cell_has_learned_if_its_diagnosis_says_so_however_low_its_skill() {
    let (sweep, results) = fixture::learning_rates(5);
    let mut page = page(&sweep, &results, &[]);
    let diagnoses = diagnose_all(&results);
    let learned = |page: &Page| {
        let table = cells::table(page.results, page.diagnoses);
        let map = sweep_texts::sweep(page, &table).map;
        let tiles = map.rows.into_iter().flat_map(|row| row.tiles).flatten();
        (
            tiles.filter(|tile| tile.class == "healthy").count(),
            pages::index::summary(page).learned,
        )
    };
    page.diagnoses = &diagnoses;
    // Two seeds also learned with a rate at which others diverged.
    assert_eq!(learned(&page), (1, 7));
    // As if the skill of the first rate were the best one known.
    let sound = [diagnoses[3].clone(), diagnoses[3].clone()];
    page.diagnoses = &sound;
    assert_eq!(learned(&page), (2, 10));
}

/// Returns the texts of a run, by cell and place among the seeds.
fn run_view(page: &Page, cell: usize, place: usize) -> run_texts::RunView {
    let own = &page.results.cells[cell];
    let run = &own.runs[place];
    let (trace, timing) = run.trained.as_ref().unwrap();
    let diagnosed = page.diagnoses.get(cell);
    let input = run_texts::RunInput {
        sweep: page.sweep,
        cell: own,
        run,
        trace,
        timing,
        diagnosis: diagnosed.and_then(|cell| Some((cell, cell.of_run(place)?))),
        is_imported: page.results.are_imported,
    };
    let places = neighbors::CellsByCoordinates::of(page.sweep, page.results);
    run_texts::run(&input, &places, &[])
}

#[test]
fn a_large_grid_has_small_tiles_and_all_cells() {
    let points = |n: i64| (0..n).map(Value::Integer).collect::<Vec<_>>();
    let axes = vec![axis("a", &points(4)), axis("b", &points(50))];
    let sweep = fixture::sweep("large", axes, 1);
    let results = fixture::results(&sweep, &mlp(), |_, _| None);
    let page = page(&sweep, &results, &[]);
    let content = SweepPage::of(&page, None).unwrap();
    let text = pages::sweep::html(&page, &content, None).unwrap();
    assert!(text.contains("class=\"map small\""));
    assert_eq!(text.matches("data-cell=\"").count(), 200);
    assert_eq!(text.matches("<tr id=\"cell-").count(), 100);
    let packed = packed::packed_in(&content.cells);
    let cells: serde_json::Value =
        serde_json::from_str(&packed::unpacked(packed).unwrap()).unwrap();
    let rows = cells["table"]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 200);
    // The script adds the rows that the page does not have.
    assert!(rows[99]["html"].is_null());
    let row = rows[100]["html"].as_str().unwrap();
    assert!(row.starts_with("<tr id=\"cell-100\""), "{row}");
}

#[test]
fn sampled_cells_are_placed_by_their_values() {
    let range = |low, high, log| Range {
        low,
        high,
        log,
        whole: false,
    };
    let mut rates = axis("lr", &[0.001, 0.01, 0.1].map(Value::Number));
    rates.range = Some(range(0.001, 0.1, true));
    let mut betas = axis("momentum", &[0.2, 0.4].map(Value::Number));
    betas.range = Some(range(0.0, 0.9, false));
    let sweep = fixture::sweep("sampled", vec![rates, betas], 1);
    let mut results = fixture::results(&sweep, &mlp(), |_, _| None);
    // As if two of the six were sampled.
    results
        .cells
        .retain(|cell| [[1, 1], [2, 0]].contains(&cell.cell.coordinates[..].try_into().unwrap()));
    let page = page(&sweep, &results, &[]);
    let content = SweepPage::of(&page, None).unwrap();
    let map = sweep_texts::sweep(&page, &cells::table(&results, &[])).map;
    let places: Vec<_> = map.rows[0]
        .tiles
        .iter()
        .flatten()
        .map(|tile| tile.place)
        .collect();
    assert_eq!(places, [Some((50.0, 95.0)), Some((95.0, 5.0))]);
    let text = pages::sweep::html(&page, &content, None).unwrap();
    assert_eq!(text.matches("data-cell=\"").count(), 2);
    assert!(text.contains("class=\"scatter map small\""));
    assert!(text.contains("A point is a cell") && !text.contains("tile shows"));
}

#[test]
fn the_script_has_unrounded_numbers_of_cells() {
    let (sweep, results) = fixture::learning_rates(5);
    let axes: Vec<_> = sweep.axes.iter().map(axes::axis).collect();
    let diagnoses = diagnose_all(&results);
    let map = map::map(&results, &diagnoses, &axes);
    let columns = columns::columns(&page(&sweep, &results, &[]), &axes, &map);
    let loss = &columns.measures[0];
    let exact = stats::median(&results.cells[3], Quantity::TrainLoss);
    assert_eq!(loss.median[3].map(|v| v.0), exact);
    // Three of five seeds diverged, so the median is infinite; the others give the range.
    assert_eq!(loss.median[4].unwrap().0, f64::INFINITY);
    assert!(loss.low[4].unwrap().0 < loss.high[4].unwrap().0);
    assert_eq!(columns.classes[columns.class[3]].0, "healthy");
    assert_eq!(loss.words[4], "∞");
    // The scale has the finite medians.
    assert_eq!((loss.shares[3], loss.shares[4]), (Some(0.0), None));
    assert_eq!(loss.words[3], loss.ends.0);
}

#[test]
fn the_texts_of_a_run() {
    let (sweep, results) = fixture::learning_rates(2);
    let page = Page {
        diagnoses: &diagnose_all(&results),
        ..page(&sweep, &results, &[])
    };
    insta::assert_snapshot!(pretty(&run_view(&page, 3, 1)));
}

#[test]
fn an_overfit_run_has_no_check_mark_and_its_cell_is_not_healthy() {
    let (sweep, results) = fixture::learning_rates(2);
    let mut diagnoses = diagnose_all(&results);
    let seeds = |diagnoses: &[CellDiagnosis]| -> Vec<&'static str> {
        let table = cells::table(&results, diagnoses);
        table.rows[3].seeds.iter().map(|seed| seed.class).collect()
    };
    assert_eq!(seeds(&diagnoses), ["good", "good"]);
    for run in diagnoses[3].runs.iter_mut().flatten() {
        run.code = Code::Overfit;
    }
    assert_eq!(seeds(&diagnoses), ["low", "low"]);
    let axes: Vec<_> = sweep.axes.iter().map(axes::axis).collect();
    let sentence = map::map(&results, &diagnoses, &axes).sentence;
    assert!(
        sentence.starts_with("Of 6 cells, 1 is overfit, 5 did not learn."),
        "{sentence}"
    );
}

#[test]
fn a_pruned_run_without_a_cause_is_called_pruned_and_has_no_fix() {
    let (sweep, mut results) = fixture::learning_rates(2);
    results.cells[0].cell.settings.stop_at = Some(20);
    let page = Page {
        diagnoses: &diagnose_all(&results),
        ..page(&sweep, &results, &[])
    };
    let run = run_view(&page, 0, 0);
    assert_eq!(run.diagnosis.unwrap().code, "pruned");
    assert_eq!(run.fix, "");
    let table = cells::table(&results, page.diagnoses);
    assert!(table.rows[0].seeds[0].words.ends_with("; pruned"));
}

#[test]
fn a_diverged_run_counts_the_step_in_which_it_diverged() {
    let (sweep, mut results) = fixture::learning_rates(1);
    // The last of 12 steps has the index 11.
    let (trace, _) = results.cells[5].runs[0].trained.as_mut().unwrap();
    Arc::make_mut(trace).steps = 12;
    let run = run_view(&page(&sweep, &results, &[]), 5, 0);
    assert!(
        run.outcome.starts_with("Diverged in step 12: "),
        "{}",
        run.outcome
    );
    assert_eq!(run.facts[0], ("Steps".to_owned(), "12".to_owned()));
}

#[test]
fn links_along_an_axis_skip_excluded_cells_and_missing_runs() {
    let axes = vec![
        axis("depth", &[1, 2, 3].map(Value::Integer)),
        axis("lr", &[0.1, 1.0].map(Value::Number)),
    ];
    let sweep = fixture::sweep("two axes", axes, 2);
    let (_, other) = fixture::learning_rates(1);
    let (any, _) = other.cells[0].runs[0].trained.clone().unwrap();
    let mut results = fixture::results(&sweep, &mlp(), |_, _| Some(Trace::clone(&any)));
    // depth 2 with lr 1 was excluded, and depth 2 with lr 0.1 lacks its second seed.
    results.cells.remove(3);
    results.cells[2].runs[1].trained = None;
    let page = page(&sweep, &results, &[]);
    let links = |cell: usize, place: usize| {
        let along = |along: neighbors::Along| {
            let label = |to: Option<neighbors::Neighbor>| to.map_or("|".to_owned(), |to| to.label);
            format!(
                "{} {} {}",
                label(along.before),
                along.here,
                label(along.after)
            )
        };
        let axes = run_view(&page, cell, place).axes;
        axes.into_iter().map(along).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(links(0, 0), "| 1 2, | 0.1 1");
    assert_eq!(links(0, 1), "| 1 3, | 0.1 1");
    assert_eq!(links(4, 0), "1 3 |, 0.1 1 |");
}

#[test]
fn settings_and_counts_are_never_rounded() {
    let rates = axis("lr", &[0.0012341, 0.0012342].map(Value::Number));
    let sweep = fixture::sweep("close", vec![rates], 1);
    let mut results = fixture::results(&sweep, &mlp(), |_, seed| {
        let mut trace = trace(&TraceShape {
            rate: 0.1,
            floor: 0.01,
            epochs: 9,
            diverges: None,
            layers: 2,
            vanishing: 0.5,
            seed,
        });
        trace.steps = 1_234_567;
        Some(trace)
    });
    let steps = ("steps".to_owned(), Value::Integer(1_234_567));
    results.cells[0].cell.values.0.push(steps);

    let table = cells::table(&results, &[]);
    let values: Vec<_> = table
        .rows
        .iter()
        .map(|row| row.values[0].as_str())
        .collect();
    assert_eq!(values, ["0.0012341", "0.0012342"]);
    let run = run_view(&page(&sweep, &results, &[]), 0, 0);
    assert_eq!(run.cell, "lr 0.0012341");
    assert_eq!(run.axes[0].after.as_ref().unwrap().label, "0.0012342");
    assert_eq!(run.outcome, "Finished after 1234567 steps.");
    assert_eq!(run.settings.last().unwrap().value, "1234567");
}

#[test]
fn cells_are_compared_by_keys_that_differ() {
    let (_, mut results) = fixture::learning_rates(2);
    let follows = ("epochs".to_owned(), Value::Integer(9));
    results.cells[1].cell.values.0.push(follows);
    results.cells[1].cell.values.0.remove(1);
    results.cells[2].runs[0].trained = None;
    let table = cells::table(&results, &[]);
    assert_eq!(
        (&*table.keys, &*table.following),
        (&["lr".to_owned()][..], &["epochs".to_owned()][..])
    );
    assert_eq!(table.rows[0].values, ["0.0001"]);
    let following = |cell: usize| table.rows[cell].following[0].as_str();
    assert_eq!([following(0), following(1)], ["200", "9"]);
    let trained = |cell: usize| table.rows[cell].seeds.iter().map(|seed| seed.trained);
    assert!(trained(1).eq([true, true]) && trained(2).eq([false, true]));
}

#[test]
fn a_diverged_cell_has_the_accuracy_that_check_uses() {
    let (_, mut results) = fixture::learning_rates(3);
    let cell = &mut results.cells[5];
    for (run, share) in cell.runs.iter_mut().zip([0.0, 0.25, 0.4375]) {
        let (trace, _) = run.trained.as_mut().unwrap();
        let risk = Score {
            accuracy: Some(Real(share)),
            ..trace.evaluations[0].train.unwrap()
        };
        Arc::make_mut(trace)
            .evaluations
            .last_mut()
            .unwrap()
            .validation = Some(risk);
    }
    let judged = crate::diagnose::expectations::over_seeds(cell, Quantity::ValidationAccuracy);
    assert_eq!(judged, [0.0; 3]);
    let row = &cells::table(&results, &[]).rows[5];
    assert_eq!(row.accuracy.median, "0");
    assert_eq!(row.accuracy.spread, "0 to 0");
}

#[test]
fn final_losses_keep_every_seed() {
    let (sweep, results) = fixture::learning_rates(5);
    let axes: Vec<_> = sweep.axes.iter().map(axes::axis).collect();
    let view = final_loss::final_losses(&results, &axes, 0);
    let group = &view.groups[0];
    assert_eq!((group.points.len(), group.lost.len()), (22, 8));
    insta::assert_snapshot!(pretty(&group.medians));
}

#[test]
fn many_runs_become_medians_with_a_band_and_a_note() {
    let (_, results) = fixture::learning_rates(5);
    let few = curves::curves(&results);
    assert_eq!((few.lines.len(), few.lines[0].band.is_none()), (30, true));
    let (_, results) = fixture::learning_rates(11);
    let many = curves::curves(&results);
    assert_eq!((many.lines.len(), many.lines[0].band.is_some()), (6, true));
    assert!(many.notes[0].starts_with("66 runs: "), "{:?}", many.notes);
    assert_eq!(many.lines[5].ends[0].1, "11 of 11 seeds diverged");
}

/// Returns the script of the first run of a cell as JSON: the body of its page, and its figures.
fn run_script(page: &Page, cell: usize) -> serde_json::Value {
    let scripts = pages::run::Runs::of(page, None, std::collections::BTreeSet::new());
    let script = scripts.script(cell, 0).unwrap().unwrap();
    let text = script
        .strip_prefix("sweepRun(\"")
        .unwrap()
        .strip_suffix("\");\n")
        .unwrap();
    let json = packed::unpacked(text).expect("packed text");
    serde_json::from_str(&json).expect("valid JSON")
}

/// Returns the names of the figures of a run, in the order of its page.
fn ids(run: &serde_json::Value) -> Vec<&str> {
    run["figures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|figure| figure["id"].as_str().unwrap())
        .collect()
}

#[test]
fn a_run_shows_the_three_tools_whatever_its_data() {
    let forest = |outputs: Predictions, classes: usize, layers: usize, model: ModelSettings| {
        let sweep = fixture::sweep("x", Vec::new(), 1);
        let results = fixture::results(&sweep, &model, |_, seed| {
            let mut trace = trace(&TraceShape {
                rate: 0.1,
                floor: 0.01,
                epochs: 40,
                diverges: None,
                layers,
                vanishing: 0.1,
                seed,
            });
            trace.data.classes = (0..classes).map(|c| c.to_string()).collect();
            trace.predictions = outputs.clone();
            Some(trace)
        });
        let run = run_script(&page(&sweep, &results, &[]), 0);
        let body = run["body"].as_str().unwrap();
        assert_eq!(body.matches("data-figure=\"").count(), ids(&run).len());
        let mut shown = ids(&run);
        shown.retain(|id| !["activation-sd", "update-ratio"].contains(id));
        shown.join(" ")
    };
    let expect =
        |outputs: &str| format!("{outputs} training gradient-mean gradient-rms gradient-profile");
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
    let many = Predictions {
        lattice: None,
        ..fixture::curve_outputs(1.0)
    };
    assert_eq!(forest(many, 0, 3, mlp()), expect("outputs against"));
    let risk = Predictions {
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
        forest(risk, 0, 1, ModelSettings::Risk(OneWeightRisk::Ripples)),
        "landscape training gradient-mean gradient-rms"
    );
}

#[test]
fn the_page_of_a_sweep_without_runs_says_that_they_are_missing() {
    let (sweep, mut results) = fixture::learning_rates(2);
    results
        .cells
        .iter_mut()
        .flat_map(|cell| &mut cell.runs)
        .for_each(|run| run.trained = None);
    let page = page(&sweep, &results, &[]);
    let text = pages::sweep::html(&page, &SweepPage::of(&page, None).unwrap(), None).unwrap();
    assert!(text.contains("12 of 12 runs not trained yet"));
    assert!(text.contains("6 are not trained yet"));
}

#[test]
fn the_index_lists_all_sweeps_also_unreadable_ones() {
    let folder = tempfile::tempdir().unwrap();
    let (sweep, results) = fixture::learning_rates(1);
    write_sweep(folder.path(), &page(&sweep, &results, &[])).unwrap();
    fs::create_dir_all(folder.path().join("broken")).unwrap();
    fs::write(folder.path().join("broken/sweep.json"), "{").unwrap();
    let text = fs::read_to_string(write_index(folder.path(), &TEMPLATES).unwrap()).unwrap();
    assert!(
        text.contains("href=\"deep&#x2F;lr&#x2F;index.html\"")
            || text.contains("href=\"deep/lr/index.html\""),
        "{text}"
    );
    assert!(text.contains("broken/sweep.json") || text.contains("broken&#x2F;sweep.json"));
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
