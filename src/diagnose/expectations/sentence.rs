//! The sentence of a verdict: measured values, expected values, and the number of passing seeds.

use super::evaluate::{Answer, EvaluatedCell, EvaluatedCheck, EvaluatedRun};
use super::measure::smaller_is_better;
use super::spread::Spread;
use super::verdict::{CellVerdict, Status};
use crate::config::{Bounds, ExpectationCheck, Quantity, Value};
use crate::diagnose::fixes::{self, FixEffect, FixResult};
use crate::format;
use crate::format::number;
use crate::results::{CellResults, Results};
use std::collections::BTreeMap;

/// Returns the sentence of one cell: all checks if it passes, else those that fail or are undecided in some seed.
pub(super) fn of_cell(evaluated: &EvaluatedCell) -> String {
    let status = evaluated.status();
    let is_shown = |checked: &&EvaluatedCheck| {
        let mut answers = checked.runs.iter().map(|run| run.answer);
        match status {
            Status::Pass => true,
            Status::Fail => answers.any(|answer| answer == Answer::Fail),
            Status::Inconclusive => answers.any(|answer| answer != Answer::Pass),
        }
    };
    let shown: Vec<&EvaluatedCheck> = evaluated.checks.iter().filter(is_shown).collect();
    // A fix works for the cell, so the number of seeds says nothing else.
    let is_fix = |checked: &&EvaluatedCheck| matches!(checked.check, ExpectationCheck::FixedBy(_));
    let is_counted = !shown.iter().all(is_fix);
    let mut parts = Vec::new();
    let mut before = None;
    for checked in shown {
        let Some((measured, expected)) = measured(checked) else {
            continue;
        };
        // Several checks of one quantity share the measured values.
        if before.as_ref() == Some(&measured) {
            parts.push(expected);
        } else {
            parts.push(format!("{measured}, {expected}"));
            before = Some(measured);
        }
    }
    if status == Status::Inconclusive {
        parts.extend(undecided(&evaluated.runs));
    }
    if is_counted || parts.is_empty() {
        parts.push(count(evaluated, status));
    }
    parts.join("; ")
}

/// Returns `2 of 5 seeds pass, 4 required`.
fn count(evaluated: &EvaluatedCell, status: Status) -> String {
    let (passed, of) = (evaluated.passed(), evaluated.runs.len());
    let seeds = format::count(of, "seed");
    let is_one = passed == 1 || of == 1;
    let pass = if is_one { "passes" } else { "pass" };
    if status == Status::Pass && passed == of {
        format!("{passed} of {seeds} {pass}")
    } else {
        format!(
            "{passed} of {seeds} {pass}, {} required",
            evaluated.required
        )
    }
}

/// Returns `2 runs are undecided: not trained` for each reason.
fn undecided(runs: &[Answer]) -> Vec<String> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in runs {
        if let Answer::Undecided(why) = answer {
            *reasons.entry(why).or_default() += 1;
        }
    }
    let part = |(why, n): (&str, usize)| {
        let are = if n == 1 { "is" } else { "are" };
        format!("{} {are} undecided: {why}", format::count(n, "run"))
    };
    reasons.into_iter().map(part).collect()
}

