//! What expectations ask for must be there: rows to measure on, cells to compare with.

use super::Cell;
use crate::spec::settings::{Loss, Model, Source};
use crate::spec::{Check, Fault, Quantity, Sweep, Target, Value, features, target};

/// What expectations ask must be there to be measured.
pub(super) fn expected(sweep: &Sweep, cells: &[Cell]) -> Vec<Fault> {
    if sweep.overridden {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for (expectation, places) in sweep.expectations.iter().zip(&sweep.places.checks) {
        let chosen = || {
            cells
                .iter()
                .filter(|cell| expectation.selector.matches(&cell.values))
        };
        for (check, place) in expectation.checks.iter().zip(places) {
            let quantity = match check {
                Check::Bound { quantity, .. } | Check::BetterThan { quantity, .. } => {
                    Some(*quantity)
                }
                Check::Outcome(_) | Check::Diagnosis(_) | Check::CuredBy(_) => None,
            };
            let lacking =
                quantity.and_then(|quantity| chosen().find_map(|cell| lacks(cell, quantity)));
            if let (Some((why, help)), Some(quantity)) = (lacking, quantity) {
                let message = format!("`{}` can't be measured", quantity.name());
                faults.push(Fault::at(place, message, why).help(help));
            }
            if let Check::BetterThan { other, .. } = check
                && let Some((label, help)) = chosen().find_map(|cell| no_other(cell, other, cells))
            {
                let help = match sweep.sample {
                    Some(_) => "cells that are drawn seldom differ in one key alone; compare them on a grid"
                        .to_owned(),
                    None => help,
                };
                faults.push(
                    Fault::at(
                        place,
                        "`better_than` has no other cell to compare with",
                        label,
                    )
                    .help(help),
                );
            }
        }
    }
    faults
}

fn lacks(cell: &Cell, quantity: Quantity) -> Option<(&'static str, &'static str)> {
    let data = &cell.settings.data;
    let rows = data.source != Source::None;
    let classes = matches!(target(&cell.values), Target::Classes(_) | Target::Unknown);
    match quantity {
        Quantity::ValidationLoss
        | Quantity::ValidationSkill
        | Quantity::SkillGap
        | Quantity::ValidationAccuracy
            if !rows || data.validation == 0.0 =>
        {
            Some((
                "there are no validation rows",
                "hold some out: validation = 0.25 in [data]",
            ))
        }
        Quantity::TestLoss | Quantity::TestAccuracy if !rows || data.test == 0.0 => Some((
            "there are no test rows",
            "hold some out: test = 0.2 in [data]",
        )),
        Quantity::TrainAccuracy | Quantity::ValidationAccuracy | Quantity::TestAccuracy
            if !classes =>
        {
            Some((
                "an accuracy is of classes, and no class is predicted here",
                "expect a loss or a skill",
            ))
        }
        Quantity::GradientRatio | Quantity::DeadShare | Quantity::SaturatedShare
            if !has_hidden(&cell.settings.model) =>
        {
            Some((
                "there is no hidden layer",
                "expect it of a network: model = \"mlp\" or \"residual\"",
            ))
        }
        Quantity::ExcessRisk | Quantity::WeightError if !has_optimum(cell) => Some((
            "the exact optimum is known of a linear model under mse, with a solver or one feature",
            "expect a loss, or take `model = \"linear\"` with `solver = \"gd\"`, say",
        )),
        _ => None,
    }
}

/// Whether a run takes down how far its weights are from the exact optimum.
fn has_optimum(cell: &Cell) -> bool {
    let settings = &cell.settings;
    let solved = settings.solving.is_some() || features(&cell.values) == Some(1);
    settings.model == Model::Linear && settings.loss == Loss::Mse && solved
}

fn has_hidden(model: &Model) -> bool {
    match model {
        Model::Mlp { hidden } => !hidden.is_empty(),
        Model::Residual { .. } | Model::Own(_) => true,
        Model::Linear | Model::Risk(_) => false,
    }
}

/// Why a cell has no counterpart: the cell whose varied values are this one's, but for `other`.
fn no_other(cell: &Cell, other: &[(String, Value)], cells: &[Cell]) -> Option<(String, String)> {
    let pairs = |pairs: &[(String, Value)]| {
        let pairs: Vec<String> = pairs
            .iter()
            .map(|(key, value)| format!("{key} {value}"))
            .collect();
        if pairs.is_empty() {
            "the only one".to_owned()
        } else {
            pairs.join(", ")
        }
    };
    let own = pairs(&cell.varied);
    match cells
        .iter()
        .find(|candidate| candidate.is_counterpart(cell, other))
    {
        Some(found) if found.index == cell.index => Some((
            format!("the cell ({own}) would be compared with itself"),
            "narrow `where` to the cells that should be better".to_owned(),
        )),
        Some(_) => None,
        None => Some((
            format!("no cell is like ({own}) but with {}", pairs(other)),
            "name every key in which the other cell differs, with a value that stands in the grid"
                .to_owned(),
        )),
    }
}
