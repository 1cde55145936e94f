//! Words of sweep files that have a better name by now: they go on working, with a warning.
//!
//! One [table](DEPRECATED) has every such word. Reading, warnings, `sweep migrate`, the schema and the docs are made
//! from it. A value is translated when it is read, so that cells, tables, pages and exports have the new word only.
//! Run IDs stay, because [`crate::identity`] hashes words of its own.

use super::convert::{Node, fits};
use super::keys::{self, Registry};
use super::kind::{Kind, Word};
use super::place::{Document, Place};
use super::read;
use super::reader::Reader;
use super::sample::SAMPLE;
use super::stop::STOP;
use super::value::Value;
use crate::config::error::{Fault, Faults};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

/// A word that still works, and what to write in its place.
#[derive(Debug, PartialEq)]
pub struct Deprecated {
    /// Where it stands: the path of the key that takes it, or `expect` for a key of `[[expect]]`.
    pub at: &'static str,
    /// The word.
    pub old: &'static str,
    /// The word to write.
    pub new: &'static str,
    /// What else there is to say; mostly nothing.
    pub note: &'static str,
}

/// Path of the key that takes the name of a fix.
pub(crate) const FIXED_BY: &str = "expect.fixed_by";

/// Path of the key that takes names of outcomes.
pub(crate) const OUTCOME: &str = "expect.outcome";

/// Path of the keys of an `[[expect]]` block.
pub(super) const EXPECT: &str = "expect";

/// Every deprecated word.
pub const DEPRECATED: [Deprecated; 17] = [
    Deprecated {
        at: "data.source.task",
        old: "classes",
        new: "classification",
        note: "",
    },
    Deprecated {
        at: "init",
        old: "xavier",
        new: "lecun",
        note: "for PyTorch's `xavier_normal_` use \"glorot\"",
    },
    Deprecated {
        at: "solver",
        old: "trainer",
        new: "none",
        note: "",
    },
    Deprecated {
        at: "stop.method",
        old: "asha",
        new: "successive-halving",
        note: "",
    },
    Deprecated {
        at: EXPECT,
        old: "cured_by",
        new: "fixed_by",
        note: "",
    },
    Deprecated {
        at: OUTCOME,
        old: "failed",
        new: "crashed",
        note: "",
    },
    Deprecated {
        at: OUTCOME,
        old: "stopped",
        new: "pruned",
        note: "",
    },
    // The names of fixes of version 0.1.
    fix("batch normalisation", "batch normalization"),
    fix(
        "batch normalisation of the input",
        "batch normalization of the input",
    ),
    fix(
        "batch normalisation of the output",
        "batch normalization of the output",
    ),
    fix("He's initialisation", "He initialization"),
    fix("Xavier's initialisation", "LeCun initialization"),
    fix("PyTorch's initialisation", "PyTorch initialization"),
    fix("lower rate", "lower learning rate"),
    fix("higher rate", "higher learning rate"),
    fix("standardised features", "standardized features"),
    fix("early stop", "early stopping"),
];

/// Returns an old name of a fix.
const fn fix(old: &'static str, new: &'static str) -> Deprecated {
    let (at, note) = (FIXED_BY, "");
    Deprecated { at, old, new, note }
}

impl Deprecated {
    /// Whether it is a key, and no value.
    fn is_key(&self) -> bool {
        self.at == EXPECT
    }

    /// Whether it stands at this path. Within `[data]` paths lack their `data.`.
    fn is_at(&self, at: &str) -> bool {
        self.at == at || self.at.strip_prefix("data.") == Some(at)
    }

    /// Name of the key that takes it.
    fn key(&self) -> &'static str {
        self.at.rsplit('.').next().unwrap_or(self.at)
    }

    /// Returns the old word as a file has it: `init = "xavier"`, or a key.
    pub fn as_written(&self) -> String {
        match self.is_key() {
            true => self.old.to_owned(),
            false => format!("{} = {:?}", self.key(), self.old),
        }
    }

    /// Returns what to write: `"lecun"`, or a key, and the note in parentheses.
    pub fn instead(&self) -> String {
        let new = match self.is_key() {
            true => format!("`{}`", self.new),
            false => format!("{:?}", self.new),
        };
        match self.note {
            "" => new,
            note => format!("{new} ({note})"),
        }
    }

    /// Returns where it stands, in Markdown.
    pub(super) fn place(&self) -> String {
        match self.at.rsplit_once('.') {
            _ if self.is_key() => "key of `[[expect]]`".to_owned(),
            Some(("stop", key)) => format!("`{key}` in `[stop]`"),
            Some((EXPECT, key)) => format!("`{key}` in `[[expect]]`"),
            Some((of, key)) => format!("`{key}` of `{}`", of.rsplit('.').next().unwrap_or(of)),
            None => format!("`{}`", self.at),
        }
    }
}

