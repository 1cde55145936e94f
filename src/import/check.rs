//! Whether a trace of another program is whole: what the reader of a trace takes for granted.
//!
//! Every error names the field with its value, and what to do.

use super::params::check_names;
use crate::format::count;
use crate::trace::{Curve, Lattice, Layer, Outcome, Predictions, Real, Trace, Trajectory, VERSION};

/// Largest number of updates: floats represent every position up to it.
const MOST_STEPS: u64 = 1 << 53;

/// Checks version, names of parameters, positions, and lengths of columns.
///
/// # Errors
/// What is wrong, in which field, and what to do.
pub(super) fn check(trace: &Trace) -> Result<(), String> {
    if trace.version != VERSION {
        return Err(format!(
            "the version is {}, expected {VERSION}; write the trace in the form of version {VERSION}",
            trace.version
        ));
    }
    check_names(&trace.params)?;
    check_end(trace)?;
    let steps = trace.steps;
    let at: Vec<u64> = trace.evaluations.iter().map(|at| at.step).collect();
    positions(&|i| format!("evaluations[{i}].step"), &at, steps)?;
    check_curve(&trace.curve, steps)?;
    positions(&|i| format!("snapshots[{i}]"), &trace.snapshots, steps)?;
    check_layers(&trace.layers, trace.snapshots.len())?;
    check_predictions(&trace.predictions)?;
    match &trace.trajectory {
        Some(trajectory) => check_trajectory(trajectory, steps),
        None => Ok(()),
    }
}

/// Checks the length of the run, and where its outcome says that it ended.
fn check_end(trace: &Trace) -> Result<(), String> {
    let steps = trace.steps;
    if steps > MOST_STEPS {
        return Err(format!(
            "steps is {steps}, expected at most {MOST_STEPS}; write the number of updates"
        ));
    }
    if trace.steps_per_epoch == Some(0) {
        return Err("steps_per_epoch is 0; leave it out for a run without epochs".to_owned());
    }
    match trace.outcome {
        Outcome::Pruned { step }
        | Outcome::Converged { step }
        | Outcome::Diverged { step }
        | Outcome::TimedOut { step } => within(&|_| "outcome.step".to_owned(), &[step], steps),
        Outcome::StoppedEarly { epoch } if epoch > trace.epoch_of(steps) => Err(format!(
            "outcome.epoch is {epoch}, but the run has {}; correct the epoch, `steps` or `steps_per_epoch`",
            count(trace.epoch_of(steps) as usize, trace.unit())
        )),
        Outcome::Finished
        | Outcome::StoppedEarly { .. }
        | Outcome::TooLarge { .. }
        | Outcome::Crashed { .. } => Ok(()),
    }
}

fn check_curve(curve: &Curve, steps: u64) -> Result<(), String> {
    positions(&|i| format!("curve.steps[{i}]"), &curve.at, steps)?;
    let (has, expected) = (curve.values.len(), curve.at.len());
    if has != expected {
        return Err(format!(
            "curve.values has length {has}, expected {expected} as curve.steps; write one value per position"
        ));
    }
    match curve.of < expected as u64 {
        true => Err(format!(
            "curve.of is {}, expected at least {expected}, the length of curve.steps; write the number of points \
             before thinning",
            curve.of
        )),
        false => Ok(()),
    }
}

/// Checks the lengths of the columns, and that the number of all weights can be computed.
fn check_layers(layers: &[Layer], snapshots: usize) -> Result<(), String> {
    let mut weights = 0_u64;
    for (i, layer) in layers.iter().enumerate() {
        let own = layer.inputs.checked_mul(layer.outputs);
        let Some(all) = own.and_then(|own| weights.checked_add(own)) else {
            return Err(format!(
                "layers[{i}] has {} inputs and {} outputs, more weights than a 64-bit integer counts; correct \
                 `inputs` and `outputs`",
                layer.inputs, layer.outputs
            ));
        };
        weights = all;
        for (name, column) in layer.columns() {
            let name = format!("layers[{i}].{name}");
            length(&name, column.len(), ("snapshots", snapshots))?;
        }
    }
    Ok(())
}