/// Returns the measured and the expected values of a check over all seeds; `None` without measured values.
fn measured(checked: &EvaluatedCheck) -> Option<(String, String)> {
    let pair = match checked.check {
        ExpectationCheck::Outcome(wanted) => {
            let wanted: Vec<&str> = wanted.iter().map(|outcome| outcome.name()).collect();
            let expected = format!("expected {}", wanted.join(" or "));
            (outcomes(&checked.runs)?, expected)
        }
        ExpectationCheck::Diagnosis(wanted) => {
            let wanted: Vec<&str> = wanted.iter().map(|code| code.name()).collect();
            let expected = format!("expected {}", wanted.join(" or "));
            (diagnoses(&checked.runs)?, expected)
        }
        ExpectationCheck::FixedBy(kind) => {
            let fix = checked.fix?;
            let needed = format::count(fix.expected.needed, "seed");
            let expected = format!("expected {kind} to fix at least {needed}");
            (fixed(fix), expected)
        }
        ExpectationCheck::Bound { quantity, bounds } => {
            let expected = format!("expected {}", words(bounds));
            (
                spread(&checked.runs, *quantity, worst_within(bounds))?,
                expected,
            )
        }
        ExpectationCheck::BetterThan { other, quantity } => {
            let theirs = Spread::of(checked.runs.iter().filter_map(|run| run.other))
                .map(|spread| format!(" {}", number(spread.median)))
                .unwrap_or_default();
            let expected = format!("expected better than{theirs} with {}", pairs(other));
            let worst = match smaller_is_better(*quantity) {
                true => Worst::Highest,
                false => Worst::Lowest,
            };
            (spread(&checked.runs, *quantity, worst)?, expected)
        }
    };
    Some(pair)
}

/// Returns `outcome is finished in 3 of 5 seeds and diverged in 2`.
fn outcomes(runs: &[EvaluatedRun]) -> Option<String> {
    let outcomes = runs.iter().filter_map(|run| run.outcome);
    grouped("outcome", outcomes.map(|name| (name, None)), runs.len())
}

/// Returns `diagnosis is vanishing-gradients in 4 of 5 seeds and dead-relu in seed 3`.
fn diagnoses(runs: &[EvaluatedRun]) -> Option<String> {
    let diagnoses = runs.iter().filter_map(|run| run.diagnosis);
    let named = diagnoses.map(|(seed, code)| (code.name(), Some(seed)));
    grouped("diagnosis", named, runs.len())
}

/// Describes the words of all seeds, the most frequent first; `None` without words. `of` is the number of all seeds. A
/// less frequent word of a single seed names the seed, if it is known.
fn grouped<'a>(
    what: &str,
    words: impl Iterator<Item = (&'a str, Option<u64>)>,
    of: usize,
) -> Option<String> {
    let mut seeds: BTreeMap<&str, Vec<Option<u64>>> = BTreeMap::new();
    for (word, seed) in words {
        seeds.entry(word).or_default().push(seed);
    }
    let mut groups: Vec<(&str, Vec<Option<u64>>)> = seeds.into_iter().collect();
    groups.sort_by_key(|(_, seeds)| std::cmp::Reverse(seeds.len()));
    let (first, others) = groups.split_first()?;
    let mut text = match of {
        1 => format!("{what} is {}", first.0),
        _ => format!("{what} is {} in {} of {of} seeds", first.0, first.1.len()),
    };
    for (i, (word, seeds)) in others.iter().enumerate() {
        text += if i + 1 == others.len() { " and " } else { ", " };
        text += &match seeds[..] {
            [Some(seed)] => format!("{word} in seed {seed}"),
            _ => format!("{word} in {}", seeds.len()),
        };
    }
    Some(text)
}

/// Returns `depth = 4 fixes 5 of 5 seeds (skill 0.01 → 0.97)`.
fn fixed(fix: &FixResult) -> String {
    match &fix.best {
        None if fix.diagnosis.is_empty() => "the cell is healthy and needs no fix".to_owned(),
        None => format!(
            "{} does not apply to the cell{}",
            fix.expected.kind,
            reasons(fix)
        ),
        Some((edits, effect)) => format!(
            "{} fixes {} of {} (skill {} → {}{})",
            fixes::pairs(edits),
            effect.fixed,
            format::count(effect.of, "seed"),
            number(effect.before),
            number(effect.after),
            not_gained(effect)
        ),
    }
}

/// Returns the reasons why a fix does not apply, without duplicates, such as `: a batch already has all rows`.
fn reasons(fix: &FixResult) -> String {
    let mut all: Vec<String> = Vec::new();
    for edit in &fix.rejected {
        let reason = edit.reason.to_string();
        if !all.contains(&reason) {
            all.push(reason);
        }
    }
    match all.is_empty() {
        true => String::new(),
        false => format!(": {}", all.join("; ")),
    }
}

