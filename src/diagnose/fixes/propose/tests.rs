//! Tests of the table of fixes, against the rules, the lecture and the reader of sweep files.
#![allow(clippy::unwrap_used)]

mod formats;

use super::*;
use crate::codes::Code;
use crate::config::Overrides;
use crate::config::settings::{ModelSettings, Settings};
use crate::diagnose::rule;
use crate::fix_kind::FixKind;
use crate::grid::Cell;
use crate::load::load_text;
use std::collections::BTreeSet;
use std::path::Path;

const DEEP: &str = "depth = 50\nwidth = 10\nlr = 0.01";

/// Returns the only cell of a file.
fn cell_of(data: &str, base: &str) -> Cell {
    let text = format!("[data]\n{data}\n[base]\n{base}\n");
    let loaded = load_text(Path::new("a/b.toml"), &text, &Overrides::default());
    loaded.unwrap().cells.remove(0)
}

fn cell(base: &str) -> Cell {
    cell_of("source = \"moons\"", base)
}

/// Returns cells that differ in everything that fixes depend on.
fn cells() -> Vec<Cell> {
    let mut cells: Vec<Cell> = [
        DEEP,
        "activation = \"sigmoid\"\nhidden = [8, 8, 8]\nsteps = 500",
        "activation = \"linear\"\ndepth = 1\nwidth = 3\nbatch = 1",
        "model = \"linear\"\nbatch = \"full\"",
        "model = \"residual\"\ndepth = 12\nblock = 3\nactivation = \"tanh\"",
        "optimizer = \"adam\"\nhidden = [16, 4]\npatience = 10",
        "loss = \"mse\"\noutput = \"sigmoid\"\noutput_bias = -9\nmomentum = 0.9\nnesterov = true",
        "optimizer = \"rmsprop\"",
        "optimizer = \"adagrad\"\nweight_decay = 0.1",
        "init = \"ones\"\nbatch_norm = [\"input\", \"hidden\"]\nweight_decay = 0.1",
    ]
    .map(cell)
    .into();
    cells.push(cell_of("", "model = \"ripples\"\nlr = 0.01\nsteps = 500"));
    cells.push(cell_of(
        "source = \"blobs\"\nscales = [1, 100]",
        "epochs = 3",
    ));
    cells.push(cell_of("source = \"sine\"", "lr = 1e-6"));
    cells
}

fn first(cell: &Cell, code: Code) -> String {
    toml(&suggested_fixes(cell, code).legal[0].edits)
}

#[test]
fn every_failure_of_the_lecture_has_its_fix() {
    let kinds = |cell: &Cell, code| -> Vec<FixKind> {
        let all = suggested_fixes(cell, code).legal.into_iter();
        all.map(|fix| fix.kind).collect()
    };
    assert_eq!(
        kinds(&cell(DEEP), Code::VanishingGradients)[..3],
        [
            FixKind::FewerLayers,
            FixKind::SkipConnections,
            FixKind::BatchNormalization
        ]
    );
    assert_eq!(
        first(&cell(DEEP), Code::VanishingGradients),
        "[base]\ndepth = 4\n"
    );
    let narrow = cell("depth = 1\nwidth = 3");
    assert_eq!(first(&narrow, Code::TooShallow), "[base]\nwidth = 32\n");
    let tanh = cell("activation = \"tanh\"\ninit = \"ones\"");
    assert_eq!(
        first(&tanh, Code::SymmetricInit),
        "[base]\ninit = \"lecun\"\n"
    );
    assert_eq!(
        first(&cell("lr = 0.3"), Code::LearningRateTooHigh),
        "[base]\nlr = 0.03\n"
    );
    assert_eq!(
        first(&cell("epochs = 3"), Code::Undertrained),
        "[base]\nepochs = 15\n"
    );
    assert_eq!(
        first(&cell("width = 8"), Code::IllConditioned),
        "[data]\nstandardize = true\n"
    );
    let saturated = cell("loss = \"mse\"\noutput = \"sigmoid\"\noutput_bias = -10");
    assert_eq!(
        kinds(&saturated, Code::SaturatedOutput),
        [
            FixKind::CrossEntropy,
            FixKind::OutputNormalization,
            FixKind::OutputBias
        ]
    );
    let stuck = cell_of("", "model = \"ripples\"\nlr = 0.01");
    assert_eq!(
        kinds(&stuck, Code::LocalMinimum)[..2],
        [FixKind::Momentum, FixKind::Adam]
    );
    let overfits = cell("optimizer = \"adam\"");
    assert_eq!(kinds(&overfits, Code::Overfit)[0], FixKind::EarlyStop);
    assert!(suggested_fixes(&overfits, Code::Unclear).legal.is_empty());
}

