//! The table of curves: one row per run and recorded step.

use super::exported::ExportedRun;
use super::field::{Column, ColumnType, FieldValue, column, count, number};
use super::runs::{name, names};
use crate::trace::{Timing, Trace};
use std::collections::BTreeMap;

/// Recorded quantities: the mean loss over the batches of the epoch that ends with the step, exact losses and accuracies
/// after the step, and the trajectory of a linear model. The trajectory has the loss, its excess over the optimum
/// relative to w = 0, the relative norm of the gradient, at most two weights, and the seconds of a solver.
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

/// The recorded quantities by step, in the order of [`NAMES`].
pub type Points = BTreeMap<u64, [Option<f64>; NAMES.len()]>;

/// Returns the points of a run.
pub fn points(run: &ExportedRun) -> Points {
    let mut points = Points::new();
    let Some((trace, timing)) = run.trained else {
        return points;
    };
    for (step, loss) in trace.curve.points() {
        points.entry(step).or_default()[0] = Some(loss);
    }
    for evaluation in &trace.evaluations {
        let point = points.entry(evaluation.step).or_default();
        let (train, validation) = (evaluation.train, evaluation.validation);
        point[1] = train.map(|score| score.loss.0);
        point[2] = validation.map(|score| score.loss.0);
        point[3] = train.and_then(|score| Some(score.accuracy?.0));
        point[4] = validation.and_then(|score| Some(score.accuracy?.0));
    }
    add_trajectory(&mut points, trace, timing);
    points
}

/// Adds the trajectory of the weights.
fn add_trajectory(points: &mut Points, trace: &Trace, timing: &Timing) {
    let Some(trajectory) = &trace.trajectory else {
        return;
    };
    for (i, step) in trajectory.iterations.iter().enumerate() {
        let point = points.entry(*step).or_default();
        let weights = trajectory.weights.iter();
        let mut weights = weights.map(|column| column.get(i).map(|weight| weight.0));
        point[5] = trajectory.risk.get(i).map(|x| x.0);
        point[6] = trajectory.excess.get(i).map(|x| x.0);
        point[7] = trajectory.gradient.get(i).map(|x| x.0);
        point[8] = weights.next().flatten();
        point[9] = weights.next().flatten();
        point[10] = timing.clock.looks.get(i).copied();
    }
}

/// Returns the columns: run, step (number of updates), epoch (passes over the rows), and recorded quantities.
pub fn columns() -> Vec<Column> {
    let mut columns = names();
    columns.push(column("step", ColumnType::Integer));
    columns.push(column("epoch", ColumnType::Number));
    columns.extend(NAMES.map(|name| column(name, ColumnType::Number)));
    columns
}

/// Returns the rows of a run.
pub fn rows<'a>(run: &ExportedRun<'a>) -> impl Iterator<Item = Vec<FieldValue>> + use<'a> {
    let trace = run.trained.map(|(trace, _)| trace);
    let name = name(run);
    points(run).into_iter().map(move |(step, point)| {
        let mut row = name.clone();
        row.push(count(step));
        row.push(number(trace.and_then(|trace| trace.epochs(step))));
        row.extend(point.map(number));
        row
    })
}
