//! Scalars over steps for experiment trackers: curves, gradient and update sizes of every layer, and final quantities.

use super::curves;
use super::exported::ExportedRun;
use crate::config::Quantity;
use crate::diagnose::expectations::last;
use std::collections::BTreeMap;

/// The exported statistics of layers; the table of layers has all.
const OF_LAYERS: [&str; 2] = ["gradient_rms", "update_ratio"];

/// Returns names with values by step: those of the curves, then `gradient_rms/hidden 1`.
pub fn scalars(run: &ExportedRun) -> BTreeMap<u64, Vec<(String, f64)>> {
    let mut scalars: BTreeMap<u64, Vec<(String, f64)>> = BTreeMap::new();
    let Some((trace, _)) = run.trained else {
        return scalars;
    };
    for (step, point) in curves::points(run) {
        let named = curves::NAMES.iter().zip(point);
        let known = named.filter_map(|(name, x)| Some(((*name).to_owned(), x?)));
        scalars.entry(step).or_default().extend(known);
    }
    for layer in &trace.layers {
        let columns = layer.columns();
        for (name, column) in columns.iter().filter(|(name, _)| OF_LAYERS.contains(name)) {
            for (step, x) in trace.snapshots.iter().zip(*column) {
                let tag = format!("{name}/{}", layer.name);
                scalars.entry(*step).or_default().push((tag, x.0));
            }
        }
    }
    let at_end = scalars.entry(trace.steps).or_default();
    for quantity in Quantity::ALL.map(|quantity| (quantity.name(), last(trace, quantity))) {
        if let (name, Ok(x)) = quantity
            && !curves::NAMES.contains(&name)
        {
            at_end.push((name.to_owned(), x));
        }
    }
    scalars
}
