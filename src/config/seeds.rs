//! Reads the seeds of a file, or of the command line.

use super::convert::{Node, not_accepted, whole};
use super::limits::SEEDS;
use super::overrides::{self, Overrides};
use super::place::Place;
use super::reader::Reader;
use super::sweep::Sweep;
use crate::config::error::Fault;
use crate::config::top_keys::MOST_SEEDS;
use crate::config::value_error::{Wrong, all};
use std::collections::BTreeSet;
use toml::de::{DeTable, DeValue};

/// Reads `seeds` and `--seeds`, which takes precedence. By default there is one seed, or one per fold.
pub(crate) fn seeds(reader: &mut Reader, sweep: &mut Sweep, root: &DeTable, overrides: &Overrides) {
    let folds = sweep.given.get("data.folds");
    let all = folds.and_then(|folds| u64::try_from(folds.integer()?).ok());
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
        let wrong = match seeds.is_empty() {
            true => Some("`--seeds` is empty"),
            false => (distinct.len() < seeds.len()).then_some("`--seeds` lists a seed twice"),
        };
        if let Some(message) = wrong {
            let place = Place {
                document: overrides::document("--seeds"),
                span: 0..7,
            };
            let label = "expected at least one seed, without duplicates";
            reader.faults.push(Fault::at(&place, message, label));
        }
    }
}

fn seed_list(node: &Node) -> Result<Vec<u64>, Vec<Wrong>> {
    if let DeValue::Array(items) = node.get_ref() {
        return several(node, items);
    }
    match whole(node).and_then(|n| usize::try_from(n).ok()) {
        Some(n) if (1..=MOST_SEEDS).contains(&n) => Ok((0..n as u64).collect()),
        _ => {
            let expected = format!("an integer from 1 to {MOST_SEEDS}, or a list of integers");
            Err(not_accepted(node, "`seeds`", &expected).into())
        }
    }
}

fn several(node: &Node, items: &[Node]) -> Result<Vec<u64>, Vec<Wrong>> {
    if items.is_empty() {
        let wrong = Wrong::new(
            node.span(),
            "`seeds` is empty",
            "expected at least one seed",
            None,
        );
        return Err(wrong.into());
    }
    if items.len() > MOST_SEEDS {
        let label = format!("expected at most {MOST_SEEDS} seeds");
        let message = SEEDS.exceeded("`seeds`", items.len());
        return Err(Wrong::new(node.span(), message, label, Some(SEEDS.help.to_owned())).into());
    }
    let mut seen = BTreeSet::new();
    all(items.iter().map(|item| one_seed(item, &mut seen)))
}

/// Reads one seed of a list that differs from those before it.
fn one_seed(item: &Node, seen: &mut BTreeSet<u64>) -> Result<u64, Wrong> {
    match whole(item).and_then(|seed| u64::try_from(seed).ok()) {
        Some(seed) if seen.insert(seed) => Ok(seed),
        Some(seed) => {
            let message = format!("`seeds` lists {seed} twice");
            let help = "list each seed once: a cell is trained once with each".to_owned();
            Err(Wrong::new(
                item.span(),
                message,
                "duplicate seed",
                Some(help),
            ))
        }
        None => Err(not_accepted(item, "a seed", "an integer of at least 0")),
    }
}
