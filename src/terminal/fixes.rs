//! Tested fixes as text.

use super::output::{BOLD, DIM, GREEN, RED, YELLOW, painted};
use super::text::Text;
use crate::diagnose::fixes::{
    Failure, FixStatus, Fixes, RejectedFix, TrainedFix, compared, kind, pairs, rejected_pairs,
    skill, to_set,
};
use crate::format::count;

/// Returns the failing cells of a sweep with their fixes, and a tally. With `verbose`, also the suggested fixes that do
/// not apply.
pub fn fixes(fixes: &Fixes, verbose: bool) -> Text {
    let mut text = Text::default();
    for failure in &fixes.failures {
        text.add(cell(failure, verbose));
    }
    text.line(tally(fixes));
    if let Some(control) = fixes.control.as_ref().filter(|control| control.of > 0) {
        text.line(format_args!("fixed: {}", compared(control)));
    }
    text
}

/// Returns the lines of one failing cell.
fn cell(failure: &Failure, verbose: bool) -> Text {
    let also = failure.second.as_ref();
    let also = also.map_or_else(String::new, |code| format!(", possibly {code}"));
    let Failure {
        name, diagnosis, ..
    } = failure;
    let mut text = Text::default();
    text.line(format_args!("  {}: {diagnosis}{also}", painted(name, BOLD)));
    let all = failure.trials.iter();
    let all = all.flat_map(|fix| [Some(fix), fix.control.as_deref()]);
    let lines = all.flatten().map(columns);
    let widths = lines.fold([0, 0], |widest, line| {
        [0, 1].map(|i| widest[i].max(line[i].chars().count()))
    });
    for fix in &failure.trials {
        text.line(line(failure, fix, widths));
        if let Some(control) = &fix.control {
            text.line(line(failure, control, widths));
        }
    }
    // Without any tested fix, the reasons are the only information.
    if verbose || failure.status == FixStatus::NothingKnown {
        for fix in &failure.rejected {
            text.line(rejected(fix));
        }
    }
    if let Some(decided) = &failure.decided {
        text.line(format_args!("    {decided}"));
    }
    match (failure.status, failure.verified_fixes().next()) {
        (FixStatus::Fixed, Some(fix)) => {
            let (sections, lines) = to_set(&fix.toml);
            text.line(format_args!(
                "    smallest verified fix; set in {sections}:"
            ));
            for line in lines.lines() {
                text.line(format_args!("      {line}"));
            }
        }
        (FixStatus::Open, _) => {
            text.line("    unknown: runs are missing, incomplete or too large for memory");
        }
        (FixStatus::NothingKnown, _) => text.line(format_args!(
            "    {}: {} for {}",
            painted("not fixed", RED),
            match failure.rejected.is_empty() {
                true => "no fix is known",
                false => "no suggested fix applies to this cell",
            },
            failure.code
        )),
        _ => text.line(format_args!(
            "    {}: no suggested fix restores the skill in most seeds",
            painted("not fixed", RED)
        )),
    }
    text
}

/// Returns a suggested fix that the cell does not allow, with the reason.
fn rejected(fix: &RejectedFix) -> String {
    let edits = match rejected_pairs(fix) {
        edits if edits.is_empty() => edits,
        edits => format!(" ({edits})"),
    };
    let text = format!("{}{edits} does not apply: {}", fix.remedy, fix.message);
    format!("    {}", painted(text, DIM))
}

/// Returns the kind of change, and the changed keys.
fn columns(fix: &TrainedFix) -> [String; 2] {
    [kind(fix).to_owned(), pairs(&fix.edits)]
}

/// Returns the line of one change, with the skill before and after.
fn line(failure: &Failure, fix: &TrainedFix, widths: [usize; 2]) -> String {
    let [kind, edits] = columns(fix);
    let (before, after) = (skill(failure.before), skill(fix.after));
    let (word, style) = match (fix.verified, 2 * (fix.cured + fix.open) > fix.of) {
        (true, _) => ("verified".to_owned(), GREEN),
        (false, true) => ("unknown, runs are missing".to_owned(), YELLOW),
        (false, false) => (
            format!(
                "{} after the change{}",
                fix.diagnosis,
                not_gained(failure, fix)
            ),
            DIM,
        ),
    };
    format!(
        "    {kind:<0$}  {edits:<1$}  {2} {before} → {after}, works in {3} of {4}: {5}",
        widths[0],
        widths[1],
        failure.measure,
        fix.cured,
        count(fix.of, "seed"),
        painted(word, style)
    )
}

/// Returns `, validation skill did not rise: 0.31 → 0.22` if the skill on validation rows did not rise.
fn not_gained(failure: &Failure, fix: &TrainedFix) -> String {
    let shown = failure.measure == "validation_skill";
    let fell = fix
        .held_out
        .filter(|[before, after]| after.0 <= before.0 && !shown);
    fell.map_or_else(String::new, |skills| {
        let [before, after] = skills.map(|real| skill(Some(real)));
        format!(", validation skill did not rise: {before} → {after}")
    })
}

/// Returns `3 failing cells: 2 fixed, 1 not fixed`.
fn tally(fixes: &Fixes) -> String {
    let all = &fixes.failures;
    let parts = [
        (FixStatus::Fixed, "fixed"),
        (FixStatus::NotFixed, "not fixed"),
        (FixStatus::NothingKnown, "without an applicable fix"),
        (FixStatus::Open, "unknown"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(status, word)| (all.iter().filter(|f| f.status == status).count(), word))
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    match all.len() {
        0 => "  no cell fails, nothing to fix".to_owned(),
        n => format!("{}: {}", count(n, "failing cell"), parts.join(", ")),
    }
}
