//! `sweep check`: runs, then checks every expectation.

use super::analyzed::Analyzed;
use super::args::CheckArgs;
use super::baseline::{Baselines, Met};
use super::folder::Folder;
use super::junit::junit;
use super::output::{BOLD, GREEN, Output, RED, YELLOW, painted};
use super::problem::Problem;
use super::run::summary;
use super::session::train_all;
use super::text::{Text, on_github};
use super::verdict_files::{Suite, try_out, write_text};
use super::{annotations, interrupt, open};
use crate::expect::{Status, Verdict, count};
use crate::spec::keys::Registry;
use crate::study::Test;

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn check(args: &CheckArgs, registry: Registry, output: &Output) -> Result<u8, Problem> {
    let opened = open::open(&args.files, registry, output)?;
    let folder = Folder::of(&args.files.out, &args.pages)?;
    if let Some(path) = &args.junit {
        try_out(path)?;
    }
    let sweeps = opened.iter().map(|opened| opened.sweep.path.as_path());
    let baselines = Baselines::of(args, sweeps)?;
    let cancelled = interrupt::flag();
    let (mut suites, mut not_kept) = (Vec::new(), false);
    let (training, test) = (&args.training, Test::Expected);
    let code = train_all(
        opened,
        &folder,
        training,
        output,
        cancelled,
        test,
        |ended| {
            output.message(summary(&ended));
            let met = baselines.meet(&ended).unwrap_or_else(|problem| {
                output.error(problem);
                not_kept = true;
                Met::Nothing
            });
            output.result(block(&ended, &met));
            let suite = Suite {
                file: ended.sweep.path.display().to_string(),
                wall: ended.summary.wall,
                incomplete: ended.why_incomplete(),
                verdicts: ended.verdicts,
                compared: met.into_compared(),
            };
            output.document(|document| {
                let sweep = document["sweeps"]
                    .as_array_mut()
                    .and_then(|all| all.last_mut());
                if let (Some(sweep), Some(compared)) = (sweep, &suite.compared) {
                    sweep["baseline"] = compared.document();
                }
            });
            if on_github() {
                annotations::of(&suite).for_each(|line| output.command(&line));
            }
            suites.push(suite);
        },
    )?;
    let verdicts = || suites.iter().flat_map(|suite| &suite.verdicts);
    if let Some(tally) = tally(verdicts()) {
        output.result(tally);
    }
    let changed = suites.iter().filter_map(|suite| suite.compared.as_ref());
    let changed = changed.flat_map(|compared| &compared.changes).count() > 0;
    let mut code = match verdicts().map(|verdict| verdict.status).max() {
        Some(Status::Fail) => 1,
        _ if changed => 1,
        Some(Status::Inconclusive) => 3,
        _ if not_kept => 3,
        Some(Status::Pass) | None => code,
    };
    if let Some(path) = &args.junit
        && let Err(problem) = write_text(path, junit(&suites))
    {
        output.error(problem);
        // A failed expectation has precedence over a file that cannot be written.
        code = if code == 0 { 3 } else { code };
    }
    Ok(code)
}

/// Returns the verdicts of one sweep, and its saved baseline or its changes from one.
fn block(ended: &Analyzed, met: &Met) -> Text {
    let path = ended.sweep.path.display();
    let mut text = Text::default();
    text.line(painted(&path, BOLD));
    if ended.verdicts.is_empty() {
        text.line("  no expectations");
    }
    for verdict in &ended.verdicts {
        let (word, style) = match verdict.status {
            Status::Pass => ("pass        ", GREEN),
            Status::Fail => ("FAIL        ", RED.bold()),
            Status::Inconclusive => ("inconclusive", YELLOW),
        };
        let Verdict { name, sentence, .. } = verdict;
        text.line(format_args!("  {}  {name}", painted(word, style)));
        let place = match verdict.status {
            Status::Pass => String::new(),
            Status::Fail | Status::Inconclusive => format!(" ({path}:{})", verdict.line),
        };
        text.line(format_args!("                {sentence}{place}"));
    }
    text.add(met.block());
    text.line("");
    text
}

/// Returns `3 expectations: 2 passed, 1 failed`; `None` without expectations, which the sweeps say themselves.
fn tally<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Option<String> {
    let all: Vec<Status> = verdicts.map(|verdict| verdict.status).collect();
    let mut parts = Vec::new();
    for (status, word) in [
        (Status::Pass, "passed"),
        (Status::Fail, "failed"),
        (Status::Inconclusive, "inconclusive"),
    ] {
        let n = all.iter().filter(|s| **s == status).count();
        if n > 0 {
            parts.push(format!("{n} {word}"));
        }
    }
    match all.len() {
        0 => None,
        n => Some(format!("{}: {}", count(n, "expectation"), parts.join(", "))),
    }
}
