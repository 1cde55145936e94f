//! `sweep check`: runs, then checks every expectation.

use super::args::CheckArgs;
use super::baseline::{baselines, block, to_json};
use super::folder::Folder;
use super::open;
use super::problem::Problem;
use super::session::train_all;
use crate::atomic_write::{replace, try_out};
use crate::config::keys::Registry;
use crate::diagnose::baseline::Applied;
use crate::diagnose::expectations::Status;
use crate::export::ci::{Suite, annotations, junit};
use crate::session::analyzed::Analyzed;
use crate::study::Test;
use crate::terminal::output::Output;
use crate::terminal::results::summary;
use crate::terminal::text::on_github;
use crate::terminal::verdicts::{tally, verdicts};

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`Problem`].
pub fn check(args: &CheckArgs, registry: Registry, output: &Output) -> Result<u8, Problem> {
    let opened = open::open(&args.files, registry, output)?;
    let folder = Folder::of(&args.files.out, &args.pages)?;
    if let Some(path) = &args.junit {
        try_out(path).map_err(Problem::unwritten(path))?;
    }
    let sweeps = opened.iter().map(|opened| opened.sweep.path.as_path());
    let baselines = baselines(args, sweeps)?;
    let (mut suites, mut not_kept) = (Vec::new(), false);
    let show = |ended: Analyzed| {
        output.message(summary(&ended.studied.summary, ended.why_incomplete()));
        let (file, studied) = (&ended.sweep.path, &ended.studied);
        let open = studied.summary.incomplete + studied.summary.missing;
        let applied = baselines.apply(file, &studied.results, &studied.diagnoses, open);
        let applied = applied.unwrap_or_else(|error| {
            output.error(error);
            not_kept = true;
            Applied::Nothing
        });
        let mut text = verdicts(&ended.sweep.path, &ended.studied.verdicts);
        text.add(block(&applied));
        text.line("");
        output.result(text);
        let suite = Suite {
            file: ended.sweep.path.display().to_string(),
            wall: ended.studied.summary.wall,
            incomplete: ended.why_incomplete(),
            verdicts: ended.studied.verdicts,
            compared: applied.into_comparison(),
        };
        output.document(|document| {
            let sweep = document["sweeps"]
                .as_array_mut()
                .and_then(|all| all.last_mut());
            if let (Some(sweep), Some(compared)) = (sweep, &suite.compared) {
                sweep["baseline"] = to_json(compared);
            }
        });
        if on_github() {
            annotations(&suite).for_each(|line| output.command(&line));
        }
        suites.push(suite);
    };
    let code = train_all(
        opened,
        &folder,
        &args.training,
        output,
        (Test::Expected, true),
        show,
    )?;
    let all = || suites.iter().flat_map(|suite| &suite.verdicts);
    if let Some(tally) = tally(all()) {
        output.result(tally);
    }
    let changed = suites.iter().filter_map(|suite| suite.compared.as_ref());
    let changed = changed.flat_map(|compared| &compared.changes).count() > 0;
    let mut code = match all().map(|verdict| verdict.status).max() {
        Some(Status::Fail) => 1,
        _ if changed => 1,
        Some(Status::Inconclusive) => 3,
        _ if not_kept => 3,
        Some(Status::Pass) | None => code,
    };
    if let Some(path) = &args.junit
        && let Err(source) = junit(&suites).and_then(|xml| replace(path, xml.as_bytes()))
    {
        output.error(Problem::unwritten(path)(source));
        // A failed expectation has precedence over a file that cannot be written.
        code = if code == 0 { 3 } else { code };
    }
    Ok(code)
}
