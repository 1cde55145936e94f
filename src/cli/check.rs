//! `sweep check`: runs, then says of every expectation whether it holds.

use super::args::CheckArgs;
use super::ended::Ended;
use super::junit::Suite;
use super::output::{BOLD, GREEN, Output, RED, YELLOW, painted};
use super::problem::Problem;
use super::run::summary;
use super::session::train_all;
use super::{interrupt, junit, open};
use crate::expect::{Status, Verdict, count};

/// Gives the exit code.
///
/// # Errors
/// [`Problem`].
pub fn check(args: &CheckArgs, output: &Output) -> Result<u8, Problem> {
    let opened = open::open(&args.files, output)?;
    if let Some(path) = &args.junit {
        junit::try_out(path)?;
    }
    let cancelled = interrupt::listen(output);
    let out = &args.files.out.out;
    let mut suites = Vec::new();
    let (training, fix) = (&args.training, None);
    let code = train_all(opened, out, training, output, cancelled, fix, |ended| {
        output.message(summary(&ended));
        output.result(block(&ended));
        suites.push(Suite {
            file: ended.sweep.path.display().to_string(),
            wall: ended.summary.wall,
            left_open: ended.left_open(),
            verdicts: ended.verdicts,
        });
    })?;
    let verdicts = || suites.iter().flat_map(|suite| &suite.verdicts);
    output.result(tally(verdicts()));
    let code = match verdicts().map(|verdict| verdict.status).max() {
        Some(Status::Fail) => 1,
        Some(Status::Inconclusive) => 3,
        Some(Status::Pass) | None => code,
    };
    let written = args.junit.as_ref().map(|path| junit::write(path, &suites));
    Ok(match written {
        Some(Err(problem)) => {
            output.error(problem);
            // What failed weighs more than that a file doesn't say so.
            if code == 0 { 3 } else { code }
        }
        _ => code,
    })
}

/// The verdicts of one sweep.
fn block(ended: &Ended) -> String {
    let path = ended.sweep.path.display();
    let mut text = format!("{}\n", painted(&path, BOLD));
    if ended.verdicts.is_empty() {
        text.push_str("  no expectations\n");
    }
    for verdict in &ended.verdicts {
        let (word, style) = match verdict.status {
            Status::Pass => ("pass        ", GREEN),
            Status::Fail => ("FAIL        ", RED.bold()),
            Status::Inconclusive => ("inconclusive", YELLOW),
        };
        let Verdict { name, sentence, .. } = verdict;
        text.push_str(&format!("  {}  {name}\n", painted(word, style)));
        let place = match verdict.status {
            Status::Pass => String::new(),
            _ => format!(" ({path}:{})", verdict.line),
        };
        text.push_str(&format!("                {sentence}{place}\n"));
    }
    text
}

/// `3 expectations: 2 passed, 1 failed`.
fn tally<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> String {
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
        0 => "no expectations".to_owned(),
        n => format!("{}: {}", count(n, "expectation"), parts.join(", ")),
    }
}
