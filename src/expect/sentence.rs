//! What was seen of an expectation, in words.

use super::judge::{Answer, Checked, Judged, Seen};
use super::measure::{Spread, smaller_is_better};
use super::{CellVerdict, Status};
use crate::code::Code;
use crate::fix::{self, Cure};
use crate::number::{self, number};
use crate::results::{CellResults, Results};
use crate::spec::{Bounds, Check, Quantity, Value};
use std::collections::BTreeMap;

/// One cell: the check that did worst, then how many seeds passed.
pub(super) fn of_cell(judged: &Judged) -> String {
    let status = judged.status();
    // The first of those that did worst, which is the last from behind.
    let worst = judged.checks.iter().rev().max_by_key(|c| failed(c));
    let told: Vec<&Checked> = match status {
        Status::Pass => judged.checks.iter().collect(),
        Status::Fail | Status::Inconclusive => worst.into_iter().collect(),
    };
    let mut parts = Vec::new();
    let mut before = None;
    for checked in told {
        let Some((seen, wanted)) = seen(checked) else {
            continue;
        };
        // Several checks of one quantity see the same.
        if before.as_ref() == Some(&seen) {
            parts.push(wanted);
        } else {
            parts.push(format!("{seen}, {wanted}"));
            before = Some(seen);
        }
    }
    if status == Status::Inconclusive {
        parts.push(open(&judged.runs));
    }
    parts.push(count(judged, status));
    parts.join("; ")
}

/// Seeds that a check failed, then those that it left open.
fn failed(checked: &Checked) -> (usize, usize) {
    let count = |f: fn(&Answer) -> bool| checked.seen.iter().filter(|s| f(&s.answer)).count();
    (
        count(|a| *a == Answer::Fail),
        count(|a| matches!(a, Answer::Undecided(_))),
    )
}

/// `2 of 5 seeds passed, 4 wanted`.
fn count(judged: &Judged, status: Status) -> String {
    let (passed, of) = (judged.passed(), judged.runs.len());
    let seeds = number::count(of, "seed");
    if status == Status::Pass && passed == of {
        format!("{passed} of {seeds}")
    } else {
        format!("{passed} of {seeds} passed, {} wanted", judged.wanted)
    }
}

/// `2 runs not trained, 1 run failed or timed out`.
fn open(runs: &[Answer]) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for answer in runs {
        if let Answer::Undecided(why) = answer {
            *reasons.entry(why).or_default() += 1;
        }
    }
    reasons
        .iter()
        .map(|(why, n)| format!("{} undecided: {why}", number::count(*n, "run")))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What one check saw over the seeds, and what it wanted; nothing where it saw nothing.
fn seen(checked: &Checked) -> Option<(String, String)> {
    let pair = match checked.check {
        Check::Outcome(wanted) => {
            let wanted = format!("wanted {}", wanted.join(" or "));
            (outcomes(&checked.seen)?, wanted)
        }
        Check::Diagnosis(wanted) => {
            let wanted: Vec<&str> = wanted.iter().map(|code| code.name()).collect();
            let wanted = format!("wanted {}", wanted.join(" or "));
            (diagnoses(&checked.seen)?, wanted)
        }
        Check::CuredBy(remedy) => {
            let cure = checked.cure?;
            let needed = number::count(cure.wanted.needed, "seed");
            let wanted = format!("wanted fixed by {remedy} in {needed}");
            (cured(cure), wanted)
        }
        Check::Bound { quantity, bounds } => {
            let wanted = format!("wanted {}", words(bounds));
            (
                spread(&checked.seen, *quantity, worst_within(bounds))?,
                wanted,
            )
        }
        Check::BetterThan { other, quantity } => {
            let theirs = Spread::of(checked.seen.iter().filter_map(|s| s.other))
                .map(|spread| format!(" ({} there)", number(spread.median)))
                .unwrap_or_default();
            let wanted = format!("wanted better than with {}{theirs}", pairs(other));
            let worst = match smaller_is_better(*quantity) {
                true => Worst::Highest,
                false => Worst::Lowest,
            };
            (spread(&checked.seen, *quantity, worst)?, wanted)
        }
    };
    Some(pair)
}

