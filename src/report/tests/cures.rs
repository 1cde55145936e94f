//! The figure of losses before and after fixes, and its file.

use super::hostile::EVIL;
use super::*;
use crate::diagnose::fixes::{
    FORMAT, Failure, FixStatus, Fixes, RejectedFix, ShownLosses, TrainedFix, cell_curves,
};
use crate::report::pages::run::data::before_after;
use crate::report::pages::run::figures;
use crate::report::shared::script;
use std::path::Path;

/// Returns two fixes of the first cell with the results of two other cells; the second is verified.
fn fixes(results: &Results, relative: bool) -> Fixes {
    let followed = ShownLosses {
        validation: false,
        relative,
    };
    let trial = |cell: usize, cured: usize| TrainedFix {
        remedy: Some("higher learning rate".to_owned()),
        causes: vec![],
        edits: vec![("lr".to_owned(), Value::Text(EVIL.to_owned()))],
        toml: EVIL.to_owned(),
        after: Some(Real(0.9)),
        held_out: None,
        cured,
        open: 0,
        of: 5,
        verified: cured > 2,
        diagnosis: EVIL.to_owned(),
        courses: cell_curves(&results.cells[cell], followed),
        control: None,
    };
    let own = &results.cells[0];
    let failure = Failure {
        cell: own.cell.index,
        name: EVIL.to_owned(),
        code: "unclear".to_owned(),
        diagnosis: EVIL.to_owned(),
        second: None,
        measure: "skill".to_owned(),
        before: Some(Real(0.1)),
        followed,
        courses: cell_curves(own, followed),
        status: FixStatus::Fixed,
        decided: None,
        trials: vec![trial(1, 0), trial(3, 5)],
        rejected: vec![RejectedFix {
            remedy: EVIL.to_owned(),
            causes: vec![],
            edits: vec![],
            reason: "conflict".to_owned(),
            message: EVIL.to_owned(),
        }],
        runs: own.runs.iter().map(|run| run.run.id.to_string()).collect(),
    };
    Fixes {
        format: FORMAT,
        failures: vec![failure],
        control: None,
    }
}

/// Reads the script of the first cell in the same way as its page.
fn script(folder: &Path) -> serde_json::Value {
    let script = fs::read_to_string(folder.join("deep/lr/fixes/0.js")).unwrap();
    assert!(!script.contains('<'));
    let packed = script.strip_prefix("sweepCure(\"").unwrap();
    let json = packed::unpacked(packed.strip_suffix("\");\n").unwrap()).unwrap();
    let script: serde_json::Value = serde_json::from_str(&json).unwrap();
    let body = script["body"].as_str().unwrap();
    assert!(
        !body.contains("<script") && !body.contains("<img"),
        "{body}"
    );
    script
}

#[test]
fn losses_before_and_after_fixes_are_kept_as_long_as_the_runs_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (sweep, results) = fixture::learning_rates(5);
    let tried = fixes(&results, false);
    let fresh = Page {
        fixes: Some(&tried),
        ..page(&sweep, &results, &[])
    };
    write_sweep(folder.path(), &fresh).unwrap();
    let drawn = script(folder.path());
    let lines = drawn["lines"].as_array().unwrap();
    let shown: Vec<_> = lines.iter().map(|line| &line["shown"]).collect();
    assert_eq!(shown, [true, true, false]);
    assert!(
        lines[1]["label"]
            .as_str()
            .unwrap()
            .ends_with("works in 5 of 5 seeds")
    );
    // Five seeds and their median each.
    assert_eq!(
        drawn["figure"]["plot"]["data"].as_array().unwrap().len(),
        18
    );
    // The stored results give the same figure.
    write_sweep(folder.path(), &page(&sweep, &results, &[])).unwrap();
    assert_eq!(script(folder.path()), drawn);
    let (sweep, results) = fixture::learning_rates(6);
    let of_an_earlier_version = folder.path().join("deep/lr/cures");
    fs::create_dir(&of_an_earlier_version).unwrap();
    fs::write(of_an_earlier_version.join("0.js"), "").unwrap();
    write_sweep(folder.path(), &page(&sweep, &results, &[])).unwrap();
    assert!(!folder.path().join("deep/lr/fixes/0.js").exists());
    assert!(!of_an_earlier_version.join("0.js").exists());
}

#[test]
fn losses_that_are_not_finite_do_not_break_the_figure() {
    for with in [f64::NAN, f64::INFINITY, 0.0, -1.0, 1e308, 5e-324] {
        let (_, mut results) = fixture::learning_rates(5);
        for run in results.cells.iter_mut().flat_map(|cell| &mut cell.runs) {
            hostile::spoil(Arc::make_mut(&mut run.trained.as_mut().unwrap().0), with);
        }
        for relative in [false, true] {
            let fixes = fixes(&results, relative);
            let losses = before_after::losses(&fixes.failures[0], "epoch");
            let figure = losses.map(|losses| figures::before_after::figure(&losses));
            let drawable = !relative && with.is_finite() && with != 0.0;
            assert!(figure.is_some() || !drawable, "{with}");
            script::json(&figure).unwrap();
        }
    }
}