#[test]
fn fixes_of_fewer_keys_and_smaller_changes_come_first() {
    for cell in cells() {
        for code in Code::ALL {
            let sizes = suggested_fixes(&cell, code).legal;
            let sizes: Vec<usize> = sizes.iter().map(|p| p.edits.len()).collect();
            assert!(sizes.is_sorted(), "{code}: {sizes:?}");
        }
    }
    let rates = suggested_fixes(&cell("lr = 0.1"), Code::LearningRateTooLow).legal;
    let rates: Vec<f64> = rates.iter().map(|p| p.cell.settings.lr).collect();
    assert_eq!(rates, [1.0, 10.0, 100.0]);
}

/// Every suggested fix can be pasted into a file: reading the file gives the changed cell.
#[test]
fn every_fix_is_a_cell_that_a_file_can_have_and_differs_from_the_original() {
    let mut offered = BTreeSet::new();
    for cell in cells() {
        for kind in FixKind::ALL {
            for fix in fix_strengths(&cell, kind).legal {
                offered.insert(kind);
                assert_ne!(fix.cell.settings, cell.settings, "{kind}");
                let file = toml(&fix.cell.values.0);
                let read = load_text(Path::new("a/b.toml"), &file, &Overrides::default());
                let read = read.unwrap_or_else(|faults| panic!("{kind}\n{file}{faults:?}"));
                assert_eq!(read.cells[0].settings, fix.cell.settings, "{kind}\n{file}");
            }
        }
    }
    assert_eq!(offered.len(), FixKind::ALL.len());
}

#[test]
fn sgd_sets_the_defaults_of_the_optimizer_that_it_replaces() {
    let plain = |rule: &str| {
        let all = fix_strengths(&cell(&format!("optimizer = \"{rule}\"")), FixKind::Sgd).legal;
        toml(&all[0].edits)
    };
    assert_eq!(plain("adam"), "[base]\noptimizer = \"sgd\"\n");
    assert!(plain("adamw").ends_with("weight_decay = 0.01\n"));
    assert!(plain("rmsprop").ends_with("lr = 0.01\n"));
}

#[test]
fn changes_that_a_cell_does_not_allow_are_rejected() {
    let none = |base: &str, kind, reason: &str| {
        let Suggestions { legal, rejected } = fix_strengths(&cell(base), kind);
        assert_eq!(legal.len(), 0, "{kind}");
        assert!(!rejected.is_empty(), "{kind}");
        for edit in rejected {
            assert_eq!(edit.reason.name(), reason, "{kind}: {}", edit.reason);
        }
    };
    none("depth = 1", FixKind::SkipConnections, "not-applicable");
    none(
        "hidden = [8, 4]",
        FixKind::SkipConnections,
        "not-applicable",
    );
    none("batch = 1", FixKind::BatchNormalization, "conflict");
    none(
        "layer_norm = ['hidden']",
        FixKind::BatchNormalization,
        "conflict",
    );
    none("loss = \"mse\"", FixKind::CrossEntropy, "conflict");
    none("model = \"linear\"", FixKind::WiderLayers, "not-applicable");
    none("model = \"linear\"", FixKind::Relu, "unused-key");
    none("init = \"he\"", FixKind::He, "unchanged");
    none("lr = 1e308", FixKind::HigherRate, "out-of-range");
    for rule in ["adam", "adamw", "adagrad"] {
        let base = format!("optimizer = \"{rule}\"");
        none(&base, FixKind::Momentum, "not-applicable");
    }
    none("optimizer = \"adamw\"", FixKind::Adam, "not-applicable");
    none("momentum = 0.9", FixKind::Sgd, "not-applicable");
    none("epochs = 10_000", FixKind::LongerTraining, "not-applicable");
}

