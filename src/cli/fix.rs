//! `sweep fix`: runs, then trains suggested fixes for failing cells.

use super::analyzed::Analyzed;
use super::args::{FileArgs, FixArgs, PageArgs, TrainingArgs};
use super::folder::Folder;
use super::output::{BOLD, DIM, GREEN, Output, RED, YELLOW, painted};
use super::problem::Problem;
use super::run::summary;
use super::session::train_all;
use super::text::{Say, Text};
use super::{interrupt, open};
use crate::expect::count;
use crate::fix::{
    Failure, Fixes, RejectedFix, Status, Trial, compared, kind, pairs, rejected_pairs, skill,
    to_set,
};
use crate::remedy::LEAST_SEEDS;
use crate::spec::Sweep;
use crate::spec::keys::Registry;
use crate::study::Test;

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn fix(args: &FixArgs, registry: Registry, output: &Output) -> Result<u8, Problem> {
    let fixing = Fixing {
        files: &args.files,
        training: &args.training,
        pages: &args.pages,
        control: args.control,
        verbose: args.fixes.verbose,
    };
    let title = |ended: &Analyzed| painted(&ended.sweep.title, BOLD).text();
    train_and_fix(&fixing, registry, output, title)
}

/// The options of a command that tests fixes.
pub struct Fixing<'a> {
    pub files: &'a FileArgs,
    pub training: &'a TrainingArgs,
    pub pages: &'a PageArgs,
    /// Whether random changes are trained too.
    pub control: bool,
    /// Whether fixes that do not apply are listed.
    pub verbose: bool,
}

/// Runs and fixes every sweep, and prints `head` and then its fixes. Returns the exit code: 0 if every failing cell has a
/// verified fix, 1 if one has none.
///
/// # Errors
/// [`Problem`].
pub fn train_and_fix(
    fixing: &Fixing,
    registry: Registry,
    output: &Output,
    head: impl Fn(&Analyzed) -> Text,
) -> Result<u8, Problem> {
    let Fixing {
        files,
        training,
        pages,
        control,
        verbose,
    } = *fixing;
    let mut opened = open::open(files, registry, output)?;
    let folder = Folder::of(&files.out, pages)?;
    for opened in &mut opened {
        enough_seeds(&mut opened.sweep, output);
    }
    let cancelled = interrupt::flag();
    let mut worst = Status::Cured;
    let code = train_all(
        opened,
        &folder,
        training,
        output,
        cancelled,
        Test::Suggested { control },
        |ended| {
            let fixes = ended.fixes.as_ref();
            let mut text = head(&ended);
            text.add(block(&ended, verbose));
            text.line("");
            output.result(text);
            output.message(summary(&ended));
            output.message("");
            let failures = fixes.into_iter().flat_map(|fixes| &fixes.failures);
            worst = failures.fold(worst, |worst, failure| worst.max(failure.status));
        },
    )?;
    Ok(match worst {
        Status::Cured => code,
        Status::Open => 3,
        Status::NotCured | Status::NothingKnown => 1,
    })
}

/// Adds seeds to a sweep that has too few to verify a fix: the smallest ones that it lacks.
fn enough_seeds(sweep: &mut Sweep, output: &Output) {
    let has = sweep.seeds.len();
    let more = (0..).filter(|seed| !sweep.seeds.contains(seed));
    let more: Vec<u64> = more.take(LEAST_SEEDS.saturating_sub(has)).collect();
    if more.is_empty() {
        return;
    }
    sweep.seeds.extend(more);
    let seeds: Vec<String> = sweep.seeds.iter().map(u64::to_string).collect();
    output.message(format_args!(
        "{}: verifying a fix needs at least {LEAST_SEEDS} seeds; using seeds {}",
        sweep.path.display(),
        seeds.join(", ")
    ));
}

/// Returns the failing cells of one sweep with their fixes.
fn block(ended: &Analyzed, verbose: bool) -> Text {
    let Some(fixes) = &ended.fixes else {
        return Text::default();
    };
    let mut text = Text::default();
    for failure in &fixes.failures {
        text.add(cell(failure, verbose));
    }
    text.line(tally(fixes));
    if let Some(control) = fixes.control.as_ref().filter(|control| control.of > 0) {
        text.line(format_args!("fixed: {}", compared(control)));
    }
    if let Some(report) = &ended.report {
        text.line(format_args!("report: {}", report.display()));
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
    let all = all.flat_map(|trial| [Some(trial), trial.control.as_deref()]);
    let lines = all.flatten().map(columns);
    let widths = lines.fold([0, 0], |widest, line| {
        [0, 1].map(|i| widest[i].max(line[i].chars().count()))
    });
    for trial in &failure.trials {
        text.line(line(failure, trial, widths));
        if let Some(control) = &trial.control {
            text.line(line(failure, control, widths));
        }
    }
    // Without any tested fix, the reasons are the only information.
    if verbose || failure.status == Status::NothingKnown {
        for fix in &failure.rejected {
            text.line(rejected(fix));
        }
    }
    if let Some(decided) = &failure.decided {
        text.line(format_args!("    {decided}"));
    }
    match (failure.status, failure.cures().next()) {
        (Status::Cured, Some(cure)) => {
            let (sections, lines) = to_set(&cure.toml);
            text.line(format_args!(
                "    smallest verified fix; set in {sections}:"
            ));
            for line in lines.lines() {
                text.line(format_args!("      {line}"));
            }
        }
        (Status::Open, _) => {
            text.line("    unknown: runs are missing, incomplete or too large for memory");
        }
        (Status::NothingKnown, _) => text.line(format_args!(
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
fn columns(trial: &Trial) -> [String; 2] {
    [kind(trial).to_owned(), pairs(&trial.edits)]
}

/// Returns the line of one change, with the skill before and after.
fn line(failure: &Failure, trial: &Trial, widths: [usize; 2]) -> String {
    let [remedy, edits] = columns(trial);
    let (before, after) = (skill(failure.before), skill(trial.after));
    let (word, style) = match (trial.verified, 2 * (trial.cured + trial.open) > trial.of) {
        (true, _) => ("verified".to_owned(), GREEN),
        (false, true) => ("unknown, runs are missing".to_owned(), YELLOW),
        (false, false) => (
            format!(
                "{} after the change{}",
                trial.diagnosis,
                not_gained(failure, trial)
            ),
            DIM,
        ),
    };
    format!(
        "    {remedy:<0$}  {edits:<1$}  {2} {before} → {after}, works in {3} of {4}: {5}",
        widths[0],
        widths[1],
        failure.measure,
        trial.cured,
        count(trial.of, "seed"),
        painted(word, style)
    )
}

/// Returns `, validation skill did not rise: 0.31 → 0.22` if the skill on validation rows did not rise.
fn not_gained(failure: &Failure, trial: &Trial) -> String {
    let shown = failure.measure == "validation_skill";
    let fell = trial
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
        (Status::Cured, "fixed"),
        (Status::NotCured, "not fixed"),
        (Status::NothingKnown, "without an applicable fix"),
        (Status::Open, "unknown"),
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
