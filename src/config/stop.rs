//! `[stop]`: prunes cells before their full budget if others do better.

use super::convert;
use super::kind::{Field, Kind, MANY, integer};
use super::place::Place;
use super::reader::Reader;
use super::value::Value;
use crate::config::value_error::Wrong;
use crate::words::words;
use toml::de::DeTable;

/// Successive halving: after some epochs (or steps, the unit of the budget), the best share of the cells is promoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The end r of the first rung, in the unit of the budget; the others end at r·η, r·η² and so on.
    pub grace_period: usize,
    /// η: one in η cells of a rung is promoted, at least one.
    pub reduction_factor: usize,
}

words! {
    /// How it is decided which cells go on.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum StopMethod {
        SuccessiveHalving = "successive-halving", "the best cells of a rung are promoted when all of its cells have finished, so that the \
             result does not depend on timing. The rungs are those of ASHA (Li et al. 2020), which promotes asynchronously";
    }
}

/// The keys of `[stop]`.
pub(super) const STOP: &[Field] = &[
    Field {
        name: "method",
        doc: "method of pruning",
        kind: Kind::Words(StopMethod::WORDS),
        required: true,
    },
    Field {
        name: "grace_period",
        doc: "end of the first rung, in epochs or steps like the budget; below the budget",
        kind: integer(1, MANY),
        required: true,
    },
    Field {
        name: "reduction_factor",
        doc: "reduction factor η: one in η cells of a rung is promoted, and the next rung ends η times later; default: 3",
        kind: integer(2, 1000),
        required: false,
    },
];

/// Reads `[stop]`, and returns it with its place.
pub(super) fn stop(reader: &mut Reader, root: &DeTable) -> Option<(Stop, Place)> {
    let node = root.get("stop")?;
    reader.table(node, "[stop]")?;
    let read = convert::value(node, &Kind::Record(STOP), "stop");
    let Value::Table(parts) = reader.check(read)? else {
        return None;
    };
    let part = |name| parts.iter().find(|(of, _)| of == name).map(|(_, v)| v);
    let whole = |name| usize::try_from(part(name)?.integer()?).ok();
    let word = part("method").and_then(Value::text).unwrap_or_default();
    let method = StopMethod::of(word);
    let method = method.ok_or_else(|| Wrong::unimplemented(node.span(), "method", word));
    let stop = match reader.check(method)? {
        StopMethod::SuccessiveHalving => Stop {
            grace_period: whole("grace_period").unwrap_or(1),
            reduction_factor: whole("reduction_factor").unwrap_or(3),
        },
    };
    Some((stop, reader.place(node.span())))
}
