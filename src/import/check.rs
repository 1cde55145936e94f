//! Whether a trace of another program is whole: what the reader of a trace takes for granted.

use crate::trace::{Trace, VERSION};

/// Checks version, order of positions, and lengths of columns.
///
/// # Errors
/// What is wrong, and where.
pub(super) fn check(trace: &Trace) -> Result<(), String> {
    if trace.version != VERSION {
        return Err(format!(
            "the version is {}, expected {VERSION}",
            trace.version
        ));
    }
    if trace.steps_per_epoch == Some(0) {
        return Err("steps_per_epoch is 0; leave it out for a run without epochs".to_owned());
    }
    let evaluations: Vec<u64> = trace.evaluations.iter().map(|at| at.step).collect();
    ascending("evaluations", &evaluations)?;
    ascending("curve.steps", &trace.curve.at)?;
    ascending("snapshots", &trace.snapshots)?;
    same_length(
        "curve.values",
        trace.curve.values.len(),
        "curve.steps",
        trace.curve.at.len(),
    )?;
    for (i, layer) in trace.layers.iter().enumerate() {
        for (name, column) in layer
            .columns()
            .into_iter()
            .filter(|(_, column)| !column.is_empty())
        {
            let name = format!("layers[{i}].{name}");
            same_length(&name, column.len(), "snapshots", trace.snapshots.len())?;
        }
    }
    let predictions = &trace.predictions;
    for (name, columns) in [
        ("features", &predictions.features),
        ("start", &predictions.start),
        ("end", &predictions.end),
    ] {
        for column in columns {
            let name = format!("predictions.{name}");
            same_length(
                &name,
                column.len(),
                "predictions.target",
                predictions.target.len(),
            )?;
        }
    }
    Ok(())
}

fn ascending(what: &str, positions: &[u64]) -> Result<(), String> {
    match positions.windows(2).find(|pair| pair[0] >= pair[1]) {
        None => Ok(()),
        Some(pair) => Err(format!(
            "{what}: step {} comes after step {}",
            pair[1], pair[0]
        )),
    }
}

fn same_length(what: &str, has: usize, of: &str, expected: usize) -> Result<(), String> {
    match has == expected {
        true => Ok(()),
        false => Err(format!(
            "{what} has length {has}, expected {expected} as {of}"
        )),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testkit::sound::Run;
    use crate::trace::Real;

    #[test]
    fn columns_have_one_entry_per_snapshot_and_positions_ascend() {
        let wrong = |change: &dyn Fn(&mut Trace)| {
            let mut trace = Run::sound().trace;
            for layer in &mut trace.layers {
                let columns = layer.columns_mut().into_iter();
                columns.for_each(|(_, column)| column.truncate(2));
            }
            change(&mut trace);
            check(&trace).map_or_else(|why| why, |()| String::new())
        };
        assert_eq!(wrong(&|_| {}), "");
        assert_eq!(wrong(&|trace| trace.layers[1].dead.clear()), "");
        assert_eq!(
            wrong(&|trace| trace.layers[1].dead.push(Real(0.0))),
            "layers[1].dead has length 3, expected 2 as snapshots"
        );
        assert_eq!(
            wrong(&|trace| trace.snapshots.swap(0, 1)),
            "snapshots: step 0 comes after step 1199"
        );
        assert_eq!(
            wrong(&|trace| trace.version = 3),
            "the version is 3, expected 2"
        );
        assert!(
            wrong(&|trace| trace.curve.values.truncate(3)).starts_with("curve.values has length 3")
        );
    }
}