/// Returns `, validation skill 0.31 → 0.22` if the skill on validation rows did not rise.
fn not_gained(effect: &FixEffect) -> String {
    let fell = effect.held_out.filter(|[before, after]| after <= before);
    fell.map_or_else(String::new, |[before, after]| {
        let (before, after) = (number(before), number(after));
        format!(", validation skill {before} → {after}")
    })
}

/// The end of a spread that is nearest to failing a check, or fails it.
enum Worst {
    Highest,
    Lowest,
    /// Both ends can fail.
    Either,
}

fn worst_within(bounds: &Bounds) -> Worst {
    let capped = bounds.below.is_some() || bounds.at_most.is_some();
    let floored = bounds.above.is_some() || bounds.at_least.is_some();
    match (capped, floored) {
        (true, false) => Worst::Highest,
        (false, true) => Worst::Lowest,
        _ => Worst::Either,
    }
}

/// Returns `train_loss is 0.31 (median of 5 seeds, highest 0.4)`.
fn spread(runs: &[EvaluatedRun], quantity: Quantity, worst: Worst) -> Option<String> {
    let spread = Spread::of(runs.iter().filter_map(|run| run.value))?;
    let [low, median, high] = [spread.low, spread.median, spread.high].map(number);
    let name = quantity.name();
    Some(match (spread.n, worst) {
        (1, _) => format!("{name} is {median}"),
        (n, _) if low == high => format!("{name} is {median} in {n} seeds"),
        (n, Worst::Highest) => format!("{name} is {median} (median of {n} seeds, highest {high})"),
        (n, Worst::Lowest) => format!("{name} is {median} (median of {n} seeds, lowest {low})"),
        (n, Worst::Either) => format!("{name} is {median} (median of {n} seeds, {low} to {high})"),
    })
}

/// Returns `above 0.1 and below 0.5`.
fn words(bounds: &Bounds) -> String {
    let parts = [
        ("above", bounds.above),
        ("at least", bounds.at_least),
        ("below", bounds.below),
        ("at most", bounds.at_most),
    ];
    parts
        .iter()
        .filter_map(|(word, bound)| bound.map(|bound| format!("{word} {}", Value::Number(bound))))
        .collect::<Vec<_>>()
        .join(" and ")
}

/// Returns `optimizer = adam, lr = 0.1`.
fn pairs(values: &[(String, Value)]) -> String {
    values
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Returns the sentence of all cells, with the first of the worst cells as an example.
pub(super) fn of_cells(cells: &[CellVerdict], results: &Results) -> String {
    // The first of the worst cells.
    let worst = cells.iter().rev().max_by_key(|cell| cell.status);
    let Some(worst) = worst else {
        let stopped = results.cells.iter().any(CellResults::is_stopped);
        return match stopped {
            true => "all selected cells are pruned by `[stop]`",
            false => "`where` selects no cell of this sweep",
        }
        .to_owned();
    };
    let varied = results
        .cells
        .iter()
        .find(|cell| cell.cell.index == worst.cell)
        .map(|cell| pairs(&cell.cell.varied))
        .unwrap_or_default();
    let same = cells.iter().filter(|cell| cell.status == worst.status);
    let same = same.count();
    let which = match (same, cells.len()) {
        (_, 1) => return worst.sentence.clone(),
        (2, 2) => "both cells".to_owned(),
        (same, of) if same == of => format!("all {of} cells"),
        (same, of) => format!("{same} of {of} cells"),
    };
    let verb = match (worst.status, same) {
        (Status::Pass, _) => "pass",
        (Status::Fail, 1) => "fails",
        (Status::Fail, _) => "fail",
        (Status::Inconclusive, 1) => "is inconclusive",
        (Status::Inconclusive, _) => "are inconclusive",
    };
    let example = match same {
        1 => "",
        _ => "for example ",
    };
    format!("{which} {verb}, {example}{varied}: {}", worst.sentence)
}
