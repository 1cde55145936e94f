//! The table of curves: one row per run and step at which anything was taken down.

use super::One;
use super::field::{Column, Field, Kind, column, count, number};
use super::runs::{name, names};
use crate::trace::{Timing, Trace};
use std::collections::BTreeMap;

/// What is taken down: the mean loss of the epoch's batches that ends with the step; exact risks after it;
/// the way of the weights of a linear model (its risk, the share of the excess risk at 0 that is left, the
/// same of the gradient's norm, its weights where there are two at most, a solver's seconds).
pub const NAMES: [&str; 11] = [
    "batch_loss",
    "train_loss",
    "validation_loss",
    "train_accuracy",
    "validation_accuracy",
    "risk",
    "excess_risk",
    "relative_gradient",
    "weight_1",
    "weight_2",
    "seconds",
];

/// By step, what was taken down then, in the order of [`NAMES`].
pub type Points = BTreeMap<u64, [Option<f64>; NAMES.len()]>;

/// The points of a run.
pub fn points(run: &One) -> Points {
    let mut points = Points::new();
    let Some((trace, timing)) = run.trained else {
        return points;
    };
    let steps_per_epoch = steps_per_epoch(run, trace);
    // An epoch may have ended early, with the run.
    let step_of = |epoch: u64| epoch.saturating_mul(steps_per_epoch).min(trace.steps);
    for (epoch, loss) in trace.curve.points() {
        points.entry(step_of(epoch)).or_default()[0] = Some(loss);
    }
    for risk in &trace.risks {
        let point = points.entry(step_of(risk.epoch)).or_default();
        point[1] = Some(risk.train.loss.0);
        point[2] = risk.validation.map(|risk| risk.loss.0);
        point[3] = risk.train.accuracy.map(|share| share.0);
        point[4] = risk.validation.and_then(|risk| Some(risk.accuracy?.0));
    }
    add_way(&mut points, trace, timing);
    points
}

/// The way of the weights, look by look.
fn add_way(points: &mut Points, trace: &Trace, timing: &Timing) {
    let Some(way) = &trace.trajectory else { return };
    for (i, step) in way.iterations.iter().enumerate() {
        let point = points.entry(*step).or_default();
        let weights = way.weights.iter();
        let mut weights = weights.map(|column| column.get(i).map(|weight| weight.0));
        point[5] = way.risk.get(i).map(|x| x.0);
        point[6] = way.excess.get(i).map(|x| x.0);
        point[7] = way.gradient.get(i).map(|x| x.0);
        point[8] = weights.next().flatten();
        point[9] = weights.next().flatten();
        point[10] = timing.clock.looks.get(i).copied();
    }
}

/// Updates in an epoch of a run.
pub fn steps_per_epoch(run: &One, trace: &Trace) -> u64 {
    run.cell
        .cell
        .settings
        .batch
        .per_epoch(trace.data.train_rows)
}

/// What names the run, the step (updates made) and the epoch (passes over the rows), and what was taken
/// down.
pub fn columns() -> Vec<Column> {
    let mut columns = names();
    columns.push(column("step", Kind::Integer));
    columns.push(column("epoch", Kind::Number));
    columns.extend(NAMES.map(|name| column(name, Kind::Number)));
    columns
}

/// The rows of a run.
pub fn rows<'a>(run: &One<'a>) -> impl Iterator<Item = Vec<Field>> + use<'a> {
    let per_epoch = run
        .trained
        .map_or(1, |(trace, _)| steps_per_epoch(run, trace));
    let name = name(run);
    points(run).into_iter().map(move |(step, point)| {
        let mut row = name.clone();
        row.push(count(step));
        row.push(Field::Number(step as f64 / per_epoch as f64));
        row.extend(point.map(number));
        row
    })
}
