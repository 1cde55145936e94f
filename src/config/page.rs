//! Generates the reference of all keys of a sweep file from the table of keys.

use super::deprecated::DEPRECATED;
use super::kind::{Field, Kind, Word};
use super::limits::{self, Limit};
use super::registry::Registry;
use super::registry::Values;
use super::registry::{Default, Key};
use super::sample::SAMPLE;
use super::stop::STOP;
use crate::config::top_keys::TopKey;

const HEAD: &str = "\
# The sweep file

Every key with its description, type, default and values. This page is generated from the table of keys in the program
(`UPDATE=1 cargo test --test schema`). `sweep schema` prints the same table as a JSON Schema for editors.

A key of `[base]` or `[data]` has one value for all cells. In `[grid]`, a key is an axis (a swept hyperparameter): a list
of values, `{ log = [a, b], n = k }` or `{ linear = [a, b], n = k }`. An axis overrides the value of its key in `[base]` or
`[data]`. In `[grid]` and `where`, keys of `[data]` are written as `data.key`.

A range has k values from a to b, ends included: `linear` with equal differences, `log` with equal factors. The ends of a
`log` range are above 0. A key that takes integers needs a range of integers only: `{ log = [8, 128], n = 5 }` is 8, 16,
32, 64 and 128. Other ranges are errors. The message shows the rounded values; copy them as a list.

With `[sample]`, cells are sampled in place of the full grid:

- An axis with a list takes one of its values.
- An axis with a range takes any value from one end to the other, ends included. `n` is optional, and has no effect.
- Keys that take integers get integers. All integers of a linear range are equally likely.
- Other values are rounded. On a log range they have four significant digits, and more if the range is narrow. On a
  linear range they are rounded to steps of at most 1/10,000 of the range.
- The keys of `[zip.name]` are sampled together, from their lists.
- The value of cell i on an axis depends only on `method`, `seed`, i and the axis (its name for `random`, its position
  for `sobol`). Increasing `n` adds cells and changes none.
";

const HALVING: &str = "\
`[stop]` is pruning by successive halving. Early stopping of single runs is the key `patience` of `[base]`.

Successive halving ranks the cells at the end of every rung by the median of their validation skill over the seeds.
Without validation rows it uses the training skill, and without skill the training loss. All seeds of a cell stay
together. Ties keep the order of the cells, and nonfinite values come last.

One in `reduction_factor` cells is promoted, rounded down. The cells promoted from the last rung train to the full budget.
If only one cell is left earlier, the remaining rungs are skipped. All cells must have the same budget. A run stopped at a
rung equals the first part of its full run, because the learning-rate schedule always covers the full budget.

The trace of a pruned run records where it was stopped. The ranks depend on the other cells. They are in `halving.json`
in the folder of the report, and are recomputed from the traces when needed.
";

const LIMITED: &str = "\
A file beyond a limit gives an error with the limit, what was found, and what to do. The first 50 errors of a kind are
shown in full, and the others are counted. A sweep file may come from a pipe (`sweep plan <(…)`). A data file must be
a regular file.

| What | Limit | What to do |
|---|---|---|
";

const OLD: &str = "\
These words of version 0.1 still work and print a warning. `sweep migrate FILE…` rewrites them in place and keeps
comments. Run IDs stay the same.

| Where | Old | New | Note |
|---|---|---|---|
";

