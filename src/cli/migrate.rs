//! `sweep migrate`: writes new words in place of deprecated ones, and leaves all else as it is.

use super::args::MigrateArgs;
use super::problem::Problem;
use crate::load::find::find;
use crate::number::count;
use crate::replace::{replace, try_out};
use crate::spec::deprecated::{Use, migrate as rewrite};
use crate::spec::{self, Fault, FaultList, Faults, render};
use crate::terminal::output::{Output, stderr_has_colours};
use crate::terminal::text::Text;
use serde_json::{Value as Json, json};
use std::io;
use std::path::{Path, PathBuf};

/// A file in new words.
struct Migrated {
    path: PathBuf,
    text: String,
    changes: Vec<Use>,
}

/// Reads all files before it writes any. Gives the exit code.
///
/// # Errors
/// A file can't be read, is not TOML, or can't be written.
pub fn migrate(args: &MigrateArgs, output: &Output) -> Result<u8, Problem> {
    let (found, of_paths) = find(&args.files);
    let (mut migrated, mut wrong) = (Vec::new(), FaultList::default());
    wrong.extend(of_paths);
    for file in found {
        match read(file.path, args.dry_run) {
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
            write(file, |path, _| try_out(path))?;
        }
    }
    for file in &migrated {
        if !args.dry_run && !file.changes.is_empty() {
            write(file, replace)?;
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

fn read(path: PathBuf, dry_run: bool) -> Result<Migrated, Faults> {
    let text = spec::text(&path)?;
    // A pipe can be read, and nothing can be put in its place.
    if !dry_run && !path.is_file() {
        let message = format!(
            "failed to rewrite {}: it is no regular file",
            path.display()
        );
        return Err(Faults(vec![Fault::of(&path, message)]));
    }
    let (text, changes) = rewrite(&path, &text)?;
    Ok(Migrated {
        path,
        text,
        changes,
    })
}

fn write(file: &Migrated, by: impl Fn(&Path, &[u8]) -> io::Result<()>) -> Result<(), Problem> {
    by(&file.path, file.text.as_bytes()).map_err(|source| Problem::Write {
        path: file.path.clone(),
        source,
    })
}

/// Returns a file with its changes, for the document of `--json`.
fn documented(file: &Migrated) -> Json {
    let change = |Use { word, place }: &Use| json!({ "line": place.line(), "old": word.as_written(), "new": word.instead() });
    json!({
        "file": file.path.display().to_string(),
        "changes": file.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

/// A line for every change: `lr.toml:12: init = "xavier" -> "lecun"`.
fn summary(file: &Migrated) -> Text {
    let (path, mut text) = (file.path.display(), Text::default());
    if file.changes.is_empty() {
        text.line(format_args!("{path}: nothing to change"));
    }
    for Use { word, place } in &file.changes {
        let (line, old, new) = (place.line(), word.as_written(), word.instead());
        text.line(format_args!("{path}:{line}: {old} -> {new}"));
    }
    text
}