#[test]
fn a_changed_value_replaces_another_key_with_the_same_meaning() {
    let listed = cell("hidden = [8, 8, 8, 8, 8]");
    let skip = fix_strengths(&listed, FixKind::SkipConnections)
        .legal
        .remove(0);
    assert_eq!(
        toml(&skip.edits),
        "[base]\nmodel = \"residual\"\ndepth = 4\nwidth = 8\n"
    );
    assert_eq!(skip.cell.values.get("hidden"), None);
    let fewer = fix_strengths(&listed, FixKind::FewerLayers).legal.remove(0);
    assert_eq!(toml(&fewer.edits), "[base]\nhidden = [8, 8, 8, 8]\n");
}

#[test]
fn the_fixes_of_a_cause_are_those_of_its_rule() {
    /// Fixes that change no key of the cell.
    const BEYOND: [&str; 2] = ["start with another seed", "change one thing at a time"];
    for code in Code::ALL {
        let lines = rule(code).fixes;
        let kinds: BTreeSet<FixKind> = cells()
            .iter()
            .flat_map(|cell| causes::fix_kinds(code, &cell.settings))
            .collect();
        let names = |line: &str, kind: FixKind| line.contains(&format!("`{kind}`"));
        for kind in &kinds {
            let named = lines.iter().any(|line| names(line, *kind));
            assert!(named, "the rule of {code} does not name {kind}: {lines:?}");
        }
        for line in lines {
            let beyond = BEYOND.iter().any(|start| line.starts_with(start));
            let suggested = kinds.iter().any(|kind| names(line, *kind));
            assert!(beyond || suggested, "{code}: no fix does \"{line}\"");
        }
    }
}

#[test]
fn a_control_has_the_size_of_its_fix_and_is_always_the_same() {
    let edits = |all: &[Option<(Edits, Cell)>]| -> Vec<Edits> {
        let all = all.iter().flatten();
        all.map(|(edits, _)| edits.clone()).collect()
    };
    let mut sampled = BTreeSet::new();
    for cell in cells() {
        for code in Code::ALL {
            let legal = suggested_fixes(&cell, code).legal;
            let fixes: Vec<&SuggestedFix> = legal.iter().collect();
            let all = controls(&cell, &fixes);
            for (fix, control) in fixes.iter().zip(&all) {
                let (edits, made) = control.as_ref().unwrap();
                assert_eq!(edits.len(), fix.edits.len());
                assert_ne!(made.settings, cell.settings);
                sampled.insert(toml(edits));
            }
            assert_eq!(edits(&controls(&cell, &fixes)), edits(&all));
        }
    }
    assert!(sampled.len() > 40, "{}", sampled.len());
}

#[test]
fn no_control_is_a_suggested_fix_or_another_control_of_the_cell() {
    // With all kinds of fixes, independent samples collide.
    let mut collisions = 0;
    for cell in cells() {
        let fixes = |kind| fix_strengths(&cell, kind).legal;
        let fixes: Vec<SuggestedFix> = FixKind::ALL.into_iter().flat_map(fixes).collect();
        let fixes: Vec<&SuggestedFix> = fixes.iter().collect();
        let mut taken: Vec<Settings> = fixes.iter().map(|fix| fix.cell.settings.clone()).collect();
        for (fix, sampled) in fixes.iter().zip(controls(&cell, &fixes)) {
            let Some((edits, made)) = sampled else {
                continue;
            };
            assert!(!taken.contains(&made.settings), "{}", toml(&edits));
            taken.push(made.settings);
            let alone = controls(&cell, &[*fix]).remove(0).unwrap().1.settings;
            collisions += usize::from(taken[..taken.len() - 1].contains(&alone));
        }
    }
    assert!(collisions > 0);
}

#[test]
fn every_cell_with_data_has_a_legal_reference_run_for_its_rows_and_loss() {
    for cell in cells() {
        let Some(reference) = reference(&cell) else {
            assert!(
                matches!(cell.settings.model, ModelSettings::Risk(_)),
                "{}",
                cell.name()
            );
            continue;
        };
        let settings = &reference.settings;
        assert_eq!(settings.loss, cell.settings.loss);
        assert_eq!(settings.data.source, cell.settings.data.source);
        assert_eq!(
            settings.model,
            ModelSettings::Mlp {
                hidden: vec![32, 32]
            }
        );
        assert!(settings.data.standardize && settings.data.validation > 0.0);
        // The faults of the cell are gone.
        assert_eq!(settings.output_bias, None);
        assert_eq!(settings.weight_decay, 0.0);
    }
}
