//! Collects the results of all fixes from the rounds in which they were trained.

use super::failing::{FailingCell, PlannedFix, most};
use super::fix_json::{Control, FORMAT, Failure, FixStatus, Fixes, RejectedFix, TrainedFix};
use super::in_words;
use super::loss_curves::{LossCurves, ShownLosses, cell_curves, same_unit};
use super::propose::{RejectedEdit, toml};
use super::rounds::FixRounds;
use crate::codes::Code;
use crate::config::Value;
use crate::grid::Cell;
use crate::results::RunResult;
use crate::trace::Real;

/// Returns the results of all fixes.
pub fn fixes(rounds: &FixRounds) -> Fixes {
    let failures = rounds
        .failing
        .iter()
        .map(|failing| failure(rounds, failing));
    let failures: Vec<Failure> = failures.collect();
    Fixes {
        format: FORMAT,
        control: rounds.control.then(|| control(&failures)),
        failures,
    }
}

fn failure(all: &FixRounds, failing: &FailingCell) -> Failure {
    let own = &all.results.cells[failing.cell];
    let followed = followed(all, failing);
    let trained = failing.fixes.iter();
    let trained: Vec<TrainedFix> = trained
        .filter_map(|fix| with_control(all, failing, fix, followed))
        .collect();
    let before = all.before(failing);
    let is_complete =
        |run: &RunResult| run.trace().is_some_and(|trace| trace.outcome.is_complete());
    let is_open = !own.runs.iter().all(is_complete);
    let open = trained
        .iter()
        .any(|fix| fix.cured + fix.open >= most(fix.of));
    Failure {
        cell: own.cell.index,
        name: own.cell.name(),
        code: failing.code.name().to_owned(),
        diagnosis: all.diagnoses[failing.cell].in_words(),
        second: failing.second.map(|code| code.name().to_owned()),
        measure: match failing.code == Code::Overfit {
            true => "validation_skill",
            false => "skill",
        }
        .to_owned(),
        before: known(before),
        followed,
        courses: cell_curves(own, followed),
        status: match () {
            () if trained.is_empty() && is_open => FixStatus::Open,
            () if trained.is_empty() => FixStatus::NothingKnown,
            () if trained.iter().any(|fix| fix.verified) => FixStatus::Fixed,
            () if open => FixStatus::Open,
            () => FixStatus::NotFixed,
        },
        // Runs that are missing could change the decision.
        decided: failing
            .second
            .filter(|_| !trained.is_empty() && trained.iter().all(|fix| fix.open == 0))
            .map(|second| in_words::decided(failing.code, second, &trained)),
        trials: trained,
        rejected: failing.rejected.iter().map(rejected).collect(),
        runs: own.runs.iter().map(|run| run.run.id.to_string()).collect(),
    }
}

fn rejected((edit, causes): &(RejectedEdit, Vec<Code>)) -> RejectedFix {
    RejectedFix {
        remedy: edit.kind.name().to_owned(),
        causes: names(causes),
        edits: edit.edits.clone(),
        reason: edit.reason.name().to_owned(),
        message: edit.reason.to_string(),
    }
}

fn names(causes: &[Code]) -> Vec<String> {
    causes.iter().map(|code| code.name().to_owned()).collect()
}

/// Returns which losses the curves of a failing cell and its fixes show.
fn followed(all: &FixRounds, failing: &FailingCell) -> ShownLosses {
    let own = &all.results.cells[failing.cell];
    let places = failing.fixes.iter().filter_map(|fix| fix.place);
    let mut trained = places.filter_map(|place| all.at(place));
    ShownLosses {
        validation: failing.code == Code::Overfit,
        relative: trained.any(|(cell, _)| !same_unit(own, cell)),
    }
}

/// Returns a trained fix with its loss curves and its control; none if it was not trained.
fn with_control(
    all: &FixRounds,
    failing: &FailingCell,
    fix: &PlannedFix,
    followed: ShownLosses,
) -> Option<TrainedFix> {
    let kind = Some(fix.suggested.kind.name().to_owned());
    let random = fix.control.as_ref();
    let random = random.map(|(edits, place)| trained(all, failing, edits, *place, None, &[]));
    let place = fix.place?;
    let edits = &fix.suggested.edits;
    let own = trained(all, failing, edits, place, kind, &fix.causes);
    let courses = all.at(place).map(|(cell, _)| cell_curves(cell, followed));
    Some(TrainedFix {
        courses: courses.unwrap_or_default(),
        control: random.map(Box::new),
        ..own
    })
}

/// Returns a trained change with its effect, without loss curves.
fn trained(
    all: &FixRounds,
    failing: &FailingCell,
    edits: &[(String, Value)],
    place: usize,
    kind: Option<String>,
    causes: &[Code],
) -> TrainedFix {
    let effect = all.effect(failing, place);
    TrainedFix {
        remedy: kind,
        causes: names(causes),
        edits: edits.to_vec(),
        toml: pasted(edits, &all.results.cells[failing.cell].cell),
        after: known(effect.after),
        held_out: effect.held_out.map(|skills| skills.map(Real)),
        cured: effect.fixed,
        open: effect.open,
        of: effect.of,
        verified: effect.fixed >= failing.needed,
        diagnosis: effect.diagnosis,
        courses: LossCurves::default(),
        control: None,
    }
}

/// Returns the changes as lines of a sweep file. An axis overrides `[base]`, so a comment says which to remove.
fn pasted(edits: &[(String, Value)], cell: &Cell) -> String {
    let varies = |key: &String| cell.varied.iter().any(|(varied, _)| varied == key);
    let axes = edits.iter().map(|(key, _)| key).filter(|key| varies(key));
    let axes: Vec<String> = axes.map(|key| format!("`{key}`")).collect();
    if axes.is_empty() {
        return toml(edits);
    }
    // An axis of several keys is a zip.
    let remove = match cell.coordinates.len() == cell.varied.len() {
        true => format!("the axis {}", axes.join(" and the axis ")),
        false => format!("{} from [grid] or [zip.…]", axes.join(" and ")),
    };
    format!(
        "# Remove {remove}: an axis overrides these values.\n{}",
        toml(edits)
    )
}

fn known(skill: f64) -> Option<Real> {
    (!skill.is_nan()).then_some(Real(skill))
}

fn control(failures: &[Failure]) -> Control {
    let trained = failures.iter().filter(|failure| !failure.trials.is_empty());
    let random = |fix: &TrainedFix| fix.control.as_ref().is_some_and(|random| random.verified);
    let fixed = |by: &dyn Fn(&TrainedFix) -> bool| {
        let cells = trained.clone().filter(|cell| cell.trials.iter().any(by));
        cells.count()
    };
    Control {
        prescriptions: fixed(&|fix| fix.verified),
        random: fixed(&random),
        of: trained.clone().count(),
    }
}