fn check_predictions(predictions: &Predictions) -> Result<(), String> {
    let mut columns = vec![("predictions.target".to_owned(), predictions.target.len())];
    for (part, all) in [
        ("features", &predictions.features),
        ("start", &predictions.start),
        ("end", &predictions.end),
    ] {
        for (i, column) in all.iter().enumerate() {
            columns.push((format!("predictions.{part}[{i}]"), column.len()));
        }
    }
    // A one-weight model has no targets: its only prediction is its weight.
    let mut recorded = columns.iter().filter(|(_, rows)| *rows > 0);
    if let Some((first, rows)) = recorded.next() {
        for (name, has) in recorded {
            length(name, *has, (first.as_str(), *rows))?;
        }
    }
    same_outputs("predictions", &predictions.start, &predictions.end)?;
    match &predictions.lattice {
        Some(lattice) => check_lattice(lattice),
        None => Ok(()),
    }
}

fn check_lattice(lattice: &Lattice) -> Result<(), String> {
    let lengths: Vec<usize> = lattice.axes.iter().map(Vec::len).collect();
    if !(1..=2).contains(&lengths.len()) {
        return Err(format!(
            "predictions.lattice.axes has length {}, expected 1 or 2; leave the lattice out for other numbers of features",
            lengths.len()
        ));
    }
    let points = lengths
        .iter()
        .try_fold(1_usize, |all, n| all.checked_mul(*n));
    let Some(points) = points else {
        return Err(
            "predictions.lattice.axes have more points than a 64-bit integer counts; write shorter axes".to_owned(),
        );
    };
    for (part, columns) in [("start", &lattice.start), ("end", &lattice.end)] {
        for (i, column) in columns.iter().enumerate() {
            let name = format!("predictions.lattice.{part}[{i}]");
            let product = "the product of the lengths of predictions.lattice.axes";
            length(&name, column.len(), (product, points))?;
        }
    }
    same_outputs("predictions.lattice", &lattice.start, &lattice.end)
}

fn check_trajectory(trajectory: &Trajectory, steps: u64) -> Result<(), String> {
    let place = |i: usize| format!("trajectory.iterations[{i}]");
    within(&place, &trajectory.iterations, steps)?;
    let rows = ("trajectory.iterations", trajectory.iterations.len());
    for (name, column) in [
        ("passes", &trajectory.passes),
        ("risk", &trajectory.risk),
        ("excess", &trajectory.excess),
        ("gradient", &trajectory.gradient),
    ] {
        length(&format!("trajectory.{name}"), column.len(), rows)?;
    }
    for (i, column) in trajectory.weights.iter().enumerate() {
        length(&format!("trajectory.weights[{i}]"), column.len(), rows)?;
    }
    match trajectory.weights.len() {
        0..=2 => Ok(()),
        n => Err(format!(
            "trajectory.weights has {n} columns, expected at most 2; leave it empty for more weights"
        )),
    }
}

/// Checks that positions ascend, and that none is after the end of the run.
fn positions(name: &dyn Fn(usize) -> String, at: &[u64], steps: u64) -> Result<(), String> {
    if let Some(i) = at.windows(2).position(|pair| pair[0] >= pair[1]) {
        return Err(format!(
            "{} is {}, but {} is {}; write every position once, in ascending order",
            name(i + 1),
            at[i + 1],
            name(i),
            at[i]
        ));
    }
    within(name, at, steps)
}

/// Checks that no position is after the end of the run.
fn within(name: &dyn Fn(usize) -> String, at: &[u64], steps: u64) -> Result<(), String> {
    match at.iter().position(|step| *step > steps) {
        None => Ok(()),
        Some(i) => Err(format!(
            "{} is {}, but the run has {}; correct the position, or set `steps` to the number of updates",
            name(i),
            at[i],
            count(steps as usize, "step")
        )),
    }
}

/// Checks the length of a column, which is empty if it is not recorded. The other column has a name and a length.
fn length(name: &str, has: usize, (other, expected): (&str, usize)) -> Result<(), String> {
    match has == 0 || has == expected {
        true => Ok(()),
        false => Err(format!(
            "{name} has length {has}, expected {expected} as {other}; correct the lengths, or leave {name} empty"
        )),
    }
}