/// Returns the reference as Markdown.
pub fn page() -> String {
    let mut page = format!("{HEAD}\n## Top of the file\n\n");
    for Word { name, doc } in TopKey::WORDS {
        let doc = doc.replace(
            "reference run",
            "[reference run](glossary.md#reference-run)",
        );
        page.push_str(&format!("- `{name}`: {doc}\n"));
    }
    let (of_data, of_base): (Vec<&Key>, Vec<&Key>) = Registry::default()
        .all()
        .iter()
        .partition(|key| key.name.starts_with("data."));
    for (section, keys) in [("[data]", of_data), ("[base]", of_base)] {
        page.push_str(&format!("\n## `{section}`\n"));
        keys.into_iter().for_each(|key| page.push_str(&entry(key)));
    }
    page.push_str("\n## `[sample]`\n");
    SAMPLE.iter().for_each(|field| page.push_str(&part(field)));
    page.push_str("\n## `[stop]`\n\n");
    page.push_str(HALVING);
    STOP.iter().for_each(|field| page.push_str(&part(field)));
    page.push_str(&format!("\n## Limits\n\n{LIMITED}"));
    for limit in limits::LIMITS {
        let Limit {
            what,
            most,
            unit,
            help,
        } = limit;
        page.push_str(&format!("| {} | {most} {unit} | {help} |\n", capital(what)));
    }
    page.push_str(&format!("\n## Deprecated words\n\n{OLD}"));
    for word in &DEPRECATED {
        let (at, old, new) = (word.place(), word.old, word.new);
        page.push_str(&format!(
            "| {at} | `{old}` | `{new}` | {} |\n",
            capital(word.note)
        ));
    }
    page
}

/// Capitalizes the first letter.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

/// Shortens a description to a type, such as `list of strings`.
fn bare(text: &str) -> String {
    let text = ["a ", "an "]
        .iter()
        .find_map(|article| text.strip_prefix(article))
        .unwrap_or(text);
    text.replace(" in quotes", "")
}

/// Describes a key: description, type, default and words.
fn entry(key: &Key) -> String {
    let name = key.name.strip_prefix("data.").unwrap_or(key.name);
    let default = match key.default {
        Default::None => "none".to_owned(),
        Default::From(doc, _) => doc.to_owned(),
        Default::Bool(_)
        | Default::Integer(_)
        | Default::Number(_)
        | Default::Word(_)
        | Default::Empty
        | Default::Pair(..) => match key.default.value(&Values::default()) {
            Some(value) => format!("`{}`", value),
            None => "none".to_owned(),
        },
    };
    let doc = key.doc;
    match choices(&key.kind) {
        choices if choices.is_empty() => {
            let kind = key.kind.describe();
            let kind = bare(&kind);
            format!("\n### `{name}`\n\n{doc}\n\nType: {kind}. Default: {default}.\n")
        }
        choices => {
            format!("\n### `{name}`\n\n{doc}\n\nDefault: {default}. One of:\n\n{choices}")
        }
    }
}

/// Describes a key of `[sample]` or `[stop]`.
fn part(field: &Field) -> String {
    let must = if field.required { " Required." } else { "" };
    let text = format!("\n### `{}`\n\n{}.{must}", field.name, capital(field.doc));
    match choices(&field.kind) {
        choices if choices.is_empty() => {
            let kind = field.kind.describe();
            format!("{text} Type: {}.\n", bare(&kind))
        }
        choices => format!("{text} One of:\n\n{choices}"),
    }
}

/// Returns one line for every word, table and other alternative that a key accepts. Returns an empty text if the type
/// describes all.
fn choices(kind: &Kind) -> String {
    let of_word = |word: &Word| format!("- `\"{}\"`: {}\n", word.name, word.doc);
    match kind {
        Kind::Words(words) => words.iter().map(of_word).collect(),
        Kind::Any(kinds) => kinds.iter().map(member).collect(),
        Kind::Record(_) => member(kind),
        Kind::Bool
        | Kind::Integer { .. }
        | Kind::Number(_)
        | Kind::Text
        | Kind::List { .. }
        | Kind::Pair => String::new(),
    }
}

/// Describes a member of a union.
fn member(kind: &Kind) -> String {
    match kind {
        Kind::Words(_) => choices(kind),
        Kind::Record(fields) => {
            let part = |field: &Field| {
                let may = if field.required { "" } else { ", optional" };
                let kind = field.kind.describe();
                let (name, kind, doc) = (field.name, bare(&kind), field.doc);
                format!("  - `{name}` ({kind}{may}): {doc}\n")
            };
            let parts: String = fields.iter().map(part).collect();
            format!("- a table with\n{parts}")
        }
        Kind::Bool
        | Kind::Integer { .. }
        | Kind::Number(_)
        | Kind::Text
        | Kind::List { .. }
        | Kind::Pair
        | Kind::Any(_) => format!("- {}\n", kind.describe()),
    }
}
