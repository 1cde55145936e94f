//! `sweep migrate`: writes new words in place of deprecated ones, and leaves all else as it is.

use super::args::MigrateArgs;
use super::problem::Problem;
use crate::config::deprecated::DeprecatedUse;
use crate::config::{FaultList, Faults, render};
use crate::format::count;
use crate::load::find::find;
use crate::load::rewrite::Rewritten;
use crate::terminal::output::{Output, stderr_has_colours};
use crate::terminal::text::Text;
use serde_json::{Value as Json, json};

/// Reads all files before it writes any. Gives the exit code.
///
/// # Errors
/// A file can't be read, is not TOML, or can't be written.
pub fn migrate(args: &MigrateArgs, output: &Output) -> Result<u8, Problem> {
    let (found, of_paths) = find(&args.files);
    let (mut migrated, mut wrong) = (Vec::new(), FaultList::default());
    wrong.extend(of_paths);
    for file in found {
        match Rewritten::read(file.path, !args.dry_run) {
            Ok(file) => migrated.push(file),
            Err(faults) => wrong.extend(faults.0),
        }
    }
    if !wrong.is_empty() {
        let wrong = Faults(wrong.into_vec());
        output.drawn(render(&wrong, stderr_has_colours()).trim_end());
        return Err(Problem::Faults(wrong.count()));
    }
    let changed = || migrated.iter().filter(|file| !file.changes.is_empty());
    if !args.dry_run {
        for file in changed() {
            file.try_out().map_err(Problem::unwritten(&file.path))?;
        }
    }
    for file in &migrated {
        if !args.dry_run && !file.changes.is_empty() {
            file.write().map_err(Problem::unwritten(&file.path))?;
        }
        output.add("files", || documented(file));
        output.result(summary(file));
    }
    let changes = changed().map(|file| file.changes.len()).sum();
    output.message(format_args!(
        "{} in {}{}",
        count(changes, "change"),
        count(migrated.len(), "file"),
        if args.dry_run {
            ", nothing written"
        } else {
            ""
        }
    ));
    Ok(0)
}

/// Returns a file with its changes, for the document of `--json`.
fn documented(file: &Rewritten) -> Json {
    let change = |DeprecatedUse { word, place }: &DeprecatedUse| json!({ "line": place.line(), "old": word.as_written(), "new": word.instead() });
    json!({
        "file": file.path.display().to_string(),
        "changes": file.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

/// A line for every change: `lr.toml:12: init = "xavier" -> "lecun"`.
fn summary(file: &Rewritten) -> Text {
    let (path, mut text) = (file.path.display(), Text::default());
    if file.changes.is_empty() {
        text.line(format_args!("{path}: nothing to change"));
    }
    for DeprecatedUse { word, place } in &file.changes {
        let (line, old, new) = (place.line(), word.as_written(), word.instead());
        text.line(format_args!("{path}:{line}: {old} -> {new}"));
    }
    text
}