/// Checks that predictions before and after training have one column per output, if both are recorded.
fn same_outputs(part: &str, start: &[Vec<Real>], end: &[Vec<Real>]) -> Result<(), String> {
    match start.is_empty() || end.is_empty() || start.len() == end.len() {
        true => Ok(()),
        false => Err(format!(
            "{part}.start has {}, but {part}.end has {}; write one column per output in both, or leave one empty",
            count(start.len(), "column"),
            count(end.len(), "column")
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::fixture::{curve_outputs, map_outputs};
    use crate::testkit::sound::{SyntheticRun, column};

    /// Returns what is wrong with a sound trace after a change; nothing if it is still sound.
    fn wrong(change: impl Fn(&mut Trace)) -> String {
        let mut trace = SyntheticRun::sound().trace;
        for layer in &mut trace.layers {
            let columns = layer.columns_mut().into_iter();
            columns.for_each(|(_, column)| column.truncate(2));
        }
        change(&mut trace);
        check(&trace).err().unwrap_or_default()
    }

    #[test]
    fn columns_have_one_entry_per_snapshot_or_none() {
        assert_eq!(wrong(|_| {}), "");
        assert_eq!(wrong(|trace| trace.layers[1].dead.clear()), "");
        assert_eq!(
            wrong(|trace| trace.layers[1].dead.push(Real(0.0))),
            "layers[1].dead has length 3, expected 2 as snapshots; correct the lengths, or leave layers[1].dead empty"
        );
        assert_eq!(
            wrong(|trace| trace.version = 3),
            "the version is 3, expected 2; write the trace in the form of version 2"
        );
        assert_eq!(
            wrong(|trace| trace.curve.values.truncate(3)),
            "curve.values has length 3, expected 4 as curve.steps; write one value per position"
        );
        assert_eq!(
            wrong(|trace| trace.curve.of = 3),
            "curve.of is 3, expected at least 4, the length of curve.steps; write the number of points before thinning"
        );
    }

    #[test]
    fn positions_ascend_and_end_with_the_run() {
        assert_eq!(
            wrong(|trace| trace.snapshots.swap(0, 1)),
            "snapshots[1] is 0, but snapshots[0] is 1199; write every position once, in ascending order"
        );
        assert_eq!(wrong(|trace| trace.snapshots[1] = 1200), "");
        assert_eq!(
            wrong(|trace| trace.snapshots[1] = 1201),
            "snapshots[1] is 1201, but the run has 1200 steps; correct the position, or set `steps` to the number of \
             updates"
        );
        let late = "but the run has 1200 steps";
        for (field, found) in [
            (
                "evaluations[4].step is 1300",
                wrong(|trace| trace.evaluations[4].step = 1300),
            ),
            (
                "curve.steps[3] is 1300",
                wrong(|trace| trace.curve.at[3] = 1300),
            ),
            (
                "trajectory.iterations[1] is 1300",
                wrong(|trace| {
                    trace.trajectory = Some(Trajectory {
                        iterations: vec![0, 1300],
                        ..Trajectory::default()
                    });
                }),
            ),
            (
                "outcome.step is 1300",
                wrong(|trace| trace.outcome = Outcome::Diverged { step: 1300 }),
            ),
        ] {
            assert!(found.starts_with(&format!("{field}, {late}")), "{found}");
        }
        // Four epochs.
        let stopped = |epoch| wrong(|trace| trace.outcome = Outcome::StoppedEarly { epoch });
        assert_eq!(stopped(4), "");
        assert_eq!(
            stopped(5),
            "outcome.epoch is 5, but the run has 4 epochs; correct the epoch, `steps` or `steps_per_epoch`"
        );
    }

    #[test]
    fn sizes_that_overflow_are_errors() {
        assert_eq!(
            wrong(|trace| (trace.layers[1].inputs, trace.layers[1].outputs) = (1 << 32, 1 << 32)),
            "layers[1] has 4294967296 inputs and 4294967296 outputs, more weights than a 64-bit integer counts; \
             correct `inputs` and `outputs`"
        );
        let sum = wrong(|trace| {
            for layer in &mut trace.layers[..2] {
                (layer.inputs, layer.outputs) = (1 << 32, 1 << 31);
            }
        });
        assert!(sum.starts_with("layers[1] has 4294967296 inputs"), "{sum}");
        let long = wrong(|trace| trace.steps = u64::MAX);
        assert!(
            long.starts_with("steps is 18446744073709551615, expected at most 9007199254740992")
        );
    }

    #[test]
    fn predictions_have_one_entry_per_row_and_one_column_per_output() {
        let with = |change: &dyn Fn(&mut Predictions)| {
            wrong(|trace| {
                trace.predictions = map_outputs(3);
                change(&mut trace.predictions);
            })
        };
        assert_eq!(with(&|_| {}), "");
        assert_eq!(with(&|predictions| predictions.start.clear()), "");
        assert_eq!(
            with(&|predictions| predictions.end[2].truncate(89)),
            "predictions.end[2] has length 89, expected 90 as predictions.target; correct the lengths, or leave \
             predictions.end[2] empty"
        );
        assert_eq!(
            with(&|predictions| predictions.start.truncate(1)),
            "predictions.start has 1 column, but predictions.end has 3 columns; write one column per output in both, \
             or leave one empty"
        );
        // The weight of a one-weight model, without targets.
        let weight = Predictions {
            start: vec![column(&[2.0])],
            end: vec![column(&[1.0])],
            ..Predictions::default()
        };
        assert_eq!(wrong(|trace| trace.predictions = weight.clone()), "");
    }

    #[test]
    fn a_lattice_has_one_entry_per_point() {
        let with = |change: &dyn Fn(&mut Lattice)| {
            wrong(|trace| {
                trace.predictions = map_outputs(2);
                change(trace.predictions.lattice.as_mut().unwrap());
            })
        };
        assert_eq!(wrong(|trace| trace.predictions = curve_outputs(1.0)), "");
        assert_eq!(with(&|_| {}), "");
        assert_eq!(with(&|lattice| lattice.start.clear()), "");
        assert_eq!(
            with(&|lattice| {
                lattice.axes[1].pop();
            }),
            "predictions.lattice.start[0] has length 961, expected 930 as the product of the lengths of \
             predictions.lattice.axes; correct the lengths, or leave predictions.lattice.start[0] empty"
        );
        assert_eq!(
            with(&|lattice| lattice.axes.push(column(&[0.0]))),
            "predictions.lattice.axes has length 3, expected 1 or 2; leave the lattice out for other numbers of features"
        );
        assert_eq!(
            with(&|lattice| lattice.end.push(column(&[0.0; 961]))),
            "predictions.lattice.start has 1 column, but predictions.lattice.end has 2 columns; write one column per \
             output in both, or leave one empty"
        );
    }

    #[test]
    fn the_parts_of_a_trajectory_have_one_entry_per_iteration_or_none() {
        let with = |change: &dyn Fn(&mut Trajectory)| {
            wrong(|trace| {
                let mut trajectory = Trajectory {
                    iterations: vec![0, 10],
                    passes: column(&[0.0, 1.0]),
                    risk: column(&[1.0, 0.5]),
                    gradient: column(&[1.0, 0.1]),
                    weights: vec![column(&[0.0, 0.3]); 2],
                    ..Trajectory::default()
                };
                change(&mut trajectory);
                trace.trajectory = Some(trajectory);
            })
        };
        assert_eq!(with(&|_| {}), "");
        let unequal = "has length 1, expected 2 as trajectory.iterations";
        for (field, found) in [
            ("passes", with(&|way| way.passes.truncate(1))),
            ("risk", with(&|way| way.risk.truncate(1))),
            ("excess", with(&|way| way.excess.push(Real(1.0)))),
            ("gradient", with(&|way| way.gradient.truncate(1))),
            ("weights[1]", with(&|way| way.weights[1].truncate(1))),
        ] {
            let start = format!("trajectory.{field} {unequal}; ");
            assert!(found.starts_with(&start), "{found}");
        }
        assert_eq!(
            with(&|way| way.weights.push(column(&[0.0, 0.0]))),
            "trajectory.weights has 3 columns, expected at most 2; leave it empty for more weights"
        );
    }
}