impl fmt::Display for Deprecated {
    /// Writes a sentence without a full stop.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is deprecated: use {}",
            self.as_written(),
            self.instead()
        )
    }
}

/// A deprecated word in a file, or on the command line.
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    /// Which.
    pub word: &'static Deprecated,
    /// Where.
    pub place: Place,
}

/// Returns the deprecated words that a key of this path can have.
pub(super) fn words_at(at: &str) -> impl Iterator<Item = &'static Deprecated> {
    DEPRECATED.iter().filter(move |word| word.is_at(at))
}

fn find(at: &str, word: &str) -> Option<&'static Deprecated> {
    words_at(at).find(|known| known.old == word)
}

/// Returns the deprecated word that a key of this path has; none where `word` is one of its words, or where its
/// words lack the new one, as those of a custom source do.
pub(super) fn found(at: &str, word: &str, words: &[Word]) -> Option<&'static Deprecated> {
    let has = |name: &str| words.iter().any(|word| word.name == name);
    find(at, word).filter(|known| !has(word) && has(known.new))
}

/// Returns the new word in place of a deprecated one, and any other as it is.
pub(crate) fn current<'a>(at: &str, word: &'a str) -> &'a str {
    find(at, word).map_or(word, |known| known.new)
}

/// Returns a stored value of a key in new words.
pub(crate) fn renewed(at: &str, value: &Value) -> Value {
    translated(at, value, &|at, word| current(at, word).to_owned())
}

/// Returns a value of a key in the words of version 0.1.0, in which some random numbers are keyed.
pub(crate) fn in_first_words(at: &str, value: &Value) -> Value {
    translated(at, value, &|at, word| {
        let known = words_at(at).find(|known| known.new == word);
        known.map_or(word, |known| known.old).to_owned()
    })
}

fn translated(at: &str, value: &Value, of: &dyn Fn(&str, &str) -> String) -> Value {
    match value {
        Value::Text(word) => Value::Text(of(at, word)),
        Value::List(items) => {
            let items = items.iter().map(|item| translated(at, item, of));
            Value::List(items.collect())
        }
        Value::Table(items) => {
            let items = items.iter().map(|(key, item)| {
                let item = translated(&format!("{at}.{key}"), item, of);
                (key.clone(), item)
            });
            Value::Table(items.collect())
        }
        Value::Bool(_) | Value::Integer(_) | Value::Number(_) => value.clone(),
    }
}

