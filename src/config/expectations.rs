//! Reads `[[expect]]` blocks.

use super::convert::{self, Node, real, shape, whole};
use super::deprecated;
use super::describe::describe;
use super::kind::{Interval, either};
use super::place::Place;
use super::reader::{Reader, Section};
use super::selector::{Bound, bounds, selector};
use super::suggest::{quoted, suggestion};
use super::sweep::{Bounds, Expectation, ExpectationCheck, Quantity, Selector};
use crate::codes::{Code, OutcomeName};
use crate::config::value_error::{Wrong, all, none_or};
use crate::fix_kind::{FixKind, LEAST_SEEDS};
use toml::de::DeTable;

/// The keys of a block that are not quantities.
pub(crate) const KEYS: [&str; 8] = [
    "name",
    "where",
    "seeds",
    "outcome",
    "diagnosis",
    "fixed_by",
    "better_than",
    "on",
];

/// An expectation with the places of its `where` and its checks.
pub(crate) struct PlacedExpectation {
    pub expectation: Expectation,
    pub place: Place,
    pub checks: Vec<Place>,
}

/// Reads one block. The node is its header or braces.
pub(crate) fn expectation(
    reader: &mut Reader,
    node: &Node,
    file_seeds: usize,
) -> Option<PlacedExpectation> {
    let table = reader.table(node, "[[expect]]")?;
    let before = reader.faults.len();
    let mut read = PlacedExpectation {
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
    given_twice(reader, table);
    for (name, node) in table {
        let expectation = &mut read.expectation;
        let place = reader.place(node.span());
        let check = match deprecated::current(deprecated::EXPECT, name.get_ref()) {
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
                reader.check(outcomes).map(ExpectationCheck::Outcome)
            }
            "diagnosis" => {
                let codes = diagnoses(node);
                reader.check(codes).map(ExpectationCheck::Diagnosis)
            }
            "fixed_by" => {
                let kind = fix_kind(node, file_seeds);
                reader.check(kind).map(ExpectationCheck::FixedBy)
            }
            "better_than" => better_than(reader, node, on),
            other => match Quantity::of(other) {
                Some(quantity) => {
                    let bounds = bound(node, quantity);
                    reader
                        .check(bounds)
                        .map(|bounds| ExpectationCheck::Bound { quantity, bounds })
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
            "expected a quantity with bounds, `outcome`, `diagnosis`, `fixed_by` or `better_than`",
            Some(help.to_owned()),
        );
        return None;
    }
    if read.expectation.name.is_empty() {
        read.expectation.name = describe(&read.expectation);
    }
    Some(read)
}

/// A key under its old and its new name.
fn given_twice(reader: &mut Reader, table: &DeTable) {
    for name in table.keys() {
        let now = deprecated::current(deprecated::EXPECT, name.get_ref());
        if now != name.get_ref() && table.contains_key(now) {
            let label = format!("the old name of `{now}`");
            let help = "keep one of the two".to_owned();
            reader.fault(
                name.span(),
                format!("`{now}` is given twice"),
                label,
                Some(help),
            );
        }
    }
}

fn text(node: &Node, key: &str) -> Result<String, Wrong> {
    let wrong = || {
        Wrong::new(
            node.span(),
            format!("`{key}` has the wrong type"),
            format!("expected a string in quotes, found {}", shape(node)),
            None,
        )
    };
    node.get_ref().as_str().map(str::to_owned).ok_or_else(wrong)
}

fn seeds(node: &Node, of: usize) -> Result<usize, Wrong> {
    match whole(node).and_then(|k| usize::try_from(k).ok()) {
        Some(k) if (1..=of).contains(&k) => Ok(k),
        _ => {
            let what = "`seeds` of an [[expect]] block";
            let expected = format!("an integer from 1 to {of}, the number of seeds of this file");
            let help = "`seeds` is how many seeds must pass at least; remove it to require all";
            Err(Wrong {
                help: Some(help.to_owned()),
                ..convert::not_accepted(node, what, &expected)
            })
        }
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
        Quantity::of(&found).ok_or_else(|| {
            let message = format!("`on` cannot be \"{found}\"");
            no_such(node, &found, message, &Quantity::ALL.map(Quantity::name))
        })
    });
    reader.check(found).unwrap_or(Quantity::TrainLoss)
}

fn outcomes(node: &Node) -> Result<Vec<OutcomeName>, Vec<Wrong>> {
    one_or_several(node, |node| {
        let found = text(node, "outcome")?;
        let found = deprecated::current(deprecated::OUTCOME, &found);
        OutcomeName::of(found).ok_or_else(|| {
            let message = format!("unknown outcome \"{found}\"");
            let names = OutcomeName::ALL.map(OutcomeName::name);
            no_such(node, found, message, &names)
        })
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
fn fix_kind(node: &Node, file_seeds: usize) -> Result<FixKind, Wrong> {
    let found = text(node, "fixed_by")?;
    let found = deprecated::current(deprecated::FIXED_BY, &found);
    let Some(kind) = FixKind::of(found) else {
        let message = format!("unknown fix \"{found}\"");
        return Err(no_such(
            node,
            found,
            message,
            &FixKind::ALL.map(FixKind::name),
        ));
    };
    if file_seeds < LEAST_SEEDS {
        return Err(Wrong::new(
            node.span(),
            format!("`fixed_by` needs at least {LEAST_SEEDS} seeds"),
            format!("this file has {file_seeds}, too few to rule out chance"),
            Some(format!("set seeds = {LEAST_SEEDS} at the top of the file")),
        ));
    }
    Ok(kind)
}

/// Reads one value, or a list of values.
fn one_or_several<T>(
    node: &Node,
    one: impl Fn(&Node) -> Result<T, Wrong>,
) -> Result<Vec<T>, Vec<Wrong>> {
    match node.get_ref().as_array() {
        Some(items) if !items.is_empty() => all(items.iter().map(one)),
        _ => Ok(vec![one(node)?]),
    }
}

/// Returns the error of a word that is none of these.
fn no_such(node: &Node, found: &str, message: String, names: &[&str]) -> Wrong {
    let help = suggestion(found, names.iter().copied(), quoted);
    Wrong::new(
        node.span(),
        message,
        format!("expected {}", either(names)),
        help,
    )
}

fn bound(node: &Node, quantity: Quantity) -> Result<Bounds, Vec<Wrong>> {
    let key = quantity.name();
    match node.get_ref().as_table() {
        Some(table) => {
            let bounds = bounds(node, table, key)?;
            let impossible = table.iter().filter_map(|(name, node)| {
                let bound = Bound::of(name.get_ref())?;
                impossible(quantity, bound, node)
            });
            none_or(impossible.collect(), bounds)
        }
        None => Err(Wrong::new(
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

/// Returns the error of a bound that lies outside of the possible values of a quantity, or that excludes all of them.
fn impossible(quantity: Quantity, bound: Bound, node: &Node) -> Option<Wrong> {
    let Interval {
        low,
        low_included,
        high,
        high_included,
    } = quantity.range();
    let value = real(node)?;
    let excludes_all = match bound {
        Bound::Above => value >= high,
        Bound::AtLeast => value > high || value == high && !high_included,
        Bound::Below => value <= low,
        Bound::AtMost => value < low || value == low && !low_included,
    };
    if !excludes_all && (low..=high).contains(&value) {
        return None;
    }
    let (name, bound) = (quantity.name(), bound.name());
    let message = match excludes_all {
        true => format!("`{name}` is never {} {value}", bound.replace('_', " ")),
        false => format!("`{name}` is always {} {value}", bound.replace('_', " ")),
    };
    // A percentage in place of a share.
    let share = (high == 1.0 && (2.0..=100.0).contains(&value)).then(|| value / 100.0);
    let help = share.map(|share| format!("did you mean {bound} = {share}?"));
    let label = format!("`{name}` is {}", quantity.range().describe("a number"));
    Some(Wrong::new(node.span(), message, label, help))
}

fn better_than(reader: &mut Reader, node: &Node, quantity: Quantity) -> Option<ExpectationCheck> {
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
    Some(ExpectationCheck::BetterThan { other, quantity })
}