/// `3 finished, 2 diverged`.
fn outcomes(seen: &[Seen]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in seen.iter().filter_map(|seen| seen.outcome) {
        *counts.entry(name).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(o, n)| format!("{n} {o}")).collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

/// `4 of 5 seeds: vanishing-gradients; seed 3: dead-relu`.
fn diagnoses(seen: &[Seen]) -> Option<String> {
    let mut seeds: BTreeMap<Code, Vec<u64>> = BTreeMap::new();
    for (seed, code) in seen.iter().filter_map(|seen| seen.diagnosis) {
        seeds.entry(code).or_default().push(seed);
    }
    let mut groups: Vec<(Code, Vec<u64>)> = seeds.into_iter().collect();
    groups.sort_by_key(|(_, seeds)| std::cmp::Reverse(seeds.len()));
    let words = |(place, (code, seeds)): (usize, &(Code, Vec<u64>))| match seeds.as_slice() {
        [seed] if place > 0 => format!("seed {seed}: {code}"),
        _ => format!(
            "{} of {}: {code}",
            seeds.len(),
            number::count(seen.len(), "seed")
        ),
    };
    let groups: Vec<String> = groups.iter().enumerate().map(words).collect();
    (!groups.is_empty()).then(|| groups.join("; "))
}

/// `depth = 4 cures 5 of 5 seeds (skill 0.01 → 0.97)`.
fn cured(cure: &Cure) -> String {
    match &cure.dose {
        None if cure.diagnosis.is_empty() => "there is nothing to cure: it is healthy".to_owned(),
        None => format!(
            "{} makes no other cell of it that could be trained{}",
            cure.wanted.remedy,
            reasons(cure)
        ),
        Some((edits, judged)) => format!(
            "{} cures {} of {} (skill {} → {}{})",
            fix::pairs(edits),
            judged.cured,
            number::count(judged.of, "seed"),
            number(judged.before),
            number(judged.after),
            not_gained(judged)
        ),
    }
}

/// `: unchanged: the cell has these values already`, each reason once.
fn reasons(cure: &Cure) -> String {
    let mut all: Vec<String> = Vec::new();
    for edit in &cure.rejected {
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

/// `, validation skill 0.31 → 0.22`, where the skill on the rows that are held out did not rise.
fn not_gained(judged: &fix::Judged) -> String {
    let fell = judged.held_out.filter(|[before, after]| after <= before);
    fell.map_or_else(String::new, |[before, after]| {
        let (before, after) = (number(before), number(after));
        format!(", validation skill {before} → {after}")
    })
}

/// The end of a spread that is nearest to failing, or past it.
enum Worst {
    Highest,
    Lowest,
    /// Both may fail.
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

/// `train_loss was 0.31 (median of 5 seeds, worst 0.4)`.
fn spread(seen: &[Seen], quantity: Quantity, worst: Worst) -> Option<String> {
    let spread = Spread::of(seen.iter().filter_map(|s| s.value))?;
    let [low, median, high] = [spread.low, spread.median, spread.high].map(number);
    let name = quantity.name();
    Some(match (spread.n, worst) {
        (1, _) => format!("{name} was {median}"),
        (n, _) if low == high => format!("{name} was {median} ({n} seeds)"),
        (n, Worst::Highest) => format!("{name} was {median} (median of {n} seeds, worst {high})"),
        (n, Worst::Lowest) => format!("{name} was {median} (median of {n} seeds, worst {low})"),
        (n, Worst::Either) => format!("{name} was {median} (median of {n} seeds, {low} to {high})"),
    })
}

/// `above 0.1 and below 0.5`.
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

/// `optimizer = adam, lr = 0.1`.
fn pairs(values: &[(String, Value)]) -> String {
    values
        .iter()
        .map(|(key, value)| format!("{key} = {value}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// All cells: the worst of them speaks.
pub(super) fn of_cells(cells: &[CellVerdict], results: &Results) -> String {
    // The first of the worst.
    let worst = cells.iter().rev().max_by_key(|cell| cell.status);
    let Some(worst) = worst else {
        let stopped = results.cells.iter().any(CellResults::is_stopped);
        return match stopped {
            true => "every cell that it selects was stopped on the way",
            false => "no cell of this sweep is selected",
        }
        .to_owned();
    };
    let varied = results
        .cells
        .iter()
        .find(|cell| cell.cell.index == worst.cell)
        .map(|cell| pairs(&cell.cell.varied))
        .unwrap_or_default();
    match (cells.len(), worst.status) {
        (1, _) => worst.sentence.clone(),
        (n, Status::Pass) => format!("in all {n} cells, as with {varied}: {}", worst.sentence),
        (n, status) => {
            let alike = cells.iter().filter(|cell| cell.status == status).count();
            format!(
                "in {alike} of {n} cells, as with {varied}: {}",
                worst.sentence
            )
        }
    }
}
