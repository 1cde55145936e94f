//! `sweep fix`: runs, then tries on every failing cell what should cure it.

use super::args::{FileArgs, FixArgs, PageArgs, TrainingArgs};
use super::ended::{Ended, Fix};
use super::folder::Folder;
use super::output::{BOLD, DIM, GREEN, Output, RED, YELLOW, painted};
use super::problem::Problem;
use super::run::summary;
use super::session::train_all;
use super::{interrupt, open};
use crate::expect::count;
use crate::fix::{Failure, Fixes, Status, Trial, compared, kind, pairs, skill};
use crate::remedy::LEAST_SEEDS;
use crate::spec::Sweep;

/// Gives the exit code.
///
/// # Errors
/// [`Problem`].
pub fn fix(args: &FixArgs, output: &Output) -> Result<u8, Problem> {
    let fix = Fix {
        control: args.control,
    };
    let (files, training) = (&args.files, &args.training);
    train_and_fix(files, training, &args.pages, fix, output, |ended| {
        format!("{}\n", painted(&ended.sweep.title, BOLD))
    })
}

/// Runs and fixes every sweep, printing before its cures what `head` says of it. Gives the exit code: 0
/// where every failing cell is cured, 1 where one is not.
///
/// # Errors
/// [`Problem`].
pub fn train_and_fix(
    files: &FileArgs,
    training: &TrainingArgs,
    pages: &PageArgs,
    fix: Fix,
    output: &Output,
    head: impl Fn(&Ended) -> String,
) -> Result<u8, Problem> {
    let mut opened = open::open(files, output)?;
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
        Some(fix),
        |ended| {
            let fixes = ended.fixes.as_ref();
            output.result(format_args!("{}{}", head(&ended), block(&ended)));
            output.message(format_args!("{}\n", summary(&ended)));
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

/// A cure is proved over several seeds, also where the file is content with fewer: then the first seeds
/// that it does not have are added.
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
        "{}: a cure is proved over {LEAST_SEEDS} seeds or more; with seeds {}",
        sweep.path.display(),
        seeds.join(", ")
    ));
}

/// The failing cells of one sweep with what was tried on them.
fn block(ended: &Ended) -> String {
    let Some(fixes) = &ended.fixes else {
        return String::new();
    };
    let mut text: String = fixes.failures.iter().map(cell).collect();
    text.push_str(&tally(fixes));
    if let Some(control) = &fixes.control {
        text.push_str(&format!("{}\n", compared(control)));
    }
    if let Some(report) = &ended.report {
        text.push_str(&format!("report: {}\n", report.display()));
    }
    text
}

/// One failing cell.
fn cell(failure: &Failure) -> String {
    let also = failure.second.as_ref();
    let also = also.map_or_else(String::new, |code| format!("; {code} would fit as well"));
    let Failure {
        name, diagnosis, ..
    } = failure;
    let mut text = format!("  {}: {diagnosis}{also}\n", painted(name, BOLD));
    let all = failure.trials.iter();
    let all = all.flat_map(|trial| [Some(trial), trial.control.as_deref()]);
    let lines = all.flatten().map(columns);
    let widths = lines.fold([0, 0], |widest, line| {
        [0, 1].map(|i| widest[i].max(line[i].chars().count()))
    });
    for trial in &failure.trials {
        text.push_str(&line(failure, trial, widths));
        if let Some(control) = &trial.control {
            text.push_str(&line(failure, control, widths));
        }
    }
    if let Some(decided) = &failure.decided {
        text.push_str(&format!("    {decided}\n"));
    }
    match (failure.status, failure.cures().next()) {
        (Status::Cured, Some(cure)) => {
            text.push_str("    the smallest that is verified, to paste:\n");
            let lines = cure.toml.lines();
            text.extend(lines.map(|line| format!("      {line}\n")));
        }
        (Status::Open, _) => text.push_str("    not known: runs are missing\n"),
        (Status::NothingKnown, _) => text.push_str(&format!(
            "    {}: nothing is prescribed for {}\n",
            painted("not cured", RED),
            failure.code
        )),
        _ => text.push_str(&format!(
            "    {}: none of this brings the skill back in most seeds\n",
            painted("not cured", RED)
        )),
    }
    text
}

/// What was changed: the kind of change, and the keys.
fn columns(trial: &Trial) -> [String; 2] {
    [kind(trial).to_owned(), pairs(&trial.edits)]
}

/// One change, before and after.
fn line(failure: &Failure, trial: &Trial, widths: [usize; 2]) -> String {
    let [remedy, edits] = columns(trial);
    let (before, after) = (skill(failure.before), skill(trial.after));
    let (word, style) = match (trial.verified, 2 * (trial.cured + trial.open) > trial.of) {
        (true, _) => ("verified".to_owned(), GREEN),
        (false, true) => ("runs are missing".to_owned(), YELLOW),
        (false, false) => (trial.diagnosis.clone(), DIM),
    };
    format!(
        "    {remedy:<0$}  {edits:<1$}  {2} {before} → {after}, {3} of {4}: {5}\n",
        widths[0],
        widths[1],
        failure.measure,
        trial.cured,
        count(trial.of, "seed"),
        painted(word, style)
    )
}

/// `3 failing cells: 2 cured, 1 not cured`.
fn tally(fixes: &Fixes) -> String {
    let all = &fixes.failures;
    let parts = [
        (Status::Cured, "cured"),
        (Status::NotCured, "not cured"),
        (Status::NothingKnown, "with nothing to try"),
        (Status::Open, "not known"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(status, word)| (all.iter().filter(|f| f.status == status).count(), word))
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
    match all.len() {
        0 => "  no cell fails: there is nothing to cure\n".to_owned(),
        n => format!("{}: {}\n", count(n, "failing cell"), parts.join(", ")),
    }
}