/// Returns the stored name of a cell, `init xavier, lr 0.1`, in new words.
pub(crate) fn renewed_name(name: &str) -> String {
    let parts = name.split(", ").map(|part| {
        let mut words = DEPRECATED.iter().filter(|word| !word.is_key());
        let known = words.find(|word| {
            let rest = part.strip_suffix(word.old);
            rest.is_some_and(|rest| rest.strip_suffix(' ') == Some(word.key()))
        });
        known.map_or(Cow::Borrowed(part), |word| {
            format!("{} {}", word.key(), word.new).into()
        })
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// Returns a stored message that quotes values as a file has them, `init = "xavier"`, in new words.
pub(crate) fn renewed_message(message: &str) -> String {
    let words = DEPRECATED.iter().filter(|word| !word.is_key());
    words.fold(message.to_owned(), |message, word| {
        let new = format!("{} = {:?}", word.key(), word.new);
        message.replace(&word.as_written(), &new)
    })
}

/// A deprecated word and its bytes in the text.
pub(super) type Met = (&'static Deprecated, Range<usize>);

/// Returns every deprecated word of a file, in the order of the text.
pub(super) fn in_file(root: &DeTable) -> Vec<Met> {
    let mut met = Vec::new();
    for (section, prefix) in [("data", "data."), ("base", "")] {
        for (name, node) in entries(root.get(section)) {
            in_key(&mut met, &format!("{prefix}{name}"), node);
        }
    }
    for (name, node) in of_full_names(root.get("grid")) {
        in_key(&mut met, &name, node);
    }
    for (_, zip) in entries(root.get("zip")) {
        for (name, node) in of_full_names(Some(zip)) {
            in_key(&mut met, &name, node);
        }
    }
    for (section, fields) in [("sample", SAMPLE), ("stop", STOP)] {
        if let Some(node) = root.get(section) {
            in_value(&mut met, section, &Kind::Record(fields), node);
        }
    }
    for block in ["exclude", EXPECT] {
        let blocks = root.get(block).and_then(|node| node.get_ref().as_array());
        for node in blocks.into_iter().flatten() {
            in_block(&mut met, node);
        }
    }
    met.sort_by_key(|(_, span)| span.start);
    met
}

/// The cells that a block selects or compares with, and its own keys and words.
fn in_block(met: &mut Vec<Met>, block: &Node) {
    let DeValue::Table(table) = block.get_ref() else {
        return;
    };
    for (name, node) in table {
        let known = find(EXPECT, name.get_ref());
        met.extend(known.map(|known| (known, name.span())));
        match current(EXPECT, name.get_ref()) {
            "where" | "better_than" => {
                for (name, node) in of_full_names(Some(node)) {
                    in_key(met, &name, node);
                }
            }
            name => {
                let items = node.get_ref().as_array().into_iter().flatten();
                for node in items.chain([node]) {
                    let word = node.get_ref().as_str().unwrap_or_default();
                    let known = find(&format!("{EXPECT}.{name}"), word);
                    met.extend(known.map(|known| (known, node.span())));
                }
            }
        }
    }
}

/// A value of a key, or several of them.
fn in_key(met: &mut Vec<Met>, name: &str, node: &Node) {
    let Some(key) = keys::find(name) else { return };
    in_value(met, key.name, &key.kind, node);
    for item in node.get_ref().as_array().into_iter().flatten() {
        in_value(met, key.name, &key.kind, item);
    }
}

/// One value, as [`super::convert::value`] reads it.
pub(super) fn in_value(met: &mut Vec<Met>, at: &str, kind: &Kind, node: &Node) {
    match (kind, node.get_ref()) {
        (Kind::Words(words), DeValue::String(word)) => {
            met.extend(found(at, word, words).map(|known| (known, node.span())));
        }
        (Kind::List { of, .. }, DeValue::Array(items)) => {
            items.iter().for_each(|item| in_value(met, at, of, item));
        }
        (Kind::Record(fields), DeValue::Table(table)) => {
            for field in *fields {
                if let Some(item) = table.get(field.name) {
                    in_value(met, &format!("{at}.{}", field.name), &field.kind, item);
                }
            }
        }
        (Kind::Any(kinds), _) => {
            if let Some(kind) = kinds.iter().find(|kind| fits(kind, node)) {
                in_value(met, at, kind, node);
            }
        }
        (
            Kind::Bool
            | Kind::Integer { .. }
            | Kind::Number(_)
            | Kind::Text
            | Kind::Words(_)
            | Kind::List { .. }
            | Kind::Pair
            | Kind::Record(_),
            _,
        ) => {}
    }
}

fn entries<'t, 'i>(node: Option<&'t Node<'i>>) -> impl Iterator<Item = (&'t str, &'t Node<'i>)> {
    let table = node.and_then(|node| node.get_ref().as_table());
    let entries = table.into_iter().flatten();
    entries.map(|(name, node)| (name.get_ref().as_ref(), node))
}

/// The entries of a table of keys with full names, as [`Reader::entries`] has them, and without its faults.
fn of_full_names<'t, 'i>(node: Option<&'t Node<'i>>) -> Vec<(String, &'t Node<'i>)> {
    let mut all = Vec::new();
    for (name, node) in entries(node) {
        match name == "data" && node.get_ref().is_table() {
            true => {
                all.extend(entries(Some(node)).map(|(name, node)| (format!("data.{name}"), node)))
            }
            false => all.push((name.to_owned(), node)),
        }
    }
    all
}

/// Returns the text of a sweep file in new words, with every deprecated word that it had. All else stays, byte for
/// byte.
///
/// # Errors
/// The text is not TOML, or goes beyond a limit, or has an old and a new key side by side.
pub fn migrate(path: &Path, text: &str) -> Result<(String, Vec<Use>), Faults> {
    let document = Arc::new(Document::new(path, text));
    let mut reader = Reader::new(document.clone(), Registry::default());
    let (root, _) = read::parsed(&mut reader, text);
    if let Some(faults) = Faults::sorted(reader.faults, path) {
        return Err(faults);
    }
    let (mut new, mut end) = (String::with_capacity(text.len()), 0);
    let met = in_file(root.get_ref());
    for (word, span) in &met {
        new.push_str(&text[end..span.start]);
        new.push_str(&rewritten(word, &text[span.clone()]));
        end = span.end;
    }
    new.push_str(&text[end..]);
    let uses = met.into_iter().map(|(word, span)| Use {
        word,
        place: Place {
            document: document.clone(),
            span,
        },
    });
    let uses: Vec<Use> = uses.collect();
    match DeTable::parse(&new) {
        Ok(_) => Ok((new, uses)),
        Err(error) => Err(unwritable(path, &uses, error.message())),
    }
}

/// A word in the quotes that it had.
fn rewritten(word: &Deprecated, literal: &str) -> String {
    match literal.contains(word.old) {
        true => literal.replacen(word.old, word.new, 1),
        // It was written with escapes.
        false => format!("{:?}", word.new),
    }
}

/// Why new words make no TOML: only a key can be there twice.
fn unwritable(path: &Path, uses: &[Use], why: &str) -> Faults {
    let key = uses.iter().find(|found| found.word.is_key());
    let fault = match key {
        Some(Use { word, place }) => Fault::at(
            place,
            format!("`{}` and `{}` in one block", word.old, word.new),
            format!("the old name of `{}`", word.new),
        )
        .help("keep one of the two"),
        None => Fault::of(path, format!("failed to rewrite {}: {why}", path.display())),
    };
    Faults(vec![fault])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::config::kind::word;
    use crate::config::{Draft, Overrides, draft};

    fn read(text: &str, set: &[(&str, &str)]) -> Draft {
        let set = set.iter();
        let overrides = Overrides {
            set: set
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            seeds: None,
        };
        draft(Path::new("a.toml"), text, &overrides, Registry::default())
    }

    /// What a file says, without its text and its places.
    fn said(draft: &Draft) -> String {
        let sweep = &draft.sweep;
        assert!(draft.faults.is_empty(), "{:?}", draft.faults);
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?}",
            sweep.given, sweep.axes, sweep.exclude, sweep.stop, sweep.seeds, sweep.expectations
        )
    }

    /// Every place where a file can have a word, with `WORD` in its place.
    fn places(of: &Deprecated) -> Vec<String> {
        let of_key = |key: &str, value: &str| {
            let selects = "skill = { above = 0.1 }\nwhere";
            let tables = [
                format!("[grid]\n{key} = [{value}]\nlr = [0.1]"),
                format!("[zip.a]\n{key} = [{value}]\nlr = [0.1]"),
                format!("[[exclude]]\nwhere = {{ {key} = {value} }}"),
                format!("exclude = [{{ where = {{ {key} = [{value}] }} }}]"),
                format!("[[expect]]\n{selects} = {{ {key} = {value} }}"),
                format!("[[expect]]\n{selects}.{key} = [{value}]"),
                format!("[[expect]]\nbetter_than = {{ lr = 0.1, {key} = {value} }}"),
            ];
            tables.to_vec()
        };
        match of.at {
            "init" | "solver" => {
                let value = "\"WORD\"";
                let mut all = of_key(of.at, value);
                all.push(format!("[base]\n{} = {value}", of.at));
                all.push(format!("base = {{ {} = '''\nWORD''' }}", of.at));
                all
            }
            "data.source.task" => {
                let source = "{ csv = 'a.csv', target = 'y', task = 'WORD' }";
                let mut all = of_key("'data.source'", source);
                all.extend(of_key("data.source", source));
                all.push(format!("[data]\nsource = {source}"));
                all.push("[data.source]\nnpz = 'a.npz'\ntarget = 'y'\ntask = \"WORD\"".to_owned());
                all.push(format!("[grid]\ndata = {{ source = [{source}] }}"));
                all
            }
            "stop.method" => vec![
                "[stop]\nmethod = \"WORD\" # by rungs\ngrace_period = 2".to_owned(),
                "stop = { grace_period = 2, method = 'WORD' }".to_owned(),
            ],
            EXPECT => vec![
                "[[expect]]\nWORD = \"momentum\"".to_owned(),
                "[[expect]]\n\"WORD\" = \"momentum\"".to_owned(),
                "expect = [{ where = {}, WORD = 'momentum' }]".to_owned(),
            ],
            FIXED_BY => vec!["[[expect]]\nfixed_by = \"WORD\"".to_owned()],
            OUTCOME => vec![
                "[[expect]]\noutcome = \"WORD\"".to_owned(),
                "[[expect]]\noutcome = ['diverged', 'WORD']".to_owned(),
            ],
            other => panic!("name the places of {other}"),
        }
    }

    #[test]
    fn every_deprecated_word_is_read_warned_of_and_rewritten_in_every_place() {
        for word in &DEPRECATED {
            for place in places(word) {
                let place = format!("seeds = 3\n# {}\n{place}", word.old);
                let [old, new] = [word.old, word.new].map(|word| place.replace("WORD", word));
                let (before, after) = (read(&old, &[]), read(&new, &[]));
                assert_eq!(said(&before), said(&after), "{old}");
                let found: Vec<_> = before
                    .sweep
                    .deprecated
                    .iter()
                    .map(|found| found.word)
                    .collect();
                assert_eq!(found, [word], "{old}");
                let at = &before.sweep.deprecated[0].place;
                assert!(old[at.span.clone()].contains(word.old), "{old}");
                assert_eq!(after.sweep.deprecated, [], "{new}");
                let (migrated, changes) = migrate(Path::new("a.toml"), &old).unwrap();
                assert_eq!(migrated, new);
                assert_eq!(changes, before.sweep.deprecated);
                assert_eq!(migrate(Path::new("a.toml"), &new).unwrap(), (new, vec![]));
            }
        }
    }

    #[test]
    fn the_command_line_can_have_deprecated_values() {
        let source = |task: &str| format!("{{ csv = 'a.csv', target = 'y', task = '{task}' }}");
        for word in &DEPRECATED {
            let (key, [old, new]) = match word.at {
                "init" | "solver" => (word.at, [word.old, word.new].map(str::to_owned)),
                "data.source.task" => ("data.source", [word.old, word.new].map(source)),
                _ => continue,
            };
            let (before, after) = (read("", &[(key, &old)]), read("", &[(key, &new)]));
            assert_eq!(said(&before), said(&after));
            let [found] = &before.sweep.deprecated[..] else {
                panic!("{word}")
            };
            assert_eq!(found.word, word);
            let Place { document, span } = &found.place;
            assert!(document.text[span.clone()].contains(word.old), "{span:?}");
        }
    }

    #[test]
    fn migration_keeps_every_other_byte() {
        let text = "\u{feff}# xavier \r\ntitle='xavier'\r\n\t[base] # asha\r\ninit\t=  'xavier'# xavier\r\n\
                    [grid]\r\nsolver = [\r\n  \"tr\\u0061iner\", # first\r\n  \"gd\",\r\n]";
        let new = text
            .replace("init\t=  'xavier'", "init\t=  'lecun'")
            .replace("tr\\u0061iner", "none");
        let (migrated, changes) = migrate(Path::new("a.toml"), text).unwrap();
        assert_eq!(migrated, new);
        let lines: Vec<usize> = changes.iter().map(|change| change.place.line()).collect();
        assert_eq!(lines, [4, 7]);
    }

    #[test]
    fn a_key_under_both_names_is_refused() {
        let text = "seeds = 3\n[[expect]]\nfixed_by = 'lower rate'\ncured_by = 'higher rate'";
        let faults = read(text, &[]).faults.into_vec();
        assert_eq!(faults[0].message, "`fixed_by` is given twice");
        let faults = migrate(Path::new("a.toml"), text).unwrap_err();
        assert_eq!(&text[faults.0[0].span.clone()], "cured_by");
    }

    #[test]
    fn a_custom_source_keeps_words_of_its_own() {
        let own = [word("classes", ""), word("rows", "")];
        assert_eq!(found("data.source.task", "classes", &own), None);
        assert_eq!(found("data.source.task", "classes", &own[1..]), None);
    }

    #[test]
    fn stored_names_and_values_have_new_words() {
        let name = "data.source csv a.csv, target init xavier, task classes, init xavier, lr 0.1";
        assert_eq!(
            renewed_name(name),
            "data.source csv a.csv, target init xavier, task classification, init lecun, lr 0.1"
        );
        let text = |word: &str| Value::Text(word.to_owned());
        for key in ["init", "solver"] {
            let word = words_at(key).next().unwrap();
            assert_eq!(renewed(key, &text(word.old)), text(word.new));
            assert_eq!(in_first_words(key, &text(word.new)), text(word.old));
            assert_eq!(renewed("activation", &text(word.old)), text(word.old));
        }
        let source = |task: &str| Value::Table(vec![("task".to_owned(), text(task))]);
        let list = |task: &str| Value::List(vec![source(task)]);
        assert_eq!(
            renewed("data.source", &list("classes")),
            list("classification")
        );
        assert_eq!(
            renewed_message("`init = \"xavier\"` looks at the inputs"),
            "`init = \"lecun\"` looks at the inputs"
        );
    }
}
