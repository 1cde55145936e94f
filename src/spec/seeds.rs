//! Reads the seeds of a file, or of the command line.

use super::convert::{Node, whole};
use super::fault::Fault;
use super::overrides::{self, Overrides};
use super::place::Place;
use super::reader::Reader;
use super::sweep::Sweep;
use super::top::MOST_SEEDS;
use super::value::Value;
use super::wrong::{Wrong, all};
use std::collections::BTreeSet;
use toml::de::{DeTable, DeValue};

/// Reads `seeds` and `--seeds`, which takes precedence. By default there is one seed, or one per fold.
pub(crate) fn seeds(reader: &mut Reader, sweep: &mut Sweep, root: &DeTable, overrides: &Overrides) {
    let folds = sweep.given.get("data.folds");
    let all = folds.and_then(|folds| match folds {
        Value::Integer(n) => u64::try_from(*n).ok(),
        _ => None,
    });
    sweep.seeds = (0..all.unwrap_or(1)).collect();
    if let Some(node) = root.get("seeds") {
        let seeds = seed_list(node);
        if let Some(seeds) = reader.check(seeds) {
            sweep.seeds = seeds;
        }
    }
    sweep.file_seeds = sweep.seeds.len();
    if let Some(seeds) = &overrides.seeds {
        sweep.seeds.clone_from(seeds);
        let distinct: BTreeSet<&u64> = seeds.iter().collect();
        if seeds.is_empty() || distinct.len() < seeds.len() {
            let place = Place {
                document: overrides::document("--seeds"),
                span: 0..7,
            };
            let label = "expected at least one seed, without duplicates";
            reader
                .faults
                .push(Fault::at(&place, "`--seeds` is out of range", label));
        }
    }
}

fn seed_list(node: &Node) -> Result<Vec<u64>, Vec<Wrong>> {
    let expected = format!("expected a whole number from 1 to {MOST_SEEDS}, or a list of seeds");
    let wrong = |span, label: String| Wrong::new(span, "`seeds` is out of range", label, None);
    let DeValue::Array(items) = node.get_ref() else {
        return match whole(node).and_then(|n| usize::try_from(n).ok()) {
            Some(n) if (1..=MOST_SEEDS).contains(&n) => Ok((0..n as u64).collect()),
            _ => Err(wrong(node.span(), expected).into()),
        };
    };
    if items.is_empty() || items.len() > MOST_SEEDS {
        return Err(wrong(node.span(), expected).into());
    }
    let mut seen = BTreeSet::new();
    all(items.iter().map(|item| {
        let label = match whole(item).and_then(|n| u64::try_from(n).ok()) {
            Some(seed) if seen.insert(seed) => return Ok(seed),
            Some(seed) => format!("the seed {seed} is given twice"),
            None => "expected a whole number of at least 0".to_owned(),
        };
        Err(wrong(item.span(), label))
    }))
}
