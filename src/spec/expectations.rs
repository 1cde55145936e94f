//! Reads `[[expect]]` blocks.

use super::convert::{self, Node, shape, whole};
use super::describe::describe;
use super::kind::either;
use super::place::Place;
use super::reader::{Reader, Section};
use super::selector::{bounds, selector};
use super::suggest::nearest;
use super::sweep::{Bounds, Check, Expectation, Quantity, Selector};
use super::wrong::{Wrong, all};
use crate::code::Code;
use crate::remedy::{LEAST_SEEDS, Remedy};
use toml::de::{DeTable, DeValue};

/// The outcomes that can be expected.
pub(crate) const OUTCOMES: [&str; 8] = [
    "finished",
    "stopped",
    "converged",
    "stopped-early",
    "diverged",
    "timed-out",
    "too-large",
    "failed",
];

/// The keys of a block that are not quantities.
pub(crate) const KEYS: [&str; 8] = [
    "name",
    "where",
    "seeds",
    "outcome",
    "diagnosis",
    "cured_by",
    "better_than",
    "on",
];

/// An expectation with the places of its `where` and its checks.
pub(crate) struct Read {
    pub expectation: Expectation,
    pub place: Place,
    pub checks: Vec<Place>,
}

/// Reads one block. The node is its header or braces.
pub(crate) fn expectation(reader: &mut Reader, node: &Node, file_seeds: usize) -> Option<Read> {
    let table = reader.table(node, "[[expect]]")?;
    let before = reader.faults.len();
    let mut read = Read {
        expectation: Expectation {
            name: String::new(),
            line: reader.place(node.span()).line(),
            selector: Selector::default(),
            seeds: None,
            checks: Vec::new(),
        },
        place: reader.place(node.span()),
        checks: Vec::new(),
    };
    let on = on(reader, table);
    for (name, node) in table {
        let expectation = &mut read.expectation;
        let place = reader.place(node.span());
        let check = match name.get_ref().as_ref() {
            "name" => {
                let text = text(node, "name");
                expectation.name = reader.check(text).unwrap_or_default();
                continue;
            }
            "where" => {
                expectation.selector = selector(reader, node);
                read.place = place;
                continue;
            }
            "seeds" => {
                let seeds = seeds(node, file_seeds);
                expectation.seeds = reader.check(seeds);
                continue;
            }
            "on" => continue,
            "outcome" => {
                let outcomes = outcomes(node);
                reader.check(outcomes).map(Check::Outcome)
            }
            "diagnosis" => {
                let codes = diagnoses(node);
                reader.check(codes).map(Check::Diagnosis)
            }
            "cured_by" => {
                let remedy = remedy(node, file_seeds);
                reader.check(remedy).map(Check::CuredBy)
            }
            "better_than" => better_than(reader, node, on),
            other => match quantity(other) {
                Some(quantity) => {
                    let bounds = bound(node, other);
                    reader
                        .check(bounds)
                        .map(|bounds| Check::Bound { quantity, bounds })
                }
                None => {
                    let names = KEYS.into_iter().chain(Quantity::ALL.map(Quantity::name));
                    reader.unknown_name(name.span(), other, &names.collect::<Vec<_>>());
                    None
                }
            },
        };
        if let Some(check) = check {
            expectation.checks.push(check);
            read.checks.push(place);
        }
    }
    if reader.faults.len() > before {
        return None;
    }
    if read.expectation.checks.is_empty() {
        let help = "add a check, such as skill = { above = 0.85 } or outcome = \"finished\"";
        reader.fault(
            node.span(),
            "an [[expect]] block has no checks",
            "expected a quantity with bounds, `outcome`, `diagnosis`, `cured_by` or `better_than`",
            Some(help.to_owned()),
        );
        return None;
    }
    if read.expectation.name.is_empty() {
        read.expectation.name = describe(&read.expectation);
    }
    Some(read)
}

fn quantity(name: &str) -> Option<Quantity> {
    Quantity::ALL
        .into_iter()
        .find(|quantity| quantity.name() == name)
}

fn text(node: &Node, key: &str) -> Result<String, Wrong> {
    match node.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        _ => Err(Wrong::new(
            node.span(),
            format!("`{key}` has the wrong type"),
            format!("expected a string in quotes, found {}", shape(node)),
            None,
        )),
    }
}

fn seeds(node: &Node, of: usize) -> Result<usize, Wrong> {
    match whole(node).and_then(|k| usize::try_from(k).ok()) {
        Some(k) if (1..=of).contains(&k) => Ok(k),
        _ => Err(Wrong::new(
            node.span(),
            "`seeds` of an [[expect]] block is out of range",
            format!("expected a whole number from 1 to {of}, the number of seeds of this file"),
            Some(
                "`seeds` is how many seeds must pass at least; remove it to require all".to_owned(),
            ),
        )),
    }
}

