//! The page of all keys of a sweep file, for people: made of the table of keys, so that it says what is true.

use super::deprecated::DEPRECATED;
use super::key::{Default, Key};
use super::keys;
use super::kind::{Field, Kind, Word};
use super::limits::{self, Limit};
use super::sample::SAMPLE;
use super::stop::STOP;
use super::top::TopKey;
use super::value::Values;

const HEAD: &str = "\
# The sweep file

Every key with what it takes, what it is where nothing says so, and what its words mean. Made from the
program's own table of keys (`UPDATE=1 cargo test --test schema`); `sweep schema` writes the same for editors.

A key of `[base]` or `[data]` has one value for all cells. In `[grid]` it is an axis: a list of values,
`{ log = [a, b], n = k }` or `{ linear = [a, b], n = k }`; there, and in `where`, keys of `[data]` are written
`data.key`.

Beside `[sample]` cells are drawn: of a list its entries, of a range anything between its ends, which are possible
values, too; the range's `n` may be left out, and says nothing. Whole numbers stay whole, and each of a linear range
is as likely as the others. Other values are rounded so that they can be read: on a log range to four significant
digits, and more where it is narrow; on a linear one to a ten-thousandth of its length, or less. Keys of `[zip.name]`
are drawn together, from their entries. What the i-th cell has on an axis follows from `method`, `seed`, i and the
axis alone (by its name for `random`, by its place for `sobol`), so that a larger `n` adds cells and changes none.
";

const HALVING: &str = "\
Cells are ranked at the end of every rung by the median over their seeds of the validation skill (of the training
skill where there are no validation rows, of the training loss where there is no skill), all seeds of a cell
together, equals by the order of the cells; what is not finite is last. One in `reduction_factor` goes on, rounded
down, and the last one is trained to the end at once. All cells must have the same budget. What is trained up to a
rung is the first part of the whole training: `schedule` and `warmup` see the whole budget. Of runs that were
stopped the trace says where; which cells were stopped at which rank is a matter of their neighbours, stands in
`halving.json` beside the page of the sweep, and follows from the traces again whenever these are looked up.
";

const LIMITED: &str = "\
What goes beyond a limit is an error that says the limit, what was found and what to do. Of errors of one kind the
first 50 are shown in full, and the others are counted. A sweep file may come from a pipe (`sweep plan <(…)`); a data
file must be a regular file.

| What | Limit | Beyond it |
|---|---|---|
";

const OLD: &str = "\
These words of version 0.1 still work and print a warning. `sweep migrate FILE…` rewrites them in place and keeps
comments. Run IDs stay the same.

| Where | Old | New | Note |
|---|---|---|---|
";

/// The page, in Markdown.
pub fn page() -> String {
    let mut page = format!("{HEAD}\n## Top of the file\n\n");
    for Word { name, doc } in TopKey::WORDS {
        page.push_str(&format!("- `{name}`: {doc}\n"));
    }
    let (of_data, of_base): (Vec<&Key>, Vec<&Key>) = keys::all()
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

/// With a capital letter.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

/// A key with its doc line, kind, default and words.
fn entry(key: &Key) -> String {
    let name = key.name.strip_prefix("data.").unwrap_or(key.name);
    let default = match key.default {
        Default::None => "nothing".to_owned(),
        Default::From(doc, _) => doc.to_owned(),
        Default::Bool(_)
        | Default::Integer(_)
        | Default::Number(_)
        | Default::Word(_)
        | Default::Empty
        | Default::Pair(..) => match key.default.value(&Values::default()) {
            Some(value) => format!("`{}`", value),
            None => "nothing".to_owned(),
        },
    };
    let mut text = format!("\n### `{name}`\n\n{}\n\nDefault: {default}.", key.doc);
    match choices(&key.kind) {
        choices if choices.is_empty() => {
            text.push_str(&format!(" Takes {}.\n", key.kind.describe()));
        }
        choices => text.push_str(&format!(" Takes one of\n\n{choices}")),
    }
    text
}

/// A key of a section that has a few of its own.
fn part(field: &Field) -> String {
    let must = if field.required {
        " Must be given."
    } else {
        ""
    };
    let text = format!("\n### `{}`\n\n{}.{must}", field.name, field.doc);
    match choices(&field.kind) {
        choices if choices.is_empty() => format!("{text} Takes {}.\n", field.kind.describe()),
        choices => format!("{text} Takes one of\n\n{choices}"),
    }
}

/// A line for every word, record and other thing that a key takes; nothing where it takes but one thing that
/// a word describes.
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

/// A member of a union.
fn member(kind: &Kind) -> String {
    match kind {
        Kind::Words(_) => choices(kind),
        Kind::Record(fields) => {
            let part = |field: &Field| {
                let may = if field.required {
                    ""
                } else {
                    ", may be left out"
                };
                format!(
                    "  - `{}`: {}; {}{may}\n",
                    field.name,
                    field.doc,
                    field.kind.describe()
                )
            };
            let parts: String = fields.iter().map(part).collect();
            format!("- a record\n{parts}")
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
