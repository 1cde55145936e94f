//! Keys that do nothing anywhere in a sweep.

use crate::spec::key::Key;
use crate::spec::keys;
use crate::spec::{Fault, Place, Sweep, Value};
use std::collections::BTreeSet;

/// Keys that are given, or varied, and that no cell makes any use of.
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
        // To say once more what is so anyway does no harm.
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
            Some(Value::Text(source)) => format!("with `source = \"{source}\"`"),
            _ => "with this source".to_owned(),
        },
        _ => match sweep.base.get("model") {
            Some(model) => format!("with this model (`{model}`) and its other settings"),
            None => "here".to_owned(),
        },
    };
    let fault = Fault::at(
        place,
        format!("no cell makes any use of `{}`", key.short()),
        format!("this does nothing {by}"),
    );
    fault.help(format!("drop it; `{}` is: {}", key.short(), key.doc))
}