fn on(reader: &mut Reader, table: &DeTable) -> Quantity {
    let Some((name, node)) = table.get_key_value("on") else {
        return Quantity::TrainLoss;
    };
    if !table.contains_key("better_than") {
        let help = "`on` sets the quantity that `better_than` compares".to_owned();
        reader.fault(
            name.span(),
            "`on` without `better_than`",
            "expected `better_than` in this block",
            Some(help),
        );
    }
    let found = text(node, "on").and_then(|found| {
        quantity(&found).ok_or_else(|| {
            let message = format!("`on` cannot be \"{found}\"");
            no_such(node, &found, message, &Quantity::ALL.map(Quantity::name))
        })
    });
    reader.check(found).unwrap_or(Quantity::TrainLoss)
}

fn outcomes(node: &Node) -> Result<Vec<String>, Vec<Wrong>> {
    one_or_several(node, |node| {
        let found = text(node, "outcome")?;
        match OUTCOMES.contains(&found.as_str()) {
            true => Ok(found),
            false => {
                let message = format!("unknown outcome \"{found}\"");
                Err(no_such(node, &found, message, &OUTCOMES))
            }
        }
    })
}

fn diagnoses(node: &Node) -> Result<Vec<Code>, Vec<Wrong>> {
    one_or_several(node, |node| {
        let found = text(node, "diagnosis")?;
        Code::of(&found).ok_or_else(|| {
            let message = format!("unknown diagnosis \"{found}\"");
            no_such(node, &found, message, &Code::ALL.map(Code::name))
        })
    })
}

/// Reads a fix, which needs several seeds to be verified.
fn remedy(node: &Node, file_seeds: usize) -> Result<Remedy, Wrong> {
    let found = text(node, "cured_by")?;
    let Some(remedy) = Remedy::of(&found) else {
        let message = format!("unknown fix \"{found}\"");
        return Err(no_such(
            node,
            &found,
            message,
            &Remedy::ALL.map(Remedy::name),
        ));
    };
    if file_seeds < LEAST_SEEDS {
        return Err(Wrong::new(
            node.span(),
            format!("`cured_by` needs at least {LEAST_SEEDS} seeds"),
            format!("this file has {file_seeds}, too few to rule out chance"),
            Some(format!("set seeds = {LEAST_SEEDS} at the top of the file")),
        ));
    }
    Ok(remedy)
}

/// Reads one value, or a list of values.
fn one_or_several<T>(
    node: &Node,
    one: impl Fn(&Node) -> Result<T, Wrong>,
) -> Result<Vec<T>, Vec<Wrong>> {
    match node.get_ref() {
        DeValue::Array(items) if !items.is_empty() => all(items.iter().map(one)),
        _ => Ok(vec![one(node)?]),
    }
}

/// Returns the error of a word that is none of these.
fn no_such(node: &Node, found: &str, message: String, names: &[&str]) -> Wrong {
    let near = nearest(found, names.iter().copied());
    Wrong::new(
        node.span(),
        message,
        format!("expected {}", either(names)),
        near.map(|near| format!("did you mean \"{near}\"?")),
    )
}

fn bound(node: &Node, key: &str) -> Result<Bounds, Vec<Wrong>> {
    match node.get_ref() {
        DeValue::Table(table) => bounds(node, table, key),
        _ => Err(Wrong::new(
            node.span(),
            format!("`{key}` has the wrong type"),
            format!("expected bounds, found {}", shape(node)),
            Some(format!(
                "write {key} = {{ above = …, below = … }}, or one of the two"
            )),
        )
        .into()),
    }
}

fn better_than(reader: &mut Reader, node: &Node, quantity: Quantity) -> Option<Check> {
    let table = reader.table(node, "`better_than`")?;
    let mut other = Vec::new();
    for entry in reader.entries(table) {
        if let Some(key) = reader.key(Section::Full, &entry.name, entry.span) {
            let value = convert::value(entry.node, &key.kind, key.name);
            if let Some(value) = reader.check_key(key, value) {
                other.push((key.name.to_owned(), value));
            }
        }
    }
    if table.is_empty() {
        let label = "expected the keys in which the other cell differs";
        let help = "for example, write better_than = { optimizer = \"adam\" }".to_owned();
        reader.fault(
            node.span(),
            "`better_than` names no other cell",
            label,
            Some(help),
        );
    }
    Some(Check::BetterThan { other, quantity })
}
