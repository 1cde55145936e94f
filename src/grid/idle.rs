//! Finds keys that no cell uses.

use crate::spec::key::Key;
use crate::spec::keys;
use crate::spec::{Fault, Place, Sweep, Value};
use std::collections::BTreeSet;

/// Returns an error for every key that is given or varied, and that no cell uses.
pub(super) fn unused(
    sweep: &Sweep,
    used: &BTreeSet<&'static str>,
    clashing: &BTreeSet<&'static str>,
    doubtful: &BTreeSet<&'static str>,
) -> Vec<Fault> {
    let selecting = [
        "model",
        "solver",
        "optimizer",
        "data.source",
        "hidden",
        "steps",
    ];
    if selecting.iter().any(|key| doubtful.contains(key)) {
        return Vec::new();
    }
    let idle = |name: &str| !used.contains(name) && !clashing.contains(name);
    let mut faults = Vec::new();
    for (name, place) in &sweep.places.values {
        let Some(key) = keys::find(name).filter(|key| idle(key.name)) else {
            continue;
        };
        // Repeating a default is harmless.
        let default = key.default.value(&sweep.given);
        let axis = sweep.axes.iter().any(|axis| axis.keys.contains(name));
        if axis || (default.is_some() && default.as_ref() == sweep.given.get(name)) {
            continue;
        }
        faults.push(idle_fault(sweep, key, place));
    }
    for (a, axis) in sweep.axes.iter().enumerate() {
        for (k, name) in axis.keys.iter().enumerate() {
            let place = sweep
                .places
                .axes
                .get(a)
                .and_then(|keys| keys.get(k)?.first());
            if let (Some(key), Some(place)) = (keys::find(name).filter(|key| idle(key.name)), place)
            {
                faults.push(idle_fault(sweep, key, place));
            }
        }
    }
    faults
}

fn idle_fault(sweep: &Sweep, key: &Key, place: &Place) -> Fault {
    let by = match key.section() {
        "data" => match sweep.base.get("data.source") {
            Some(Value::Text(source)) => format!("`source = \"{source}\"` ignores it"),
            _ => "this source ignores it".to_owned(),
        },
        _ => match sweep.base.get("model") {
            Some(model) => format!("no cell uses it (model: `{model}`)"),
            None => "no cell uses it".to_owned(),
        },
    };
    let fault = Fault::at(place, format!("unused key `{}`", key.short()), by);
    fault.help(format!("remove it. `{}`: {}", key.short(), key.doc))
}
